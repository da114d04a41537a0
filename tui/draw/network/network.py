"""What is known by now, and what does this step touch?

A column for each layer, between two layers the weights; · is what has not been computed yet. Sign and size
are text. At an update of a whole batch what it has given stands here: no sample is worked on.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from engine.looking.cursor import active_layer
from engine.looking.known.numbers import Known
from engine.looking.known.told import layer_called
from tui.draw.kit.rows import Canvas, Row, side_by_side
from tui.draw.kit.wide import shortened
from tui.draw.network.layout import lay_out
from tui.draw.network.neurons import draw_column, draw_names
from tui.draw.network.outputs import draw_outputs
from tui.draw.network.wires import draw_gap

if TYPE_CHECKING:
    from engine.looking.cursor import Cursor
    from engine.run.tracing import Trace
    from tui.draw.network.plan import Plan


def network_rows(trace: Trace, cursor: Cursor, width: int, height: int) -> list[Row]:
    """Return the network at the cursor's step, in `width` x `height` cells."""
    known = Known(trace, cursor)
    if known.is_of_batch:
        # Imported when there is an update: the first frame is none.
        from tui.draw.network.batch import batch_rows

        return batch_rows(known, width, height)
    plan = lay_out(known, width, height)
    if plan.columns[0].picture is None:
        return _drawn(known, plan, width, height).rows()
    from tui.draw.network.pictures import draw_gallery, gallery_of

    gallery = gallery_of(known, plan, width, height)
    left = 0 if gallery is None else gallery.width
    if left:
        plan = lay_out(known, width - left, height)
    canvas = _drawn(known, plan, width - left, height)
    beside = Canvas(left, height)
    if gallery is not None:
        draw_gallery(beside if left else canvas, known, gallery)
    return side_by_side(beside.rows(), canvas.rows(), left)


def _drawn(known: Known, plan: Plan, width: int, height: int) -> Canvas:
    """Return the neurons and wires of a plan."""
    trace, canvas = known.trace, Canvas(width, height)
    ends = [draw_column(canvas, known, column) for column in plan.columns]
    for place, (left, right) in enumerate(itertools.pairwise(plan.columns)):
        draw_gap(canvas, known, plan.gaps[place], left, right, ends[place])
    for place, column in enumerate(plan.columns):
        _draw_title(canvas, known, plan, place)
        if column.layer == 0 and trace.scenario.names.inputs:
            draw_names(canvas, known, column)
        if column.layer == trace.shapes.layers:
            draw_outputs(canvas, known, column, plan.target)
    first, last = plan.columns[0].layer, plan.columns[-1].layer
    if first > 0:
        canvas.write(0, 0, "‹", "strong")
    if last < trace.shapes.layers:
        canvas.write(width - 1, 0, "›", "strong")
    return canvas


def _draw_title(canvas: Canvas, known: Known, plan: Plan, place: int) -> None:
    column, layer = plan.columns[place], plan.columns[place].layer
    if layer > known.trace.shapes.layers:
        canvas.write(column.x, 0, "time after", "title")
        return
    after = _after(known, plan, place, canvas.width)
    style = "active-title" if layer == active_layer(known.trace, known.step) else "title"
    is_last = layer == known.trace.shapes.layers
    targets = " · target" if is_last and column.shape.boxed else ""
    titles = [f"{name}{targets}" for name in layer_called(known, layer, heard=bool(column.heard))]
    begins = ((title, _begin(canvas, column.x, title, after)) for title in titles)
    title, x = next(((title, x) for title, x in begins if x is not None), (titles[-1], column.x))
    canvas.write(x, 0, shortened(title, after - x), style)


def _begin(canvas: Canvas, wanted: int, title: str, after: int) -> int | None:
    """Return where a title begins, apart from the heading of the weights before it; None if it has no room.

    That is at its column or, where it needs that, further left or a little further right. A number at its
    beginning would be read as part of that heading if it stood near to it.
    """
    gap, first = 3 if title[0].isdigit() else 2, min(wanted, after - len(title))
    for x in range(first, min(wanted + gap, after - len(title) + 1)):
        left = max(0, x - gap)
        if (x == wanted or x >= gap) and canvas.is_free(left, 0, max(x, wanted) - left):
            return x
    return None


def _after(known: Known, plan: Plan, place: int, width: int) -> int:
    """Return the cell that the title of a column has to end before."""
    last = plan.columns[place].layer == known.trace.shapes.layers
    if last and plan.target is not None:
        return plan.target - 2
    if place < len(plan.gaps):
        return plan.gaps[place].number - 2
    return width - (0 if last else len(" ›"))
