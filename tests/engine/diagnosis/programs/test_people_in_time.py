"""Is found what goes wrong in loops through time? A program with one state, as forums show it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from engine import diagnose, trace
from engine.arrays import frozen, sealed
from engine.diagnosis.mistakes.times import OF_TIMES
from engine.scenario import Data, Layer, Network, Scenario, Training

if TYPE_CHECKING:
    from engine.arrays import Array

pytestmark = pytest.mark.usefixtures("each_scenario_is_worked_out_once")

CHANCE = np.random.default_rng(3)
W, U, V = (CHANCE.normal(size=shape) for shape in ((3, 2), (3, 3), (2, 3)))
START = CHANCE.uniform(-0.9, 0.9, 3)
X, Y = CHANCE.normal(size=(4, 2)), CHANCE.normal(size=(4, 2))
ZERO = np.zeros(3), np.zeros(2)
STATE = frozen(START)

SCENARIO = Scenario(
    "four times",
    Network(
        2,
        "half-squared-error",
        (
            Layer("tanh", frozen(W), frozen(ZERO[0]), recurrent_weights=frozen(U), initial_state=STATE),
            Layer("identity", frozen(V), frozen(ZERO[1])),
        ),
    ),
    Data(frozen(X[None]), frozen(Y[None]), sealed(np.ones((1, 4), dtype=np.bool_))),
    Training(0.1, 1, 1),
)


def program(mistake: str = "") -> dict[str, Array]:
    """What it computes; states begin with that before time 0."""
    h, last = [START], len(X) - 1
    for x in X:
        h.append(np.tanh(W @ x + U @ h[-1]))
    dW, dU, dV, future = np.zeros_like(W), np.zeros_like(U), np.zeros_like(V), np.zeros(3)
    for t in reversed(range(4)):
        dy = V @ h[t + 1] - Y[t]
        if not counts(mistake, t, last):
            dy = 0 * dy
        dV += np.outer(dy, h[read_at(mistake, "V", t, last) + 1])
        slope = 1 - (h[t] if mistake == "before" else h[t + 1]) ** 2
        if mistake == "slope-of-last-time":
            slope = 1 - h[last + 1] ** 2
        if mistake == "future-of-last-time" and t != last - 1:
            future = np.zeros(3)
        dz = slope * (V.T @ dy + future)
        if mistake == "after" and t < 3:
            dz = slope * (V.T @ dy) + (1 - h[t + 2] ** 2) * future
        dW += np.outer(dz, (*X, 0 * X[0])[read_at(mistake, "W", t, last)])
        wrong = (mistake == "state" and t == 3) or (mistake == "wraps" and t == 0)
        before = {
            "state-of-last-time": last + 1,
            "state-before-last-time": last,
            "state-of-two-times-before": max(t - 1, 0),
        }.get(mistake, t)
        dU += np.outer(dz, h[4] if wrong else h[before])
        future = U.T @ dz if mistake != "future" or t != 1 else np.zeros(3)
        if mistake == "one-step-back":
            future = U.T @ (slope * (V.T @ dy))
    return {"dW1": dW, "dU1": dU, "dW2": dV}


def counts(mistake: str, t: int, last: int) -> bool:
    """Whether the loss of a time counts."""
    left_out = {"loss-without-last-time": t == last, "loss-without-time-0": t == 0}
    return not left_out.get(mistake, mistake == "loss-of-last-time" and t != last)


def read_at(mistake: str, matrix: str, t: int, last: int) -> int:
    """At which time that is read by which a matrix is multiplied; -1 is before the first."""
    if not mistake.endswith(f" of {matrix}"):
        return t
    return {
        "inputs-of-last-time": last,
        "inputs-of-time-before": t - 1,
        "inputs-wrap-at-time-0": t - 1 if t else last,
        "inputs-of-time-before-but-at-time-0": max(t - 1, 0),
    }[mistake.removesuffix(f" of {matrix}")]


def test_the_right_program_agrees() -> None:
    assert diagnose(SCENARIO, program()).first_wrong is None


@pytest.mark.parametrize("mistake", ["before", "after"])
def test_a_slope_of_another_time_is_named(mistake: str) -> None:
    found = diagnose(SCENARIO, program(mistake))
    assert found.first_wrong in ("gW1", "gU1")
    assert found.further[0].name == f"slope-of-time-{mistake}"
    assert found.further[0].where == (1,)
    assert not found.mistakes


@pytest.mark.parametrize(("mistake", "name", "first"), [
    ("future", "future-dropped-at-first-time", "gW1"),
    ("state", "state-of-same-time-at-last-time", "gU1"),
])  # fmt: skip
def test_a_mistake_at_one_end_of_the_loop_is_named(mistake: str, name: str, first: str) -> None:
    found = diagnose(SCENARIO, program(mistake))
    assert (found.first_wrong, found.mistakes) == (first, ())
    assert [one.name for one in found.further] == [name]
    assert found.further[0].instead.endswith(" alone")


def test_a_state_that_wraps_is_named() -> None:
    """h[t - 1] of a list is its last at time 0."""
    found = diagnose(SCENARIO, program("wraps"))
    assert [(one.name, one.where) for one in found.further] == [("state-wraps-at-time-0", (1,))]
    assert (found.causes, found.pair) == ((), ())


@pytest.mark.parametrize("mistake", [
    one if not one.startswith("inputs") else f"{one} of {matrix}"
    for one in OF_TIMES
    for matrix in ("VW" if one.startswith("inputs") else "U")
])  # fmt: skip
def test_what_stands_at_another_time_is_named(mistake: str) -> None:
    found = diagnose(SCENARIO, program(mistake))
    name, _, matrix = mistake.partition(" of ")
    layer = 2 if matrix == "V" or name.startswith("loss") else 1
    assert [(one.name, one.where) for one in found.further] == [(name, (layer,))]
    assert (found.causes, found.pair) == ((), ())


@pytest.mark.usefixtures("no_two_are_tried")
def test_it_is_said_at_which_times_numbers_differ() -> None:
    delta = trace(SCENARIO).iteration(0).vectors("delta", 1) * np.array([1.1, 1.3, 1.0, 1.0])[:, None]
    assert diagnose(SCENARIO, {"delta1": delta}).remarks == (
        "6 of 12 numbers of delta1 differ, all at the times 0 to 1 (of 0 to 3)",
    )


@pytest.mark.usefixtures("no_two_are_tried")
def test_of_a_gradient_that_is_set_for_each_time_zeros_are_left() -> None:
    """Only where the state before time 0 is 0: else they come of something else."""
    first, *others = SCENARIO.network.layers
    layers = (replace(first, initial_state=frozen(np.zeros(3))), *others)
    begun = replace(SCENARIO, network=replace(SCENARIO.network, layers=layers))
    for scenario, said in ((begun, True), (SCENARIO, False)):
        found = diagnose(scenario, {"dU1": np.zeros((3, 3))})
        assert any("with = for +=" in one for one in found.remarks) == said


TORCH = replace(
    SCENARIO,
    network=replace(
        SCENARIO.network,
        layers=(replace(SCENARIO.network.layers[0], bias_copies=2), SCENARIO.network.layers[1]),
    ),
    training=Training(0.1, 1, 1, optimizer="adam"),
)
"""The same as PyTorch's RNN has it, whose bias of the first layer is the sum of two."""


