"""Is the number that differs most worked out to what it is: theirs as planted, ours as it should be?"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from engine.facts.explain.expression import evaluate

if TYPE_CHECKING:
    from engine.diagnosis.diagnosis import Diagnosis, Entry
    from tests.engine.diagnosis.cases import Case


def check_both_sides(case: Case, found: Diagnosis) -> None:
    """Whatever the layers, the iteration, the way in which the arrays are written and the digits."""
    entry = entry_of(found)
    first = entry.worked[0]
    exact = 1e-9 if "float64" in case.words else 1e-5
    assert first.theirs is not None
    assert math.isclose(evaluate(first.theirs.expression), entry.theirs, rel_tol=exact, abs_tol=exact / 10)
    assert math.isclose(evaluate(first.right.expression), entry.ours, rel_tol=1e-9)


def entry_of(found: Diagnosis) -> Entry:
    """The number that differs most."""
    assert found.entry is not None
    return found.entry
