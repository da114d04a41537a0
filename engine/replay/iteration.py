"""What are all the numbers of one iteration?

An iteration is played once, whole batches at a time, and its arrays are kept and made read-only.
A number that is a product of two kept ones (a sample's share of the gradient, a running total,
the parameters between two premature updates) is formed when it is looked at.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

import numpy as np

from engine.execute.compile import compiled
from engine.execute.machine import Machine
from engine.execute.passes import Batch, Pass
from engine.execute.program import plan
from engine.parameters import ParameterArrays
from engine.replay.kept_vectors import KeptVectors
from engine.replay.latest import Latest
from engine.replay.run import scale

if TYPE_CHECKING:
    from engine.execute.program import Block, Part
    from engine.order.shapes import Shapes
    from engine.parameters import Parameters
    from engine.scenario import Order, Scenario

_VERSION_BYTES = 4 << 20


class Iteration(KeptVectors):
    """The numbers of one iteration: `before` and `after` are the parameters at its two ends.

    `samples` are the samples of its batch. All arrays are read-only.
    """

    def __init__(
        self, scenario: Scenario, shapes: Shapes, order: Order, number: int, before: Parameters
    ) -> None:
        super().__init__(shapes.times)
        self.number = number
        self.samples = shapes.batch(number)
        self.before = before
        self.order: Order = order
        self.scale = scale(scenario, len(self.samples))
        self.network = scenario.network
        self._shapes = shapes
        # Of the versions between premature updates, one in so many is kept: of a small network all.
        updates = len(self.samples) * shapes.times if order == "premature" else 0
        self._every = [
            max(1, updates * (layer.weights.nbytes + layer.biases.nbytes) // _VERSION_BYTES)
            for layer in scenario.network.layers
        ]
        self._versions = [[before.layer(layer)] for layer in range(1, shapes.layers + 1)]
        self._updates = [0] * shapes.layers
        self._final: list[ParameterArrays] | None = None
        self._latest_gradients = Latest[ParameterArrays]()
        self._latest_totals = Latest[ParameterArrays]()
        self._latest_change = Latest[ParameterArrays]()
        self._play(scenario, self._plan())

    def _plan(self) -> list[Part]:
        return plan(self.order, self.samples, self._shapes.layers, self._times)

    @np.errstate(all="ignore")
    def _play(self, scenario: Scenario, plan: list[Part]) -> None:
        machine = Machine(scenario.network, self.before)
        machine.scale = self.scale
        for part in plan:
            arrays = Pass(scenario.network, len(part.samples), self._times)
            arrays.load(Batch(scenario.data, part.samples))
            self._keep(arrays, part.samples)
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
        if self._updates[layer] % self._every[layer] == 0:
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
        # What was formed latest: a gradient, a total and a change.
        total += max(array.nbytes for array in self.before.weights) * 3
        for arrays in self._passes:
            for layer in arrays.layers:
                total += 7 * layer.delta.nbytes
        for versions in self._versions:
            total += sum(version.weights.nbytes for version in versions[1:])
        return total

    # -- gradients ----------------------------------------------------------------------------

    @np.errstate(all="ignore")
    def gradients(self, layer: int, sample: int, time: int) -> ParameterArrays:
        """Return what a sample at a time contributes to the gradients of a layer."""
        arrays, row = self._place(sample, time)
        key = layer, sample, time
        return self._latest_gradients(key, lambda: self._sum(layer, arrays, slice(row, row + 1)))

    @np.errstate(all="ignore")
    def totals(self, layer: int, sample: int, time: int) -> ParameterArrays:
        """Return the gradients of a layer gathered in this iteration, up to and with this one."""
        if self._final is not None and time == 0 and sample == self.samples.stop - 1:
            return self._final[layer - 1]
        return self._latest_totals((layer, sample, time), lambda: self._total(layer, sample, time))

    def _total(self, layer: int, sample: int, time: int) -> ParameterArrays:
        place = bisect_right(self._starts, sample) - 1
        arrays, index = self._passes[place], sample - self._starts[place]
        times, indices = np.divmod(np.arange(arrays.samples * self._times), arrays.samples)
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
        kept, further = divmod(version, self._every[layer - 1])
        current = self._versions[layer - 1][kept]
        for update in range(version - further, version):
            current = self._updated(layer, current, self._applied(layer, update))
        return current

    def change_of_update(self, layer: int, update: int) -> ParameterArrays:
        """Return what an update (0-based within this iteration) of a layer adds to its parameters."""
        return self._latest_change((layer, update), lambda: self.change(layer, self._applied(layer, update)))

    def _applied(self, layer: int, update: int) -> ParameterArrays:
        """Return the gradients that an update (0-based within this iteration) of a layer applies."""
        if self.order == "deferred":
            return self.totals(layer, self.samples.stop - 1, 0)
        index, back = divmod(update, self._times)
        return self.gradients(layer, self.samples.start + index, self._times - 1 - back)

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
