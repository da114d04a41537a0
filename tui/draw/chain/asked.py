"""Which parameter and which path does the cursor ask about, and which of their numbers are known by now?"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from engine.facts.beside.right import rightly, should_be
from engine.facts.chain.chosen_path import ChosenPath
from engine.facts.chain.paths import Chain
from engine.facts.number import Traced
from engine.looking.known import Known
from engine.looking.weights import chosen_parameter, layer_looked_at, parameter_of
from engine.once import once
from engine.order.quantities import GROUP_OF
from tui.draw.kit.numbers import UNKNOWN, numeral

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from engine.facts.explain.expression import Leaf
    from engine.looking.cursor import Cursor
    from engine.run.tracing import Trace

_ARROW = " → "


class Asked:
    """The parameter that is explained, or else the weight between the neurons that are looked at.

    The path goes on from it through the neurons that are looked at in the layers above; if there is no
    target at this time, through a later one (`engine.facts.chain.chosen_path`). `right` asks the same where
    every update has waited, at the same sample and time; None where all have.
    """

    def __init__(self, trace: Trace, cursor: Cursor, at: tuple[int, int] | None = None) -> None:
        self.trace = trace
        self.step = cursor.step
        self.known = Known(trace, cursor)
        self.layer = layer_looked_at(trace, cursor)
        self.last = trace.shapes.layers
        chosen = chosen_parameter(trace, cursor)
        if chosen is None:
            index = (cursor.units[self.layer], cursor.units[self.layer - 1])
            chosen = parameter_of(trace, cursor, "weights", self.layer, index)
        self.parameter = GROUP_OF[chosen.reference.quantity]
        self.unit, self.source = chosen.index[0], chosen.index[-1]
        units = cursor.units
        self.neurons = units[self.layer :]
        sample, time = at or (self.known.sample, self.known.time)
        self.chain = Chain(trace, self.known.iteration, sample, time, self.layer, self.parameter, self.source)
        self.path = ChosenPath(self.chain, units)
        self.factors = self.chain.path(units)
        """Those within this time, whether the path stays in it or not."""
        self.delta = self.chain.delta(self.unit)
        self.gradient = self.chain.gradient(self.unit, self.source)
        straight = rightly(trace, cursor.step)
        self.right = None
        if straight is not None:
            there = replace(cursor, step=straight[1], focus=chosen.number, part=0, term=None)
            self.right = Asked(straight[0], there, (sample, time))

    def should_be(self, shown: float | None, claim: Callable[[Asked], float | None]) -> float | None:
        """Return what a number that is shown should be, from what is claimed of one; None if it is that."""
        return None if self.right is None else should_be(shown, claim(self.right))

    def theirs(self, number: Leaf | None) -> float | None:
        """Return what somebody has in the place of a number that is shown, if it differs, in a right run."""
        if self.right is not None or not isinstance(number, Traced) or self.shown(number) is None:
            return None
        return number.beside

    @property
    def above(self) -> int:
        """Number of neurons of the layer above; 0 for the last layer."""
        layers = self.trace.scenario.network.layers
        return layers[self.layer].units if self.layer < self.last else 0

    def shown(self, number: Leaf) -> float | None:
        """Return the value of a number; None if a later step makes it."""
        return None if isinstance(number, Traced) and not number.known(self.step) else number.value

    def text(self, number: Leaf) -> str:
        """Return the value of a number as a factor: one below 0 in brackets."""
        value = self.shown(number)
        if value is None:
            return UNKNOWN
        return f"({numeral(value)})" if value < 0.0 else numeral(value)

    @once
    def known_factors(self) -> int:
        """Of how many factors of the path, from the loss down, the product is known."""
        return self.path.known(self.step)

    @property
    def path_is_known(self) -> bool:
        """Whether every factor is known; then those of all other paths within this time are, too."""
        return self.known_factors == len(self.path)

    def product(self, place: int) -> float | None:
        """Return the product of the path's factors up to and with one; None if it is not known yet."""
        return float(self.path.products[place]) if place < self.known_factors else None

    @property
    def one_factor(self) -> bool:
        """Whether slope and error of an output are one factor."""
        return self.factors[0].meaning == "delta"

    def stations(self, units: Sequence[int]) -> str:
        """Return the neurons that a path within this time passes, from this layer to the loss."""
        return " → ".join([*(self._station(self.layer + up, unit) for up, unit in enumerate(units)), "C"])

    def chosen_stations(self, room: int, *, source: bool) -> str:
        """Return the neurons that the path passes, also the `source`; in `room` cells, without the middle."""
        path = self.path
        first = [self.factors[-1].symbol] if source else []
        if path.carrier is None:
            return " → ".join([*first, self.stations(self.neurons)])
        names = [
            *first,
            *(
                self._station(layer, path.units[layer], self.chain.time)
                for layer in range(self.layer, path.carrier)
            ),
        ]
        unit = path.units[path.carrier]
        names += [self._station(path.carrier, unit, time) for time in range(self.chain.time, path.until + 1)]
        names += [
            self._station(layer, path.units[layer], path.until)
            for layer in range(path.carrier + 1, self.last + 1)
        ]
        return _joined([*names, f"C@{path.until}"], room)

    def _station(self, layer: int, unit: int, time: int | None = None) -> str:
        letter = "h" if self.trace.shapes.recurrent[layer - 1] else "a"
        if layer == self.last and self.one_factor and time in (None, self.path.until):
            letter = "z"
        return f"{letter}{layer}[{unit + 1}]" + ("" if time is None else f"@{time}")


def _joined(names: Sequence[str], room: int) -> str:
    """Return names joined by arrows in `room` cells: all of them, or the first and the last ones."""
    kept = min(len(names), room // len(_ARROW))
    text = _ARROW.join(names if kept == len(names) else [])
    while (not text or len(text) > room) and kept > 2:
        kept -= 1
        text = _ARROW.join([*names[: kept // 2], "…", *names[len(names) - (kept - kept // 2) :]])
    return text
