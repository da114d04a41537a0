"""What flows between two layers into the number that is looked at?

The weights of one neuron as a fan of wires: into it on the way forward, out of it on the way back. On
each wire stands its weight and, where there is room, what it contributes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from tui.draw.layout import contributions
from tui.draw.numbers import sign_style, signed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from engine.arrays import Array
    from tui.draw.known import Known
    from tui.draw.layout import Block, Column
    from tui.draw.rows import Canvas

_LABEL_CELLS, _LEAST_LABEL = 8, 5
_FOLLOWS = "summing to"


class Label(NamedTuple):
    """What stands on each wire: its heading, and a number for each unit at the far end of a wire."""

    heading: str
    values: Array


class Gap(NamedTuple):
    """The room between two columns and the fan in it.

    `hub` is the neuron where the wires meet, at the cell `bus`; `backward` fans go out of the left
    column, others into the right one. `active` is whether the present step uses these weights.
    """

    left: Column
    right: Column
    hub: Block
    bus: int
    backward: bool
    active: bool

    @property
    def many(self) -> Column:
        """The column at the far ends of the wires."""
        return self.right if self.backward else self.left


def gap_between(known: Known, left: Column, right: Column) -> Gap:
    """Return where the fan between two columns meets."""
    units, site = known.cursor.units, known.site
    end = right.x
    if site.kind == "delta" and site.layer == left.layer:
        bus = left.x + left.width + 1
        if known.trace.shapes.recurrent[left.layer - 1]:
            # As far to the right as the wires can spare: the recurrent lines need room.
            bus = max(bus, end - _LABEL_CELLS - 3)
        return Gap(left, right, left.block_of(units[left.layer]), bus, backward=True, active=True)
    active = site.layer == right.layer and site.kind in ("forward", "gradient", "update")
    return Gap(left, right, right.block_of(units[right.layer]), end - 2, backward=False, active=active)


def draw_gap(canvas: Canvas, known: Known, gap: Gap, ends: Mapping[int, int], title_end: int) -> None:
    """Draw the fan; `ends` is the cell after the text of each neuron on the left.

    Headings stand in the titles' row, right of `title_end`.
    """
    left, right, bus = gap.left, gap.right, gap.bus
    begin, end = left.x + left.width, right.x
    if end - begin < 4:
        return
    style = "wire-active" if gap.active else "wire"
    rows = [block.row for block in gap.many.blocks]
    if gap.many.ranked is not None:
        rows.append(canvas.height - 1)
    _draw_bus(canvas, bus, gap.hub.row, rows, style)
    first, last = (bus + 1, end - 1) if gap.backward else (begin + 1, bus - 1)
    labels = _labels(known, gap)
    cells = min(_LABEL_CELLS, last - first)
    both = len(labels) * (_LABEL_CELLS + 1) + 1 <= last - first + 1
    if not both:
        labels = labels[-1:] if gap.many.ranked is not None else labels[:1]
    places = _places(first, last, cells, len(labels)) if cells >= _LEAST_LABEL else []
    tint = "edge-" if gap.active else "far-"
    for block in gap.many.blocks:
        start = bus + 1 if gap.backward else ends[block.unit] + 1
        _draw_wire(canvas, gap, block.row, start, style)
        for x, label in zip(places, labels, strict=False):
            value = float(label.values[block.unit])
            text = signed(value, cells)
            blank = text[0] == " "
            canvas.write(x + blank, block.row, text.strip(), tint + sign_style(value))
    for x, label in zip(places, labels, strict=False):
        if x > title_end and x + len(label.heading) < end:
            canvas.write(x, 0, label.heading, "title")
    if gap.many.ranked is not None:
        _draw_rest(canvas, gap, places, cells, tint, style)
    if gap.backward:
        for x in range(ends[gap.hub.unit] + 1, bus):
            canvas.wire(x, gap.hub.row, "EW", style)
        canvas.wire(bus, gap.hub.row, "W", style)
        canvas.write(ends[gap.hub.unit] + 1, gap.hub.row, "◀", style)
    else:
        canvas.wire(bus, gap.hub.row, "E", style)
        canvas.write(end - 1, gap.hub.row, "▶", style)


def _draw_rest(canvas: Canvas, gap: Gap, places: Sequence[int], cells: int, tint: str, style: str) -> None:
    """Draw the wire of all contributions that are not shown: how many, and their sum."""
    column, y = gap.many, canvas.height - 1
    found = column.ranked
    assert found is not None
    words = f"and {found.others:,} more"
    room = (places[-1] if places else gap.bus) - 2 - column.x
    if gap.backward:
        words = f"{found.others:,} more together"
    elif len(f"{words} {_FOLLOWS}") <= room:
        words = f"{words} {_FOLLOWS}"
    start = gap.bus + 1 if gap.backward else column.x + len(words) + 1
    _draw_wire(canvas, gap, y, start, style)
    canvas.write(column.x, y, words, "dim")
    if places:
        canvas.write(
            places[-1], y, signed(found.others_sum, cells).rstrip(), tint + sign_style(found.others_sum)
        )


def _labels(known: Known, gap: Gap) -> list[Label]:
    """Return what can stand on the wires, the most important first; for ranked columns the last is."""
    layer, below, hub = gap.right.layer, gap.left.layer, gap.hub.unit
    weights = known.array("weights", layer)
    assert weights is not None
    far = slice(None), hub
    index = far if gap.backward else (hub, slice(None))
    kind = known.site.kind
    if gap.active and kind == "gradient":
        gradient = known.array("weight_gradient", layer)
        assert gradient is not None
        return [Label(f"∂C/∂W{layer}", gradient[index])]
    labels = [Label(f"W{layer}", weights[index])]
    if gap.active and kind == "update":
        labels = [Label(f"new W{layer}", weights[index])]
    terms = contributions(known, gap.many.layer)
    if terms is not None and (gap.active or gap.many.ranked is not None):
        if gap.active and kind == "update":
            heading = f"ΔW{layer}"
        elif gap.backward:
            heading = f"W{layer}·δ{layer}"
        else:
            letter = "x" if below == 0 else "h" if known.trace.shapes.recurrent[below - 1] else "a"
            heading = f"W{layer}·{letter}{below or ''}"
        labels.append(Label(heading, terms))
    return labels


def _places(first: int, last: int, cells: int, count: int) -> list[int]:
    """Return where labels of `cells` begin, spread over the cells from `first` to `last`."""
    spare = last - first + 1 - count * cells
    step = cells + max(1, spare // (count + 1))
    used = count * cells + (count - 1) * (step - cells)
    begin = first + (last - first + 1 - used) // 2
    return [int(x) for x in np.arange(count) * step + begin]


def _draw_wire(canvas: Canvas, gap: Gap, y: int, start: int, style: str) -> None:
    stop = gap.right.x if gap.backward else gap.bus
    for x in range(start, stop):
        canvas.wire(x, y, "EW", style)
    canvas.wire(gap.bus, y, "E" if gap.backward else "W", style)


def _draw_bus(canvas: Canvas, x: int, hub: int, rows: Sequence[int], style: str) -> None:
    top, bottom = min([hub, *rows]), max([hub, *rows])
    for y in range(top, bottom + 1):
        if y > top:
            canvas.wire(x, y, "N", style)
        if y < bottom:
            canvas.wire(x, y, "S", style)
