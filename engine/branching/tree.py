"""Which runs has the user come to: the one that was opened, those that branch off it, and theirs?

A tree of runs, each of which stays what it is. Going on in a run in another order, or with a break of the
rule, takes its place in the tree; where others have branched off it, it stands beside it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from msgspec import Struct

from engine.records import Record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.run.tracing import Trace

MOST = 32
"""Runs that are kept at most."""


class Entry(Struct, frozen=True):
    """A run, and the place of the one that it branches off; None if it is no branch."""

    trace: Trace
    parent: int | None = None


class Runs(Record):
    """All runs in the order in which they were made, the one that is stepped through, and the one beside it.

    `chosen` is what the user has chosen to be held against this one; None if nobody has.
    """

    entries: tuple[Entry, ...]
    at: int = 0
    chosen: int | None = None

    @property
    def here(self) -> Trace:
        """The run that is stepped through."""
        return self.entries[self.at].trace

    @property
    def parent(self) -> int | None:
        """The place of the run that is before this one's first iteration; None if there is none."""
        return self.entries[self.at].parent if self.here.begins else None

    @property
    def beside(self) -> int | None:
        """The place of the run that this one is held against: the chosen one, else its parent or a branch."""
        if self.chosen is not None and self.chosen != self.at:
            return self.chosen
        parent = self.entries[self.at].parent
        if parent is not None:
            return parent
        return next((place for place in reversed(range(len(self.entries))) if place != self.at), None)

    @property
    def full(self) -> bool:
        """Whether there is no room for another."""
        return len(self.entries) >= MOST

    def branched(self, trace: Trace) -> Runs:
        """Return the runs with one more that branches off this one, and go on in it."""
        return Runs((*self.entries, Entry(trace, self.at)), len(self.entries))

    def gone_on(self, trace: Trace) -> Runs:
        """Return the runs with this one gone on in, in another order, with a mistake or with breaks."""
        known = next((i for i, one in enumerate(self.entries) if one.trace.made_of == trace.made_of), None)
        if known is not None:
            return self.entered(known)
        mine = Entry(trace, self.entries[self.at].parent)
        if any(one.parent == self.at for one in self.entries) and not self.full:
            return Runs((*self.entries, mine), len(self.entries))
        return replace(self, entries=(*self.entries[: self.at], mine, *self.entries[self.at + 1 :]))

    def entered(self, place: int) -> Runs:
        """Return the runs with another one stepped through, held against the one that was left."""
        return Runs(self.entries, place, self.at if place != self.at else self.chosen)

    def moved(self, by: int) -> Runs:
        """Return the runs with the next one in the tree, or the one before, held against this one."""
        order = [place for place, _ in self.tree() if place != self.at]
        if not order:
            return self
        place = order.index(self.beside) if self.beside in order else 0
        return replace(self, chosen=order[max(0, min(len(order) - 1, place + by))])

    def tree(self) -> Iterator[tuple[int, int]]:
        """Yield the place of each run and its depth, each after the one that it branches off."""
        yield from self._below(None, 0)

    def _below(self, parent: int | None, depth: int) -> Iterator[tuple[int, int]]:
        for place, entry in enumerate(self.entries):
            if entry.parent == parent:
                yield place, depth
                yield from self._below(place, depth + 1)
