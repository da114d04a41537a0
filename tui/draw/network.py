"""What is known by now, and what does this step touch?

A column for each layer, a block for each neuron with its activation, pre-activation and delta; · is
what has not been computed yet. Between two layers stand the weights of one neuron as a fan of wires:
into the neuron that is looked at on the way forward, out of it on the way back. Sign and size are
text; the neuron's disc fills with its activation.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, NamedTuple

from tui.draw.known import Known
from tui.draw.numbers import UNKNOWN, sign_style, signed
from tui.draw.rows import Canvas, Row

if TYPE_CHECKING:
    from engine.arrays import Array
    from engine.cursor import Cursor
    from engine.flow import Quantity
    from engine.tracing import Trace

DISCS = "○◔◑◕●"
"""An activation of 0, a quarter, a half, three quarters and all of the largest in its layer."""

_TARGET_CELLS = 11
_LEAST_NODE = 10


class Block(NamedTuple):
    """Where one neuron stands: its unit, its first row and the lines that it has."""

    unit: int
    row: int
    lines: int


class Column(NamedTuple):
    """Where one layer stands: its first cell, its width and its neurons; `above` and `below` are hidden."""

    layer: int
    x: int
    width: int
    blocks: tuple[Block, ...]
    above: int
    below: int


def network_rows(trace: Trace, cursor: Cursor, width: int, height: int) -> list[Row]:
    """Return the network at the cursor's step, in `width` x `height` cells."""
    canvas = Canvas(width, height)
    known = Known(trace, cursor)
    columns = lay_out(trace, cursor, width, height)
    for left, right in itertools.pairwise(columns):
        _draw_gap(canvas, known, left, right)
    for column in columns:
        _draw_column(canvas, known, column)
    if columns and columns[-1].layer == trace.shapes.layers:
        _draw_targets(canvas, known, columns[-1])
    if columns and columns[0].layer > 0:
        canvas.write(columns[0].x + columns[0].width, 0, "‹", "strong")  # beside the layer's title
    if columns and columns[-1].layer < trace.shapes.layers:
        canvas.write(width - 1, 0, "›", "strong")
    return canvas.rows()


