"""What of an expression says nothing: numbers that cancel, and a factor that is there only to say `yes`?

A mistake is a rewrite of what is right, so `-η / B × G × B` comes of a mean that is missing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from engine.diagnosis.iteration.ground import is_mask
from engine.equations.forward import OTHERS
from engine.facts.explain.expression import Constant, Expression, Product, Ratio, made_of, parts_of
from engine.facts.explain.terms import Terms
from engine.facts.explain.written import MINUS, factors_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from engine.equations.equation import Factor, Term

_ASKED = ("there", "trained")
"""The factors that are 1 or 0."""


def tidied(expression: Expression) -> Expression:
    """Return an expression without what says nothing. Terms that aren't made yet stay as they are."""
    parts = parts_of(expression)
    if not parts or isinstance(parts, Terms):
        return expression
    made = made_of(expression, [tidied(part) for part in parts])
    if isinstance(made, Product):
        return _product([factor for one in made.factors for factor in factors_of(one)])
    if isinstance(made, Ratio) and isinstance(made.under, Constant):
        return _over(made.over, made.under)
    return made


def _product(factors: list[Expression]) -> Expression:
    asked = [one for one in factors if isinstance(one, Constant) and one.symbol in _ASKED]
    if any(one.value == 0.0 for one in asked):
        return Constant("0", 0.0)
    left = [one for one in factors if one not in asked]
    for one in [one for one in left if isinstance(one, Constant)]:
        for place, other in enumerate(left):
            if isinstance(other, Ratio) and other.under == one:
                left[place] = other.over
                left.remove(one)
                break
    left.sort(key=lambda one: not _is_negative(one))  # the sign is that of the whole
    if not left:
        return Constant("1", 1.0)
    return left[0] if len(left) == 1 else Product(tuple(left))


def _is_negative(factor: Expression) -> bool:
    """Return whether a factor is a constant that is written with a minus, or that divided by something."""
    if isinstance(factor, Ratio):
        return _is_negative(factor.over)
    return isinstance(factor, Constant) and factor.symbol.startswith("-")


def _over(over: Expression, under: Constant) -> Expression:
    """Return a quotient; what is multiplied by the same number is left without both."""
    factors = list(factors_of(over))
    for place, one in enumerate(factors):
        rest = _without(one, under)
        if rest is not None:
            factors[place : place + 1] = rest
            if not factors:
                return Constant("1", 1.0)
            return factors[0] if len(factors) == 1 else Product(tuple(factors))
    return Ratio(over, under)


def _without(factor: Expression, number: Constant) -> list[Expression] | None:
    """Return what is left of a factor that is divided by a number that it has in it; None if it has not."""
    if factor == number:
        return []
    if isinstance(factor, Constant) and factor == Constant(f"-{number.symbol}", -number.value):
        return [MINUS]
    if isinstance(factor, Ratio):
        rest = _without(factor.over, number)
        if rest is not None:
            over = rest[0] if rest else Constant("1", 1.0)
            return [Ratio(over, factor.under)]
    return None


class Part(NamedTuple):
    """A term without its switches: it is there where those of `on` are 1 and that of `off` is 0."""

    term: Term
    on: tuple[Factor, ...] = ()
    off: Factor | None = None


def _is_switch(factor: Factor) -> bool:
    """Return whether a factor is 1 where a term is there and 0 where it is not: nobody multiplies by it."""
    return is_mask(factor.variable) or factor.variable == OTHERS


def without_switches(terms: Sequence[Term]) -> Iterator[Part]:
    """Yield terms with their switches apart; one that takes another away where it is there is none.

    So what is left out at one time is not written and taken away again.
    """
    parts: list[Part] = []
    for term in terms:
        on = tuple(factor for factor in term.factors if _is_switch(factor))
        rest = tuple(factor for factor in term.factors if not _is_switch(factor))
        part = Part(term._replace(factors=rest), on)
        against = part.term._replace(coefficient=-term.coefficient)
        place = next((at for at, one in enumerate(parts) if one == Part(against) and len(on) == 1), None)
        if place is None:
            parts.append(part)
        else:
            parts[place] = parts[place]._replace(off=on[0])
    yield from parts
