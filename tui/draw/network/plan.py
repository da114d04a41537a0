"""What says where each layer, each neuron and each weight of the network stands?

A column for each layer, a gap between two of them. A neuron is a box or a few lines; of a layer with more
neurons than rows some are shown. Very many are cells besides, and so is a picture.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct

from tui.draw.marks import NUMBER

if TYPE_CHECKING:
    from engine.facts.explain.largest import Largest

SHORT = 7
"""The cells of a number from another time, of a pixel, and of a neuron where the room is short."""
MOST_WEIGHT = 10
"""The most cells of a weight."""
BETWEEN = 5
"""The cells that are kept behind a picture, for what it is multiplied with."""
REST = -1
"""Where a wire comes from that stands for all units that are not shown."""

_AROUND = 4  # cells of a gap that are neither a source's wire nor a weight
_LEAST_WEIGHT = 5
_GOOD_WEIGHT = 8
_NEARER = 2  # cells by which targets come nearer: a number has room for it, and what is heard keeps its name


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
        """The cells of each of its numbers: in a box all four digits have room, whatever the number."""
        return NUMBER + 1 if self.boxed else self.cells - 2

    @property
    def target(self) -> int:
        """The cells of a target beside it, with the blanks before that; in a box it has its place."""
        return 0 if self.boxed else 3 + self.number


class Grid(NamedTuple):
    """The cells of a layer's units, from its first row on: rows and columns, and cells of each unit."""

    lines: int
    across: int
    cell: int = 1

    @property
    def width(self) -> int:
        """The cells of a row."""
        return self.across * self.cell


def grids_of(shape: tuple[int, int]) -> tuple[Grid, Grid]:
    """Return the cells of a picture, large and small: two of a pixel, or one of two above each other."""
    high, wide = shape
    return Grid(high, wide, 2), Grid(-(-high // 2), wide)


def cells_of_number(layer: int, size: int) -> int:
    """Return the cells of the number of a unit beside its letter: `12 a`, and x[12] of an input."""
    return len(str(size)) + (1 if layer else 2)


class Column(NamedTuple):
    """Where one layer stands: its first cell, its width, and its neurons with the row of the wires of each.

    `number` cells on the left are for the unit's number (0 where it is not written). `heard` are the rows
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

    @property
    def letter(self) -> int:
        """The cell of the letters of its neurons."""
        return self.x + (2 if self.shape.boxed else self.number if self.layer else 0)

    def numbered(self, behind: int) -> Column:
        """Return it with numbers of its units, unless it has one or boxes; cells are kept `behind` inputs."""
        if self.number or self.size < 2 or self.shape.boxed or self.picture is not None:
            return self
        number = cells_of_number(self.layer, self.size)
        return self._replace(
            number=number, width=max(self.width, number + self.shape.cells + behind * (not self.layer))
        )

    def nearer(self) -> Column:
        """Return it with nearer targets, where what is heard below takes more cells than the neurons."""
        spare = max(0, self.width - self.number - self.shape.cells) if self.grid is None else 0
        return self._replace(beside=max(0, self.beside - min(spare, _NEARER)))

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


class Plan(Struct, frozen=True):
    """Where everything stands."""

    columns: tuple[Column, ...]
    gaps: tuple[Gap, ...]

    @property
    def target(self) -> int | None:
        """The first cell of the targets; None where they stand in the boxes, or the last layer does not."""
        return next((one.end + 2 + one.beside - one.shape.target for one in self.columns if one.beside), None)

    @property
    def whole(self) -> bool:
        """Whether every weight is drawn."""
        return all(gap.whole or gap.picture for gap in self.gaps)

    @property
    def least(self) -> int:
        """The cells that it needs at least."""
        return sum(one.width + one.beside for one in self.columns) + sum(one.least for one in self.gaps)
