"""How do the wires run between two layers, and which way does the step go along them?

A wire has a row of its own for what stands on it. Heavy are those that this step reads, or forms, for the
neuron that is looked at.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from tui.draw.kit.wires import Piece, Wires
from tui.draw.network.weights import Weights

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.looking.known.numbers import Known
    from tui.draw.kit.rows import Canvas
    from tui.draw.network.plan import Column, Gap


class Path(NamedTuple):
    """Where a wire runs: its first cell and row, the bus, its own row, the join, its last row and cell."""

    start: int
    row: int
    bus: int
    own: int
    join: int
    into: int
    last: int
    heavy: bool


def draw_gap(
    canvas: Canvas, known: Known, gap: Gap, left: Column, right: Column, ends: Mapping[int, int]
) -> None:
    """Draw the weights between two columns; `ends` are the cells after the line of each unit on the left."""
    weights, paths = Weights(canvas, known, gap, left, right, ends), list[Path]()
    join, last = weights.join, weights.last
    for wire in gap.wires:
        own, heavy, row = 1 + wire.row, wire in weights.hot, 1 + left.row(wire.source)
        start = ends.get(wire.source, left.end) + (not left.shape.boxed or wire.source not in left.units)
        bus = gap.x + 2 * (wire.source if gap.whole else 0) if gap.whole or gap.back else start
        near = last if wire.to < right.size else right.x - 2  # what is heard of another time has no box
        paths.append(Path(start, row, bus, own, join, 1 + right.row(wire.to), near, heavy))
    if gap.picture is not None:
        from tui.draw.network.pictures import draw_weights

        draw_weights(canvas, known, gap, left, gap.picture)
        y, end = 1 + gap.picture.lines // 2, gap.number + gap.picture.width
        heavy = known.site.layer == 1 and known.site.kind != "delta" and not known.waits
        paths.append(Path(end, y, end, y, join, 1 + right.row(known.cursor.units[1]), last, heavy))
    for x, y, text, heavy in _laid(tuple(paths)):
        canvas.write(x, y, text, "wire-active" if heavy else "wire")
    weights.draw()
    # An arrow at the neuron that is looked at, only the way that the step goes.
    if known.waits:
        return
    if gap.picture is not None and known.site.kind == "gradient" and known.site.layer == 1:
        canvas.write(gap.number + gap.picture.width, 1 + gap.picture.lines // 2, "◄", "wire-active")
    elif gap.back and weights.hot:
        unit = known.cursor.units[left.layer]
        start = ends.get(unit, left.end) + (not left.shape.boxed)
        canvas.write(start, 1 + left.row(unit), "◄", "wire-active")
    elif known.site.kind == "forward" and known.site.layer == right.layer:
        canvas.write(last, 1 + right.row(known.cursor.units[right.layer]), "▸", "wire-active")


@lru_cache(maxsize=64)
def _laid(paths: tuple[Path, ...]) -> tuple[Piece, ...]:
    """Return all wires of a gap. Kept, as they are the same in the next iteration."""
    wires = Wires()
    for start, row, bus, own, join, into, last, heavy in paths:
        wires.across(start, bus, row, heavy=heavy, begins=True)
        wires.down(bus, min(row, own), max(row, own), heavy=heavy)
        wires.across(bus, join, own, heavy=heavy, begins=(start, row) == (bus, own))
        wires.down(join, min(into, own), max(into, own), heavy=heavy)
        wires.across(join, last, into, heavy=heavy, ends=True)
    return wires.pieces()
