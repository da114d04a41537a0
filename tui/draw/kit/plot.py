"""How does a curve over the iterations of a run stand in a picture: its axis, its scale, its lines, its dots?

A column of dots spans all values of its stretch of iterations, so that no spike is lost. Lines stand at round
values.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from engine.looking.along import round_step
from tui.draw.kit.dots import Dots
from tui.draw.kit.numbers import numeral

if TYPE_CHECKING:
    from engine.arrays import Array, Mask
    from tui.draw.kit.rows import Canvas

LABELS = 10
"""Cells on the left, for the values at the lines."""

_MOST_LINES = 5


class Axis(NamedTuple):
    """The first and the last iteration that are shown, in so many columns of cells."""

    first: int
    last: int
    columns: int

    @property
    def left(self) -> int:
        """The first cell."""
        return LABELS + 1

    def dot(self, iteration: int) -> int:
        """Return the column of dots of an iteration, from the left end."""
        span = self.last - self.first
        return (2 * self.columns - 1) * (iteration - self.first) // span if span else 0

    def cell(self, iteration: int) -> int:
        """Return the column of cells of an iteration, on the canvas."""
        return self.left + self.dot(iteration) // 2

    def has(self, iteration: int) -> bool:
        """Return whether an iteration is shown."""
        return self.first <= iteration <= self.last


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

    def round_values(self) -> list[float]:
        """Return the values at which lines stand: powers of ten, or steps of 1, 2 or 5."""
        if self.logarithmic:
            return [10.0**power for power in range(math.ceil(self.low), math.floor(self.high) + 1)][-400:]
        step = round_step(self.high - self.low, _MOST_LINES)
        first = math.ceil(self.low / step)
        return [step * place for place in range(first, first + 7) if step * place <= self.high]


def scale_of(values: Array, *, logarithmic: bool) -> Scale:
    """Return the scale that has room for all of some values."""
    heights = np.log10(values) if logarithmic else values
    low, high = float(heights.min()), float(heights.max())
    if not math.isfinite(high - low) or high - low <= 1e-12 * max(abs(low), abs(high)):
        margin = 0.5 * max(abs(high), 1e-300) if not logarithmic else 0.5
        low, high = (low - margin, high + margin) if math.isfinite(high - low) else (low / 4, high / 4)
    elif not logarithmic and 0.0 < low < 0.5 * high:
        low = 0.0
    return Scale(low, high, logarithmic)


def draw_axes(canvas: Canvas, scale: Scale, axis: Axis, lines: int, top: int = 1) -> None:
    """Draw the two axes, from the line `top` on, and a line at each round value that has room."""
    for line in range(lines):
        canvas.write(LABELS, top + line, "│", "rule")
    # The top and the bottom of the plot are the largest and the smallest value that it shows.
    marks = {0: scale.value(1.0), lines - 1: scale.value(0.0)}
    for value in scale.round_values():
        line = round((1.0 - float(scale.share(np.array(value)))) * (lines - 1))
        if not {line - 1, line, line + 1} & marks.keys():
            marks[line] = value
            canvas.write(axis.left, top + line, "╌" * axis.columns, "wire")
    for line, value in marks.items():
        canvas.write(0, top + line, numeral(value, LABELS - 1).rjust(LABELS - 1), "dim")
        canvas.write(LABELS, top + line, "┤", "rule")
    canvas.write(LABELS, top + lines, "└" + "─" * axis.columns, "rule")


def usable_of(values: Array, *, logarithmic: bool) -> Mask:
    """Return which values have a place on a scale."""
    usable: Mask = np.isfinite(values) & ((values > 0.0) if logarithmic else True)
    return usable


def dots_of(shares: Array, first: int, stride: int, axis: Axis, lines: int) -> Dots:
    """Return a curve as dots: `shares` are its heights at the iterations `first`, first + stride, ..."""
    dots = Dots(axis.columns, lines)
    span = axis.last - axis.first
    iterations = first - axis.first + np.arange(len(shares)) * stride
    places = (dots.across - 1) * iterations // span if span else iterations
    dots.course(places, np.clip(shares, 0.0, 1.0))
    return dots
