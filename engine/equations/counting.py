"""How many multiply-adds does an equation take?

A term takes one for each value of its letters, unless one factor alone has all of them: a matrix times a
vector, forward or transposed, and an outer product count; what scales, adds or sums numbers that are there
does not, and neither do functions and helpers. At one time for one sample, if nothing else is said.
"""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, NamedTuple

from engine.equations.equation import SAMPLE, TIME
from engine.equations.table import factor_sizes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from engine.equations.equation import Equation, Home, Term
    from engine.equations.table import Table


class Work(NamedTuple):
    """The multiply-adds of a term at one time for one sample.

    The term belongs to an equation of `home`. It reads so much `later`: at the last times it is not there.
    """

    home: Home
    multiply_adds: int
    later: int

    def over(self, times: int) -> int:
        """Return the multiply-adds of all times of one sample."""
        return self.multiply_adds * max(0, times - self.later)


def works(table: Table, equations: Iterable[Equation] | None = None) -> Iterator[Work]:
    """Yield the work of every term that takes any, of all equations of a table or of some."""
    for one in table.equations if equations is None else equations:
        if one.home is None or one.helper:
            continue
        for term in one.terms:
            if takes_any(term):
                yield Work(one.home, multiply_adds(table, term), reads_later(term))


def takes_any(term: Term) -> bool:
    """Return whether a term takes multiply-adds: no factor alone has all its letters."""
    letters = {letter for factor in term.factors for letter in factor.letters}
    return bool(letters) and all(set(factor.letters) != letters for factor in term.factors)


def multiply_adds(table: Table, term: Term) -> int:
    """Return how many products a term has at one time for one sample."""
    return span(table, term, tuple(factor_sizes(table, term.factors)))


def span(table: Table, term: Term, letters: Iterable[str]) -> int:
    """Return how many values some letters of a term have together, time and sample left out."""
    sizes = factor_sizes(table, term.factors)
    return prod(table.size(sizes[letter], 1, 1) for letter in letters if letter not in (TIME, SAMPLE))


def reads_later(term: Term) -> int:
    """Return how much later a term reads: so many last times it is not there."""
    return max(0, *(factor.shift for factor in term.factors), 0)
