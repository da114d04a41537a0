"""What is a scenario with another optimiser, mistake or rate, for one run?

The change is held to the same rules as a file. Settings that the new optimiser doesn't use are left aside.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from engine.read.complaints import Complaint, ScenarioError
from engine.read.findings import key_text
from engine.read.fitting import misfits
from engine.scenario import without_mistake

if TYPE_CHECKING:
    from engine.scenario import Order, Scenario


def changed(scenario: Scenario, order: Order | None = None, **training: Any) -> Scenario:
    """Return a scenario with these keys of its training changed; those that are None stay.

    `order` is that in which it will run, its own if None; the scenario keeps its own. The notes tell of
    numbers that another training doesn't have: they are left out.

    Raises:
        ScenarioError: they don't fit the scenario.
    """
    given = {key: value for key, value in training.items() if value is not None}
    trained = replace(scenario.training, **given)
    run = replace(trained, order=order or trained.order)
    found = list(misfits(run, scenario.network.sizes))
    if found:
        raise ScenarioError(
            *(Complaint(scenario.title, one.says, one.remedy, key_text(one.path)) for one in found)
        )
    if trained == scenario.training:
        return scenario
    return replace(scenario, training=trained, notes=())


def with_mistake(scenario: Scenario, mistake: str | None) -> Scenario:
    """Return a scenario with this mistake of the table in place of its own; without any if None.

    Raises:
        ScenarioError: the mistake doesn't fit the scenario.
    """
    if mistake is not None:
        return changed(scenario, mistake=mistake)
    if scenario.training.mistake is None:
        return scenario
    return replace(without_mistake(scenario), notes=())
