"""Which parameter and which path does the cursor ask about, and which of their numbers are known by now?"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from engine.facts.beside.right import should_be
from engine.facts.beside.waited import waited
from engine.facts.chain.chosen_path import ChosenPath
from engine.facts.chain.paths import Chain
from engine.facts.explain.expression import Constant
from engine.facts.number import Traced
from engine.looking.known.numbers import Known
from engine.looking.weights import chosen_parameter, layer_looked_at, parameter_of
from engine.once import once
from engine.order.quantities import GROUP_OF

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from engine.facts.explain.expression import Leaf
    from engine.looking.cursor import Cursor
    from engine.run.tracing import Trace

_MOST_LISTED = 500
"""Paths are multiplied out one by one only if there are no more than these."""


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
        self.error = self.chain.error(self.unit)
        self.gradient = self.chain.gradient(self.unit, self.source)
        straight = waited(trace, cursor.step)
        self.right = None
        if straight is not None:
            there = replace(cursor, step=straight[1], focus=chosen.number, part=0, term=None)
            self.right = Asked(straight[0], there, (sample, time))

    def held(self, what: Callable[[Asked], Leaf | float | None]) -> tuple[float | None, float | None]:
        """Return a number of the chain, None if it is not known yet, and what stands beside it, if anything.

        That is what it should be or, in a right run, what somebody has in its place.
        """
        number = what(self)
        value = self.shown(number)
        if self.right is None:
            return value, None if value is None or not isinstance(number, Traced) else number.beside
        there = what(self.right)
        right = there.value if isinstance(there, Traced | Constant) else there
        return value, should_be(value, right)

    def held_factor(self, place: int) -> tuple[float | None, float | None]:
        """Return the factor at a place of the path, and what stands beside it: of the same place, if any."""

        def at(one: Asked) -> Leaf | None:
            there = one.path.place_of(self.path, place)
            return None if there is None else one.path.factor(there).number

        return self.held(at)

    def held_product(self, place: int) -> tuple[float | None, float | None]:
        """Return the product of all that stands before a place of the path, and what stands beside it."""

        def before(one: Asked) -> float | None:
            there = one.path.place_of(self.path, place)
            return one.product(there - 1) if there else None

        return self.held(before)

    @property
    def above(self) -> int:
        """Number of neurons of the layer above; 0 for the last layer."""
        layers = self.trace.scenario.network.layers
        return layers[self.layer].units if self.layer < self.last else 0

    def shown(self, number: Leaf | float | None) -> float | None:
        """Return the value of a number; None if a later step makes it."""
        if isinstance(number, Traced) and not number.known(self.step):
            return None
        return number.value if isinstance(number, Traced | Constant) else number

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

    @once
    def paths(self) -> dict[tuple[int, ...], float]:
        """The products of the paths that stay in this time, the largest first; of many the chosen one.

        Each is named by its neurons, from this layer to the last.
        """
        if self.chain.paths_now > _MOST_LISTED:
            return {self.neurons: float(self.path.products[-1])}
        return dict(self.chain.each_path(self.unit, self.source))

    @property
    def sum_now(self) -> float:
        """The sum over the paths that stay in this time."""
        return self.chain.sum_now(self.unit, self.source)

    @property
    def sum_later(self) -> float:
        """The sum over the paths through later times."""
        return self.chain.sum_later(self.unit, self.source)

    @property
    def later_is_known(self) -> bool:
        """Whether all is known that the paths through later times go through: the delta is made of it."""
        return self.shown(self.delta) is not None

    @once
    def is_in_full(self) -> bool:
        """Whether no path is but counted: all stay in this time, or the only one that doesn't is chosen."""
        return self.chain.ways.paths - self.chain.paths_now == (self.path.carrier is not None)

    @property
    def sum_is_known(self) -> bool:
        """Whether all is known that the gradient is made of, though it may not be recorded yet."""
        return self.path_is_known if self.is_in_full else self.later_is_known

    @property
    def sum_of_all(self) -> float:
        """The sum over all paths: the gradient, multiplied out."""
        later = self.chain.ways.paths > self.chain.paths_now
        return self.sum_now + (self.sum_later if later else 0.0)

    @property
    def others_later(self) -> float | None:
        """The sum over all other paths than one through a later time; None if it stays in its own."""
        return None if self.path.carrier is None else self.path.others

    def others(self, listed: Collection[tuple[int, ...]]) -> float:
        """Return the sum over the paths that stay in this time, but for those that are listed.

        It is added up on its own: a difference would lose its digits.
        """
        if self.chain.paths_now > _MOST_LISTED:
            return self.chain.sum_of_others(self.neurons, self.source)
        return sum(value for units, value in self.paths.items() if units not in listed)
