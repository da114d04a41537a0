"""Is what steps back leave of an error the product of their Jacobians, and not of ratios of lengths?"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from engine import load, trace
from engine.catalog import find
from engine.facts.through_time import sample_of, sizes
from engine.facts.unrolled.gain import through_layers, through_times
from engine.order.site import Site
from engine.update_orders import WAITING
from tests.cases import case
from tests.engine.facts.test_through_time import of_kinds
from tests.given.recorded import recorded
from tests.given.scenarios_at_random import ORDERS, Wanted, scenario_at_random
from tests.given.some_of import each_of, some_of
from tests.golden.runs import layer, scenario
from tests.oracle import records

if TYPE_CHECKING:
    from engine.run.tracing import Trace
    from engine.scenario import Scenario

NONE = float("nan")


def recurrent_at_random(seed: int, **wanted: Any) -> Scenario:
    return scenario_at_random(seed, Wanted(recurrent=True, iterations=2, steps=130, parameters=30, **wanted))


def norm(vector: Any) -> float:
    return math.sqrt(sum(value * value for value in vector))


def memory(activation: str, weight: float, times: int, inputs: float = 0.0) -> Scenario:
    """One recurrent unit that is asked only at the last time."""
    unit = layer(activation, [[1.0]], recurrent=[[weight]])
    targets = [[NONE]] * (times - 1) + [[3.0]]
    return scenario([unit], [[1.0]] + [[inputs]] * (times - 1), targets)


def product(run: Trace, deltas: dict[Any, Any], forward: dict[Any, Any], step: int, number: int) -> Any:
    """The Jacobian from the first done time to the last one in plain numbers, written out."""
    k, sample = run.schedule.site(step).iteration, sample_of(run, step)
    mine = run.scenario.network.layers[number - 1]
    times = sizes(run, step, number).times
    found = np.eye(mine.units)
    for time in reversed(range(times.start, times.stop - 1)):
        reads = run.flow.reads(run.schedule.step(Site("delta", k, sample, time, number)))
        (read,) = (one for one in reads if one.quantity == "recurrent_weights")
        u = run.iteration(k).parameters(number, read.version or 0).recurrent_weights
        assert u is not None
        record = forward[k, sample, time, number]
        if mine.activation == "softmax":
            a = np.array(record["activation"])
            slope = np.diag(a) - np.outer(a, a)
        else:
            slope = np.diag(record["slope"])
        found = slope @ u.T @ found
    return found


@pytest.mark.parametrize(("seed", "order"), each_of(some_of(range(10), 6), ORDERS))
def test_the_gain_is_that_of_the_product_of_the_jacobians(seed: int, order: str) -> None:
    """With the weights as each step back reads them, also where they have changed on the way."""
    given = recurrent_at_random(seed, order=order)
    run = trace(given)
    deltas, forward = of_kinds(given, "delta", "forward")
    for step in range(0, len(run), 5):
        k, sample = run.schedule.site(step).iteration, sample_of(run, step)
        for number, mine in enumerate(given.network.layers, start=1):
            if not mine.recurrent:
                continue
            found, times = through_times(run, step, number), sizes(run, step, number).times
            there = [time for time in times if norm(deltas[k, sample, time, number]["delta"]) > 0.0]
            if len(times) < 2 or not there or there[-1] == times.start:
                assert found.error is None or found.error.steps < len(times)
                continue
            assert found.error is not None
            assert found.most is not None
            assert found.error.steps == found.most.steps == there[-1] - times.start
            if there[-1] != times.stop - 1:
                continue
            jacobian = product(run, deltas, forward, step, number)
            delta = np.array(deltas[k, sample, there[-1], number]["delta"])
            left = norm(jacobian @ delta) / norm(delta)
            assert found.error.overall == pytest.approx(left, rel=1e-9, abs=1e-300)
            largest = float(np.linalg.svd(jacobian)[1].max())
            assert found.most.overall == pytest.approx(largest, rel=1e-9, abs=1e-300)
            assert found.error.log <= found.most.log + 1e-12


@pytest.mark.parametrize("seed", some_of(range(12), 5))
def test_the_factors_are_the_part_from_the_future(seed: int) -> None:
    given = recurrent_at_random(seed)
    run = trace(given)
    deltas, forward = of_kinds(given, "delta", "forward")
    for step in range(0, len(run), 3):
        k, sample = run.schedule.site(step).iteration, sample_of(run, step)
        for number, mine in enumerate(given.network.layers, start=1):
            if not mine.recurrent or mine.activation == "softmax":
                continue
            each, size = through_times(run, step, number).each, sizes(run, step, number)
            assert len(each.times) == max(0, len(size.times) - 1)
            for time in each.times:
                future = deltas[k, sample, time, number]["from_future"]
                slope = forward[k, sample, time, number]["slope"]
                after = norm(deltas[k, sample, time + 1, number]["delta"])
                if after > 1e-9:
                    passed = norm([f * s for f, s in zip(future, slope, strict=True)])
                    assert each.at(time) == pytest.approx(passed / after, abs=1e-9)


def test_what_vanishes_in_one_direction_may_grow_in_another() -> None:
    """Ten ratios of lengths multiply to 1.8e-8, for each begins with another vector."""
    run = trace(case("verdict-vanishing"))
    found = through_times(run, run.schedule.first_step(1) - 1 if run.iterations > 1 else len(run) - 1, 1)
    assert found.error is not None
    assert found.most is not None
    assert found.error.steps == 10
    assert found.error.overall == pytest.approx(1.024, rel=1e-6)
    assert found.error.tendency == "lasting"
    assert found.most.overall == pytest.approx(1024.0, rel=1e-12)
    assert found.most.tendency == "exploding"
    assert np.prod(found.each.values) == pytest.approx(1.789e-8, rel=1e-3)


def test_many_steps_are_beyond_what_a_number_can_hold() -> None:
    """Whatever is between, nothing is lost of the logarithm."""
    for weight in (0.1, 10.0):
        run = trace(memory("identity", weight, 250))
        for step in (len(run) - 4, len(run) - 1):  # with what was worked out of the step before, and without
            found = through_times(run, step, 1)
            assert found.error is not None
            assert found.most is not None
            tens = found.error.steps * (1.0 if weight > 1.0 else -1.0)
            assert found.error.log == pytest.approx(tens * math.log(10.0), rel=1e-13)
            assert found.most.log == pytest.approx(tens * math.log(10.0), rel=1e-13)
    small = layer("identity", [[1e-200]], recurrent=[[1e-200]])
    run = trace(scenario([small], [[1e-5]] * 5, [[NONE]] * 4 + [[1e-100]]))
    found = through_times(run, len(run) - 1, 1)
    assert found.error is not None
    assert found.error.log == pytest.approx(-800.0 * math.log(10.0), rel=1e-13)
    assert found.error.overall == 0.0


def test_an_error_that_is_no_number_has_no_gain() -> None:
    huge = layer("identity", [[1e200]], recurrent=[[1e200]])
    run = trace(scenario([huge], [[1e200]] * 3, [[0.0]] * 3))
    found = through_times(run, len(run) - 1, 1)
    assert found.error is None
    assert found.most is None


def test_backwards_in_the_run_it_is_the_same() -> None:
    run, again = trace(load(find("elman"))), trace(load(find("elman")))
    end = run.schedule.first_step(1)
    there = [through_times(run, step, 1) for step in range(end)]
    back = [through_times(again, step, 1) for step in reversed(range(end))][::-1]
    assert [(one.error, one.most) for one in there] == [(one.error, one.most) for one in back]


@pytest.mark.parametrize("seed", range(6))
def test_through_layers_the_largest_gain_is_the_norm_of_the_product(seed: int) -> None:
    given = scenario_at_random(
        seed,
        Wanted(recurrent=False, depth=4, hidden="tanh", loss="squared-error", batch_size=1, order=WAITING),
    )
    run = trace(given)
    step = next(one.step for one in run if one.kind == "delta" and one.layer == 1)
    found = through_layers(run, step, 0)
    if found.error is None:
        return
    jacobian = np.eye(given.network.sizes[-1])
    every = list(records(given))
    for number in (3, 2, 1):
        forward = next(one for one in every if (one["kind"], one["layer"]) == ("forward", number))
        slope: Any = forward["slope"]
        jacobian = np.diag(slope) @ given.network.layers[number].weights.T @ jacobian
    assert found.most is not None
    assert found.most.overall == pytest.approx(float(np.linalg.norm(jacobian, 2)), rel=1e-9)
    assert found.error.log <= found.most.log + 1e-12


@pytest.mark.parametrize("seed", range(6))
def test_the_factors_of_softmax_are_the_part_from_the_future(seed: int) -> None:
    """∂a_i/∂z_j of softmax is a_i (1[i=j] - a_j), written out."""
    found = recurrent_at_random(seed, output="softmax", depth=1, loss="squared-error", samples=1)
    run = trace(found)
    deltas, forward = of_kinds(found, "delta", "forward")
    factor = through_times(run, run.schedule.first_step(1) - 1, 1)
    for time in factor.each.times:
        a, future = forward[0, 0, time, 1]["activation"], deltas[0, 0, time, 1]["from_future"]
        passed = [sum(f * a[i] * ((i == j) - a[j]) for i, f in enumerate(future)) for j in range(len(a))]
        after = norm(deltas[0, 0, time + 1, 1]["delta"])
        assert factor.each.at(time) == pytest.approx(norm(passed) / after, rel=1e-9)


def test_vanishing_in_three_steps_as_published() -> None:
    """The factors of δ are those of the error, each with the slope of the other end."""
    cell = layer("tanh", [[0.5]], [0.1], recurrent=[[0.8]])
    run = trace(scenario([cell], [[1.0], [2.0], [3.0]], [[NONE], [NONE], [0.0]]))
    found = through_times(run, len(run) - 1, 1)
    h1, h2 = 0.5370495669980353, 0.9103629086462668
    assert found.each.values.tolist() == pytest.approx([0.8 * (1 - h1 * h1), 0.8 * (1 - h2 * h2)], rel=1e-12)
    assert found.each.at(0) == pytest.approx(0.5692622100697783, rel=1e-12)
    assert found.each.at(1) == pytest.approx(0.13699149964888716, rel=1e-12)
    assert found.error is not None
    assert found.error.overall == pytest.approx(0.5692622100697783 * 0.13699149964888716, rel=1e-12)
    assert found.error.tendency == "vanishing"


@pytest.mark.parametrize(
    ("weight", "power", "tendency"),
    [
        (0.8, 2.0370359763344975e-10, "vanishing"),
        (0.95, 0.0059205292203339975, "vanishing"),
        (1.0, 1.0, "lasting"),
        (1.05, 131.50125784630401, "exploding"),
        (1.2, 82817974.52201425, "exploding"),
    ],
)
def test_a_hundred_steps_back_are_a_power(weight: float, power: float, tendency: str) -> None:
    run = trace(memory("identity", weight, 101))
    found = through_times(run, len(run) - 1, 1)
    assert found.error is not None
    assert found.error == found.most
    assert found.error.steps == 100
    assert found.error.mean == pytest.approx(weight, rel=1e-12)
    assert found.error.overall == pytest.approx(power, rel=1e-9)
    assert found.error.tendency == tendency
    size = sizes(run, len(run) - 1, 1)
    assert size.values[0] / size.values[-1] == pytest.approx(power, rel=1e-9)


def test_close_to_1_is_judged_by_all_steps() -> None:
    tendencies = []
    for times in (3, 100):
        run = trace(memory("identity", 0.98, times))
        error = through_times(run, len(run) - 1, 1).error
        assert error is not None
        tendencies.append(error.tendency)
    assert tendencies == ["lasting", "vanishing"]


def test_a_dead_neuron_passes_nothing_back() -> None:
    run = trace(memory("relu", 0.5, 4, inputs=-3.0))
    found = through_times(run, len(run) - 1, 1)
    assert found.error is None  # the slope of the last time is 0: there never was an error to pass back
    alive = scenario(
        [layer("relu", [[1.0]], recurrent=[[0.5]])], [[1.0], [-3.0], [5.0]], [[NONE], [NONE], [0.0]]
    )
    run = trace(alive)
    found = through_times(run, len(run) - 1, 1)
    assert found.error is not None
    assert (found.error.steps, found.error.mean, found.error.overall) == (2, 0.0, 0.0)
    assert found.error.tendency == "vanishing"


def test_errors_from_above_do_not_blur_the_factor() -> None:
    unit = layer("identity", [[1.0]], recurrent=[[0.5]])
    run = trace(scenario([unit], [[1.0]] * 5, [[7.0]] * 5))
    assert through_times(run, len(run) - 1, 1).each.values.tolist() == pytest.approx([0.5] * 4)


def test_through_layers_is_the_ratio_of_lengths() -> None:
    found = scenario_at_random(5, Wanted(recurrent=False, depth=4, hidden="tanh"))
    run = trace(found)
    deltas = {
        record["layer"]: record
        for record in recorded(found)
        if record["kind"] == "delta" and record["iteration"] == 0 and record["sample"] == 0
    }
    size = {number: norm(record["delta"]) for number, record in deltas.items()}
    through = through_layers(run, deltas[1]["step"], 0)
    for number in (1, 2, 3):
        assert through.each.at(number) == pytest.approx(size[number] / size[number + 1], rel=1e-12)
    assert through.error is not None
    assert through.error.overall == pytest.approx(size[1] / size[4], rel=1e-12)
    assert through_layers(run, deltas[4]["step"], 0).error is None
    assert through_layers(run, deltas[3]["step"], 0).each.times == range(3, 4)
