"""Do wires that meet join, and is each junction told from the others?"""

from __future__ import annotations

import re
import unicodedata
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


def test_where_a_heavy_wire_meets_a_light_one_each_keeps_its_weight() -> None:
    """All heavy, a crossing looked like a joint."""
    wires = Wires()
    wires.across(0, 2, 0, begins=True, ends=True)
    wires.down(1, 0, 1, heavy=True)
    assert drawn(wires, 3, 2) == ["─┰─", " ╹ "]
    assert [piece.heavy for piece in wires.pieces()] == [False, True, False, True]
    wires.across(0, 1, 0, heavy=True, begins=True)
    assert drawn(wires, 3, 2) == ["━┱─", " ╹ "]


def test_every_sign_leaves_its_cell_on_the_sides_and_with_the_weight_that_its_name_says() -> None:
    sides = {"UP": "N", "DOWN": "S", "LEFT": "W", "RIGHT": "E", "VERTICAL": "NS", "HORIZONTAL": "WE"}
    for weights in product((None, False, True), repeat=4):
        if not any(weight is not None for weight in weights):
            continue
        wires, wanted = Wires(), dict(zip("NESW", weights, strict=True))
        for side, heavy in wanted.items():
            if heavy is not None and side in "NS":
                wires.down(1, 1 - (side == "N"), 1 + (side == "S"), heavy=heavy)
            elif heavy is not None:
                wires.across(1 - (side == "W"), 1 + (side == "E"), 1, heavy=heavy)
        said: dict[str, bool | None] = dict.fromkeys("NESW")
        words = unicodedata.name(drawn(wires, 3, 3)[1][1]).removeprefix("BOX DRAWINGS ").split(" AND ")
        for part in words:
            weight = re.search("LIGHT|HEAVY", part) or re.search("LIGHT|HEAVY", words[0])
            assert weight is not None
            for word in part.split():
                said |= dict.fromkeys(sides.get(word, ""), weight[0] == "HEAVY")
        assert said == wanted
