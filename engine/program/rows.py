"""What is computed of many numbers at once, because it couples them? Softmax, and the length of a vector.

- `softmax`(z) = e^z / Σ e^z.
- `softmax_log`(z) = -ln softmax(z) = ln Σ e^z - z. The largest counts 1 in the sum of exponentials: log1p of
  the others keeps what ln(1 + tiny) loses.
- `softmax_log_rest`(z) = -ln(1 - softmax(z)): for the largest from the sum of all others.
- `softmax_binary`(a, y, z): the delta of softmax with binary cross-entropy, (1 - y_i) a_i - y_i (1 - a_i) -
  a_i Σ_j [(1 - y_j) a_j / (1 - a_j) - y_j] over the others; a_i / (1 - a_j) is i's share of all but j,
  which has a value where both are 0 to all digits.
- `softmax_back`(a, e) = Jᵀ e with J = diag(a) - a aᵀ, that is a ⊙ (e - Σ a e). All errors are first
  lessened by that of the largest output, which changes nothing in exact numbers (Σ a = 1) and keeps the
  digits of the winner: its own share of the sum is then 0, where 1 - a would have cancelled.
- `length`(g, ...) of all given numbers as one vector, for clipping: √Σ g².

Source: Goodfellow, Bengio and Courville, Deep Learning (2016), sections 4.1 and 6.2.2.3.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.arrays import Array


def softmax(z: Array, out: Array, top: Array, ones: Array) -> None:
    """Fill `out` with the softmax of each row."""
    shifted = z
    if not np.vdot(z, z) < 600.0**2:  # else no exp is near the ends of its range
        # Shifting by the largest changes nothing but the range.
        np.maximum.reduce(z, axis=-1, out=top, keepdims=True)
        shifted = np.subtract(z, top, out)
    np.exp(shifted, out)
    np.dot(out, ones, top)
    np.divide(out, top, out)


def softmax_log(z: Array, out: Array, top: Array, ones: Array) -> None:  # noqa: ARG001
    """Fill `out` with -ln of the softmax of each row."""
    winner = np.argmax(z, axis=-1, keepdims=True)
    shifted = z - np.take_along_axis(z, winner, axis=-1)
    np.exp(shifted, out)
    np.put_along_axis(out, winner, 0.0, axis=-1)
    # Unlike a product of matrices this adds up a row in the same order wherever it stands.
    np.einsum("...i->...", out, out=top[..., 0])
    np.log1p(top, top)
    np.subtract(top, shifted, out)


def softmax_back(a: Array, error: Array, out: Array, top: Array, ones: Array) -> None:
    """Fill `out` with what an error by the outputs is by the pre-activations."""
    winner = np.argmax(a, axis=-1, keepdims=True)
    np.subtract(error, np.take_along_axis(error, winner, axis=-1), out)
    np.dot(a * out, ones, top)
    np.subtract(out, top, out)
    np.multiply(a, out, out)


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


def length(*given: Array) -> None:
    """Fill the third last of the arrays with the length of all before it together, as one vector."""
    *every, out, _, _ = given
    with np.errstate(all="ignore"):
        out[...] = length_of(*every)


def length_of(*arrays: Array) -> float:
    """Return the length of arrays as one vector: √Σ x², over the largest where it over- or underflows."""
    total = sum(float(np.dot(one.ravel(), one.ravel())) for one in arrays)
    if not 1e-250 < total < 1e250:
        largest = max((float(np.max(np.abs(one))) for one in arrays), default=0.0)
        if 0.0 < largest < math.inf:
            scaled = [one.ravel() / largest for one in arrays]
            return largest * math.sqrt(sum(float(np.dot(one, one)) for one in scaled))
    return math.sqrt(total) if total >= 0.0 else math.nan


NUMPY: dict[str, Callable[..., None]] = {
    "softmax": softmax,
    "softmax_log": softmax_log,
    "softmax_log_rest": softmax_log_rest,
    "softmax_binary": softmax_binary,
    "softmax_back": softmax_back,
    "length": length,
}


def of_rows(function: Callable[..., None], *given: Array) -> Array:
    """Return what a function of whole rows of units makes of them."""
    out = np.empty_like(given[-1])
    function(*given, out, np.empty((*out.shape[:-1], 1)), np.ones((out.shape[-1], 1)))
    return out


def softmax_of(z: tuple[float, ...]) -> list[float]:
    """Return the softmax of a row of floats."""
    top = max(z)
    powers = [math.exp(x - top) for x in z]
    total = sum(powers)
    return [power / total for power in powers]


def softmax_log_of(z: tuple[float, ...]) -> list[float]:
    """Return -ln of the softmax of a row of floats."""
    top = max(z)
    powers = [math.exp(x - top) for x in z]
    del powers[z.index(top) if top == top else 0]
    log = math.log1p(sum(powers))
    return [log - (x - top) for x in z]


def softmax_back_of(a: tuple[float, ...], error: tuple[float, ...]) -> list[float]:
    """Return what an error by the outputs is by the pre-activations, of a row of floats."""
    winner = error[a.index(max(a))]
    less = [one - winner for one in error]
    mean = sum([x * y for x, y in zip(a, less, strict=True)])
    return [x * (one - mean) for x, one in zip(a, less, strict=True)]


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


FLOATS: dict[str, Callable[..., list[float]]] = {
    "softmax": softmax_of,
    "softmax_log": softmax_log_of,
    "softmax_log_rest": softmax_log_rest_of,
    "softmax_binary": softmax_binary_of,
    "softmax_back": softmax_back_of,
    "length": lambda *groups: [math.hypot(*(x for group in groups for x in group))],
}