def lay_out(trace: Trace, cursor: Cursor, width: int, height: int) -> list[Column]:
    """Return the place of every visible layer and neuron; the mouse uses it too."""
    sizes = trace.scenario.network.sizes
    layers = len(sizes)
    active = trace.schedule.site(cursor.step).layer or layers - 1
    most = max(2, (width - _TARGET_CELLS + 6) // (_LEAST_NODE + 6))
    first = 0
    if layers > most:
        first = max(0, min(active - most // 2, layers - most))
    shown = range(first, min(layers, first + most))
    room = width - (_TARGET_CELLS if shown.stop == layers else 2)
    gaps = max(1, len(shown) - 1)
    # Neurons want 12 cells; what is left goes to the gaps, then back to the neurons.
    node = max(_LEAST_NODE, min(12, (room - gaps * 6) // len(shown)))
    gap = max(2, min(24, (room - node * len(shown)) // gaps))
    node = max(node, min(24, (room - gap * gaps) // len(shown)))
    left = max(0, (room - node * len(shown) - gap * gaps) // 2)
    return [
        _column(layer, left + place * (node + gap), node, sizes[layer], cursor.units[layer], height)
        for place, layer in enumerate(shown)
    ]


def _column(layer: int, x: int, width: int, units: int, looked_at: int, height: int) -> Column:
    room = max(1, height - 1)
    lines = max(1, min(3, room // units))
    step = lines + 1 if lines > 1 and (lines + 1) * units - 1 <= room else lines
    if units * lines <= room:
        top = 1 + (room - (step * (units - 1) + lines)) // 2
        blocks = tuple(Block(unit, top + unit * step, lines) for unit in range(units))
        return Column(layer, x, width, blocks, 0, 0)
    # A window of the layer, with a line above and below that counts what is hidden.
    visible = max(1, room - 2)
    first = max(0, min(looked_at - visible // 2, units - visible))
    blocks = tuple(Block(unit, 2 + unit - first, 1) for unit in range(first, min(units, first + visible)))
    return Column(layer, x, width, blocks, first, max(0, units - first - visible))


def _draw_column(canvas: Canvas, known: Known, column: Column) -> None:
    layer = column.layer
    network = known.trace.scenario.network
    active = known.site.layer == layer or (known.site.kind == "loss" and layer == known.trace.shapes.layers)
    if layer == 0:
        title = "input"
    else:
        title = f"{layer} {network.layers[layer - 1].activation}"
        if network.layers[layer - 1].recurrent:
            title += " ↻"
        if len(title) + 6 <= column.width:
            title = f"layer {title}"
    canvas.write(column.x, 0, title[: column.width], "active-title" if active else "title")
    if column.above:
        canvas.write(column.x, 1, f"↑ {column.above} more", "dim")
    if column.below:
        canvas.write(column.x, canvas.height - 1, f"↓ {column.below} more", "dim")
    quantity: Quantity = "input" if layer == 0 else "activation"
    activation = known.array(quantity, layer)
    largest = 0.0 if activation is None else float(abs(activation).max())
    for block in column.blocks:
        looked_at = known.cursor.units[layer] == block.unit
        mark = "focus" if looked_at and active else "disc"
        disc = "○" if activation is None else _disc(float(activation[block.unit]), largest)
        canvas.write(column.x, block.row, disc, mark)
        for line, (name, wanted) in enumerate(_lines(layer, block.lines, known)):
            _draw_value(canvas, known, column, block, line, name, wanted)


def _lines(layer: int, lines: int, known: Known) -> list[tuple[str, Quantity]]:
    """Return the names and quantities that a neuron's lines show."""
    if layer == 0:
        return [("x", "input")]
    name = "h" if known.trace.shapes.recurrent[layer - 1] else "a"
    if lines == 1:
        # One line: the delta on the way back, the activation before.
        back = known.array("delta", layer) is not None or known.site.kind == "update"
        return (
            [("δ", "delta")] if back and known.array("delta", layer) is not None else [(name, "activation")]
        )
    if lines == 2:
        return [(name, "activation"), ("δ", "delta")]
    return [(name, "activation"), ("z", "pre_activation"), ("δ", "delta")]


def _draw_value(
    canvas: Canvas, known: Known, column: Column, block: Block, line: int, name: str, wanted: Quantity
) -> None:
    array = known.array(wanted, column.layer)
    y = block.row + line
    canvas.write(column.x + 2, y, name, "dim")
    if array is None:
        canvas.write(column.x + 5, y, UNKNOWN, "unknown")
        return
    value = float(array[block.unit])
    style = sign_style(value)
    if known.wrote(wanted, column.layer):
        style = f"new-{style}"
    elif known.read(wanted, column.layer):
        style = f"read-{style}"
    canvas.write(column.x + 4, y, signed(value, min(8, column.width - 4)).ljust(8), style)


def _disc(value: float, largest: float) -> str:
    if not value or not largest or value != value:
        return DISCS[0]
    return DISCS[max(0, min(4, round(4 * abs(value) / largest)))]


def _draw_targets(canvas: Canvas, known: Known, column: Column) -> None:
    x = column.x + column.width + 1
    if not known.trace.shapes.has_target[known.sample, known.time]:
        canvas.write(x, 0, "no target", "dim")
        return
    canvas.write(x, 0, "target", "active-title" if known.site.kind == "loss" else "title")
    target, terms = known.array("target", None), known.array("terms", None)
    assert target is not None
    for block in column.blocks:
        used = known.read("target", None)
        canvas.write(
            x, block.row, "y " + signed(float(target[block.unit]), 7), "read-zero" if used else "target"
        )
        if block.lines > 1:
            canvas.write(x, block.row + 1, "C", "dim")
            text = UNKNOWN if terms is None else signed(float(terms[block.unit]), 7)
            style = "unknown" if terms is None else "new-zero" if known.site.kind == "loss" else "loss"
            canvas.write(x + 2, block.row + 1, text.rjust(7) if terms is not None else "  ·", style)


def _draw_gap(canvas: Canvas, known: Known, left: Column, right: Column) -> None:
    """Draw the weights between two layers as the fan of one neuron."""
    layer = right.layer
    weights = known.array("weights", layer)
    assert weights is not None
    x, end = left.x + left.width, right.x
    backward = known.site.kind == "delta" and known.site.layer == left.layer
    forward = known.site.layer == layer and known.site.kind in ("forward", "gradient", "update")
    style = "wire-active" if backward or forward else "wire"
    if backward:
        hub = _block_of(left, known.cursor.units[left.layer])
        spokes = [(block, weights[block.unit, hub.unit]) for block in right.blocks]
    else:
        hub = _block_of(right, known.cursor.units[right.layer])
        spokes = [(block, weights[hub.unit, block.unit]) for block in left.blocks]
    shown, mark = _edge_numbers(known, layer, weights)
    bus = x + 1 if backward else end - 2
    if end - x < 4:
        return
    _draw_bus(canvas, bus, hub.row, [block.row for block, _ in spokes], style)
    for block, weight in spokes:
        index = (block.unit, hub.unit) if backward else (hub.unit, block.unit)
        value = float(weight if shown is None else shown[index])
        start, stop = (bus + 1, end) if backward else (x, bus)
        for place in range(start, stop):
            canvas.wire(place, block.row, "EW", style)
        canvas.wire(bus, block.row, "E" if backward else "W", style)
        if stop - start >= 5:
            text = signed(value, min(8, stop - start - (2 if stop - start >= 9 else 0))).strip()
            middle = start + max(0, (stop - start - len(text) - len(mark)) // 2)
            tint = ("edge-" if backward or forward else "far-") + sign_style(value)
            canvas.write(middle, block.row, mark + text, tint)
    if backward:
        canvas.wire(bus, hub.row, "W", style)
        canvas.write(x, hub.row, "◀", style)
    else:
        canvas.wire(bus, hub.row, "E", style)
        canvas.write(end - 1, hub.row, "▶", style)


def _edge_numbers(known: Known, layer: int, weights: Array) -> tuple[Array | None, str]:
    """Return what the wires into a layer show instead of its weights, and a mark before each number."""
    if known.site.layer == layer and known.site.kind == "gradient":
        return known.array("weight_gradient", layer), "∇"
    if known.site.layer == layer and known.site.kind == "update":
        return weights, "→"
    return None, ""


def _draw_bus(canvas: Canvas, x: int, hub: int, rows: list[int], style: str) -> None:
    top, bottom = min([hub, *rows]), max([hub, *rows])
    for y in range(top, bottom + 1):
        if y > top:
            canvas.wire(x, y, "N", style)
        if y < bottom:
            canvas.wire(x, y, "S", style)


def _block_of(column: Column, unit: int) -> Block:
    """Return the block of a unit; the nearest visible one if it is out of the window."""
    return min(column.blocks, key=lambda block: abs(block.unit - unit))
