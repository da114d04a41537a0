"""How is the help laid out: parts below ruled headings, each in two columns where there is room?

A line has what it is about at its left, in a column of its own, and what that means beside it. Keys that go
the two ways of one thing stand in one line.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tui.draw.kit.rows import filled, rule, side_by_side
from tui.draw.kit.wide import cells, wrapped
from tui.keys import paired

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tui.draw.kit.rows import Row, Style
    from tui.keys import KeyTable

_TWO_FROM = 100  # cells of a page
_APART = 3  # cells between two columns
_SHOWN = 11  # cells of what is explained
_INDENT = 1


class Line(NamedTuple):
    """What is explained, its style, and what it means; without a meaning it is the heading of a group."""

    shown: str
    style: Style
    meaning: str = ""


def lines_of_keys(keys: KeyTable, *, grouped: bool = False) -> list[Line]:
    """Return lines for keys, those of two ways in one; `grouped` below the headings of their groups."""
    lines: list[Line] = []
    group = ""
    for both in paired(keys):
        if grouped and both[0].group != group:
            group = both[0].group
            lines.append(Line(group.lower(), "heading"))
        shown = " / ".join(key.on_screen for key in both)
        lines.append(Line(shown, "chosen", " / ".join(key.does for key in both)))
    return lines


def part(title: str, lines: Sequence[Line], width: int) -> list[Row]:
    """Return the rows of a part of a page: its heading, and below it its lines in one column or in two."""
    columns = 2 if width >= _TWO_FROM else 1
    room = (width - (columns - 1) * _APART) // columns
    blocks = [_block(line, room) for line in lines]
    parted = _half(lines, blocks) if columns == 2 else len(blocks)
    left, right = _joined(blocks[:parted]), _joined(blocks[parted:])
    rows = side_by_side([filled(row, room) for row in left], right, room + _APART) if right else left
    return [rule(title, width), *rows]


def _half(lines: Sequence[Line], blocks: Sequence[list[Row]]) -> int:
    """Return how many lines stand at the left, so that both columns are about as high; groups stay whole."""
    heights = [len(block) for block in blocks]
    begin = [place for place, line in enumerate(lines) if place and not line.meaning]
    ways = begin or range(1, len(lines) + 1)
    return min(ways, key=lambda place: max(sum(heights[:place]), sum(heights[place:])), default=0)


def _joined(blocks: Iterable[list[Row]]) -> list[Row]:
    return [row for block in blocks for row in block]


def _block(line: Line, room: int) -> list[Row]:
    if not line.meaning:
        return [rule(line.shown, room)]
    first, *more = wrapped(line.meaning, max(2, room - _INDENT - _SHOWN))
    gap = " " * max(1, _SHOWN - cells(line.shown))
    beyond = cells(line.shown) + len(gap) - _SHOWN
    if beyond > 0:  # what is explained leaves its column: so does the first line of what it means
        first, *more = wrapped(line.meaning, max(2, room - _INDENT - _SHOWN - beyond))
        more = list(wrapped(" ".join(more), max(2, room - _INDENT - _SHOWN))) if more else []
    margin = " " * _INDENT
    rows: list[Row] = [((margin, ""), (line.shown, line.style), (f"{gap}{first}", ""))]
    return [*rows, *(((" " * (_INDENT + _SHOWN) + text, ""),) for text in more)]
