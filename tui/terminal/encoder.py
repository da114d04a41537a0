"""What is the cheapest way to bring some cells of the terminal up to date?

The colours of a frame take more bytes than its texts and places. So what has changed is sorted by pen: each
is taken up once, and the cursor goes to all that it writes. A frame that changes most of the screen is
written from its top to its end all the same, as on a slow line it is read while it comes; and so is a row
with a character whose width is uncertain, which may hide what was written to its right before.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import TYPE_CHECKING, Final, NamedTuple

from tui.terminal.abilities import NOTHING, Abilities
from tui.terminal.pen import DEFAULT, ESC_RESET, Pen

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

UNKNOWN: Final = -1

#: A jump over more cells than this is shorter than writing them again.
_LONGEST_GAP: Final = 4

#: So many blanks are erased, at the end of a row and before it.
_ERASED_AT_END: Final = 4
_ERASED_BEFORE: Final = 6

#: A frame of more cells is a new screen. A step changes 300 to 900, in a window of any size.
_NEW_SCREEN: Final = 1200

_FIRST_WIDE: Final = "\u1100"

#: What some terminals show two cells wide and others one, or one with its neighbour.
_UNCERTAIN: Final = re.compile(
    "[\u1100-\u11ff\u231a-\u23ff\u25fd-\u27bf\u2b00-\u2bff\ufb00-\U0010ffff]"
).search


class _Run(NamedTuple):
    """What to send at a place, and the column that the cursor has come to then."""

    row: int
    column: int
    end: int
    text: str

    @property
    def shows_ground(self) -> bool:
        """Whether any pen on the same ground will do."""
        return self.text.isspace() or self.text.startswith("\x1b")


class _Row(NamedTuple):
    """A whole new row, and the ascending columns of it that have changed."""

    changed: Sequence[int]
    chars: Sequence[str | None]
    pens: Sequence[Pen]


class Encoder:
    """Collects the changes of one frame, and knows where they leave the cursor and the pen.

    Between two frames the pen is the default one, so that nothing else that writes to the terminal, nor
    the shell after an abrupt end, inherits colours. The cursor's place is remembered.
    """

    def __init__(self, width: int, abilities: Abilities = NOTHING) -> None:
        self.width = width
        self.abilities = abilities
        self.forget()

    def forget(self) -> None:
        """Drop the frame; the next one assumes nothing about the cursor."""
        self.row = self.column = UNKNOWN
        self.pen = DEFAULT
        self._rows: dict[int, _Row] = {}
        self._last: tuple[int, int] | None = None
        self._out: list[str] = []

    def write_row(
        self, row: int, changed: Sequence[int], chars: Sequence[str | None], pens: Sequence[Pen]
    ) -> None:
        """Write the cells at the ascending columns `changed`; `chars` and `pens` are the whole new row.

        They may still change until the frame is taken.
        """
        if before := self._rows.get(row):
            changed = sorted({*before.changed, *changed})
        self._rows[row] = _Row(changed, chars, pens)

    def move(self, row: int, column: int) -> None:
        """Leave the cursor at a place when all is written, both counted from 0."""
        self._last = row, column

    def take(self) -> str:
        """Return what brings all rows up to date and ends in the default pen; begin the next frame."""
        is_new = sum(len(row.changed) for row in self._rows.values()) > _NEW_SCREEN
        by_pen: dict[Pen, list[_Run]] = {}
        in_order: list[tuple[Pen, _Run]] = []
        for place, row in sorted(self._rows.items()):
            runs = list(self._runs(place, row))
            if is_new or any(run.end == UNKNOWN for _, run in runs):
                in_order += runs
                continue
            for pen, run in runs:
                by_pen.setdefault(pen, []).append(run)
        _ground_with_texts(by_pen)
        while by_pen:
            pen = min(by_pen, key=self._change_to)
            for run in by_pen.pop(pen):
                self._write(pen, run)
        for pen, run in in_order:
            self._write(pen, run)
        if self._last is not None:
            self._go(*self._last)
        out, self._out = self._out, []
        if self.pen is not DEFAULT:
            out.append(DEFAULT.change_from(self.pen) if self.pen.link else ESC_RESET)
            self.pen = DEFAULT
        self._rows, self._last = {}, None
        return "".join(out)

    def _change_to(self, pen: Pen) -> int:
        return len(pen.change_from(self.pen))

    def _runs(self, place: int, row: _Row) -> Iterator[tuple[Pen, _Run]]:
        """Yield what has changed in a row from left to right, each run with its pen."""
        changed, chars, pens = row
        tail = self._erased_from(row)
        begin = end = UNKNOWN
        pen = DEFAULT
        blank = False  # nothing but blanks so far, for which any pen on the same ground will do
        for column in changed:
            if column >= tail:
                break
            char = chars[column]
            if not char:  # the right half of a wide character is written with its left half
                continue
            its = pens[column]
            after = column + 1
            if char >= _FIRST_WIDE and after < self.width and chars[after] == "":
                after += 1
            if column == end:
                if its is pen:
                    blank = blank and char == " "
                    end = after
                    continue
                if (blank or char == " ") and pen.draws_blanks_of(its):
                    if char != " ":
                        pen, blank = its, False
                    end = after
                    continue
            if end > begin:
                yield from self._parts(place, begin, pen, chars[begin:end])
            begin, end, pen, blank = column, after, its, char == " " and its.plain_blank
        if end > begin:
            yield from self._parts(place, begin, pen, chars[begin:end])
        if tail < self.width:
            yield pens[-1].blank, _Run(place, tail, tail, "\x1b[K")

    def _erased_from(self, row: _Row) -> int:
        """Return the column from which on the row is erased; its width if nothing is."""
        column = self.width
        ground = row.pens[-1].blank
        if not self._erases(ground):
            return column
        while column and row.chars[column - 1] == " " and row.pens[column - 1].blank is ground:
            column -= 1
        first = bisect_left(row.changed, column)
        return row.changed[first] if len(row.changed) - first >= _ERASED_AT_END else self.width

    def _erases(self, ground: Pen) -> bool:
        return ground.plain_blank and (not ground.background or self.abilities.erases_in_colour)

    def _parts(
        self, place: int, begin: int, pen: Pen, cells: Sequence[str | None]
    ) -> Iterator[tuple[Pen, _Run]]:
        """Yield neighbouring cells of one pen as runs; an uncertain width ends one."""
        text = "".join(cells)  # type: ignore[arg-type] # none is None
        if len(text) + cells.count("") != len(cells) or _UNCERTAIN(text):
            yield from _up_to_uncertain(place, begin, pen, cells)
            return
        end = begin + len(cells)
        if pen.plain_blank and text.isspace():
            if len(text) >= _ERASED_BEFORE and self.abilities.erases_characters and self._erases(pen.blank):
                yield pen.blank, _Run(place, begin, begin, f"\x1b[{len(text)}X")
            else:
                yield pen.blank, _Run(place, begin, end, text)
        else:
            yield pen, _Run(place, begin, end, text)

    def _write(self, pen: Pen, run: _Run) -> None:
        if pen is not self.pen and not (run.shows_ground and self.pen.draws_blanks_of(pen)):
            self._out.append(pen.change_from(self.pen))
            self.pen = pen
        if not self._bridge(run):
            self._go(run.row, run.column)
        self._out.append(run.text)
        if run.end == UNKNOWN:
            self.row = self.column = UNKNOWN
        else:
            # On the last column, or past it: that is up to the terminal.
            self.row, self.column = run.row, run.end if run.end < self.width else UNKNOWN

    def _bridge(self, run: _Run) -> bool:
        """Write the cells up to a run again, if that is no longer than a jump and they have this pen."""
        gap = run.column - self.column
        if run.row != self.row or self.column == UNKNOWN or not 0 < gap <= _LONGEST_GAP:
            return False
        _, chars, pens = self._rows[run.row]
        text = ""
        for at in range(self.column, run.column):
            char = chars[at]
            if not char or len(char) > 1 or _UNCERTAIN(char):
                return False
            if pens[at] is not self.pen and not (char == " " and self.pen.draws_blanks_of(pens[at])):
                return False
            text += char
        if _bytes(text) > len(_forward(gap)):
            return False
        self._out.append(text)
        return True

    def _go(self, row: int, column: int) -> None:
        if row != self.row or column != self.column:
            self._out.append(self._cheapest_move(row, column))
            self.row, self.column = row, column

    def _cheapest_move(self, row: int, column: int) -> str:
        absolute = f"\x1b[{row + 1};{column + 1}H" if column else f"\x1b[{row + 1}H" if row else "\x1b[H"
        if self.row == UNKNOWN:
            return absolute
        down = row - self.row
        known = self.column != UNKNOWN
        forward = column - self.column
        ways = [absolute]
        if down == 0:
            ways.append("\r" if column == 0 else f"\x1b[{column + 1}G")
            if known and forward > 0:
                ways.append(_forward(forward))
            elif known:
                ways.append("\b" * -forward if forward > -4 else f"\x1b[{-forward}D")
        elif known and forward == 0:
            ways.append(f"\x1b[{row + 1}d")
            if down == 1:
                ways.append("\x1b[B")
        if 0 < down < 3:
            # The line discipline may or may not turn LF into CR LF: come to column 0 either way.
            start = "\r" + "\n" * down
            ways.append(start if column == 0 else start + _forward(column))
        return min(ways, key=len)


def _ground_with_texts(by_pen: dict[Pen, list[_Run]]) -> None:
    """Have blanks written with texts on the same ground, if there are any, in no pen of their own."""
    for ground in [pen for pen in by_pen if pen.blank is pen and pen.plain_blank]:
        if all(run.shows_ground for run in by_pen[ground]):
            for pen, runs in by_pen.items():
                if pen is not ground and pen.blank is ground:
                    by_pen[pen] = sorted((*runs, *by_pen.pop(ground)))
                    break


def _up_to_uncertain(
    place: int, begin: int, pen: Pen, cells: Sequence[str | None]
) -> Iterator[tuple[Pen, _Run]]:
    """Yield cells as runs after which the place of the cursor is uncertain, but for the last."""
    text, first = "", begin
    for column, char in enumerate(cells, begin):
        if char and not text:
            first = column
        text += char or ""
        if char and (len(char) > 1 or _UNCERTAIN(char)):
            yield pen, _Run(place, first, UNKNOWN, text)
            text = ""
    if text:
        yield pen, _Run(place, first, begin + len(cells), text)


def _forward(cells: int) -> str:
    return "\x1b[C" if cells == 1 else f"\x1b[{cells}C"


def _bytes(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode())
