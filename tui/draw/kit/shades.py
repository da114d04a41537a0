"""How does a cell say sign and size of a number?

Blocks that fill for numbers above zero; for those below hollow signs that grow, or blocks of their colour;
blank for zero, · for what is not known yet. Where there are more entries than cells, a cell shows the largest
of a block of them.
"""

from __future__ import annotations

import math
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from tui.draw.kit.numbers import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy.typing as npt

    from engine.arrays import Array
    from tui.draw.kit.rows import Row, Style

POSITIVE, NEGATIVE = "░▒▓█", "◦◇○□"
"""Up to a quarter, half, three quarters and all of the largest magnitude."""

_NOT_A_NUMBER = 8
LATER = 9
"""The level of what is not known yet."""

LOOKS: dict[int, tuple[str, Style]] = {
    0: (" ", ""),
    _NOT_A_NUMBER: ("?", "warning"),
    LATER: (UNKNOWN, "unknown"),
    **{level: (POSITIVE[level - 1], f"heat-positive-{level}") for level in range(1, 5)},
    **{-level: (NEGATIVE[level - 1], f"heat-negative-{level}") for level in range(1, 5)},
}
"""The sign and the style of each level."""


_FILLED = str.maketrans(NEGATIVE, POSITIVE)


def in_colours(row: Row) -> Row:
    """Return a row for who sees colours: what is below zero is as full as what is as far above it."""
    if not any(style.startswith("heat-negative") for _, style in row):
        return row
    return tuple(
        (text.translate(_FILLED) if style.startswith("heat-negative") else text, style) for text, style in row
    )


class Blocks(NamedTuple):
    """A matrix in blocks: where each begins, down and across, and where in it the largest of each is."""

    tops: npt.NDArray[np.int64]
    lefts: npt.NDArray[np.int64]
    rows: npt.NDArray[np.int64]
    columns: npt.NDArray[np.int64]


def blocks_of(values: Array, known: int, rows: int, columns: int) -> Blocks:
    """Return a matrix cut into at most so many blocks: all of one size, but for the last ones.

    Columns from `known` on are chosen only in blocks without any other.
    """
    sizes = np.abs(values)
    sizes[:, known:] = -1.0
    sizes[np.isnan(sizes)] = math.inf
    high, wide = values.shape
    tops, down = _cut(np.arange(0, high, -(-high // rows)), high)
    lefts, across = _cut(np.arange(0, wide, -(-wide // columns)), wide)
    every = sizes[down[:, None, :, None], across[None, :, None, :]]
    largest = every.reshape(len(tops), len(lefts), -1).argmax(axis=2)
    inside = np.divmod(largest, across.shape[1])
    return Blocks(
        tops,
        lefts,
        np.take_along_axis(down, inside[0], axis=1),
        np.take_along_axis(across.T, inside[1], axis=0),
    )


def _cut(starts: npt.NDArray[np.int64], length: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return where the parts of a length begin, and the places of each, the last one repeated."""
    stops = np.append(starts[1:], length)
    places = starts[:, None] + np.arange(int((stops - starts).max()))
    return starts, np.minimum(places, stops[:, None] - 1)


def block_at(starts: npt.NDArray[np.int64], place: int) -> int:
    """Return the block that a place is in."""
    return int(np.searchsorted(starts, place, side="right")) - 1


def levels_of(values: Array, scale: float) -> npt.NDArray[np.int64]:
    """Return -4..4 for each number: its sign and in which quarter of the scale its magnitude is."""
    with np.errstate(all="ignore"):
        sizes = np.ceil(4.0 * (np.abs(values) / scale if scale else np.abs(values)))
        sizes = np.where(values == 0.0, 0.0, np.clip(np.nan_to_num(sizes, nan=4.0), 1.0, 4.0))
        levels = np.where(np.isnan(values), _NOT_A_NUMBER, np.sign(values) * sizes)
    return levels.astype(np.int64)


def shaded(levels: Iterable[int], cell: int, blanks: int = 0) -> Row:
    """Return levels side by side, each in so many cells with so many blanks behind it."""
    row: Row = ()
    for level, same in groupby(levels):
        (sign, style), times = LOOKS[level], len([*same])
        if level == _NOT_A_NUMBER and blanks:  # its ground is on the sign alone
            row = (*row, *(((sign * cell, style), (" " * blanks, "")) * times))
        else:
            row = (*row, ((sign * cell + " " * blanks) * times, style))
    return row


def in_blocks(values: Array, scale: float, lines: int, cell: int) -> list[Row]:
    """Return a matrix in so many lines, a column in so many cells."""
    blocks = blocks_of(values, values.shape[1], lines, values.shape[1])
    levels = levels_of(values[blocks.rows, blocks.columns], scale).tolist()
    return [shaded(line, cell) for line in levels]


def picture(values: Array, scale: float, width: int, height: int) -> list[Row]:
    """Return a picture in two cells of a pixel, or one of two above each other; nothing without room."""
    (high, wide), cell = values.shape, 2
    if high > height or 2 * wide > width:
        high, cell = -(-high // 2), 1
    return in_blocks(values, scale, high, cell) if high <= height and wide * cell <= width else []


def scale_of(values: Array) -> float:
    """Return the largest finite magnitude; 0 if there is none."""
    known = np.abs(values)
    return float(known[np.isfinite(known)].max(initial=0.0))
