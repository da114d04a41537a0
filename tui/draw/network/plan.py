"""Where does each layer, each neuron and each weight of the network stand?

A column for each layer; as many layers as fit, around the one that the step works on. A neuron is a box or a
few lines; of a layer with more neurons than rows a window is shown or, where they all contribute to one
number that is looked at, the largest contributions. Very many are cells besides, and so is a picture.
"""

from __future__ import annotations

import itertools
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from msgspec import Struct

from engine.looking.contributions import comes_back, contributions, heard_beside
from engine.looking.cursor import active_layer
from engine.looking.selection import layer_of
from tui.draw.kit.numbers import numeral
from tui.draw.kit.window import around
from tui.draw.marks import NUMBER
from tui.draw.network.places import tops, weight_rows

if TYPE_CHECKING:
    from engine.facts.explain.largest import Largest
    from engine.looking.known import Known
    from engine.scenario import Data

SHORT = 7
"""The cells of a number from another time, of a pixel, and of a neuron where the room is short."""
MOST_WEIGHT = 10
"""The most cells of a weight."""
REST = -1
"""Where a wire comes from that stands for all units that are not shown."""

_LEAST_INPUT = 6  # cells of an input's number
_MANY_INPUTS = 10_000  # in the data, of which it is not asked how long they are
_MANY = 40  # neurons of a layer above which all are shown as cells
_FEW = 5  # neurons that need no numbers
_LEAST_CELLS, _MOST_CELLS = 16, 32  # of a row of them
_LEAST_LAYER = 12  # cells of a layer and the weights into it
_AROUND = 4  # cells of a gap that are neither a source's wire nor a weight
_LEAST_WEIGHT = 5
_GOOD_WEIGHT = 8
_MOST_SPARE = 26
_LEAST_LINES = 4  # rows in which there are no cells besides
_MORE = 2  # cells beside the first and the last column, for the mark that there are more layers


class Shape(Struct, frozen=True):
    """How a neuron stands: its rows and cells, and in which of its rows its wires come in."""

    lines: int
    cells: int = 2 + NUMBER
    wire: int = 0

    @property
    def boxed(self) -> bool:
        """Whether it is a box with a curve in it."""
        return self.wire > 0

    @property
    def number(self) -> int:
        """The cells of each of its numbers."""
        return NUMBER if self.boxed else self.cells - 2

    @property
    def target(self) -> int:
        """The cells of a target beside it, with the blanks before that; in a box it has its place."""
        return 0 if self.boxed else 3 + self.number


SHAPES = (Shape(7, 25, 3), Shape(5, 25, 2), Shape(4), Shape(3), Shape(2), Shape(1))
"""From the roomiest to the barest."""
_UNBOXED = 2  # the place of the first without a box
_NARROW = tuple(Shape(shape.lines, 2 + SHORT) for shape in SHAPES[_UNBOXED:])


class Grid(NamedTuple):
    """Where the cells of a layer's units stand: the first row, rows and columns, and cells of each unit."""

    top: int
    lines: int
    across: int
    cell: int = 1

    @property
    def width(self) -> int:
        """The cells of a row."""
        return self.across * self.cell

    @property
    def middle(self) -> int:
        """The row from which a wire goes out."""
        return self.top + self.lines // 2


class Column(NamedTuple):
    """Where one layer stands: its first cell, its width, and its neurons with the row of the wires of each.

    `number` cells on the left are for the unit's number (0 where all units are shown). `heard` are the rows
    of what comes from another time; `summed`, if there is one for all of it. The row `sign` says what of the
    layer is shown, `ranked` is what a column sorted by contributions shows. `grid` are the cells of a layer
    of very many units, `picture` those of an input that is one. `beside` are the cells kept behind it.
    """

    layer: int
    size: int
    shape: Shape
    width: int
    units: tuple[int, ...]
    rows: tuple[int, ...]
    number: int = 0
    heard: tuple[int, ...] = ()
    summed: bool = False
    sign: int | None = None
    ranked: Largest | None = None
    grid: Grid | None = None
    picture: Grid | None = None
    beside: int = 0
    x: int = 0

    @property
    def end(self) -> int:
        """The cell after it."""
        return self.x + self.width

    def row(self, unit: int) -> int:
        """Return the row of the wire of a unit, of what is heard (from `size` on), or of the rest."""
        if unit == REST:
            assert self.sign is not None
            return self.sign
        return self.heard[unit - self.size] if unit >= self.size else self.rows[self.units.index(unit)]


