"""How does the loss go, small: the curve so far beside everything else, with a dot where we are?

View 4 has it large. It is drawn once for as many losses as there are; a step moves at most the dot.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from engine.facts.losses import FAR, with_theirs
from tui.draw.kit.numbers import WRONG, numeral
from tui.draw.kit.panels import Panel
from tui.draw.kit.plot import Axis, Scale, dots_of
from tui.draw.kit.rows import Canvas

if TYPE_CHECKING:
    from engine.arrays import Array
    from engine.looking.cursor import Cursor
    from engine.run.curve import Curve
    from engine.run.tracing import Trace
    from tui.draw.kit.dots import Dots

_LABELS = 9  # cells before the curve


class _Drawn(NamedTuple):
    """A curve, the losses at its top and foot, where each loss lies between them, and the scale's name."""

    dots: Dots
    high: float
    low: float
    shares: Array
    scale: str


def small_loss(trace: Trace, cursor: Cursor, width: int, height: int) -> Panel:
    """Return the curve of the losses computed so far, with a mark at the present iteration."""
    canvas = Canvas(width, height)
    losses, last = trace.losses, trace.iterations - 1
    iteration = trace.schedule.site(cursor.step).iteration
    columns, lines = width - _LABELS - 1, height - 1
    place = iteration // losses.stride
    drawn = _drawn(losses, len(losses), last, columns, lines) if len(losses) and lines > 1 else None
    if drawn is None:
        canvas.write(1, 0, "no iteration is computed yet", "dim")
        return Panel("4 loss", canvas.rows())
    for line in range(lines):
        canvas.write(_LABELS - 1, line, "│", "rule")
    for line, loss in ((0, drawn.high), (lines - 1, drawn.low)):
        canvas.write(0, line, numeral(loss, _LABELS - 2).rjust(_LABELS - 1), "dim")
        canvas.write(_LABELS - 1, line, "┤", "rule")
    here = Axis(0, last, columns).dot(iteration) // 2
    drawn.dots.draw(canvas, _LABELS, 0, lambda x: "loss" if x <= here else "future")
    told = f"{iteration + 1:,} of {last + 1:,}"
    if place < len(drawn.shares):
        share = float(drawn.shares[place])
        if math.isfinite(share):
            canvas.write(_LABELS + here, round((1.0 - share) * (lines - 1)), "●", "chosen")
        told = f"{numeral(float(losses.values()[place]))} at iteration {told}"
    if len(told) > width - 2:
        told = told.replace("iteration ", "")
    x = canvas.write(max(1, min(_LABELS, width - 1 - len(told))), lines, told, "dim") - len(told)
    other = with_theirs(trace, iteration)
    if other is not None and other.value is not None:
        canvas.write(x - 1, lines, WRONG, "warning")
    return Panel("4 loss", canvas.rows(), scale=drawn.scale)


@lru_cache(maxsize=2)
def _drawn(losses: Curve, held: int, last: int, columns: int, lines: int) -> _Drawn | None:
    """Return the curve of the first `held` losses; None where none is finite."""
    values = losses.values()[:held]
    finite = values[np.isfinite(values)]
    if not len(finite):
        return None
    high, low = float(finite.max()), float(finite.min())
    logarithmic = 0.0 < low < high / FAR
    foot, top = (math.log10(low), math.log10(high)) if logarithmic else (low, high)
    # Where all are the same they lie at the foot.
    scale = Scale(foot, top if high > low else foot + max(1.0, abs(foot)), logarithmic)
    shares = np.clip(scale.share(values), 0.0, 1.0)
    dots = dots_of(shares, 0, losses.stride, Axis(0, last, columns), lines)
    return _Drawn(dots, high, low, shares, "log scale" if logarithmic else "")
