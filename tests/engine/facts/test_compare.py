"""Are the two orders set side by side rightly, and does the neutral judge agree with the right one?"""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import numpy as np
import pytest

from engine import load, trace
from engine.facts.slopes.measured import central_difference
from engine.facts.two_orders.chosen import Two
from engine.facts.two_orders.compare import (
    Comparison,
    angle_between,
    compare,
    final_losses,
)
from engine.facts.two_orders.parting import consequences, parting
from engine.order.quantities import Parameter
from engine.run.straight import loss_of
from engine.run.tracing import Trace
from engine.words.runs.compared import sentence
from tests.cases import case
from tests.given.further_orders import FURTHER, put
from tests.given.scenarios_at_random import Wanted, scenario_at_random
from tests.given.some_of import some_of
from tests.golden.runs import layer, scenario

if TYPE_CHECKING:
    from engine.parameters import Parameters
    from engine.run.iteration import Iteration
    from engine.scenario import Order, Scenario

ROOT = Path(__file__).parents[3]
GOLDEN = json.loads((ROOT / "tests/golden/golden.json").read_text(encoding="utf-8"))
ORDERS: tuple[Order, Order] = ("deferred", "premature")
FLIP = scenario(
    [layer("sigmoid", [[1.0]]), layer("sigmoid", [[0.05]])], [[1.0]], [[0.0]], rate=2.0, iterations=3
)


def mazur() -> Scenario:
    return load(ROOT / "scenarios/mazur.toml")


