"""How is a run computed straight through, and what is the loss at given parameters?

`train` and the replay of a trace are this same run; a trace keeps the numbers of the iteration that is
looked at (`engine.run.iteration`), a run keeps only the parameters and the losses.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.apart import WHOLE
from engine.equations.forward import divisor
from engine.order.schedule import Schedule
from engine.parameters import initial_parameters
from engine.program.machine import straight
from engine.run.play import Shared

if TYPE_CHECKING:
    from collections.abc import Iterable

    from engine.arrays import Array
    from engine.order.shapes import Shapes
    from engine.parameters import Parameters
    from engine.scenario import Order, Scenario

_EVALUATED_ROWS = 4096


class Run:
    """A run that moves forward: `iteration` iterations are done, `parameters()` are the result.

    `seek` puts it back to any iteration whose parameters are known.
    """

    def __init__(
        self, scenario: Scenario, shapes: Shapes, order: Order, shared: Shared | None = None
    ) -> None:
        self.scenario = scenario
        self.shapes = shapes
        self.iteration = 0
        self.kept = initial_parameters(scenario)
        # An iteration that is still to be taken over: its number, its loss and the parameters after it.
        self._ready: tuple[int, Array, Parameters] | None = None
        self._shared = shared or Shared(scenario, Schedule(shapes, order))

    @property
    def stride(self) -> int:
        """How many iterations may lie between two checkpoints: so many as are run again in a millisecond."""
        return 128 if straight(self.scenario, self.shapes) else 16

    def parameters(self) -> Parameters:
        """Return the parameters after `iteration` iterations."""
        return self._shared.parameters(self)

    def seek(self, iteration: int, parameters: Parameters) -> None:
        """Go on from `parameters`, those before `iteration`."""
        self._ready = None
        if self._shared.may_be_left:  # its parameters are its own between the iterations
            self.kept = parameters
        else:
            self._shared.of(self).put(parameters)
        self.iteration = iteration

    def make_ready(self) -> bool:
        """Run the next iteration as far as it can be left, if it takes long; return whether it does.

        Then `advance` has only to take it over.
        """
        if not self._shared.may_be_left:
            return False
        if self._ready is None or self._ready[0] != self.iteration:
            self._ready = self.iteration, *self._shared.ran(self.iteration, self.parameters())
        return True

    def advance(self, iterations: int) -> Array:
        """Run further iterations and return the loss of each: of its batch, before its update."""
        if self._shared.may_be_left:
            return np.concatenate([self._take_over() for _ in range(iterations)])
        with WHOLE:
            losses = self._shared.of(self).advance(self.iteration, iterations)
            self.iteration += iterations
        return losses

    def _take_over(self) -> Array:
        self.make_ready()
        assert self._ready is not None
        with WHOLE:
            _, losses, after = self._ready
            self.seek(self.iteration + 1, after)
        return losses


def loss_of(scenario: Scenario, shapes: Shapes, parameters: Parameters) -> float:
    """Return the loss over all samples at these parameters, summed or averaged as `reduction` says."""
    return losses_of(scenario, shapes, [parameters])[0]


def losses_of(scenario: Scenario, shapes: Shapes, places: Iterable[Parameters]) -> list[float]:
    """Return the loss over all samples at each of some places: one program for all of them."""
    from engine.program.arrays.machine import ForwardPass

    step = max(1, _EVALUATED_ROWS // shapes.times)
    samples = scenario.data.samples
    parts = [range(first, min(first + step, samples)) for first in range(0, samples, step)]
    forward = ForwardPass(scenario, shapes.times, parts)
    over = divisor(scenario.training, samples)
    return [forward.loss(parameters) / over for parameters in places]
