"""Is found what goes wrong in the programs that people show in forums? One of them, with their mistakes.

Columns are samples, gradients are means, slopes are written by a: as in the course that most of them follow.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from engine import diagnose
from engine.arrays import frozen, sealed
from engine.scenario import Data, Layer, Network, Scenario, Training

if TYPE_CHECKING:
    import numpy.typing as npt

CHANCE = np.random.default_rng(11)
W1, W2 = CHANCE.normal(size=(4, 2)), CHANCE.normal(size=(1, 4))
X, Y = CHANCE.normal(size=(2, 5)), np.array([[1.0, 0.0, 1.0, 0.0, 1.0]])
RATE = 1.2

SCENARIO = Scenario(
    "planar data",
    Network(
        2,
        "binary-cross-entropy",
        (
            Layer("tanh", frozen(W1), frozen(np.zeros(4))),
            Layer("sigmoid", frozen(W2), frozen(np.zeros(1))),
        ),
    ),
    Data(frozen(X.T[:, None]), frozen(Y.T[:, None]), sealed(np.ones((5, 1), dtype=np.bool_))),
    Training(RATE, 10, 5, reduction="mean"),
)


def program(mistake: str = "") -> dict[str, npt.NDArray[Any]]:
    """What the program computes in its first iteration."""
    m = X.shape[1]
    Z1 = W1 @ X
    A1 = np.tanh(Z1)
    Z2 = W2 @ A1
    A2 = 1 / (1 + np.exp(-Z2))
    dZ2 = A2 - Y
    if mistake == "slope of the cross-entropy":
        dZ2 = -Y / A2 + (1 - Y) / (1 - A2)
    if mistake == "slope twice":
        dZ2 = dZ2 * A2 * (1 - A2)
    if mistake == "turned round":
        dZ2 = Y - A2
    dW2, db2 = dZ2 @ A1.T / m, dZ2.sum(axis=1, keepdims=True) / m
    if mistake == "bias not summed":
        db2 = dZ2 / m
    dA1 = W2.T @ dZ2
    slopes = {"sigmoid's slope": A1 * (1 - A1), "at z": 1 - Z1**2, "none": 1.0, "no square": 1 - A1}
    slope = slopes.get(mistake, 1 - A1**2)
    dZ1 = dA1 * slope
    dW1, db1 = dZ1 @ X.T / m, dZ1.sum(axis=1, keepdims=True) / m
    if mistake == "sum over all":
        db1 = np.array(dZ1.sum() / m)
    if mistake == "wrong axis":
        db1 = dZ1.sum(axis=0, keepdims=True) / m
    if mistake == "no mean":
        dW1 = dZ1 @ X.T
    found = {"Z1": Z1, "A1": A1, "Z2": Z2, "A2": A2, "dZ2": dZ2, "dW2": dW2, "db2": db2}
    found |= {"dZ1": dZ1, "dW1": dW1, "db1": db1}
    rate = RATE**2 if mistake == "rate twice" else RATE
    found["W1_new"] = W1 - rate * dW1
    found["W2_new"] = W2 + RATE * dW2 if mistake == "uphill" else W2 - RATE * dW2
    return found


def test_the_right_program_agrees() -> None:
    assert diagnose(SCENARIO, program()).first_wrong is None


@pytest.mark.parametrize(
    ("mistake", "first", "name"),
    [
        ("slope of the cross-entropy", "delta2", "no-output-slope"),
        ("slope twice", "delta2", "slope-beside-cross-entropy"),
        ("turned round", "delta2", "target-first"),
        ("sigmoid's slope", "delta1", "slope-of-sigmoid-by-a"),
        ("at z", "delta1", "slope-of-tanh-by-z"),
        ("none", "delta1", "no-slope"),
        ("no square", "delta1", "slope-is-rest"),
        ("no mean", "gW1", "mean-missing"),
        ("rate twice", "W1_after", "rate-twice"),
        ("uphill", "W2_after", "sign"),
    ],
)
def test_a_mistake_is_named(mistake: str, first: str, name: str) -> None:
    found = diagnose(SCENARIO, program(mistake))
    assert found.first_wrong == first
    assert (*found.causes, *found.further)[0].name == name


@pytest.mark.parametrize(
    ("mistake", "first", "words"),
    [
        ("bias not summed", "gb2", "gb2 is delta2 / m of every sample: it isn't summed over the samples"),
        ("sum over all", "gb1", "gb1 is the sum over all of the right ones: sum along one axis only"),
        ("wrong axis", "gb1", "gb1 is delta1 / m summed over the units: sum over the samples"),
    ],
)
def test_what_is_seen_is_said(mistake: str, first: str, words: str) -> None:
    found = diagnose(SCENARIO, program(mistake))
    assert found.wrong == (first,)
    assert words in found.remarks
    assert (*found.causes, *found.further, *found.pair) == ()


def test_an_output_of_another_kind_is_named_with_the_delta_that_goes_with_it() -> None:
    """Softmax is meant, and each output has a sigmoid of its own; or the other way round."""
    classes = frozen(np.eye(3)[[0, 2, 1, 1, 0]][:, None])
    weights = frozen(CHANCE.normal(size=(3, 2)))
    for meant, loss, written in (
        ("softmax", "cross-entropy", "sigmoid"),
        ("sigmoid", "binary-cross-entropy", "softmax"),
    ):
        scenario = replace(
            SCENARIO,
            network=Network(2, loss, (Layer(meant, weights, frozen(np.zeros(3))),)),
            data=replace(SCENARIO.data, targets=classes),
        )
        z = X.T @ weights.T
        grown = np.exp(z)
        a = grown / grown.sum(axis=1, keepdims=True) if written == "softmax" else 1 / (1 + 1 / grown)
        found = diagnose(scenario, {"a1": a, "dW1": (a - classes[:, 0]).T @ X.T / 5})
        assert found.first_wrong == "a1"
        assert [one.name for one in found.further] == [f"output-{written}"]
