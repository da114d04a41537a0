"""What is the formula of a number, as data?

An expression is a tree of leaves (numbers of the trace, or constants) and operations. It can be
evaluated, and laid out as symbols or with the numbers put in; both come from the same tree, so what
is shown and how it is explained can't disagree.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import numpy as np

from engine.equations.activations import ACTIVATIONS
from engine.equations.formula import FLOATS, function, parse
from engine.facts.explain.terms import Terms
from engine.facts.number import symbol_of, value_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from engine.facts.number import Number
    from engine.run.tracing import Trace


class Leaf(NamedTuple):
    """A number with its symbol; `number` is None for a constant, such as the learning rate."""

    symbol: str
    value: float
    number: Number | None = None


class Sum(NamedTuple):
    """The sum of its parts; of no parts, 0. Very many parts are `Terms`, made when they are looked at.

    Where not all terms are written, the last part is the sum of the `others`.
    """

    parts: Sequence[Expression]
    others: int = 0


class Difference(NamedTuple):
    """`left` minus `right`."""

    left: Expression
    right: Expression


class Product(NamedTuple):
    """The product of its factors."""

    factors: tuple[Expression, ...]


class Ratio(NamedTuple):
    """`over` divided by `under`."""

    over: Expression
    under: Expression


class Apply(NamedTuple):
    """A function of one number: an activation, its slope (name + "'"), or a function of formulas."""

    function: str
    argument: Expression


Expression: TypeAlias = Leaf | Sum | Difference | Product | Ratio | Apply


class Equation(NamedTuple):
    """A number, the expression that it equals, and one sentence about it."""

    result: Leaf
    expression: Expression
    words: str
    about: str


def leaf(trace: Trace, number: Number) -> Leaf:
    """Return a number of the trace as a leaf of an expression."""
    return Leaf(symbol_of(trace, number), value_of(trace, number), number)


def evaluate(expression: Expression) -> float:
    """Return the value of an expression, computed from its leaves."""
    match expression:
        case Leaf(value=value):
            return value
        case Sum(parts=parts):
            return added(values_of(parts))
        case Difference(left=left, right=right):
            return evaluate(left) - evaluate(right)
        case Product(factors=factors):
            return math.prod(map(evaluate, factors))
        case Ratio(over=over, under=under):
            with np.errstate(all="ignore"):
                return float(np.divide(evaluate(over), evaluate(under)))
        case Apply(function=name, argument=argument):
            return apply(name, evaluate(argument))


def values_of(parts: Sequence[Expression]) -> list[float]:
    """Return what each part of a sum comes to."""
    return parts.values.tolist() if isinstance(parts, Terms) else [evaluate(part) for part in parts]


def added(values: list[float]) -> float:
    """Return the sum of values, correctly rounded if all are finite."""
    return math.fsum(values) if all(map(math.isfinite, values)) else sum(values)


def places_of(parts: Sequence[Expression], number: Number) -> list[int]:
    """Return the places of the parts of a sum that hold a number."""
    if isinstance(parts, Terms):
        place = parts.place_of(number)
        return [] if place is None else [place]
    return [place for place, part in enumerate(parts) if any(one.number == number for one in leaves(part))]


def apply(name: str, value: float) -> float:
    """Return the value of a named function at a number: one of a formula's, an activation or its slope."""
    if name in FLOATS:
        return float(FLOATS[name](value))
    row = ACTIVATIONS[name.removesuffix("'")]
    a = function(parse(row.formula), ("z",))(value)
    return float(function(parse(row.slope), ("z", "a"))(value, a) if name.endswith("'") else a)


def leaves(expression: Expression) -> Iterator[Leaf]:
    """Yield the leaves of an expression from left to right."""
    match expression:
        case Leaf():
            yield expression
        case Sum(parts=parts) | Product(factors=parts):
            for part in parts:
                yield from leaves(part)
        case Difference(left=first, right=second) | Ratio(over=first, under=second):
            yield from leaves(first)
            yield from leaves(second)
        case Apply(argument=argument):
            yield from leaves(argument)
