"""How does a layer stand in a column of so many rows?

With neurons of the roomiest shape that fits. Of a layer with more of them than rows a window is shown or,
where they all contribute to one number that is looked at, the largest contributions.
"""

from __future__ import annotations

import itertools
from functools import lru_cache
from typing import TYPE_CHECKING

from engine.looking.known.contributions import comes_back, contributions
from tui.draw.kit.numbers import numeral
from tui.draw.kit.rows import around
from tui.draw.marks import NUMBER
from tui.draw.network.places import tops
from tui.draw.network.plan import BETWEEN, SHORT, Column, Grid, Shape, cells_of_number, grids_of

if TYPE_CHECKING:
    from engine.looking.known.numbers import Known
    from engine.scenario import Data

SHAPES = (Shape(7, 25, 3), Shape(5, 25, 2), Shape(4), Shape(3), Shape(2), Shape(1))
"""From the roomiest to the barest."""
UNBOXED = 2
"""The place of the first without a box."""
NARROW = tuple(Shape(shape.lines, 2 + SHORT) for shape in SHAPES[UNBOXED:])
"""With short numbers."""

_LEAST_INPUT = 8  # cells of an input
_MANY_INPUTS = 10_000  # in the data, of which it is not asked how long they are
_MANY = 40  # neurons of a layer above which all are shown as cells
_FEW = 5  # neurons that need no numbers
LEAST_CELLS, MOST_CELLS = 16, 32
"""The cells of a row of neurons of which each is a cell."""
_LEAST_LINES = 4  # rows in which there are no cells besides


