"""Screens at random for the encoders, and how a screen is put into them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import strategies as st

from tests.bench.vt.vt import Cell, Look, Row, width_of
from tui.terminal.pen import Pen, pen

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

WIDTH, HEIGHT = 23, 4

#: Blanks and repeats are common on real screens, and where the shorthands come in.
_CHARS = st.sampled_from(["a", "b", "7", " ", " ", " ", "─", "δ", "漢", "字", "🙂", "o\u0308"])

LOOKS = st.sampled_from(
    [
        Look(),
        Look(7, 1),
        Look(7, None),
        Look(120, 234),
        Look(214, 234),
        Look((1, 2, 3), 234),
        Look(120, 234, frozenset({1})),
        Look(120, 234, frozenset({1, 2, 3})),
        Look(12, None, frozenset({4})),
        Look(None, 9, frozenset({7})),
        Look(None, None, frozenset({9, 53})),
    ]
)


@st.composite
def rows(draw: st.DrawFn) -> Row:
    """Draw a row of runs, its wide characters whole."""
    cells: list[Cell] = []
    while len(cells) < WIDTH:
        char = draw(_CHARS)
        look = draw(LOOKS)
        for _ in range(draw(st.integers(1, 9))):
            width = width_of(char[0])
            if len(cells) + width <= WIDTH:
                cells += [(char, look), ("", look)][:width]
            elif len(cells) < WIDTH:
                cells.append((" ", look))
    return tuple(cells[:WIDTH])


@st.composite
def pairs(draw: st.DrawFn) -> tuple[tuple[Row, ...], tuple[Row, ...]]:
    """Draw two screens that have much in common, as two frames do."""
    before: list[Row] = draw(st.lists(rows(), min_size=HEIGHT, max_size=HEIGHT))
    after: list[Row] = []
    for old in before:
        new = draw(rows())
        at = draw(st.integers(0, WIDTH))
        joined = draw(st.sampled_from([old, new, old[:at] + new[at:], new[:at] + old[at:]]))
        after.append(_whole(joined))
    return tuple(before), tuple(after)


def _whole(row: Row) -> Row:
    """Replace the halves of wide characters that were cut."""
    cells: list[Cell] = []
    for x, (char, look) in enumerate(row):
        left = cells[-1][0] if cells else ""
        if char == "" and left and width_of(left[0]) == 2:
            cells.append(("", cells[-1][1]))
        elif char == "" or (width_of(char[0]) == 2 and (x + 1 == len(row) or row[x + 1][0])):
            cells.append((" ", look))
        else:
            cells.append((char, look))
    return tuple(cells)


def pen_of(look: Look) -> Pen:
    """Return the pen that draws a look."""

    def colour(value: int | tuple[int, int, int] | None, base: int) -> str:
        if value is None:
            return ""
        if isinstance(value, tuple):
            return f"{base + 8};2;{value[0]};{value[1]};{value[2]}"
        if value < 16:
            return str(base + value if value < 8 else base + 52 + value)
        return f"{base + 8};5;{value}"

    return pen(look.flags, colour(look.foreground, 30), colour(look.background, 40))


SCREENS: SearchStrategy[tuple[tuple[Row, ...], tuple[Row, ...]]] = pairs()
