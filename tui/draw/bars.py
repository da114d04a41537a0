"""How do a text, a number and a bar share a row, so that rows below each other can be compared?"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from tui.draw.numbers import UNKNOWN, sign_style, signed
from tui.draw.rows import Row, Run, clip, length

if TYPE_CHECKING:
    from collections.abc import Sequence

NUMBER = 11
"""The cells of a number."""

_LEAST_LEFT, _MOST_LEFT, _MOST_BAR = 54, 72, 60


class Line(NamedTuple):
    """A text and its number; None if it is not known yet."""

    left: Row
    value: float | None


class Columns:
    """Where text, number and bar stand in a width: `left` cells of text, then the number, then the bar."""

    def __init__(self, width: int) -> None:
        self.left = max(1, min(max(_LEAST_LEFT, min(_MOST_LEFT, width - 48)), width - NUMBER - 2))
        self.bar = max(0, min(_MOST_BAR, width - self.left - NUMBER - 2))

    def rows(self, lines: Sequence[Line]) -> list[Row]:
        """Return lines as rows; the largest finite number has the whole bar."""
        sizes = [abs(value) for _, value in lines if value is not None and math.isfinite(value)]
        largest = max(sizes, default=0.0)
        return [self._row(line, largest) for line in lines]

    def _row(self, line: Line, largest: float) -> Row:
        left = clip(line.left, self.left - 1)
        number: Run = (UNKNOWN.rjust(NUMBER - 1), "unknown")
        if line.value is not None:
            number = (signed(line.value, NUMBER), sign_style(line.value))
        return (*left, (" " * (self.left - length(left)), ""), number, *self._bar(line.value, largest))

    def _bar(self, value: float | None, largest: float) -> Row:
        if value is None or not math.isfinite(value) or largest == 0.0:
            return ()
        full, half = divmod(round(2 * self.bar * (abs(value) / largest)), 2)
        return (("  ", ""), ("█" * full + "▌" * half, sign_style(value)))