class Columns:
    """Makes the columns of a network in `room` rows, with neurons of some shapes, at most so many `cells`."""

    def __init__(self, known: Known, room: int, shapes: tuple[Shape, ...], cells: int = MOST_CELLS) -> None:
        self.known, self.room, self.shapes, self.cells = known, room, shapes, cells
        self.sizes = known.trace.scenario.network.sizes
        self.last = known.trace.shapes.layers
        self._in_part_of: dict[tuple[int, bool], Column] = {}

    def at(self, layer: int, place: int, shown: range) -> Column:
        """Return a layer with neurons of the roomiest shape that fits, from one on.

        One that does not fit is the same whatever the shape; it is sorted if what it adds to is `shown`.
        """
        size = self.sizes[layer] if layer <= self.last else 0
        heard, symbol = self._heard(layer)
        picture = self.known.trace.scenario.data.shape
        if layer == 0 and picture and self.cells == MOST_CELLS:  # with fewer cells it is a row of them, too
            return self._with_picture(*grids_of(picture), heard, symbol)
        # All that is heard, else in one row what it comes to.
        most = sorted({heard, min(1, heard)}, reverse=True)
        for beside, shape in itertools.product(most, self.shapes[place:]):
            # Below the boxes of several outputs stands the whole loss; the others stand level with them.
            below, lines = shape.boxed and self.sizes[-1] > 1, [shape.lines] * size + [1] * beside
            rows = tops(lines, self.room - below)
            if rows is None and layer != self.last:
                rows = tops(lines, self.room)
            if rows is not None and size <= _MANY:
                wires = tuple(row + shape.wire for row in rows[:size])
                if layer == 0:  # an input has one line, and stands level with the neurons above it
                    shape = Shape(1, 2 + _widest_input(self.known.trace.scenario.data))
                # Among many of few lines one can't tell which is which.
                number = cells_of_number(layer, size) if size > _FEW and shape.lines <= 2 else 0
                room_beside = self._summed(layer, symbol) if beside < heard else symbol
                least = room_beside if layer else max(room_beside, _LEAST_INPUT)
                cells = max(number + shape.cells if size else 0, least)
                kept, units = tuple(rows[size:]), tuple(range(size))
                return Column(
                    *(layer, size, shape, cells, units, wires, number, kept),
                    summed=beside < heard,
                    beside=shape.target if layer == self.last else 0,
                )
        key = layer, (layer - 1 if comes_back(self.known, layer) else layer + 1) in shown
        if key not in self._in_part_of:
            self._in_part_of[key] = self._in_part(*key, min(1, heard), symbol)
        return self._in_part_of[key]

    def _heard(self, layer: int) -> tuple[int, int]:
        """Return how many rows and cells are kept beside a layer for what comes from another time."""
        recurrent = self.known.trace.shapes.recurrent
        near = [one for one in (layer - 1, layer + 1) if 0 < one <= self.last and recurrent[one - 1]]
        if not near:
            return 0, 0
        most = max(self.sizes[one] for one in near)
        symbol = f"h{near[-1]}[{most}]" if most > 1 else "h"
        return most, len(f"{symbol}@{self.known.trace.shapes.times:02} ") + SHORT

    def _summed(self, layer: int, symbol: int) -> int:
        """Return the cells that are kept where one row says what all that is heard comes to."""
        # But at the right edge it has a gap to reach into.
        whole = len(f"↻ U×δ@{self.known.trace.shapes.times:02} ") + SHORT + 1
        return max(symbol, whole) if layer >= self.last else symbol

    def _in_part(self, layer: int, ranks: bool, heard: int, symbol: int) -> Column:
        """Return a column of a layer that does not fit: its largest contributions, or a window of it."""
        # Imported where a layer does not fit: the first frame of most has no need of it.
        from engine.facts.explain.largest import largest

        size = self.sizes[layer]
        number = cells_of_number(layer, size)
        width = max(number + self.shapes[-1].cells, self._summed(layer, symbol) if heard else 0)
        grid = None
        if size > _MANY and self.room > _LEAST_LINES + heard:
            lines = max(1, min(-(-size // LEAST_CELLS), (self.room - 3) // (6 if layer else 3)))
            across = max(LEAST_CELLS, min(self.cells, -(-size // lines)))
            grid, width = Grid(lines, across), max(width, 2 + across)
        begin = 0 if grid is None else grid.lines * (2 if layer else 1)
        visible = max(1, self.room - begin - heard - 1)
        looked_at = self.known.cursor.units[layer]
        terms = contributions(self.known, layer) if ranks else None
        keep: int | None = looked_at
        if comes_back(self.known, layer):  # sorted as its equation is, in which only what is selected is kept
            chosen = self.known.selected
            keep = chosen.index[0] if chosen is not None and chosen.reference.layer == layer else None
        ranked = None if terms is None else largest(terms, visible, keep=keep)
        units = tuple(around(looked_at, size, visible)) if ranked is None else ranked.places
        below = begin + len(units)
        return Column(
            *(layer, size, self.shapes[-1], width, units, tuple(range(begin, below)), number),
            heard=tuple(range(below + 1, below + 1 + heard)),
            summed=True,
            sign=below,
            ranked=ranked,
            grid=grid,
            beside=self.shapes[-1].target if layer == self.last else 0,
        )

    def _with_picture(self, large: Grid, small: Grid, heard: int, symbol: int) -> Column:
        """Return the column of an input that is a picture: below it the pixel that is looked at, and what is
        heard.
        """
        room, size = max(1, self.room - 1 - min(1, heard)), self.sizes[0]
        picture = large if large.lines <= room else small._replace(lines=min(small.lines, room))
        beside = heard if picture.lines + 1 + heard <= self.room else min(1, heard)
        below = min(picture.lines, self.room - 1)
        return Column(
            *(0, size, SHAPES[-1], max(picture.width + BETWEEN, len(f"x[{size}] ") + SHORT, symbol)),
            *((self.known.pixel,), (below,)),
            heard=tuple(min(self.room - 1, below + 1 + place) for place in range(beside)),
            summed=beside < heard,
            picture=picture,
        )


@lru_cache(maxsize=8)
def _widest_input(data: Data) -> int:
    """Return the cells that each input of the data has room in: what they don't need is the wires'."""
    if data.inputs.size > _MANY_INPUTS:
        return NUMBER
    return max(len(numeral(value, NUMBER)) for value in {*data.inputs.ravel().tolist()})
