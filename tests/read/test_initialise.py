from __future__ import annotations

from math import sqrt
from typing import get_args

import numpy as np
import pytest

from engine.read.document.shape import Init
from engine.read.initialise import INITS, initialise

UNITS, INPUTS = 300, 200


def test_the_table_and_the_format_agree() -> None:
    assert set(INITS) == set(get_args(Init))


@pytest.mark.parametrize("init", INITS)
def test_deterministic_and_read_only(init: str) -> None:
    first, again = (initialise(init, 4, 3, seed=5, layer=2) for _ in range(2))
    assert first.shape == (4, 3)
    assert first.dtype == np.float64
    assert first.flags.c_contiguous
    assert not first.flags.writeable
    np.testing.assert_array_equal(first, again)


@pytest.mark.parametrize("init", sorted(set(INITS) - {"zeros"}))
def test_every_seed_layer_and_matrix_has_numbers_of_its_own(init: str) -> None:
    draws = [
        initialise(init, 3, 3, seed=1, layer=1),
        initialise(init, 3, 3, seed=2, layer=1),
        initialise(init, 3, 3, seed=1, layer=2),
        initialise(init, 3, 3, seed=1, layer=1, which="recurrent_weights"),
        initialise(init, 3, 3, seed=2**63 - 1, layer=1),
    ]
    for index, draw in enumerate(draws):
        assert not any(np.allclose(draw, other) for other in draws[:index])


def test_the_first_numbers_stay_what_they_are() -> None:
    draw = initialise("uniform", 1, 1, seed=1, layer=1)
    expected = np.random.Generator(np.random.PCG64(np.random.SeedSequence([1, 1, 0]))).uniform(-1, 1)
    assert draw.tolist() == [[expected]]


@pytest.mark.parametrize(
    ("init", "bound"),
    [
        ("uniform", 1 / sqrt(INPUTS)),
        ("xavier-uniform", sqrt(6 / (INPUTS + UNITS))),
        ("he-uniform", sqrt(6 / INPUTS)),
    ],
)
def test_even_draws(init: str, bound: float) -> None:
    draw = initialise(init, UNITS, INPUTS, seed=1, layer=1)
    assert 0.999 * bound < np.abs(draw).max() <= bound
    assert abs(draw.mean()) < 0.01 * bound
    np.testing.assert_allclose(draw.std(), bound / sqrt(3), rtol=0.01)


@pytest.mark.parametrize(
    ("init", "deviation"),
    [
        ("normal", 1 / sqrt(INPUTS)),
        ("xavier-normal", sqrt(2 / (INPUTS + UNITS))),
        ("he-normal", sqrt(2 / INPUTS)),
    ],
)
def test_normal_draws(init: str, deviation: float) -> None:
    draw = initialise(init, UNITS, INPUTS, seed=1, layer=1)
    np.testing.assert_allclose(draw.std(), deviation, rtol=0.02)
    assert abs(draw.mean()) < 0.02 * deviation


@pytest.mark.parametrize("shape", [(3, 3), (5, 2), (2, 5), (1, 1), (1, 4)])
def test_orthogonal(shape: tuple[int, int]) -> None:
    Q = initialise("orthogonal", *shape, seed=3, layer=1)
    short = Q.T @ Q if shape[0] >= shape[1] else Q @ Q.T
    np.testing.assert_allclose(short, np.eye(min(shape)), atol=1e-12)


def test_zeros() -> None:
    assert not initialise("zeros", 2, 3, seed=0, layer=1).any()
