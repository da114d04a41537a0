"""Why can't this weight change yet? A line for each layer, and the reason for the active one.

The words are those of `engine.words.waits.waiting` and `engine.words.waits.must_wait`, in one form each. The
lines are a table, in which the same stands below the same; where there is room they tell more behind it.
"""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING

from engine.looking.cursor import active_layer, layers_around
from engine.words.waits.must_wait import of_this_step, reasons
from engine.words.waits.waiting import LEAST_DETAIL, MOST_DETAIL, Layer
from tui.draw.kit.numbers import WRONG
from tui.draw.kit.panels import Panel
from tui.draw.kit.rows import Row, clip, length, paragraph

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.looking.cursor import Cursor
    from engine.run.tracing import Trace
    from engine.words.waits.waiting import Sense
    from tui.draw.kit.rows import Style

_PARTS = 4  # the most cells of the shape that says how much of a gradient is there
_ROOM_FOR_GAUGE = 100  # cells
_ROOM_FOR_SENTENCE = 4  # rows from which the reason stays when not every layer has a line
_STYLES: dict[Sense, Style] = {
    "early": "warning",
    "false": "warning",
    "read": "symbol",
    "wait": "symbol",
    "safe": "safe",
    "changed": "done-update",
    "more": "dim",
}


def waiting_panel(trace: Trace, cursor: Cursor, width: int, height: int) -> Panel:
    """Return the lines and the reason beside a margin."""
    shown = _shown(trace, cursor, height)
    every = [Layer(trace, cursor.step, layer) for layer in shown]
    gauges = [_gauge(layer) for layer in every if width >= _ROOM_FOR_GAUGE]
    rows = _rows(trace, cursor, every, width - 2 - max(map(length, gauges), default=0), height)
    for line, gauge in enumerate(gauges):
        rows[line] = (*rows[line][:3], *gauge, *rows[line][3:])
    layers = trace.shapes.layers
    some = f" · layers {shown[-1]} to {shown[0]} of {layers}" if 0 < len(shown) < layers else ""
    return Panel(f"waiting{some}", [((" ", ""), *row) for row in rows])


def _gauge(layer: Layer) -> Row:
    """Return how much of a sum of gradients is there, as a shape to stand behind the words."""
    parts, full = layer.share(_PARTS)
    shape: Row = (" ", ""), ("■" * full, "done-backward"), ("□" * (parts - full), "unknown")
    return shape if parts > 1 else ()


def _shown(trace: Trace, cursor: Cursor, height: int) -> range:
    """Return the layers that have a line, around the active one, from the last of them down."""
    sentence = trace.shapes.layers > height >= _ROOM_FOR_SENTENCE
    return layers_around(trace, cursor.step, height - sentence)


def waiting_rows(trace: Trace, cursor: Cursor, width: int, height: int) -> list[Row]:
    """Return a line for each layer from L to 1 (around the active one), and why it must wait or not."""
    shown = [Layer(trace, cursor.step, layer) for layer in _shown(trace, cursor, height)]
    return _rows(trace, cursor, shown, width, height)


def _rows(trace: Trace, cursor: Cursor, shown: Sequence[Layer], width: int, height: int) -> list[Row]:
    """Return the lines of the layers that are shown, the active one among them, and its reason."""
    if not shown:
        return []
    active = next(layer for layer in shown if layer.number == active_layer(trace, cursor.step))
    rows = _table(shown, active, width)
    room = height - len(shown)
    told = [*reasons(active)] if room else []
    for layer in shown if room else ():
        if (now := of_this_step(layer)) and (layer is not active or layer.early):
            # The active layer's own reason is of a later step.
            together = [f"{now[0]} {reason}" for reason in told if layer is not active]
            told = [*together, *now, *told]
            break
    sentences = [paragraph(reason, width, margin=2) for reason in told]
    return [*rows, *next((sentence for sentence in sentences if len(sentence) <= room), [])]


def _table(shown: Sequence[Layer], active: Layer, width: int) -> list[Row]:
    """Return the lines of the layers with the most detail that fits in all of them."""
    for detail in range(MOST_DETAIL, LEAST_DETAIL - 1, -1):
        rows = _lines(shown, active, detail)
        if max(map(length, rows)) <= width:
            break
    return [clip(row, width) for row in rows]


def _lines(shown: Sequence[Layer], active: Layer, detail: int) -> list[Row]:
    states = [layer.state(detail) for layer in shown]
    label = max(len(layer.label) for layer in shown)
    gathered = max(len(layer.gathered) for layer in shown)
    columns = [max(len(told[0]) for told in column) for column in zip_longest(*states, fillvalue=("", ""))]
    rows: list[Row] = []
    for layer, state in zip(shown, states, strict=True):
        row: Row = (
            (layer.label.ljust(label), "chosen" if layer is active else "strong"),
            ("  ", ""),
            (layer.gathered.ljust(gathered), "symbol" if layer.weights.gathered else "unknown"),
        )
        for place, (text, sense) in enumerate(state, start=1):
            text = f"{WRONG} {text}" if sense == "false" else text
            text = text.ljust(columns[place - 1]) if place < len(state) else text
            row = (*row, (" · ", "dim"), (text, _STYLES[sense]))
        rows.append(row)
    return rows
