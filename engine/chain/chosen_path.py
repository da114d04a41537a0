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
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import numpy as np

from engine.chain.paths import Chain
from engine.order.site import Site

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.arrays import Array
    from engine.chain.factors import Factor, Moment


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
        """How many steps through time the path takes; each is two factors, U and f'."""
        return self.until - self.chain.time

    def __len__(self) -> int:
        return len(self.above) + 2 * self.steps + len(self.below)

    def factor(self, place: int) -> Factor:
        """Return a factor; 0 is what the loss gives, the last one is what came in."""
        inside = place - len(self.above)
        if inside < 0:
            return self.above[place]
        if inside >= 2 * self.steps:
            return self.below[inside - 2 * self.steps]
        assert self.carrier is not None
        back, is_slope = divmod(inside, 2)
        moment = self._at(self.until - 1 - back, self.carrier)
        unit = self.units[self.carrier]
        if is_slope:
            return moment.slope(self.carrier, unit)
        return moment.recurrent_weight(self.carrier, unit, unit)

    @cached_property
    def values(self) -> Array:
        """The values of all factors."""
        through = np.empty(2 * self.steps)
        if self.carrier is not None:
            unit = self.units[self.carrier]
            through[0::2] = self._own_weights[::-1, unit]
            through[1::2] = self._along("slope")[::-1, unit]
        ends = ([factor.value for factor in part] for part in (self.above, self.below))
        above, below = (np.array(values, dtype=np.float64) for values in ends)
        return np.concatenate([above, through, below])

    @cached_property
    def products(self) -> Array:
        """The product of the factors up to and with each; the last one is the product of the path."""
        with np.errstate(all="ignore"):
            return np.asarray(np.cumprod(self.values), dtype=np.float64)

    def known(self, step: int) -> int:
        """Return of how many factors, from the loss down, the product is known at a step."""
        return bisect_right(range(len(self)), step, key=self._made)

    def _made(self, place: int) -> int:
        """Return the step that completes the product up to a factor.

        What the loss gives is made after all slopes and activations; of weights, those that are read
        later on the way back are made later, if at all.
        """
        made = (self.factor(near).made for near in (0, max(0, place - 1), place))
        return max(-1 if step is None else step for step in made)

    # -- all others -------------------------------------------------------------------------------

    @cached_property
    @np.errstate(all="ignore")
    def others(self) -> float:
        """The sum over all other paths than one through time, gathered from its loss down.

        At each neuron of the path: what has come down along it from others, and what enters here.
        """
        assert self.carrier is not None
        layer, units = self.chain.trace.shapes.layers, self.units
        found = self._enters_output()
        while layer > self.carrier:
            layer -= 1
            found = self._one_down(found, self._at(self.until, layer))
        unit = units[self.carrier]
        future = self._own_weights * self._along("delta", 1)
        future[:, unit] = 0.0
        entering = future.sum(axis=1) + self._along("from_above")[:, unit]
        slopes, weights = self._along("slope")[:, unit], self._own_weights[:, unit]
        for place in range(self.steps - 1, -1, -1):
            found = float((found * weights[place] + entering[place]) * slopes[place])
        while layer > self.chain.layer:
            layer -= 1
            found = self._one_down(found, self._at(self.chain.time, layer))
        return found * self.below[-1].value

    def _enters_output(self) -> float:
        """Return what comes to the pre-activation of the output from later times."""
        last = self._at(self.until, self.chain.trace.shapes.layers)
        unit = self.units[-1]
        future = last.from_future(unit)
        if future is None:
            return 0.0
        if self.above[0].meaning == "delta":
            return last.delta(unit).value - float(last.from_loss[unit])
        return future.value * last.slope(last.layer, unit).value

    def _one_down(self, found: float, chain: Chain) -> float:
        """Return the others' sum at a neuron of the chain's layer from the one at the layer above."""
        layer, unit = chain.layer, self.units[chain.layer]
        to = self.units[layer + 1]
        back = found * chain.weight(layer + 1, to, unit).value
        back += float(np.delete(chain.from_above(unit), to).sum())
        if (future := chain.from_future(unit)) is not None:
            back += future.value
        return back * chain.slope(layer, unit).value

    # -- the arrays -------------------------------------------------------------------------------

    def _at(self, time: int, layer: int) -> Chain:
        chain = self.chain
        return Chain(chain.trace, chain.iteration, chain.sample, time, layer)

    def _along(self, name: Literal["slope", "delta", "from_above"], later: int = 0) -> Array:
        """Return a quantity of the carrier at each time but the last, or `later`: [time, unit]."""
        assert self.carrier is not None
        numbers = self.chain.trace.iteration(self.chain.iteration)
        every = numbers.sequence(name, self.carrier, self.chain.sample)
        return every[self.chain.time + later : self.until + later]

    @cached_property
    def _own_weights(self) -> Array:
        """The recurrent weights from the neuron that the way back to each time reads: [time, to]."""
        assert self.carrier is not None
        chain, layer = self.chain, self.carrier
        numbers, schedule = chain.trace.iteration(chain.iteration), chain.trace.schedule

        def version(time: int) -> int:
            site = Site("delta", chain.iteration, chain.sample, time, layer)
            return schedule.updates_before(schedule.step(site), layer)

        latest, first = version(chain.time), version(self.until - 1)
        versions: Sequence[int]
        if latest == first:
            versions = [latest] * self.steps
        elif chain.trace.order == "premature":
            versions = range(latest, first - 1, -1)
        else:
            versions = [version(time) for time in range(chain.time, self.until)]
        columns = {}
        for number in set(versions):
            weights = numbers.parameters(layer, number).recurrent_weights
            assert weights is not None
            columns[number] = weights[:, self.units[layer]]
        return np.array([columns[number] for number in versions])


def _next_target(moment: Moment) -> int:
    """Return the nearest time with a target from a moment on; its own time if there is none."""
    return moment.time + int(np.argmax(moment.trace.shapes.has_target[moment.sample, moment.time :]))


def _carrier(chain: Chain) -> int | None:
    """Return the layer that carries the path through time; None if it stays in its own time."""
    if _next_target(chain) == chain.time:
        return None
    layers = chain.trace.scenario.network.layers
    for number in range(chain.layer, len(layers) + 1):
        if layers[number - 1].recurrent:
            return None if layers[number - 1].activation == "softmax" else number
    return None
