"""How do the activation of the last layer and the loss go together?

In general: terms and error from the loss, then delta = f'(z) ⊙ error, or Jᵀ error for softmax with
the Jacobian J = diag(a) - a aᵀ. Two pairs simplify, and only the simplified form survives
saturation: sigmoid with binary cross-entropy, and softmax with cross-entropy, where the product of
a vanishing slope and an exploding error is the plain difference a - y.

Source: Bishop, Pattern Recognition and Machine Learning (2006), sections 4.3.2, 4.3.4 and 5.2
(canonical links).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from engine.mathematics.activations import ACTIVATIONS
from engine.mathematics.losses import LOSSES, Loss, cross_entropy_error, weighted

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.arrays import Array


class Output(NamedTuple):
    """The last layer and the loss as one: functions over arrays [row, output].

    `terms(z, a, y)` returns a new array; `error(z, a, y, out)` and `delta(z, a, slope, error, y, out)`
    fill `out` with the loss's part of ∂C/∂a and of ∂C/∂z. `simplified` says that delta is a - y, formed
    without the slope and the error.
    """

    terms: Callable[[Array, Array, Array], Array]
    error: Callable[[Array, Array, Array, Array], None]
    delta: Callable[[Array, Array, Array, Array, Array, Array], None]
    simplified: bool


def jacobian_product(a: Array, error: Array) -> Array:
    """Return Jᵀ error for softmax, row by row: a ⊙ (error - Σ a error)."""
    mean: Array = (a * error).sum(axis=1, keepdims=True)
    return a * (error - mean)


def output_of(activation: str, loss: str) -> Output:
    """Return how the last layer's `activation` and the `loss` go together."""
    pair = _SIMPLIFIED.get((activation, loss))
    if pair is not None:
        return pair
    return _general(LOSSES[loss], jacobian=ACTIVATIONS[activation].slope is None)


def _general(loss: Loss, jacobian: bool) -> Output:
    def terms(z: Array, a: Array, y: Array) -> Array:  # noqa: ARG001
        return loss.terms(a, y)

    def error(z: Array, a: Array, y: Array, out: Array) -> None:  # noqa: ARG001
        loss.error(a, y, out)

    def by_slope(z: Array, a: Array, slope: Array, error: Array, y: Array, out: Array) -> None:  # noqa: ARG001
        np.multiply(error, slope, out)

    def by_jacobian(z: Array, a: Array, slope: Array, error: Array, y: Array, out: Array) -> None:  # noqa: ARG001
        np.copyto(out, jacobian_product(a, error))

    return Output(terms, error, by_jacobian if jacobian else by_slope, simplified=False)


def _binary_terms(z: Array, a: Array, y: Array) -> Array:  # noqa: ARG001
    # ln a = -softplus(-z) and ln(1 - a) = -softplus(z) never reach ln 0.
    return weighted(y, np.logaddexp(0.0, -z)) + weighted(1.0 - y, np.logaddexp(0.0, z))


def _binary_error(z: Array, a: Array, y: Array, out: Array) -> None:  # noqa: ARG001
    # 1/a = 1 + e^-z and 1/(1-a) = 1 + e^z
    np.subtract(weighted(1.0 - y, 1.0 + np.exp(z)), weighted(y, 1.0 + np.exp(-z)), out)


def _binary_delta(z: Array, a: Array, slope: Array, error: Array, y: Array, out: Array) -> None:  # noqa: ARG001
    # a - y written as (1-y) a - y (1-a), with 1 - a = σ(-z): no cancellation at either end.
    np.subtract((1.0 - y) * a, y / (1.0 + np.exp(z)), out)


def _softmax_terms(z: Array, a: Array, y: Array) -> Array:  # noqa: ARG001
    shifted = z - z.max(axis=1, keepdims=True)
    # The largest counts 1 in the sum of exponentials: log1p of the others keeps what ln(1 + tiny) loses.
    others = np.exp(shifted)
    np.put_along_axis(others, z.argmax(axis=1, keepdims=True), 0.0, axis=1)
    return weighted(y, np.log1p(others.sum(axis=1, keepdims=True)) - shifted)


def _softmax_error(z: Array, a: Array, y: Array, out: Array) -> None:  # noqa: ARG001
    cross_entropy_error(a, y, out)


def _softmax_delta(z: Array, a: Array, slope: Array, error: Array, y: Array, out: Array) -> None:  # noqa: ARG001
    # a_i Σ y - y_i Σ a (with Σ a = 1): leaving j = i out of both sums keeps every digit of the
    # winner, where a - 1 would be 0.
    others = _others(a.shape[1])
    np.subtract(a * np.dot(y, others), y * np.dot(a, others), out)


def _others(n: int) -> Array:
    """Return the n x n matrix that sums all entries of a row but its own."""
    matrix = _OTHERS.get(n)
    if matrix is None:
        matrix = _OTHERS[n] = np.ones((n, n)) - np.eye(n)
    return matrix


_OTHERS: dict[int, Array] = {}

_SIMPLIFIED = {
    ("sigmoid", "binary-cross-entropy"): Output(_binary_terms, _binary_error, _binary_delta, simplified=True),
    ("softmax", "cross-entropy"): Output(_softmax_terms, _softmax_error, _softmax_delta, simplified=True),
}