class Wire(NamedTuple):
    """A weight that is drawn: to which unit, from which one, and its row."""

    to: int
    source: int
    row: int


class Gap(NamedTuple):
    """The room between two columns: the weights into a layer that are drawn, and where.

    Where not all are, they are those of the neuron that is looked at. `buses` are the columns in which wires
    of the layer below run down, the first at `x`. On the way `back` errors come along them. Of a picture the
    weights are one, too.
    """

    layer: int
    wires: tuple[Wire, ...]
    buses: int
    whole: bool
    back: bool
    picture: Grid | None = None
    x: int = 0
    join: int = 0

    @property
    def least(self) -> int:
        """The cells that it needs at least."""
        if self.picture is not None:
            return self.picture.width + _AROUND + 1
        return 2 * max(1, self.buses) + _AROUND + (_GOOD_WEIGHT if self.whole else _LEAST_WEIGHT)

    @property
    def number(self) -> int:
        """The first cell of the weights."""
        return self.x + (2 * self.buses or 1)

    @property
    def weight(self) -> int:
        """The cells of a weight."""
        return min(MOST_WEIGHT, self.join - self.number - 1)


class Plan(Struct, frozen=True):
    """Where everything stands."""

    columns: tuple[Column, ...]
    gaps: tuple[Gap, ...]

    @property
    def target(self) -> int | None:
        """The first cell of the targets; None where they stand in the boxes, or the last layer does not."""
        return next((one.end + 2 for one in self.columns if one.beside), None)

    @property
    def whole(self) -> bool:
        """Whether every weight is drawn."""
        return all(gap.whole or gap.picture for gap in self.gaps)

    @property
    def least(self) -> int:
        """The cells that it needs at least."""
        return sum(one.width + one.beside for one in self.columns) + sum(one.least for one in self.gaps)


def lay_out(known: Known, width: int, height: int) -> Plan:
    """Return the roomiest plan in which every weight is drawn; if there is none, the roomiest.

    With little room only the weights of one neuron are drawn between two layers, then only some layers.
    """
    return _Planner(known, width, max(1, height - 1)).best()


