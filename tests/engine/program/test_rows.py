"""Does the softmax of a row keep its digits, and is the product back of any row what differences say?"""

from __future__ import annotations

from decimal import Decimal, localcontext

import numpy as np
import pytest

from engine.equations.functions.activations import ACTIVATIONS, Activation
from engine.equations.functions.rows import back_of, in_program, row_of
from engine.program.rows import floats_of, numpy_of, of_rows


def shares(z: list[float]) -> list[float]:
    """The softmax of a row, with more digits than floats have."""
    with localcontext(prec=60):
        powers = [Decimal(one).exp() for one in z]
        return [float(power / sum(powers)) for power in powers]


@pytest.mark.parametrize("by", [0.0, 340.0, -340.0, 590.0, -590.0, 708.0, -708.0, 1e4, -1e4])
def test_a_row_keeps_its_digits_wherever_it_lies(by: float) -> None:
    rows = [[by, by + 1.0, by - 30.0], [0.0, 3.0, by]]
    with np.errstate(all="ignore"):
        found = of_rows(numpy_of("softmax"), np.array(rows))
    for row, shown in zip(rows, found.tolist(), strict=True):
        assert shown == pytest.approx(shares(row), rel=4e-13, abs=1e-300)


FORMULAS = {
    "softmax": ACTIVATIONS["softmax"].coupled,
    "softmin": "exp(shifted(-z)) / total(exp(shifted(-z)))",
    "softsign-normalised": "z / (1 + total(abs(z)))",
    "of-both-signs": "max(z, 0.1 * z) * tanh(total(z)) - (ln(1 + square(z)) if z > 0 else expm1(z))",
    "of-an-activation": "sigmoid(z) / (1 + total(softplus(z)) * cosh(total(z / 4)))",
}
"""Coupled activations by their formulas alone: of each the product back is derived."""


@pytest.fixture(params=FORMULAS)
def activation(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Activation:
    made = Activation(f"my-{request.param}", coupled=FORMULAS[request.param])
    monkeypatch.setitem(ACTIVATIONS, made.name, made)
    return made


def back(activation: Activation, z: np.ndarray, error: np.ndarray) -> np.ndarray:
    """What the errors of a row are by its pre-activations."""
    row = back_of(activation)
    given = {"z": z, "a": of_rows(numpy_of(activation.row), z), "error": error}
    return of_rows(numpy_of(row.name), *(given[one] for one in row.arguments))


@pytest.mark.parametrize("seed", range(5))
def test_the_product_back_is_what_differences_say(activation: Activation, seed: int) -> None:
    chance = np.random.default_rng(seed)
    z, error, by = chance.normal(size=(3, 4)), chance.normal(size=(3, 4)), 1e-6
    for unit in range(4):
        nudge = by * np.eye(4)[unit]
        ends = [of_rows(numpy_of(activation.row), z + sign * nudge) for sign in (1.0, -1.0)]
        slope = (error * (ends[0] - ends[1])).sum(axis=-1) / (2.0 * by)
        np.testing.assert_allclose(back(activation, z, error)[:, unit], slope, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("seed", range(5))
def test_floats_compute_what_arrays_do(activation: Activation, seed: int) -> None:
    chance = np.random.default_rng(seed)
    z, error = chance.normal(size=(1, 5)) * 10.0**seed / 100.0, chance.normal(size=(1, 5))
    given = {"z": z, "a": of_rows(numpy_of(activation.row), z), "error": error}
    for name in (activation.row, back_of(activation).name):
        row = row_of(name)
        assert row is not None
        arrays = of_rows(numpy_of(name), *(given[one] for one in row.arguments))
        floats = floats_of(name)(*(tuple(given[one][0].tolist()) for one in row.arguments))
        # What is derived may cancel: then a sum in another order has other last digits.
        np.testing.assert_allclose(floats, arrays[0], rtol=1e-12, atol=1e-13)


OF_LAYERS = [
    (one.row, f"{one.row}_{in_program(name)}")
    for one in ACTIVATIONS.values()
    for name in (*one.digits, *one.deltas)
]


@pytest.mark.parametrize("wide", [1.0, 30.0, 700.0])
@pytest.mark.parametrize(("activation", "name"), OF_LAYERS)
def test_further_functions_of_a_layer_are_the_same_of_floats(activation: str, name: str, wide: float) -> None:
    row, chance = row_of(name), np.random.default_rng(int(wide))
    assert row is not None
    z = chance.uniform(-wide, wide, (6, 4))
    given = {"z": z, "a": of_rows(numpy_of(activation), z), "y": np.eye(6, 4)}
    with np.errstate(all="ignore"):
        arrays = of_rows(numpy_of(name), *(given[one] for one in row.arguments))
    for place, expected in enumerate(arrays):
        floats = floats_of(name)(*(tuple(given[one][place].tolist()) for one in row.arguments))
        np.testing.assert_allclose(floats, expected, rtol=1e-12, atol=1e-300)


@pytest.mark.parametrize("seed", range(5))
def test_what_keeps_the_digits_of_a_softmax_is_its_product_back(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    softmax, chance = ACTIVATIONS["softmax"], np.random.default_rng(seed)
    z, error = chance.normal(size=(3, 4)), chance.normal(size=(3, 4))
    right, derived = back(softmax, z, error), softmax._replace(back="")
    monkeypatch.setitem(ACTIVATIONS, "softmax", derived)
    found = back(derived, z, error)
    np.testing.assert_allclose(right, found, rtol=1e-12, atol=1e-15)


def test_what_looks_at_the_largest_alone_has_to_say_its_product_back() -> None:
    with pytest.raises(ValueError, match="say it in the row"):
        back_of(Activation("peak", coupled="z - top(z)"))
