"""Which factors does the chain rule multiply for one weight, along one path and over all of them?

The gradient of the weight W_l[j,i], for one sample at one time, is a sum over all paths from the
weight to a loss:

    ∂C/∂W_l[j,i] = Σ ∂C/∂a_L[k] · f'(z_L[k]) · W_L[k,m] · f'(z_{L-1}[m]) · ... · f'(z_l[j]) · a_{l-1}[i]

with a sum over every neuron between. Gathered from the loss downwards, each bracket is formed once:

    δ_l[j] = f'(z_l[j]) · Σ_k W_{l+1}[k,j] δ_{l+1}[k],    ∂C/∂W_l[j,i] = δ_l[j] · a_{l-1}[i]

A recurrent weight U_l[j,i] has the activation h_l[i] of the time before in the place of a_{l-1}[i], a bias
the number 1.

All of this is read off the equations of the way back, as the links between deltas
(`engine.equations.links`).

Softmax couples its outputs, and where slope and error only go together (`engine.equations.back.robust`),
neither stands alone: there ∂C/∂z_L[k] is one factor. In a sequence a path may also go on to a later time
through recurrent weights; those that are multiplied out here stay in their own time, and
`engine.facts.chain.chosen_path` has one that does not. Every weight is the version that the way back
reads, so the sum is the recorded gradient in any order of updates.

Sources: Rumelhart, Hinton and Williams (1986); Griewank and Walther, Evaluating Derivatives (2008),
chapter 3, for the sum over paths and its cost.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from engine.equations.back.transpose import derivative
from engine.equations.equation import SAMPLE, TIME, Variable
from engine.equations.links import delta_of, from_loss, through_time, within_time
from engine.facts.chain.factors import Factor, Moment
from engine.facts.chain.ways import Ways, ways_at_first
from engine.facts.counterfactual import again
from engine.facts.entry import array_of
from engine.facts.explain.expression import Constant
from engine.order.quantities import GRADIENT_OF
from engine.program.evaluate import evaluate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.arrays import Array
    from engine.equations import equation
    from engine.equations.links import Link
    from engine.facts.number import Traced
    from engine.order.quantities import Parameter
    from engine.scenario import Scenario


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
        factors: list[Factor] = []
        for layer in range(top - 1, self.layer - 1, -1):
            factors += self.between(within_time(self.table, layer), units[layer + 1], units[layer])
        source = units[self.layer - 1] if self.parameter == "weights" else self.source
        return (*factors, self.entered(source))

    def entered(self, source: int) -> Factor:
        """Return what the parameter is multiplied by going forward: in its gradient, the delta is."""
        (term,) = self.table.making[derivative(Variable(self.parameter, self.layer))].terms
        beside = [factor for factor in term.factors if factor.variable != delta_of(self.layer)]
        if not beside:
            return Factor("one", Constant("1", 1.0), self.time)
        (came,) = beside
        reference = self.read("gradient", self.layer, came)
        found = self.factor("before" if came.shift else "input", reference, source)
        return found._replace(time=self.time + came.shift)

    # -- over all paths ---------------------------------------------------------------------------

    @property
    def ways(self) -> Ways:
        """The ways from a neuron of the layer to all losses, at this time and later ones."""
        targets = tuple(self.trace.shapes.has_target[self.sample, self.time :].tolist())
        return _ways(self.trace.scenario, targets)[self.layer - 1]

    @property
    def paths_now(self) -> int:
        """How many of the paths stay in this time."""
        return _ways(self.trace.scenario, (self.has_target,))[self.layer - 1].paths

    def gradient(self, unit: int, source: int) -> Traced:
        """Return the gradient as the run recorded it: the sum over all paths."""
        index = (unit,) if self.parameter == "biases" else (unit, source)
        return self.traced(self.at(GRADIENT_OF[self.parameter], self.layer), *index)

    def delta(self, unit: int) -> Traced:
        """Return the delta of a neuron of the layer: the sum over all paths from its pre-activation."""
        return self.traced(self.at("delta", self.layer), unit)

    def error(self, unit: int) -> Traced:
        """Return the error of a neuron of the layer: all that comes back to its activation."""
        return self.traced(self.at("error", self.layer), unit)

    @np.errstate(all="ignore")
    def sum_now(self, unit: int, source: int) -> float:
        """Return the sum over the paths that stay in this time."""
        back = self.from_loss
        for link in self._links_down():
            back = self._evaluated(link.equation, link, instead=back)
        return float(back[unit] * self.entered(source).value)

    @np.errstate(all="ignore")
    def sum_later(self, unit: int, source: int) -> float:
        """Return the sum over the paths that go through later times."""
        numbers, here = self.trace.iteration(self.iteration), range(self.time, self.time + 1)
        last = self.trace.shapes.layers
        no_loss = {(from_loss(self.table, last).source.variable, 0): None}
        back = again(numbers, delta_of(last), self.sample, here, no_loss)
        for link in self._links_down():
            # What comes from later times above in the place of all that comes from above.
            instead = {(link.source.variable, link.shift): back}
            back = again(numbers, link.result.variable, self.sample, here, instead)
        return float(back[0, unit] * self.entered(source).value)

    @np.errstate(all="ignore")
    def sum_of_others(self, units: Sequence[int], source: int) -> float:
        """Return the sum over the paths that stay in this time, but for one.

        `units` are its units from this layer to the last.
        """
        back, others = self.from_loss, 0.0
        for link in self._links_down():
            layer = link.result.variable.layer
            assert layer is not None
            unit, above = units[layer - self.layer : layer - self.layer + 2]
            beside = back.copy()
            beside[above] = 0.0
            entering = self._evaluated(link.equation, link, unit, instead=beside)
            gain = self._evaluated(link.gain, link, unit)[above]
            others = others * float(gain) + float(entering)
            back = self._evaluated(link.equation, link, instead=back)
        return others * self.entered(source).value

    @np.errstate(all="ignore")
    def each_path(self, unit: int, source: int) -> list[tuple[tuple[int, ...], float]]:
        """Return every path that stays in this time: its units from this layer to the last, its product.

        The largest come first. There are `paths_now` of them: ask only if these are few.
        """
        if not self.has_target:
            return []
        products = self.from_loss
        for link in self._links_down():
            # Nothing is summed: there is an axis for the neurons of each layer.
            products = products[..., None] * self._evaluated(link.gain, link)
        products = products[..., unit].transpose() * self.entered(source).value
        found = [((unit, *above), float(products[above])) for above in np.ndindex(products.shape)]
        return sorted(found, key=lambda path: -abs(path[1]))

    def _links_down(self) -> list[Link]:
        """Return the links that paths in this time go through, from the last layer down."""
        return [
            within_time(self.table, layer)
            for layer in range(self.trace.shapes.layers - 1, self.layer - 1, -1)
        ]

    # -- what is used again -----------------------------------------------------------------------

    def from_above(self, unit: int) -> Array:
        """Return what comes back to a neuron through each neuron of the layer above: weight · delta."""
        link = within_time(self.table, self.layer)
        return self._evaluated(link.each, link, unit)

    def branch(self, unit: int, to: int) -> tuple[Factor, ...]:
        """Return the weight to a neuron of the layer above, and that neuron's delta."""
        return self.branch_of(within_time(self.table, self.layer), to, unit)

    def from_future(self, unit: int) -> Traced | None:
        """Return what comes back to a neuron from the next time; None if nothing can."""
        link = through_time(self.table, self.layer)
        if link is None or self.time + link.shift >= self.trace.shapes.times:
            return None
        return self.traced(self.at(link.reading.variable.name, self.layer), unit)

    def _evaluated(
        self, one: equation.Equation, link: Link, unit: int | None = None, instead: Array | None = None
    ) -> Array:
        """Return what an equation of a link comes to at this moment, for one unit of its result or for all.

        `instead` stands in the place of the source's recorded delta.
        """
        layer = link.result.variable.layer
        assert layer is not None
        at = {} if unit is None else {link.letters[1]: unit}

        def read(factor: equation.Factor) -> Array:
            found = instead
            if factor != link.source or found is None:
                found = array_of(self.trace, self.read("delta", layer, factor))
            letters = [letter for letter in factor.letters if letter not in (TIME, SAMPLE)]
            taken: Array = found[tuple(at.get(letter, slice(None)) for letter in letters)]
            return taken

        return evaluate(one, read, "".join((TIME, SAMPLE, *at)))


@lru_cache(maxsize=8)
def _ways(scenario: Scenario, targets: tuple[bool, ...]) -> tuple[Ways, ...]:
    return ways_at_first(scenario, targets)
