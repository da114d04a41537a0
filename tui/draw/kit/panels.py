"""How is a part of the screen set off from the others: by a rule above it, or, with room, by a box?

What it is called stands in the line above it, at the left; its scale or its keys at the right. A box has its
keys in its lower border.
"""

from __future__ import annotations

import re

from msgspec import Struct

from tui.draw.kit.rows import Row, Run, Style, clip, length, rule
from tui.draw.kit.wide import cells, shortened

BOXES_FROM = (100, 30)
"""The smallest screen, in columns and rows, that has room for boxes."""

_BORDER: Style = "frame"
RULE: Row = (("──", "rule"),)
"""What a rule begins with."""
_ENDS = 6  # cells of a border that are no title: corners, a line and blanks


class Panel(Struct, frozen=True):
    """A part of the screen: its title, its rows, its keys, and what scale or order it has."""

    title: str
    rows: list[Row]
    keys: str = ""
    scale: str = ""
    style: Style = ""


def has_boxes(width: int, height: int) -> bool:
    """Return whether a screen of a size has room for boxes."""
    return width >= BOXES_FROM[0] and height >= BOXES_FROM[1]


def ruled(panel: Panel, width: int) -> list[Row]:
    """Return a panel below a rule."""
    right = " · ".join(text for text in (panel.scale, panel.keys) if text)
    room = width - len(panel.title) - _ENDS - 2
    return [rule(panel.title, width, panel.style or "rule", _fitting(right, room)), *panel.rows]


def boxed(panel: Panel, width: int, height: int) -> list[Row]:
    """Return a panel in a box of a size; its rows have two cells less."""
    style = panel.style or _BORDER
    title = shortened(shortest_that_fits(panel.title, width - _ENDS), width - _ENDS)
    scale = _fitting(panel.scale, width - cells(title) - _ENDS - 3)
    head: Row = (("┌─", style), (f" {title} ", "heading"))
    tail: Row = ((f" {scale} ", "dim"), ("─┐", style)) if scale else (("─┐", style),)
    ways = _fitting(panel.keys, width - _ENDS)
    line: Row = (("─┘", style),)
    keys = ((f" {ways} ", "heading" if panel.style else "ways"), *line) if ways else line
    rows = [_stretched(head, tail, width, style)]
    for row in [*panel.rows, *[()] * (height - 2 - len(panel.rows))][: max(0, height - 2)]:
        inside = clip(row, width - 2)
        # A rule joins the border.
        left, fill, look, right = ("├", "─", "rule", "┤") if row[:1] == RULE else ("│", " ", "", "│")
        rows.append(((left, style), *inside, (fill * (width - 2 - length(inside)), look), (right, style)))
    return [*rows, _stretched((("└", style),), keys, width, style)][:height]


def _stretched(head: Row, tail: Row, width: int, style: Style) -> Row:
    line: Run = ("─" * (width - length(head) - length(tail)), style)
    return (*head, line, *tail)


def _fitting(text: str, room: int) -> str:
    """Return the last of the things that a text names, as many as fit."""
    while text and cells(text) > room:
        text = text.partition(" · ")[2]
    return text


def shortest_that_fits(title: str, room: int) -> str:
    """Return a title without what stands behind its last colon or comma, where there is no room for it."""
    while cells(title) > room and (found := re.match(r"(.+)[:,] ", title)):
        title = found[1]
    return title
