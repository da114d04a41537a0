"""What are the watched numbers now, how did they go, and when were they smallest and largest?

Beside the reasons a line each, with a bar for each stretch of iterations; in the view a curve each, over one
axis, of what they were last in each iteration.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.facts.losses import far_apart
from engine.looking.along import Along
from engine.watching.history import is_logarithmic, value_at
from engine.watching.watched_number import symbol_of
from engine.words.runs.found import NOTHING_WATCHED, extremes, what_is_drawn
from tui.draw.kit.bars import upright
from tui.draw.kit.numbers import UNKNOWN, numeral, sign_style
from tui.draw.kit.plot import LABELS, Axis, dots_of, draw_axes, draw_ticks, scale_of, tints
from tui.draw.kit.rows import Canvas, Row, clip, first_fitting, paragraph, rule
from tui.draw.kit.wide import shortened

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.looking.cursor import Cursor
    from engine.run.tracing import Trace
    from engine.watching.history import Watched
    from tui.draw.kit.rows import Run, Style

NARROW = 40
"""The cells of the lines beside the reasons."""

_NAME, _VALUE = 16, 10
_LEFT = 30
ALONG = Along()


def watch_rows(
    trace: Trace, cursor: Cursor, watches: Sequence[Watched], width: int, height: int
) -> list[Row]:
    """Return a heading, a line for each watched number, as many as fit, and how many more there are."""
    rows: list[Row] = [rule("watched", width, after="W: curves")]
    shown = watches if len(watches) < height else watches[: max(0, height - 2)]
    apart = 2 * len(watches) < height  # the bars of each below its name and its value
    for one in shown:
        name = shortened(symbol_of(one.text) or one.text, width - _VALUE - 3 if apart else _NAME)
        row: Row = ((f" {name:{_NAME}} ", "symbol"), _shown(value_at(trace, one.meaning, cursor.step)))
        far = apart and far_apart(one.history.curve.values())
        bars = _bars(trace, cursor, one, width - (12 if apart else _NAME + _VALUE + 4), far)
        below: Row = ((" ", ""), *bars, (" log scale" * far, "dim"))
        rows += [clip(line, width) for line in ([row, below] if apart else [(*row, *bars)])]
    if len(shown) < len(watches):
        rows.append(((f" … {len(watches) - len(shown):,} more", "dim"),))
    return rows[:height]


def _shown(value: float | None) -> Run:
    text = UNKNOWN if value is None else numeral(value, _VALUE - 1)
    return f"{text:{_VALUE}}", "unknown" if value is None else sign_style(value)


def _bars(trace: Trace, cursor: Cursor, one: Watched, cells: int, far: bool) -> Row:
    """Return a bar of a cell for each stretch of iterations: its last value between smallest and largest.

    On a logarithmic scale if they are `far` apart.
    """
    history = one.history
    values, stride = history.curve.values(), history.curve.stride
    if history.low is None or history.high is None or cells < 4:
        return ()
    last = trace.iterations - 1
    scale = scale_of(np.array([history.low.value, history.high.value]), logarithmic=far)
    tint = tints(trace.schedule.site(cursor.step).iteration * cells // (last + 1), _style(one))
    runs: list[Run] = []
    for cell in range(cells):
        stop = len(values) if cell == cells - 1 else -(-(cell + 1) * (last + 1) // cells // stride)
        place = min(max(stop - 1, 0), len(values) - 1)
        known = place * stride >= cell * (last + 1) // cells and np.isfinite(values[place])
        share = scale.share_of(float(values[place])) if known and scale else 0.0
        runs.append((upright(share, 1) if known else " ", tint(cell)))
    return tuple(runs)


def _style(one: Watched) -> Style:
    """Return the style of a curve: only that of the loss has its colour."""
    return "loss" if one.text in ("loss", "C") else "strong"


def watches_rows(
    trace: Trace, cursor: Cursor, watches: Sequence[Watched], width: int, height: int, along: Along = ALONG
) -> list[Row]:
    """Return a curve for each watched number over the iterations, with the present one marked."""
    if not watches:
        return [rule("watched", width), *paragraph(NOTHING_WATCHED, width)][:height]
    iteration = trace.schedule.site(cursor.step).iteration
    lines = max(2, (height - 2) // len(watches))
    canvas = Canvas(width, height)
    end = canvas.write(1, 0, "watched", "heading") + 2
    canvas.write(end, 0, first_fitting(what_is_drawn(trace), width - end), "dim")
    columns, left = width - _LEFT - LABELS - 3, _LEFT + LABELS + 1
    axis, below = Axis(0, trace.iterations - 1, max(1, columns), left), 0
    for place, one in enumerate(watches):
        top = 1 + place * lines
        if top + 1 >= height - 1:
            canvas.write(1, height - 1, f"… {len(watches) - place:,} more", "dim")
            break
        _left(canvas, top, place, one, value_at(trace, one.meaning, cursor.step), lines, along)
        if columns > 2:
            _curve(canvas, one, axis, top, lines - 1, axis.cell(iteration), along)
            below = top + lines - 1
    if below:
        draw_ticks(canvas, axis, iteration, below)
    return canvas.rows()


def _left(
    canvas: Canvas, top: int, place: int, one: Watched, value: float | None, lines: int, along: Along
) -> None:
    """Write the name of a watched number, what it is now, and when it was smallest and largest."""
    text, style = _shown(value)
    canvas.write(1, top, shortened(f"{place + 1}. {symbol_of(one.text) or one.text}", _LEFT - 2), "symbol")
    canvas.write(3, top + 1, text.strip(), style)
    room = _LEFT - 10 * is_logarithmic(one, along)
    canvas.write(room, top + 1, "log scale"[: _LEFT - room], "dim")
    if lines > 3:
        for y, told in enumerate(extremes(one.history), start=2):
            canvas.write(3, top + y, told, "dim")


def _curve(canvas: Canvas, one: Watched, axis: Axis, top: int, lines: int, here: int, along: Along) -> None:
    curve = one.history.curve
    ends = [end.value for end in (one.history.low, one.history.high) if end]  # the curve may lack them
    if (
        scale := scale_of(np.append(curve.values(), ends), logarithmic=is_logarithmic(one, along))
    ) is not None:
        draw_axes(canvas, scale, axis, lines, top)
        dots = dots_of(curve.values(), 0, curve.stride, axis, scale, lines)
        dots.draw(canvas, axis.left, top, tints(here - axis.left, _style(one)))
