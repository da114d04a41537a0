"""How does a curve over the iterations of a run stand in a picture: its axis, its scale, its lines, its dots?

A column of dots spans all values of its stretch of iterations, so that no spike is lost. Lines stand at round
values.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import numpy as np

from engine.looking.along import round_step
from engine.numerals import all_apart
from tui.draw.kit.dots import DOWN, Dots
from tui.draw.kit.numbers import numeral

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from engine.arrays import Array, Mask
    from tui.draw.kit.rows import Canvas, Style

Iterations = TypeVar("Iterations", int, "NDArray[np.int_]")
LABELS = 10
"""Cells on the left, for the values at the lines."""

_MOST_LINES, _MOST_TICKS = 5, 6
_GAP = 2  # blanks between two numbers below an axis


class Axis(NamedTuple):
    """The first and the last iteration that are shown, in so many columns from the cell `left` on."""

    first: int
    last: int
    columns: int
    left: int = LABELS + 1

    def dot(self, iteration: Iterations) -> Iterations:
        """Return the column of dots of an iteration, or of each of some, from the left end."""
        return (2 * self.columns - 1) * (iteration - self.first) // max(1, self.last - self.first)

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
        """Return where values lie between bottom (0) and top (1), nan for those that have no place."""
        with np.errstate(all="ignore"):
            heights = np.log10(values) if self.logarithmic else values
            share: Array = (heights - self.low) / (self.high - self.low)
        return np.where(np.isfinite(heights), share, np.nan)

    def has(self, value: float) -> bool:
        """Return whether a value has a place between bottom and top."""
        return bool(0.0 <= self.share(np.asarray(value)) <= 1.0)

    def line(self, value: float, lines: int) -> int:
        """Return in which of so many lines, from the top, a value stands that has a place."""
        return round((1.0 - float(np.clip(self.share(np.asarray(value)), 0.0, 1.0))) * (lines - 1))

    def value(self, share: float) -> float:
        """Return the value at a share of the height."""
        height = self.low + share * (self.high - self.low)
        if not self.logarithmic:
            return height
        with np.errstate(over="ignore"):  # rounded up, the largest number of all has no power of ten
            return min(float(np.power(10.0, height)), float(np.finfo(float).max))

    @property
    def has_powers(self) -> bool:
        """Whether lines stand at powers of ten: two of them lie between bottom and top, at least."""
        return self.logarithmic and math.floor(self.high) > math.ceil(self.low)

    def round_values(self, lines: int) -> list[float]:
        """Return the values at which lines stand: powers of ten, or steps of 1, 2 or 5.

        Of powers as many, at equal distances, as two of so many lines have a blank one between them. Between
        fewer powers than two it is 1, 2 and 5 times a power, as even steps would leave the lower half bare.
        """
        if self.has_powers:
            every = max(1, math.ceil(2.0 * (self.high - self.low) / max(1, lines - 1)))
            first = math.ceil(self.low / every) * every
            return [10.0**power for power in range(first, math.floor(self.high) + 1, every)]
        low, high = self.value(0.0), self.value(1.0)
        if self.logarithmic:
            powers = range(math.floor(self.low), math.floor(self.high) + 1)
            found = [float(f"{times}e{power}") for power in powers for times in (1, 2, 5)]
            found = [value for value in found if low <= value <= high]
            if len(found) > 1:
                return found
        step = round_step(high - low, _MOST_LINES)
        first = math.ceil(low / step)
        return [step * place for place in range(first, first + 7) if step * place <= high]


def scale_of(values: Array, *, logarithmic: bool) -> Scale | None:
    """Return the scale for all of some values that have a place on one; None if none has."""
    usable = values[usable_of(values, logarithmic=logarithmic)]
    if not len(usable):
        return None
    heights = np.log10(usable) if logarithmic else usable
    low, high = float(heights.min()), float(heights.max())
    if not math.isfinite(high - low) or high - low <= 1e-12 * max(abs(low), abs(high)):
        margin = 0.5 if logarithmic else 0.5 * abs(high) or 0.5
        low, high = (low - margin, high + margin) if math.isfinite(high - low) else (low / 4, high / 4)
    elif not logarithmic and 0.0 < low < 0.5 * high:
        low = 0.0
    return Scale(low, high, logarithmic)


def draw_axes(canvas: Canvas, scale: Scale, axis: Axis, lines: int, top: int = 1) -> None:
    """Draw the two axes, from the line `top` on, and a line at each round value that has room."""
    draw_values(canvas, scale, axis, lines, top)
    canvas.write(axis.left - 1, top + lines, "└" + "─" * axis.columns, "rule")


def draw_values(canvas: Canvas, scale: Scale, axis: Axis, lines: int, top: int) -> None:
    """Draw the axis of values and its lines alone."""
    labels = min(LABELS, axis.left - 1)  # cells before the axis
    for line in range(lines):
        canvas.write(axis.left - 1, top + line, "│", "rule")
    # The top and the bottom of the plot are the largest and the smallest value that it shows.
    marks = {0: scale.value(1.0), lines - 1: scale.value(0.0)}
    for value in scale.round_values(lines):
        line = scale.line(value, lines)
        if not {line - 1, line, line + 1} & marks.keys():
            marks[line] = value
            canvas.write(axis.left, top + line, "╌" * axis.columns, "wire")
    digits, written = all_apart([*marks.values()]), set[str]()
    for line, value in marks.items():
        label = numeral(value, labels - 1, digits)
        if label not in written:  # there is no room for the digits in which they differ
            canvas.write(axis.left - 1 - labels, top + line, label.rjust(labels - 1), "dim")
        written.add(label)
        canvas.write(axis.left - 1, top + line, "┤", "rule")


def draw_ticks(canvas: Canvas, axis: Axis, here: int, line: int, at: int | None = None) -> None:
    """Mark the present iteration below the plot, and round ones; the numbers that fit stand below.

    So does that of the iteration `at` which is pointed at, beside its line if need be. The name of the axis
    stands before it, where no number needs the room.
    """
    right = axis.left + axis.columns
    taken: list[range] = []

    def number(iteration: int, style: str = "dim", aside: int = 0) -> None:
        text = f"{iteration + 1:,}"
        x = max(axis.left, min(axis.cell(iteration) - len(text) // 2 + aside, right - len(text)))
        if all(x + len(text) + _GAP <= other.start or x >= other.stop + _GAP for other in taken):
            canvas.write(x, line + 1, text, style)
            taken.append(range(x, x + len(text)))

    canvas.write(axis.left - LABELS - 1, line + 1, "iteration", "dim")
    # The last number ends below its mark; the others have theirs above their middle.
    most = max(1, min(_MOST_TICKS, axis.columns // (3 * len(f"{axis.last + 1:,}") // 2 + _GAP)))
    step = max(1, round(round_step(axis.last - axis.first + 1, most)))
    ticks = [axis.first, axis.last, *range(axis.first // step * step + step - 1, axis.last, step)]
    for place in ticks:
        canvas.write(axis.cell(place), line, "┴", "rule")
    if axis.has(here):
        canvas.write(axis.cell(here), line, "▲", "focus")
        number(here, "focus")
    if at is not None and at != here:
        for aside in (0, 1, 2):
            number(at, "focus", aside)
    for place in ticks:
        number(place)


def tints(here: int, past: Style) -> Callable[[int], Style]:
    """Return the style of each column of cells of a curve: before the present one `past`, then to come."""
    return lambda x: past if x < here else "future"


def draw_here(
    canvas: Canvas, axis: Axis, scale: Scale, place: tuple[int, float], lines: int, top: int
) -> None:
    """Mark an iteration at its value on a curve, where that has one: we are there."""
    iteration, value = place
    if axis.has(iteration) and scale.has(value):
        canvas.write(axis.cell(iteration), top + scale.line(value, lines), "●", "focus")


def draw_rest(canvas: Canvas, axis: Axis, done: int, line: int) -> int | None:
    """Draw dots below what is not computed yet of a run; return where they begin, None where all is."""
    if not 0 < done <= axis.last:
        return None
    begin = axis.cell(max(done, axis.first)) + 1
    canvas.write(begin, line, "·" * (axis.left + axis.columns - begin), "future")
    return begin


def usable_of(values: Array, *, logarithmic: bool) -> Mask:
    """Return which values have a place on a scale."""
    usable: Mask = np.isfinite(values) & ((values > 0.0) if logarithmic else True)
    return usable


def dots_of(values: Array, first: int, stride: int, axis: Axis, scale: Scale, lines: int) -> Dots:
    """Return a curve as dots: `values` are those of the iterations `first`, first + stride, ...

    Its ends lie in the middle of their cells, where the labels, the lines and the mark of where we are stand.
    """
    margin = (scale.high - scale.low) * (DOWN - 1) / 2 / (DOWN * (lines - 1)) if lines > 1 else 0.0
    scale = scale._replace(low=scale.low - margin, high=scale.high + margin)
    dots = Dots(axis.columns, lines)
    places = axis.dot(first + np.arange(len(values)) * stride)
    dots.course(places, np.clip(scale.share(values), 0.0, 1.0))
    return dots
