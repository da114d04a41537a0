"""What is known by now, and what does this step touch?

A column for each layer, a block for each neuron; · is what has not been computed yet. Between two
layers stand the weights of one neuron as a fan of wires. Sign and size are text.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from engine.looking.cursor import active_layer
from tui.draw.kit.rows import Canvas, Row
from tui.draw.marks.known import Known
from tui.draw.network.whole import whole_rows

if TYPE_CHECKING:
    from engine.looking.cursor import Cursor
    from engine.run.tracing import Trace
    from tui.draw.network.layout import Column


def network_rows(trace: Trace, cursor: Cursor, width: int, height: int) -> list[Row]:
    """Return the network at the cursor's step, in `width` x `height` cells."""
    known = Known(trace, cursor)
    if (whole := whole_rows(known, width, height)) is not None:
        return whole
    # Imported where a network is not drawn whole: the first frame of most has no need of it.
    from tui.draw.network.layout import lay_out
    from tui.draw.network.neurons import draw_neurons, draw_targets
    from tui.draw.network.wires import draw_gap, first_heading, gap_between

    canvas = Canvas(width, height)
    columns = lay_out(known, width, height)
    gaps = [gap_between(known, left, right) for left, right in itertools.pairwise(columns)]
    for place, column in enumerate(columns):
        stop = gaps[place].bus if place < len(gaps) else column.x + column.width + 1
        ends = draw_neurons(canvas, known, column, stop - 1 - column.x - column.number)
        following = first_heading(known, gaps[place]) - 1 if place < len(gaps) else column.x + column.width
        title_end = _draw_title(canvas, known, column, following - column.x)
        if place < len(gaps):
            draw_gap(canvas, known, gaps[place], ends, title_end)
    if columns and columns[-1].layer == trace.shapes.layers:
        draw_targets(canvas, known, columns[-1])
    if columns and columns[0].layer > 0:
        canvas.write(max(0, columns[0].x - 2), 0, "‹", "strong")
    if columns and columns[-1].layer < trace.shapes.layers:
        canvas.write(width - 1, 0, "›", "strong")
    return canvas.rows()


def _draw_title(canvas: Canvas, known: Known, column: Column, room: int) -> int:
    """Draw the title of a column and how many units a window hides; return the cell after the title."""
    layer = column.layer
    if layer == 0:
        title = "input"
    else:
        mine = known.trace.scenario.network.layers[layer - 1]
        title = f"layer {layer} {mine.activation}{' ↻' if mine.recurrent else ''}"
        if len(title) > min(room, column.width + 3):
            title = title.removeprefix("layer ")
    active = layer == active_layer(known.trace, known.step)
    if column.above:
        canvas.write(column.x, 1, f"↑ {column.above:,} more", "dim")
    if column.below:
        canvas.write(column.x, canvas.height - 1, f"↓ {column.below:,} more", "dim")
    return canvas.write(column.x, 0, title[:room], "active-title" if active else "title")
