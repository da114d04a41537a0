"""Does a bias that stands for two learn as two do, each trained by itself?

The other bias is given a place of its own: an input that is always 1, and the weights that it comes in by.
So there are two networks, which know nothing of one another and must predict the same throughout.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from engine import trace
from engine.arrays import Array, frozen, sealed
from engine.equations.optimizers import OPTIMIZERS
from engine.equations.updates import is_descent
from engine.facts.broken.breaking import break_rule
from engine.facts.broken.harm import harm
from engine.facts.gradient import gradient_vector
from engine.facts.two_orders.compare import compare
from engine.scenario import Data, Layer, Network, Scenario, Training
from engine.update_orders import ORDERS, WAITING
from engine.words.gradients.gathered import sentence as gradient_words
from engine.words.waits.harm import words_of_harm
from tests.given.scenarios_at_random import with_training
from tests.given.some_of import each_of

if TYPE_CHECKING:
    from engine.run.tracing import Trace

CHANCE = np.random.default_rng(5)
W, U, V = (frozen(CHANCE.normal(size=shape)) for shape in ((3, 2), (3, 3), (1, 3)))
FIRST, SECOND, LAST = (frozen(CHANCE.normal(size=size)) for size in (3, 3, 1))
X, Y = CHANCE.normal(size=(4, 3, 2)), frozen(CHANCE.normal(size=(4, 3, 1)))
ITERATIONS = 6
TRAINED = sealed(np.array([True, False, True]))


def elman(first: Layer, inputs: Array, **training: Any) -> Scenario:
    return Scenario(
        "two biases",
        Network(inputs.shape[-1], "half-squared-error", (first, Layer("identity", V, LAST))),
        Data(frozen(inputs), Y, sealed(np.ones((4, 3), dtype=np.bool_))),
        Training(**{"learning_rate": 0.05, "iterations": ITERATIONS, "batch_size": 4, **training}),
    )


def as_one(**training: Any) -> Scenario:
    both = frozen(FIRST + SECOND)
    return elman(Layer("tanh", W, both, recurrent_weights=U, bias_copies=2), X, **training)


def apart(**training: Any) -> Scenario:
    weights = frozen(np.column_stack([W, SECOND]))
    inputs = np.concatenate([X, np.ones((4, 3, 1))], axis=-1)
    return elman(Layer("tanh", weights, FIRST, recurrent_weights=U), inputs, **training)


def assert_alike(one: Trace, other: Trace) -> None:
    for k in range(ITERATIONS):
        mine, theirs = (run.iteration(k).vectors("activation", 2) for run in (one, other))
        np.testing.assert_allclose(mine, theirs, rtol=1e-12, atol=1e-13)
    after = other.parameters(ITERATIONS)
    both = after.biases[0] + after.weights[0][:, 2]
    np.testing.assert_allclose(one.parameters(ITERATIONS).biases[0], both, rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize(
    ("optimizer", "training"), each_of(OPTIMIZERS, [{}, {"reduction": "mean", "clip_norm": 0.2}])
)
def test_every_optimizer_trains_both(optimizer: str, training: dict[str, Any]) -> None:
    asked = {"optimizer": optimizer, **training}
    assert_alike(trace(as_one(**asked)), trace(apart(**asked)))


@pytest.mark.parametrize("order", [order for order in ORDERS if order != WAITING])
def test_in_every_order(order: str) -> None:
    assert_alike(trace(as_one(order=order)), trace(apart(order=order)))


@pytest.mark.parametrize("optimizer", ["sgd", "momentum"])
@pytest.mark.parametrize("clip", [None, 0.2])
def test_what_is_not_trained_is_not(optimizer: str, clip: float | None) -> None:
    runs = []
    for scenario in (as_one(optimizer=optimizer, clip_norm=clip), apart(optimizer=optimizer, clip_norm=clip)):
        first, last = scenario.network.layers
        columns = np.ones(first.weights.shape, dtype=np.bool_)
        columns[:, 2:] = TRAINED[:, None]
        first = replace(first, train_biases=TRAINED, train_weights=sealed(columns))
        runs.append(trace(replace(scenario, network=replace(scenario.network, layers=(first, last)))))
    assert_alike(*runs)
    assert runs[0].parameters(ITERATIONS).biases[0][1] == as_one().network.layers[0].biases[1]


@pytest.mark.parametrize("mistake", ["sign", "mean-twice", "gradient-kept"])
def test_a_mistake_of_the_update_is_made_with_both(mistake: str) -> None:
    asked = {"mistake": mistake, "reduction": "mean"}
    assert_alike(trace(as_one(**asked)), trace(apart(**asked)))


def test_what_is_applied_and_remembered_is_of_one_and_the_change_of_both() -> None:
    run = trace(as_one(optimizer="momentum"))
    step = next(one for one in run if one.kind == "update" and one.layer == 1)
    record = step.record()
    total = run.iteration(0).totals(1, 3, 0).biases.tolist()
    assert record["biases_applied"] == record["biases_velocity_after"] == total
    assert record["biases_change"] == pytest.approx([-0.05 * 2 * one for one in total], rel=1e-15)


def test_an_update_goes_not_straight_against_the_gradient() -> None:
    """So nobody says it of such a run; of what a mistake applies the gradient of one is read off."""
    assert is_descent(apart())
    assert not is_descent(as_one())
    assert not is_descent(apart(optimizer="adam"))
    assert is_descent(with_biases_fixed(as_one()))
    assert not compare(trace(as_one(), "premature"), 0).plain
    run = trace(with_training(as_one(), mistake="sign"))
    totals = run.iteration(0).totals(1, 3, 0)
    for pair in compare(run, 0).layers[0].pairs:
        np.testing.assert_allclose(pair.second, -getattr(totals, pair.parameter), rtol=1e-12)


def test_no_word_says_that_it_does() -> None:
    for scenario, straight in ((apart(), True), (as_one(), False)):
        run = trace(scenario)
        last = max(step.step for step in run if step.kind == "gradient" and step.iteration == 0)
        assert ("-η times each component" in gradient_words(gradient_vector(run, last))) == straight
        broken = break_rule(run, next(step.step for step in run if step.kind == "gradient"), 2)
        found = harm(broken)
        assert found is not None
        told = " ".join(words_of_harm(broken, found, len(broken) - 1))
        assert ("The whole change points" in told) == ("-∇C" in told) == straight
        assert ("All that is gathered points" in told) != straight
        lower = " ".join(words_of_harm(broken, replace(found, loss_broken=-1.0), len(broken) - 1))
        assert ("the change is not the negative gradient" in lower) == straight


def with_biases_fixed(scenario: Scenario) -> Scenario:
    layers = tuple(replace(layer, train_biases=False) for layer in scenario.network.layers)
    return replace(scenario, network=replace(scenario.network, layers=layers))
