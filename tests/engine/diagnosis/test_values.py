"""Are the numbers that are worked out as far as asked those of the programs that run?"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from engine.arrays import frozen, sealed
from engine.diagnosis.iteration.ground import ground, starting
from engine.diagnosis.iteration.values import Values
from engine.diagnosis.mistakes.candidates import candidates_of
from engine.diagnosis.quantities import quantities
from engine.equations.equation import Variable
from engine.equations.table import table_of
from engine.equations.updates import old
from engine.read.fitting import why_unfit
from engine.run.tracing import trace
from engine.scenario import Data, Layer, Network, Scenario, Training
from tests.given.scenarios_at_random import MISTAKES, OPTIMIZERS, THROUGH_TIME, Wanted, scenario_at_random
from tests.given.some_of import EVERY_CASE, each_of

if TYPE_CHECKING:
    from engine.arrays import Array
    from engine.diagnosis.quantities import Quantity
    from engine.run.iteration import Iteration

_VECTORS = ("pre_activation", "activation", "error", "delta")


def compared(scenario: Scenario, values: Values, played: Iteration) -> int:
    """How many quantities have been held against those of an iteration as it runs?"""
    count = 0
    for quantity in quantities(scenario, table_of(scenario)).values():
        found = values.of(quantity.variable)
        expected = of_iteration(played, quantity)
        if expected is not None:
            np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-12, err_msg=quantity.name)
            count += 1
    return count


def of_iteration(played: Iteration, quantity: Quantity) -> Array | None:
    if quantity.variable.name in _VECTORS:
        return played.vectors(quantity.variable.name, quantity.layer).transpose(1, 0, 2)  # type: ignore[arg-type]
    if quantity.name.endswith("_after"):
        return played.after.array(old(quantity.variable))
    return None


def worked_out(scenario: Scenario, name: str | None) -> Values:
    """The first iteration with a mistake in all places."""
    candidates = candidates_of(scenario)
    base = ground(scenario, range(scenario.training.batch_size))._replace(axes=candidates.equations.axes)
    right = Values(base, candidates.equations.right, starting(scenario))
    if name is None:
        return right
    chosen = next(one for one in candidates.every() if one.name == name and one.whole)
    altered = candidates.altered(chosen)
    assert altered is not None
    own = base._replace(axes=altered.axes)
    return Values(own, altered.equations, starting(scenario), right, altered.depending)


@pytest.mark.parametrize(("seed", "optimizer"), each_of(range(4), OPTIMIZERS))
def test_an_iteration_is_that_which_runs(seed: int, optimizer: str) -> None:
    scenario = scenario_at_random(
        seed, Wanted(optimizer=optimizer, order="deferred", settings=True, steps=300)
    )
    assert compared(scenario, worked_out(scenario, None), trace(scenario).iteration(0)) >= 6


@pytest.mark.parametrize(
    ("mistake", "recurrent"),
    [
        (mistake, recurrent)
        for place, mistake in enumerate((*MISTAKES, "layerwise"))
        for recurrent in (False, True)
        if EVERY_CASE or mistake in THROUGH_TIME or place % 2 == recurrent
    ],
)
def test_a_mistake_in_all_layers_is_that_of_the_app(mistake: str, *, recurrent: bool) -> None:
    """Dense or recurrent by turns."""
    in_table = mistake if mistake in MISTAKES else None
    wanted = Wanted(
        mistake=in_table, recurrent=recurrent, order="deferred", depth=3, samples=3, batch_size=3, steps=400
    )
    scenario = scenario_at_random(7, wanted)
    right = replace(scenario, training=replace(scenario.training, mistake=None))
    assert not why_unfit(right, mistake)
    try:
        values = worked_out(right, mistake)
    except StopIteration:  # there is nothing that it could be made with
        assert mistake in THROUGH_TIME
        assert not recurrent
        return
    run = trace(scenario, None if in_table else "layerwise")
    assert compared(right, values, run.iteration(0)) > 12


@pytest.mark.parametrize("recurrent", [False, True])
def test_a_network_may_be_as_deep_as_one_that_runs(*, recurrent: bool) -> None:
    back = frozen(np.array([[0.5]])) if recurrent else None
    one = Layer("tanh", frozen(np.array([[1.1]])), frozen(np.zeros(1)), recurrent_weights=back)
    array = frozen(np.full((1, 2 if recurrent else 1, 1), 0.5))
    data = Data(array, array, sealed(np.ones(array.shape[:2], dtype=np.bool_)))
    network = Network(1, "half-squared-error", (one,) * 200)
    scenario = Scenario("deep", network, data, Training(0.1, 1, 1))
    assert starting(scenario).keys() >= ({Variable("recurrent_weights", 200)} if recurrent else set())
    found = worked_out(scenario, None).of(Variable("weights'", 1))  # made of all the others
    expected = trace(scenario).iteration(0).after.weights[0]
    np.testing.assert_allclose(found, expected, rtol=1e-12)


def test_what_a_mistake_has_no_part_in_is_not_worked_out_again() -> None:
    scenario = scenario_at_random(7, Wanted(recurrent=False, depth=3, order="deferred"))
    values = worked_out(scenario, "no-slope")
    z, delta = (quantities(scenario, table_of(scenario))[name].variable for name in ("z3", "delta1"))
    assert z not in values.depending
    assert delta in values.depending
