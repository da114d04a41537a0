"""What is the cheapest way to bring some cells of the terminal up to date?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tui.terminal.abilities import NOTHING, Abilities
from tui.terminal.pen import DEFAULT, ESC_RESET, Pen

if TYPE_CHECKING:
    from collections.abc import Sequence

UNKNOWN: Final = -1

#: A jump over up to this many cells may cost more than writing them again.
_LONGEST_GAP: Final = 6

#: Shorter runs of one character are written out.
_SHORTEST_RUN: Final = 5


class Encoder:
    """Collects the sequences of one frame, and knows where they leave the cursor and the pen.

    Between two frames the pen is the default one, so that nothing else that writes to the terminal, nor
    the shell after an abrupt end, inherits colours. The cursor's place is remembered.
    """

    def __init__(self, width: int, abilities: Abilities = NOTHING) -> None:
        self.width = width
        self.abilities = abilities
        self.row = self.column = UNKNOWN
        self.pen = DEFAULT
        self._out: list[str] = []

    def take(self) -> str:
        """Return what has been collected, ending in the default pen, and begin the next frame."""
        out = self._out
        if self.pen is not DEFAULT:
            out.append(DEFAULT.change_from(self.pen) if self.pen.link else ESC_RESET)
            self.pen = DEFAULT
        self._out = []
        return "".join(out)

    def forget(self) -> None:
        """Drop the frame; the next one assumes nothing about the cursor."""
        self._out = []
        self.row = self.column = UNKNOWN
        self.pen = DEFAULT

    def move(self, row: int, column: int) -> None:
        """Put the cursor at a place, both counted from 0."""
        if row == self.row and column == self.column:
            return
        self._out.append(self._cheapest_move(row, column))
        self.row, self.column = row, column

    def write_row(
        self, row: int, changed: Sequence[int], chars: Sequence[str | None], pens: Sequence[Pen]
    ) -> None:
        """Write the cells at the ascending columns `changed`; `chars` and `pens` are the whole new row."""
        blank_from = self._blank_from(chars, pens)
        count = len(changed)
        at = 0
        while at < count:
            column = changed[at]
            char = chars[column]
            if not char:  # the right half of a wide character is written with its left half
                at += 1
                continue
            if self.row != row or self.column != column:
                self._reach(row, column, chars, pens)
            pen = pens[column]
            if pen is self.pen and (plain := self._plain_text(at, changed, chars, pens)):
                at += plain
                continue
            run = 1
            while at + run < count and changed[at + run] == column + run and chars[column + run] == char:
                if pens[column + run] is not pen and not _same_blank(char, pens[column + run], pen):
                    break
                run += 1
            if run >= _SHORTEST_RUN:
                if char == " " and column >= blank_from and self._erase(0, pen):
                    return
                # After an erasure the cursor has to be moved past it, unless nothing follows in this row.
                follows = 0 if at + run == count else _SHORTEST_RUN
                if char == " " and run > _SHORTEST_RUN + follows and self._erase(run, pen):
                    at += run
                    continue
                at += self._repeat(char, pen, run)
                continue
            self._put(char, pen)
            at += 1

    def _plain_text(
        self, at: int, changed: Sequence[int], chars: Sequence[str | None], pens: Sequence[Pen]
    ) -> int:
        """Write the cells from `at` on that need no thought, most of them in most frames; return how many."""
        pen, first, end = self.pen, changed[at], len(changed)
        column, last = first, self.width - 1
        while at < end and column < last and changed[at] == column and pens[column] is pen:
            char = chars[column]
            # A character like the next one may begin a run.
            if not char or char >= "\u1100" or len(char) > 1 or char == chars[column + 1]:
                break
            at += 1
            column += 1
        if column > first:
            self._out.append("".join(chars[first:column]))  # type: ignore[arg-type] # none is None
            self.column = column
        return column - first

    def _blank_from(self, chars: Sequence[str | None], pens: Sequence[Pen]) -> int:
        """Return the column from which on the row is blank in one background."""
        column = self.width
        background = pens[-1].blank
        while column and chars[column - 1] == " " and pens[column - 1].blank is background:
            column -= 1
        return column if background.plain_blank else self.width

    def _set_pen(self, char: str, pen: Pen) -> None:
        current = self.pen
        if pen is current:
            return
        # Any pen with the right background will do for a blank.
        if char == " " and pen.plain_blank:
            if current.blank is pen.blank:
                return
            pen = pen.blank
        self._out.append(pen.change_from(current))
        self.pen = pen

    def _put(self, char: str, pen: Pen) -> None:
        self._set_pen(char, pen)
        self._out.append(char)
        if len(char) == 1 and char < "\u1100":
            self.column += 1
        elif len(char) == 1 and "\u2e80" <= char <= "\ufaff":
            self.column += 2
        elif len(char) == 1 and char < "\u2e80" and not _may_be_emoji(char):
            self.column += 1
        else:
            # Terminals disagree about the width of this one.
            self.column = self.row = UNKNOWN
            return
        if self.column >= self.width:
            self.column = UNKNOWN  # on the last column, or past it: that too is up to the terminal

    def _erase(self, run: int, pen: Pen) -> bool:
        """Erase `run` blanks, or the rest of the row if `run` is 0. False if that isn't possible."""
        blank = pen.blank
        abilities = self.abilities
        if not blank.plain_blank or (blank.background and not abilities.erases_in_colour):
            return False
        if run and not abilities.erases_characters:
            return False
        self._set_pen(" ", pen)
        self._out.append(f"\x1b[{run}X" if run else "\x1b[K")
        return True

    def _repeat(self, char: str, pen: Pen, run: int) -> int:
        """Write a run of one character and return its length, or 1 if only the first could be written."""
        self._put(char, pen)
        if self.column == UNKNOWN:
            return 1
        self._out.append(char * (run - 1))
        self.column += run - 1
        if self.column >= self.width:
            self.column = UNKNOWN
        return run

    def _reach(self, row: int, column: int, chars: Sequence[str | None], pens: Sequence[Pen]) -> None:
        """Move to a cell, by writing the cells in between again if that is cheaper."""
        gap = column - self.column
        if row == self.row and self.column != UNKNOWN and 0 < gap <= _LONGEST_GAP:
            start, pen = self.column, self.pen
            between = range(start, column)
            if all((char := chars[at]) and len(char) == 1 and char < "\u1100" for at in between):
                mark = len(self._out)
                for at in between:
                    self._put(chars[at] or "", pens[at])
                self._set_pen(chars[column] or "", pens[column])
                written = sum(_bytes(part) for part in self._out[mark:])
                direct = len(pens[column].change_from(pen)) if chars[column] != " " else 0
                if written <= direct + len(_forward(gap)):
                    return
                del self._out[mark:]
                self.column, self.pen = start, pen
        self.move(row, column)

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


def _forward(cells: int) -> str:
    return "\x1b[C" if cells == 1 else f"\x1b[{cells}C"


def _bytes(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode())


def _same_blank(char: str, a: Pen, b: Pen) -> bool:
    return char == " " and a.blank is b.blank


def _may_be_emoji(char: str) -> bool:
    """Say if terminals show a character of the symbol blocks two cells wide, some of them at least."""
    return "\u231a" <= char <= "\u23ff" or "\u25fd" <= char <= "\u27bf" or "\u2b00" <= char <= "\u2bff"
