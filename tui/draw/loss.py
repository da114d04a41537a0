"""How has the loss gone so far, and where in it are we?

What lies behind the present iteration is pale, what is not computed yet is dotted and says so.
Ticks stand at round iterations.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from tui.draw.kit.numbers import numeral
from tui.draw.kit.plot import LABELS, axes, dot_of, dots_of, round_step, scale_of
from tui.draw.kit.rows import Canvas, Row
from tui.draw.kit.wide import shortened

if TYPE_CHECKING:
    from engine.arrays import Array
    from engine.looking.cursor import Cursor
    from engine.run.tracing import Trace
    from tui.draw.kit.plot import Scale

_FAR = 30.0  # times that the largest loss is the smallest: beyond, a linear scale shows an L
_MOST_TICKS, _MOST_BOUNDS = 6, 4


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
    columns, lines = width - LABELS - 2, height - 4
    _title(canvas, trace, iteration, logarithmic)
    usable = np.isfinite(values) & ((values > 0.0) if logarithmic else True)
    if columns < 4 or lines < 2:
        return canvas.rows()
    if not usable.any():
        canvas.write(1, 2, _nothing(len(values), logarithmic), "dim")
        return canvas.rows()
    scale = scale_of(values[usable], logarithmic)
    last = trace.iterations - 1
    axes(canvas, scale, columns, lines)
    _curve(canvas, np.where(usable, values, np.nan), curve.stride, scale, iteration, last)
    _still_to_come(canvas, trace, columns, lines)
    _mark(canvas, iteration, last)
    left_out = int((~usable).sum())
    if left_out:
        why = "not above 0 or not finite" if logarithmic else "not finite"
        canvas.write(LABELS + 1, height - 1, f"left out: {left_out:,} losses, {why}", "dim")
    elif told := _first_below(values, curve.stride):
        canvas.write(LABELS + 1, height - 1, shortened(told, width - LABELS - 1), "words")
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


def _still_to_come(canvas: Canvas, trace: Trace, columns: int, lines: int) -> None:
    """Say how much of the run is computed, where the curve ends before it."""
    last, done = trace.iterations - 1, trace.computed
    if not 0 < done < trace.iterations:
        return
    begin = LABELS + 2 + dot_of(min(done, last), last, columns) // 2
    canvas.write(begin, lines, "·" * (LABELS + 1 + columns - begin), "future")
    told = f"computed: {done:,} of {trace.iterations:,}"
    if begin + len(told) + 2 <= LABELS + 1 + columns:
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
    columns, line = canvas.width - LABELS - 2, canvas.height - 3
    left, right = LABELS + 1, LABELS + 1 + columns
    here = left + dot_of(iteration, last, columns) // 2
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
    step = max(1, round(round_step(last + 1, _MOST_TICKS)))
    for number in range(step, last + 1, step):
        at = left + dot_of(number - 1, last, columns) // 2
        tick(at, f"{number:,}", at - len(f"{number:,}") // 2)
    canvas.write(start, line + 1, label, "focus")


def _curve(canvas: Canvas, values: Array, stride: int, scale: Scale, iteration: int, last: int) -> None:
    columns, lines = canvas.width - LABELS - 2, canvas.height - 4
    dots = dots_of(scale.share(values), stride, columns, lines, last)
    here = dot_of(iteration, last, columns) // 2
    dots.draw(canvas, LABELS + 1, 1, lambda x: "focus" if x == here else "loss" if x < here else "future")