def worked(name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(e for e in GOLDEN["examples"] if e["id"] == name)["recomputed"]
    return found


@pytest.mark.parametrize("order", ORDERS)
def test_mazur(order: Order) -> None:
    found = compare(trace(mazur(), order), 0)
    first, last = found.layers
    assert first.pairs[0].ratio[0, 0] == pytest.approx(0.8316226865873725, rel=1e-12)
    assert found.overall.cosine == pytest.approx(0.999998128668154, abs=1e-14)
    assert first.angle.cosine == pytest.approx(0.9999339176085711, abs=1e-14)
    assert first.angle.degrees == pytest.approx(math.degrees(math.acos(0.9999339176085711)), rel=1e-9)
    assert [pair.parameter for pair in first.pairs] == ["weights"]  # the biases are not trained
    assert last.angle.degrees == 0.0
    assert (found.overall.numbers, found.overall.differ, found.overall.flipped) == (8, 4, 0)
    assert found.loss_first == pytest.approx(0.29102777369, abs=5e-12)
    assert found.loss_second == pytest.approx(0.291027924, abs=5e-10)
    assert found.loss_second > found.loss_first


def test_mazur_after_all_iterations_the_premature_order_is_lower() -> None:
    late, early = (trace(mazur(), order) for order in ORDERS)
    late.advance(late.iterations)
    assert final_losses(late, compare(late, 0, Two("premature")), (early,)) is None
    assert final_losses(late, compare(late, 0, Two("premature")), (late,)) is None
    early.advance(early.iterations)
    found = final_losses(early, compare(early, 0, Two("premature")), (late,))
    assert found is not None
    assert found == final_losses(late, compare(late, 0, Two("premature")), (early,))
    assert found.second < found.first
    assert found.first == loss_of(late.scenario, late.shapes, late.parameters(late.iterations))


def test_a_sign_flips() -> None:
    golden, found = worked("crafted-early-sign-flip"), compare(trace(FLIP), 0)
    pair = found.layers[0].pairs[0]
    assert pair.first[0, 0] == pytest.approx(golden["dE_dw1_true"], rel=1e-12)
    assert pair.second[0, 0] == pytest.approx(golden["dE_dw1_early_WRONG"], rel=1e-12)
    assert pair.flipped.tolist() == [[True]]
    assert found.layers[0].angle[1:] == (180.0, 1, 1, 1, 1)
    assert (found.overall.flipped, found.layers[1].angle.flipped) == (1, 0)
    assert found.loss_first == pytest.approx(golden["E_after_deferred"], rel=1e-12)
    assert found.loss_second == pytest.approx(golden["E_after_early"], rel=1e-12)
    entry = pair.at((0, 0))
    assert entry.flipped
    assert entry.differs
    assert entry.first_change == -2.0 * entry.first
    assert entry.ratio == pair.ratio[0, 0]


def flat_changes(found: Comparison, order: Order) -> np.ndarray:
    return np.concatenate(
        [
            (pair.first_change if order == "deferred" else pair.second_change).ravel()
            for layer in found.layers
            for pair in layer.pairs
        ]
    )


@pytest.mark.parametrize("seed", some_of(range(15), 6))
def test_both_runs_are_told_by_their_own_updates(seed: int) -> None:
    """What each order applied is the whole change of its parameters, over batches and times."""
    found = scenario_at_random(seed, Wanted(iterations=1, steps=80, parameters=30))
    comparisons = [compare(trace(found, order), 0) for order in ORDERS]
    for order in ORDERS:
        run = trace(found, order)
        before, after = run.parameters(0), run.parameters(1)
        moved = np.concatenate(
            [
                (
                    getattr(after, pair.parameter)[pair.layer - 1]
                    - getattr(before, pair.parameter)[pair.layer - 1]
                ).ravel()
                for layer in comparisons[0].layers
                for pair in layer.pairs
            ]
        )
        for comparison in comparisons:
            assert flat_changes(comparison, order) == pytest.approx(moved, rel=1e-9, abs=1e-14)


@pytest.mark.parametrize("seed", some_of(range(15), 6))
def test_the_judge_takes_the_side_of_the_deferred_order(seed: int) -> None:
    found = scenario_at_random(
        seed, Wanted(hidden="tanh", output="sigmoid", iterations=2, steps=120, parameters=30)
    )
    run = trace(found)
    for layer_ in compare(run, 1).layers:
        for pair in layer_.pairs:
            index = tuple(entry // 2 for entry in pair.first.shape)
            slope = central_difference(run, 1, pair.layer, pair.parameter, index)
            # The measured uncertainty is that of a coarser slope.
            assert slope.value == pytest.approx(pair.first[index], rel=1e-7, abs=1e-9)
            assert slope.uncertainty < 1e-3 * max(1.0, abs(slope.value))


def test_the_judge_tells_the_orders_apart() -> None:
    slope = central_difference(trace(FLIP), 0, 1, "weights", (0, 0))
    pair = compare(trace(FLIP), 0).layers[0].pairs[0]
    assert abs(slope.value - pair.first[0, 0]) < slope.uncertainty < 1e-5
    assert abs(slope.value - pair.second[0, 0]) > 1e-3


@pytest.mark.parametrize("distance", [0.0, *some_of(np.linspace(1e-6, 3e-3, 40).tolist(), 14)])
def test_a_kink_shows_as_uncertainty(distance: float) -> None:
    """At the kink itself; beside it a smaller nudge keeps clear of it."""
    found = scenario([layer("relu", [[distance]])], [[1.0]], [[1.0]])
    slope = central_difference(trace(found), 0, 1, "weights", (0, 0))
    right = distance - 1.0 if distance else 0.0
    assert abs(slope.value - right) <= slope.uncertainty
    assert (slope.uncertainty > 1e-6) == (distance == 0.0)


def test_one_layer_and_one_sample_are_the_same_in_both_orders() -> None:
    found = scenario_at_random(3, Wanted(depth=1, samples=1, recurrent=False, steps=80, parameters=30))
    angle = compare(trace(found), 0).overall
    assert (angle.differ, angle.degrees) == (0, 0.0)


def test_no_angle_without_a_direction() -> None:
    zeros, ones, endless = np.zeros(2), np.ones(2), np.full(2, np.inf)
    assert angle_between([zeros], [ones])[:2] == (None, None)
    assert angle_between([ones], [endless])[:2] == (None, None)
    assert angle_between([ones], [1e-300 * ones])[:2] == pytest.approx((1.0, 0.0))
    tiny = angle_between([np.array([1.0, 0.0])], [np.array([1.0, 1e-12])])
    assert tiny.degrees == pytest.approx(math.degrees(1e-12), rel=1e-9)


def test_a_run_that_overflows_is_compared_in_silence() -> None:
    wild = replace(FLIP, training=replace(FLIP.training, learning_rate=1e308))
    found = replace(
        wild, network=replace(wild.network, layers=(layer("identity", [[9.0]]), layer("identity", [[9.0]])))
    )
    assert not math.isfinite(compare(trace(found), 1).loss_second)


def test_names_of_parameters() -> None:
    assert set(get_args(Parameter)) == {"weights", "biases", "recurrent_weights"}


def test_without_a_rate_nothing_changes() -> None:
    """The gradients differ, 2 of 2 in sign, and neither order changes anything."""
    found = compare(trace(case("compare-eta0")), 0)
    assert (found.overall.differ, found.overall.flipped, found.overall.signed) == (0, 0, 0)
    assert found.overall.degrees is None
    assert sentence(found) == (
        "Neither order changes anything in this iteration: the learning rate is too small, or 0."
    )
    one = found.layers[0].pairs[0].at((0, 0))
    assert not one.flipped
    assert not one.differs


def test_the_other_order_is_played_once_for_all_that_is_told_of_a_comparison(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run, play, played = trace(load(ROOT / "scenarios/iris.toml")), Trace.in_order, list[str]()

    def counted(self: Trace, order: Order, number: int, before: Parameters) -> Iteration:
        played.append(order)
        return play(self, order, number, before)

    monkeypatch.setattr(Trace, "in_order", counted)
    for unit in (0, 1):
        found = compare(run, 1, Two("premature"))
        units = (unit,) * (run.shapes.layers + 1)
        there = parting(run, found, units)
        assert there is not None
        consequences(run, found, there, units)
    assert played.count("premature") == 1


@pytest.mark.parametrize("order", FURTHER)
def test_any_order_is_held_against_the_right_one_by_all_that_it_has_gathered(
    order: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(monkeypatch)
    wanted = Wanted(
        "tanh", recurrent=True, depth=2, samples=3, batch_size=3, reduction="sum", optimizer="sgd"
    )
    seed = next(seed for seed in range(100) if scenario_at_random(seed, wanted).data.times > 1)
    run = trace(scenario_at_random(seed, wanted), order)
    rate = run.scenario.training.learning_rate
    moved = run.iteration(0)
    for mine in compare(run, 0, Two(order)).layers:
        for pair in mine.pairs:
            before, after = (
                getattr(one.layer(mine.layer), pair.parameter) for one in (moved.before, moved.after)
            )
            copies = run.scenario.network.layers[mine.layer - 1].copies(pair.parameter)
            np.testing.assert_allclose(pair.second_change, after - before, rtol=1e-7, atol=1e-12)
            np.testing.assert_allclose(-rate * copies * pair.second, after - before, rtol=1e-7, atol=1e-12)
