"""Is the right mistake named, nobody accused falsely, and no name given to what is not known?

`python -m tests.engine.diagnosis FIRST COUNT` tells the same of other seeds.
"""

from __future__ import annotations

import pytest

from engine import diagnose
from tests.engine.diagnosis.cases import ALL, planted, right, unknown


@pytest.mark.parametrize("seed", range(40))
def test_a_planted_mistake_is_named_first(seed: int) -> None:
    case = planted(seed)
    found = diagnose(case.scenario, case.numbers, case.iteration)
    assert found.mistakes[:1] == (case.mistake,), case.words


def test_every_mistake_is_planted() -> None:
    assert {planted(seed).mistake for seed in range(len(ALL))} == set(ALL)


@pytest.mark.parametrize("seed", range(40))
def test_a_right_program_is_not_accused(seed: int) -> None:
    case = right(seed)
    found = diagnose(case.scenario, case.numbers, case.iteration)
    assert found.first_wrong is None, case.words
    assert len(found.agrees) >= len(case.numbers)


@pytest.mark.parametrize("seed", range(20))
def test_of_an_unknown_mistake_nothing_is_named_but_what_is_wrong_first(seed: int) -> None:
    case = unknown(seed)
    found = diagnose(case.scenario, case.numbers)
    assert (*found.mistakes, *found.further, *found.pair) == ()
    assert found.first_wrong == case.first
