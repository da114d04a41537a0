"""What is the formula of a number, as data?

An expression is a tree of leaves (numbers of the trace, and constants) and operations. It can be
evaluated, and laid out as symbols or with the numbers put in; both come from the same tree, so what
is shown and how it is explained can't disagree.
"""

from __future__ import annotations

import math
import sys
from itertools import accumulate
from operator import mul
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import numpy as np
from msgspec import Struct

from engine.equations.functions.activations import ACTIVATIONS
from engine.equations.functions.floats import FLOATS, function
from engine.equations.functions.formula import parse
from engine.facts.explain.terms import Terms
from engine.facts.number import Traced

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from engine.facts.entry import Number

SMALLEST = sys.float_info.min
"""The smallest number that has all its digits."""


FIXED = "fixed"
"""The symbol of a change that is not made: what is not trained stays as it is."""


class Constant(NamedTuple):
    """A number that is none of the trace, such as the learning rate, with its symbol."""

    symbol: str
    value: float


class Sum(Struct, frozen=True):
    """The sum of its parts; of no parts, 0. Very many parts are `Terms`, made when they are looked at.

    Where not all terms are written, the last part is the sum of the `others`.
    """

    parts: Sequence[Expression]
    others: int = 0


class Difference(Struct, frozen=True):
    """`left` minus `right`."""

    left: Expression
    right: Expression


class Product(Struct, frozen=True):
    """The product of its factors."""

    factors: tuple[Expression, ...]


class Ratio(Struct, frozen=True):
    """`over` divided by `under`."""

    over: Expression
    under: Expression


class Apply(Struct, frozen=True):
    """A function of one number: an activation, its slope (name + "'"), or a function of formulas."""

    function: str
    argument: Expression


Leaf: TypeAlias = Traced | Constant
Expression: TypeAlias = Leaf | Sum | Difference | Product | Ratio | Apply


class Equation(NamedTuple):
    """A number, the expression that it equals, and one sentence about it."""

    result: Traced
    expression: Expression
    words: str


def evaluate(expression: Expression) -> float:
    """Return the value of an expression, computed from its leaves."""
    match expression:
        case Traced(value=value) | Constant(value=value):
            return value
        case Sum(parts=parts):
            return added(values_of(parts))
        case Difference(left=left, right=right):
            return evaluate(left) - evaluate(right)
        case Product(factors=factors):
            return product_of([evaluate(factor) for factor in factors])
        case Ratio(over=over, under=under):
            with np.errstate(all="ignore"):
                return float(np.divide(evaluate(over), evaluate(under)))
        case Apply(function=name, argument=argument):
            return apply(name, evaluate(argument))


def parts_of(expression: Expression) -> Sequence[Expression]:
    """Return what an expression is made of, from left to right: of a leaf nothing."""
    match expression:
        case Sum(parts=parts) | Product(factors=parts):
            return parts
        case Difference(left=first, right=second) | Ratio(over=first, under=second):
            return first, second
        case Apply(argument=argument):
            return (argument,)
        case Traced() | Constant():
            return ()


def made_of(expression: Expression, parts: Sequence[Expression]) -> Expression:
    """Return an expression of the same kind that is made of other parts; a leaf as it is."""
    match expression:
        case Sum(others=others):
            return Sum(tuple(parts), others)
        case Product():
            return Product(tuple(parts))
        case Difference() | Ratio():
            return type(expression)(*parts)
        case Apply(function=name):
            return Apply(name, *parts)
        case Traced() | Constant():
            return expression


def values_of(parts: Sequence[Expression]) -> list[float]:
    """Return what each part of a sum comes to."""
    return parts.values.tolist() if isinstance(parts, Terms) else [evaluate(part) for part in parts]


def added(values: list[float]) -> float:
    """Return the sum of values, correctly rounded if all are finite."""
    return math.fsum(values) if all(map(math.isfinite, values)) else sum(values)


def product_of(values: list[float]) -> float:
    """Return the product of values: from left to right, if that stays in range before the end.

    What runs may begin elsewhere: y e^-z a is a number also where y e^-z is none.
    """
    parts: list[float] = list(accumulate(values, mul, initial=1.0))
    if all(SMALLEST <= abs(part) < math.inf for part in parts[2:-1]):
        return parts[-1]
    pairs = [math.frexp(value) for value in values]
    mantissa = math.prod(one for one, _ in pairs)
    try:
        return math.ldexp(mantissa, sum(exponent for _, exponent in pairs))
    except OverflowError:
        return math.copysign(math.inf, mantissa)


def places_of(parts: Sequence[Expression], number: Number) -> list[int]:
    """Return the places of the parts of a sum that hold a number."""
    if isinstance(parts, Terms):
        place = parts.place_of(number)
        return [] if place is None else [place]
    return [place for place, part in enumerate(parts) if number in numbers_in(part)]


def apply(name: str, value: float) -> float:
    """Return the value of a named function at a number: one of a formula's, an activation or its slope."""
    if name in FLOATS:
        return float(FLOATS[name](value))
    row = ACTIVATIONS[name.removesuffix("'")]
    a = function(parse(row.formula), ("z",))(value)
    return float(function(parse(row.slope), ("z", "a"))(value, a) if name.endswith("'") else a)


def leaves(expression: Expression) -> Iterator[Leaf]:
    """Yield the leaves of an expression from left to right."""
    if isinstance(expression, Traced | Constant):
        yield expression
    else:
        for part in parts_of(expression):
            yield from leaves(part)


def replaced(expression: Expression, other: Callable[[Leaf], Leaf]) -> Expression:
    """Return an expression with other leaves."""
    if isinstance(expression, Traced | Constant):
        return other(expression)
    return made_of(expression, [replaced(part, other) for part in parts_of(expression)])


def traced(expression: Expression) -> list[Traced]:
    """Return the numbers of the trace in an expression from left to right."""
    return [leaf for leaf in leaves(expression) if isinstance(leaf, Traced)]


def numbers_in(expression: Expression) -> list[Number]:
    """Return which numbers those are."""
    return [one.number for one in traced(expression)]
