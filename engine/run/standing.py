"""What are the parameters once a step of a run has been done, in the middle of an iteration too?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.equations.equation import Variable
from engine.order.site import Sort

if TYPE_CHECKING:
    from engine.parameters import Parameters
    from engine.run.tracing import Trace


def parameters_at(trace: Trace, step: int) -> Parameters:
    """Return the parameters after a step (0-based): each layer as its last update up to there has left it.

    What the optimiser remembers is as the iteration began with it, unless the step is its last.
    """
    iteration = trace.schedule.site(step).iteration
    if step + 1 == trace.schedule.first_step(iteration + 1):
        return trace.parameters(iteration + 1)
    numbers = trace.iteration(iteration)
    changed = {}
    for layer in updated_at(trace, step):
        done = trace.schedule.done(step, Sort("update", layer))
        for group, array in numbers.parameters(layer, done)._asdict().items():
            if array is not None:
                changed[Variable(group, layer)] = array
    return trace.parameters(iteration).replaced(changed)


def updated_at(trace: Trace, step: int) -> list[int]:
    """Return the layers that have been updated in a step's iteration up to and with the step."""
    layers = range(1, trace.shapes.layers + 1)
    return [layer for layer in layers if trace.schedule.done(step, Sort("update", layer))]
