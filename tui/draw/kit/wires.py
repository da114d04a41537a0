"""How do wires run through the cells of a canvas, and how do they join where they meet?

A cell knows to which of its four sides a wire leaves it, and whether one of them is heavy: then all are.
"""

from __future__ import annotations

from typing import NamedTuple

_NORTH, _EAST, _SOUTH, _WEST = 1, 2, 4, 8
# The signs of wires, each at the sum of the sides to which they leave a cell.
_LIGHT = " ╵╶└╷│┌├╴┘─┴┐┤┬┼"
_HEAVY = " ╹╺┗╻┃┏┣╸┛━┻┓┫┳╋"


class Piece(NamedTuple):
    """A piece of wires: its first cell, its row, its signs, and whether it is heavy."""

    x: int
    y: int
    text: str
    heavy: bool


class Wires:
    """Wires that are laid first and drawn together: where a heavy one passes, all are heavy."""

    def __init__(self) -> None:
        self._ends: dict[tuple[int, int], int] = {}
        self._heavy: set[tuple[int, int]] = set()

    def across(
        self, left: int, right: int, y: int, *, heavy: bool = False, begins: bool = False, ends: bool = False
    ) -> None:
        """Lay a wire from the middle of a cell to the middle of another in the same row.

        Where it `begins` or `ends` at a neuron it fills the whole cell.
        """
        for x in range(left, right + 1):
            self._lay(x, y, _EAST * (x < right or ends) | _WEST * (x > left or begins), heavy=heavy)

    def down(self, x: int, top: int, bottom: int, *, heavy: bool = False) -> None:
        """Lay a wire from the middle of a cell to the middle of one below it."""
        for y in range(top, bottom + 1):
            self._lay(x, y, _SOUTH * (y < bottom) | _NORTH * (y > top), heavy=heavy)

    def _lay(self, x: int, y: int, ends: int, *, heavy: bool) -> None:
        self._ends[x, y] = self._ends.get((x, y), 0) | ends
        if heavy:
            self._heavy.add((x, y))

    def pieces(self) -> tuple[Piece, ...]:
        """Return all wires as pieces of one row and one weight."""
        found: list[Piece] = []
        for (x, y), ends in sorted(self._ends.items(), key=lambda item: (item[0][1], item[0][0])):
            hot = (x, y) in self._heavy
            sign = (_HEAVY if hot else _LIGHT)[ends]
            last = found[-1] if found else None
            if last is not None and last.y == y and last.x + len(last.text) == x and last.heavy == hot:
                found[-1] = last._replace(text=last.text + sign)
            else:
                found.append(Piece(x, y, sign, hot))
        return tuple(found)
