"""What flows between two layers into the number that is looked at?

The weights of one neuron as a fan of wires: into it on the way forward, out of it on the way back. On
each wire stands its weight and, where there is room, what it contributes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from engine.facts.number import Number, Traced, version_of
from tui.draw.kit.numbers import WRONG, sign_style, signed
from tui.draw.network.layout import contributions, formed_reference

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from engine.arrays import Array
    from engine.facts.explain.largest import Largest
    from engine.order.quantities import Reference
    from tui.draw.kit.rows import Canvas
    from tui.draw.marks.known import Known
    from tui.draw.network.layout import Block, Column

_LABEL_CELLS, _LEAST_LABEL = 8, 5
_FOLLOWS = "summing to"


class Label(NamedTuple):
    """What stands on each wire: its heading, and a number for each unit at the far end of a wire."""

    heading: str
    values: Array
    reference: Reference | None = None
    """The matrix that the numbers are in; None for a product."""


class Field(NamedTuple):
    """Where the numbers of a label stand: the first cell, and how many."""

    label: Label
    x: int
    cells: int


class Gap(NamedTuple):
    """The room between two columns and the fan in it.

    `hub` is the neuron where the wires meet, at the cell `bus`; `backward` fans go out of the left
    column, others into the right one. `active` is whether the present step uses these weights. `ranked`
    is what the column at the far ends shows of these wires, if it is sorted by their contributions.
    """

    left: Column
    right: Column
    hub: Block
    bus: int
    backward: bool
    active: bool
    ranked: Largest | None

    @property
    def many(self) -> Column:
        """The column at the far ends of the wires."""
        return self.right if self.backward else self.left


def gap_between(known: Known, left: Column, right: Column) -> Gap:
    """Return where the fan between two columns meets."""
    units, site = known.cursor.units, known.site
    end = right.x
    if site.kind == "delta" and site.layer == left.layer:
        bus = left.x + left.width + 2
        if known.trace.shapes.recurrent[left.layer - 1]:
            # As far to the right as the wires can spare: the recurrent lines need room.
            bus = max(bus, end - _LABEL_CELLS - 3)
        hub = left.block_of(units[left.layer])
        return Gap(left, right, hub, bus, backward=True, active=True, ranked=right.ranked)
    active = site.layer == right.layer and site.kind in ("forward", "gradient", "update")
    hub = right.block_of(units[right.layer])
    above_delta = site.kind == "delta" and site.layer == left.layer - 1
    # The layer above a delta is sorted by what it sends back, not by what it sends on.
    ranked = None if above_delta else left.ranked
    return Gap(left, right, hub, end - 2, backward=False, active=active, ranked=ranked)


def draw_gap(canvas: Canvas, known: Known, gap: Gap, ends: Mapping[int, int], title_end: int) -> None:
    """Draw the fan; `ends` is the cell after the text of each neuron on the left.

    Headings stand in the titles' row, right of `title_end`.
    """
    if gap.right.x - gap.left.x - gap.left.width < 4:
        return
    style = "wire-active" if gap.active else "wire"
    tint = "edge-" if gap.active else "far-"
    rows = [block.row for block in gap.many.blocks]
    _draw_bus(canvas, gap, rows if gap.ranked is None else [*rows, canvas.height - 1], style)
    fields = _fields(gap, _labels(known, gap))
    for block in gap.many.blocks:
        _draw_wire(canvas, gap, block.row, gap.bus + 1 if gap.backward else ends[block.unit] + 1, style)
        for field in fields:
            _draw_number(canvas, known, gap, field, block, tint)
    for field in fields:
        if field.x > title_end and field.x + len(field.label.heading) < gap.right.x:
            canvas.write(field.x, 0, field.label.heading, "title")
    if gap.ranked is not None:
        _draw_rest(canvas, gap, gap.ranked, fields, style, tint)
    _draw_hub(canvas, gap, ends, style)


def first_heading(known: Known, gap: Gap) -> int:
    """Return the first cell of the leftmost heading over the wires; the right column's if there is none."""
    return min((field.x for field in _fields(gap, _labels(known, gap))), default=gap.right.x)


