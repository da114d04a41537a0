"""How is a number written so large that the back row can read it?

Digits of 3 by 5 dots; a dot is twice as wide as it is high in cells, so that it looks square.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui.draw.kit.rows import Row, Style

HEIGHT = 5
"""Dots from the top of a digit to its foot."""

_DOT = "█"
# The signs that a number is written with, and below each its dots, from top to foot.
_FONT = """
0  |1  |2  |3  |4  |5  |6  |7  |8  |9  |+  |-  |.|e  |i|n  |f  |a  |
###| # |###|###|# #|###|###|###|###|###|   |   | |   |#|   | ##|   |
# #|## |  #|  #|# #|#  |#  |  #|# #|# #| # |   | |###| |   | # |## |
# #| # |###|###|###|###|###|  #|###|###|###|###| |###|#|###|###| ##|
# #| # |#  |  #|  #|  #|# #|  #|# #|  #| # |   | |#  |#|# #| # |# #|
###|###|###|###|  #|###|###|  #|###|###|   |   |#|###|#|# #| # |###|
"""
_COLUMNS = zip(*(line.split("|") for line in _FONT.splitlines()[1:]), strict=True)
_DOTS = {sign.strip(): dots for sign, *dots in _COLUMNS}


def large(text: str, style: Style, width: int, height: int) -> list[Row]:
    """Return a number as large as fits into `width` and `height` cells; [] if it doesn't fit at all.

    Nor are words drawn that stand for a number where there is little room.
    """
    if not set(text) <= _DOTS.keys():
        return []
    lines = [" ".join(dots) for dots in zip(*(_DOTS[sign] for sign in text), strict=True)]
    for scale in range(height // HEIGHT, 0, -1):
        for across in (2 * scale, 2 * scale - 1):  # a little narrower rather than half as high
            if len(lines[0]) * across <= width:
                return _drawn(lines, style, across, scale)
    return []


def _drawn(lines: list[str], style: Style, across: int, down: int) -> list[Row]:
    """Return lines of dots with each dot `across` by `down` cells."""
    cells = ["".join((_DOT if dot == "#" else " ") * across for dot in line) for line in lines]
    return [
        tuple(("".join(same), style if cell == _DOT else "") for cell, same in groupby(line))
        for line in cells
        for _ in range(down)
    ]
