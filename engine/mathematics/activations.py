"""What does each activation compute, and what is its slope?

The forward rule and the slope of an activation stand together; a new activation is one line of
the table. Every function works on whole arrays [row, unit] and writes into `out`. The slope is
formed so that it keeps its digits when the unit is saturated: 1 - a loses all of them.

Sources: Goodfellow, Bengio and Courville, Deep Learning (2016), sections 6.2 and 6.3; leaky ReLU:
Maas, Hannun and Ng (2013); ELU: Clevert, Unterthiner and Hochreiter (2015); SiLU: Elfwing, Uchibe
and Doya (2017).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from engine.arrays import Array

LEAK = 0.01
"""Slope of leaky ReLU below zero."""

# As arrays: numpy takes longer to convert a Python number than to add it to a few units.
_ZERO: Array = np.array(0.0)
_ONE: Array = np.array(1.0)

Forward = Callable[[Array, Array], None]
"""(pre_activation, out) -> None, filling `out` with the activation."""

Slope = Callable[[Array, Array, Array], None]
"""(pre_activation, activation, out) -> None, filling `out` with f'(z)."""


class Activation(NamedTuple):
    """An activation function.

    `slope` is None for softmax, whose derivative is a matrix (see `engine.mathematics.output`).
    `formula` and `slope_formula` are the rules as they are written on screen.
    """

    name: str
    forward: Forward
    slope: Slope | None
    formula: str
    slope_formula: str


def _identity(z: Array, out: Array) -> None:
    np.copyto(out, z)


def _identity_slope(z: Array, a: Array, out: Array) -> None:  # noqa: ARG001
    out.fill(1.0)


def sigmoid(z: Array, out: Array) -> None:
    """Fill `out` with 1/(1+exp(-z)); exact at both ends, where exp overflows to inf."""
    np.negative(z, out)
    np.exp(out, out)
    np.add(out, _ONE, out)
    np.reciprocal(out, out)


def _sigmoid_slope(z: Array, a: Array, out: Array) -> None:
    # sigma(z) sigma(-z): unlike a (1 - a) it does not cancel when a is close to 1.
    np.exp(z, out)
    np.add(out, _ONE, out)
    np.divide(a, out, out)


def _tanh(z: Array, out: Array) -> None:
    np.tanh(z, out)


def _tanh_slope(z: Array, a: Array, out: Array) -> None:  # noqa: ARG001
    # 1/cosh(z)^2: unlike 1 - a^2 it does not cancel when |a| is close to 1.
    np.cosh(z, out)
    np.reciprocal(out, out)
    np.multiply(out, out, out)


def _relu(z: Array, out: Array) -> None:
    np.maximum(z, _ZERO, out=out)


def _relu_slope(z: Array, a: Array, out: Array) -> None:  # noqa: ARG001
    # The convention at the kink: the slope at exactly 0 is 0. A z that is nan has the slope nan.
    np.sign(a, out)


def _leaky_relu(z: Array, out: Array) -> None:
    np.copyto(out, np.where(z > 0.0, z, LEAK * z))


def _leaky_relu_slope(z: Array, a: Array, out: Array) -> None:  # noqa: ARG001
    np.copyto(out, np.where(np.isnan(z), z, np.where(z > 0.0, 1.0, LEAK)))


def _elu(z: Array, out: Array) -> None:
    np.copyto(out, np.where(z > 0.0, z, np.expm1(z)))


def _elu_slope(z: Array, a: Array, out: Array) -> None:  # noqa: ARG001
    np.copyto(out, np.where(z > 0.0, 1.0, np.exp(z)))


def _softplus(z: Array, out: Array) -> None:
    np.logaddexp(0.0, z, out)


def _softplus_slope(z: Array, a: Array, out: Array) -> None:  # noqa: ARG001
    sigmoid(z, out)


def _silu(z: Array, out: Array) -> None:
    sigmoid(z, out)
    np.multiply(out, z, out)


def _silu_slope(z: Array, a: Array, out: Array) -> None:  # noqa: ARG001
    # sigma(z) + z sigma(z) sigma(-z)
    sigmoid(z, out)
    np.add(out, z * (out / (1.0 + np.exp(z))), out)


def _softmax(z: Array, out: Array) -> None:
    # Shifting by the largest pre-activation changes nothing but the range of exp.
    np.subtract(z, np.maximum.reduce(z, axis=1, keepdims=True), out)
    np.exp(out, out)
    np.divide(out, np.add.reduce(out, axis=1, keepdims=True), out)


ACTIVATIONS: dict[str, Activation] = {
    activation.name: activation
    for activation in (
        Activation("identity", _identity, _identity_slope, "z", "1"),
        Activation("sigmoid", sigmoid, _sigmoid_slope, "1 / (1 + e^-z)", "a (1 - a)"),
        Activation("tanh", _tanh, _tanh_slope, "tanh z", "1 - a²"),
        Activation("relu", _relu, _relu_slope, "max(0, z)", "1 if z > 0, else 0"),
        Activation(
            "leaky-relu",
            _leaky_relu,
            _leaky_relu_slope,
            "z if z > 0, else 0.01 z",
            "1 if z > 0, else 0.01",
        ),
        Activation("elu", _elu, _elu_slope, "z if z > 0, else e^z - 1", "1 if z > 0, else e^z"),
        Activation("softplus", _softplus, _softplus_slope, "ln(1 + e^z)", "1 / (1 + e^-z)"),
        Activation("silu", _silu, _silu_slope, "z σ(z)", "σ(z) (1 + z (1 - σ(z)))"),
        Activation("softmax", _softmax, None, "e^z / Σ e^z", "a matrix"),
    )
}
"""Every activation by its name in a scenario file."""
