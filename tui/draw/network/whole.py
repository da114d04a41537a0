"""What does a network look like that fits as a whole: every neuron, every weight, and what this step reads?

Between two layers each weight has a row of its own with its value, in the order of the rows of its matrix:
the picture is also the table. Heavy are the wires that this step reads for the neuron that is looked at.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, NamedTuple

from engine.facts.number import Number, Traced, version_of
from engine.looking.cursor import active_layer
from engine.looking.shown import drawn_at
from tui.draw.kit.numbers import UNKNOWN, WRONG, numeral, sign_style
from tui.draw.kit.rows import Canvas, Row
from tui.draw.kit.wires import Piece, Wires
from tui.draw.network.boxes import HEIGHT, WIDTH, draw_box
from tui.draw.network.layout import formed_reference
from tui.draw.network.places import tops, weight_rows

if TYPE_CHECKING:
    from engine.arrays import Array
    from engine.order.quantities import Quantity, Reference
    from tui.draw.marks.known import Known

_LINES: tuple[tuple[str, Quantity], ...] = (
    ("a", "activation"),
    ("z", "pre_activation"),
    ("δ", "delta"),
    ("b", "biases"),
)
_FEW_LINES = {1: ("a",), 2: ("a", "δ"), 3: ("a", "z", "δ")}
_NUMBER, _TARGET = 9, 10  # cells of a neuron's number, and of a target with its letter
_LEAST_WEIGHT, _MOST_WEIGHT = 7, 10
_MOST_SPARE = 26
_AROUND = 5  # cells of a gap that are neither a source's wire nor a weight


class Shape(NamedTuple):
    """How a neuron stands: its rows and cells, where in them its wire comes in, where its numbers begin."""

    lines: int
    cells: int
    wire: int = 0
    text: tuple[int, int] = (0, 0)

    @property
    def boxed(self) -> bool:
        """Whether it is a box with a curve in it."""
        return self.wire > 0


_SHAPES = (
    Shape(HEIGHT, WIDTH, wire=HEIGHT // 2, text=(2, 1)),
    *(Shape(lines, 2 + _NUMBER) for lines in (4, 3, 2, 1)),
)
"""From the roomiest to the barest."""


class Plan(NamedTuple):
    """Where everything stands: each layer's first cell, and the rows of the wires of its neurons and weights.

    `weight` are the cells of a weight, `target` is the first of the targets.
    """

    shape: Shape
    weight: int
    columns: tuple[int, ...]
    rows: tuple[tuple[int, ...], ...]
    weights: tuple[tuple[int, ...], ...]
    target: int

    def end(self, layer: int) -> int:
        """Return the cell after the neurons of a layer."""
        return self.columns[layer] + (self.shape.cells if layer else 2 + _NUMBER)

    def bus(self, layer: int) -> int:
        """Return the first cell in which wires of the layer below run down."""
        return self.end(layer - 1) + 1

    def first_number(self, layer: int) -> int:
        """Return the first cell of the weights into a layer."""
        return self.bus(layer) + 2 * len(self.rows[layer - 1])

    def join(self, layer: int) -> int:
        """Return the cell in which the wires into the neurons of a layer meet."""
        return self.columns[layer] - 2

    def each(self, layer: int) -> list[tuple[int, int, int]]:
        """Return each weight into a layer: its neuron, where it comes from, and its row."""
        below = len(self.rows[layer - 1])
        rows = self.weights[layer - 1]
        return [(place // below, place % below, 1 + row) for place, row in enumerate(rows)]


class Hot(NamedTuple):
    """The wires of one neuron: those into `unit` of a layer, or those `back` to `unit` of the one below."""

    layer: int
    unit: int
    back: bool

    def has(self, layer: int, to: int, source: int) -> bool:
        """Return whether a wire is one of them."""
        return layer == self.layer and self.unit == (source if self.back else to)


@lru_cache(maxsize=64)
def _laid(plan: Plan, ends: tuple[int, ...], hot: Hot | None) -> tuple[Piece, ...]:
    """Return all wires; `ends` are the cells after the first line of each neuron, layer after layer.

    Kept, as they are the same in the next iteration.
    """
    wires = Wires()
    firsts = [0, *accumulate(map(len, plan.rows))]
    for layer in range(1, len(plan.columns)):
        join = plan.join(layer)
        for to, source, y in plan.each(layer):
            heavy = hot is not None and hot.has(layer, to, source)
            bus = plan.bus(layer) + 2 * source
            row, into = 1 + plan.rows[layer - 1][source], 1 + plan.rows[layer][to]
            start = ends[firsts[layer - 1] + source] + (layer == 1 or not plan.shape.boxed)
            wires.across(start, bus, row, heavy=heavy, begins=True)
            wires.down(bus, min(row, y), max(row, y), heavy=heavy)
            wires.across(bus, join, y, heavy=heavy)
            wires.down(join, min(into, y), max(into, y), heavy=heavy)
            wires.across(join, join + 1, into, heavy=heavy, ends=True)
    return wires.pieces()


@lru_cache(maxsize=8)
def plan_of(sizes: tuple[int, ...], width: int, height: int) -> Plan | None:
    """Return the plan of a network in so many cells below its titles; None where it doesn't fit."""
    return next((plan for shape in _SHAPES if (plan := _planned(sizes, shape, width, height))), None)


