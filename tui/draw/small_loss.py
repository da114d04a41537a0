"""How does the loss go, small: the curve so far beside everything else, with a dot where we are?

View 4 has it large. It is drawn once for as many losses as there are; a step moves at most the dot.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from engine.facts.losses import batch_means, batches_together, falls_far, latest_kept
from engine.kept import Kept
from engine.words.runs.losses import loss_with_yours, where_it_is
from tui.draw.kit.numbers import WRONG
from tui.draw.kit.panels import Panel
from tui.draw.kit.plot import Axis, dots_of, draw_here, draw_rest, draw_values, scale_of, tints
from tui.draw.kit.rows import Canvas

if TYPE_CHECKING:
    from engine.looking.cursor import Cursor
    from engine.run.tracing import Trace
    from tui.draw.kit.dots import Dots
    from tui.draw.kit.plot import Scale

_LABELS = 9  # cells before the curve


class _Drawn(NamedTuple):
    """A curve, what stands pale behind it, and its scale."""

    dots: Dots
    behind: Dots | None
    scale: Scale


_DRAWN: Kept[Trace, _Drawn | None] = Kept(1 << 16, lambda _: 1 << 14)
"""The curves of as many losses as there are; each takes some 16 KiB."""


def small_loss(trace: Trace, cursor: Cursor, width: int, height: int) -> Panel:
    """Return the curve of the losses computed so far, with a mark at the present iteration."""
    canvas = Canvas(width, height)
    losses, last, lines = trace.losses, trace.iterations - 1, height - 1
    iteration = trace.schedule.site(cursor.step).iteration
    axis = Axis(0, last, width - _LABELS - 1, _LABELS)
    many = batches_together(trace)
    drawn = None
    if len(losses) and lines > 1:
        key = len(losses), losses.stride, axis, lines
        drawn = _DRAWN.of(trace, key, lambda: _drawn(trace, axis, lines, many))
    if drawn is None:
        canvas.write(1, 0, "no iteration is computed yet", "dim")
        return Panel("4 loss", canvas.rows())
    draw_values(canvas, drawn.scale, axis, lines, 0)
    if drawn.behind is not None:
        drawn.behind.draw(canvas, axis.left, 0, "wire")
    past = axis.cell(iteration) - axis.left if drawn.behind is None else axis.columns
    drawn.dots.draw(canvas, axis.left, 0, tints(past, "loss"))
    draw_rest(canvas, axis, trace.computed, lines - 1)
    kept = latest_kept(trace, iteration) if iteration < trace.computed else None
    if kept is not None:
        draw_here(canvas, axis, drawn.scale, kept, lines, 0)
    told = where_it_is(trace, kept, iteration, width - 2)
    x = canvas.write(max(1, min(_LABELS, width - 1 - len(told))), lines, told, "dim") - len(told)
    if loss_with_yours(trace, iteration):
        canvas.write(x - 1, lines, WRONG, "warning")
    said = [f"mean of {many:,}"] * (drawn.behind is not None) + ["log scale"] * drawn.scale.logarithmic
    said += ["computing"] * (trace.computed <= last)
    return Panel("4 loss", canvas.rows(), scale=" · ".join(said))


def _drawn(trace: Trace, axis: Axis, lines: int, many: int) -> _Drawn | None:
    """Return the curve of the losses so far, or of means of so `many`; None where none is finite."""
    losses, values = trace.losses, trace.losses.values()
    scale = scale_of(values, logarithmic=falls_far(trace))
    if scale is None:
        return None
    dots = dots_of(values, 0, losses.stride, axis, scale, lines)
    if (means := batch_means(losses, many, 0, axis.last)) is None:
        return _Drawn(dots, None, scale)
    return _Drawn(dots_of(means.values, means.first, means.stride, axis, scale, lines), dots, scale)
