"""What does each activation and each loss give, and with which derivative?

Each form is the one that keeps its digits far from zero as well as near it.
"""

from __future__ import annotations

import math

from tests.oracle.number import (
    ONE,
    Number,
    Vector,
    exact,
    exponential,
    logarithm,
    total,
    zeros,
)


def sigma(x: float) -> float:
    """1/(1+e^-x), to full relative precision on both sides."""
    return 1.0 / (1.0 + exponential(-x)) if x >= 0.0 else exponential(x) / (1.0 + exponential(x))


def log_one_plus_exp(x: float) -> float:
    """ln(1+e^x)."""
    return max(x, 0.0) + math.log1p(exponential(-abs(x)))


def formulas(name: str, z: float) -> tuple[float, float, float]:
    """f(z), f'(z) and a bound of |f''| near z."""
    if name == "identity":
        return z, 1.0, 0.0
    if name == "sigmoid":
        slope = sigma(z) * sigma(-z)
        return sigma(z), slope, slope
    if name == "tanh":
        one_over_cosh = 2.0 * exponential(-abs(z)) / (1.0 + exponential(-2.0 * abs(z)))
        return math.tanh(z), one_over_cosh**2, 2.0 * one_over_cosh**2
    if name == "relu":
        return (z, 1.0, 0.0) if z > 0.0 else (0.0, 0.0, 0.0)
    if name == "leaky-relu":
        return (z, 1.0, 0.0) if z > 0.0 else (0.01 * z, 0.01, 0.0)
    if name == "elu":
        return (z, 1.0, 0.0) if z >= 0.0 else (math.expm1(z), exponential(z), exponential(z))
    if name == "softplus":
        return log_one_plus_exp(z), sigma(z), sigma(z)
    if name == "silu":
        return z * sigma(z), sigma(z) * (1.0 + z * sigma(-z)), 0.5
    raise AssertionError(name)


def activation(name: str, z: Number) -> tuple[Number, Number]:
    """The activation of one neuron and its slope."""
    if math.isnan(z.value):
        return z, z
    value, slope, curvature = formulas(name, z.value)
    # silu's slope is a difference where z < 0; elsewhere this size is the slope itself
    size = sigma(z.value) * (1.0 + abs(z.value) * sigma(-z.value)) if name == "silu" else abs(slope)
    return Number(value, abs(value) + abs(slope) * z.size), Number(slope, size + curvature * z.size)


def softmax(z: Vector) -> Vector:
    """e^z over the sum of them."""
    highest = max(x.value for x in z)
    powers = [exponential(x.value - highest) for x in z]
    size = 1.0 + 2.0 * max(x.size for x in z)
    return [Number(p / math.fsum(powers), p / math.fsum(powers) * size) for p in powers]


def log_softmax(z: Vector, unit: int) -> Number:
    """The logarithm of one neuron's softmax: minus ln(1 + the others relative to it)."""
    others = [exponential(x.value - z[unit].value) for i, x in enumerate(z) if i != unit]
    if math.inf in others:
        highest = max(x.value for x in z)
        value = (z[unit].value - highest) - math.log(math.fsum(exponential(x.value - highest) for x in z))
    else:
        value = -math.log1p(math.fsum(others))
    return Number(value, abs(value) + 2.0 * max(x.size for x in z))


def terms(loss: str, output: str, z: Vector, a: Vector, y: Vector) -> Vector:
    """Each output's share of the loss, for the output activation named."""
    n = exact(float(len(a)))
    if loss == "half-squared-error":
        return [exact(0.5) * (p - t) * (p - t) for p, t in zip(a, y, strict=True)]
    if loss == "squared-error":
        return [(p - t) * (p - t) for p, t in zip(a, y, strict=True)]
    if loss == "mean-squared-error":
        return [(p - t) * (p - t) / n for p, t in zip(a, y, strict=True)]
    if loss == "binary-cross-entropy":
        if output == "sigmoid":
            return [
                total(
                    [
                        *([t * activation("softplus", -x)[0]] if t.value != 0.0 else []),
                        *([(ONE - t) * activation("softplus", x)[0]] if t.value != 1.0 else []),
                    ]
                )
                for x, t in zip(z, y, strict=True)
            ]
        return [
            -total(
                [
                    *([t * logarithm(p)] if t.value != 0.0 else []),
                    *([(ONE - t) * logarithm(ONE - p)] if t.value != 1.0 else []),
                ]
            )
            for p, t in zip(a, y, strict=True)
        ]
    if loss == "cross-entropy":
        if output == "softmax":
            logarithms = [log_softmax(z, i) for i in range(len(z))]
        else:
            logarithms = [logarithm(p) for p in a]
        return [
            -(t * ln) if t.value != 0.0 else zero
            for t, ln, zero in zip(y, logarithms, zeros(len(y)), strict=True)
        ]
    raise AssertionError(loss)


def loss_error(loss: str, a: Vector, y: Vector) -> Vector:
    """∂C/∂a of each output."""
    if loss == "half-squared-error":
        return [p - t for p, t in zip(a, y, strict=True)]
    if loss == "squared-error":
        return [exact(2.0) * (p - t) for p, t in zip(a, y, strict=True)]
    if loss == "mean-squared-error":
        return [exact(2.0) * (p - t) / exact(float(len(a))) for p, t in zip(a, y, strict=True)]
    if loss == "binary-cross-entropy":
        return [
            total(
                [
                    *([(ONE - t) / (ONE - p)] if t.value != 1.0 else []),
                    *([-(t / p)] if t.value != 0.0 else []),
                ]
            )
            for p, t in zip(a, y, strict=True)
        ]
    if loss == "cross-entropy":
        return [-(t / p) if t.value != 0.0 else zero for p, t, zero in zip(a, y, zeros(len(a)), strict=True)]
    raise AssertionError(loss)


def through_softmax(a: Vector, error: Vector) -> Vector:
    """From ∂C/∂a to ∂C/∂z: a_i (e_i - Σ_j a_j e_j)."""
    mean = total(p * e for p, e in zip(a, error, strict=True))
    return [p * (e - mean) for p, e in zip(a, error, strict=True)]


def simplified_delta(loss: str, output: str, z: Vector, a: Vector, y: Vector) -> Vector | None:
    """∂C/∂z where loss and output belong together: a - y, for softmax a·Σy - y; otherwise None."""
    if loss == "binary-cross-entropy" and output == "sigmoid":
        return [
            total([(ONE - t) * activation("sigmoid", x)[0], -(t * activation("sigmoid", -x)[0])])
            for x, t in zip(z, y, strict=True)
        ]
    if loss == "cross-entropy" and output == "softmax":
        return [p * total(y) - t for p, t in zip(a, y, strict=True)]
    return None
