"""What does a terminal show after these bytes? A model of the cells, for the sequences in real use."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Final, NamedTuple

Colour = int | tuple[int, int, int] | None


class Look(NamedTuple):
    """The colours and attributes of a cell. A colour of None is the terminal's own."""

    foreground: Colour = None
    background: Colour = None
    flags: frozenset[int] = frozenset()


PLAIN: Final = Look()

#: Flags that are seen on a blank too: underline, reverse, strike, double underline, overline.
SEEN_ON_BLANK: Final = frozenset({4, 7, 9, 21, 53})

#: The text of a cell ("" in the right half of a wide character) and its look.
Cell = tuple[str, Look]
Row = tuple[Cell, ...]

_RESETS: Final = {22: {1, 2}, 23: {3}, 24: {4, 21}, 25: {5, 6}, 27: {7}, 28: {8}, 29: {9}, 55: {53}}


@lru_cache(65536)
def width_of(char: str) -> int:
    """Return how many cells a character fills."""
    if unicodedata.combining(char) or unicodedata.category(char) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


@lru_cache(65536)
def is_narrow(text: str) -> bool:
    """Return whether each character of a text fills one cell."""
    return all(width_of(char) == 1 for char in text)


@lru_cache(65536)
def seen(cell: Cell) -> Cell:
    """Return what the eye sees of a cell: the foreground of a plain blank doesn't matter."""
    char, look = cell
    if char == " " and not look.flags & SEEN_ON_BLANK:
        return char, Look(background=look.background)
    return cell


def changed_cells(before: tuple[Row, ...], after: tuple[Row, ...]) -> int:
    """Return how many cells look different."""
    return sum(
        seen(a) != seen(b)
        for old, new in zip(before, after, strict=True)
        if old != new
        for a, b in zip(old, new, strict=True)
    )


class Screen:
    """The cells, the cursor, and what moves them. `tests.bench.vt.vt_stream` reads the bytes."""

    def __init__(self, columns: int, rows: int) -> None:
        self.columns, self.rows = columns, rows
        self.wraps = True
        self.clear()

    def clear(self) -> None:
        """Return to the state at power-on."""
        self.cells: list[list[Cell]] = [[(" ", PLAIN)] * self.columns for _ in range(self.rows)]
        self.x = self.y = 0
        # After a character in the last column the cursor stays on it until the next one comes.
        self.full = False
        self.look = PLAIN
        self.top, self.bottom = 0, self.rows - 1

    def snapshot(self) -> tuple[Row, ...]:
        """Return the cells as they are now."""
        return tuple(map(tuple, self.cells))

    def text(self) -> str:
        """Return the characters, trailing blanks cut."""
        return "\n".join("".join(char for char, _ in row).rstrip() for row in self.cells)

    def put(self, char: str) -> None:
        """Write a character where the cursor is."""
        width = width_of(char)
        if width == 0:
            self._combine(char)
            return
        if (self.full and self.wraps) or self.x + width > self.columns:
            if self.wraps:
                self.x = 0
                self.index()
            else:
                self.x = self.columns - width
        row = self.cells[self.y]
        self._break_wide(row, self.x, self.x + width)
        row[self.x : self.x + width] = [(char, self.look), ("", self.look)][:width]
        self.full = self.x + width >= self.columns
        self.x = min(self.x + width, self.columns - 1)

    def _combine(self, char: str) -> None:
        row = self.cells[self.y]
        at = self.x if self.full else self.x - 1
        if at > 0 and row[at][0] == "":
            at -= 1
        if at >= 0:
            base, look = row[at]
            row[at] = base + char, look

    def _break_wide(self, row: list[Cell], start: int, end: int) -> None:
        """Blank the other half of a wide character that is overwritten in part."""
        if 0 < start < self.columns and row[start][0] == "":
            row[start - 1] = " ", row[start - 1][1]
        if end < self.columns and row[end][0] == "":
            row[end] = " ", row[end][1]

    def go(self, x: int, y: int) -> None:
        """Put the cursor somewhere on the screen."""
        self.x = min(max(x, 0), self.columns - 1)
        self.y = min(max(y, 0), self.rows - 1)
        self.full = False

    def index(self) -> None:
        """Go down a row, scrolling at the bottom."""
        self.full = False
        if self.y == self.bottom:
            self.scroll(1)
        else:
            self.y = min(self.y + 1, self.rows - 1)

    def scroll(self, by: int, top: int | None = None) -> None:
        """Move the rows of the scroll region up, or down if `by` is negative."""
        first = self.top if top is None else top
        for _ in range(min(abs(by), self.bottom - first + 1)):
            del self.cells[first if by > 0 else self.bottom]
            self.cells.insert(self.bottom if by > 0 else first, [self._blank()] * self.columns)

    def _blank(self) -> Cell:
        return " ", Look(background=self.look.background)

    def erase(self, y: int, start: int, end: int) -> None:
        """Blank some cells of a row in the current background."""
        end = min(end, self.columns)
        if start < end:
            self._break_wide(self.cells[y], start, end)
            self.cells[y][start:end] = [self._blank()] * (end - start)
        self.full = False

    def insert(self, count: int) -> None:
        """Push the rest of the row right."""
        row = self.cells[self.y]
        row[self.x : self.x] = [self._blank()] * count
        del row[self.columns :]

    def delete(self, count: int) -> None:
        """Pull the rest of the row left."""
        row = self.cells[self.y]
        del row[self.x : self.x + count]
        row.extend([self._blank()] * (self.columns - len(row)))

    def put_narrow(self, text: str) -> None:
        """Write characters of one cell each, fewer than there is room for in the row, where the cursor is."""
        row, end, look = self.cells[self.y], self.x + len(text), self.look
        self._break_wide(row, self.x, end)
        row[self.x : end] = [(char, look) for char in text]
        self.x = end

    def select(self, codes: tuple[int, ...]) -> None:
        """Change the look (SGR)."""
        self.look = _selected(self.look, codes)


@lru_cache(65536)
def _selected(look: Look, codes: tuple[int, ...]) -> Look:
    foreground, background, flags = look
    at = 0
    while at < len(codes):
        code = codes[at]
        if code == 0:
            foreground = background = None
            flags = frozenset()
        elif code in (38, 48):
            colour: Colour
            if codes[at + 1 : at + 2] == (5,) and at + 2 < len(codes):
                colour, at = codes[at + 2], at + 2
            elif codes[at + 1 : at + 2] == (2,) and at + 4 < len(codes):
                colour, at = (codes[at + 2], codes[at + 3], codes[at + 4]), at + 4
            else:
                break
            if code == 38:
                foreground = colour
            else:
                background = colour
        elif code in _RESETS:
            flags -= _RESETS[code]
        elif 30 <= code <= 39:
            foreground = None if code == 39 else code - 30
        elif 40 <= code <= 49:
            background = None if code == 49 else code - 40
        elif 90 <= code <= 97:
            foreground = code - 82
        elif 100 <= code <= 107:
            background = code - 92
        else:
            flags |= {code}
        at += 1
    return Look(foreground, background, flags)
