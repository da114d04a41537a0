"""How does the loss move when one parameter is nudged, and what did the gradient promise?

For a small ε the loss moves by ε·∂C/∂W; what is left is of the order of ε². The loss is that of the batch,
summed or averaged as `reduction` says, with the parameters that the iteration begins with.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from engine.arrays import frozen
from engine.equations.equation import Variable
from engine.equations.forward import divisor
from engine.program.arrays.machine import ForwardPass

if TYPE_CHECKING:
    from engine.facts.entry import Number
    from engine.run.tracing import Trace


class Nudge(NamedTuple):
    """The loss before and after one number has been moved by `by`, and its gradient over the batch."""

    by: float
    before: float
    after: float
    gradient: float

    @property
    def moved(self) -> float:
        """By how much the loss moved."""
        return self.after - self.before

    @property
    def promised(self) -> float:
        """By how much it would move on a straight line."""
        return self.by * self.gradient


@np.errstate(all="ignore")
def nudged(trace: Trace, iteration: int, number: Number, by: float) -> Nudge:
    """Return what moving a parameter by a little does to the loss at the start of an iteration.

    Without a mistake and in the order that waits: a gradient of anything else promises nothing.
    """
    played = trace.rightly(iteration, trace.parameters(iteration))
    group = Variable(number.reference.quantity, number.reference.layer)
    values = played.before.array(group).copy()
    values[number.index] += by
    forward = ForwardPass(trace.scenario, trace.shapes.times, [played.samples])
    losses = [forward.loss(one) for one in (played.before, played.before.replaced({group: frozen(values)}))]
    layer = number.reference.layer or 1
    totals = played.whole_totals(layer)
    total = float(getattr(totals, number.reference.quantity)[number.index])
    size = divisor(trace.scenario.training, len(played.samples))
    return Nudge(by, losses[0] / size, losses[1] / size, total / size)
