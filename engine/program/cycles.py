"""Which equations need one another through time, so that they must be done time by time?"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from engine.equations.equation import Equation, Variable


class CircularError(Exception):
    """A number depends on itself."""


def cycles(equations: Sequence[Equation]) -> list[list[Equation]]:
    """Return groups of equations, each after what it reads; those of a group need one another.

    By Tarjan (1972), Depth-first search and linear graph algorithms. Within a group the equations stand in
    the order in which they read one another at the same time.

    Raises:
        CircularError: at one time some depend on one another.
    """
    maker = {one.variable: place for place, one in enumerate(equations)}
    reads = [
        sorted({maker[read.variable] for read in one.factors() if read.variable in maker})
        for one in equations
    ]
    number: dict[int, int] = {}
    low: dict[int, int] = {}
    stack: list[int] = []
    groups: list[list[Equation]] = []

    def begin(place: int) -> tuple[int, Iterator[int]]:
        number[place] = low[place] = len(number)
        stack.append(place)
        return place, iter(reads[place])

    def end(place: int) -> None:
        if low[place] == number[place]:
            group = []
            while place not in group:
                group.append(stack.pop())
            groups.append(_in_turn([equations[one] for one in sorted(group)]))

    for first in range(len(equations)):
        path = [] if first in number else [begin(first)]  # no call in a call: a deep network is read through
        while path:
            place, further = path[-1]
            other = next(further, None)
            if other is None:
                path.pop()
                end(place)
                if path:
                    low[path[-1][0]] = min(low[path[-1][0]], low[place])
            elif other not in number:
                path.append(begin(other))
            elif other in stack:
                low[place] = min(low[place], number[other])
    return groups


def _in_turn(group: Sequence[Equation]) -> list[Equation]:
    """Return the equations of a group in the order of what they read at the same time."""
    if len(group) == 1:  # most are alone
        return list(group)
    made = {one.variable for one in group}
    done: set[Variable] = set()
    left, found = list(group), []
    while left:
        ready = next(
            (
                one
                for one in left
                if all(
                    read.shift
                    or read.variable not in made
                    or read.variable in done
                    or read.variable == one.variable
                    for read in one.factors()
                )
            ),
            None,
        )
        if ready is None:
            raise CircularError
        left.remove(ready)
        done.add(ready.variable)
        found.append(ready)
    return found


def direction(group: Sequence[Equation]) -> int:
    """Return 0 for no loop, -1 for one that reads the time before, +1 for one that reads the time after."""
    made = {one.variable for one in group}
    return next(
        (read.shift for one in group for read in one.factors() if read.variable in made and read.shift), 0
    )
