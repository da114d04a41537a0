"""How is a curve drawn in a terminal? With dots, two across and four down in each cell.

The dots are the characters of the braille block, which fixes the bit of each dot.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from engine.arrays import Array
    from tui.draw.kit.rows import Canvas, Style

ACROSS, DOWN = 2, 4
"""Dots in a cell."""

# Bits of a cell's dots: [column][row from the top].
_BITS = ((0x01, 0x02, 0x04, 0x40), (0x08, 0x10, 0x20, 0x80))
_FIRST = 0x2800


class Dots:
    """A grid of dots over `columns` x `lines` cells; dots are counted from the left and from the top."""

    def __init__(self, columns: int, lines: int) -> None:
        self.across = ACROSS * columns
        self.down = DOWN * lines
        self._cells: dict[tuple[int, int], int] = {}

    def over(self, other: Dots) -> None:
        """Add the dots of another grid to the cells in which this one has some."""
        for place in self._cells:
            self._cells[place] |= other._cells.get(place, 0)

    def stroke(self, x: int, top: int, bottom: int) -> None:
        """Set the dots of a column from `top` to `bottom`, as far as they lie in the grid."""
        for y in range(max(0, top), min(self.down - 1, bottom) + 1):
            cell = (x // ACROSS, y // DOWN)
            self._cells[cell] = self._cells.get(cell, 0) | _BITS[x % ACROSS][y % DOWN]

    def curve(self, values: Array, low: float, high: float) -> None:
        """Draw a line through a value for each column of dots; one beyond `low` or `high` is a gap."""
        before: int | None = None
        for x, height in enumerate(((values - low) / (high - low)).tolist()):
            if not 0.0 <= height <= 1.0:
                before = None
                continue
            y = round((1.0 - height) * (self.down - 1))
            # Up or down to the middle of the way, so that a steep stretch is one line.
            self.stroke(x, y, y)
            if before is not None and abs(y - before) > 1:
                middle = (y + before) // 2
                self.stroke(x - 1, min(before, middle), max(before, middle))
                self.stroke(x, min(y, middle), max(y, middle))
            before = y

    def course(self, places: NDArray[np.int_], heights: Array) -> None:
        """Draw heights that belong to columns of dots, in order; nan is a gap.

        A column of several spans all of them, so that no spike is lost; where each has its own, straight
        lines lead from one to the next.
        """
        if len(places) > 1 and bool((np.diff(places) > 0).all()):
            columns = np.arange(int(places[0]), int(places[-1]) + 1)
            lowest = highest = np.interp(columns, places, heights)
        else:
            starts = np.flatnonzero(np.diff(places, prepend=-1))
            # fmin and fmax leave nan out unless there is nothing else.
            lowest, highest = np.fmin.reduceat(heights, starts), np.fmax.reduceat(heights, starts)
            columns = places[starts]
        before: tuple[int, int] | None = None
        for x, low, high in zip(columns.tolist(), lowest.tolist(), highest.tolist(), strict=True):
            if math.isnan(low):
                before = None
                continue
            top, bottom = (self.down - 1 - round(part * (self.down - 1)) for part in (high, low))
            own = top, bottom
            if before is not None:
                # Down or up to the column before, so that a steep stretch is one line.
                top, bottom = min(top, before[1]), max(bottom, before[0])
            before = own
            self.stroke(x, top, bottom)

    def draw(self, canvas: Canvas, left: int, top: int, style: Style | Callable[[int], Style]) -> None:
        """Write the dots on a canvas; `style` may depend on the column of cells."""
        for (x, y), bits in self._cells.items():
            tint = style if isinstance(style, str) else style(x)
            canvas.write(left + x, top + y, chr(_FIRST + bits), tint)
