"""Which factors does the chain rule multiply for one weight, along one path and over all of them?

The gradient of the weight W_l[j,i], for one sample at one time, is a sum over all paths from the
weight to a loss:

    ∂C/∂W_l[j,i] = Σ ∂C/∂a_L[k] · f'(z_L[k]) · W_L[k,m] · f'(z_{L-1}[m]) · ... · f'(z_l[j]) · a_{l-1}[i]

with a sum over every neuron between. Gathered from the loss downwards, each bracket is formed once:

    δ_l[j] = f'(z_l[j]) · Σ_k W_{l+1}[k,j] δ_{l+1}[k],    ∂C/∂W_l[j,i] = δ_l[j] · a_{l-1}[i]

Softmax couples its outputs, and where slope and error only go together (`engine.output`), neither
stands alone: there ∂C/∂z_L[k] is one factor. In a sequence a path may also go on to a later time
through recurrent weights; the path that is multiplied out here stays in its own time. Every weight
is the version that the way back reads, so the sum is the recorded gradient in any order of updates.

Sources: Rumelhart, Hinton and Williams (1986); Griewank and Walther, Evaluating Derivatives (2008),
chapter 3, for the sum over paths and its cost.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import product
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np

from engine.cost import Ways, ways_to_losses
from engine.flow import Quantity, Reference
from engine.numbers import Number, array_of, symbol_of
from engine.output import output_of
from engine.schedule import Site

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.arrays import Array
    from engine.scenario import Network
    from engine.tracing import Trace

Meaning = Literal["error", "delta", "slope", "weight", "input", "gradient"]
"""What a number is: ∂C/∂a, ∂C/∂z, a slope, a weight, what came in, or the product of a whole path."""


class Factor(NamedTuple):
    """A number of the chain rule: `made` is the step that wrote it, None if the scenario file gave it.

    `units` is (unit,) or (to, from) in `layer`, counted from 0. `changed` says that the weight on the
    way back is no longer the one that the forward pass used.
    """

    meaning: Meaning
    symbol: str
    value: float
    made: int | None
    layer: int
    units: tuple[int, ...]
    changed: bool = False


@dataclass(frozen=True)
class Chain:
    """The chain rule for the weights of layer `layer`, for one sample at one time of an iteration."""

    trace: Trace
    iteration: int
    sample: int
    time: int
    layer: int

    # -- along one path ---------------------------------------------------------------------------

    def path(self, units: Sequence[int]) -> tuple[Factor, ...]:
        """Return the factors from the loss down to the weight; `units` is one unit for each layer 0..L."""
        last = self.trace.shapes.layers
        factors = list(self._head(units[last]))
        for layer in range(last - 1, self.layer - 1, -1):
            factors.append(self.weight(layer + 1, units[layer + 1], units[layer]))
            factors.append(self._factor("slope", self._at("slope", layer), units[layer]))
        below: Quantity = "input" if self.layer == 1 else "activation"
        factors.append(self._factor("input", self._at(below, self.layer - 1), units[self.layer - 1]))
        return tuple(factors)

    def _head(self, unit: int) -> tuple[Factor, ...]:
        """Return what the loss of this time gives: error and slope, or their product as one factor."""
        last = self.trace.shapes.layers
        if self._one_factor:
            delta = self._factor("delta", self._at("delta", last), unit)
            delta = delta._replace(value=float(self._from_loss[unit]))
            return (self._of_this_time(delta, "pre_activation"),)
        quantity: Quantity = "from_above" if self.trace.shapes.recurrent[-1] else "error"
        error = self._factor("error", self._at(quantity, last), unit)
        slope = self._factor("slope", self._at("slope", last), unit)
        return self._of_this_time(error, "activation"), slope

    def _of_this_time(self, factor: Factor, by: Quantity) -> Factor:
        """Return what an output gets from a loss, named so that it is not taken for what the future adds."""
        if not self.trace.shapes.recurrent[-1]:
            return factor
        symbol = symbol_of(self.trace, Number(self._at(by, factor.layer), factor.units))
        return factor._replace(symbol=f"∂C@{self.time}/∂{symbol}")

    @property
    def _one_factor(self) -> bool:
        network = self.trace.scenario.network
        activation = network.layers[-1].activation
        return activation == "softmax" or output_of(activation, network.loss).simplified

    def weight(self, layer: int, to: int, source: int) -> Factor:
        """Return a weight into `layer` 2..L as the way back reads it."""
        read = self._read("delta", layer - 1, layer)
        factor = self._factor("weight", read, to, source)
        return factor._replace(changed=read != self._read("forward", layer, layer))

    # -- over all paths ---------------------------------------------------------------------------

    @property
    def _ways_by_time(self) -> tuple[tuple[Ways, ...], ...]:
        targets = tuple(self.trace.shapes.has_target[self.sample, self.time :].tolist())
        return _ways(self.trace.scenario.network, targets)

    @property
    def ways(self) -> Ways:
        """The ways from a neuron of the layer to all losses, at this time and later ones."""
        return self._ways_by_time[-1][self.layer - 1]

    @property
    def paths_now(self) -> int:
        """How many of the paths stay in this time."""
        if not self.has_target:
            return 0
        above = self.trace.scenario.network.layers[self.layer :]
        count = 1
        for layer in above:
            count *= layer.units
        return count

    @property
    def has_target(self) -> bool:
        """Whether this time has a loss."""
        return bool(self.trace.shapes.has_target[self.sample, self.time])

    def gradient(self, unit: int, source: int) -> Factor:
        """Return the gradient as the run recorded it: the sum over all paths."""
        return self._factor("gradient", self._at("weight_gradient", self.layer), unit, source)

    def delta(self, unit: int) -> Factor:
        """Return the delta of a neuron of the layer: the sum over all paths from its pre-activation."""
        return self._factor("delta", self._at("delta", self.layer), unit)

    def sum_now(self, unit: int, source: int) -> float:
        """Return the sum over the paths that stay in this time."""
        with np.errstate(all="ignore"):
            back = self._from_loss
            for layer in range(self.trace.shapes.layers - 1, self.layer - 1, -1):
                weights = array_of(self.trace, self._read("delta", layer, layer + 1))
                back = np.dot(back, weights) * self._array("slope", layer)
            return float(back[unit] * self._below[source])

    def each_path(self, unit: int, source: int) -> list[tuple[tuple[int, ...], float]]:
        """Return every path that stays in this time: its units from this layer to the last, its product.

        The largest come first. There are `paths_now` of them: ask only if these are few.
        """
        if not self.has_target:
            return []
        layers = range(self.layer + 1, self.trace.shapes.layers + 1)
        weights = [array_of(self.trace, self._read("delta", layer - 1, layer)).tolist() for layer in layers]
        slopes = [self._array("slope", layer - 1).tolist() for layer in layers]
        from_loss, came_in = self._from_loss.tolist(), float(self._below[source])
        found = []
        for above in product(*(range(len(matrix)) for matrix in weights)):
            units = (unit, *above)
            value: float = from_loss[units[-1]]
            for place in range(len(weights) - 1, -1, -1):
                value *= weights[place][units[place + 1]][units[place]] * slopes[place][units[place]]
            found.append((units, value * came_in))
        return sorted(found, key=lambda path: -abs(path[1]))

    # -- what is used again -----------------------------------------------------------------------

    def from_above(self, unit: int) -> Array:
        """Return what comes back to a neuron through each neuron of the layer above: weight · delta."""
        weights = array_of(self.trace, self._read("delta", self.layer, self.layer + 1))
        with np.errstate(all="ignore"):
            found: Array = weights[:, unit] * self._array("delta", self.layer + 1)
        return found

    def branch(self, unit: int, to: int) -> tuple[Factor, Factor]:
        """Return the weight to a neuron of the layer above, and that neuron's delta."""
        delta = self._factor("delta", self._at("delta", self.layer + 1), to)
        return self.weight(self.layer + 1, to, unit), delta

    def from_future(self, unit: int) -> Factor | None:
        """Return what comes back to a neuron from the next time; None if nothing can."""
        if not self.trace.shapes.recurrent[self.layer - 1] or self.time == self.trace.shapes.times - 1:
            return None
        return self._factor("error", self._at("from_future", self.layer), unit)

    # -- the arrays -------------------------------------------------------------------------------

    def _at(self, quantity: Quantity, layer: int | None) -> Reference:
        return Reference(quantity, self.iteration, layer, self.sample, self.time)

    def _array(self, quantity: Quantity, layer: int) -> Array:
        return array_of(self.trace, self._at(quantity, layer))

    def _read(self, kind: Literal["forward", "delta"], layer: int, of: int) -> Reference:
        """Return the weights of the layer `of` that a step of `layer` reads, with their version."""
        step = self.trace.schedule.step(Site(kind, self.iteration, self.sample, self.time, layer))
        return next(
            read for read in self.trace.flow.reads(step) if (read.quantity, read.layer) == ("weights", of)
        )

    def _factor(self, meaning: Meaning, reference: Reference, *index: int) -> Factor:
        number = Number(reference, index)
        value = float(array_of(self.trace, reference)[index])
        made = self.trace.flow.writer(reference)
        return Factor(meaning, symbol_of(self.trace, number), value, made, reference.layer or 0, index)

    @property
    def _below(self) -> Array:
        return self._array("input" if self.layer == 1 else "activation", self.layer - 1)

    @cached_property
    def _from_loss(self) -> Array:
        """∂C/∂z of each output from the loss of this time alone (zeros without a target)."""
        last = self.trace.shapes.layers
        network = self.trace.scenario.network
        if not self.trace.shapes.recurrent[last - 1]:
            return self._array("delta", last)
        error = self._array("from_above", last)
        if not self.has_target:
            return np.zeros_like(error)
        z, a, slope = (
            self._array(quantity, last)[None] for quantity in ("pre_activation", "activation", "slope")
        )
        target = array_of(self.trace, self._at("target", None))[None]
        out = np.empty_like(z)
        with np.errstate(all="ignore"):
            output = output_of(network.layers[-1].activation, network.loss)
            output.delta(z, a, slope, error[None], target, out)
        found: Array = out[0]
        return found


@lru_cache(maxsize=8)
def _ways(network: Network, targets: tuple[bool, ...]) -> tuple[tuple[Ways, ...], ...]:
    return tuple(ways_to_losses(network, targets))
