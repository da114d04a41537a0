"""How do rows of cells stand below each other, each column as wide as its widest cell?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.draw.kit.rows import length

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui.draw.kit.rows import Row


def table(lines: Sequence[Sequence[Row]], width: int, leave_out: Sequence[int] = ()) -> list[Row]:
    """Return lines of cells as rows; where not all fit in `width` the columns to `leave_out` go, in order."""
    widths = [max(map(length, column)) for column in zip(*lines, strict=True)]
    kept = list(range(len(widths)))
    for column in leave_out:
        if sum(widths[one] for one in kept) > width:
            kept.remove(column)
    return [_row([line[one] for one in kept], [widths[one] for one in kept]) for line in lines]


def _row(cells: Sequence[Row], widths: Sequence[int]) -> Row:
    row: Row = ()
    missing = 0  # cells of the columns before, which nothing is written in where nothing follows
    for cell, width in zip(cells, widths, strict=True):
        if cell:
            row = (*row, (" " * missing, ""), *cell) if missing else (*row, *cell)
            missing = 0
        missing += width - length(cell)
    return row
