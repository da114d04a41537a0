"""What is known by now, and what does this step touch?

A column for each layer, between two layers the weights; · is what has not been computed yet. Sign and size
are text. At an update of a whole batch what it has given stands here: no sample is worked on.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from engine.looking.cursor import active_layer
from engine.looking.known.contributions import heard_beside
from engine.looking.known.numbers import Known
from engine.looking.known.told import heard_called, layer_called
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
    _draw_titles(canvas, known, plan)
    ends = [draw_column(canvas, known, column) for column in plan.columns]
    for place, (left, right) in enumerate(itertools.pairwise(plan.columns)):
        draw_gap(canvas, known, plan.gaps[place], left, right, ends[place])
    for column in plan.columns:
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


def _draw_titles(canvas: Canvas, known: Known, plan: Plan) -> None:
    """Write what each layer is called above its letters: in one form for all, the longest that has room."""
    last, right = known.trace.shapes.layers, plan.columns[-1]
    ends = [gap.x + (2 * gap.buses if gap.whole else 1) - 2 for gap in plan.gaps]
    ends.append(canvas.width - 2 * (right.layer < last) if plan.target is None else plan.target - 2)
    if right.layer > last and heard_beside(known, right.layer) is not None:
        canvas.write(right.x, 0, "time after", "title")
    columns = [column for column in plan.columns if column.layer <= last]
    rooms = [end - column.letter for column, end in zip(columns, ends, strict=False)]
    called = [layer_called(known, column.layer) for column in columns]
    if columns[-1].layer == last and columns[-1].shape.boxed:
        called[-1] = [f"{name} · target" for name in called[-1]]
    forms = [*zip(*called, strict=True)]
    fits = (all(len(name) <= room for name, room in zip(form, rooms, strict=True)) for form in forms)
    form = next((form for form, fit in zip(forms, fits, strict=True) if fit), forms[-1])
    for column, name, room in zip(columns, form, rooms, strict=True):
        heard = heard_called(known, column.layer) if column.heard else ""
        longer = f"{name}, {heard}" if heard else name
        style = "active-title" if column.layer == active_layer(known.trace, known.step) else "title"
        canvas.write(column.letter, 0, longer if len(longer) <= room else shortened(name, room), style)
