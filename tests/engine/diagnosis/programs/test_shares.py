"""Is found what goes wrong with a softmax? A program along a sequence, every step by hand."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations
from typing import TYPE_CHECKING

import numpy as np
import pytest

from engine import diagnose
from engine.arrays import frozen, sealed
from engine.diagnosis.judging.bench import Bench
from engine.diagnosis.mistakes.layers.shares import of_shares
from engine.scenario import Data, Layer, Network, Scenario, Training

if TYPE_CHECKING:
    from engine.arrays import Array

pytestmark = pytest.mark.usefixtures("each_scenario_is_worked_out_once")

CHANCE = np.random.default_rng(13)
W, U, V = (CHANCE.normal(size=shape) for shape in ((2, 2), (2, 2), (3, 2)))
X = CHANCE.normal(size=(4, 2, 2))
Y = np.eye(3)[[[0, 1], [2, 2], [1, 0], [0, 2]]]
ZERO = np.zeros(2)

SCENARIO = Scenario(
    "classes at two times",
    Network(
        2,
        "cross-entropy",
        (
            Layer("tanh", frozen(W), frozen(ZERO), recurrent_weights=frozen(U), initial_state=frozen(ZERO)),
            Layer("softmax", frozen(V), frozen(np.zeros(3))),
        ),
    ),
    Data(frozen(X), frozen(Y), sealed(np.ones((4, 2), dtype=np.bool_))),
    Training(0.1, 1, 4, reduction="mean"),
)
AXES: dict[str, int | tuple[int, ...]] = {
    "softmax-over-samples": 0,
    "softmax-over-times": 1,
    "softmax-over-all": (0, 2),
}
"""The axes of [sample, time, unit] that are summed over, by mistake."""


def softmax(z: Array, axes: int | tuple[int, ...] = 2) -> Array:
    grown = np.exp(z)
    return np.asarray(grown / grown.sum(axis=axes, keepdims=True))


def back(a: Array, error: Array) -> Array:
    """What an error by the outputs is by the pre-activations."""
    return np.asarray(a * (error - (a * error).sum(axis=2, keepdims=True)))


def program(mistake: str = "") -> dict[str, Array]:
    """The outputs and the gradients, which are means over the batch."""
    h = [np.zeros((4, 2))]
    for t in range(2):
        h.append(np.tanh(X[:, t] @ W.T + h[-1] @ U.T))
    state = np.stack(h[1:], axis=1)
    a = softmax(state @ V.T, AXES.get(mistake, 2))
    if mistake == "softmax-twice":
        a = softmax(a)
    dz = a - Y
    if mistake == "softmax-diagonal":
        dz = -Y / a * a * (1 - a)
    if mistake == "softmax-in-the-loss-too":
        dz = back(a, softmax(a) - Y)
    dW, dU, future = np.zeros_like(W), np.zeros_like(U), np.zeros((4, 2))
    for t in (1, 0):
        delta = (1 - h[t + 1] ** 2) * (dz[:, t] @ V + future)
        dW += delta.T @ X[:, t] / 4
        dU += delta.T @ h[t] / 4
        future = delta @ U
    dV = np.einsum("sti,stj->ij", dz, state) / 4
    return {"a2": a, "dW1": dW, "dU1": dU, "dW2": dV, "db2": dz.sum((0, 1)) / 4}


KNOWN = of_shares(SCENARIO.network, one_sample=False, one_time=False)


def test_the_right_program_agrees() -> None:
    assert diagnose(SCENARIO, program()).first_wrong is None


@pytest.mark.parametrize("mistake", KNOWN)
def test_every_mistake_that_is_known_is_named_alone(mistake: str) -> None:
    numbers = program(mistake)
    for kept in (numbers, {name: numbers[name] for name in numbers if name[0] == "d"}):
        found = diagnose(SCENARIO, kept)
        assert [(one.name, one.where) for one in found.further] == [(mistake, (2,))]
        assert (found.causes, found.read_as) == ((), ("gradients as means over the batch",))


def test_of_a_sum_over_samples_each_is_told() -> None:
    found = diagnose(SCENARIO, program("softmax-over-samples"))
    assert found.entry is not None
    theirs = found.entry.worked[0].theirs
    assert theirs is not None
    assert theirs.result.symbol.partition("#")[2].isdigit()


def test_where_there_is_one_there_is_nothing_to_sum_over() -> None:
    alone = of_shares(SCENARIO.network, one_sample=True, one_time=True)
    assert not alone.keys() & AXES.keys()
    assert not of_shares(
        Network(2, "half-squared-error", SCENARIO.network.layers[:1]), one_sample=False, one_time=False
    )


def test_no_state_is_made_of_those_after_it() -> None:
    """Nobody could write that program: it is no mistake."""
    first, last = SCENARIO.network.layers
    layers = (replace(first, activation="softmax"), last)
    bench = Bench(replace(SCENARIO, network=replace(SCENARIO.network, layers=layers)), 0)
    over = [one.candidate for one in bench.tried() if one.candidate.name == "softmax-over-times"]
    assert [one.layers for one in over] == [[2]]


def test_two_mistakes_with_the_same_equation_can_be_worked_out_or_are_none() -> None:
    """One had rewritten what another took for a softmax: the numbers that it reads were not there."""
    bench = Bench(SCENARIO, 0)
    tried = bench.tried()
    pairs = 0
    for one, other in permutations(tried, 2):
        if {
            one.candidate.name,
            other.candidate.name,
        } & KNOWN.keys() and one.altered.changed & other.altered.changed:
            found = bench.together(one.candidate, other.candidate)
            if found is not None and found.altered is not None:
                pairs += 1
                for variable in found.altered.changed:
                    assert found.values.of(variable).size
    assert pairs > 50
