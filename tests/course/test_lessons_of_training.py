"""Do the optimisers and the mistakes of lessons 15 to 18 do what the lessons say of them?"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from engine import trace
from engine.scenario import without_mistake
from tests.course.trained import changed, losses, settled, started, trained
from tests.slopes.test_central_differences import FIELDS, slope

if TYPE_CHECKING:
    from engine.arrays import Array
    from engine.scenario import Scenario


def weights(scenario: Scenario) -> Array:
    """Return the weights of layer 1, [update, from], of a network with one neuron."""
    return np.array([parameters.weights[0][0] for parameters in trained(scenario)])


def first_changes(scenario: Scenario) -> dict[tuple[int, str], Array]:
    """Return what the first iteration changes, by layer and parameter."""
    steps = trace(scenario)
    made: list[Any] = [step for step in steps[: steps.schedule.first_step(1)] if step.kind == "update"]
    return {
        (step.layer, parameter): getattr(step, f"{parameter}_change")
        for step in made
        for parameter in ("weights", "biases")
    }


def test_momentum_is_five_times_as_fast_along_the_ravine() -> None:
    found = losses("15-momentum")
    plain = losses("15-momentum", optimizer="sgd", iterations=300)
    long = losses("15-momentum", momentum=0.9, iterations=300)
    assert [settled(found, 1.0), settled(found, 0.01)] == [16, 35]
    assert [settled(plain, 1.0), settled(plain, 0.01)] == [55, 175]
    assert [settled(long, 1.0), settled(long, 0.01)] == [37, 81]
    assert found[1] == plain[1]
    assert found[3] > found[2]


def test_plain_gradient_descent_leaps_from_wall_to_wall_and_creeps_along() -> None:
    found = weights(changed("15-momentum", optimizer="sgd"))
    np.testing.assert_allclose(found[1:] / found[:-1], np.tile([0.981, -0.9], (60, 1)))
    across = losses("15-momentum", optimizer="sgd", learning_rate=0.0201, iterations=1000)
    assert across[-1] > across[0]


def test_momentum_turns_the_leaps_into_smaller_ones_and_lengthens_the_steps() -> None:
    fast, plain = (
        np.diff(weights(changed("15-momentum", **how)), axis=0) for how in ({}, {"optimizer": "sgd"})
    )
    np.testing.assert_allclose(fast[0], plain[0])
    np.testing.assert_allclose(fast[1], [-0.1316, 0.285], atol=5e-5)
    np.testing.assert_allclose(plain[1], [-0.0746, 1.71], atol=5e-5)


def test_adam_takes_both_weights_the_same_way() -> None:
    found = weights(changed("16-adam", iterations=2000))
    np.testing.assert_allclose(found[:, 0], found[:, 1], rtol=1e-6)
    np.testing.assert_allclose(found[[1, 24], 0], [0.1, 2.0016], atol=5e-5)
    assert int(np.argmax(found[:, 0])) == 36
    assert settled([float(apart) for apart in np.abs(found - 2.0).max(axis=1)], 0.02) == 78
    assert abs(found[100, 0] - found[99, 0]) == pytest.approx(0.0013, abs=5e-5)


def test_no_rate_of_plain_gradient_descent_suits_both_weights() -> None:
    run = started(changed("16-adam", optimizer="sgd", learning_rate=0.01))
    found = []
    for updates in (1, 46_048, 1):
        run.advance(updates)
        found.append(run.parameters().weights[0][0])
    np.testing.assert_allclose(found[0], [2.0, 0.0002])
    assert found[1][1] < 1.98 <= found[2][1]
    loss = losses("16-adam", optimizer="sgd", learning_rate=0.01, iterations=1)
    np.testing.assert_allclose(loss, [200.02, 0.02], atol=5e-5)
    faster = weights(changed("16-adam", optimizer="sgd", learning_rate=0.02, iterations=100))
    np.testing.assert_allclose(faster[:, 0], np.tile([0.0, 4.0], 51)[:101], atol=1e-9)


def test_a_layer_too_early_turns_all_below_it_and_nothing_else() -> None:
    early, late = (first_changes(changed("17-layerwise", order=order)) for order in ("layerwise", "deferred"))
    for (layer, parameter), change in early.items():
        right = late[layer, parameter]
        np.testing.assert_allclose(change, right if layer == 2 else -0.519735 * right, rtol=1e-6)


def test_a_layer_too_early_learns_the_mean_and_no_more() -> None:
    early, late = (losses("17-layerwise", order=order) for order in ("layerwise", "deferred"))
    np.testing.assert_allclose([early[1], late[1]], [9.503, 10.52], atol=5e-3)
    assert early[-1] > 9.0  # what 3 for both costs
    assert late[-1] < 1e-6


def test_without_the_slope_the_loss_falls_at_every_update() -> None:
    found = losses("18-no-slope")
    right = losses("18-no-slope", mistake=None)
    assert all(after < before for before, after in pairwise(found))
    assert all(after < before for before, after in pairwise(right))
    assert found[-1] < right[-1]


def test_without_the_slope_only_the_gradient_of_the_last_layer_is_the_measured_one() -> None:
    scenario = changed("18-no-slope")
    rate, uphill = scenario.training.learning_rate, dict.fromkeys((1, 2), 0.0)
    for (layer, parameter), change in first_changes(scenario).items():
        kind = {"weights": "weight", "biases": "bias"}[parameter]
        for index in np.ndindex(change.shape):
            measured, tolerance = slope(scenario, layer, FIELDS[kind], index)
            applied = float(change[index])
            assert (abs(-applied / rate - measured) <= tolerance) == (layer == 2)
            uphill[layer] += measured * applied
    assert uphill[1] > 0.0
    assert uphill[1] + uphill[2] < 0.0


def test_without_the_slope_layer_1_goes_uphill() -> None:
    wrong = changed("18-no-slope")
    made, right = first_changes(wrong), first_changes(without_mistake(wrong))
    (up, down) = (np.concatenate([of[1, "weights"].ravel(), of[1, "biases"]]) for of in (made, right))
    cosine = up @ down / np.linalg.norm(up) / np.linalg.norm(down)
    assert np.degrees(np.arccos(cosine)) == pytest.approx(103.5, abs=0.05)


def test_the_forgotten_slope_is_the_only_mistake() -> None:
    wrong = changed("18-no-slope")
    np.testing.assert_allclose(first_changes(wrong)[1, "weights"][0], 0.8)
    np.testing.assert_allclose(first_changes(without_mistake(wrong))[1, "weights"][0], -0.0707, atol=5e-5)
