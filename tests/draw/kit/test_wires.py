"""Do wires that meet join, and is each junction told from the others?"""

from __future__ import annotations

from itertools import product

import pytest

from tui.draw.kit.rows import Canvas, plain
from tui.draw.kit.wires import Wires


def drawn(wires: Wires, width: int, height: int) -> list[str]:
    canvas = Canvas(width, height)
    for x, y, text, _ in wires.pieces():
        canvas.write(x, y, text)
    return [plain(row) for row in canvas.rows()]


def test_wires_that_meet_become_junctions() -> None:
    wires = Wires()
    wires.across(0, 2, 1, begins=True)
    wires.down(1, 0, 2)
    assert drawn(wires, 3, 3) == [" ╷ ", "─┼╴", " ╵ "]


@pytest.mark.parametrize(("heavy", "signs"), [(False, "╵╶└╷│┌├╴┘─┴┐┤┬┼"), (True, "╹╺┗╻┃┏┣╸┛━┻┓┫┳╋")])
def test_every_junction_has_its_own_sign(heavy: bool, signs: str) -> None:
    seen = set()
    for north, east, south, west in product((False, True), repeat=4):
        if north or east or south or west:
            wires = Wires()
            wires.down(1, 1 - north, 1 + south, heavy=heavy)
            wires.across(1 - west, 1 + east, 1, heavy=heavy)
            seen.add(drawn(wires, 3, 3)[1][1])
    assert seen == set(signs)


def test_where_a_heavy_wire_passes_all_are() -> None:
    wires = Wires()
    wires.across(0, 2, 0, begins=True, ends=True)
    wires.down(1, 0, 1, heavy=True)
    assert drawn(wires, 3, 2) == ["─┳─", " ╹ "]
    assert [piece.heavy for piece in wires.pieces()] == [False, True, False, True]
