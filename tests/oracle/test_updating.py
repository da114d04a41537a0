"""Are the judge's own optimisers right? By hand for a step or two, and against PyTorch's over fifty.

PyTorch does the gradients by itself, too. Without PyTorch that test is skipped.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from engine.arrays import frozen
from engine.scenario import Data, Layer, Network, Scenario, Training
from tests.given.scenarios_at_random import OPTIMIZERS, ORDERS, Wanted, scenario_at_random, with_training
from tests.oracle import Number, records
from tests.oracle.number import TOLERANCE, exact, length, one_minus_power, root, square
from tests.oracle.updating import STATES

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.scenario import Order


def line(**training: Any) -> Scenario:
    """A weight and a bias without a loss's curvature: a = 2 x - 1, with gradients that never change.

    The absolute error has the slope 1: the samples x = 2 and x = -1.5 give the weight 0.5 and the bias 2.
    The targets are far below; the learning rate is so small that they stay there.
    """
    return Scenario(
        title="line",
        network=Network(
            inputs=1,
            loss="absolute-error",
            layers=(Layer("identity", frozen([[2.0]]), frozen([-1.0])),),
        ),
        data=Data(
            inputs=frozen([[[2.0]], [[-1.5]]]),
            targets=frozen([[[-50.0]], [[-50.0]]]),
            has_target=np.ones((2, 1), dtype=np.bool_),
        ),
        training=Training(**{"learning_rate": 0.125, "iterations": 2, "batch_size": 2, **training}),
    )


def updates(scenario: Scenario) -> list[dict[str, Any]]:
    return [record for record in records(scenario) if record["kind"] == "update"]


# --- by hand: η = 1/8, and of the weight G = 1/2, of the bias G = 2 ------------------------------------


def test_plain_descent() -> None:
    first, second = updates(line())
    assert first["weights_change"] == [[-0.0625]]
    assert first["biases_change"] == [-0.25]
    assert second["weights_before"] == first["weights_after"] == [[1.9375]]
    assert "weights_applied" not in first


def test_a_bias_that_is_a_sum_of_three_changes_by_what_each_of_them_does() -> None:
    """Gradient and velocity are those of one of them."""
    first, second = updates(untrained(line(optimizer="momentum", momentum=0.5), 1, bias_copies=3))
    assert first["biases_applied"] == first["biases_velocity_after"] == [2.0]
    assert first["biases_change"] == [3 * -2.0 / 8.0]
    assert first["biases_after"] == [-1.75]
    assert second["biases_velocity_after"] == [3.0]
    assert second["biases_change"] == [3 * -3.0 / 8.0]
    assert first["weights_change"] == [[-0.5 / 8.0]]


def test_momentum_by_hand() -> None:
    """Polyak: v ← μ v + g."""
    first, second = updates(line(optimizer="momentum", momentum=0.5))
    assert [first[f"weights_velocity_{when}"] for when in ("before", "after")] == [[[0.0]], [[0.5]]]
    assert first["weights_change"] == [[-0.5 / 8.0]]
    assert [second[f"weights_velocity_{when}"] for when in ("before", "after")] == [[[0.5]], [[0.75]]]
    assert second["weights_change"] == [[-0.75 / 8.0]]
    assert second["biases_velocity_after"] == [3.0]
    assert second["biases_change"] == [-3.0 / 8.0]
    assert second["weights_applied"] == [[0.5]]
    assert second["biases_applied"] == [2.0]


def test_nesterov_by_hand() -> None:
    """The direction looks one step of the velocity ahead: g + μ v."""
    first, second = updates(line(optimizer="nesterov", momentum=0.5))
    assert first["weights_change"] == [[-(0.5 + 0.25) / 8.0]]
    assert second["weights_velocity_after"] == [[0.75]]
    assert second["weights_change"] == [[-(0.5 + 0.375) / 8.0]]


def test_rmsprop_by_hand() -> None:
    """ε stands outside of the root: s = 3/4 · 0 + 1/4 · 2² = 1, and 2/(1 + 1)."""
    first, second = updates(line(optimizer="rmsprop", decay=0.75, epsilon=1.0))
    assert first["biases_mean_square_after"] == [1.0]
    assert first["biases_change"] == [-2.0 / (1.0 + 1.0) / 8.0]
    assert second["biases_mean_square_after"] == [1.75]
    assert second["biases_change"] == pytest.approx([-2.0 / (math.sqrt(1.75) + 1.0) / 8.0], rel=1e-15)


@pytest.mark.parametrize("optimizer", ["adam", "adamw"])
def test_adam_by_hand(optimizer: str) -> None:
    """With a gradient that stays as it is, the corrected moments are g and g² in every step."""
    first, second = updates(line(optimizer=optimizer, beta1=0.5, beta2=0.75, epsilon=2.0))
    assert first["biases_first_moment_after"] == [1.0]
    assert first["biases_second_moment_after"] == [1.0]
    assert second["biases_first_moment_after"] == [1.5]
    assert second["biases_second_moment_after"] == [1.75]
    for update in (first, second):
        assert update["biases_change"] == pytest.approx([-2.0 / (2.0 + 2.0) / 8.0], rel=1e-15)
        assert update["weights_change"] == [[pytest.approx(-0.5 / (0.5 + 2.0) / 8.0, rel=1e-15)]]


def test_adam_corrects_by_the_number_of_the_update() -> None:
    """Gradients of 3, then 1 for the weight: the second mean is (0.25 · 3 + 0.5 · 1)/(1 - 0.25)."""
    scenario = line(optimizer="adam", beta1=0.5, beta2=0.5, epsilon=0.0, batch_size=1)
    scenario = replace(scenario, data=replace(scenario.data, inputs=frozen([[[3.0]], [[1.0]]])))
    _, second = updates(scenario)
    assert second["weights_first_moment_after"] == [[1.25]]
    assert second["weights_second_moment_after"] == [[0.25 * 9.0 + 0.5 * 1.0]]
    expected = -(1.25 / 0.75) / math.sqrt(2.75 / 0.75) / 8.0
    assert second["weights_change"] == [[pytest.approx(expected, rel=1e-15)]]


def test_in_the_premature_order_every_update_counts() -> None:
    """Two samples are two updates, the second of which corrects by 1 - β²."""
    adam = {"optimizer": "adam", "beta1": 0.5, "beta2": 0.5, "epsilon": 0.0}
    early = updates(line(order="premature", iterations=1, **adam))
    # gradients of 1 for the bias in both: uncorrected moments would give another change
    assert [update["biases_change"] for update in early] == [[-0.125], [-0.125]]
    assert early[1]["biases_first_moment_after"] == [0.75]


def test_the_decay_is_part_of_what_is_applied_but_for_biases() -> None:
    (first,) = updates(line(weight_decay=0.25, iterations=1))
    assert first["weights_applied"] == [[0.5 + 0.25 * 2.0]]
    assert first["weights_change"] == [[-1.0 / 8.0]]
    assert first["biases_applied"] == [2.0]
    (first,) = updates(line(weight_decay=0.25, iterations=1, reduction="mean"))
    assert first["weights_applied"] == [[0.25 + 0.25 * 2.0]], "of the mean, and the decay is not divided"


def test_adamw_decays_beside_the_moments() -> None:
    settings = {"optimizer": "adamw", "epsilon": 0.0, "weight_decay": 0.25, "iterations": 1}
    (first,) = updates(line(**settings))
    assert first["weights_applied"] == [[0.5]]
    assert first["weights_change"] == [[pytest.approx(-(1.0 + 0.25 * 2.0) / 8.0, rel=1e-15)]]
    assert first["biases_change"] == [pytest.approx(-1.0 / 8.0, rel=1e-15)]
    (coupled,) = updates(line(**{**settings, "optimizer": "adam"}))
    assert coupled["weights_applied"] == [[1.0]]
    assert coupled["weights_change"] == [[pytest.approx(-1.0 / 8.0, rel=1e-15)]]


def two_layers(**training: Any) -> Scenario:
    """a2 = 3 · 2 · x, for x = 1 and the target 0, so δ2 = 6: G of W1, b1, W2 and b2 is 18, 18, 12 and 6."""
    layers = tuple(Layer("identity", frozen([[w]]), frozen([0.0])) for w in (2.0, 3.0))
    return Scenario(
        title="two layers",
        network=Network(inputs=1, loss="half-squared-error", layers=layers),
        data=Data(frozen([[[1.0]]]), frozen([[[0.0]]]), np.ones((1, 1), dtype=np.bool_)),
        training=Training(**{"learning_rate": 0.125, "iterations": 1, "batch_size": 1, **training}),
    )


def untrained(scenario: Scenario, layer: int, **groups: Any) -> Scenario:
    layers = list(scenario.network.layers)
    layers[layer - 1] = replace(layers[layer - 1], **groups)
    return replace(scenario, network=replace(scenario.network, layers=tuple(layers)))


def test_clipping_takes_the_length_over_all_layers() -> None:
    length_of_all = math.sqrt(18.0**2 + 18.0**2 + 12.0**2 + 6.0**2)
    for update, total in zip(updates(two_layers(clip_norm=3.0)), (12.0, 18.0), strict=True):
        assert update["clip_scale"] == pytest.approx(3.0 / length_of_all, rel=1e-15)
        assert update["weights_applied"] == [[pytest.approx(total * 3.0 / length_of_all, rel=1e-15)]]
    for update in updates(two_layers(clip_norm=math.ceil(length_of_all))):
        assert update["clip_scale"] == 1.0
        assert update["weights_applied"] == [[12.0 if update["layer"] == 2 else 18.0]]


def test_of_a_sum_of_biases_each_counts_in_the_length() -> None:
    for update in updates(untrained(two_layers(clip_norm=3.0), 1, bias_copies=2)):
        assert update["clip_scale"] == pytest.approx(
            3.0 / math.sqrt(18.0**2 + 2 * 18.0**2 + 12.0**2 + 6.0**2)
        )


def test_clipping_comes_before_the_decay_and_after_the_mean() -> None:
    scenario = two_layers(clip_norm=3.0, weight_decay=0.25)
    _, first = updates(scenario)
    scale = 3.0 / math.sqrt(828.0)
    assert first["weights_applied"] == [[pytest.approx(18.0 * scale + 0.25 * 2.0, rel=1e-15)]]
    scenario = line(clip_norm=1.0, reduction="mean", iterations=1)
    (update,) = updates(scenario)
    assert update["clip_scale"] == pytest.approx(1.0 / math.hypot(0.25, 1.0), rel=1e-15)


def test_what_is_not_trained_has_no_part_in_the_length_but_is_shortened() -> None:
    scenario = untrained(two_layers(clip_norm=1.0), 1, train_weights=False, train_biases=frozen([0.0]) > 0.0)
    second, first = updates(scenario)
    assert second["clip_scale"] == first["clip_scale"] == pytest.approx(1.0 / math.hypot(12.0, 6.0))
    assert first["weights_applied"] == [[pytest.approx(18.0 / math.hypot(12.0, 6.0), rel=1e-15)]]
    assert (first["weights_change"], first["biases_change"]) == ([[0.0]], [0.0])
    assert first["weights_after"] == [[2.0]]
    assert second["weights_change"] != [[0.0]]


def test_nothing_is_clipped_where_nothing_is_trained() -> None:
    scenario = two_layers(clip_norm=1.0)
    for layer in (1, 2):
        scenario = untrained(scenario, layer, train_weights=False, train_biases=False)
    assert [update["clip_scale"] for update in updates(scenario)] == [1.0, 1.0]


@pytest.mark.parametrize("order", [order for order in ORDERS if order != "deferred"])
def test_clipping_is_refused_where_updates_do_not_wait(order: Order) -> None:
    with pytest.raises(AssertionError, match=order):
        list(records(two_layers(clip_norm=1.0, order=order)))


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("order", ORDERS)
def test_what_is_not_trained_stays_while_all_else_goes_on(order: Order, optimizer: str) -> None:
    """In the first iteration of a layer alone: g and the states are those of a run that trains everything."""
    wanted = Wanted(
        optimizer=optimizer, order=order, depth=1, recurrent=True, samples=2, iterations=1, batch_size=2
    )
    scenario = with_training(scenario_at_random(1, wanted), weight_decay=0.1)
    (layer,) = scenario.network.layers
    assert layer.recurrent_weights is not None
    masks = {
        "weights": np.indices(layer.weights.shape).sum(axis=0) % 2 == 0,
        "recurrent": np.indices(layer.recurrent_weights.shape).sum(axis=0) % 2 == 1,
        "biases": np.arange(layer.units) % 2 == 0,
    }
    frozen_one = untrained(
        scenario,
        1,
        train_weights=masks["weights"],
        train_recurrent_weights=masks["recurrent"],
        train_biases=masks["biases"],
    )
    everything = untrained(scenario, 1, train_biases=True)
    (some, *_), (all_of_it, *_) = updates(frozen_one), updates(everything)
    for name, mask in masks.items():
        assert some[f"{name}_applied"] == all_of_it[f"{name}_applied"]
        for state in STATES[optimizer]:
            assert some[f"{name}_{state}_after"] == all_of_it[f"{name}_{state}_after"]
        change = np.array(all_of_it[f"{name}_change"])
        assert some[f"{name}_change"] == np.where(mask, change, 0.0).tolist()
        assert np.all(change != 0.0)


def test_an_optimizer_without_a_meaning_is_refused() -> None:
    with pytest.raises(AssertionError, match="lion"):
        list(records(line(optimizer="lion")))


def test_each_optimizer_of_the_engine_has_a_meaning() -> None:
    assert sorted(STATES) == sorted(OPTIMIZERS)


# --- how exact the numbers are --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("function", "reference"),
    [(square, lambda x: x * x), (root, math.sqrt)],
    ids=["square", "root"],
)
@pytest.mark.parametrize("value", [3.0, 1e-9, 1e-30])
@pytest.mark.parametrize("relative", [1.0, 1e6, 1e14, 1e20])
def test_a_size_covers_what_an_error_does(
    function: Callable[[Number], Number], reference: Callable[[float], float], value: float, relative: float
) -> None:
    """Whatever is within the tolerance of a number has its square and its root within theirs."""
    x = Number(value, value * relative)
    found = function(x)
    for error in (-1.0, -0.3, 0.3, 1.0):
        disturbed = max(0.0, value + error * TOLERANCE * x.size)
        assert abs(reference(disturbed) - found.value) <= 1.01 * TOLERANCE * found.size
    if relative == 1.0:
        assert found.size <= 3.01 * found.value


def test_the_root_of_nothing_that_was_lost_may_be_anything_that_small() -> None:
    """1 - 1 may be 1e-16 for somebody else: so its square is 1e-32, and the root of that 1e-16."""
    lost = exact(1.0) - exact(1.0)
    assert TOLERANCE * root(square(lost)).size >= 1e-16
    assert root(Number(0.0, 0.0)) == Number(0.0, 0.0)


@pytest.mark.parametrize("power", [1, 2, 7, 50])
def test_a_power_that_is_multiplied_up_is_within_the_tolerance(power: int) -> None:
    found, product = one_minus_power(0.999, power), 1.0
    for _ in range(power):
        product *= 0.999
    for other in (1.0 - product, 1.0 - 0.999**power):
        assert abs(found.value - other) <= TOLERANCE * found.size
    assert found.size < 20.0 * found.value


def test_a_length_neither_overflows_nor_vanishes() -> None:
    assert length([exact(3e200), exact(4e200)]).value == pytest.approx(5e200, rel=1e-15)
    assert length([exact(3e-200), exact(-4e-200)]).value == pytest.approx(5e-200, rel=1e-15)
    assert length([]).value == 0.0
