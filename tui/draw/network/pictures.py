"""How are many numbers drawn as cells: an input that is a picture, the weights that read it, large layers?

Each cell is a number, or the largest of a few of them. The one that is looked at stands out, and each answers
to a click. In a gallery stands what every neuron of the first layer looks for: at the left of the network,
else of as many neurons as have room below the input. There each picture has its own scale.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from engine.facts.entry import Number, array_of
from engine.facts.number import Traced
from engine.looking.known.contributions import read_or_formed
from tui.draw.kit.numbers import UNKNOWN, count
from tui.draw.kit.rows import around, first_fitting
from tui.draw.kit.shades import LOOKS, block_at, blocks_of, in_blocks, levels_of, scale_of
from tui.draw.marks import linked, named, write_number
from tui.draw.network.plan import grids_of

if TYPE_CHECKING:
    from engine.arrays import Array
    from engine.looking.known.numbers import Known
    from engine.order.quantities import Quantity
    from tui.draw.kit.rows import Canvas, Row, Run
    from tui.draw.network.plan import Column, Gap, Grid, Plan

_PIXEL = 8  # cells of the number of a pixel's weight
_HALVES = " ▄▀█"
_TITLE = " into each neuron"
_FEWEST = 2  # pictures of a gallery: one is there already
_LEFT_TO_WIRES = 12  # cells of the gaps together, beside those that they need


def draw_picture(canvas: Canvas, known: Known, x: int, grid: Grid) -> None:
    """Draw an input that is a picture."""
    pixels = Number(known.reference("input", 0), (known.pixel,))
    values, scale = array_of(known.trace, pixels.reference), scale_of(known.trace.scenario.data.inputs)
    canvas.block(x, 1, _cells(known, pixels, values.reshape(_shape(known)), grid, scale))


def draw_strips(canvas: Canvas, known: Known, column: Column, grid: Grid) -> None:
    """Draw all units of a layer as cells: a strip of activations and one of deltas, or one of inputs."""
    layer, x = column.layer, column.x
    letter = "h" if layer and known.trace.shapes.recurrent[layer - 1] else "a"
    strips: list[tuple[str, Quantity]] = [(letter, "activation"), ("δ", "delta")]
    for strip, (name, quantity) in enumerate(strips if layer else [("x", "input")]):
        y, reference = 1 + strip * grid.lines, known.reference(quantity, layer)
        canvas.write(x, y, name, "dim")
        if (values := known.at(reference)) is None:
            canvas.write(x + 2, y, UNKNOWN, "unknown")
            continue
        units = Number(reference, (known.cursor.units[layer],))
        canvas.block(x + 2, y, _cells(known, units, _wrapped(values, grid), grid, scale_of(values)))


def draw_weights(canvas: Canvas, known: Known, gap: Gap, left: Column, grid: Grid) -> None:
    """Draw the weights of the neuron of layer 1 that is looked at as a picture, or what is formed of them."""
    to, unit = known.cursor.units[1], known.pixel
    name, reference = read_or_formed(known, 1)
    delta = Traced(known.trace, Number(known.reference("delta", 1), (to,)))
    signs = {"∂": [f"× {delta.symbol} =", "× δ ="], "Δ": [""]}.get(name[0], ["×"])
    x, room = left.x + grid.width, gap.number - left.x - grid.width
    sign = first_fitting(signs, room - 2)
    canvas.write(x + (room - len(sign)) // 2, 1 + grid.lines // 2, sign, "dim")
    values, chosen = array_of(known.trace, reference)[to], Number(reference, (to, unit))
    scale = scale_of(values)
    if name[0] == "∂":  # δ times the input: the same picture
        scale = abs(delta.value) * scale_of(known.trace.scenario.data.inputs)
    rows = _cells(known, chosen, values.reshape(_shape(known)), grid, scale)
    canvas.block(gap.number, 1, rows)
    x, y = gap.number, 1 + left.rows[0]
    symbol = Traced(known.trace, chosen).symbol
    label = first_fitting([f"{symbol} ", "" if name[0] in "∂Δ" else "W "], gap.join - x - _PIXEL)
    x = canvas.write(x, y, label, named(known, reference, to, unit))
    write_number(canvas, known, (x, y), reference, (to, unit))


def _shape(known: Known) -> tuple[int, int]:
    shape = known.trace.scenario.data.shape
    assert shape is not None
    return shape


def _wrapped(values: Array, grid: Grid) -> Array:
    """Return the values of a layer in rows of cells: where there are fewer cells, each is for a few units."""
    per_cell = -(-len(values) // (grid.lines * grid.across))
    wide = grid.across * per_cell
    padded = np.zeros(wide * -(-len(values) // wide))
    padded[: len(values)] = values
    return padded.reshape(-1, wide)


def _cells(known: Known, chosen: Number, values: Array, grid: Grid, scale: float) -> list[Row]:
    """Return the cells of `values` [row, column]: an array, or that row of it which has the chosen number.

    A cell of two pixels, or of what they give, says which of them are more than half as large as can be.
    """
    *first, unit = chosen.index
    last, wide = array_of(known.trace, chosen.reference).shape[-1], values.shape[1]
    blocks = blocks_of(values, wide, grid.lines, grid.across)
    here = block_at(blocks.tops, unit // wide), block_at(blocks.lefts, unit % wide)
    blocks.rows[here], blocks.columns[here] = divmod(unit, wide)
    levels = levels_of(values[blocks.rows, blocks.columns], scale)
    pairs = chosen.reference.quantity in ("input", "weight_gradient")
    pairs &= -(-len(values) // len(blocks.tops)) == 2 and bool((values >= 0.0).all() or (values <= 0.0).all())
    places = blocks.rows * wide + blocks.columns
    rows: list[Row] = []
    for top, line, entries in zip(blocks.tops, levels.tolist(), places.tolist(), strict=True):
        row: list[Run] = []
        for level, at in zip(line, entries, strict=True):
            sign, style = LOOKS[level]
            if pairs:
                upper, *lower = (np.abs(values[top : top + 2, at % wide]) > scale / 2).tolist()
                sign = _HALVES[2 * upper + any(lower)]
            if at < last:  # the last row of cells may not be full
                look = linked(known, "selected" if at == unit else style, chosen.reference, *first, at)
                row.append((sign * grid.cell, look))
        rows.append(tuple(row))
    return rows


class Gallery(NamedTuple):
    """The cells of a picture, how many stand side by side, the neurons that are shown, and the first row."""

    grid: Grid
    beside: int
    shown: range
    y: int = 1

    @property
    def pitch(self) -> int:
        """The cells from a picture to the next."""
        return self.grid.width + self.grid.cell

    @property
    def width(self) -> int:
        """The cells that it takes, with a margin on both sides; none of the network's if it is below that."""
        if self.y > 1:
            return 0
        return max(self.beside * self.pitch + 1 + self.grid.cell, len(f"∂C/∂W1{_TITLE}") + 2)


