"""What is computed of a layer with a sum of its own for each unit: over all others?

- `softmax_log_rest`(z) = -ln(1 - softmax(z)): for the largest from the sum of all others.
- `softmax_binary`(a, y, z): the delta of softmax with binary cross-entropy, (1 - y_i) a_i - y_i (1 - a_i) -
  a_i Σ_j [(1 - y_j) a_j / (1 - a_j) - y_j] over the others; a_i / (1 - a_j) is i's share of all but j,
  which has a value where both are 0 to all digits.

Source: Goodfellow, Bengio and Courville, Deep Learning (2016), sections 4.1 and 6.2.2.3.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.program.rows import numpy_of, of_rows

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.arrays import Array

softmax = numpy_of("softmax")


def softmax_log_rest(z: Array, out: Array, top: Array, ones: Array) -> None:
    """Fill `out` with -ln(1 - a) for the softmax a of each row."""
    softmax(z, out, top, ones)
    winner = np.argmax(z, axis=-1, keepdims=True)
    others = z.copy()
    np.put_along_axis(others, winner, -np.inf, axis=-1)
    second = others.max(axis=-1, keepdims=True)
    rest = np.log(np.exp(others - second).sum(axis=-1, keepdims=True)) + second
    first = np.take_along_axis(z, winner, axis=-1)
    log = np.log1p(np.exp(others - first).sum(axis=-1, keepdims=True)) - (rest - first)
    close = np.take_along_axis(out, winner, axis=-1) > 0.5
    exact = np.where(close, log, -np.log1p(-np.take_along_axis(out, winner, axis=-1)))
    np.negative(np.log1p(-out), out)
    np.put_along_axis(out, winner, exact, axis=-1)


def softmax_binary(a: Array, y: Array, z: Array, out: Array, top: Array, ones: Array) -> None:  # noqa: ARG001
    """Fill `out` with the delta of softmax with binary cross-entropy."""
    outputs = a.shape[-1]
    every = np.broadcast_to(z[..., None, :], (*z.shape, outputs)).copy()
    every[..., np.arange(outputs), np.arange(outputs)] = -np.inf  # [..., j, i]: all but j
    powers = np.exp(every - every.max(axis=-1, keepdims=True))
    share = powers / powers.sum(axis=-1, keepdims=True)  # of i among all but j
    others = np.ones((outputs, outputs)) - np.eye(outputs)
    taken = (((1.0 - y) * a)[..., None] * share).sum(axis=-2)
    np.subtract((1.0 - y) * a - y * (a @ others) - taken, -(a * (y @ others)), out)


def softmax_log_rest_of(z: tuple[float, ...]) -> list[float]:
    """Return -ln(1 - a) for the softmax a of a row of floats."""
    with np.errstate(all="ignore"):
        found: list[float] = of_rows(softmax_log_rest, np.array(z)).tolist()
    return found


def softmax_binary_of(a: tuple[float, ...], y: tuple[float, ...], z: tuple[float, ...]) -> list[float]:
    """Return the delta of softmax with binary cross-entropy, of a row of floats."""
    with np.errstate(all="ignore"):
        found: list[float] = of_rows(softmax_binary, np.array(a), np.array(y), np.array(z)).tolist()
    return found


NUMPY: dict[str, Callable[..., None]] = {
    "softmax_log_rest": softmax_log_rest,
    "softmax_binary": softmax_binary,
}
FLOATS: dict[str, Callable[..., list[float]]] = {
    "softmax_log_rest": softmax_log_rest_of,
    "softmax_binary": softmax_binary_of,
}
