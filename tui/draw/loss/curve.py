"""How does the curve of the losses stand in its axes?

A column of dots spans all losses of its stretch of iterations, so that no spike is lost. What lies
behind the iteration that is looked at is pale, what is not computed yet is dotted and says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.facts.beside.theirs import theirs_of
from engine.facts.losses import (
    batch_means,
    batches_together,
    held,
    is_logarithmic,
    latest_kept,
    loss_of_iteration,
)
from engine.looking.along import seen
from engine.words.runs.losses import loss_with_yours, nothing_to_draw, pointed_at, what_is_drawn
from tui.draw.kit.numbers import WRONG, numeral
from tui.draw.kit.plot import (
    LABELS,
    Axis,
    dots_of,
    draw_axes,
    draw_here,
    draw_rest,
    draw_ticks,
    scale_of,
    tints,
)
from tui.draw.kit.rows import Canvas, Row

if TYPE_CHECKING:
    from engine.looking.along import Along
    from engine.looking.cursor import Cursor
    from engine.run.tracing import Trace
    from tui.draw.kit.plot import Scale

_KEYS = (
    "< > along it · enter goes there · + - zoom · l scale",
    "< > along · + - zoom · l scale",
    "< > + - · l scale",
    "< > + -",
)


def curve_rows(trace: Trace, cursor: Cursor, width: int, height: int, along: Along) -> list[Row]:
    """Return the curve of the losses computed so far, with a mark at the present iteration."""
    canvas = Canvas(width, height)
    here = trace.schedule.site(cursor.step).iteration
    logarithmic = is_logarithmic(trace, along.logarithmic)
    at = None if along.at is None else min(along.at, max(0, trace.computed - 1))
    window = seen(along._replace(at=at), here, trace.iterations)
    axis, lines = Axis(window.start, window.stop - 1, width - LABELS - 2), height - 3
    first, values = held(trace.losses, axis.first, axis.last)
    scale = scale_of(values, logarithmic=logarithmic)
    powers = scale is not None and scale.has_powers
    _title(canvas, trace, here if at is None else at, along, logarithmic=logarithmic, powers=powers)
    if axis.columns < 4 or lines < 2:
        return canvas.rows()
    if scale is None:
        canvas.write(1, 2, nothing_to_draw(len(values), logarithmic=logarithmic), "dim")
        return canvas.rows()
    draw_axes(canvas, scale, axis, lines)
    if at is not None:
        for line in range(lines):
            canvas.write(axis.cell(at), 1 + line, "┊", "focus")
    there = axis.cell(here if at is None else at) - axis.left
    dots = dots_of(values, first, trace.losses.stride, axis, scale, lines)
    if (means := batch_means(trace.losses, batches_together(trace), axis.first, axis.last)) is not None:
        dots.draw(canvas, axis.left, 1, "wire")
        there = axis.columns  # a line through a cloud is found by its colour alone
        dots = dots_of(means.values, means.first, means.stride, axis, scale, lines)
    dots.draw(canvas, axis.left, 1, tints(there, "loss"))
    _still_to_come(canvas, trace, axis, lines)
    if (kept := latest_kept(trace, here)) is not None:
        draw_here(canvas, axis, scale, kept, lines, 1)
    draw_ticks(canvas, axis, here, lines + 1, at)
    _mark_difference(canvas, trace, axis, scale, lines)
    if at is not None:
        told = [*pointed_at(trace, at), *(f"{WRONG} {text}" for text in loss_with_yours(trace, at))]
        _point(canvas, told, axis.cell(at), lines)
    return canvas.rows()


def _mark_difference(canvas: Canvas, trace: Trace, axis: Axis, scale: Scale, lines: int) -> None:
    """Mark the iteration in the curve that the user's own numbers make another loss of."""
    theirs = theirs_of(trace)
    if theirs is None or not axis.has(theirs.iteration) or not loss_with_yours(trace, theirs.iteration):
        return
    loss = loss_of_iteration(trace, theirs.iteration)
    if loss is not None and scale.has(loss):
        canvas.write(axis.cell(theirs.iteration), 1 + scale.line(loss, lines), WRONG, "warning")


def _title(
    canvas: Canvas, trace: Trace, iteration: int, along: Along, *, logarithmic: bool, powers: bool
) -> None:
    x = canvas.write(1, 0, "loss", "heading")
    if (kept := latest_kept(trace, iteration)) is not None:
        x = canvas.write(x + 1, 0, numeral(kept.loss), "loss")
        if kept.iteration != iteration or along.at is not None:
            x = canvas.write(x + 1, 0, f"at iteration {kept.iteration + 1:,}", "dim")
        for told in loss_with_yours(trace, iteration):
            x = canvas.write(x + 1, 0, f"{WRONG} {told}", "warning")
    itself = along.logarithmic is None and trace.computed < trace.iterations
    said = what_is_drawn(trace, logarithmic=logarithmic, powers=powers, itself=itself)
    room = canvas.width - x - 5
    pairs = [*((one, keys) for one in said for keys in _KEYS), *((one, "") for one in said)]
    what, keys = next((pair for pair in pairs if len(pair[0] + pair[1]) < room + 3 * (not pair[1])), ("", ""))
    canvas.write(x + 2, 0, what, "dim")
    canvas.write(canvas.width - 1 - len(keys), 0, keys, "dim")


def _still_to_come(canvas: Canvas, trace: Trace, axis: Axis, lines: int) -> None:
    """Say how much of the run is computed, where the curve ends before it."""
    begin = draw_rest(canvas, axis, trace.computed, lines)
    told = f"computed: {trace.computed:,} of {trace.iterations:,}"
    if begin is not None and begin + len(told) + 2 <= axis.left + axis.columns:
        canvas.write(begin + 1, max(1, lines - 1), told, "dim")


def _point(canvas: Canvas, told: list[str], cell: int, lines: int) -> None:
    """Write what is said of the iteration pointed at where nothing is drawn: beside its line, else right."""
    widest = max(map(len, told))
    for x in (cell + 2, cell - 1 - widest, canvas.width - 1 - widest):
        for top in range(1, lines - len(told) + 1):
            if x > LABELS and all(canvas.is_free(x, top + y, widest, " ╌") for y in range(len(told))):
                for y, line in enumerate(told):
                    style = "warning" if line.startswith(WRONG) else "words"
                    canvas.write(x, top + y, line, style if y else "strong")
                return
