"""How do two runs stand side by side: both losses in one picture, and the parameters that differ most?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.facts.losses import falls_far
from engine.numerals import apart
from tui.draw.branches.tree import name_of
from tui.draw.kit.numbers import aligned, numeral, sign_style
from tui.draw.kit.plot import LABELS, Axis, dots_of, draw_axes, scale_of, usable_of
from tui.draw.kit.rows import Canvas, Row

if TYPE_CHECKING:
    from engine.branching.parted import Parted
    from engine.branching.tree import Runs

_LEAST_COLUMNS, _LEAST_LINES = 12, 3
_LABEL = 7


def curves_rows(runs: Runs, beside: int, iteration: int, width: int, height: int) -> list[Row]:
    """Return the losses of the run here and of another in one picture; each curve bears its number."""
    places = [place for place in (beside, runs.at) if runs.entries[place].trace.computed > 0]
    columns, lines = width - LABELS - 2 - _LABEL, height - 2
    if columns < _LEAST_COLUMNS or lines < _LEAST_LINES or not places:
        return []
    traces = [runs.entries[place].trace for place in places]
    logarithmic = any(map(falls_far, traces))
    losses = [run.losses.values() for run in traces]
    values = [np.where(usable_of(one, logarithmic=logarithmic), one, np.nan) for one in losses]
    every = np.concatenate([one[np.isfinite(one)] for one in values])
    if not len(every):
        return []
    canvas = Canvas(width, height)
    scale, axis = scale_of(every, logarithmic=logarithmic), Axis(0, traces[0].iterations - 1, columns)
    draw_axes(canvas, scale, axis, lines, top=0)
    ends: list[tuple[int, int]] = []
    for run, curve, style in zip(traces, values, ("future", "loss")[-len(traces) :], strict=True):
        dots_of(scale.share(curve), 0, run.losses.stride, axis, lines).draw(canvas, axis.left, 0, style)
        end = float(np.nan_to_num(scale.share(curve[-1:])[0]))
        line = round((1.0 - min(1.0, max(0.0, end))) * (lines - 1))
        ends.append((axis.cell(run.computed - 1) + 1, line))
    if len(ends) == 2 and ends[0][1] == ends[1][1]:
        ends[0] = ends[0][0], ends[0][1] + (1 if ends[0][1] < lines - 1 else -1)
    for place, (x, line), style in zip(places, ends, ("dim", "loss")[-len(ends) :], strict=True):
        canvas.write(x, line, f" {name_of(place)}", style)
    x = axis.cell(iteration)
    canvas.write(x, lines + 1, "▲", "focus")
    canvas.write(x + 2, lines + 1, f"iteration {iteration + 1:,}", "focus")
    return canvas.rows()


def list_rows(found: Parted, names: tuple[str, str], height: int) -> list[Row]:
    """Return the parameters that differ most, with their values in both runs, as many as fit."""
    shown = found.largest[: max(0, height - 2)]
    if not shown:
        return [(("No parameter differs yet." if not found.largest else "", "words"),)]
    digits = [apart(one.one, one.other) for one in shown]
    columns = [
        aligned([numeral(getattr(one, side), digits=many) for one, many in zip(shown, digits, strict=True)])
        for side in ("one", "other")
    ]
    columns.append(aligned([numeral(one.one - one.other) for one in shown]))
    widths = [max(len(column[0]), 9) for column in columns]
    head = "".join(f"  {one:>{width}}" for one, width in zip((*names, "by"), widths, strict=True))
    rows: list[Row] = [((f"{'':10}{head}", "title"),)]
    for place, one in enumerate(shown):
        values = one.one, one.other, one.one - one.other
        texts = (f"  {column[place]:>{width}}" for column, width in zip(columns, widths, strict=True))
        numbers = zip(texts, map(sign_style, values), strict=True)
        rows.append(((f"{one.symbol:10}", "symbol"), *numbers))
    more = found.differ - len(shown)
    many = f"and {more:,} more of" if more else f"{found.differ:,} of"
    return [*rows, ((f"{many} {found.numbers:,} parameters differ", "dim"),)]
