"""What does each activation, and each loss of a distance, give, and with which derivative?

Each form is the one that keeps its digits far from zero as well as near it.
"""

from __future__ import annotations

import math

from tests.oracle.number import (
    ONE,
    TOLERANCE,
    Number,
    Vector,
    exact,
    exponential,
    total,
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
        return z, ONE if name == "identity" else z
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


def sign(x: Number) -> Number:
    """-1, 0 or 1. Where a rounding decides which, another evaluation may find any of the three."""
    if math.isnan(x.value):
        return x
    value = float(x.value > 0.0) - float(x.value < 0.0)
    decided = x.size == 0.0 or abs(x.value) > TOLERANCE * x.size
    return Number(value, abs(value) if decided else 2.0 / TOLERANCE)


def huber(x: Number) -> Number:
    """x²/2 up to a distance of 1, then the line that goes on from there: |x| - 1/2."""
    return exact(0.5) * x * x if abs(x.value) <= 1.0 else abs(x) - exact(0.5)


def huber_slope(x: Number) -> Number:
    """x, held between -1 and 1."""
    if abs(x.value) <= 1.0 or math.isnan(x.value):
        return x
    # where a rounding decides on which side of 1 it is, it is no more exact than on the inner side
    return Number(math.copysign(1.0, x.value), 1.0 if abs(x.value) > 1.0 + TOLERANCE * x.size else x.size)


def log_cosh(x: Number) -> Number:
    """ln cosh x: from cosh x - 1 = 2 sinh²(x/2) near zero, from e^|x|/2 elsewhere."""
    distance = abs(x.value)
    if distance < 1.0:
        value = math.log1p(2.0 * math.sinh(0.5 * distance) ** 2)
    else:
        value = distance - math.log(2.0) + math.log1p(exponential(-2.0 * distance))
    return Number(value, value + abs(math.tanh(x.value)) * x.size)


def log_cosh_slope(x: Number) -> Number:
    """tanh x, which is what the activation of that name gives."""
    return activation("tanh", x)[0]


def loss_of_distance(loss: str, d: Number, n: int) -> Number:
    """The term of one of n outputs, for its distance a - y from the target."""
    if loss == "half-squared-error":
        return exact(0.5) * d * d
    if loss == "squared-error":
        return d * d
    if loss == "mean-squared-error":
        return d * d / exact(float(n))
    if loss == "absolute-error":
        return abs(d)
    if loss == "huber":
        return huber(d)
    if loss == "log-cosh":
        return log_cosh(d)
    raise AssertionError(loss)


def slope_of_distance(loss: str, d: Number, n: int) -> Number:
    """The slope of that term."""
    if loss == "half-squared-error":
        return d
    if loss == "squared-error":
        return exact(2.0) * d
    if loss == "mean-squared-error":
        return exact(2.0) * d / exact(float(n))
    if loss == "absolute-error":
        return sign(d)
    if loss == "huber":
        return huber_slope(d)
    if loss == "log-cosh":
        return log_cosh_slope(d)
    raise AssertionError(loss)


def through_softmax(a: Vector, error: Vector) -> Vector:
    """From ∂C/∂a to ∂C/∂z: the sum of a_i a_j (e_i - e_j) over the others, where a_i's own part is gone."""
    units = range(len(a))
    return [total(a[i] * a[j] * (error[i] - error[j]) for j in units if j != i) for i in units]
