"""Where rounding decides between two numbers, is either right, and nothing else?

At a z of 0 relu has two slopes, and a program whose z is 0 but for rounding takes the one or the other. So it
is with what is left of 1 - a where a is 1 but for rounding. It says nothing about any other number.
"""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from engine import diagnose
from engine.arrays import frozen, sealed
from engine.equations.functions.activations import ACTIVATIONS
from engine.equations.mistakes.mistakes import MISTAKES
from engine.scenario import Data, Layer, Network, Scenario, Training
from tests.engine.diagnosis.planted import of_scenario
from tests.oracle.functions import formulas

pytestmark = pytest.mark.usefixtures("each_scenario_is_worked_out_once")

BENT = [
    name
    for name, row in ACTIVATIONS.items()
    if not row.coupled and abs(formulas(name, 1e-9)[1] - formulas(name, -1e-9)[1]) > 0.1
]
"""The activations with two slopes at 0."""

X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
Y = np.array([[0.0], [1.0], [1.0], [0.0]])
W1 = np.array([[1.0, 1.0], [1.0, -1.0], [-1.0, 1.0]])
W2 = np.array([[0.5, -0.8, 1.1]])
ORDERS = ("premature", "layerwise")


def exclusive_or(activation: str, first: float = 1.0) -> Scenario:
    """In the last sample the z of two hidden neurons is 1 - 1."""
    zeros = frozen(np.zeros(3)), frozen(np.zeros(1))
    layers = Layer(activation, frozen(first * W1), zeros[0]), Layer("identity", frozen(W2), zeros[1])
    data = Data(frozen(X[:, None]), frozen(Y[:, None]), sealed(np.ones((4, 1), dtype=np.bool_)))
    return Scenario(
        "xor", Network(2, "half-squared-error", layers), data, Training(0.1, 1, 4, reduction="mean")
    )


def off(mine: np.ndarray, right: np.ndarray) -> bool:
    return bool(np.abs(mine - right).max() > 1e-4 * max(1.0, np.abs(right).max()))


def test_relu_is_among_them() -> None:
    assert {"relu", "leaky-relu"} <= {*BENT}
    assert "identity" not in BENT


@pytest.mark.parametrize("activation", BENT)
@pytest.mark.parametrize("single", [False, True])
@pytest.mark.parametrize(
    "mistake", [*(name for name, row in MISTAKES.items() if not row.only_square), *ORDERS]
)
def test_a_mistake_is_seen_beside_a_z_of_0(activation: str, mistake: str, *, single: bool) -> None:
    scenario = exclusive_or(activation)
    right, mine = of_scenario(scenario), of_scenario(scenario, mistake)
    if single:
        mine = {name: array.astype(np.float32) for name, array in mine.items()}
    wrong = [name for name, array in mine.items() if off(array, right[name])]
    found = diagnose(scenario, mine)
    assert not {*wrong} & {*found.agrees}
    if wrong:
        assert mistake in found.mistakes
    if {"gW1", "gb1"} & {*wrong}:
        alone = diagnose(scenario, {name: mine[name] for name in ("gW1", "gb1")})
        assert mistake in alone.mistakes


@pytest.mark.parametrize("activation", BENT)
@pytest.mark.parametrize("numbers", [np.zeros((3, 2)), np.array([[0.5, -0.5], [2.0, 0.9], [1.0, -0.7]])])
def test_numbers_from_the_air_are_no_rounding(activation: str, numbers: np.ndarray) -> None:
    found = diagnose(exclusive_or(activation), {"gW1": numbers})
    assert found.first_wrong == "gW1"


@pytest.mark.parametrize("first", [1.0, 0.1])
@pytest.mark.parametrize("sides", [*product((False, True), repeat=2)])
def test_either_slope_is_right_where_z_is_0(sides: tuple[bool, bool], first: float) -> None:
    scenario = exclusive_or("relu", first)
    z = X @ (first * W1).T
    slope = (z > 0.0).astype(float)
    for unit, side in zip((1, 2), sides, strict=True):
        slope[3, unit] = side
    delta = ((np.maximum(z, 0.0) @ W2.T) - Y) @ W2 * slope
    found = diagnose(scenario, {"gW1": delta.T @ X, "gb1": delta.sum(axis=0)})
    assert found.first_wrong is None
    assert found.digits
    assert min(found.digits.values()) >= 14  # of the numbers that are sure


@pytest.mark.parametrize("mistake", ["target-first", "no-slope", "no-output-slope", "sign"])
def test_of_a_saturated_sample_only_its_own_numbers_are_uncertain(mistake: str) -> None:
    """In float32 nothing is left of 1 - a; the errors of the other samples are as sure as ever."""
    layers = (
        Layer("tanh", frozen(np.array([[0.7, -0.4], [0.3, 0.9]])), frozen(np.array([0.1, 0.2]))),
        Layer("sigmoid", frozen(np.array([[25.0, -40.0]])), frozen(np.zeros(1))),
    )
    inputs = frozen(np.array([[[0.5, 1.5]], [[0.2, -1.0]], [[1.3, 0.4]], [[0.1, 0.1]]]))
    data = Data(inputs, frozen(np.ones((4, 1, 1))), sealed(np.ones((4, 1), dtype=np.bool_)))
    training = Training(0.1, 1, 4, reduction="mean")
    scenario = Scenario("saturated", Network(2, "binary-cross-entropy", layers), data, training)
    right, mine = of_scenario(scenario), of_scenario(scenario, mistake)
    found = diagnose(scenario, {name: array.astype(np.float32) for name, array in mine.items()})
    wrong = [name for name, array in mine.items() if off(array, right[name])]
    assert wrong
    assert mistake in found.mistakes
    assert not {*wrong} & {*found.agrees}
