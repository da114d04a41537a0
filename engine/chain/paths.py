"""Which factors does the chain rule multiply for one weight, along one path and over all of them?

The gradient of the weight W_l[j,i], for one sample at one time, is a sum over all paths from the
weight to a loss:

    ∂C/∂W_l[j,i] = Σ ∂C/∂a_L[k] · f'(z_L[k]) · W_L[k,m] · f'(z_{L-1}[m]) · ... · f'(z_l[j]) · a_{l-1}[i]

with a sum over every neuron between. Gathered from the loss downwards, each bracket is formed once:

    δ_l[j] = f'(z_l[j]) · Σ_k W_{l+1}[k,j] δ_{l+1}[k],    ∂C/∂W_l[j,i] = δ_l[j] · a_{l-1}[i]

A recurrent weight U_l[j,i] has the activation h_l[i] of the time before in the place of a_{l-1}[i], a bias
the number 1.

Softmax couples its outputs, and where slope and error only go together (`engine.mathematics.output`), neither
stands alone: there ∂C/∂z_L[k] is one factor. In a sequence a path may also go on to a later time
through recurrent weights; those that are multiplied out here stay in their own time, and
`engine.chain.chosen_path` has one that does not. Every weight is the version that the way back reads, so
the sum is the recorded gradient in any order of updates.

Sources: Rumelhart, Hinton and Williams (1986); Griewank and Walther, Evaluating Derivatives (2008),
chapter 3, for the sum over paths and its cost.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from engine.chain.factors import Factor, Moment
from engine.chain.ways import Ways, ways_to_losses
from engine.order.quantities import GRADIENT_OF
from engine.replay.numbers import array_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.arrays import Array
    from engine.order.quantities import Parameter
    from engine.scenario import Network


@dataclass(frozen=True)
class Chain(Moment):
    """The chain rule for a group of parameters of layer `layer`, for one sample at one time of an iteration.

    `source` is the neuron that a recurrent weight comes from; that of a weight is the one of the path.
    """

    layer: int
    parameter: Parameter = "weights"
    source: int = 0

    # -- along one path ---------------------------------------------------------------------------

    def path(self, units: Sequence[int]) -> tuple[Factor, ...]:
        """Return the factors from the loss of this time down; `units` is one unit for each layer 0..L."""
        last = self.trace.shapes.layers
        return (*self.from_output(units[last]), *self.down(units, last))

    def down(self, units: Sequence[int], top: int) -> tuple[Factor, ...]:
        """Return the factors from below the slope of layer `top` down to the weight, at this time."""
        factors = []
        for layer in range(top - 1, self.layer - 1, -1):
            factors.append(self.weight(layer + 1, units[layer + 1], units[layer]))
            factors.append(self.slope(layer, units[layer]))
        source = units[self.layer - 1] if self.parameter == "weights" else self.source
        return (*factors, self.entered(source))

    def entered(self, source: int) -> Factor:
        """Return what the parameter is multiplied by going forward."""
        if self.parameter == "weights":
            return self.came_in(self.layer, source)
        if self.parameter == "recurrent_weights":
            return self.was_before(self.layer, source)
        return Factor("one", "1", 1.0, None, self.layer, (source,), self.time)

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

    def gradient(self, unit: int, source: int) -> Factor:
        """Return the gradient as the run recorded it: the sum over all paths."""
        index = (unit,) if self.parameter == "biases" else (unit, source)
        return self.factor("gradient", self.at(GRADIENT_OF[self.parameter], self.layer), *index)

    def delta(self, unit: int) -> Factor:
        """Return the delta of a neuron of the layer: the sum over all paths from its pre-activation."""
        return self.factor("delta", self.at("delta", self.layer), unit)

    def sum_now(self, unit: int, source: int) -> float:
        """Return the sum over the paths that stay in this time."""
        with np.errstate(all="ignore"):
            back = self.from_loss
            for layer in range(self.trace.shapes.layers - 1, self.layer - 1, -1):
                weights = array_of(self.trace, self.read("delta", layer, "weights", layer + 1))
                back = np.dot(back, weights) * self.array("slope", layer)
            return float(back[unit] * self.entered(source).value)

    def each_path(self, unit: int, source: int) -> list[tuple[tuple[int, ...], float]]:
        """Return every path that stays in this time: its units from this layer to the last, its product.

        The largest come first. There are `paths_now` of them: ask only if these are few.
        """
        if not self.has_target:
            return []
        layers = range(self.layer + 1, self.trace.shapes.layers + 1)
        weights = [
            array_of(self.trace, self.read("delta", layer - 1, "weights", layer)).tolist() for layer in layers
        ]
        slopes = [self.array("slope", layer - 1).tolist() for layer in layers]
        from_loss, came_in = self.from_loss.tolist(), self.entered(source).value
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
        weights = array_of(self.trace, self.read("delta", self.layer, "weights", self.layer + 1))
        with np.errstate(all="ignore"):
            found: Array = weights[:, unit] * self.array("delta", self.layer + 1)
        return found

    def branch(self, unit: int, to: int) -> tuple[Factor, Factor]:
        """Return the weight to a neuron of the layer above, and that neuron's delta."""
        delta = self.factor("delta", self.at("delta", self.layer + 1), to)
        return self.weight(self.layer + 1, to, unit), delta

    def from_future(self, unit: int) -> Factor | None:
        """Return what comes back to a neuron from the next time; None if nothing can."""
        if not self.trace.shapes.recurrent[self.layer - 1] or self.time == self.trace.shapes.times - 1:
            return None
        return self.factor("error", self.at("from_future", self.layer), unit)


@lru_cache(maxsize=8)
def _ways(network: Network, targets: tuple[bool, ...]) -> tuple[tuple[Ways, ...], ...]:
    return tuple(ways_to_losses(network, targets))
