"""What is a row of styled text, how is one built cell by cell, and which of many are shown?

A row is a tuple of runs; a run is a text and the name of a style. What a style looks like is the
business of the theme, so that every picture can be tested as text.
"""

from __future__ import annotations

from itertools import islice, zip_longest
from operator import is_
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from tui.draw.kit.wide import by_cell, cells, fitting, told, wrapped

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from engine.facts.entry import Number

Style: TypeAlias = str
Run: TypeAlias = tuple[str, Style]
Row: TypeAlias = tuple[Run, ...]
Wording = TypeVar("Wording", str, Row)
MORE: Run = (" …", "dim")
"""What stands behind things for the rest of which there is no room."""


class Linked(str):
    """A style that also says what stands there, for the mouse: a number, a step (0-based) or a view."""

    __slots__ = ("target",)
    target: Number | int | str

    def __new__(cls, style: Style, target: Number | int | str) -> Linked:
        """Return the style with what it belongs to."""
        linked = super().__new__(cls, style)
        linked.target = target
        return linked


def target_at(row: Row, x: int) -> Number | int | str | None:
    """Return the number, the step or the view that stands in a cell of a row."""
    for text, style in row:
        if 0 <= x < cells(text):
            return style.target if isinstance(style, Linked) else None
        x -= cells(text)
    return None


class Canvas:
    """A grid of cells that text is drawn on.

    A wide character takes two, the second of them with an empty text; cut in two it is blank.
    """

    def __init__(self, width: int, height: int) -> None:
        self.width = max(0, width)
        self.height = max(0, height)
        self._text = [[" "] * self.width for _ in range(self.height)]
        self._style: list[list[Style]] = [[""] * self.width for _ in range(self.height)]

    def write(self, x: int, y: int, text: str, style: Style = "") -> int:
        """Write a text, clipped to the canvas; return the column after it."""
        signs = by_cell(text)
        end = x + len(signs)
        start, stop = max(0, x), min(end, self.width)
        if 0 <= y < self.height and start < stop:
            self._cut(start, y)
            self._cut(stop, y)
            self._text[y][start:stop] = signs[start - x : stop - x]
            self._style[y][start:stop] = [style] * (stop - start)
            if not signs[start - x]:
                self._text[y][start] = " "
            if stop < end and not signs[stop - x]:
                self._text[y][stop - 1] = " "
        return end

    def _cut(self, x: int, y: int) -> None:
        """Blank a wide character that stands on both sides of where a cell begins."""
        if x < self.width and not self._text[y][x]:
            self._text[y][x - 1 : x + 1] = "  "

    def runs(self, x: int, y: int, row: Row) -> int:
        """Write the runs of a row one after the other; return the column after them."""
        for text, style in row:
            x = self.write(x, y, text, style)
        return x

    def block(self, x: int, y: int, rows: Iterable[Row]) -> None:
        """Write rows below each other."""
        for down, row in enumerate(rows):
            self.runs(x, y + down, row)

    def is_free(self, x: int, y: int, width: int, blanks: str = " ") -> bool:
        """Return whether a stretch of a row lies on the canvas and holds nothing but `blanks`."""
        inside = 0 <= y < self.height and x >= 0 and x + width <= self.width
        return inside and all(sign and sign in blanks for sign in self._text[y][x : x + width])

    def paint(self, x: int, y: int, width: int, style: Style) -> None:
        """Give the cells of a stretch of one row another style."""
        if 0 <= y < self.height:
            for place in range(max(0, x), min(self.width, x + width)):
                self._style[y][place] = style

    def rows(self) -> list[Row]:
        """Return the canvas as rows of runs."""
        return [_runs(text, styles) for text, styles in zip(self._text, self._style, strict=True)]


def _runs(signs: list[str], styles: list[Style]) -> Row:
    """Return the signs of cells as runs of one style; a number keeps one of its own beside the same style."""
    runs: list[Run] = []
    begin, end = 0, len(styles)
    # Cell by cell, 1 where the next has the very same style: searched for 0 it says where styles change.
    goes_on = bytes(map(is_, styles, islice(styles, 1, None)))
    while begin < end:
        style = styles[begin]
        stop = goes_on.find(0, begin) + 1 or end
        text = "".join(signs[begin:stop])
        if (
            runs
            and runs[-1][1] == style
            and not (isinstance(style, Linked) or isinstance(runs[-1][1], Linked))
        ):
            runs[-1] = (runs[-1][0] + text, style)
        else:
            runs.append((text, style))
        begin = stop
    return tuple(runs)


