"""How do wires run through the cells of a canvas, and how do they join where they meet?

A cell knows to which of its four sides a wire leaves it, and whether one of them is heavy: then all are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui.draw.kit.rows import Canvas, Style

_NORTH, _EAST, _SOUTH, _WEST = 1, 2, 4, 8
_LIGHT = " ╵╶└╷│┌├╴┘─┴┐┤┬┼"
_HEAVY = " ╹╺┗╻┃┏┣╸┛━┻┓┫┳╋"


class Wires:
    """Wires that are laid first and drawn together; heavy ones are drawn over light ones."""

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
            east, west = x < right or ends, x > left or begins
            self._lay(x, y, (_EAST if east else 0) | (_WEST if west else 0), heavy=heavy)

    def down(self, x: int, top: int, bottom: int, *, heavy: bool = False) -> None:
        """Lay a wire from the middle of a cell to the middle of one below it."""
        for y in range(top, bottom + 1):
            self._lay(x, y, (_SOUTH if y < bottom else 0) | (_NORTH if y > top else 0), heavy=heavy)

    def _lay(self, x: int, y: int, ends: int, *, heavy: bool) -> None:
        self._ends[x, y] = self._ends.get((x, y), 0) | ends
        if heavy:
            self._heavy.add((x, y))

    def draw(self, canvas: Canvas, light: Style, heavy: Style) -> None:
        """Write all wires on a canvas."""
        for (x, y), ends in self._ends.items():
            hot = (x, y) in self._heavy
            canvas.write(x, y, (_HEAVY if hot else _LIGHT)[ends], heavy if hot else light)