def two_biases(kind: type, digits: int = 99) -> dict[str, Array]:
    """What a program with two biases has after the update; much larger than their sum, which was 0."""
    after = trace(TORCH).parameters(1).biases[0]
    total = trace(TORCH).iteration(0).totals(1, 0, 0).biases
    numbers = {
        "bias_ih_l0.grad": total,
        "bias_hh_l0.grad": total,
        "rnn.bias_ih_l0": 7 / 3 + after / 2,
        "rnn.bias_hh_l0": after / 2 - 7 / 3,
    }
    return {name: np.round(array, digits).astype(kind) for name, array in numbers.items()}


@pytest.mark.parametrize(("kind", "digits"), [(np.float64, 99), (np.float32, 99), (np.float64, 4)])
def test_of_two_biases_the_gradients_are_ours_and_the_sum_is(kind: type, digits: int) -> None:
    found = diagnose(TORCH, two_biases(kind, digits))
    assert (found.agrees, found.wrong, found.not_looked_at) == (("gb1", "b1_after"), (), "")


@pytest.mark.usefixtures("no_two_are_tried")
def test_of_two_biases_a_wrong_one_is_seen() -> None:
    numbers = two_biases(np.float64)
    numbers["rnn.bias_hh_l0"] = numbers["rnn.bias_hh_l0"] + 1e-3
    assert diagnose(TORCH, numbers).wrong == ("b1_after",)


def test_one_of_two_biases_is_not_looked_at() -> None:
    numbers = two_biases(np.float64)
    del numbers["rnn.bias_ih_l0"]
    found = diagnose(TORCH, numbers)
    assert (found.agrees, found.wrong) == (("gb1",), ())
    assert found.not_looked_at.endswith("and one is missing: rnn.bias_hh_l0.")


@pytest.mark.usefixtures("no_two_are_tried")
def test_that_the_scenario_has_one_bias_for_two_is_said() -> None:
    layers = tuple(replace(layer, bias_copies=1) for layer in TORCH.network.layers)
    alone = replace(TORCH, network=replace(TORCH.network, layers=layers))
    found = diagnose(alone, two_biases(np.float64))
    assert (found.agrees, found.wrong) == (("gb1",), ("b1_after",))
    assert any(one.endswith("layer 1 of the scenario needs bias_copies = 2") for one in found.remarks)
