"""How does a curve over the iterations of a run stand in a picture: its scale, its axes, its dots?

A column of dots spans all values of its stretch of iterations, so that no spike is lost. Lines stand at round
values.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from tui.draw.kit.dots import Dots
from tui.draw.kit.numbers import numeral

if TYPE_CHECKING:
    from engine.arrays import Array
    from tui.draw.kit.rows import Canvas

LABELS = 10
"""The cells left of the axis."""


class Scale(NamedTuple):
    """The value at the bottom and at the top of the plot; their logarithms if `logarithmic`."""

    low: float
    high: float
    logarithmic: bool

    def share(self, values: Array) -> Array:
        """Return where values lie between bottom (0) and top (1)."""
        with np.errstate(all="ignore"):
            heights = np.log10(values) if self.logarithmic else values
            share: Array = (heights - self.low) / (self.high - self.low)
        return share

    def value(self, share: float) -> float:
        """Return the value at a share of the height."""
        height = self.low + share * (self.high - self.low)
        if not self.logarithmic:
            return height
        with np.errstate(over="ignore"):  # rounded up, the largest number of all has no power of ten
            return min(float(np.power(10.0, height)), float(np.finfo(float).max))


def scale_of(values: Array, logarithmic: bool) -> Scale:
    """Return the scale from the smallest to the largest of some values; to 0, where that is near."""
    heights = np.log10(values) if logarithmic else values
    low, high = float(heights.min()), float(heights.max())
    if not math.isfinite(high - low) or high - low <= 1e-12 * max(abs(low), abs(high)):
        margin = 0.5 * max(abs(high), 1e-300) if not logarithmic else 0.5
        low, high = (low - margin, high + margin) if math.isfinite(high - low) else (low / 4, high / 4)
    elif not logarithmic and 0.0 < low < 0.5 * high:
        low = 0.0
    return Scale(low, high, logarithmic)


def axes(canvas: Canvas, scale: Scale, columns: int, lines: int, top: int = 1) -> None:
    """Draw the axes of a plot whose first line is `top`, with lines at round values."""
    for line in range(lines):
        canvas.write(LABELS, top + line, "│", "rule")
    # The top and the bottom of the plot are the largest and the smallest value that it shows.
    marks = {0: scale.value(1.0), lines - 1: scale.value(0.0)}
    for value in round_values(scale):
        line = round((1.0 - float(scale.share(np.array(value)))) * (lines - 1))
        if not {line - 1, line, line + 1} & marks.keys():
            marks[line] = value
            canvas.write(LABELS + 1, top + line, "╌" * columns, "wire")
    for line, value in marks.items():
        canvas.write(0, top + line, numeral(value, LABELS - 1).rjust(LABELS - 1), "dim")
        canvas.write(LABELS, top + line, "┤", "rule")
    canvas.write(LABELS, top + lines, "└" + "─" * columns, "rule")


def round_values(scale: Scale) -> list[float]:
    """Return the values at which lines stand: powers of ten, or steps of 1, 2 or 5."""
    if scale.logarithmic:
        return [10.0**power for power in range(math.ceil(scale.low), math.floor(scale.high) + 1)][-400:]
    step = round_step(scale.high - scale.low, 5)
    first = math.ceil(scale.low / step)
    return [step * place for place in range(first, first + 7) if step * place <= scale.high]


def round_step(span: float, most: int) -> float:
    """Return a step of 1, 2 or 5 times a power of ten that goes into a span at most so many times."""
    exact = span / most
    power = 10.0 ** math.floor(math.log10(exact))
    return next(power * lead for lead in (1.0, 2.0, 5.0, 10.0) if power * lead >= exact * (1.0 - 1e-9))


def dot_of(iteration: int, last: int, columns: int) -> int:
    """Return the column of dots of an iteration; the axis spans the whole run."""
    return (2 * columns - 1) * iteration // last if last else 0


def dots_of(share: Array, stride: int, columns: int, lines: int, last: int) -> Dots:
    """Return a curve as dots: `share` are its heights at the iterations 0, stride, 2·stride, ..."""
    dots = Dots(columns, lines)
    before: tuple[int, int] | None = None
    for place, low, high in zip(*_spans(share, stride, dots.across, last), strict=True):
        if math.isnan(low):
            before = None
            continue
        top, bottom = (dots.down - 1 - round(part * (dots.down - 1)) for part in (high, low))
        own = top, bottom
        if before is not None:
            # Down or up to the column before, so that a steep stretch is one line.
            top, bottom = min(top, before[1]), max(bottom, before[0])
        before = own
        dots.stroke(place, top, bottom)
    return dots


def _spans(share: Array, stride: int, dots: int, last: int) -> tuple[list[int], list[float], list[float]]:
    """Return the columns of dots, from the first on, and the lowest and highest share in each.

    With fewer values than columns, straight lines lead from one to the next.
    """
    share = np.clip(share, 0.0, 1.0)
    iterations = np.arange(len(share)) * stride
    places = (dots - 1) * iterations // last if last else iterations
    if len(share) > 1 and bool((np.diff(places) > 0).all()):
        between = np.arange(int(places[-1]) + 1)
        line = np.interp(between, places, share).tolist()
        return between.tolist(), line, line
    starts = np.flatnonzero(np.diff(places, prepend=-1))
    # fmin and fmax leave nan out unless there is nothing else.
    lowest, highest = np.fmin.reduceat(share, starts), np.fmax.reduceat(share, starts)
    return places[starts].tolist(), lowest.tolist(), highest.tolist()
