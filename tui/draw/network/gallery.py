"""What does each neuron of the first layer look for? Where inputs are pictures, its weights are one too.

They stand side by side at the left of the network, with two cells for a weight or, where that is too wide,
one for two of them; else in the rows that are free below the input. Of more neurons than have room those
around the one that is looked at are shown. Each picture has its own scale.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from msgspec.structs import replace

from engine.looking.known.contributions import read_or_formed
from tui.draw.kit.numbers import count
from tui.draw.kit.shades import in_blocks, scale_of
from tui.draw.kit.window import around
from tui.draw.network.plan import grids_of

if TYPE_CHECKING:
    from engine.looking.known.numbers import Known
    from tui.draw.kit.rows import Canvas, Row
    from tui.draw.network.plan import Grid, Plan

_TITLE = " into each neuron"
_FEWEST = 2  # pictures, beside the one that is there already
_LEFT_TO_WIRES = 12  # cells of the gaps together, beside those that they need


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
        """The cells that it takes, with a margin on both sides."""
        return max(self.beside * self.pitch + 1 + self.grid.cell, len(f"∂C/∂W1{_TITLE}") + 2)


def gallery_beside(known: Known, plan: Plan, width: int, height: int) -> Gallery | None:
    """Return the gallery of all neurons that has room beside a plan in `width` x `height` cells."""
    shape = known.trace.scenario.data.shape
    assert shape is not None
    units, spare = known.trace.scenario.network.layers[0].units, width - 1 - plan.least - _LEFT_TO_WIRES
    if units < _FEWEST:
        return None
    for grid in grids_of(shape):
        if bands := (height - 1) // (grid.lines + 1):
            found = Gallery(grid, -(-units // bands), range(units))
            if found.width <= spare:
                return found
    return None


def gallery_below(known: Known, plan: Plan, height: int) -> tuple[Gallery, Plan] | None:
    """Return the gallery that has room below the input, and the plan with that raised to the top."""
    shape = known.trace.scenario.data.shape
    assert shape is not None
    raised, (_, small) = _raised(plan), grids_of(shape)
    first, units = raised.columns[0], known.trace.scenario.network.layers[0].units
    y = 3 + max(*first.rows, *first.heard, 0)
    pitch, last = small.width + small.cell, len(f"▸{units} of {count(units)}")
    beside = (raised.gaps[0].join - 2 - max(0, last - pitch)) // pitch
    room = beside * ((height - y) // (small.lines + 1))
    if min(room, units) < _FEWEST:
        return None
    return Gallery(small, beside, around(known.cursor.units[1], units, room), y), raised


def _raised(plan: Plan) -> Plan:
    """Return a plan with the picture of the input in the first rows."""
    (first, *columns), (gap, *gaps) = plan.columns, plan.gaps
    assert first.picture is not None
    up, picture = first.picture.top, first.picture._replace(top=0)
    rows, heard = (tuple(row - up for row in rows) for rows in (first.rows, first.heard))
    first = first._replace(picture=picture, rows=rows, heard=heard)
    gap = gap._replace(picture=picture, wires=tuple(wire._replace(row=wire.row - up) for wire in gap.wires))
    return replace(plan, columns=(first, *columns), gaps=(gap, *gaps))


def draw_gallery(canvas: Canvas, known: Known, gallery: Gallery) -> None:
    """Draw the weights of the first layer, or what the step forms of them; the neuron looked at is marked."""
    grid, shown, shape = gallery.grid, gallery.shown, known.trace.scenario.data.shape
    (name, reference), units = read_or_formed(known, 1), known.trace.scenario.network.layers[0].units
    matrix = known.at(reference)
    assert matrix is not None
    assert shape is not None
    if len(shown) == units:
        canvas.write(1, gallery.y - 1, f"{name}{_TITLE}", "title")
    for place, unit in enumerate(shown):
        band, across = divmod(place, gallery.beside)
        x, y = 1 + across * gallery.pitch, gallery.y + band * (grid.lines + 1)
        here = unit == known.cursor.units[1]
        name = f"{'▸' if here else ' '}{unit + 1}"
        if place + 1 == len(shown) < units:
            name += f" of {count(units)}"
        canvas.write(x, y, name, "chosen" if here else "dim")
        canvas.block(x, y + 1, _picture(matrix[unit].tobytes(), shape, grid))


@lru_cache(maxsize=64)
def _picture(weights: bytes, shape: tuple[int, int], grid: Grid) -> list[Row]:
    """Return the rows of a picture. Kept, as weights stay the same through an iteration."""
    values = np.frombuffer(weights).reshape(shape)
    return in_blocks(values, scale_of(values), grid.lines, grid.cell)
