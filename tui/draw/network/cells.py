"""How are the units of a layer drawn that are too many for a row each, and how inputs that are a picture?

As cells: each a unit, or the largest of a few of them. The one that is looked at stands out, and each answers
to a click.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.facts.number import Number, Traced
from engine.looking.known.contributions import read_or_formed
from tui.draw.kit.numbers import UNKNOWN
from tui.draw.kit.shades import LOOKS, block_at, blocks_of, levels_of, scale_of
from tui.draw.marks import linked, write_number

if TYPE_CHECKING:
    from engine.arrays import Array
    from engine.looking.known.numbers import Known
    from engine.order.quantities import Quantity
    from tui.draw.kit.rows import Canvas, Row, Run
    from tui.draw.network.plan import Column, Gap, Grid

_HALVES = " ▄▀█"


def draw_cells(canvas: Canvas, known: Known, column: Column) -> None:
    """Draw all units of a layer as cells: a picture, or a strip of activations and one of deltas."""
    layer, x = column.layer, column.x
    unit = known.cursor.units[layer] if layer else known.pixel
    if column.picture is not None:
        data, pixels = known.trace.scenario.data, Number(known.reference("input", 0), (unit,))
        values = known.array("input", 0)
        assert values is not None
        assert data.shape is not None
        picture, bright = values.reshape(data.shape), bool((values >= 0.0).all())
        rows = _rows(known, pixels, picture, column.picture, scale_of(data.inputs), halves=bright)
        canvas.block(x, 1 + column.picture.top, rows)
        return
    grid = column.grid
    assert grid is not None
    letter = "h" if layer and known.trace.shapes.recurrent[layer - 1] else "a"
    strips: list[tuple[str, Quantity]] = [(letter, "activation"), ("δ", "delta")]
    for strip, (name, quantity) in enumerate(strips if layer else [("x", "input")]):
        y, reference = 1 + grid.top + strip * grid.lines, known.reference(quantity, layer)
        canvas.write(x, y, name, "dim")
        values = known.at(reference)
        if values is None:
            canvas.write(x + 2, y, UNKNOWN, "unknown")
        else:
            units = Number(reference, (unit,))
            canvas.block(x + 2, y, _rows(known, units, _wrapped(values, grid), grid, scale_of(values)))


def draw_weights(canvas: Canvas, known: Known, gap: Gap, left: Column) -> None:
    """Draw the weights of the neuron of layer 1 that is looked at as a picture, or what is formed of them."""
    shape, picture = known.trace.scenario.data.shape, left.picture
    assert shape is not None
    assert picture is not None
    to, unit = known.cursor.units[1], known.pixel
    name, reference = read_or_formed(known, 1)
    matrix = known.at(reference)
    assert matrix is not None
    delta = Traced(known.trace, Number(known.reference("delta", 1), (to,))).symbol
    signs = {"∂": [f"× {delta} =", "× δ ="], "Δ": [""]}.get(name[0], ["×"])
    x, room = left.x + picture.width, gap.number - left.x - picture.width
    sign = next((one for one in signs if len(one) + 2 <= room), signs[-1])
    canvas.write(x + (room - len(sign)) // 2, 1 + picture.middle, sign, "dim")
    values, chosen = matrix[to], Number(reference, (to, unit))
    rows = _rows(known, chosen, values.reshape(shape), picture, scale_of(values))
    canvas.block(gap.number, 1 + picture.top, rows)
    x, y = gap.number, 1 + left.rows[0]
    if name[0] not in "∂Δ":
        x = canvas.write(x, y, "W ", "dim")
    write_number(canvas, known, (x, y), reference, (to, unit))


def _wrapped(values: Array, grid: Grid) -> Array:
    """Return the values of a layer in rows of cells: where there are fewer cells, each is for a few units."""
    per_cell = -(-len(values) // (grid.lines * grid.across))
    wide = grid.across * per_cell
    padded = np.zeros(wide * -(-len(values) // wide))
    padded[: len(values)] = values
    return padded.reshape(-1, wide)


def _rows(
    known: Known, chosen: Number, values: Array, grid: Grid, scale: float, *, halves: bool = False
) -> list[Row]:
    """Return the cells of `values` [row, column]: an array, or that row of it which has the chosen number."""
    *first, unit = chosen.index
    array, wide = known.at(chosen.reference), values.shape[1]
    assert array is not None
    blocks = blocks_of(values, len(values), grid.lines, grid.across)
    here = block_at(blocks.tops, unit // wide), block_at(blocks.lefts, unit % wide)
    blocks.rows[here], blocks.columns[here] = divmod(unit, wide)
    levels = levels_of(values[blocks.rows, blocks.columns], scale)
    pairs = halves and -(-len(values) // len(blocks.tops)) == 2
    places = blocks.rows * wide + blocks.columns
    rows: list[Row] = []
    for top, line, entries in zip(blocks.tops, levels.tolist(), places.tolist(), strict=True):
        row: list[Run] = []
        for level, at in zip(line, entries, strict=True):
            sign, style = LOOKS[level]
            if pairs:
                sign = _half(values[top : top + 2, at % wide], scale)
            if at < array.shape[-1]:  # the last row of cells may not be full
                look = linked(known, "selected" if at == unit else style, chosen.reference, *first, at)
                row.append((sign * grid.cell, look))
        rows.append(tuple(row))
    return rows


def _half(pixels: Array, scale: float) -> str:
    """Return the sign of two pixels above each other: which are more than half as bright as can be."""
    upper, *lower = (pixels > scale / 2).tolist()
    return _HALVES[2 * upper + any(lower)]