def length(row: Row) -> int:
    """Return the number of cells that a row takes."""
    taken = 0
    for text, _ in row:  # most rows are of a few runs: a sum of what a generator yields takes twice as long
        taken += cells(text)
    return taken


def clip(row: Row, width: int) -> Row:
    """Return a row cut to a width, with … in the last cell where something is missing."""
    if length(row) <= width:
        return row
    kept: list[Run] = []
    left = width - 1
    for text, style in row:
        kept.append((text[: fitting(text, left)], style))
        left -= cells(text)
        if left <= 0:
            break
    return (*kept, ("…", "dim")) if width > 0 else ()


def filled(row: Row, width: int) -> Row:
    """Return a row with blanks up to a width."""
    missing = width - length(row)
    return (*row, (" " * missing, "")) if missing > 0 else row


def right(text: str, style: Style, cells: int = 14) -> tuple[Run, Run]:
    """Return a text at the right end of a column."""
    return (" " * max(0, cells - len(text)), ""), (text, style)


def first_fitting(wordings: Iterable[Wording], room: int) -> Wording:
    """Return the first of some wordings, texts or rows, that has room in so many cells; else the last.

    Those behind it are not asked for.
    """
    for one in wordings:
        if _cells_of(one) <= room:
            break
    return one


def _cells_of(wording: str | Row) -> int:
    return cells(wording) if isinstance(wording, str) else length(wording)


def side_by_side(left: Sequence[Row], right: Sequence[Row], at: int) -> list[Row]:
    """Return rows of which the right ones begin at a cell, right of the left ones."""
    return [
        (*filled(clip(one, at), at), *other) if other else clip(one, at)
        for one, other in zip_longest(left, right, fillvalue=())
    ]


def flow(items: Sequence[Row], width: int, start: Row, gap: Run = ("  ", ""), lines: int = 1) -> list[Row]:
    """Return things one after the other behind a `start`, in at most so many lines of a width.

    Further lines begin below the first thing. Where not all have room … stands behind those that have.
    """
    rows, begin = [start], (" " * length(start), "")
    for place, item in enumerate(items):
        last, left = len(rows) == lines, len(items) - place - 1
        joined_to = rows[-1] if place == 0 else (*rows[-1], gap)
        if length(joined_to) + length(item) + len(MORE[0]) * (last and left > 0) > width:
            if last:
                rows[-1] = (*rows[-1], MORE)
                break
            rows.append((begin,))
            joined_to = rows[-1]
        rows[-1] = (*joined_to, *item)
    return rows


def paragraph(text: str, width: int, style: Style = "words", margin: int = 1) -> list[Row]:
    """Return a text as rows of at most `width` cells; beside a margin one cell at the right is free, too."""
    room = max(20, width - margin - (margin > 0))
    return [((" " * margin + line, style),) for line in wrapped(text, room)]


def sentences(text: str, width: int, rows: int, style: Style = "words", margin: int = 0) -> list[Row]:
    """Return as many whole sentences of a text as stand in so many rows of `width` cells and a margin."""
    return [((" " * margin + line, style),) for line in told(text, width, rows)]


def around(chosen: int, count: int, room: int) -> range:
    """Return the places that are shown of `count` in so much room: the chosen one in their middle.

    At an end there are none beyond it, and as many on the other side as fit.
    """
    room = max(1, min(room, count))
    first = max(0, min(chosen - room // 2, count - room))
    return range(first, first + room)


class Room:
    """The rows that are `left` of a height, from which blocks take theirs: the most important first."""

    def __init__(self, height: int) -> None:
        self.left = height

    def take(self, block: list[Row], leave: int = 0) -> list[Row]:
        """Return a block if all of it has room, and so many rows are left then; if not, no row of it."""
        return block[: self.some(len(block))] if len(block) + leave <= self.left else []

    def some(self, rows: int) -> int:
        """Take up to so many rows; return how many there were."""
        taken = max(0, min(rows, self.left))
        self.left -= taken
        return taken


def plain(row: Row) -> str:
    """Return the text of a row without its styles."""
    return "".join([text for text, _ in row])


def rule(title: str, width: int, style: Style = "rule", after: str = "") -> Row:
    """Return a horizontal line with a title near its left end, and a text near its right."""
    head = f" {title} "
    tail = f" {after} " if after and len(head) + len(after) + 6 <= width else ""
    line = max(0, width - len(head) - len(tail) - 3)
    return clip((("──", style), (head, "heading"), ("─" * line, style), (tail, "dim"), ("─", style)), width)
