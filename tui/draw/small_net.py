"""How does a network look in a few lines: its layers, its neurons and what is between them?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.draw.kit.rows import Canvas, Row
from tui.draw.kit.wide import shortened

if TYPE_CHECKING:
    from engine.scenario import Network

_NEURON, _MORE = "○", ":"
_GAP = 5


def small_net(network: Network, width: int, height: int) -> list[Row]:
    """Return a column of neurons for each layer, as many as fit, and below them how many there are."""
    sizes = network.sizes[: max(1, (width + _GAP) // (1 + _GAP))]
    lines = max(1, height - 1)
    tallest = min(max(sizes), lines)
    canvas = Canvas(width, tallest)
    rows = [_rows(size, tallest) for size in sizes]
    for place, size in enumerate(sizes):
        x = place * (1 + _GAP)
        if place + 1 < len(sizes):
            _wires(canvas, x + 1, rows[place], rows[place + 1])
        for y in rows[place]:
            hidden = size > len(rows[place]) and y == rows[place][-1]
            canvas.write(x, y, _MORE if hidden else _NEURON, "strong")
    names = " → ".join(
        [f"{network.inputs:,} in"]
        + [f"{layer.units:,} {layer.activation}{' ↻' if layer.recurrent else ''}" for layer in network.layers]
    )
    return [*canvas.rows(), ((shortened(names, width), "dim"),)]


def _rows(size: int, tallest: int) -> range:
    """Return the rows of a layer's neurons, in the middle."""
    shown = min(size, tallest)
    top = (tallest - shown) // 2
    return range(top, top + shown)


def _wires(canvas: Canvas, x: int, left: range, right: range) -> None:
    """Draw every neuron of a layer into the next, by way of one line between them."""
    middle = x + _GAP // 2
    top, bottom = min(left.start, right.start), max(left.stop, right.stop) - 1
    canvas.down(middle, top, bottom, "wire")
    for rows, ends, cells in ((left, "W", range(x, middle)), (right, "E", range(middle + 1, x + _GAP))):
        for y in rows:
            canvas.wire(middle, y, ends, "wire")
            for cell in cells:
                canvas.wire(cell, y, "EW", "wire")