class _Planner:
    """Tries plans in `room` rows below the titles, with neurons of some shapes."""

    def __init__(self, known: Known, width: int, room: int, shapes: tuple[Shape, ...] = SHAPES) -> None:
        self.known, self.width, self.room, self.shapes = known, width, room, shapes
        self.sizes = known.trace.scenario.network.sizes
        self.last = known.trace.shapes.layers
        # After the last layer what that one hears of the time after.
        self.every = range(self.last + 1 + (heard_beside(known, self.last + 1) is not None))
        self._known: dict[tuple[int, ...], Column] = {}

    def best(self) -> Plan:
        """Return the plan with all layers, small ones with short numbers if need be; else with what fits."""
        if (plan := self.with_all()) is not None:
            return plan
        narrow = _Planner(self.known, self.width, self.room, _NARROW).with_all()
        if narrow is not None and all(column.sign is None for column in narrow.columns):
            return narrow
        return self._windowed()

    def with_all(self) -> Plan | None:
        """Return the plan with all layers; None where they have no room."""
        if len(self.every) > self.width:  # each takes a cell at least
            return None
        tried: list[list[Column]] = []
        fitting = None
        for place in range(len(self.shapes)):
            columns = [self._column(layer, place, self.every) for layer in self.every]
            if columns in tried:
                continue
            tried.append(columns)
            plan = self._planned(columns)
            if plan is not None and plan.whole:
                return plan
            fitting = fitting or plan
        if fitting is not None:
            return fitting
        return next(filter(None, (self._planned(columns, fans=True) for columns in tried)), None)

    def _windowed(self) -> Plan:
        """Return as many layers as fit around the active one, first where its numbers come from."""
        known = self.known
        focus = known.cursor.focus
        active = active_layer(known.trace, known.step) if focus is None else layer_of(known.trace, focus)
        middle = active + (known.site.kind == "delta")
        for count in range(min(len(self.every), max(2, self.width // _LEAST_LAYER)), 1, -1):
            shown = around(middle, len(self.every), count)
            columns = [self._column(layer, _UNBOXED, shown) for layer in shown]
            if plan := self._planned(columns, fans=True):
                return self._planned(columns) or plan
        alone = self._planned([self._column(active, _UNBOXED, range(active, active + 1))], wide=True)
        assert alone is not None
        return alone

    def _planned(self, columns: list[Column], *, fans: bool = False, wide: bool = False) -> Plan | None:
        """Return the plan of some layers; None where it is too wide.

        With `fans` only the weights of one neuron are drawn whatever the room. It may be as `wide` as it has
        to be.
        """
        gaps = [self._gap(left, right, fan=fans) for left, right in itertools.pairwise(columns)]
        before = _MORE if columns[0].layer else 1
        after = 0 if columns[-1].layer >= self.last else _MORE
        taken = before + Plan(tuple(columns), tuple(gaps)).least + after
        width = max(taken, self.width) if wide else self.width
        if taken > width:
            return None
        more = min((width - taken) // len(gaps), _MOST_SPARE) if gaps else 0
        x = before + (width - taken - more * len(gaps)) // 2
        placed, laid = list[Column](), list[Gap]()
        for column, gap in itertools.zip_longest(columns, gaps):
            placed.append(column._replace(x=x))
            if gap is not None:
                begin = x + column.width + column.beside + 1
                x = begin - 1 + gap.least + more
                laid.append(gap._replace(x=begin, join=x - 2))
        return Plan(tuple(placed), tuple(laid))

    # -- columns -------------------------------------------------------------------------------------------

    def _column(self, layer: int, place: int, shown: range) -> Column:
        """Return a layer with neurons of the roomiest shape that fits, from one on."""
        ranks = (layer - 1 if comes_back(self.known, layer) else layer + 1) in shown
        key = layer, place, ranks
        if key not in self._known:
            self._known[key] = self._made(layer, place, ranks=ranks)
        return self._known[key]

    def _made(self, layer: int, place: int, *, ranks: bool) -> Column:
        size = self.sizes[layer] if layer <= self.last else 0
        heard, symbol = self._heard(layer)
        if layer == 0 and (picture := self._picture(heard)) is not None:
            return self._with_picture(picture, heard, symbol)
        # All that is heard, else in one row what it comes to.
        most = sorted({heard, min(1, heard)}, reverse=True)
        for beside, shape in itertools.product(most, self.shapes[place:]):
            # Below the boxes of several outputs stands the whole loss.
            room = self.room - (shape.boxed and layer == self.last and size > 1)
            rows = tops([shape.lines] * size + [1] * beside, room)
            if rows is not None and size <= _MANY:
                wires = tuple(row + shape.wire for row in rows[:size])
                if layer == 0:  # an input has one line, and stands level with the neurons above it
                    shape = Shape(1, 2 + _widest_input(self.known.trace.scenario.data))
                # Among many of few lines one can't tell which is which.
                number = len(str(size)) + 1 if size > _FEW and shape.lines <= 2 else 0
                room_beside = self._summed(layer, symbol) if beside < heard else symbol
                cells = max(number + shape.cells if size else 0, room_beside)
                kept, units = tuple(rows[size:]), tuple(range(size))
                return Column(
                    *(layer, size, shape, cells, units, wires, number, kept),
                    summed=beside < heard,
                    beside=self._beside(layer, shape),
                )
        column = self._in_part(layer, ranks=ranks, heard=min(1, heard), symbol=symbol)
        # The same, whatever the shape.
        return self._known.setdefault((layer, len(self.shapes) - 1, ranks), column)

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

    def _beside(self, layer: int, shape: Shape) -> int:
        """Return the cells that are kept behind a layer: behind the last one stand the targets."""
        return shape.target if layer == self.last else 0

    def _in_part(self, layer: int, *, ranks: bool, heard: int, symbol: int) -> Column:
        """Return a column of a layer that does not fit: its largest contributions, or a window of it."""
        # Imported where a layer does not fit: the first frame of most has no need of it.
        from engine.facts.explain.largest import largest

        size = self.sizes[layer]
        number = len(str(size)) + 1
        width = max(number + self.shapes[-1].cells, self._summed(layer, symbol) if heard else 0)
        grid = None
        if size > _MANY and self.room > _LEAST_LINES + heard:
            lines = max(1, min(-(-size // _LEAST_CELLS), (self.room - 3) // (6 if layer else 3)))
            across = max(_LEAST_CELLS, min(_MOST_CELLS, -(-size // lines)))
            grid, width = Grid(0, lines, across), max(width, 2 + across)
        begin = 0 if grid is None else grid.lines * (2 if layer else 1)
        visible = max(1, self.room - begin - heard - 1)
        looked_at = self.known.cursor.units[layer]
        terms = contributions(self.known, layer) if ranks else None
        ranked = None if terms is None else largest(terms, visible, keep=looked_at)
        units = tuple(around(looked_at, size, visible)) if ranked is None else ranked.places
        below = begin + len(units)
        return Column(
            *(layer, size, self.shapes[-1], width, units, tuple(range(begin, below)), number),
            heard=tuple(range(below + 1, below + 1 + heard)),
            summed=True,
            sign=below,
            ranked=ranked,
            grid=grid,
            beside=self._beside(layer, self.shapes[-1]),
        )

    def _picture(self, heard: int) -> Grid | None:
        """Return the cells of an input that is a picture: two of a pixel, or one of two above each other."""
        shape = self.known.trace.scenario.data.shape
        if not shape:
            return None
        high, wide = shape
        # Below it the pixel that is looked at, and what is heard.
        room = max(1, self.room - 1 - min(1, heard))
        if high <= room:
            return Grid(0, high, wide, 2)
        return Grid(0, min(-(-high // 2), room), wide)

    def _with_picture(self, picture: Grid, heard: int, symbol: int) -> Column:
        """Return the column of a picture: below it the pixel that is looked at."""
        beside = heard if picture.lines + 1 + heard <= self.room else min(1, heard)
        top = max(0, (self.room - picture.lines - 1 - beside) // 2)
        below = min(top + picture.lines, self.room - 1)
        size = self.sizes[0]
        return Column(
            *(0, size, SHAPES[-1], max(picture.width, len(f"x[{size}] ") + SHORT, symbol)),
            *((self.known.pixel,), (below,)),
            heard=tuple(min(self.room - 1, below + 1 + place) for place in range(beside)),
            summed=beside < heard,
            picture=picture._replace(top=top),
        )

    # -- gaps ----------------------------------------------------------------------------------------------

    def _gap(self, left: Column, right: Column, *, fan: bool) -> Gap:
        known = self.known
        layer, back = right.layer, comes_back(known, right.layer)
        recurrent = known.trace.shapes.recurrent
        past = layer <= len(recurrent) and recurrent[layer - 1]
        future = left.layer > 0 and recurrent[left.layer - 1]
        part = left.sign is not None or right.sign is not None or left.picture is not None
        if not (fan or part or (past and future)):
            # The rows that are kept for another time count, also while nothing stands in them.
            sources = (*left.rows, *(left.heard[: self.sizes[layer]] if past else ()))
            targets = (*right.rows, *(right.heard[: left.size] if future else ()))
            rows = weight_rows(sources, targets, self.room)
            if rows is not None:
                there = right.size + (left.size if _heard(known, right, back=True) else 0)
                below = len(sources)
                wires = (Wire(place // below, place % below, row) for place, row in enumerate(rows))
                return Gap(layer, tuple(one for one in wires if one.to < there), below, whole=True, back=back)
        if back:
            source = known.cursor.units[left.layer]
            wires = (Wire(to, source, right.row(to)) for to in _ends(known, right, back=True))
            return Gap(layer, tuple(wires), 1, whole=False, back=True)
        if right.size == 0:
            return Gap(layer, (), 1, whole=False, back=False)
        to = known.cursor.units[layer]
        ends = _ends(known, left, back=False)
        if left.picture is not None:
            ends = [one for one in ends if one >= left.size]
        wires = (Wire(to, source, left.row(source)) for source in ends)
        return Gap(layer, tuple(wires), 0, whole=False, back=False, picture=left.picture)


@lru_cache(maxsize=8)
def _widest_input(data: Data) -> int:
    """Return the cells that each input of the data has room in: what they don't need is the wires'."""
    widths = (len(numeral(value, NUMBER)) for value in np.unique(data.inputs).tolist())
    return NUMBER if data.inputs.size > _MANY_INPUTS else max(_LEAST_INPUT, *widths)


def _heard(known: Known, column: Column, *, back: bool) -> int:
    """Return how many rows of a column hold what is heard of the time before, or of the one after."""
    heard = heard_beside(known, column.layer)
    if heard is None or heard.back != back:
        return 0
    return min(len(column.heard), known.trace.scenario.network.sizes[heard.layer])


def _ends(known: Known, column: Column, *, back: bool) -> list[int]:
    """Return what wires come from on one side of a column: units, what is heard, and all the others."""
    found = list(column.units)
    if column.ranked is not None and comes_back(known, column.layer) == back:
        found.append(REST)
    return [*found, *range(column.size, column.size + _heard(known, column, back=back))]
