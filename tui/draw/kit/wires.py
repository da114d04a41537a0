"""How do wires run through the cells of a canvas, and how do they join where they meet?

A cell knows to which of its four sides a wire leaves it, and on which sides it is heavy: where a heavy wire
crosses a light one each keeps its weight, so that the crossing is not taken for a joint.
"""

from __future__ import annotations

from typing import NamedTuple

_NORTH, _EAST, _SOUTH, _WEST = 27, 9, 3, 1
_LIGHT, _HEAVY = 1, 2
# The signs of wires, each at the sum of its sides times their weights.
_SIGNS = " ╴╸╷┐┑╻┒┓╶─╾┌┬┭┎┰┱╺╼━┍┮┯┏┲┳╵┘┙│┤┥╽┧┪└┴┵├┼┽┟╁╅┕┶┷┝┾┿┢╆╈╹┚┛╿┦┩┃┨┫┖┸┹┞╀╃┠╂╉┗┺┻┡╄╇┣╊╋"
_SIDES = (_NORTH, _EAST, _SOUTH, _WEST)

WHOLLY_HEAVY = {
    sign: _SIGNS[sum(side * _HEAVY for side in _SIDES if place // side % 3)]
    for place, sign in enumerate(_SIGNS)
    if any(place // side % 3 == _HEAVY for side in _SIDES)
}
"""Each sign with a heavy side, and the one that is heavy on all its sides."""


class Piece(NamedTuple):
    """A piece of wires: its first cell, its row, its signs, and whether it is heavy."""

    x: int
    y: int
    text: str
    heavy: bool


class Wires:
    """Wires that are laid first and drawn together; on a side that two share the heavy one is seen."""

    def __init__(self) -> None:
        self._cells: dict[tuple[int, int], dict[int, int]] = {}

    def across(
        self, left: int, right: int, y: int, *, heavy: bool = False, begins: bool = False, ends: bool = False
    ) -> None:
        """Lay a wire from the middle of a cell to the middle of another in the same row.

        Where it `begins` or `ends` at a neuron it fills the whole cell.
        """
        for x in range(left, right + 1):
            self._lay(x, y, {_EAST: x < right or ends, _WEST: x > left or begins}, heavy=heavy)

    def down(self, x: int, top: int, bottom: int, *, heavy: bool = False) -> None:
        """Lay a wire from the middle of a cell to the middle of one below it."""
        for y in range(top, bottom + 1):
            self._lay(x, y, {_SOUTH: y < bottom, _NORTH: y > top}, heavy=heavy)

    def _lay(self, x: int, y: int, sides: dict[int, bool], *, heavy: bool) -> None:
        cell = self._cells.setdefault((x, y), {})
        for side, leaves in sides.items():
            if leaves:
                cell[side] = max(cell.get(side, 0), _HEAVY if heavy else _LIGHT)

    def pieces(self) -> tuple[Piece, ...]:
        """Return all wires as pieces of one row, heavy where one of them is so."""
        found: list[Piece] = []
        for (x, y), cell in sorted(self._cells.items(), key=lambda item: (item[0][1], item[0][0])):
            sign = _SIGNS[sum(side * weight for side, weight in cell.items())]
            hot = _HEAVY in cell.values()
            last = found[-1] if found else None
            if last is not None and last.y == y and last.x + len(last.text) == x and last.heavy == hot:
                found[-1] = last._replace(text=last.text + sign)
            else:
                found.append(Piece(x, y, sign, hot))
        return tuple(found)
