"""How are the numbers come by that a condition reads, over many iterations?

In the cheapest way that has them: losses are those of the run itself; a small scenario runs with a program
that also notes what is asked for; parameters are looked at between iterations; else each iteration is played.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import numpy as np

from engine.conditions.between import Losses, ParametersAlone
from engine.conditions.evaluate import Held
from engine.conditions.given import Reading, asked, is_parameter
from engine.conditions.layout import NOTHING, Layouts
from engine.conditions.notes import Notes, can_be_noted
from engine.conditions.played import Played, values_in
from engine.program.machine import straight

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from engine.conditions.given import Rows
    from engine.conditions.layout import Indices
    from engine.conditions.meaning import Leaf
    from engine.run.tracing import Trace


class Reader(Protocol):
    """Reads iterations one after another; `iteration` is the next."""

    iteration: int

    def seek(self, iteration: int) -> None:
        """Go on from an iteration of the run."""

    def read(self, count: int) -> list[Rows]:
        """Read some iterations: those with the same steps together."""


def reader_of(trace: Trace, leaves: Sequence[Leaf], layouts: Layouts) -> Reader:
    """Return what reads leaves in the cheapest way."""
    needed = asked(leaves)
    reader: type[Losses | Notes | ParametersAlone | Played]
    if all(leaf.word == "loss" for leaf in needed):
        reader = Losses
    elif straight(trace.scenario, trace.shapes) and all(can_be_noted(trace, leaf) for leaf in needed):
        reader = Notes
    elif all(leaf.word == "loss" or is_parameter(leaf) for leaf in needed) and _once(layouts, needed):
        reader = ParametersAlone
    else:
        reader = Played
    return reader(trace, leaves, layouts)


def _once(layouts: Layouts, leaves: Sequence[Leaf]) -> bool:
    """Return whether each iteration writes each of the leaves once."""
    every = [layout for layout, _ in layouts.groups(0, layouts.shapes.batches)]
    return all(len(layout.of(leaf).keys) == 1 for layout in every for leaf in leaves)


class Numbers:
    """What a condition reads of a run, iteration by iteration, with the one before where it asks for that."""

    def __init__(self, trace: Trace, leaves: Sequence[Leaf], *, moves: bool) -> None:
        self.layouts = Layouts(trace.schedule, leaves)
        self._trace, self._leaves, self._moves = trace, leaves, moves
        self._reader = reader_of(trace, leaves, self.layouts)
        self._last: Rows | None = None

    def read(self, first: int, count: int) -> Iterator[Iterations]:
        """Yield iterations from a first on, those with the same steps together."""
        before: Rows | None = None
        if self._moves and first > self._trace.begins:
            before = self._last
            if before is None or before.iterations[-1] != first - 1:
                (before,) = self._rows(first - 1, 1)
        found = self._rows(first, count)
        self._last = next(rows.last() for rows in found if rows.iterations[-1] == first + count - 1)
        if not self._moves:
            for rows in found:
                yield Iterations(rows)
            return
        every = found if before is None else [before, *found]
        # By the number of an iteration, counted from the one before the first: its rows and its place there.
        rows_of, place_of = (np.full(count + 1, NOTHING) for _ in range(2))
        for at, rows in enumerate(every):
            rows_of[rows.iterations - first + 1] = at
            place_of[rows.iterations - first + 1] = np.arange(len(rows.iterations))
        for rows in found:
            earlier = rows_of[rows.iterations - first]
            for one in np.unique(earlier).tolist():
                mine = np.flatnonzero(earlier == one)
                theirs = place_of[rows.iterations[mine] - first]
                yield Iterations(rows, mine, None if one == NOTHING else every[one], theirs)

    def _rows(self, first: int, count: int) -> list[Rows]:
        """Read iterations; one with updates out of turn as the trace has it."""
        broken, stop = self._trace.broken_iteration, first + count
        if broken is None or not first <= broken < stop:
            self._reader.seek(first)
            return self._reader.read(count)
        parts = [range(first, broken), range(broken + 1, stop)]
        found = [rows for part in parts if part for rows in self._rows(part.start, len(part))]
        ((layout, iterations),) = self.layouts.groups(broken, 1)
        numbers = self._trace.iteration(broken)
        arrays = {leaf: values_in(numbers, layout, leaf)[None] for leaf in asked(self._leaves)}
        given = Reading(self._trace, self._leaves, self.layouts)
        return [*found, given.rows(layout, iterations, arrays)]


class Iterations:
    """The numbers of iterations with the same steps, and those of the iteration before each."""

    def __init__(
        self,
        rows: Rows,
        mine: Indices | None = None,
        before: Rows | None = None,
        theirs: Indices | None = None,
    ) -> None:
        self.layout = rows.layout
        every = mine is None or len(mine) == len(rows.iterations)
        self.iterations = rows.iterations if mine is None or every else rows.iterations[mine]
        self.count = len(self.iterations)
        self._rows, self._mine = rows, None if every else mine
        self._before, self._theirs = before, theirs

    def now(self, leaf: Leaf) -> Held:
        """Return the values of a leaf."""
        array = self._rows.arrays[leaf]
        return Held(array if self._mine is None else array[self._mine], self.layout.of(leaf).at)

    def before(self, leaf: Leaf) -> Held:
        """Return those of the iteration before, each at the same place of its batch."""
        if self._before is None:
            # Of each quantity one value that no step sees: so those of any two can stand side by side.
            now = self.now(leaf).data
            return Held(np.zeros((len(now), 1, *now.shape[2:]), dtype=now.dtype), self.layout.nowhere)
        places, at = self.layout.beside(self._before.layout, leaf)
        array = self._before.arrays[leaf][self._theirs]
        return Held(array if places is None else array[:, places], at)
