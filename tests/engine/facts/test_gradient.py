"""Is the gradient vector the measured slope of the loss, with its largest components first?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from engine import load, trace
from engine.catalog import find
from engine.facts.broken.breaking import break_rule
from engine.facts.entry import array_of
from engine.facts.gradient import gradient_vector, largest, trained
from engine.facts.slopes.measured import central_difference
from engine.order.quantities import PARAMETERS, TOTAL_OF
from tests.given.further_orders import FURTHER, put
from tests.given.scenarios_at_random import Wanted, scenario_at_random
from tests.given.some_of import some_of

if TYPE_CHECKING:
    from engine.arrays import Array
    from engine.order.quantities import Parameter
    from engine.run.tracing import Trace

PARAMETER_OF: dict[str, Parameter] = {TOTAL_OF[parameter]: parameter for parameter in PARAMETERS}


def of(seed: int) -> Trace:
    smooth = Wanted(
        order="deferred", loss="half-squared-error", output="tanh", hidden="sigmoid", iterations=2
    )
    return trace(scenario_at_random(seed, smooth))


@pytest.mark.parametrize("seed", some_of(range(12), 7))
def test_the_whole_gradient_is_the_measured_slope(seed: int) -> None:
    steps = of(seed)
    vector = gradient_vector(steps, steps.schedule.first_step(1) - 1)
    assert vector.complete
    assert vector.pure
    sizes = [getattr(steps.scenario.network.layers[layer - 1], group).size for layer, group in trained(steps)]
    assert vector.components == sum(sizes)
    every = largest(vector, vector.components)
    for one in every:
        reference, index = one.number.reference, one.number.index
        assert reference.layer is not None
        slope = central_difference(steps, 0, reference.layer, PARAMETER_OF[reference.quantity], index)
        assert one.value == pytest.approx(slope.value, abs=10.0 * slope.uncertainty + 1e-9)
    sizes_of = [abs(one.value) for one in every]
    assert sizes_of == sorted(sizes_of, reverse=True)
    assert vector.length == pytest.approx(np.sqrt(sum(size**2 for size in sizes_of)))


@pytest.mark.parametrize("seed", range(6))
def test_the_few_largest_are_the_first_of_all(seed: int) -> None:
    steps = of(seed)
    vector = gradient_vector(steps, steps.schedule.first_step(1) - 1)
    every = [abs(one.value) for one in largest(vector, vector.components)]
    for count in (1, 2, len(every) - 1):
        assert [abs(one.value) for one in largest(vector, count)] == every[:count]


def test_before_the_way_back_there_is_none() -> None:
    vector = gradient_vector(of(0), 0)
    assert not vector.parts
    assert not vector.complete
    assert largest(vector, 5) == []


@pytest.mark.parametrize("recurrent", [False, True], ids=["dense", "recurrent"])
@pytest.mark.parametrize("order", FURTHER)
def test_in_any_order_it_is_what_has_been_gathered(
    order: str, recurrent: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whichever sample and time come last, and by no step that is still to come."""
    put(monkeypatch)
    wanted = Wanted(recurrent=recurrent, samples=3, batch_size=3, iterations=2, steps=150)
    seed = next(seed for seed in range(100) if scenario_at_random(seed, wanted).data.times > recurrent)
    steps = trace(scenario_at_random(seed, wanted), order)
    gathered: dict[tuple[int | None, str], Array] = {}
    for step in range(steps.schedule.first_step(1)):
        for one in steps.flow.writes(step):
            if one.quantity in PARAMETER_OF:
                gathered[one.layer, one.quantity] = array_of(steps, one)
        for part in gradient_vector(steps, step).parts:
            writer = steps.flow.writer(part.reference)
            assert writer is not None
            assert writer <= step
            assert np.array_equal(part.array, gathered[part.reference.layer, part.reference.quantity])


def test_what_is_gathered_while_parameters_change_is_not_pure() -> None:
    steps = trace(scenario_at_random(3, Wanted(order="premature", depth=2, samples=2, batch_size=2)))
    last = steps.schedule.first_step(1) - 1
    assert not gradient_vector(steps, last).pure
    assert gradient_vector(steps, 0).pure


def test_what_was_gathered_before_a_break_stays_pure() -> None:
    """Mazur's W2, applied out of turn: its own gradient is right, that of W1 is not."""
    steps = break_rule(trace(load(find("mazur"))), 4, 2)
    assert gradient_vector(steps, 6).pure  # only W2 is gathered yet
    assert not gradient_vector(steps, 7).pure
