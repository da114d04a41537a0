"""How do a text, a number and a bar share a row, so that rows below each other can be compared?"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from tui.draw.kit.numbers import UNKNOWN, WRONG, sign_style, signed
from tui.draw.kit.rows import Row, Run, clip, filled

if TYPE_CHECKING:
    from collections.abc import Sequence

NUMBER = 11
"""The cells of a number."""

_UPRIGHT = " ▁▂▃▄▅▆▇█"
_EIGHTHS = 8

_LEAST_LEFT, _MOST_LEFT, _MOST_BAR = 54, 72, 60


class Line(NamedTuple):
    """A text and its number, None if it is not known yet; and what a wrong number should be."""

    left: Row
    value: float | None
    right: float | None = None


class Columns:
    """Where text, number and bar stand in a width: `left` cells of text, then the number, then the bar."""

    def __init__(self, width: int) -> None:
        self.left = max(1, min(max(_LEAST_LEFT, min(_MOST_LEFT, width - 48)), width - NUMBER - 2))
        self.bar = max(0, min(_MOST_BAR, width - self.left - NUMBER - 3))

    def rows(self, lines: Sequence[Line]) -> list[Row]:
        """Return lines as rows; the largest finite number has the whole bar."""
        sizes = [abs(line.value) for line in lines if line.value is not None and math.isfinite(line.value)]
        largest = max(sizes, default=0.0)
        wrong = any(line.right is not None for line in lines)
        held = NUMBER + 2 if wrong else 0  # cells of what numbers should be
        rows: list[Row] = []
        for line in lines:
            text = UNKNOWN.rjust(NUMBER - 1) if line.value is None else signed(line.value, NUMBER)
            row: Row = (*filled(clip(line.left, self.left - 1), self.left), (text, sign_style(line.value)))
            if line.right is not None:
                row = (*row, (f"{WRONG} ", "warning"), (signed(line.right, NUMBER), sign_style(line.right)))
            if long := bar_beside(line.value, largest, self.bar - held):
                row = (*filled(row, self.left + NUMBER + held + 2), (long, sign_style(line.value)))
            rows.append(row)
        return rows


def bar(share: float, cells: int) -> str:
    """Return a bar of a share (0 to 1) of so many cells, to half a cell; one too small for that is not 0.

    It is a heavy line: there is air above and below it, so that bars of neighbouring rows are no slab.
    """
    full, half = divmod(round(2 * cells * share), 2)
    return "━" * full + "╸" * half or "╴" * (share > 0.0 and cells > 0)


def bar_beside(value: float | None, largest: float, cells: int) -> str:
    """Return a bar of a number beside the largest finite one; none where it is not known, or not finite."""
    if value is None or not math.isfinite(value) or not largest:
        return ""
    return bar(abs(value) / largest, max(0, cells))


def is_bar(text: str) -> bool:
    """Return whether a text is a bar."""
    return bool(text) and not text.strip("━╸╴")


_TO_THE_LEFT = str.maketrans("╸╴", "╺╶")


def sided(value: float, largest: float, cells: int) -> Row:
    """Return a bar to the left of a line for a number below 0, to its right for one above."""
    share = abs(value) / largest if largest and math.isfinite(largest) else float(math.isinf(value))
    line: Run = ("│", "rule")
    full = bar(share, cells) or "╴" * (cells > 0 and value != 0.0)
    if value < 0:
        return (full[::-1].translate(_TO_THE_LEFT).rjust(cells), "negative"), line
    return (" " * cells, ""), line, (full if value > 0 else "", "positive")


RIGHT, MADE = "━", "┃"
"""What of a pair of numbers is a bar, and what a mark where the other's would end."""


def pair_of_bars(right: float, made: float, cells: int) -> Row:
    """Return a bar of what is right with a mark of what is made: each goes to its side of a zero.

    The larger one takes all cells of its side. Their colour is that of their sign.
    """
    sizes = [abs(value) if math.isfinite(value) else 0.0 for value in (right, made)]
    largest = max(sizes)
    longs = [max(round(cells * (size / largest)), 1) if size else 0 for size in sizes]

    def side(sign: float) -> str:
        text = (RIGHT * longs[0] * (right * sign > 0.0)).ljust(cells)
        return (
            text if made * sign <= 0.0 or not longs[1] else f"{text[: longs[1] - 1]}{MADE}{text[longs[1] :]}"
        )

    return (side(-1.0)[::-1], "negative"), ("│", "rule"), (side(1.0), "positive")


def upright(share: float, lines: int) -> str:
    """Return the cells of a bar that stands, from the bottom up: at least an eighth of a cell."""
    full, rest = divmod(max(1, round(share * _EIGHTHS * lines)), _EIGHTHS)
    return _UPRIGHT[-1] * full + (_UPRIGHT[rest] if rest else "")
