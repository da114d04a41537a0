"""What is a factor of the chain rule, and what was it when the way back read it?

Errors, slopes, weights and activations of one sample at one time, each with its symbol and with the
step that made it. A weight is the version that the way back reads: in the premature order, or after
an update out of turn, not the one that the forward pass used.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np

from engine.mathematics.output import output_of
from engine.order.quantities import Quantity, Reference
from engine.order.site import Site
from engine.replay.numbers import Number, array_of, symbol_of

if TYPE_CHECKING:
    from engine.arrays import Array
    from engine.replay.tracing import Trace

Meaning = Literal[
    "error", "delta", "slope", "weight", "recurrent weight", "input", "before", "one", "gradient"
]
"""What a number is: ∂C/∂a, ∂C/∂z, a slope, a weight, what came in (from below, from the layer itself one
time before, or the 1 that a bias is multiplied by), or the product of a whole path."""


class Factor(NamedTuple):
    """A number of the chain rule: `made` is the step that wrote it, None if the scenario file gave it.

    `units` is (unit,) or (to, from) in `layer`, counted from 0. `time` is the one that it belongs to; a
    recurrent weight leads back to it. `changed` says that the weight on the way back is no longer the
    one that the forward pass used.
    """

    meaning: Meaning
    symbol: str
    value: float
    made: int | None
    layer: int
    units: tuple[int, ...]
    time: int
    changed: bool = False


@dataclass(frozen=True)
class Moment:
    """One sample at one time of an iteration."""

    trace: Trace
    iteration: int
    sample: int
    time: int

    @property
    def has_target(self) -> bool:
        """Whether this time has a loss."""
        return bool(self.trace.shapes.has_target[self.sample, self.time])

    def from_output(self, unit: int) -> tuple[Factor, ...]:
        """Return what the loss of this time gives: error and slope, or their product as one factor."""
        last = self.trace.shapes.layers
        if self._one_factor:
            delta = self.factor("delta", self.at("delta", last), unit)
            delta = delta._replace(value=float(self.from_loss[unit]))
            return (self._of_this_time(delta, "pre_activation"),)
        quantity: Quantity = "from_above" if self.trace.shapes.recurrent[-1] else "error"
        error = self.factor("error", self.at(quantity, last), unit)
        return self._of_this_time(error, "activation"), self.slope(last, unit)

    def _of_this_time(self, factor: Factor, by: Quantity) -> Factor:
        """Return what an output gets from a loss, named so that it is not taken for what the future adds."""
        if not self.trace.shapes.recurrent[-1]:
            return factor
        symbol = symbol_of(self.trace, Number(self.at(by, factor.layer), factor.units))
        return factor._replace(symbol=f"∂C@{self.time}/∂{symbol}")

    @property
    def _one_factor(self) -> bool:
        network = self.trace.scenario.network
        activation = network.layers[-1].activation
        return activation == "softmax" or output_of(activation, network.loss).simplified

    @cached_property
    def from_loss(self) -> Array:
        """∂C/∂z of each output from the loss of this time alone (zeros without a target)."""
        last = self.trace.shapes.layers
        network = self.trace.scenario.network
        if not self.trace.shapes.recurrent[last - 1]:
            return self.array("delta", last)
        error = self.array("from_above", last)
        if not self.has_target:
            return np.zeros_like(error)
        z, a, slope = (
            self.array(quantity, last)[None] for quantity in ("pre_activation", "activation", "slope")
        )
        target = array_of(self.trace, self.at("target", None))[None]
        out = np.empty_like(z)
        with np.errstate(all="ignore"):
            output = output_of(network.layers[-1].activation, network.loss)
            output.delta(z, a, slope, error[None], target, out)
        found: Array = out[0]
        return found

    def slope(self, layer: int, unit: int) -> Factor:
        """Return f'(z) of a neuron."""
        return self.factor("slope", self.at("slope", layer), unit)

    def came_in(self, layer: int, source: int) -> Factor:
        """Return what a weight of a layer 1..L is multiplied by going forward: an input or an activation."""
        return self.factor("input", self.at("input" if layer == 1 else "activation", layer - 1), source)

    def was_before(self, layer: int, source: int) -> Factor:
        """Return what a recurrent weight is multiplied by going forward: an activation of the time before."""
        reference = Reference("initial_state", self.iteration, layer)
        if self.time:
            reference = self.at("activation", layer)._replace(time=self.time - 1)
        return self.factor("before", reference, source)._replace(time=self.time - 1)

    def weight(self, layer: int, to: int, source: int) -> Factor:
        """Return a weight into `layer` 2..L as the way back reads it."""
        read = self.read("delta", layer - 1, "weights", layer)
        factor = self.factor("weight", read, to, source)
        return factor._replace(changed=read != self.read("forward", layer, "weights", layer))

    def recurrent_weight(self, layer: int, to: int, source: int) -> Factor:
        """Return a recurrent weight as the way back from the next time to this one reads it."""
        read = self.read("delta", layer, "recurrent_weights", layer)
        factor = self.factor("recurrent weight", read, to, source)
        after = Moment(self.trace, self.iteration, self.sample, self.time + 1)
        return factor._replace(changed=read != after.read("forward", layer, "recurrent_weights", layer))

    # -- the numbers of the trace -----------------------------------------------------------------

    def at(self, quantity: Quantity, layer: int | None) -> Reference:
        """Return the reference of a quantity of this moment."""
        return Reference(quantity, self.iteration, layer, self.sample, self.time)

    def array(self, quantity: Quantity, layer: int) -> Array:
        """Return a quantity of this moment, [unit] or [to, from]."""
        return array_of(self.trace, self.at(quantity, layer))

    def read(self, kind: Literal["forward", "delta"], layer: int, quantity: Quantity, of: int) -> Reference:
        """Return the weights of the layer `of` that a step of `layer` reads, with their version."""
        step = self.trace.schedule.step(Site(kind, self.iteration, self.sample, self.time, layer))
        reads = self.trace.flow.reads(step)
        return next(read for read in reads if (read.quantity, read.layer) == (quantity, of))

    def factor(self, meaning: Meaning, reference: Reference, *index: int) -> Factor:
        """Return an entry of what a reference names as a factor."""
        number = Number(reference, index)
        value = float(array_of(self.trace, reference)[index])
        made = self.trace.flow.writer(reference)
        symbol = symbol_of(self.trace, number)
        return Factor(meaning, symbol, value, made, reference.layer or 0, index, self.time)