def gallery_of(known: Known, plan: Plan, width: int, height: int) -> Gallery | None:
    """Return the gallery that has room in `width` x `height` cells: of all beside a plan, of some below."""
    grids, units = grids_of(_shape(known)), known.trace.scenario.network.layers[0].units
    for one in grids:
        if bands := (height - 1) // (one.lines + 1):
            found = Gallery(one, -(-units // bands), range(units))
            if units >= _FEWEST and found.width <= width - 1 - plan.least - _LEFT_TO_WIRES:
                return found
    if not plan.gaps:  # the input stands alone
        return None
    grid, first = grids[-1], plan.columns[0]
    below = Gallery(grid, 0, range(0), 3 + max(*first.rows, *first.heard, 0))
    last = len(f"▸{units} of {count(units)}")
    beside = (plan.gaps[0].join - 2 - max(0, last - below.pitch)) // below.pitch
    room = min(units, beside * ((height - below.y) // (grid.lines + 1)))
    if room < _FEWEST:
        return None
    return below._replace(beside=beside, shown=around(known.cursor.units[1], units, room))


def draw_gallery(canvas: Canvas, known: Known, gallery: Gallery) -> None:
    """Draw the weights of the first layer, or what the step forms of them; the neuron looked at is marked."""
    grid, shown, (name, reference) = gallery.grid, gallery.shown, read_or_formed(known, 1)
    matrix = array_of(known.trace, reference)
    if len(shown) == len(matrix):
        canvas.write(1, gallery.y - 1, f"{name}{_TITLE}", "title")
    for place, unit in enumerate(shown):
        band, across = divmod(place, gallery.beside)
        x, y = 1 + across * gallery.pitch, gallery.y + band * (grid.lines + 1)
        here = unit == known.cursor.units[1]
        name = f"{'▸' if here else ' '}{unit + 1}"
        if place + 1 == len(shown) < len(matrix):
            name += f" of {count(len(matrix))}"
        canvas.write(x, y, name, "chosen" if here else "dim")
        canvas.block(x, y + 1, _picture(matrix[unit].tobytes(), _shape(known), grid))


@lru_cache(maxsize=64)
def _picture(weights: bytes, shape: tuple[int, int], grid: Grid) -> list[Row]:
    """Return the rows of a picture. Kept, as weights stay the same through an iteration."""
    values = np.frombuffer(weights).reshape(shape)
    return in_blocks(values, scale_of(values), grid.lines, grid.cell)
