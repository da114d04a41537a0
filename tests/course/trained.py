"""What becomes of a shipped scenario that is trained, perhaps in another way than its file says?"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from engine import load
from engine.catalog import find
from engine.order.shapes import shapes_of
from engine.run.straight import Run, losses_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.parameters import Parameters
    from engine.scenario import Scenario


def changed(name: str, **training: Any) -> Scenario:
    """Return a shipped scenario with other settings of its training."""
    scenario = load(find(name))
    return replace(scenario, training=replace(scenario.training, **training))


def started(scenario: Scenario) -> Run:
    """Return the run of a scenario before its first update."""
    return Run(scenario, shapes_of(scenario), scenario.training.order)


def trained(scenario: Scenario) -> Iterator[Parameters]:
    """Give the parameters at the start and after each update."""
    run = started(scenario)
    for update in range(scenario.training.iterations + 1):
        if update:
            run.advance(1)
        yield run.parameters()


def losses(name: str, **training: Any) -> list[float]:
    """Return the losses over all samples of a shipped scenario, perhaps trained otherwise, from the start."""
    scenario = changed(name, **training)
    return losses_of(scenario, shapes_of(scenario), trained(scenario))


def settled(found: list[float], below: float) -> int:
    """Return after how many updates a loss is below a bound and stays there."""
    return max(update for update, loss in enumerate(found) if not loss < below) + 1
