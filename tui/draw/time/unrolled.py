"""What does the network look like unrolled through time, and which way do numbers flow in it now?

A column for each time, a row for each layer, the last on top. On the way forward activations go → to
the next time and ↑ to the next layer; on the way back deltas go ← and ↓.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from engine.facts.entry import Number
from engine.facts.number import Traced
from engine.facts.through_time import times_done
from engine.looking.cursor import active_layer
from tui.draw.kit.rows import Canvas, Row, Run
from tui.draw.marks import touched_at

if TYPE_CHECKING:
    from engine.order.quantities import Quantity, Reference
    from tui.draw.time.story import Teller


class Plan(NamedTuple):
    """What there is room for: layers, arrows between them, loss and input, delta beside activation."""

    layers: int
    arrows: bool
    ends: bool
    both: bool

    @property
    def height(self) -> int:
        """The rows that it takes."""
        lines = self.layers * (2 if self.both else 1) + (self.layers - 1 if self.arrows else 0)
        return 1 + lines + (4 if self.ends else 0)


def plans(layers: int) -> tuple[Plan, ...]:
    """Return the plans that show all layers, from the lowest to the highest."""
    return tuple(Plan(layers, arrows=True, ends=ends, both=both) for ends, both in _DETAIL)


def plan(layers: int, height: int) -> Plan:
    """Return the most that fits in a height."""
    fitting = [one for one in plans(layers) if one.height <= height]
    if fitting:
        return fitting[-1]
    return Plan(max(1, min(layers, height - 1)), arrows=False, ends=False, both=False)


_NO_TARGET = len("no target") + 1
_DETAIL = ((False, False), (True, False), (True, True))


def unrolled_rows(teller: Teller, height: int) -> list[Row]:
    """Return the unrolled network around the present time, in at most `height` rows."""
    return _Strip(teller, plan(teller.trace.shapes.layers, height)).rows()


class _Strip:
    def __init__(self, teller: Teller, room: Plan) -> None:
        self.teller, self.trace, self.columns, self.room = teller, teller.trace, teller.columns, room
        self.known, self.site = teller.known, teller.known.site
        self.back = self.site.phase in ("backward", "update")
        self.active = active_layer(self.trace, teller.step)
        layers = self.trace.shapes.layers
        top = max(room.layers, min(layers, self.active + room.layers // 2))
        self.layers = range(top, top - room.layers, -1)

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

        row = Canvas(self.columns.width, 1)
        row.runs(0, 0, self.columns.row(self._label(letter, layer), number, wrong=claim.is_wrong))
        if recurrent:
            for time in self.columns.shown:
                if (x := self.columns.middle(time, marked=claim.is_wrong(time))) is not None:
                    self._sideways(row, x, name, layer, time)
        return row.rows()[0]

    def _sideways(self, row: Canvas, x: int, name: Quantity, layer: int, time: int) -> None:
        """Draw the arrow between a time and the time before it."""
        back = name == "delta"
        used = (
            self.site.kind == ("delta" if back else "forward")
            and self.site.layer == layer
            and self.site.time == (time - 1 if back else time)
        )
        row.write(x, 0, "←" if back else "→", "wire-active" if used else "wire")

    def _arrows(self, layer: int) -> Row:
        """Return the arrows into (or, on the way back, out of) a layer from below; L+1 is the loss."""
        row = Canvas(self.columns.width, 1)
        losses = layer == self.trace.shapes.layers + 1
        for time in () if self.back and layer == 1 else self.columns.shown:
            if losses and not self.trace.shapes.has_target[self.known.sample, time]:
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
        there = self.trace.shapes.has_target[self.known.sample]

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
