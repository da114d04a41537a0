"""Why can't this weight change yet? A line for each layer, and the reason for the active one.

Steps are numbered as the screen numbers them, from 1 over the whole run, samples from 1 within the
batch. All counts come from the engine; here they are put into words, the longest that fit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.looking.cursor import active_layer
from tui.draw.kit.rows import Row, clip, length
from tui.draw.kit.wide import paragraph
from tui.draw.reasons.waiting_layer import LEAST_DETAIL, MOST_DETAIL, Layer
from tui.draw.reasons.waiting_reasons import reasons

if TYPE_CHECKING:
    from engine.looking.cursor import Cursor
    from engine.run.tracing import Trace

_ROOM_FOR_SENTENCE = 4  # rows from which the reason stays when not every layer has a line


def waiting_rows(trace: Trace, cursor: Cursor, width: int, height: int) -> list[Row]:
    """Return a line for each layer from L to 1 (around the active one), and why it must wait or not."""
    if height <= 0:
        return []
    active, layers = active_layer(trace, cursor.step), trace.shapes.layers
    lines = min(layers, height)
    if layers > height >= _ROOM_FOR_SENTENCE:
        lines = height - 1
    top = max(lines, min(layers, active + lines // 2))
    shown = [Layer(trace, cursor.step, layer) for layer in range(top, top - lines, -1)]
    label = max(len(layer.label) for layer in shown)
    gathered = max(len(layer.gathered) for layer in shown)
    rows = [_line(layer, label, gathered, width, active=layer.number == active) for layer in shown]
    room = height - lines
    told = reasons(Layer(trace, cursor.step, active)) if room else ()
    sentences = [paragraph(reason, width, margin=2) for reason in told]
    return [*rows, *next((sentence for sentence in sentences if len(sentence) <= room), [])]


def _line(layer: Layer, label: int, gathered: int, width: int, *, active: bool) -> Row:
    """Return the line of a layer with the most detail that fits."""
    row: Row = ()
    for detail in range(MOST_DETAIL, LEAST_DETAIL - 1, -1):
        row = (
            (layer.label.ljust(label), "chosen" if active else "strong"),
            ("  ", ""),
            (layer.gathered.ljust(gathered), "symbol" if layer.weights.gathered else "unknown"),
        )
        for text in layer.state(detail):
            row = (*row, (" · ", "dim"), text)
        if length(row) <= width:
            return row
    return clip(row, width)
