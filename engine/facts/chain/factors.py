"""What is a factor of the chain rule, and what was it when the way back read it?

Errors, slopes, weights and activations of one sample at one time, each with its symbol and with the
step that made it. A weight is the version that the way back reads: after an update that has not
waited, not the one that the forward pass used.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np

from engine.equations.equation import SAMPLE, TIME
from engine.equations.links import delta_of, from_loss, is_one_factor, links
from engine.equations.table import table_of
from engine.facts.counterfactual import again
from engine.facts.entry import Number
from engine.facts.number import Traced
from engine.once import once
from engine.order.quantities import PARAMETERS, Quantity, Reference
from engine.order.site import Site

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from engine.arrays import Array
    from engine.equations import equation
    from engine.equations.links import Link
    from engine.equations.table import Table
    from engine.facts.explain.expression import Leaf
    from engine.run.iteration import Iteration
    from engine.run.tracing import Trace

Meaning = Literal["error", "delta", "slope", "weight", "recurrent weight", "input", "before", "one"]
"""What a number is: ∂C/∂a, ∂C/∂z, a slope, a weight, or what came in (from below, from the layer itself one
time before, or the 1 that a bias is multiplied by)."""


class Factor(NamedTuple):
    """A number of the chain rule, and what it is there.

    `time` is the one that it belongs to; a recurrent weight leads back to it. `changed` says that the weight
    on the way back is no longer the one that the forward pass used.
    """

    meaning: Meaning
    number: Leaf
    time: int
    changed: bool = False

    @property
    def symbol(self) -> str:
        """What it is called."""
        return self.number.symbol

    @property
    def value(self) -> float:
        """What it is."""
        return self.number.value

    @property
    def made(self) -> int | None:
        """The step that made it; None if none did."""
        return self.number.maker if isinstance(self.number, Traced) else None


def what_it_is(factor: Factor) -> tuple[object, ...]:
    """Return what a factor is, whatever its value: the same on the path of another run."""
    number = factor.number
    return factor.meaning, factor.time, *((number.layer, number.index) if isinstance(number, Traced) else ())


_MEANINGS: dict[str, Meaning] = {
    "slope": "slope",
    "slope_at_activation": "slope",
    "weights": "weight",
    "recurrent_weights": "recurrent weight",
}


@np.errstate(all="ignore")
def from_losses(numbers: Iteration, sample: int, time: int | None = None) -> Array:
    """Return ∂C/∂z of the last layer from the loss of each time alone, or of one: [time, unit].

    Zeros without a target.
    """
    last = delta_of(len(numbers.network.layers))
    every = links(table_of(numbers.scenario))[last]
    others = {(link.source.variable, link.shift): None for link in every if not link.loss}
    times = range(len(numbers.has_target(sample)))
    return again(numbers, last, sample, times if time is None else times[time : time + 1], others)


@dataclass(frozen=True)
class Moment:
    """One sample at one time of an iteration."""

    trace: Trace
    iteration: int
    sample: int
    time: int

    @property
    def table(self) -> Table:
        """The equations of the network."""
        return table_of(self.trace.scenario)

    @property
    def has_target(self) -> bool:
        """Whether this time has a loss."""
        return bool(self.trace.shapes.has_target[self.sample, self.time])

    def from_output(self, unit: int) -> tuple[Factor, ...]:
        """Return what the loss of this time gives: error and slope, or their product as one factor."""
        last = self.trace.shapes.layers
        if is_one_factor(self.trace.scenario):
            delta = self.traced(self.at("delta", last), unit)
            value = float(self.from_loss[unit])
            return (Factor("delta", self._of_this_time(delta, value), self.time),)
        link = from_loss(self.table, last)
        # Of an output that remembers it is what comes from above alone, and called so as everywhere.
        return self.factor("error", self.at(link.source.variable.name, last), unit), *self.between(
            link, unit, unit
        )

    def _of_this_time(self, delta: Traced, value: float) -> Traced:
        """Return what an output gets from a loss, named so that it is not taken for what the future adds."""
        symbol = None
        if self.trace.shapes.recurrent[-1]:
            z = self.traced(self.at("pre_activation", delta.layer), *delta.index)
            symbol = f"∂C@{self.time}/∂{z.symbol}"
        return Traced(self.trace, delta.number, symbol, value)

    @once
    def from_loss(self) -> Array:
        """∂C/∂z of each output from the loss of this time alone (zeros without a target)."""
        found: Array = from_losses(self.trace.iteration(self.iteration), self.sample, self.time)[0]
        return found

    # -- along a link -----------------------------------------------------------------------------

    def between(self, link: Link, to: int, unit: int) -> tuple[Factor, ...]:
        """Return what stands between a neuron of this moment and the neuron `to` that its delta reads."""
        return tuple(self._factors(link, link.between, to, unit))

    def branch_of(self, link: Link, to: int, unit: int) -> tuple[Factor, ...]:
        """Return the product that the neuron `to` gives to a neuron's error; its last factor is the delta."""
        (term,) = link.reading.terms
        others = [factor for factor in term.factors if factor != link.source]
        layer = link.source.variable.layer
        delta = self.at("delta", layer)._replace(time=self.time + link.shift)
        return (*self._factors(link, others, to, unit), self.factor("delta", delta, to))

    def _factors(
        self, link: Link, factors: Iterable[equation.Factor], to: int, unit: int
    ) -> Iterator[Factor]:
        at = dict(zip(link.letters, (to, unit), strict=True))
        layer = link.result.variable.layer
        assert layer is not None
        for one in factors:
            read = self.read("delta", layer, one)
            index = [at[letter] for letter in one.letters if letter not in (TIME, SAMPLE)]
            found = self.factor(_MEANINGS[one.variable.name], read, *index)
            yield found._replace(changed=one.variable.name in PARAMETERS and read != self._forward(link, one))

    def _forward(self, link: Link, parameter: equation.Factor) -> Reference:
        """Return a parameter on a link as the way forward has read it."""
        there = Moment(self.trace, self.iteration, self.sample, self.time + link.shift)
        layer = link.source.variable.layer
        assert layer is not None
        return there.read("forward", layer, parameter)

    # -- the numbers of the trace -----------------------------------------------------------------

    def at(self, quantity: Quantity, layer: int | None) -> Reference:
        """Return the reference of a quantity of this moment."""
        return Reference(quantity, self.iteration, layer, self.sample, self.time)

    def read(
        self, kind: Literal["forward", "delta", "gradient"], layer: int, factor: equation.Factor
    ) -> Reference:
        """Return what a factor is that a step of a layer reads; parameters with their version."""
        site = Site(kind, self.iteration, self.sample, self.time, layer)
        read = self.trace.flow.named(self.trace.schedule.step(site), site, factor)
        assert read is not None
        return read

    def traced(self, reference: Reference, *index: int) -> Traced:
        """Return an entry of what a reference names."""
        return Traced(self.trace, Number(reference, index))

    def factor(self, meaning: Meaning, reference: Reference, *index: int) -> Factor:
        """Return an entry of what a reference names as a factor."""
        return Factor(meaning, self.traced(reference, *index), self.time)
