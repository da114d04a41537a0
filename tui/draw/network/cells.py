"""How are the units of a layer drawn that are too many for a row each, and how inputs that are a picture?

As cells: each a unit, or the largest of a few of them. The one that is looked at stands out, and each answers
to a click.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.looking.contributions import formed_reference
from tui.draw.kit.numbers import UNKNOWN
from tui.draw.kit.shades import LOOKS, block_at, blocks_of, levels_of, scale_of
from tui.draw.marks import linked
from tui.draw.network.numbers import write_number

if TYPE_CHECKING:
    from engine.arrays import Array
    from engine.looking.known import Known
    from engine.order.quantities import Quantity, Reference
    from tui.draw.kit.rows import Canvas
    from tui.draw.network.plan import Column, Gap, Grid

_HALVES = " ▄▀█"


def draw_cells(canvas: Canvas, known: Known, column: Column) -> None:
    """Draw all units of a layer as cells: a picture, or a strip of activations and one of deltas."""
    layer = column.layer
    unit = known.cursor.units[layer] if layer else known.pixel
    if column.picture is not None:
        data, reference = known.trace.scenario.data, known.reference("input", 0)
        values, at = known.at(reference), (column.x, 1 + column.picture.top)
        assert data.shape is not None
        assert values is not None
        pixels, scale, bright = values.reshape(data.shape), scale_of(data.inputs), bool((values >= 0.0).all())
        _draw(canvas, known, reference, (), pixels, unit, column.picture, at, scale, halves=bright)
        return
    grid = column.grid
    assert grid is not None
    strips: list[tuple[str, Quantity]] = [("a", "activation"), ("δ", "delta")] if layer else [("x", "input")]
    for strip, (name, quantity) in enumerate(strips):
        x, y = column.x, 1 + grid.top + strip * grid.lines
        if layer and name == "a" and known.trace.shapes.recurrent[layer - 1]:
            name = "h"
        canvas.write(x, y, name, "dim")
        reference = known.reference(quantity, layer)
        values = known.at(reference)
        if values is None:
            canvas.write(x + 2, y, UNKNOWN, "unknown")
        else:
            _draw(
                canvas, known, reference, (), _wrapped(values, grid), unit, grid, (x + 2, y), scale_of(values)
            )


def draw_weights(canvas: Canvas, known: Known, gap: Gap, left: Column) -> None:
    """Draw the weights of the neuron of layer 1 that is looked at as a picture, or what is formed of them."""
    shape, picture = known.trace.scenario.data.shape, left.picture
    assert shape is not None
    assert picture is not None
    to, unit = known.cursor.units[1], known.pixel
    formed = known.site.layer == 1 and known.site.kind in ("gradient", "update")
    reference = formed_reference(known, 1) if formed else known.reference("weights", 1)
    matrix = known.at(reference)
    assert matrix is not None
    canvas.write(left.x + picture.across * picture.cell, 1 + picture.middle, "×", "dim")
    values, place = matrix[to].reshape(shape), (gap.number, 1 + picture.top)
    _draw(canvas, known, reference, (to,), values, unit, picture, place, scale_of(values))
    x, y = gap.number, 1 + left.rows[0]
    if not formed:
        x = canvas.write(x, y, "W ", "dim")
    write_number(canvas, known, (x, y), reference, (to, unit))


def _wrapped(values: Array, grid: Grid) -> Array:
    """Return the values of a layer in rows of cells: where there are fewer cells, each is for a few units."""
    per_cell = -(-len(values) // (grid.lines * grid.across))
    wide = grid.across * per_cell
    padded = np.zeros(wide * -(-len(values) // wide))
    padded[: len(values)] = values
    return padded.reshape(-1, wide)


def _draw(
    canvas: Canvas,
    known: Known,
    reference: Reference,
    first: tuple[int, ...],
    values: Array,
    unit: int,
    grid: Grid,
    place: tuple[int, int],
    scale: float,
    *,
    halves: bool = False,
) -> None:
    """Draw entries [row, column] in the cells of a grid; before their own index stand the `first` ones."""
    (left, top), wide = place, values.shape[1]
    array = known.at(reference)
    assert array is not None
    count = array.shape[-1]
    blocks = blocks_of(values, len(values), grid.lines, grid.across)
    here = block_at(blocks.tops, unit // wide), block_at(blocks.lefts, unit % wide)
    high, broad = -(-len(values) // len(blocks.tops)), -(-wide // len(blocks.lefts))
    blocks.rows[here], blocks.columns[here] = divmod(unit, wide)
    levels = levels_of(values[blocks.rows, blocks.columns], scale)
    for down, line in enumerate(levels.tolist()):
        for across, level in enumerate(line):
            sign, style = LOOKS[level]
            row, column = int(blocks.rows[down, across]), int(blocks.columns[down, across])
            if halves and (high, broad) == (2, 1):
                sign = _half(values, int(blocks.tops[down]), column, scale)
            at = row * wide + column
            if (down, across) == here:
                style = "selected"
            if at >= count:
                continue  # the last row of cells is not full
            style = linked(known, style, reference, *first, at)
            canvas.write(left + across * grid.cell, top + down, sign * grid.cell, style)


def _half(values: Array, row: int, column: int, scale: float) -> str:
    """Return the sign of two pixels above each other: which are more than half as bright as can be."""
    upper = values[row, column] > scale / 2
    lower = row + 1 < len(values) and values[row + 1, column] > scale / 2
    return _HALVES[2 * bool(upper) + bool(lower)]
