"""Are sizes and shares along a sequence those of the oracle, and only of what is done?"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from engine import trace
from engine.facts.through_time import (
    quantity,
    sample_of,
    shares,
    sizes,
    times_done,
)
from engine.run.steps import GradientStep
from tests.given.further_orders import FURTHER, put
from tests.given.scenarios_at_random import Wanted, scenario_at_random
from tests.given.some_of import some_of
from tests.golden.runs import layer, scenario
from tests.oracle import records

if TYPE_CHECKING:
    from engine.order.quantities import Parameter
    from engine.run.tracing import Trace
    from engine.scenario import Scenario
    from engine.update_orders import Kind

NONE = float("nan")
SEEDS = range(12)


def recurrent_at_random(seed: int, **wanted: Any) -> Scenario:
    return scenario_at_random(seed, Wanted(recurrent=True, iterations=2, **wanted))


def of_kinds(found: Scenario, *kinds: str) -> list[dict[tuple[Any, ...], dict[str, Any]]]:
    """The oracle's records of some kinds by iteration, sample, time and layer, those of a kind together."""
    every = {kind: dict[tuple[Any, ...], dict[str, Any]]() for kind in kinds}
    for record in records(found):
        if record["kind"] in every:
            place = tuple(record[name] for name in ("iteration", "sample", "time", "layer"))
            every[record["kind"]][place] = record
    return list(every.values())


def norm(vector: list[float]) -> float:
    return math.sqrt(sum(value * value for value in vector))


def memory(activation: str, weight: float, times: int, inputs: float = 0.0) -> Scenario:
    """One recurrent unit that is asked only at the last time."""
    unit = layer(activation, [[1.0]], recurrent=[[weight]])
    targets = [[NONE]] * (times - 1) + [[3.0]]
    return scenario([unit], [[1.0]] + [[inputs]] * (times - 1), targets)


@pytest.mark.parametrize("seed", some_of(SEEDS, 7))
def test_what_is_done_is_what_the_steps_have_written(seed: int) -> None:
    assert_done_is_what_is_written(trace(recurrent_at_random(seed)))


@pytest.mark.parametrize("order", FURTHER)
def test_what_is_done_in_any_order(order: str, monkeypatch: pytest.MonkeyPatch) -> None:
    put(monkeypatch)
    run = trace(recurrent_at_random([*FURTHER].index(order), samples=3, batch_size=3, steps=120), order)
    assert_done_is_what_is_written(run)
    for step in range(run.schedule.first_step(1)):
        one = run[step]
        if isinstance(one, GradientStep):
            assert one.time is not None
            assert one.layer is not None
            found = shares(run, step, one.layer, "weights", (0, 0)).running.at(one.time)
            assert found == pytest.approx(one.weight_total[0, 0], rel=1e-9, abs=1e-12)


def assert_done_is_what_is_written(run: Trace) -> None:
    layers: list[int | None] = [*range(1, run.shapes.layers + 1)]
    kinds: dict[Kind, list[int | None]] = {
        "forward": layers,
        "loss": [None],
        "delta": layers,
        "gradient": layers,
    }
    sites = [run.schedule.site(step) for step in range(len(run))]
    for kind, wanted in kinds.items():
        for step, site in enumerate(sites):
            first = run.schedule.first_step(site.iteration)
            for place in wanted:
                found = {
                    other.time
                    for other in sites[first : step + 1]
                    if (other.kind, other.sample, other.layer) == (kind, sample_of(run, step), place)
                }
                done = set(times_done(run, step, kind, place))
                if kind == "loss":
                    done &= set(np.flatnonzero(run.shapes.has_target[sample_of(run, step)]).tolist())
                assert done == found, (step, kind, place)


@pytest.mark.parametrize("seed", some_of(SEEDS, 7))
def test_sizes_and_shares_are_those_of_the_oracle(seed: int) -> None:
    found = recurrent_at_random(seed)
    run = trace(found)
    deltas, gradients = of_kinds(found, "delta", "gradient")
    for step in range(0, len(run), 3):
        k, sample = run.schedule.site(step).iteration, sample_of(run, step)
        for number in range(1, run.shapes.layers + 1):
            mine = found.network.layers[number - 1]
            size = sizes(run, step, number)
            for time in size.times:
                assert size.at(time) == pytest.approx(
                    norm(deltas[k, sample, time, number]["delta"]), abs=1e-12
                )
            assert size.at(size.times.start - 1) is None
            parameter: Parameter = "recurrent_weights" if mine.recurrent else "weights"
            field = "recurrent" if mine.recurrent else "weight"
            to, source = mine.units - 1, 0
            share = shares(run, step, number, parameter, (to, source))
            for time in share.share.times:
                record = gradients[k, sample, time, number]
                assert share.share.at(time) == pytest.approx(
                    record[f"{field}_gradient"][to][source], abs=1e-12
                )
                assert share.running.at(time) == pytest.approx(
                    record[f"{field}_total"][to][source], abs=1e-12
                )


def test_nothing_is_known_before_its_step() -> None:
    run = trace(memory("tanh", 0.5, 3))
    backward = [step for step in range(7) if run.schedule.site(step).kind == "delta"]
    assert [sizes(run, step, 1).times for step in range(4)] == [range(3, 3)] * 4
    assert [sizes(run, step, 1).times.start for step in backward] == [2, 1]
    assert shares(run, 4, 1, "recurrent_weights", (0, 0)).running.at(2) is None
    assert shares(run, 5, 1, "recurrent_weights", (0, 0)).running.at(2) is not None
    assert quantity(run, 0, "activation", 1, 0).times == range(1)
    assert quantity(run, 0, "activation", 0, 0).times == range(3)


@pytest.mark.parametrize(("weight", "times"), [(0.6, 1000), (1.4, 1000)])
def test_sizes_whose_squares_have_no_float(weight: float, times: int) -> None:
    run = trace(memory("identity", weight, times))
    values = sizes(run, len(run) - 1, 1).values
    assert (values > 0.0).all()
    assert np.isfinite(values).all()
    assert values[0] / values[-1] == pytest.approx(weight ** (times - 1), rel=1e-9)


def test_earlier_samples_are_in_the_running_sum() -> None:
    found = recurrent_at_random(3, samples=4, batch_size=4, order="deferred")
    run = trace(found)
    number = next(i for i, mine in enumerate(found.network.layers, start=1) if mine.recurrent)
    first = [shares(run, s.step, number, "recurrent_weights", (0, 0)) for s in run if s.kind == "gradient"]
    assert first[0].before == 0.0
    assert first[-1].before == pytest.approx(first[-1].running.values[0] - first[-1].share.values.sum())
    assert first[-1].before != 0.0


def test_both_orders_share_the_first_error() -> None:
    """Until the first update of an iteration the premature order has the same numbers."""
    found = recurrent_at_random(7)
    last = found.data.inputs.shape[1] - 1
    first = []
    for order in ("deferred", "premature"):
        run = trace(found, order)
        step = next(step for step in range(len(run)) if run.schedule.site(step).kind == "delta")
        first.append(sizes(run, step, run.shapes.layers).at(last))
    assert first[0] is not None
    assert first[0] == pytest.approx(first[1])