def _fields(gap: Gap, labels: list[Label]) -> list[Field]:
    """Return the labels that fit and their places, spread over the cells of the wires.

    With room for one only, a ranked column keeps what it is ranked by.
    """
    first = gap.bus + 1 if gap.backward else gap.left.x + gap.left.width + 1
    room = (gap.right.x if gap.backward else gap.bus) - first
    if room <= _LEAST_LABEL:
        return []
    # A piece of wire on either side of the number; unnumbered values mostly leave one before it.
    near = not gap.backward and gap.left.number > 0
    cells = min(_LABEL_CELLS, max(_LEAST_LABEL, room - 1 - near))
    if len(labels) * (_LABEL_CELLS + 1) + 1 > room:
        labels = labels[-1:] if gap.ranked is not None else labels[:1]
    between = max(1, (room - len(labels) * cells) // (len(labels) + 1))
    margin = (room - len(labels) * (cells + between) + between) // 2
    return [
        Field(label, first + margin + place * (cells + between), cells) for place, label in enumerate(labels)
    ]


def _draw_number(canvas: Canvas, known: Known, gap: Gap, field: Field, block: Block, tint: str) -> None:
    value = float(field.label.values[block.unit])
    style = tint + sign_style(value)
    text = signed(value, field.cells)
    x = field.x + (text[0] == " ")
    if field.label.reference is not None:
        index = (block.unit, gap.hub.unit) if gap.backward else (gap.hub.unit, block.unit)
        style = known.linked(style, field.label.reference, *index)
        if Traced(known.trace, Number(field.label.reference, index)).right is not None:
            canvas.write(x - 1, block.row, WRONG, "warning")
    canvas.write(x, block.row, text.strip(), style)


def _draw_rest(
    canvas: Canvas, gap: Gap, found: Largest, fields: Sequence[Field], style: str, tint: str
) -> None:
    """Draw the wire of all contributions that are not shown: how many, and their sum."""
    column, y = gap.many, canvas.height - 1
    words = f"and {found.others:,} more"
    room = (fields[-1].x if fields else gap.bus) - 2 - column.x
    if gap.backward:
        words = f"{found.others:,} more together"
    elif len(f"{words} {_FOLLOWS}") <= room:
        words = f"{words} {_FOLLOWS}"
    _draw_wire(canvas, gap, y, gap.bus + 1 if gap.backward else column.x + len(words) + 1, style)
    canvas.write(column.x + gap.backward, y, words, "dim")
    for field in fields[-1:]:
        text = signed(found.others_sum, field.cells).strip()
        canvas.write(field.x + (text[0] != "-"), y, text, tint + sign_style(found.others_sum))


def _draw_hub(canvas: Canvas, gap: Gap, ends: Mapping[int, int], style: str) -> None:
    """Draw the wire between the neuron that is looked at and the place where the others meet."""
    y = gap.hub.row
    if not gap.backward:
        canvas.wire(gap.bus, y, "E", style)
        canvas.write(gap.right.x - 1, y, "▶", style)
        return
    start = ends[gap.hub.unit] + 1
    canvas.wire(gap.bus, y, "W", style)
    if start < gap.bus:
        canvas.write(start, y, "◀" + "─" * (gap.bus - start - 1), style)


def _labels(known: Known, gap: Gap) -> list[Label]:
    """Return what can stand on the wires, the most important first; for ranked columns the last is."""
    layer, below = gap.right.layer, gap.left.layer
    index = (slice(None), gap.hub.unit) if gap.backward else (gap.hub.unit, slice(None))

    def of_matrix(heading: str, reference: Reference) -> Label:
        matrix = known.at(reference)
        assert matrix is not None
        return Label(f"{heading}{layer}", matrix[index], reference)

    formed = known.site.kind if gap.active else None
    if formed == "gradient":
        return [of_matrix("∂C/∂W", formed_reference(known, layer))]
    weights = known.reference("weights", layer)
    if formed == "update":
        version = version_of(known.trace, weights)
        return [of_matrix(f"{version} W", weights), of_matrix("ΔW", formed_reference(known, layer))]
    labels = [of_matrix("W", weights)]
    if gap.active or gap.ranked is not None:
        terms = contributions(known, gap.many.layer)
        if terms is None:
            return labels
        letter = "x" if below == 0 else "h" if known.trace.shapes.recurrent[below - 1] else "a"
        factor = f"δ{layer}" if gap.backward else f"{letter}{below or ''}"
        labels.append(Label(f"W{layer}×{factor}", terms))
    return labels


def _draw_wire(canvas: Canvas, gap: Gap, y: int, start: int, style: str) -> None:
    stop = gap.right.x if gap.backward else gap.bus
    canvas.write(start, y, "─" * (stop - start), style)
    canvas.wire(gap.bus, y, "E" if gap.backward else "W", style)


def _draw_bus(canvas: Canvas, gap: Gap, rows: Sequence[int], style: str) -> None:
    top, bottom = min(gap.hub.row, *rows), max(gap.hub.row, *rows)
    canvas.down(gap.bus, top, bottom, style)
