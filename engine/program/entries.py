"""Which products add up to one entry of an equation's result?

What straight-line code and counting share: an equation, taken at one place, is a sum of products of single
numbers.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, NamedTuple

from engine.equations.equation import TIME

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from engine.equations.equation import Factor, Term, Variable
    from engine.equations.table import Table


class Leaf(NamedTuple):
    """One number of a variable.

    `place` has a number for each of its axes. With time -1 it is of the initial state.
    """

    variable: Variable
    place: tuple[int, ...]


def leaf(read: Factor, at: Mapping[str, int], times: int, table: Table) -> Leaf | None:
    """Return the number that a factor is at a place; None where there is no such time."""
    place = [at[letter] for letter in read.letters]
    if read.shift:
        axis = read.letters.index(TIME)
        place[axis] += read.shift
        if place[axis] >= times or (place[axis] < 0 and read.variable not in table.initial):
            return None
    return Leaf(read.variable, tuple(place))


def products(
    term: Term, at: Mapping[str, int], samples: int, times: int, table: Table
) -> Iterator[tuple[Leaf, ...]]:
    """Yield the products of a term at a place; letters that the place lacks are summed over."""
    sizes = {
        letter: table.size(axis, samples, times)
        for read in term.factors
        for letter, axis in zip(read.letters, table.axes[read.variable], strict=True)
        if letter not in at
    }
    for values in product(*(range(size) for size in sizes.values())):
        here = {**at, **dict(zip(sizes, values, strict=True))}
        found = [leaf(read, here, times, table) for read in term.factors]
        every = tuple(one for one in found if one is not None)
        if len(every) == len(found):
            yield every


def places(
    letters: tuple[str, ...], sizes: Mapping[str, int], at: Mapping[str, int]
) -> Iterator[dict[str, int]]:
    """Yield every place of a result; letters in `at` stay where they are."""
    free = [letter for letter in letters if letter not in at]
    for values in product(*(range(sizes[letter]) for letter in free)):
        yield {**at, **dict(zip(free, values, strict=True))}
