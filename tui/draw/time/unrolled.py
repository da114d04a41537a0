"""What does the network look like unrolled through time, and which way do numbers flow in it now?

A column for each time, a row for each layer, the last on top. On the way forward activations go → to
the next time and ↑ to the next layer; on the way back deltas go ← and ↓.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from engine.facts.entry import Number
from engine.facts.number import Traced
from engine.facts.through_time import times_done
from engine.looking.cursor import active_layer, layers_around
from tui.draw.kit.rows import Canvas, Row, Run
from tui.draw.marks import touched_at

if TYPE_CHECKING:
    from engine.order.quantities import Quantity, Reference
    from tui.draw.time.story import Teller


class Plan(NamedTuple):
    """What there is room for: layers, arrows between them, loss and input, delta beside activation."""

    layers: int
    arrows: bool = False
    ends: bool = False
    both: bool = False

    @property
    def height(self) -> int:
        """The rows that it takes."""
        return 1 + self.layers * (1 + self.both) + (self.layers - 1) * self.arrows + 4 * self.ends


def plans(layers: int) -> tuple[Plan, ...]:
    """Return the plans that show all layers, from the lowest to the highest."""
    return tuple(Plan(layers, True, *more) for more in ((), (True,), (True, True)))


def plan(layers: int, height: int) -> Plan:
    """Return the most that fits in a height."""
    fitting = [one for one in plans(layers) if one.height <= height]
    return fitting[-1] if fitting else Plan(max(1, min(layers, height - 1)))


_NO_TARGET = len("no target") + 1


def unrolled_rows(teller: Teller, height: int) -> list[Row]:
    """Return the unrolled network around the present time, in at most `height` rows."""
    return _Strip(teller, plan(teller.trace.shapes.layers, height)).rows()


class _Strip:
    def __init__(self, teller: Teller, room: Plan) -> None:
        self.teller, self.trace, self.columns, self.room = teller, teller.trace, teller.columns, room
        self.known, self.site = teller.known, teller.known.site
        self.back = self.site.phase in ("backward", "update")
        self.active = active_layer(self.trace, teller.step)
        self.layers = layers_around(self.trace, teller.step, room.layers)

    def rows(self) -> list[Row]:
        arrows = "← ↓" if self.back else "→ ↑"
        way = f"way {'back' if self.back else 'forward'} {arrows}"
        if len(self.layers) < self.trace.shapes.layers:
            way = f"layers {self.layers[-1]}-{self.layers[0]} {arrows}"
        rows = [self.columns.heading((way, "heading"))]
        if self.room.ends:
            rows += [self._losses(), self._arrows(self.trace.shapes.layers + 1)]
        for layer in self.layers:
            if self.room.arrows and layer != self.layers[0]:
                rows.append(self._arrows(layer + 1))
            if self.room.both or not self.back:
                rows.append(self._row("activation", layer))
            if self.room.both or self.back:
                rows.append(self._row("delta", layer))
        if self.room.ends:
            rows += [self._arrows(1), self._row("activation", 0)]
        return rows

    def _label(self, name: str, layer: int) -> Run:
        unit = self.teller.units[layer] + 1
        here = layer == self.active and self.site.kind != "loss"
        return f"{'▸' if here else ' '} {name}{layer or ''}[{unit}]", "chosen" if here else "title"

    def _row(self, name: Literal["activation", "delta"], layer: int) -> Row:
        recurrent = layer > 0 and self.trace.shapes.recurrent[layer - 1]
        letter = "δ" if name == "delta" else "x" if layer == 0 else "h" if recurrent else "a"
        claim = self.teller.claim(name, layer, self.teller.units[layer])
        flow: Quantity = "input" if layer == 0 else name

        def number(time: int) -> Run:
            return self.columns.run(claim.at(time), touched_at(self.known, flow, layer, time))

        def used(time: int) -> bool:
            """Return whether the step goes the way between a time and the one before it."""
            way = ("delta", layer, time - 1) if back else ("forward", layer, time)
            return (self.site.kind, self.site.layer, self.site.time) == way

        back = name == "delta"
        arrow = ("←" if back else "→") * recurrent
        return self.columns.row(self._label(letter, layer), number, arrow, claim.is_wrong, used)

    def _arrows(self, layer: int) -> Row:
        """Return the arrows into (or, on the way back, out of) a layer from below; L+1 is the loss."""
        row = Canvas(self.columns.width, 1)
        losses = layer == self.trace.shapes.layers + 1
        for time in () if self.back and layer == 1 else self.columns.shown:
            if losses and not self.teller.there[time]:
                continue
            if self.back:
                used = self.site.kind == "delta" and self.site.layer == layer - 1
            else:
                used = self.site.kind == "loss" if losses else self.site.layer == layer
            style = "wire-active" if used and time == self.site.time else "wire"
            row.write(self.columns.start(time) + 2, 0, "↓" if self.back else "↑", style)
        return row.rows()[0]

    def _losses(self) -> Row:
        done = times_done(self.trace, self.teller.step, "loss", None)
        there = self.teller.there

        def loss(time: int) -> Reference:
            return self.known.reference("loss", None)._replace(time=time)

        def number(time: int) -> Run:
            if not there[time]:
                return (" none" if self.columns.cells < _NO_TARGET else "no target"), "dim"
            if time not in done:
                return self.columns.run(None)
            terms = self.known.at(loss(time))
            assert terms is not None
            text, _ = self.columns.run(float(terms))
            return text, f"{touched_at(self.known, 'loss', None, time)}loss"

        def wrong(time: int) -> bool:
            made = bool(there[time]) and time in done
            return made and Traced(self.trace, Number(loss(time), ())).beside is not None

        here = self.site.kind == "loss"
        label = f"{'▸' if here else ' '} C", "chosen" if here else "title"
        return self.columns.row(label, number, wrong=wrong)
