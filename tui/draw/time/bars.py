"""How do sizes at all times stand side by side, as bars on one scale with the times below them?"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from engine.numerals import DIGITS
from tui.draw.kit.bars import upright
from tui.draw.kit.numbers import UNKNOWN, numeral
from tui.draw.kit.plot import Scale
from tui.draw.kit.rows import Canvas, Row, plain, rule
from tui.draw.time.columns import BESIDE, LABEL, MANY, NUMBER

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.facts.unrolled.through_time import Along
    from tui.draw.time.columns import TimeColumns

    Share = Callable[[float], float]

_LEAST_DECADES = 3.0


def scale_of(values: list[float]) -> Scale | None:
    """Return the scale of all sizes that have a logarithm; None if none has."""
    logs = [math.log10(value) for value in values if math.isfinite(value) and value > 0.0]
    # Of three decades at least: sizes that hardly differ have bars that hardly differ.
    return Scale(min(*logs, max(logs) - _LEAST_DECADES), max(logs), logarithmic=True) if logs else None


def ends_of(scale: Scale, digits: int = DIGITS) -> str:
    """Return what the least bar of a logarithmic scale and the longest stand for."""
    low, high = (numeral(scale.value(end), digits=digits) for end in (0.0, 1.0))
    return f"log scale {low} to {high}"


def headed(width: int, *wordings: tuple[str, str]) -> Row:
    """Return the first heading, with what stands at its right end, that fits; if none does, the last."""
    rows = [(rule(title, width, after=after), after) for title, after in wordings]
    return next((row for row, after in rows if after in plain(row)), rows[-1][0])


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


def draw_bars(canvas: Canvas, along: Along, scale: Share | None, bars: list[Bar], present: int) -> None:
    """Draw the bars of the times up to the last of them, as high as the canvas; · where one is not known.

    The `scale` says where a size lies between none (0) and the largest (1).
    """
    for bar in bars:
        known = range(max(bar.times.start, along.times.start), min(bar.times.stop, along.times.stop))
        if bar.times.start >= along.times.stop:
            continue
        value = None
        if known:
            part = along.values[known.start - along.times.start : known.stop - along.times.start]
            value = float(np.fmax.reduce(part))
        style = "focus" if present in bar.times else "done-backward"
        for line, character in enumerate(_cells(value, scale, canvas.height)):
            y = canvas.height - 1 - line
            canvas.write(bar.x, y, character * bar.cells, "unknown" if value is None else style)


def draw_axis(bars: list[Bar], columns: TimeColumns) -> Row:
    """Return the first, the last and the present time below their bars."""
    canvas = Canvas(columns.width, 1)
    here = next(bar for bar in bars if columns.present in bar.times)
    end = bars[-1].x + bars[-1].cells
    label, last = f"▲@{columns.present}", f"@{columns.times - 1}"
    x, begin = here.x + here.cells // 2, bars[0].x
    if columns.present and x > begin + len("@0 "):
        canvas.write(begin, 0, "@0", "dim")
    if columns.present < columns.times - 1 and x + len(label) < end - len(last):
        canvas.write(end - len(last), 0, last, "dim")
    canvas.write(x, 0, label, "focus")
    return canvas.rows()[0]


def _cells(value: float | None, scale: Share | None, lines: int) -> str:
    """Return the cells of a bar, from the bottom up; a size without a logarithm is written as it is."""
    if value is None:
        return UNKNOWN
    if math.isnan(value):
        return "?"
    if value == 0.0:
        return "0"
    if math.isinf(value) or scale is None:
        return "∞"
    return upright(scale(value), lines)
