"""What are the numbers of the iteration in which the user breaks the rule?

Each update applies what has been gathered by then minus what was applied before, so the layer's
updates together still apply the whole total; but what is computed after a change reads the changed
parameters, and the total is no longer the gradient of one loss at one point.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.execute.program import broken_plan
from engine.parameters import ParameterArrays
from engine.replay.iteration import Iteration
from engine.replay.run import reduced

if TYPE_CHECKING:
    from engine.arrays import Array
    from engine.execute.machine import Machine
    from engine.execute.program import Block, Part
    from engine.order.broken_schedule import BrokenSchedule
    from engine.parameters import Parameters
    from engine.scenario import Scenario


class BrokenIteration(Iteration):
    """The numbers of the iteration of a broken schedule, from the parameters `before`.

    With `inserted` False the same without the updates out of turn: the deferred iteration, computed in
    the same pieces and so with the same rounding. What differs between the two, the breaks have changed.
    """

    def __init__(
        self, scenario: Scenario, schedule: BrokenSchedule, before: Parameters, *, inserted: bool = True
    ) -> None:
        self._broken = schedule
        self._inserted = inserted
        # Last: it plays the iteration, and the methods below take part in that.
        super().__init__(scenario, schedule.shapes, "deferred", schedule.iteration, before)

    @np.errstate(all="ignore")
    def loss(self, scenario: Scenario) -> Array:
        """Return the loss of the batch [1], each sample's as it was computed, as `reduction` says."""
        total = sum(float(arrays.terms.sum()) for arrays in self._passes)
        return np.array([reduced(scenario, total, len(self.samples))])

    def _plan(self) -> list[Part]:
        return broken_plan(self._broken, inserted=self._inserted)

    def _gather(self, block: Block, machine: Machine) -> None:
        place = block.layer - 1
        applied = self._applied(block.layer, self._updates[place])
        np.copyto(machine.weight_totals[place], applied.weights)
        np.copyto(machine.bias_totals[place], applied.biases)
        recurrent = machine.recurrent_totals[place]
        if recurrent is not None and applied.recurrent_weights is not None:
            np.copyto(recurrent, applied.recurrent_weights)

    def _keep_totals(self, machine: Machine) -> None:
        """Keep none: `totals` gives those that the updates used bit for bit."""

    def _applied(self, layer: int, update: int) -> ParameterArrays:
        now = self.totals(layer, *self._gathered_by(layer, update))
        if update == 0:
            return now
        return _minus(now, self.totals(layer, *self._gathered_by(layer, update - 1)))

    def _gathered_by(self, layer: int, update: int) -> tuple[int, int]:
        """Return the sample and time of the last gradient that was there at an update of a layer."""
        schedule = self._broken if self._inserted else self._broken.base
        site = schedule.site(schedule.update_step(self.number, layer, update))
        if site.sample is None or site.time is None:
            return self.samples.stop - 1, 0
        return site.sample, site.time


@np.errstate(all="ignore")
def _minus(now: ParameterArrays, applied: ParameterArrays) -> ParameterArrays:
    recurrent = None
    if now.recurrent_weights is not None and applied.recurrent_weights is not None:
        recurrent = now.recurrent_weights - applied.recurrent_weights
    return ParameterArrays(now.weights - applied.weights, now.biases - applied.biases, recurrent).read_only()