def _planned(sizes: tuple[int, ...], shape: Shape, width: int, height: int) -> Plan | None:
    gaps = [2 * size + _AROUND for size in sizes[:-1]]
    target = 0 if shape.boxed else 2 + _TARGET
    taken = 1 + 2 + _NUMBER + (len(sizes) - 1) * shape.cells + target + sum(gaps)
    weight = min(_MOST_WEIGHT, (width - taken) // len(gaps))
    if weight < _LEAST_WEIGHT:
        return None
    spare = min(_MOST_SPARE, (width - taken) // len(gaps) - weight)
    rows: list[tuple[int, ...]] = []
    # Below the boxes of the outputs stands the whole loss.
    room = height - 1 if shape.boxed else height
    for size in sizes:
        firsts = tops(size, shape.lines, room)
        if firsts is None:
            return None
        rows.append(tuple(first + shape.wire for first in firsts))
    weights = [weight_rows(sources, targets, room) for sources, targets in pairwise(rows)]
    if any(one is None for one in weights):
        return None
    left = (width - taken - (weight + spare) * len(gaps)) // 2
    columns = [1 + left]
    for layer, gap in enumerate(gaps):
        columns.append(columns[-1] + (shape.cells if layer else 2 + _NUMBER) + gap + weight + spare)
    placed = tuple(tuple(one) for one in weights if one is not None)
    return Plan(shape, weight, tuple(columns), tuple(rows), placed, columns[-1] + shape.cells + 2)


def whole_rows(known: Known, width: int, height: int) -> list[Row] | None:
    """Return the whole network; None where it does not fit, or remembers: then one neuron has its wires."""
    if any(known.trace.shapes.recurrent):
        return None
    plan = plan_of(tuple(known.trace.scenario.network.sizes), width, height - 1)
    return None if plan is None else _Drawing(known, plan, width, height).rows()


class _Drawing:
    def __init__(self, known: Known, plan: Plan, width: int, height: int) -> None:
        self.known, self.plan, self.shape = known, plan, plan.shape
        self.canvas = Canvas(width, height)
        self.active = active_layer(known.trace, known.step)
        self.last = len(plan.columns) - 1
        self.ends: dict[tuple[int, int], int] = {}
        self.hot = self._hot()

    def rows(self) -> list[Row]:
        for layer in range(self.last + 1):
            self._title(layer)
            lines = self._lines(layer)
            for unit in range(len(self.plan.rows[layer])):
                self._neuron(layer, unit, lines)
        for x, y, text, heavy in _laid(self.plan, tuple(self.ends.values()), self.hot):
            self.canvas.write(x, y, text, "wire-active" if heavy else "wire")
        for layer in range(1, self.last + 1):
            self._weights(layer)
            self._marks(layer)
        self._targets()
        return self.canvas.rows()

    # -- neurons -------------------------------------------------------------------------------------------

    def _title(self, layer: int) -> None:
        title = "input"
        if layer:
            title = f"layer {layer} · {self.known.trace.scenario.network.layers[layer - 1].activation}"
        x = self.plan.columns[layer]
        after = self.plan.first_number(layer + 1) if layer < self.last else self.plan.target
        if layer == self.last and self.shape.boxed:
            title, after = f"{title} · target", self.canvas.width + 1
        if len(title) > after - 1 - x:
            title = title.removeprefix("layer ")
        style = "active-title" if layer == self.active else "title"
        self.canvas.write(x, 0, title[: after - 1 - x], style)

    def _neuron(self, layer: int, unit: int, lines: list[tuple[str, Quantity]]) -> None:
        known = self.known
        x, y = self.plan.columns[layer], 1 + self.plan.rows[layer][unit]
        self.ends[layer, unit] = x + self.shape.cells
        if layer and self.shape.boxed:
            top = y - self.shape.wire
            chosen = layer == self.active and self._looked_at(layer, unit)
            draw_box(self.canvas, known, layer, unit, (x, top), heavy=chosen)
            x, y = x + self.shape.text[0], top + self.shape.text[1]
        for line, (name, quantity) in enumerate(lines):
            self.canvas.write(x, y + line, name, "dim")
            reference = known.reference(quantity, layer)
            end = self._number(x + 2, y + line, quantity, reference, (unit,))
            if line == 0 and not (layer and self.shape.boxed):
                self.ends[layer, unit] = end

    def _lines(self, layer: int) -> list[tuple[str, Quantity]]:
        if layer == 0:
            return [("x", "input")]
        names = _FEW_LINES.get(self.shape.lines)
        if self.shape.lines == 1 and self.known.shows_delta(layer):
            names = ("δ",)
        return [
            line
            for line in _LINES
            if (names is None or line[0] in names) and drawn_at(self.known.trace, self.known.step, line[1])
        ]

    def _number(
        self,
        x: int,
        y: int,
        quantity: Quantity,
        reference: Reference,
        index: tuple[int, ...],
        style: str = "",
    ) -> int:
        """Write a number with its link and the mark of one that is wrong; return the cell after it."""
        known, array = self.known, self.known.at(reference)
        if array is None:
            return self.canvas.write(x, y, UNKNOWN, "unknown")
        value = float(array[index] if index else array)
        look = style or sign_style(value)
        if touched := known.touched(quantity, reference.layer):
            look = touched + ("zero" if style else look)
        if Traced(known.trace, Number(reference, index)).right is not None:
            self.canvas.write(x - 1, y, WRONG, "warning")
        room = max(5, min(_NUMBER, self.canvas.width - x))
        return self.canvas.write(x, y, numeral(value, room), known.linked(look, reference, *index))

    def _targets(self) -> None:
        """Write what each output should be, its loss, and the whole loss below."""
        known, boxed = self.known, self.shape.boxed
        x = self.plan.columns[-1] + 2 if boxed else self.plan.target
        if not known.trace.shapes.has_target[known.sample, known.time]:
            if not boxed:
                self.canvas.write(x, 0, "no target", "dim")
            return
        if not boxed:
            self.canvas.write(x, 0, "target", "active-title" if known.site.kind == "loss" else "title")
        y, losses = 1, drawn_at(known.trace, known.step, "terms")
        for unit, row in enumerate(self.plan.rows[-1]):
            y = 1 + row + (2 if boxed else 0)
            self.canvas.write(x, y, "y", "dim")
            self._number(x + 2, y, "target", known.reference("target", None), (unit,), "target")
            if not boxed:
                y += 1
            if self.shape.lines > 1 and losses:
                self._loss(x + (12 if boxed else 0), y, "C", "terms", (unit,))
        y += 2 if boxed else 1
        if self.shape.lines > 2 and losses and y < self.canvas.height:
            loss = known.array("loss", None)
            cells = 1 if loss is None else len(numeral(float(loss), _NUMBER))
            x = x if boxed else x - 2
            # At the edge a word goes rather than a digit.
            name = "all C" if x + len("all C ") + cells <= self.canvas.width else "all"
            self._loss(x, y, name, "loss", ())

    def _loss(self, x: int, y: int, name: str, quantity: Quantity, index: tuple[int, ...]) -> None:
        x = self.canvas.write(x, y, name, "dim") + 1
        self._number(x, y, quantity, self.known.reference(quantity, None), index, "loss")

    # -- wires ---------------------------------------------------------------------------------------------

    def _hot(self) -> Hot | None:
        """Return the wires that the step reads, or forms, for the neuron that is looked at."""
        site, units = self.known.site, self.known.cursor.units
        if site.layer is None or (site.kind == "delta" and site.layer == self.last):
            return None
        if site.kind == "delta":
            return Hot(site.layer + 1, units[site.layer], back=True)
        return Hot(site.layer, units[site.layer], back=False)

    def _is_hot(self, layer: int, to: int, source: int) -> bool:
        return self.hot is not None and self.hot.has(layer, to, source)

    def _looked_at(self, layer: int, unit: int) -> bool:
        return self.known.cursor.units[layer] == unit

    def _weights(self, layer: int) -> None:
        known, x = self.known, self.plan.first_number(layer)
        site = known.site
        formed = site.kind if site.layer == layer else None
        reference = known.reference("weights", layer)
        heading = f"W{layer}"
        if formed == "gradient":
            reference, heading = formed_reference(known, layer), f"∂C/∂W{layer}"
        elif formed == "update":
            heading = f"{version_of(known.trace, reference)} W{layer}"
        matrix = known.at(reference)
        assert matrix is not None
        self.canvas.write(x, 0, heading, "active-title" if formed else "title")
        room = self.plan.join(layer) - x - 1
        more = self._more(layer) if formed or self._back(layer) else None
        if more is not None:
            hot_ones = [
                (to, source) for to, source, _ in self.plan.each(layer) if self._is_hot(layer, to, source)
            ]
            widest = max((len(more.text(*one)) for one in hot_ones), default=0)
            if max(widest, len(more.heading) + 1) > room - self.plan.weight:
                more = None
        if more is not None:
            self.canvas.write(x + self.plan.weight + 1, 0, more.heading, "title")
        for to, source, y in self.plan.each(layer):
            value, index = float(matrix[to, source]), (to, source)
            hot = self._is_hot(layer, to, source)
            style = known.linked(("edge-" if hot else "far-") + sign_style(value), reference, *index)
            if Traced(known.trace, Number(reference, index)).right is not None:
                self.canvas.write(x - 1, y, WRONG, "warning")
            else:
                self.canvas.write(x - 1, y, " ")
            end = self.canvas.write(x, y, numeral(value, self.plan.weight), style)
            if more is not None and hot:
                text = more.text(to, source)
                self.canvas.write(end, y, " " * (x + self.plan.weight - end))
                end = self.canvas.write(x + self.plan.weight, y, text, "value")
            self.canvas.write(end, y, " ")

    def _marks(self, layer: int) -> None:
        """Write the arrows at the neuron that is looked at: into it, and where its error comes back."""
        unit = self.known.cursor.units[layer]
        y = 1 + self.plan.rows[layer][unit]
        if layer == self.active:
            hot = self._is_hot(layer, unit, 0)
            self.canvas.write(self.plan.columns[layer] - 1, y, "▸", "wire-active" if hot else "focus")
        if self._back(layer):
            unit = self.known.cursor.units[layer - 1]
            start = self.ends[layer - 1, unit] + (not self.shape.boxed)
            self.canvas.write(start, 1 + self.plan.rows[layer - 1][unit], "◄", "wire-active")

    def _back(self, layer: int) -> bool:
        return self.known.site.kind == "delta" and self.known.site.layer == layer - 1

    def _more(self, layer: int) -> _More | None:
        """Return what stands behind the weights that this step reads, if anything is known of it."""
        known = self.known
        weights = known.array("weights", layer)
        if known.site.kind == "update":
            change = known.at(formed_reference(known, layer))
            return None if change is None else _More(f"ΔW{layer}", change, None, by=False)
        if self._back(layer):
            vector, letter, by = known.array("delta", layer), f"δ{layer}", True
        else:
            vector = known.array("input" if layer == 1 else "activation", layer - 1)
            letter, by = f"{'x' if layer == 1 else f'a{layer - 1}'}", False
        if known.site.kind == "gradient" or weights is None or vector is None:
            return None
        return _More(f"× {letter} = share", weights, vector, by=by)


class _More(NamedTuple):
    """A factor behind a weight and their product, or its change; `by`: the factor is of the neuron above."""

    heading: str
    matrix: Array
    vector: Array | None
    by: bool

    def text(self, to: int, source: int) -> str:
        """Return what stands behind a weight."""
        weight = float(self.matrix[to, source])
        if self.vector is None:
            return f"  Δ {numeral(weight)}"
        factor = float(self.vector[to if self.by else source])
        shown = f"({numeral(factor)})" if factor < 0 else numeral(factor)
        return f" × {shown} = {numeral(weight * factor)}"
