"""How do sizes at all times stand side by side, as bars that have a zero, with the times below them?"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from tui.draw.kit.bars import upright
from tui.draw.kit.numbers import UNKNOWN
from tui.draw.kit.rows import Canvas, Row
from tui.draw.kit.shades import scale_of
from tui.draw.time.columns import BESIDE, LABEL, MANY, NUMBER

if TYPE_CHECKING:
    from engine.facts.through_time import Along
    from tui.draw.time.columns import TimeColumns


class Bar(NamedTuple):
    """A bar's first cell, its width, and the times that it stands for."""

    x: int
    cells: int
    times: range


def bars_of(columns: TimeColumns, beside: int = BESIDE) -> list[Bar]:
    """Return a bar for each time, below its column where it has one; of many times several in one.

    The cells `beside` them are for what is said of them: there stand all times, or all below each other.
    """
    times, room = columns.times, max(1, columns.width - LABEL - beside - 2)
    if times < MANY and len(columns.shown) * columns.cells <= room and (columns.aligned or not beside):
        return [Bar(columns.start(time), columns.number, range(time, time + 1)) for time in columns.shown]
    if times > room:
        edges = [cell * times // room for cell in range(room + 1)]
        return [
            Bar(LABEL + cell, 1, range(first, stop)) for cell, (first, stop) in enumerate(pairwise(edges))
        ]
    pitch = room // times
    cells = min(NUMBER, max(1, pitch - 1))
    pitch = min(pitch, cells + 1)
    return [Bar(LABEL + time * pitch, cells, range(time, time + 1)) for time in range(times)]


def draw_bars(canvas: Canvas, along: Along, bars: list[Bar], present: int) -> None:
    """Draw the bars of the times up to the last of them; · where one is not known.

    The largest is as high as the canvas: half a size has half a bar.
    """
    largest = scale_of(along.values)
    for bar in bars:
        known = range(max(bar.times.start, along.times.start), min(bar.times.stop, along.times.stop))
        if bar.times.start >= along.times.stop:
            continue
        value = None
        if known:
            part = along.values[known.start - along.times.start : known.stop - along.times.start]
            value = float(np.fmax.reduce(part))
        style = "focus" if present in bar.times else "done-backward"
        for line, character in enumerate(_cells(value, largest, canvas.height)):
            y = canvas.height - 1 - line
            canvas.write(bar.x, y, character * bar.cells, "unknown" if value is None else style)


def draw_axis(bars: list[Bar], columns: TimeColumns) -> Row:
    """Return the first, the last and the present time below their bars."""
    canvas = Canvas(columns.width, 1)
    here = next(bar for bar in bars if columns.present in bar.times)
    end = bars[-1].x + bars[-1].cells
    now, last = f"@{columns.present}", f"@{columns.times - 1}"
    label = f"▲{now}"
    x, begin = here.x + here.cells // 2, bars[0].x
    if columns.present and x > begin + len("@0 "):
        canvas.write(begin, 0, "@0", "dim")
    if columns.present < columns.times - 1 and x + len(label) < end - len(last):
        canvas.write(end - len(last), 0, last, "dim")
    if x + len(label) <= columns.width:
        canvas.write(x, 0, label, "focus")
    else:  # its time stands before the mark where behind it there is no room
        canvas.write(x - len(now), 0, f"{now}▲", "focus")
    return canvas.rows()[0]


def _cells(value: float | None, largest: float, lines: int) -> str:
    """Return the cells of a bar, from the bottom up; a size that has none is written as it is."""
    if value is None:
        return UNKNOWN
    if math.isnan(value):
        return "?"
    if value == 0.0:
        return "0"
    if math.isinf(value):
        return "∞"
    return upright(value / largest, lines)
