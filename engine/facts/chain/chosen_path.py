"""Which of all paths from a weight to a loss is multiplied out, and which factors are on it?

The one through the neurons that the user looks at, one in each layer. Where does it leave its time?

- If the weight's time has a target, nowhere: the path goes up through the layers to the loss.
- Else it goes forward in time to the nearest later time T with a target, through the recurrent weights
  of one layer c: the weight's own if that is recurrent, else the lowest recurrent one above it. Below
  c the path is in the weight's time, above it in T.

From the loss down, where U_c is the weight from the neuron looked at to itself:

    ∂C/∂a_L@T · f'(z_L@T) · W_L · ... · f'(z_c@T)  ·  U_c · f'(z_c@T-1) · ... · U_c · f'(z_c@t)
        ·  W_c · ... · f'(z_l@t) · a_{l-1}@t

For f' U below 1 the product vanishes over many times, above 1 it explodes. A recurrent softmax couples
all its neurons at each time, so no single path leads through it: the path stays in its time then,
where there is no loss.

Source: Pascanu, Mikolov and Bengio, On the difficulty of training recurrent neural networks (2013).
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

import numpy as np

from engine.equations.equation import SAMPLE, TIME
from engine.equations.links import delta_of, from_loss, through_time, within_time
from engine.facts.chain.factors import what_it_is
from engine.facts.chain.paths import Chain
from engine.facts.counterfactual import again, as_read
from engine.facts.number import Traced
from engine.once import once
from engine.order.quantities import PARAMETERS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.arrays import Array
    from engine.equations import equation
    from engine.equations.links import Link
    from engine.facts.chain.factors import Factor, Moment

_SAME = 5e-5
"""Factors that differ by less than this share read the same in four digits."""


class ChosenPath:
    """The path of a chain through `units`, one for each layer 0..L; its factors go from the loss down.

    It runs in layer `carrier` from the chain's time to `until`, the time of its loss; within one time
    `carrier` is None.
    """

    def __init__(self, chain: Chain, units: Sequence[int]) -> None:
        self.chain = chain
        self.units = tuple(units)
        self.carrier = _carrier(chain)
        self.until = chain.time if self.carrier is None else _next_target(chain)
        self.above: tuple[Factor, ...] = chain.path(units)
        self.below: tuple[Factor, ...] = ()
        if self.carrier is not None:
            # Down to the slope of the carrier at the time of the loss, and from its slope at the chain's.
            self.above = self._at(self.until, self.carrier).path(units)[:-1]
            self.below = chain.down(units, self.carrier)

    @property
    def steps(self) -> int:
        """How many steps through time the path takes."""
        return self.until - self.chain.time

    @once
    def each(self) -> int:
        """How many factors a step through time has: two, U and f', unless a mistake leaves the slope out."""
        return 0 if self.carrier is None else len(self._through_time().between)

    def __len__(self) -> int:
        return len(self.above) + self.each * self.steps + len(self.below)

    def factor(self, place: int) -> Factor:
        """Return a factor; 0 is what the loss gives, the last one is what came in."""
        inside = place - len(self.above)
        if inside < 0:
            return self.above[place]
        if inside >= self.each * self.steps:
            return self.below[inside - self.each * self.steps]
        assert self.carrier is not None
        back, part = divmod(inside, self.each)
        moment = self._at(self.until - 1 - back, self.carrier)
        unit = self.units[self.carrier]
        return moment.between(self._through_time(), unit, unit)[part]

    def in_rows(self, room: int) -> list[range]:
        """Return the factors of each of at most `room` rows, by their places."""
        if len(self) <= room:
            return [range(place, place + 1) for place in range(len(self))]
        begin, each = len(self.above), self.each
        further = (each - 1) * self.steps  # factors that share a row with another
        number = len(self) - further

        def row(place: int) -> range:
            if place < begin:
                return range(place, place + 1)
            if place < begin + self.steps:
                return range(begin + each * (place - begin), begin + each * (place - begin + 1))
            return range(place + further, place + further + 1)

        omitted = number - room + 1
        if omitted <= 1:
            return [row(place) for place in range(number)]
        first = room // 2
        last = first + omitted - 1
        middle = range(row(first).start, row(last).stop)
        return [*map(row, range(first)), middle, *map(row, range(last + 1, number))]

    @property
    def links(self) -> list[list[int]]:
        """The places of the factors between two neurons: what the loss gives, then each up to a weight."""
        links = [[0]]
        for place in range(1, len(self)):
            if len(links) == 1 or "weight" in self.factor(links[-1][-1]).meaning:
                links.append([])
            links[-1].append(place)
        return links

    def changed(self, step: int) -> list[str]:
        """Return the groups of weights that, as a step knows, are no longer those of the forward pass."""
        factors = [*self.above, *self.below]
        if self.steps:
            # Of the same recurrent weight at each time, the first and the last on the way back tell.
            first = len(self.above)
            factors += [self.factor(first), self.factor(first + self.each * (self.steps - 1))]
        numbers = (one.number for one in factors if one.changed)
        return sorted({one.group for one in numbers if isinstance(one, Traced) and one.known(step)})

    def place_of(self, other: ChosenPath, place: int) -> int | None:
        """Return at which place this path has what another has at one, or its end; None if it has it not.

        With a mistake the paths may be of other factors: a slope may be missing, or be one with the error.
        """
        if place == len(other):
            return len(self)
        wanted = what_it_is(other.factor(place))
        likely = (place, *range(len(self.above)), *range(len(self) - len(self.below), len(self)))
        found = (one for one in likely if one < len(self) and what_it_is(self.factor(one)) == wanted)
        return next(found, None)

    @np.errstate(all="ignore")
    def each_time(self, places: range) -> float | None:
        """Return what each step through time gives; None if these places are not all of such, and alike."""
        begin = len(self.above)
        if places.start < begin or places.stop > begin + self.each * self.steps:
            return None
        each = self.values[places.start : places.stop].reshape(-1, self.each).prod(axis=1)
        return float(each[0]) if np.ptp(each) <= _SAME * abs(each[0]) else None

    def _through_time(self) -> Link:
        """Return the link of the carrier to its next time."""
        assert self.carrier is not None
        link = through_time(self.chain.table, self.carrier)
        assert link is not None
        return link

    @property
    def _times(self) -> range:
        """The times that the path comes back to through the carrier."""
        return range(self.chain.time, self.until)

    @once
    def values(self) -> Array:
        """The values of all factors."""
        through = np.empty(self.each * self.steps)
        if self.carrier is not None:
            link = self._through_time()
            for place, factor in enumerate(link.between):
                through[place :: self.each] = self._along(link, factor, self._times)[::-1]
        ends = ([factor.value for factor in part] for part in (self.above, self.below))
        above, below = (np.array(values, dtype=np.float64) for values in ends)
        return np.concatenate([above, through, below])

    @once
    def products(self) -> Array:
        """The product of the factors up to and with each; the last one is the product of the path."""
        with np.errstate(all="ignore"):
            return np.asarray(np.cumprod(self.values), dtype=np.float64)

    def known(self, step: int) -> int:
        """Return of how many factors, from the loss down, the product is known at a step."""
        return bisect_right(range(len(self)), step, key=self._made)

    def _made(self, place: int) -> int:
        """Return the step that completes the product up to a factor.

        Of weights along time those that are read later on the way back are made later, if at all; in
        which order the other factors are made depends on the order of the updates.
        """
        begin, end = len(self.above), len(self.above) + self.each * self.steps
        inside = min(place, end - 1)
        latest = range(max(begin, inside - 1), inside + 1)  # of those along time
        made = (
            self.factor(near).made
            for places in (range(min(place + 1, begin)), latest, range(end, place + 1))
            for near in places
        )
        return max(-1 if step is None else step for step in made)

    # -- all others -------------------------------------------------------------------------------

    @once
    @np.errstate(all="ignore")
    def others(self) -> float:
        """The sum over all other paths than one through time, gathered from its loss down.

        At each neuron of the path: what has come down along it from others, and what enters here.
        """
        chain, carrier = self.chain, self.carrier
        assert carrier is not None
        at_loss, here = range(self.until, self.until + 1), range(chain.time, chain.time + 1)
        found = self._from_future()
        for layer in range(chain.trace.shapes.layers - 1, carrier - 1, -1):
            found = self._down(found, within_time(chain.table, layer), at_loss)
        found = self._down(found, self._through_time(), self._times)
        for layer in range(carrier - 1, chain.layer - 1, -1):
            found = self._down(found, within_time(chain.table, layer), here)
        return found * self.below[-1].value

    def _from_future(self) -> float:
        """Return what comes to the pre-activation of the output from times after that of the loss."""
        chain, last = self.chain, self.chain.trace.shapes.layers
        loss = {(from_loss(chain.table, last).source.variable, 0): None}
        numbers, times = chain.trace.iteration(chain.iteration), range(self.until, self.until + 1)
        return float(again(numbers, delta_of(last), chain.sample, times, loss, self.units[last])[0])

    def _down(self, found: float, link: Link, times: range) -> float:
        """Return the others' sum at the lower end of a link, gone along at `times` from the last one back."""
        chain, source = self.chain, link.source
        assert source.variable.layer is not None
        assert link.result.variable.layer is not None
        numbers = chain.trace.iteration(chain.iteration)
        # What enters: the delta that the equations give if the path brings nothing.
        later = slice(times.start + link.shift, times.stop + link.shift)
        beside = numbers.at_all_times(source.variable, chain.sample)[later].copy()
        beside[:, self.units[source.variable.layer]] = 0.0
        unit = self.units[link.result.variable.layer]
        instead = {(source.variable, link.shift): beside}
        entering = again(numbers, link.result.variable, chain.sample, times, instead, unit)
        gains = np.full(len(times), link.coefficient)
        for factor in link.between:
            gains *= self._along(link, factor, times)
        for gain, enters in zip(gains[::-1].tolist(), entering[::-1].tolist(), strict=True):
            found = found * gain + enters
        return found

    # -- the arrays -------------------------------------------------------------------------------

    def _at(self, time: int, layer: int) -> Chain:
        chain = self.chain
        return Chain(chain.trace, chain.iteration, chain.sample, time, layer)

    def _along(self, link: Link, factor: equation.Factor, times: range) -> Array:
        """Return a factor of a link between the path's neurons at some times: [time]."""
        chain, (upper, lower) = self.chain, (link.source.variable.layer, link.result.variable.layer)
        assert upper is not None
        assert lower is not None
        numbers = chain.trace.iteration(chain.iteration)
        at = dict(zip(link.letters, (self.units[upper], self.units[lower]), strict=True))
        if factor.variable.name in PARAMETERS:
            read = as_read(numbers, factor, lower, chain.sample, times, at)
            return np.broadcast_to(read.values, len(times))
        found = numbers.at_all_times(factor.variable, chain.sample)
        found = found[times.start + factor.shift : times.stop + factor.shift]
        for letter in factor.letters:
            if letter not in (TIME, SAMPLE):
                found = found[:, at[letter]]
        return found


def _next_target(moment: Moment) -> int:
    """Return the nearest time with a target from a moment on; its own time if there is none."""
    return moment.time + int(np.argmax(moment.trace.shapes.has_target[moment.sample, moment.time :]))


def _carrier(chain: Chain) -> int | None:
    """Return the layer that carries the path through time; None if it stays in its own time."""
    if _next_target(chain) == chain.time:
        return None
    for layer in range(chain.layer, chain.trace.shapes.layers + 1):
        link = through_time(chain.table, layer)
        if link is not None:
            return None if link.coupled else layer
    return None
