"""How is one loss term, or the error of one output, written as an expression?

The same formulas as `engine.mathematics.losses` and `engine.mathematics.output`, for one output:
prediction a, target y, pre-activation z.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from engine.explain.expression import Apply, Difference, Expression, Leaf, Product, Ratio, Sum
from engine.explain.terms import mapped

if TYPE_CHECKING:
    from engine.explain.terms import Terms

_ONE = Leaf("1", 1.0)
_HALF = Leaf("½", 0.5)
_TWO = Leaf("2", 2.0)
_MINUS = Leaf("-1", -1.0)


def term_expression(
    loss: str, activation: str, z: Leaf, a: Leaf, y: Leaf, outputs: int, every_z: Terms[Leaf] | None
) -> Expression:
    """Return the loss term of one output of `outputs`.

    Sigmoid with binary cross-entropy and softmax with cross-entropy are written with z, the form that
    stays finite when the output is saturated; `every_z` are the pre-activations of all outputs.
    """
    squared = Apply("square", Difference(a, y))
    match loss:
        case "half-squared-error":
            return Product((_HALF, squared))
        case "squared-error":
            return squared
        case "mean-squared-error":
            return Product((Ratio(_ONE, Leaf("n", float(outputs))), squared))
        case "cross-entropy":
            if y.value == 0.0 and not 0.0 < a.value < math.inf:
                return Product((_MINUS, y))  # 0 · ln a counts as 0, also where ln a is no number
            if activation == "softmax" and every_z is not None:
                largest = Leaf("max z", max(zs := every_z.values.tolist()))
                others = Sum(shifted_exponentials(every_z, largest).without(zs.index(largest.value)))
                return Product((y, Difference(Apply("log1p", others), Difference(z, largest))))
            return Product((_MINUS, y, Apply("ln", a)))
        case _:
            return _binary_term(activation, z, a, y)


def _binary_term(activation: str, z: Leaf, a: Leaf, y: Leaf) -> Expression:
    parts: list[Expression] = []
    if y.value != 0.0:
        if activation == "sigmoid":
            parts.append(Product((y, Apply("softplus", Product((_MINUS, z))))))
        else:
            parts.append(Product((_MINUS, y, Apply("ln", a))))
    if y.value != 1.0:
        miss = Difference(_ONE, y)
        if activation == "sigmoid":
            parts.append(Product((miss, Apply("softplus", z))))
        elif abs(a.value) < _TINY:
            parts.append(Product((_MINUS, miss, Apply("log1p", Product((_MINUS, a))))))
        else:
            parts.append(Product((_MINUS, miss, Apply("ln", Difference(_ONE, a)))))
    return parts[0] if len(parts) == 1 else Sum(tuple(parts))


def error_expression(loss: str, activation: str, z: Leaf, a: Leaf, y: Leaf, outputs: int) -> Expression:
    """Return ∂C/∂a of one output of `outputs`."""
    match loss:
        case "half-squared-error":
            return Difference(a, y)
        case "squared-error":
            return Product((_TWO, Difference(a, y)))
        case "mean-squared-error":
            return Product((Ratio(_TWO, Leaf("n", float(outputs))), Difference(a, y)))
        case "cross-entropy":
            # 0/a counts as 0, also where 1/a is no number: there is no term.
            none = y.value == 0.0 and (a.value == 0.0 or math.isnan(a.value))
            return Product((_MINUS, y)) if none else Product((_MINUS, Ratio(y, a)))
        case _:
            return _binary_error(activation, z, a, y)


def _binary_error(activation: str, z: Leaf, a: Leaf, y: Leaf) -> Expression:
    parts: list[Expression] = []
    # For sigmoid 1/a = 1 + e^-z and 1/(1-a) = 1 + e^z keep the digits that a has lost.
    if y.value != 1.0:
        miss = Difference(_ONE, y)
        if activation == "sigmoid":
            parts.append(Product((miss, Sum((_ONE, Apply("exp", z))))))
        else:
            parts.append(Ratio(miss, Difference(_ONE, a)))
    if y.value != 0.0:
        if activation == "sigmoid":
            parts.append(Product((_MINUS, y, Sum((_ONE, Apply("exp", Product((_MINUS, z))))))))
        else:
            parts.append(Product((_MINUS, Ratio(y, a))))
    return parts[0] if len(parts) == 1 else Sum(tuple(parts))


def shifted_exponentials(every_z: Terms[Leaf], largest: Leaf) -> Terms[Expression]:
    """Return e^(z - max z) of each pre-activation: `largest` becomes 1, so that none overflows."""
    with np.errstate(all="ignore"):
        values = np.exp(every_z.values - largest.value)
    return mapped(lambda z: Apply("exp", Difference(z, largest)), every_z, values)


def simplified_delta(
    activation: str, z: Leaf, a: Leaf, y: Leaf, index: int, every: tuple[Terms[Leaf], Terms[Leaf]] | None
) -> Expression:
    """Return a - y, in the form that keeps its digits where a has rounded to 1.

    `every` are the predictions and the targets of all outputs, for softmax.
    """
    if activation == "sigmoid":
        if abs(z.value) < _PLAIN:
            return Difference(a, y)
        lost = Apply("sigmoid", Product((_MINUS, z)))
        return Difference(Product((Difference(_ONE, y), a)), Product((y, lost)))
    assert every is not None
    predictions, targets = every
    if a.value < 1.0 - 1e-3 and sum(targets.values.tolist()) == 1.0:
        return Difference(a, y)
    return Difference(
        Product((a, Sum(targets.without(index)))), Product((y, Sum(predictions.without(index))))
    )


_TINY = 1e-3  # below this |a|, 1 - a has lost three digits of a
_PLAIN = 7.0  # below this |z|, a - y has lost no more than three digits
