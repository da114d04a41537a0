"""What of an explanation is written, and with how many digits, so that a reader can compute it again?

Of a long sum the largest terms are written until 98 % is said, and then one number for the others. The
operands have four digits, or as many as let the shown result come out of what is shown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from engine import numerals
from engine.equations.functions.activations import ACTIVATIONS
from engine.facts.explain.expression import (
    Apply,
    Constant,
    Expression,
    Product,
    Ratio,
    Sum,
    added,
    evaluate,
    made_of,
    parts_of,
    places_of,
    replaced,
    values_of,
)
from engine.facts.explain.largest import largest
from engine.facts.explain.written import MINUS
from engine.facts.number import Traced
from engine.numerals import DIGITS, MOST

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.facts.entry import Number

SAID = 0.98
"""The share of a sum that the terms make up which are written."""

_ONE = Constant("1", 1.0)


def shortened(expression: Expression, most: int, keep: Number | None = None) -> Expression:
    """Return an expression with at most `most` (1 or more) terms in each sum, and one for the others.

    A term that holds the number `keep` is written. Only what is written is made: a sum may have very many
    terms.
    """
    match expression:
        case Sum(parts=parts):
            return _sum(parts, most, keep)
        case Product(factors=factors):
            return Product(tuple(shortened(one, most, keep) for factor in factors for one in _spread(factor)))
        case _:
            return made_of(expression, [shortened(part, most, keep) for part in parts_of(expression)])


def single(expression: Expression) -> Expression:
    """Return the one part of a sum of one."""
    while isinstance(expression, Sum) and len(expression.parts) == 1:
        expression = expression.parts[0]
    return expression


def digits_of(expression: Expression, result: float, digits: int = DIGITS) -> int:
    """Return with how many digits the operands are written, so that the result comes out of them.

    The result is written with `digits`. No operand has more than ten: what is still lost then is so small
    beside what it is the difference of that nobody computes it by hand. An activation and its slope stand
    below each other: the operand that they share has the digits of whichever needs more.
    """
    asked = [(expression, numerals.shown(result, digits))]
    if isinstance(expression, Apply) and (name := expression.function.removesuffix("'")) in ACTIVATIONS:
        other = Apply(name if name != expression.function else f"{name}'", expression.argument)
        asked.append((other, numerals.shown(evaluate(other), digits)))
    for count in range(digits, MOST):
        if all(numerals.shown(evaluate(rounded(one, count)), digits) == wanted for one, wanted in asked):
            return count
    return MOST if np.isfinite(result) else digits


def rounded(expression: Expression, digits: int) -> Expression:
    """Return an expression of what is read where its numbers are written with so many digits."""
    return replaced(expression, lambda leaf: Constant("", numerals.shown(leaf.value, digits)))


def is_zero(expression: Expression) -> bool:
    """Return whether an expression is a number that is 0, before which no minus is written."""
    return isinstance(expression, Traced | Constant) and expression.value == 0.0


class Signed(NamedTuple):
    """A term of a sum without the sign that joins it to those before it."""

    minus: bool
    term: Expression


def signed(term: Expression, *, numbers: bool) -> Signed:
    """Return a term after the first: a minus that it begins with is the sign of the sum.

    That of a number is seen where numbers are written, that of a product is its first factor or in it, `-η`;
    that of a quotient is that of what is divided.
    """
    if isinstance(term, Product) and term.factors[0] == MINUS and len(term.factors) > 1:
        rest = term.factors[1:]
        return Signed(minus=True, term=rest[0] if len(rest) == 1 else Product(rest))
    if isinstance(term, Ratio) and (over := signed(term.over, numbers=False)).minus:
        return Signed(minus=True, term=Ratio(over.term, term.under))
    if isinstance(term, Constant) and term.symbol.startswith("-"):
        return Signed(minus=True, term=_without_minus(term))
    first = term.factors[0] if isinstance(term, Product) else None
    if isinstance(first, Constant) and first.symbol.startswith("-"):
        assert isinstance(term, Product)
        return Signed(minus=True, term=Product((_without_minus(first), *term.factors[1:])))
    if numbers and isinstance(term, Traced | Constant) and term.value < 0.0:
        return Signed(minus=True, term=_turned(term))
    return Signed(minus=False, term=term)


def _spread(factor: Expression) -> tuple[Expression, ...]:
    """Return a quotient of constants as factors: `-η / B × 2` could be read as divided by both."""
    if not (isinstance(factor, Ratio) and isinstance(factor.under, Constant)):
        return (factor,)
    if not isinstance(factor.over, Constant | Ratio) or factor.over == _ONE:
        return (factor,)
    return *_spread(factor.over), Ratio(_ONE, factor.under)


def _without_minus(leaf: Constant) -> Constant:
    return Constant(leaf.symbol[1:], -leaf.value)


def _turned(leaf: Traced | Constant) -> Traced | Constant:
    """Return a leaf with the other sign: what is written after a minus."""
    if isinstance(leaf, Constant):
        return leaf._replace(value=-leaf.value)
    return Traced(leaf.trace, leaf.number, leaf.symbol, -leaf.value)


def _sum(parts: Sequence[Expression], most: int, keep: Number | None) -> Sum:
    kept = [] if keep is None or len(parts) <= most else places_of(parts, keep)
    places = _said(parts, most, kept)
    chosen = tuple(shortened(parts[place], most, keep) for place in places)
    others = len(parts) - len(places)
    if not others:
        return Sum(chosen)
    if others == 1:
        (left,) = {*range(len(parts))} - {*places}
        return Sum((*chosen, _as_one(parts[left])), 1)
    rest = added(np.delete(np.array(values_of(parts)), places).tolist())
    last = parts[-1]  # a bias is a number beside products: it is named where it is counted with them
    counts = isinstance(last, Traced) and last.reference.quantity == "biases" and len(parts) - 1 not in places
    return Sum((*chosen, Constant(f"the other {others:,}{' incl. b' * counts}", rest)), others)


def _as_one(term: Expression) -> Expression:
    """Return the only term that has no room in full: its symbols with what they come to, as one number.

    `the other 1` would read as a term of 1.
    """
    if isinstance(term, Traced | Constant):
        return term
    factors = term.factors if isinstance(term, Product) else (term,)
    symbols = [one.symbol for one in factors if isinstance(one, Traced | Constant)]
    whole = len(symbols) == len(factors)
    return Constant(" × ".join(symbols) if whole else "the other term", evaluate(term))


def _said(parts: Sequence[Expression], most: int, kept: list[int]) -> list[int]:
    """Return the places of the terms that are written: all in their order, or the largest first."""
    if len(parts) <= most:
        return list(range(len(parts)))
    sizes = np.abs(np.array(values_of(parts)))
    places = list(dict.fromkeys([*largest(sizes, most).places, *kept]))
    said, whole = np.cumsum(sizes[places]), sizes.sum()
    enough = int(np.searchsorted(said, SAID * whole)) + 1 if np.isfinite(whole) else len(places)
    places = places[: min(most, enough)]
    if missing := [place for place in kept if place not in places]:
        places = [*places[: max(0, most - len(missing))], *missing]
    return places
