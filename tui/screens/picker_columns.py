"""How is a scenario listed: a tick if it is done, its name or number, its title? All in one way.

Where not every title has room, every one is its head, up to the colon; but for those whose heads are alike.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from tui.draw.kit.wide import cells, shortened

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.catalog import Entry
    from tui.walking.done import Done

AROUND = 3
"""Cells of a line that are not the entry's: beside it, and the scroll bar."""

_MOST_NAMES = 24  # cells
_GAP = "  "
_TICK = "✓"


class Columns:
    """The columns of what is listed, in at most so many cells."""

    def __init__(self, entries: Sequence[Entry], done: Done, most: int) -> None:
        self._done = done
        self._ticks = any(self._is_done(entry) for entry in entries)
        self._names = min(_MOST_NAMES, max((cells(_name(entry)) for entry in entries), default=0))
        self._heads: Counter[str] | None = None
        most -= AROUND
        widest = self._widest(entries)
        if widest > most:
            self._heads = Counter(map(_head, entries))
            widest = self._widest(entries)
        self._room = max(2, min(most, widest))
        self.width = self._room + AROUND
        """Cells of a list with all that is around its lines."""

    def line(self, entry: Entry) -> str:
        """Return the line of an entry, with how far it has been read at its right if that has room."""
        line, begun = self._line(entry), self._begun(entry)
        if cells(line) + cells(begun) > self._room:
            begun = ""
        line = shortened(line, self._room)
        return f" {line}{' ' * (self._room - cells(line) - cells(begun))}{begun}"

    def _widest(self, entries: Sequence[Entry]) -> int:
        return max((cells(self._line(entry)) + cells(self._begun(entry)) for entry in entries), default=0)

    def _line(self, entry: Entry) -> str:
        tick = f"{_TICK if self._is_done(entry) else ' '} " if self._ticks else ""
        name = shortened(_name(entry), self._names)
        whole = self._heads is None or self._heads[_head(entry)] > 1
        title = entry.title if whole else _head(entry)
        return f"{tick}{name}{' ' * (self._names - cells(name))}{_GAP}{title}"

    def _is_done(self, entry: Entry) -> bool:
        reached = self._done.of(entry.name) if entry.lesson else None
        return reached is not None and reached.is_done

    def _begun(self, entry: Entry) -> str:
        reached = self._done.of(entry.name) if entry.lesson else None
        return "" if reached is None or reached.is_done else f"{_GAP}{reached.words}"


def _name(entry: Entry) -> str:
    """Return what an entry is called in the list; a lesson by its number, which opens it too."""
    return f"{entry.lesson:02}" if entry.lesson else entry.label


def _head(entry: Entry) -> str:
    return entry.title.partition(":")[0]
