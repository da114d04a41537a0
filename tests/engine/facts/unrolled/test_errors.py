"""Is the part of one error what it would give alone, and are all parts together the deltas of the run?"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from engine import load, trace
from engine.arrays import sealed
from engine.catalog import find
from engine.facts.through_time import numbers_of, sample_of, times_done
from engine.facts.unrolled.errors import given, layer_told, made_by, parts_of, story, told
from engine.run.steps import DeltaStep
from tests.given.scenarios_at_random import ORDERS, Wanted, scenario_at_random
from tests.given.some_of import some_of
from tests.given.steps import steps_of
from tests.golden.runs import layer, scenario

if TYPE_CHECKING:
    from engine.arrays import Array
    from engine.run.tracing import Trace
    from engine.scenario import Scenario

NONE = float("nan")


def deltas(run: Trace, step: int, number: int) -> Array:
    return numbers_of(run, step).sequence("delta", number, sample_of(run, step))


def asked_only_at(found: Scenario, time: int) -> Scenario:
    """The scenario with the targets of one time alone."""
    there = np.zeros_like(found.data.has_target)
    there[:, time] = found.data.has_target[:, time]
    return replace(found, data=replace(found.data, has_target=sealed(there)))


@pytest.mark.parametrize("seed", some_of(range(24), 6))
def test_a_part_is_what_the_error_gives_alone(seed: int) -> None:
    """A run in which nothing but this error is made has these deltas."""
    found = scenario_at_random(
        seed, Wanted(recurrent=True, iterations=1, samples=1, order="deferred", steps=90, parameters=30)
    )
    run = trace(found)
    times = run.shapes.times
    for time in np.flatnonzero(found.data.has_target[0]).tolist():
        alone = trace(asked_only_at(found, time))
        for number in range(1, run.shapes.layers + 1):
            (part,) = parts_of(run, 0, number, ((time,),))
            expected = deltas(alone, 0, number)
            size = float(np.abs(expected).max(initial=0.0))
            assert part == pytest.approx(expected, rel=1e-9, abs=1e-12 * size, nan_ok=True)
            assert part.shape == (times, run.scenario.network.layers[number - 1].units)


@pytest.mark.parametrize("seed", some_of(range(24), 6))
def test_the_parts_of_all_errors_are_the_deltas(seed: int) -> None:
    """In any order and with any mistake, one by one or several together."""
    run = trace(
        scenario_at_random(seed, Wanted(recurrent=True, iterations=2, steps=130, parameters=30)),
        ORDERS[seed % len(ORDERS)],
    )
    for step in {one.sample: one.step for one in steps_of(run, DeltaStep)}.values():
        times = run.shapes.times
        one_by_one = tuple((time,) for time in range(times))
        together = (tuple(range(0, times, 2)), tuple(range(1, times, 2)))
        for number in range(1, run.shapes.layers + 1):
            expected = deltas(run, step, number)
            for groups in (one_by_one, together):
                parts = parts_of(run, step, number, groups)
                size = np.abs(parts).sum(axis=0).max()
                assert parts.sum(axis=0) == pytest.approx(expected, rel=1e-9, abs=1e-11 * size, nan_ok=True)
            for time, part in enumerate(parts_of(run, step, number, one_by_one)):
                assert not np.nan_to_num(part[time + 1 :]).any()  # no error goes forward


def test_which_error_is_told_of() -> None:
    run = trace(load(find("elman")))
    assert told(run, 0, None) is None
    assert [told(run, step, None) for step in (2, 5, 18, 41)] == [0, 1, 5, 5]
    assert [told(run, 41, time) for time in (0, 3, 5, 9)] == [0, 3, 5, 5]
    assert made_by(run, 5) == [0, 1]
    assert told(run, 5, 4) == 1  # the loss of time 4 is not known yet
    right = scenario([layer("identity", [[1.0]], recurrent=[[0.0]])], [[1.0]] * 3, [[0.0], [0.0], [1.0]])
    assert told(trace(right), 8, None) == 1  # at time 2 nothing is wrong
    sparse = scenario(
        [layer("identity", [[1.0]], recurrent=[[0.5]])], [[1.0]] * 5, [[NONE], [1.0]] + [[NONE]] * 2 + [[9.0]]
    )
    last = len(trace(sparse)) - 1
    assert [told(trace(sparse), last, time) for time in range(5)] == [1, 1, 1, 4, 4]


def test_which_layer_is_told_of() -> None:
    dense, remembers = layer("tanh", [[0.5]]), layer("tanh", [[0.5]], recurrent=[[0.5]])
    for layers, expected in (
        ([remembers, dense], [1, 1]),
        ([dense, remembers], [2, 2]),
        ([remembers, dense, remembers, dense], [1, 1, 3, 3]),
    ):
        run = trace(scenario(layers, [[1.0]] * 3, [[0.5]] * 3))
        assert [layer_told(run, number) for number in range(1, len(layers) + 1)] == expected


@pytest.mark.parametrize("seed", some_of(range(12), 6))
def test_a_story_goes_back_as_far_as_the_run(seed: int) -> None:
    run = trace(scenario_at_random(seed, Wanted(recurrent=True, iterations=1, steps=90, parameters=30)))
    for step in range(min(len(run), 60)):
        made = told(run, step, None)
        if made is None:
            continue
        number = layer_told(run, run.shapes.layers)
        found = story(run, step, made, number, 0)
        done = times_done(run, step, "delta", number)
        assert (
            found.size.times
            == found.part.times
            == range(done.start, made + 1 if made in done else done.start)
        )
        for time in found.size.times:
            (parts,) = parts_of(run, step, number, ((made,),))
            assert found.part.at(time) == parts[time, 0]
            assert found.size.at(time) == pytest.approx(float(np.linalg.norm(parts[time])), nan_ok=True)
        if found.gain is not None:
            first = found.size.times.start
            assert found.gain.steps == made - first
            assert found.gain.overall == pytest.approx(found.left(first))


@pytest.mark.parametrize(("name", "called"), [("elman", "∂C/∂a2[1]"), ("counting", "above1[1]")])
def test_what_a_loss_gives_is_called_by_what_it_moves(name: str, called: str) -> None:
    """Half a squared error moves with the output by what this is too large; first it is open.

    A recurrent output's ∂C/∂h is that and what the future adds: what the loss gives is not called so.
    """
    run = trace(load(find(name)))
    loss = next(one for one in steps_of(run, DeltaStep) if one.layer == run.shapes.layers)
    assert loss.sample is not None
    assert loss.time is not None
    said = numbers_of(run, loss.step).vector("activation", run.shapes.layers, loss.sample, loss.time)[0]
    wanted = run.scenario.data.targets[loss.sample, loss.time, 0]
    symbol, value = given(run, loss.step, loss.time, 0)
    assert symbol == called
    assert value == pytest.approx(said - wanted)
    assert given(run, loss.step - 1, loss.time, 0)[1] is None


def test_of_slope_and_error_in_one_the_loss_gives_their_product() -> None:
    out = layer("softmax", [[0.5], [-0.5]])
    run = trace(scenario([out], [[1.0]], [[1.0, 0.0]], loss="cross-entropy"))
    step = next(iter(steps_of(run, DeltaStep))).step
    symbol, value = given(run, step, 0, 1)
    assert symbol == "∂C/∂z1[2]"
    assert value == pytest.approx(float(deltas(run, step, 1)[0, 1]))
