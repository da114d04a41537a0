"""What would a step's iteration be, had every update waited?

A trace of the deferred order from the same parameters, rounded in the same way, and the step that is at
the same place in it: whatever is computed of a disturbed iteration can be computed of this one too, and
held against it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.broken.broken_trace import BrokenTrace
from engine.broken.falsified import deferred_of
from engine.replay.tracing import Trace

if TYPE_CHECKING:
    from engine.parameters import Parameters
    from engine.replay.iteration import Iteration


def waited(trace: Trace, step: int) -> tuple[Trace, int] | None:
    """Return the trace and its step at the same place; None where every update has waited."""
    if trace.order == "premature":
        whole = _Waited(trace)
        site = trace.schedule.site(step)
        # What an early update applies is a gradient: by then the same is known in both orders.
        return whole, whole.schedule.step(site._replace(kind="gradient") if site.kind == "update" else site)
    if not isinstance(trace, BrokenTrace) or step < trace.out_of_turn[0]:
        return None
    if trace.schedule.anchor(step).iteration != trace.broken_iteration:
        return None
    return _Waited(trace), trace.schedule.undisturbed_step(step)


class _Waited(Trace):
    """The deferred order, each iteration from the parameters with which the disturbed trace begins it."""

    def __init__(self, disturbed: Trace) -> None:
        super().__init__(disturbed.scenario, "deferred")
        self._disturbed = disturbed

    def parameters(self, iteration: int) -> Parameters:
        """Return the parameters before an iteration of the disturbed trace."""
        return self._disturbed.parameters(iteration)

    def iteration(self, number: int) -> Iteration:
        """Return the numbers of an iteration, had its updates waited."""
        disturbed = self._disturbed
        if disturbed.order == "premature":
            return deferred_of(disturbed, number)
        if isinstance(disturbed, BrokenTrace) and number == disturbed.broken_iteration:
            return disturbed.right
        return disturbed.iteration(number)
