"""Without sequences: how does the size of the error change from layer to layer on its way back?"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from engine.facts.right import right_along, rightly
from engine.facts.unrolled.gain import through_layers
from engine.facts.unrolled.through_time import sizes
from engine.looking.cursor import active_layer
from tui.draw.kit.bars import bar
from tui.draw.kit.numbers import UNKNOWN, WRONG, counted, numeral, power
from tui.draw.kit.rows import Row, Run, clip, rule
from tui.draw.kit.window import around
from tui.draw.time.error_size import Scale, gain_words, most_words, scale_of

if TYPE_CHECKING:
    from engine.looking.cursor import Cursor
    from engine.run.tracing import Trace

ONE_TIME = (
    "There is one time only: these data are no sequences, so all of every error comes from above and nothing "
    "from the future. Lessons 12 to 14, bptt, counting and elman have several times."
)
_LABEL, _SIZE, _RIGHT, _FACTOR, _MOST_BAR = 10, 10, 11, 16, 60


def depth_rows(trace: Trace, cursor: Cursor, width: int, height: int) -> list[Row]:
    """Return ‖δ‖ of each layer as a bar, the last on top, with the factor of each layer back."""
    step, layers, room = cursor.step, trace.shapes.layers, max(1, height - 2)
    active = active_layer(trace, step)
    count = min(layers, room)
    shown = around(layers - active, layers, count)
    found = {layer: sizes(trace, step, layer).at(0) for layer in range(1, layers + 1)}
    straight = rightly(trace, step)
    through = through_layers(trace, step, 0)
    scale = scale_of([value for value in found.values() if value is not None])
    rights = {
        layer: right_along(sizes(trace, step, layer), straight and sizes(*straight, layer))(0)
        for layer in found
    }
    reserved = _RIGHT if any(right is not None for right in rights.values()) else 0
    room_for_bar = max(1, min(_MOST_BAR, width - _LABEL - _SIZE - reserved - _FACTOR - 4))
    rows = [rule("size ‖δ‖ of the error in each layer", width, after="bars: log scale")]
    for layer in (layers - place for place in shown):
        value, factor = found[layer], through.each.at(layer)
        text = "" if factor is None else f"× {numeral(factor)}"
        here = layer == active
        drawn, style = _bar(value, scale, room_for_bar)
        size = (UNKNOWN if value is None else numeral(value)).rjust(_SIZE)
        row: Row = (
            (f" {'▸' if here else ' '} δ{layer}".ljust(_LABEL), "chosen" if here else "title"),
            (size, "unknown" if value is None else "strong"),
            *_right(rights[layer], reserved),
            (text.rjust(_FACTOR - 2) + "  ", "value"),
            (drawn, style),
        )
        rows.append(clip(row, width))
    if layers > 1:
        tail: Row = ()
        if through.error is not None:
            steps = counted(through.error.steps, "layer")
            tail = ((f"  (geometric mean; over {steps} × {power(through.error.log, 9)})", "dim"),)
        rows.append(clip(((" ", ""), *gain_words(through, "layer"), *tail), width))
        if through.most is not None:
            rows.append(clip(((" ", ""), *most_words(through.most)), width))
    return rows[:height]


def _right(value: float | None, cells: int) -> Row:
    """Return what the size should be, in so many cells; blank where it is that."""
    if value is None:
        return ((" " * cells, ""),)
    return ((f" {WRONG} ", "warning"), (numeral(value, cells - 3).ljust(cells - 3), "strong"))


def _bar(value: float | None, scale: Scale | None, cells: int) -> Run:
    """Return a bar that lies on its side, at least one cell long."""
    if value is None or scale is None or not math.isfinite(value) or value == 0.0:
        return "", ""
    return "█" + bar(scale.share(value), cells - 1), "done-backward"
