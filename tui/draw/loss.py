"""How has the loss gone so far, and where in it are we?

A column of dots spans all losses of its stretch of iterations, so that no spike is lost. What lies
behind the present iteration is pale, what is not computed yet is dotted and says so. Lines stand at round
losses, ticks at round iterations.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from tui.draw.kit.dots import Dots
from tui.draw.kit.numbers import numeral
from tui.draw.kit.rows import Canvas, Row
from tui.draw.kit.wide import shortened

if TYPE_CHECKING:
    from engine.arrays import Array
    from engine.looking.cursor import Cursor
    from engine.run.tracing import Trace

_LABELS = 10
_FAR = 30.0  # times that the largest loss is the smallest: beyond, a linear scale shows an L
_MOST_TICKS, _MOST_BOUNDS = 6, 4


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


def falls_far(trace: Trace) -> bool:
    """Return whether the losses so far are better seen on a logarithmic scale."""
    values = trace.losses.values()
    usable = values[np.isfinite(values) & (values > 0.0)]
    return len(usable) == len(values) > 0 and bool(usable.max() > _FAR * usable.min())


def loss_rows(trace: Trace, cursor: Cursor, width: int, height: int, logarithmic: bool) -> list[Row]:
    """Return the curve of the losses computed so far, with a mark at the present iteration."""
    canvas = Canvas(width, height)
    iteration = trace.schedule.site(cursor.step).iteration
    curve = trace.losses
    values = curve.values()
    columns, lines = width - _LABELS - 2, height - 4
    _title(canvas, trace, iteration, logarithmic)
    usable = np.isfinite(values) & ((values > 0.0) if logarithmic else True)
    if columns < 4 or lines < 2:
        return canvas.rows()
    if not usable.any():
        canvas.write(1, 2, _nothing(len(values), logarithmic), "dim")
        return canvas.rows()
    scale = _scale(values[usable], logarithmic)
    last = trace.iterations - 1
    _axes(canvas, scale, columns, lines)
    _curve(canvas, np.where(usable, values, np.nan), curve.stride, scale, iteration, last)
    _still_to_come(canvas, trace, columns, lines)
    _mark(canvas, iteration, last)
    left_out = int((~usable).sum())
    if left_out:
        why = "not above 0 or not finite" if logarithmic else "not finite"
        canvas.write(_LABELS + 1, height - 1, f"left out: {left_out:,} losses, {why}", "dim")
    elif told := _first_below(values, curve.stride):
        canvas.write(_LABELS + 1, height - 1, shortened(told, width - _LABELS - 1), "words")
    return canvas.rows()


def _title(canvas: Canvas, trace: Trace, iteration: int, logarithmic: bool) -> None:
    curve = trace.losses
    x = canvas.write(1, 0, "loss", "heading")
    place = iteration // curve.stride
    if place < len(curve):
        x = canvas.write(x + 1, 0, numeral(float(curve.values()[place])), "loss")
        if iteration % curve.stride:
            x = canvas.write(x + 1, 0, f"at iteration {place * curve.stride + 1:,}", "dim")
    whole = trace.scenario.training.batch_size >= trace.shapes.samples
    what = "before each update" if whole else "of each batch, before its update"
    canvas.write(x + 2, 0, f"{what} · {'log' if logarithmic else 'linear'} scale", "dim")


def _nothing(held: int, logarithmic: bool) -> str:
    if held == 0:
        return "No iteration has been computed yet."
    return "No loss so far is above 0 and finite." if logarithmic else "No loss so far is finite."


def _scale(values: Array, logarithmic: bool) -> Scale:
    heights = np.log10(values) if logarithmic else values
    low, high = float(heights.min()), float(heights.max())
    if not math.isfinite(high - low) or high - low <= 1e-12 * max(abs(low), abs(high)):
        margin = 0.5 * max(abs(high), 1e-300) if not logarithmic else 0.5
        low, high = (low - margin, high + margin) if math.isfinite(high - low) else (low / 4, high / 4)
    elif not logarithmic and 0.0 < low < 0.5 * high:
        low = 0.0
    return Scale(low, high, logarithmic)


def _axes(canvas: Canvas, scale: Scale, columns: int, lines: int) -> None:
    for line in range(lines):
        canvas.write(_LABELS, 1 + line, "│", "rule")
    # The top and the bottom of the plot are the largest and the smallest loss that it shows.
    marks = {0: scale.loss(1.0), lines - 1: scale.loss(0.0)}
    for value in _round_losses(scale):
        line = round((1.0 - float(scale.share(np.array(value)))) * (lines - 1))
        if not {line - 1, line, line + 1} & marks.keys():
            marks[line] = value
            canvas.write(_LABELS + 1, 1 + line, "╌" * columns, "wire")
    for line, value in marks.items():
        canvas.write(0, 1 + line, numeral(value, _LABELS - 1).rjust(_LABELS - 1), "dim")
        canvas.write(_LABELS, 1 + line, "┤", "rule")
    canvas.write(_LABELS, lines + 1, "└" + "─" * columns, "rule")


def _round_losses(scale: Scale) -> list[float]:
    """Return the losses at which lines stand: powers of ten, or steps of 1, 2 or 5."""
    if scale.logarithmic:
        return [10.0**power for power in range(math.ceil(scale.low), math.floor(scale.high) + 1)][-400:]
    step = _round_step(scale.high - scale.low, 5)
    first = math.ceil(scale.low / step)
    return [step * place for place in range(first, first + 7) if step * place <= scale.high]


def _round_step(span: float, most: int) -> float:
    """Return a step of 1, 2 or 5 times a power of ten that goes into a span at most so many times."""
    exact = span / most
    power = 10.0 ** math.floor(math.log10(exact))
    return next(power * lead for lead in (1.0, 2.0, 5.0, 10.0) if power * lead >= exact * (1.0 - 1e-9))


def _still_to_come(canvas: Canvas, trace: Trace, columns: int, lines: int) -> None:
    """Say how much of the run is computed, where the curve ends before it."""
    last, done = trace.iterations - 1, trace.computed
    if not 0 < done < trace.iterations:
        return
    begin = _LABELS + 2 + _dot(min(done, last), last, columns) // 2
    canvas.write(begin, lines, "·" * (_LABELS + 1 + columns - begin), "future")
    told = f"computed: {done:,} of {trace.iterations:,}"
    if begin + len(told) + 2 <= _LABELS + 1 + columns:
        canvas.write(begin + 1, max(1, lines - 1), told, "dim")


def _first_below(values: Array, stride: int) -> str:
    """Return in words when the loss first fell below round bounds; nothing where it fell below none."""
    if values[0] <= 0.0:
        return ""
    found: list[str] = []
    for power in range(math.ceil(math.log10(values[0])) - 1, -320, -1):
        below = np.flatnonzero(values < 10.0**power)
        if not len(below) or len(found) == _MOST_BOUNDS:
            break
        found.append(f"{numeral(10.0**power)} at {int(below[0]) * stride + 1:,}")
    return f"first below {', '.join(found)}" if found else ""


def _mark(canvas: Canvas, iteration: int, last: int) -> None:
    """Mark the present iteration below the axis, and the ends of the axis where there is room."""
    columns, line = canvas.width - _LABELS - 2, canvas.height - 3
    left, right = _LABELS + 1, _LABELS + 1 + columns
    here = left + _dot(iteration, last, columns) // 2
    canvas.write(here, line, "▲", "focus")
    label, end = f"iteration {iteration + 1:,}", f"{last + 1:,}"
    start = max(left, min(here - len(label) // 2, right - len(label)))
    taken = [(start, start + len(label))]

    def tick(at: int, text: str, x: int) -> None:
        # Not where it would touch another.
        if all(x + len(text) < begin or x > stop for begin, stop in taken):
            canvas.write(x, line + 1, text, "dim")
            taken.append((x, x + len(text)))
            if at != here:
                canvas.write(at, line, "┴", "rule")

    tick(left, "1", left)
    tick(right - 1, end, right - len(end))
    step = max(1, round(_round_step(last + 1, _MOST_TICKS)))
    for number in range(step, last + 1, step):
        at = left + _dot(number - 1, last, columns) // 2
        tick(at, f"{number:,}", at - len(f"{number:,}") // 2)
    canvas.write(start, line + 1, label, "focus")


def _dot(iteration: int, last: int, columns: int) -> int:
    """Return the column of dots of an iteration; the axis spans the whole run."""
    return (2 * columns - 1) * iteration // last if last else 0


def _curve(canvas: Canvas, values: Array, stride: int, scale: Scale, iteration: int, last: int) -> None:
    columns, lines = canvas.width - _LABELS - 2, canvas.height - 4
    dots = Dots(columns, lines)
    places, lowest, highest = _spans(scale.share(values), stride, dots.across, last)
    before: tuple[int, int] | None = None
    for place, low, high in zip(places, lowest, highest, strict=True):
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
    here = _dot(iteration, last, columns) // 2
    dots.draw(canvas, _LABELS + 1, 1, lambda x: "focus" if x == here else "loss" if x < here else "future")


def _spans(share: Array, stride: int, dots: int, last: int) -> tuple[list[int], list[float], list[float]]:
    """Return the columns of dots, from the first on, and the lowest and highest share in each.

    With fewer losses than columns, straight lines lead from one loss to the next.
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
