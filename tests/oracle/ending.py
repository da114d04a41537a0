"""How does the loss meet the last layer, where the activation is far out as well as near the middle?

An activation of 1 - 4e-18 is 1 in float64, and a - 1, 1/(1 - a) and ln a have nothing left. Each form
here goes back to the pre-activation where that is so: to the distance from the limit, which has all of
its digits.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from tests.oracle import functions
from tests.oracle.number import ONE, Number, Vector, exact, exponential, logarithm, total

NEAR = 1e-3
"""The distance from a limit below which it is formed by itself."""


class Output(NamedTuple):
    """One unit of the last layer: what the losses need to know of its activation.

    `below` is 1 - a and `above` is 1 + a; `log` and `log_below` are ln a and ln(1 - a); `per_a` and
    `per_below` are f'(z)/a and f'(z)/(1 - a), which stay ordinary numbers where both parts vanish. A
    softmax has no such slope.
    """

    a: Number
    below: Number
    above: Number
    log: Number
    log_below: Number
    per_a: Number
    per_below: Number


def outputs(name: str, z: Vector, a: Vector) -> list[Output]:
    """The units of the last layer."""
    if name == "softmax":
        return [shared_output(z, a, unit) for unit in range(len(z))]
    return [output(name, x, p) for x, p in zip(z, a, strict=True)]


def output(name: str, z: Number, a: Number) -> Output:
    """A unit whose activation is a function of its own pre-activation."""
    slope = functions.activation(name, z)[1]
    below, above = ONE - a, ONE + a
    log, log_below = logarithm(a), log_one_minus(a)
    per_a, per_below = slope / a, slope / below
    if name == "sigmoid":
        other = functions.activation("sigmoid", -z)[0]
        log, log_below = (-functions.activation("softplus", x)[0] for x in (-z, z))
        per_a, per_below = other, a
        below = other if other.value < NEAR else below
    if name == "tanh":
        double = exact(2.0) * z
        down, up = (exact(2.0) * functions.activation("sigmoid", x)[0] for x in (-double, double))
        if down.value < NEAR:
            below, per_below = down, above
            log = log_one_minus(down)
            log_below = exact(math.log(2.0)) - functions.activation("softplus", double)[0]
        above = up if up.value < NEAR else above
    if name == "elu" and exponential(z.value) < NEAR:
        above = slope
    if name == "softplus" and z.value < -40.0:
        # ln(1 + e^z) is e^z there, and so is its slope
        log, per_a = z, Number(1.0, 1.0)
    return Output(a, below, above, log, log_below, per_a, per_below)


def shared_output(z: Vector, a: Vector, unit: int) -> Output:
    """A unit of a softmax, whose distance from 1 is what the others have."""
    share = a[unit]
    others = [x for i, x in enumerate(z) if i != unit]
    below, log_below = ONE - share, log_one_minus(share)
    rest = total(p for i, p in enumerate(a) if i != unit)
    if others and rest.value < NEAR:
        below = rest
        highest = max(x.value for x in others)
        among = math.log(math.fsum(exponential(x.value - highest) for x in others))
        all_of_them = functions.log_softmax(z, unit)
        value = (highest - z[unit].value) + among + all_of_them.value
        log_below = Number(value, abs(value) + 2.0 * max(x.size for x in z))
    return Output(share, below, ONE + share, functions.log_softmax(z, unit), log_below, ONE, ONE)


def log_one_minus(x: Number) -> Number:
    """ln(1 - x), with the digits of a small x."""
    if not x.value < 1.0:
        return logarithm(ONE - x)
    value = math.log1p(-x.value)
    return Number(value, abs(value) + x.size / (1.0 - x.value))


def distance(one: Output, y: Number) -> Number:
    """a - y, as the difference of their distances from a limit if a is near one. Those of y are given."""
    if one.below.value < NEAR:
        return exact(1.0 - y.value) - one.below
    if one.above.value < NEAR:
        return one.above - exact(1.0 + y.value)
    return one.a - y


def weighted(parts: list[tuple[Number, Number]]) -> Number:
    """The sum of weight · value, where a weight of 0 makes nothing of any value."""
    return total(weight * value for weight, value in parts if weight.value != 0.0)


def terms(loss: str, name: str, z: Vector, a: Vector, y: Vector) -> Vector:
    """Each output's share of the loss."""
    found = zip(outputs(name, z, a), y, strict=True)
    if loss == "cross-entropy":
        return [-weighted([(t, one.log)]) for one, t in found]
    if loss == "binary-cross-entropy":
        return [-weighted([(t, one.log), (ONE - t, one.log_below)]) for one, t in found]
    return [functions.loss_of_distance(loss, distance(one, t), len(a)) for one, t in found]


def error(loss: str, name: str, z: Vector, a: Vector, y: Vector) -> Vector:
    """∂C/∂a of each output."""
    found = zip(outputs(name, z, a), y, strict=True)
    if loss == "cross-entropy":
        return [-weighted([(t, ONE / one.a)]) for one, t in found]
    if loss == "binary-cross-entropy":
        return [weighted([(ONE - t, ONE / one.below), (-t, ONE / one.a)]) for one, t in found]
    return [functions.slope_of_distance(loss, distance(one, t), len(a)) for one, t in found]


def delta(loss: str, name: str, z: Vector, a: Vector, y: Vector) -> Vector:
    """∂C/∂z of each output by way of the loss."""
    if name == "softmax":
        return delta_of_softmax(loss, z, a, y)
    slopes = [functions.activation(name, x)[1] for x in z]
    found = zip(outputs(name, z, a), y, slopes, strict=True)
    if loss == "cross-entropy":
        return [by_way_of(slope, -weighted([(t, one.per_a)])) for one, t, slope in found]
    if loss == "binary-cross-entropy":
        return [
            by_way_of(slope, weighted([(ONE - t, one.per_below), (-t, one.per_a)])) for one, t, slope in found
        ]
    return [e * slope for e, slope in zip(error(loss, name, z, a, y), slopes, strict=True)]


def by_way_of(slope: Number, delta: Number) -> Number:
    """A delta, which is not a number where its slope is none: no weight of 0 on the loss saves it."""
    return slope if math.isnan(slope.value) else delta


def delta_of_softmax(loss: str, z: Vector, a: Vector, y: Vector) -> Vector:
    """∂C/∂z by way of a softmax, in which what an output loses the others gain."""
    units = range(len(a))
    if loss == "binary-cross-entropy" and len(a) == 1:
        # a softmax of one is 1 wherever it is: nothing of a loss that has a value, 0/0 of one that has none
        return [exact(0.0 if y[0].value == 1.0 else math.nan)]
    if loss == "cross-entropy":
        return [total(a[i] * y[j] - a[j] * y[i] for j in units if j != i) for i in units]
    if loss == "binary-cross-entropy":
        found = outputs("softmax", z, a)
        return [
            total(
                [
                    (ONE - y[i]) * a[i],
                    -(y[i] * found[i].below),
                    *(y[j] * a[i] for j in units if j != i),
                    # a_i a_j / (1 - a_j): what j takes from the share of i among the others
                    *(-((ONE - y[j]) * a[j] * among_others(z, i, j)) for j in units if j != i),
                ]
            )
            for i in units
        ]
    return functions.through_softmax(a, error(loss, "softmax", z, a, y))


def among_others(z: Vector, unit: int, absent: int) -> Number:
    """The softmax of one unit if another were absent."""
    without = [x for i, x in enumerate(z) if i != absent]
    return functions.softmax(without)[unit - (unit > absent)]
