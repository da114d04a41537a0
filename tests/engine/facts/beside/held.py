"""Which numbers of somebody's stand beside a run? Those that are handed in, with no cause looked for."""

from __future__ import annotations

from typing import TYPE_CHECKING
from unittest.mock import patch

from engine import diagnose, trace
from engine.diagnosis.beside import stood_beside
from engine.diagnosis.diagnosing import _Diagnosing
from engine.facts.beside.theirs import hold

if TYPE_CHECKING:
    from engine.arrays import Array
    from engine.run.tracing import Trace
    from engine.scenario import Scenario


def held(scenario: Scenario, numbers: dict[str, Array], iterations: int = 0) -> Trace:
    """A run of so many iterations with somebody's numbers of the first one beside its own.

    Which mistake makes them takes most of a diagnosis, and nobody is told of it here.
    """
    run = trace(scenario)
    run.advance(iterations)
    with patch.object(_Diagnosing, "_caused", _Diagnosing._judged):
        found = diagnose(scenario, numbers)
    hold(run, stood_beside(scenario, found))
    return run
