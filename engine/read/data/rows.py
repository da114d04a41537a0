"""Which numbers have been read of a table, row by row, and in which line does each row stand?"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from engine.arrays import Array


class Rows:
    """The numbers [row, column] of a table of `width` columns, as they come; len() counts the rows."""

    def __init__(self, width: int) -> None:
        self._width = width
        self._blocks: list[Array] = []
        self._single = array("d")  # of rows that came one by one, after the blocks
        self._count = 0
        # Lines follow one another nearly everywhere: each row that doesn't stand below the one before it.
        self._starts: list[int] = []
        self._lines: list[int] = []

    def __len__(self) -> int:
        return self._count

    @property
    def size(self) -> int:
        """How many numbers there are."""
        return self._count * self._width

    def add(self, numbers: Sequence[float], line: int) -> None:
        """Take one row."""
        self._single.extend(numbers)
        self._take_lines(1, line)

    def add_block(self, numbers: Array, line: int) -> None:
        """Take rows that begin in a line and follow one another."""
        self._end_single()
        self._blocks.append(numbers)
        self._take_lines(len(numbers), line)

    def line(self, row: int) -> int:
        """Return the line in which a row stands."""
        place = bisect_right(self._starts, row) - 1
        return self._lines[place] + row - self._starts[place]

    def take(self, *parts: slice) -> list[Array]:
        """Return the numbers [row, column] of some columns each, once: none are kept here."""
        self._end_single()
        taken = [np.empty((self._count, len(range(self._width)[part]))) for part in parts]
        begin = 0
        while self._blocks:  # of a large table there is no room for the numbers twice
            block = self._blocks.pop(0)
            for whole, part in zip(taken, parts, strict=True):
                whole[begin : begin + len(block)] = block[:, part]
            begin += len(block)
        return taken

    def _take_lines(self, count: int, line: int) -> None:
        if not self._count or line != self.line(self._count - 1) + 1:
            self._starts.append(self._count)
            self._lines.append(line)
        self._count += count

    def _end_single(self) -> None:
        if self._single:
            block: npt.NDArray[np.float64] = np.frombuffer(self._single)
            self._blocks.append(block.reshape(-1, self._width))
            self._single = array("d")
