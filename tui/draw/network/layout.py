"""Where does each layer and each neuron of the network stand?

A column for each layer; as many layers as fit, around the one that the step works on. A layer with more
units than rows shows a window of them in their order, or, where they all contribute to one number that
is looked at, the largest contributions first. Wires have the room between the columns.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from engine.facts.explain.largest import Largest, largest
from engine.looking.cursor import active_layer
from engine.looking.selection import layer_of
from tui.draw.kit.window import counted_around

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.arrays import Array
    from engine.order.quantities import Reference
    from tui.draw.marks.known import Known

NODE_CELLS = 12
"""Cells of a neuron: its disc, a letter and a number of eight cells."""
TARGET_CELLS = 11
_LEAST_GAP, _MOST_GAP = 9, 40
_MORE_CELLS = 2  # beside the first or last column, for the mark that there are more layers


class Block(NamedTuple):
    """Where one neuron stands: its unit, its first row and the lines that it has."""

    unit: int
    row: int
    lines: int


class Column(NamedTuple):
    """Where one layer stands: its first cell, its width and its neurons.

    `number` cells on the left are for the unit's number (0 where all units are shown). `above` and
    `below` count the hidden units of a window; `ranked` is what a column sorted by contributions shows.
    """

    layer: int
    x: int
    width: int
    number: int
    blocks: tuple[Block, ...]
    above: int = 0
    below: int = 0
    ranked: Largest | None = None

    def block_of(self, unit: int) -> Block:
        """Return the block of a unit; the nearest visible one if it is hidden."""
        return min(self.blocks, key=lambda block: abs(block.unit - unit))


def lay_out(known: Known, width: int, height: int) -> list[Column]:
    """Return the place of every visible layer and neuron."""
    trace, cursor = known.trace, known.cursor
    sizes = trace.scenario.network.sizes
    room = max(1, height - 1)  # below the titles
    # The unit's number, a blank after it and one between it and a wire; the value has a cell less.
    numbers = [len(str(size)) + 2 if size > room else 0 for size in sizes]
    widths = [NODE_CELLS + max(0, number - 1) for number in numbers]
    shown = _shown_layers(known, widths, width)
    if numbers[shown.start]:  # no wire comes to the first column
        numbers[shown.start] -= 1
        widths[shown.start] -= 1
    more = _MORE_CELLS if shown.start > 0 else 0
    space = width - more - _right_of(shown, sizes)
    gaps = max(1, len(shown) - 1)
    nodes = sum(widths[layer] for layer in shown)
    gap = max(2, min(_MOST_GAP, (space - nodes) // gaps))
    x = more + max(0, (space - nodes - gap * gaps) // 2)
    columns = []
    for layer in shown:
        size, looked_at = sizes[layer], cursor.units[layer]
        empty = Column(layer, x, widths[layer], numbers[layer], ())
        if size <= room:
            most = 4 if layer > 0 and trace.shapes.recurrent[layer - 1] else 3
            columns.append(empty._replace(blocks=_all_units(size, room, most)))
        else:
            ranked = _ranked(known, empty, room) if _towards(known, layer) in shown else None
            columns.append(ranked or _window(empty, size, looked_at, room))
        x += widths[layer] + gap
    return columns


def contributions(known: Known, layer: int) -> Array | None:
    """Return what each unit of a layer adds to the number that is looked at; None if it adds to none.

    Below a layer that is W[to,from]×a[from], a term of its pre-activation (or, where this step forms or
    applies them, the gradient or change of W[to,from]); above a delta it is W[to,from]×δ[to], a term of
    the error that comes back.
    """
    units, site = known.cursor.units, known.site
    if layer == active_layer(known.trace, known.step):
        return None
    if _towards(known, layer) < layer:
        delta = known.array("delta", layer)
        weights = known.array("weights", layer)
        return None if delta is None or weights is None else _product(weights[:, units[layer - 1]], delta)
    if layer == known.trace.shapes.layers:
        return None
    to = units[layer + 1]
    if site.layer == layer + 1 and site.kind in ("gradient", "update"):
        formed = known.at(formed_reference(known, layer + 1))
        return None if formed is None else formed[to]
    values = known.array("input" if layer == 0 else "activation", layer)
    weights = known.array("weights", layer + 1)
    return None if values is None or weights is None else _product(weights[to], values)


def _product(weights: Array, values: Array) -> Array:
    with np.errstate(all="ignore"):
        terms: Array = weights * values
    return terms


def _towards(known: Known, layer: int) -> int:
    """Return the layer with the number that a layer contributes to."""
    back = known.site.kind == "delta" and known.site.layer == layer - 1
    return layer - 1 if back else layer + 1


def formed_reference(known: Known, layer: int) -> Reference:
    """Return the matrix that a gradient or an update of a layer forms."""
    if known.site.kind == "gradient":
        return known.reference("weight_gradient", layer)
    return known.reference("weights", layer)._replace(quantity="weights_change")


def _shown_layers(known: Known, widths: list[int], width: int) -> range:
    """Return the layers that fit, grown from the active one, first to where its numbers come from."""
    layers = len(widths)
    focus = known.cursor.focus
    active = active_layer(known.trace, known.step) if focus is None else layer_of(known.trace, focus)
    shown = range(active, active + 1)
    for layer in _outwards(active, layers, up=known.site.kind == "delta"):
        wider = range(min(shown.start, layer), max(shown.stop, layer + 1))
        cells = sum(widths[one] for one in wider) + _LEAST_GAP * (len(wider) - 1)
        cells += _right_of(wider, widths) + (_MORE_CELLS if wider.start > 0 else 0)
        if cells > width and len(shown) > 1:
            break
        shown = wider
    return shown


def _outwards(active: int, layers: int, *, up: bool) -> Iterator[int]:
    """Yield the layers next to the active one, then those behind them."""
    below, above = range(active - 1, -1, -1), range(active + 1, layers)
    near, far = (above, below) if up else (below, above)
    for pair in itertools.zip_longest(near, far):
        yield from (layer for layer in pair if layer is not None)


def _right_of(shown: range, every: list[int] | tuple[int, ...]) -> int:
    return TARGET_CELLS if shown.stop == len(every) else _MORE_CELLS


def _all_units(units: int, room: int, most: int) -> tuple[Block, ...]:
    lines = max(1, min(most, room // units))
    step = lines + 1 if lines > 1 and (lines + 1) * units - 1 <= room else lines
    top = 1 + (room - (step * (units - 1) + lines)) // 2
    return tuple(Block(unit, top + unit * step, lines) for unit in range(units))


def _ranked(known: Known, column: Column, room: int) -> Column | None:
    """Return a column of the largest contributions; its last row is for the rest."""
    terms = contributions(known, column.layer)
    if terms is None:
        return None
    found = largest(terms, max(1, room - 1), keep=known.cursor.units[column.layer])
    blocks = tuple(Block(unit, 1 + place, 1) for place, unit in enumerate(found.places))
    return column._replace(blocks=blocks, ranked=found)


def _window(column: Column, units: int, looked_at: int, room: int) -> Column:
    """Return a window of a layer, with a row above and below that counts what is hidden."""
    shown = counted_around(looked_at, units, room)
    top = 1 + (shown.start > 0)
    blocks = tuple(Block(unit, top + place, 1) for place, unit in enumerate(shown))
    return column._replace(blocks=blocks, above=shown.start, below=units - shown.stop)
