"""Where do an iteration and a loss stand in the picture of the curve, and which lines and ticks has it?"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from engine.looking.along import round_step
from tui.draw.kit.numbers import numeral

if TYPE_CHECKING:
    from engine.arrays import Array
    from tui.draw.kit.rows import Canvas

LABELS = 10
"""Cells on the left, for the losses at the lines."""

_MOST_TICKS, _MOST_LINES = 6, 5


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
    """The loss at the bottom and at the top of the plot; their logarithms if `logarithmic`."""

    low: float
    high: float
    logarithmic: bool

    def share(self, values: Array) -> Array:
        """Return where values lie between bottom (0) and top (1)."""
        with np.errstate(all="ignore"):
            heights = np.log10(values) if self.logarithmic else values
            share: Array = (heights - self.low) / (self.high - self.low)
        return share

    def loss(self, share: float) -> float:
        """Return the loss at a share of the height."""
        height = self.low + share * (self.high - self.low)
        if not self.logarithmic:
            return height
        with np.errstate(over="ignore"):  # rounded up, the largest number of all has no power of ten
            return min(float(np.power(10.0, height)), float(np.finfo(float).max))

    def round_losses(self) -> list[float]:
        """Return the losses at which lines stand: powers of ten, or steps of 1, 2 or 5."""
        if self.logarithmic:
            return [10.0**power for power in range(math.ceil(self.low), math.floor(self.high) + 1)][-400:]
        step = round_step(self.high - self.low, _MOST_LINES)
        first = math.ceil(self.low / step)
        return [step * place for place in range(first, first + 7) if step * place <= self.high]


def scale_of(values: Array, *, logarithmic: bool) -> Scale:
    """Return the scale that has room for all of some losses."""
    heights = np.log10(values) if logarithmic else values
    low, high = float(heights.min()), float(heights.max())
    if not math.isfinite(high - low) or high - low <= 1e-12 * max(abs(low), abs(high)):
        margin = 0.5 * max(abs(high), 1e-300) if not logarithmic else 0.5
        low, high = (low - margin, high + margin) if math.isfinite(high - low) else (low / 4, high / 4)
    elif not logarithmic and 0.0 < low < 0.5 * high:
        low = 0.0
    return Scale(low, high, logarithmic)


def draw_axes(canvas: Canvas, scale: Scale, axis: Axis, lines: int) -> None:
    """Draw the two axes, and a line at each round loss that has room."""
    for line in range(lines):
        canvas.write(LABELS, 1 + line, "│", "rule")
    # The top and the bottom of the plot are the largest and the smallest loss that it shows.
    marks = {0: scale.loss(1.0), lines - 1: scale.loss(0.0)}
    for value in scale.round_losses():
        line = round((1.0 - float(scale.share(np.array(value)))) * (lines - 1))
        if not {line - 1, line, line + 1} & marks.keys():
            marks[line] = value
            canvas.write(axis.left, 1 + line, "╌" * axis.columns, "wire")
    for line, value in marks.items():
        canvas.write(0, 1 + line, numeral(value, LABELS - 1).rjust(LABELS - 1), "dim")
        canvas.write(LABELS, 1 + line, "┤", "rule")
    canvas.write(LABELS, lines + 1, "└" + "─" * axis.columns, "rule")


def draw_ticks(canvas: Canvas, axis: Axis, here: int, line: int) -> None:
    """Mark the present iteration below the plot; the ends of the axis and round iterations if they fit."""
    right = axis.left + axis.columns
    at = axis.cell(here) if axis.has(here) else None
    taken: list[tuple[int, int]] = []

    def tick(cell: int, text: str, x: int, style: str = "dim") -> None:
        # Not where it would touch another.
        if all(x + len(text) < begin or x > stop for begin, stop in taken):
            canvas.write(x, line + 1, text, style)
            taken.append((x, x + len(text)))
            if cell != at:
                canvas.write(cell, line, "┴", "rule")

    if at is not None:
        label = f"iteration {here + 1:,}"
        canvas.write(at, line, "▲", "focus")
        tick(at, label, max(axis.left, min(at - len(label) // 2, right - len(label))), "focus")
    first, end = f"{axis.first + 1:,}", f"{axis.last + 1:,}"
    tick(axis.left, first, axis.left)
    tick(right - 1, end, right - len(end))
    step = max(1, round(round_step(axis.last - axis.first + 1, _MOST_TICKS)))
    for number in range(axis.first // step * step + step, axis.last + 1, step):
        cell, text = axis.cell(number - 1), f"{number:,}"
        tick(cell, text, cell - len(text) // 2)
