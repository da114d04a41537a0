"""How is a run computed straight through, and what is the loss at given parameters?

`train` and the replay of a trace are this same run; a trace keeps the numbers of the iteration that is
looked at (`engine.run.iteration`), a run keeps only the parameters and the losses.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.apart import WHOLE
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
        self.iteration = iteration
        self._shared.of(self).put(parameters)

    def advance(self, iterations: int) -> Array:
        """Run further iterations and return the loss of each: of its batch, before its update."""
        with WHOLE:
            losses = self._shared.of(self).advance(self.iteration, iterations)
            self.iteration += iterations
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
    divisor = samples if scenario.training.reduction == "mean" else 1
    return [forward.loss(parameters) / divisor for parameters in places]
