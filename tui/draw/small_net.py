"""How does a network look in a few lines: its layers, its neurons and what is between them?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.draw.kit.rows import Canvas, Row
from tui.draw.kit.wide import shortened
from tui.draw.kit.wires import Wires

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
    wires = Wires()
    for place, size in enumerate(sizes):
        x = place * (1 + _GAP)
        if place + 1 < len(sizes):
            _lay(wires, x + 1, rows[place], rows[place + 1])
        for y in rows[place]:
            hidden = size > len(rows[place]) and y == rows[place][-1]
            canvas.write(x, y, _MORE if hidden else _NEURON, "strong")
    for x, y, text, _ in wires.pieces():
        canvas.write(x, y, text, "wire")
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


def _lay(wires: Wires, x: int, left: range, right: range) -> None:
    """Lay a wire from every neuron of a layer into the next, by way of one line between them."""
    middle = x + _GAP // 2
    wires.down(middle, min(left.start, right.start), max(left.stop, right.stop) - 1)
    for y in left:
        wires.across(x, middle, y, begins=True)
    for y in right:
        wires.across(middle, x + _GAP - 1, y, ends=True)
