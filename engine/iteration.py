"""What are all the numbers of one iteration?

An iteration is played once, whole batches at a time, and its arrays are kept and made read-only.
A number that is a product of two kept ones (a sample's share of the gradient, a running total,
the parameters between two premature updates) is formed when it is looked at.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, Literal

import numpy as np

from engine.arrays import frozen
from engine.execute.compile import compiled
from engine.execute.machine import Machine
from engine.parameters import ParameterArrays
from engine.passes import Batch, Pass
from engine.program import plan
from engine.run import scale

if TYPE_CHECKING:
    from engine.arrays import Array
    from engine.parameters import Parameters
    from engine.program import Block, Part
    from engine.scenario import Order, Scenario
    from engine.shapes import Shapes

Stored = Literal[
    "pre_activation", "activation", "slope", "error", "delta", "from_above", "from_future", "previous"
]
"""The vectors of a layer that a pass keeps; `previous` is the activation of the time before."""

_VERSION_BYTES = 4 << 20


class Iteration:
    """The numbers of one iteration: `before` and `after` are the parameters at its two ends.

    `samples` are the samples of its batch. All arrays are read-only.
    """

    def __init__(
        self, scenario: Scenario, shapes: Shapes, order: Order, number: int, before: Parameters
    ) -> None:
        self.number = number
        self.samples = shapes.batch(number)
        self.before = before
        self.order: Order = order
        self.scale = scale(scenario, len(self.samples))
        self.network = scenario.network
        self._shapes = shapes
        # Versions kept between premature updates: all of a small network, some of a large one.
        updates = len(self.samples) * shapes.times if order == "premature" else 0
        self._keep = [
            max(1, updates * (layer.weights.nbytes + layer.biases.nbytes) // _VERSION_BYTES)
            for layer in scenario.network.layers
        ]
        self._versions = [[before.layer(layer)] for layer in range(1, shapes.layers + 1)]
        self._updates = [0] * shapes.layers
        self._passes: list[Pass] = []
        self._starts: list[int] = []
        self._final: list[ParameterArrays] | None = None
        self._play(scenario, self._plan())

    def _plan(self) -> list[Part]:
        return plan(self.order, self.samples, self._shapes.layers, self._shapes.times)

    @np.errstate(all="ignore")
    def _play(self, scenario: Scenario, plan: list[Part]) -> None:
        machine = Machine(scenario.network, self.before)
        machine.scale = self.scale
        for part in plan:
            arrays = Pass(scenario.network, len(part.samples), self._shapes.times)
            arrays.load(Batch(scenario.data, part.samples))
            self._passes.append(arrays)
            self._starts.append(part.samples.start)
            for block, operation in zip(part.blocks, compiled(machine, part.blocks, arrays), strict=True):
                if block.kind == "update":
                    self._gather(block, machine)
                operation()
                if block.kind == "update":
                    self._note_version(block, machine)
            arrays.freeze()
        self.after = machine.parameters()
        self._keep_totals(machine)

    def _gather(self, block: Block, machine: Machine) -> None:
        """Put what an update is about to apply into the machine: its gradient has put it there already."""

    def _note_version(self, block: Block, machine: Machine) -> None:
        layer = block.layer - 1
        self._updates[layer] += 1
        if self._updates[layer] % self._keep[layer] == 0:
            self._versions[layer].append(machine.parameters().layer(block.layer))

    def _keep_totals(self, machine: Machine) -> None:
        """Keep the totals that the deferred updates used: the last running totals, bit for bit."""
        if self.order == "deferred":
            every = zip(machine.weight_totals, machine.bias_totals, machine.recurrent_totals, strict=True)
            self._final = [ParameterArrays(*totals).read_only() for totals in every]

    @property
    def nbytes(self) -> int:
        """Bytes that the kept arrays take, about."""
        total = sum(array.nbytes for array in self.before.weights) * 2
        for arrays in self._passes:
            for layer in arrays.layers:
                total += 7 * layer.delta.nbytes
        for versions in self._versions:
            total += sum(version.weights.nbytes for version in versions[1:])
        return total

    # -- vectors ------------------------------------------------------------------------------

    def _place(self, sample: int, time: int) -> tuple[Pass, int]:
        """Return the pass that a sample is in, and its row at a time."""
        place = bisect_right(self._starts, sample) - 1
        arrays = self._passes[place]
        return arrays, time * arrays.samples + sample - self._starts[place]

    def vector(self, name: Stored, layer: int, sample: int, time: int) -> Array:
        """Return a kept vector [unit] of `layer` 1..L; `activation` also of layer 0, the input."""
        arrays, row = self._place(sample, time)
        array: Array = arrays.inputs if layer == 0 else getattr(arrays.layers[layer - 1], name)
        vector: Array = array[row]
        return vector

    def sequence(self, name: Stored, layer: int, sample: int) -> Array:
        """Return a kept quantity of a sample at all times, [time, unit], as `vector` has it at one."""
        arrays, row = self._place(sample, 0)
        array: Array = arrays.inputs if layer == 0 else getattr(arrays.layers[layer - 1], name)
        times: Array = array[row :: arrays.samples]
        return times

    def vectors(self, name: Stored, layer: int) -> Array:
        """Return a kept vector of a layer 1..L for the whole batch: [sample of the batch, time, unit]."""
        found = [
            getattr(arrays.layers[layer - 1], name).reshape(self._shapes.times, arrays.samples, -1)
            for arrays in self._passes
        ]
        return frozen(np.concatenate(found, axis=1).transpose(1, 0, 2))

    def every_sample(self, name: Stored, layer: int, time: int) -> Array:
        """Return a kept vector of each sample of the batch at a time: [sample, unit]."""
        rows = []
        for arrays in self._passes:
            array: Array = arrays.inputs if layer == 0 else getattr(arrays.layers[layer - 1], name)
            rows.append(array[time * arrays.samples : (time + 1) * arrays.samples])
        return rows[0] if len(rows) == 1 else frozen(np.concatenate(rows))

    def target(self, sample: int, time: int) -> Array:
        """Return the target [output] of a sample at a time (zeros where there is none)."""
        arrays, row = self._place(sample, time)
        target: Array = arrays.targets[row]
        return target

    def terms(self, sample: int, time: int) -> Array:
        """Return the loss terms [output] of a sample at a time."""
        arrays, row = self._place(sample, time)
        terms: Array = arrays.terms[row]
        return terms

    # -- gradients ----------------------------------------------------------------------------

    @np.errstate(all="ignore")
    def gradients(self, layer: int, sample: int, time: int) -> ParameterArrays:
        """Return what a sample at a time contributes to the gradients of a layer."""
        arrays, row = self._place(sample, time)
        return self._sum(layer, arrays, slice(row, row + 1))

    @np.errstate(all="ignore")
    def totals(self, layer: int, sample: int, time: int) -> ParameterArrays:
        """Return the gradients of a layer gathered in this iteration, up to and with this one."""
        if self._final is not None and time == 0 and sample == self.samples.stop - 1:
            return self._final[layer - 1]
        place = bisect_right(self._starts, sample) - 1
        arrays, index = self._passes[place], sample - self._starts[place]
        times, indices = np.divmod(np.arange(arrays.samples * self._shapes.times), arrays.samples)
        chosen = (indices < index) | ((indices == index) & (times >= time))
        parts = [self._sum(layer, earlier, slice(None)) for earlier in self._passes[:place]]
        parts.append(self._sum(layer, arrays, np.flatnonzero(chosen)))
        return _added(parts)

    def _sum(self, layer: int, arrays: Pass, rows: slice | np.ndarray) -> ParameterArrays:
        mine = arrays.layers[layer - 1]
        delta = mine.delta[rows]
        return ParameterArrays(
            np.dot(delta.T, arrays.below(layer)[rows]),
            np.dot(np.ones(len(delta)), delta),
            None if mine.previous is None else np.dot(delta.T, mine.previous[rows]),
        ).read_only()

    # -- parameters ---------------------------------------------------------------------------

    @np.errstate(all="ignore")
    def parameters(self, layer: int, version: int) -> ParameterArrays:
        """Return the parameters of a layer after `version` updates of it within this iteration."""
        kept, further = divmod(version, self._keep[layer - 1])
        current = self._versions[layer - 1][kept]
        for update in range(version - further, version):
            current = self._updated(layer, current, self._applied(layer, update))
        return current

    def change_of_update(self, layer: int, update: int) -> ParameterArrays:
        """Return what an update (0-based within this iteration) of a layer adds to its parameters."""
        return self.change(layer, self._applied(layer, update))

    def _applied(self, layer: int, update: int) -> ParameterArrays:
        """Return the gradients that an update (0-based within this iteration) of a layer applies."""
        if self.order == "deferred":
            return self.totals(layer, self.samples.stop - 1, 0)
        index, back = divmod(update, self._shapes.times)
        return self.gradients(layer, self.samples.start + index, self._shapes.times - 1 - back)

    @np.errstate(all="ignore")
    def change(self, layer: int, gradients: ParameterArrays) -> ParameterArrays:
        """Return what applying `gradients` adds to the parameters of a layer: -η · total."""
        # Subtracted from 0 rather than negated: no change is 0, never -0.
        biases = 0.0 - gradients.biases * self.scale
        if not self.network.layers[layer - 1].train_biases:
            biases = np.zeros_like(biases)
        recurrent = gradients.recurrent_weights
        return ParameterArrays(
            0.0 - gradients.weights * self.scale,
            biases,
            None if recurrent is None else 0.0 - recurrent * self.scale,
        ).read_only()

    def _updated(
        self, layer: int, parameters: ParameterArrays, gradients: ParameterArrays
    ) -> ParameterArrays:
        # The same arithmetic as the machine's update, so that the result is the same bit for bit.
        weights = parameters.weights - gradients.weights * self.scale
        biases, recurrent = parameters.biases, parameters.recurrent_weights
        if self.network.layers[layer - 1].train_biases:
            biases = biases - gradients.biases * self.scale
        if recurrent is not None and gradients.recurrent_weights is not None:
            recurrent = recurrent - gradients.recurrent_weights * self.scale
        return ParameterArrays(weights, biases, recurrent).read_only()


def _added(parts: list[ParameterArrays]) -> ParameterArrays:
    weights, biases, recurrent = parts[0]
    for part in parts[1:]:
        weights = weights + part.weights
        biases = biases + part.biases
        if recurrent is not None and part.recurrent_weights is not None:
            recurrent = recurrent + part.recurrent_weights
    return ParameterArrays(weights, biases, recurrent).read_only()
