"""What does each loss charge per output, and what error does it send back?

For a prediction a and a target y over n outputs. The terms of a row add up to the loss; the error is
its derivative by the prediction, ∂C/∂a. All arrays are [row, output].

Sources: Goodfellow, Bengio and Courville, Deep Learning (2016), section 6.2; Nielsen, Neural
Networks and Deep Learning (2015), chapter 3.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.arrays import Array


class Loss(NamedTuple):
    """A loss: `terms(prediction, target)` returns a new array, `error(prediction, target, out)` fills one.

    `formula` is the loss as it is written on screen.
    """

    name: str
    terms: Callable[[Array, Array], Array]
    error: Callable[[Array, Array, Array], None]
    formula: str


def weighted(weight: Array, value: Array) -> Array:
    """Return weight · value, where a weight of 0 gives 0 whatever the value is (0 · ln 0 = 0)."""
    product: Array = np.where(weight == 0.0, 0.0, weight * value)
    return product


def _squared(a: Array, y: Array) -> Array:
    difference = a - y
    square: Array = np.multiply(difference, difference)
    return square


def _half_squared(a: Array, y: Array) -> Array:
    return 0.5 * _squared(a, y)


def _half_squared_error(a: Array, y: Array, out: Array) -> None:
    np.subtract(a, y, out)


def _squared_error(a: Array, y: Array, out: Array) -> None:
    np.subtract(a, y, out)
    np.multiply(out, 2.0, out)


def _mean_squared(a: Array, y: Array) -> Array:
    mean: Array = np.divide(_squared(a, y), a.shape[1])
    return mean


def _mean_squared_error(a: Array, y: Array, out: Array) -> None:
    np.subtract(a, y, out)
    np.multiply(out, 2.0 / a.shape[1], out)


def _cross_entropy(a: Array, y: Array) -> Array:
    return -weighted(y, np.log(a))


def cross_entropy_error(a: Array, y: Array, out: Array) -> None:
    """Fill `out` with -y/a."""
    np.copyto(out, -weighted(y, 1.0 / a))


def _binary_cross_entropy(a: Array, y: Array) -> Array:
    return -(weighted(y, np.log(a)) + weighted(1.0 - y, np.log1p(-a)))


def _binary_cross_entropy_error(a: Array, y: Array, out: Array) -> None:
    np.subtract(weighted(1.0 - y, 1.0 / (1.0 - a)), weighted(y, 1.0 / a), out)


LOSSES: dict[str, Loss] = {
    loss.name: loss
    for loss in (
        Loss("half-squared-error", _half_squared, _half_squared_error, "½ Σ (a - y)²"),
        Loss("squared-error", _squared, _squared_error, "Σ (a - y)²"),
        Loss("mean-squared-error", _mean_squared, _mean_squared_error, "1/n Σ (a - y)²"),
        Loss(
            "binary-cross-entropy",
            _binary_cross_entropy,
            _binary_cross_entropy_error,
            "-Σ [y ln a + (1 - y) ln(1 - a)]",
        ),
        Loss("cross-entropy", _cross_entropy, cross_entropy_error, "-Σ y ln a"),
    )
}
"""Every loss by its name in a scenario file."""
