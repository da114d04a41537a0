"""What are the watched numbers now, how did they go, and when were they smallest and largest?

In a pane beside the reasons and in the view alike a curve each, of what they were last in each iteration.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.looking.along import Along
from engine.watching.history import is_logarithmic, value_at
from engine.watching.watched_number import symbol_of
from engine.words.runs.found import NOTHING_WATCHED, extremes, what_is_drawn
from tui.draw.kit.numbers import UNKNOWN, numeral, sign_style
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
from tui.draw.kit.rows import Canvas, Row, first_fitting, paragraph, rule
from tui.draw.kit.wide import shortened

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.looking.cursor import Cursor
    from engine.run.tracing import Trace
    from engine.watching.history import Watched
    from tui.draw.kit.rows import Run, Style

NARROW = 40
"""The cells of the lines beside the reasons."""

_NAME, _VALUE, _SCALE = 16, 10, 10
_MOST_LINES = 5  # of a curve beside the reasons
_LEFT = 30
ALONG = Along()


def watch_rows(
    trace: Trace, cursor: Cursor, watches: Sequence[Watched], width: int, height: int
) -> list[Row]:
    """Return a heading, each watched number with its curve, as many as fit, and how many more there are.

    Below name and value the curve has an axis if there is room; else it stands in their line.
    """
    rows: list[Row] = [rule("watched", width, after="W: curves")]
    shown = watches if len(watches) < height else watches[: max(0, height - 2)]
    lines = min((height - 1) // max(1, len(watches)) - 1, _MOST_LINES)
    for one in shown:
        canvas = Canvas(width, 1 + max(0, lines))
        name = shortened(_name(trace, one), width - _VALUE - 3 if lines > 0 else _NAME)
        x = canvas.write(1, 0, name.ljust(_NAME), "symbol") + 1
        canvas.write(x, 0, *_shown(value_at(trace, one.meaning, cursor.step)))
        far = lines > 0 and is_logarithmic(one, ALONG.logarithmic)
        left = LABELS + 1 if lines > 1 else 1 if lines == 1 else _NAME + _VALUE + 2
        axis = Axis(0, trace.iterations - 1, width - left - 1 - _SCALE * far, left)
        if axis.columns > 3:
            top = min(1, max(0, lines))
            _curve(canvas, one, axis, top, max(1, lines), trace.schedule.site(cursor.step).iteration, ALONG)
            canvas.write(axis.left + axis.columns, top, " log scale" * far, "dim")
        rows += canvas.rows()
    if len(shown) < len(watches):
        rows.append(((f" … {len(watches) - len(shown):,} more", "dim"),))
    return rows[:height]


def _name(trace: Trace, one: Watched) -> str:
    return symbol_of(one.text, trace.shapes.recurrent) or one.text


def _shown(value: float | None) -> Run:
    text = UNKNOWN if value is None else numeral(value, _VALUE - 1)
    return f"{text:{_VALUE}}", sign_style(value)


def _style(one: Watched) -> Style:
    """Return the style of a curve: only that of the loss has its colour."""
    return "loss" if one.text in ("loss", "C") else "strong"


def watches_rows(
    trace: Trace, cursor: Cursor, watches: Sequence[Watched], width: int, height: int, along: Along = ALONG
) -> list[Row]:
    """Return a curve for each watched number over the iterations, with the present one marked."""
    if not watches:
        return paragraph(NOTHING_WATCHED, width)[:height]
    iteration = trace.schedule.site(cursor.step).iteration
    lines = max(2, (height - 2) // len(watches))
    canvas = Canvas(width, height)
    canvas.write(1, 0, first_fitting(what_is_drawn(trace), width - 1), "dim")
    columns, left = width - _LEFT - LABELS - 3, _LEFT + LABELS + 1
    axis, below = Axis(0, trace.iterations - 1, max(1, columns), left), 0
    for place, one in enumerate(watches):
        top = 1 + place * lines
        if top + 1 >= height - 1:
            canvas.write(1, height - 1, f"… {len(watches) - place:,} more", "dim")
            break
        canvas.write(1, top, shortened(f"{place + 1}. {_name(trace, one)}", _LEFT - 2), "symbol")
        _left(canvas, top, one, value_at(trace, one.meaning, cursor.step), lines, along)
        if columns > 2:
            _curve(canvas, one, axis, top, lines - 1, iteration, along)
            below = top + lines - 1
    if below:
        draw_ticks(canvas, axis, iteration, below)
    return canvas.rows()


def _left(canvas: Canvas, top: int, one: Watched, value: float | None, lines: int, along: Along) -> None:
    """Write below the name of a watched number what it is now, and when it was smallest and largest."""
    text, style = _shown(value)
    canvas.write(canvas.write(3, top + 1, "now ", "dim"), top + 1, text.strip(), style)
    wanted = along.logarithmic
    scale = "log scale" if is_logarithmic(one, wanted) else "linear: not > 0" if wanted else ""
    canvas.write(_LEFT - len(scale), top + 1, scale, "dim")
    if lines > 3:
        for y, told in enumerate(extremes(one.history), start=2):
            canvas.write(3, top + y, told, "dim")


def _curve(canvas: Canvas, one: Watched, axis: Axis, top: int, lines: int, here: int, along: Along) -> None:
    curve = one.history.curve
    values = curve.values()
    ends = [end.value for end in (one.history.low, one.history.high) if end]  # the curve may lack them
    scale = scale_of(np.append(values, ends), logarithmic=is_logarithmic(one, along.logarithmic))
    if scale is not None:
        if lines > 1:
            draw_axes(canvas, scale, axis, lines, top)
        draw_rest(canvas, axis, curve.iterations, top + lines - 1)
        dots = dots_of(values, 0, curve.stride, axis, scale, lines)
        dots.draw(canvas, axis.left, top, tints(axis.cell(here) - axis.left, _style(one)))
        if (place := here // curve.stride) < len(values):
            draw_here(canvas, axis, scale, (place * curve.stride, float(values[place])), lines, top)
