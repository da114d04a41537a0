"""What does a recurrent layer begin with when no initial state is given?"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from engine.arrays import frozen
from engine.facts.entry import array_of
from engine.order.quantities import Reference
from engine.run.tracing import trace
from tests.given.scenarios_at_random import ORDERS, Wanted, scenario_at_random

if TYPE_CHECKING:
    from engine.scenario import Order


@pytest.mark.parametrize("order", ORDERS)
def test_no_initial_state_is_zeros(order: Order) -> None:
    scenario = scenario_at_random(3, Wanted(recurrent=True, order=order, iterations=2))
    layers = scenario.network.layers

    def records(state: float | None) -> list[object]:
        begun = tuple(
            replace(layer, initial_state=None if state is None else frozen(np.full(layer.units, state)))
            if layer.recurrent
            else layer
            for layer in layers
        )
        steps = trace(replace(scenario, network=replace(scenario.network, layers=begun)))
        for number, layer in enumerate(layers, start=1):
            if layer.recurrent:
                shown = array_of(steps, Reference("initial_state", 0, number))
                assert shown.tolist() == [state or 0.0] * layer.units
        return [step.record() for step in steps]

    assert records(None) == records(0.0)
    assert records(0.5) != records(0.0)
