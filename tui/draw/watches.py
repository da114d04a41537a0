"""What are the watched numbers now, how did they go, and when were they smallest and largest?

Beside the reasons a line each, with a bar for each stretch of iterations; in the view a curve each, over one
axis.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.watching.history import value_at
from engine.watching.watched_number import symbol_of
from tui.draw.kit.bars import upright
from tui.draw.kit.numbers import UNKNOWN, numeral, sign_style
from tui.draw.kit.plot import Axis, dots_of, scale_of
from tui.draw.kit.rows import Canvas, Row, clip, rule
from tui.draw.kit.wide import paragraph, shortened

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.looking.cursor import Cursor
    from engine.run.tracing import Trace
    from engine.watching.history import Extreme, History, Watched
    from tui.draw.kit.rows import Run

NARROW = 40
"""The cells of the lines beside the reasons."""

_NAME, _VALUE = 16, 10
_LEFT = 30
_NONE = (
    "Nothing is watched. V watches the number that is looked at, :watch max(abs(gradient[2])) any expression "
    "that find takes: its value now, how it went, and when it was smallest and largest."
)


def watch_rows(
    trace: Trace, cursor: Cursor, watches: Sequence[Watched], width: int, height: int
) -> list[Row]:
    """Return a heading, a line for each watched number, as many as fit, and how many more there are."""
    rows: list[Row] = [rule("watched", width, after="W: curves")]
    shown = watches if len(watches) < height else watches[: max(0, height - 2)]
    for one in shown:
        value = value_at(trace, one.meaning, cursor.step)
        row: Row = (
            (f" {shortened(symbol_of(one.text) or one.text, _NAME):{_NAME}} ", "symbol"),
            _shown(value),
            *_bars(trace, cursor, one.history, width - _NAME - _VALUE - 4),
        )
        rows.append(clip(row, width))
    if len(shown) < len(watches):
        rows.append(((f" … {len(watches) - len(shown):,} more", "dim"),))
    return rows[:height]


def _shown(value: float | None) -> Run:
    text = UNKNOWN if value is None else numeral(value, _VALUE - 1)
    return f"{text:{_VALUE}}", "unknown" if value is None else sign_style(value)


def _bars(trace: Trace, cursor: Cursor, history: History, cells: int) -> Row:
    """Return a bar of a cell for each stretch of iterations: its last value between smallest and largest."""
    values, stride = history.curve.values(), history.curve.stride
    if history.low is None or history.high is None or cells < 4:
        return ()
    last = trace.iterations - 1
    span = history.high.value - history.low.value
    here = _cell(trace.schedule.site(cursor.step).iteration, last, cells)
    runs: list[Run] = []
    for cell in range(cells):
        stop = len(values) if cell == cells - 1 else -(-(cell + 1) * (last + 1) // cells // stride)
        place = min(max(stop - 1, 0), len(values) - 1)
        known = place * stride >= cell * (last + 1) // cells and np.isfinite(values[place])
        share = (float(values[place]) - history.low.value) / span if known and span else 0.0
        runs.append((upright(share, 1) if known else " ", "focus" if cell == here else "loss"))
    return tuple(runs)


def _cell(iteration: int, last: int, cells: int) -> int:
    return min(cells - 1, iteration * cells // (last + 1))


def watches_rows(
    trace: Trace, cursor: Cursor, watches: Sequence[Watched], width: int, height: int
) -> list[Row]:
    """Return a curve for each watched number over the iterations, with the present one marked."""
    if not watches:
        return [rule("watched", width), *paragraph(_NONE, width)][:height]
    iteration = trace.schedule.site(cursor.step).iteration
    lines = max(2, (height - 3) // len(watches))
    canvas = Canvas(width, height)
    canvas.write(1, 0, "watched", "heading")
    canvas.write(_LEFT, 0, f"iterations 1 to {trace.iterations:,} · V, :drop 1 takes one away", "dim")
    columns, last = width - _LEFT - 2, trace.iterations - 1
    axis = Axis(0, last, max(1, columns), _LEFT)
    here = axis.cell(iteration)
    for place, one in enumerate(watches):
        top = 1 + place * lines
        if top + 1 >= height - 1:
            canvas.write(1, height - 1, f"… {len(watches) - place:,} more", "dim")
            break
        _left(canvas, top, place, one, value_at(trace, one.meaning, cursor.step), lines)
        if columns > 2:
            _curve(canvas, one.history, axis, top, lines - (lines > 2), here)
    canvas.write(here, height - 1, "▲", "focus")
    label = f"iteration {iteration + 1:,}"
    canvas.write(
        here + 2 if here + 2 + len(label) < width else here - len(label) - 1, height - 1, label, "focus"
    )
    return canvas.rows()


def _left(canvas: Canvas, top: int, place: int, one: Watched, value: float | None, lines: int) -> None:
    """Write the name of a watched number, what it is now, and when it was smallest and largest."""
    (text, style), symbol = _shown(value), symbol_of(one.text)
    canvas.write(1, top, shortened(f"{place + 1}. {symbol or one.text}", _LEFT - 2), "symbol")
    end = canvas.write(3, top + 1, text.strip(), style)
    if symbol and end + 3 + len(one.text) <= _LEFT:  # else its symbol has to do
        canvas.write(end + 2, top + 1, one.text, "dim")
    if lines > 3:
        canvas.write(3, top + 2, _extreme("least", one.history.low), "dim")
        canvas.write(3, top + 3, _extreme("most", one.history.high), "dim")


def _extreme(word: str, one: Extreme | None) -> str:
    return "" if one is None else f"{word} {numeral(one.value)} at {one.iteration + 1:,}"


def _curve(canvas: Canvas, history: History, axis: Axis, top: int, lines: int, here: int) -> None:
    values = history.curve.values()
    if (scale := scale_of(values, logarithmic=False)) is not None:
        dots = dots_of(values, 0, history.curve.stride, axis, scale, lines)
        dots.draw(canvas, axis.left, top, lambda x: "focus" if axis.left + x == here else "loss")
