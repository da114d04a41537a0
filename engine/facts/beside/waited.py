"""What would a step's iteration be, had every update waited and no mistake been made?

A trace of the order that waits, from the same parameters, and the step that is at the same place in it:
whatever is computed of a disturbed iteration can be computed of this one too, and held against it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.facts.beside.retold import Retold
from engine.facts.beside.right import right_iteration
from engine.facts.through_time import sample_of, times_done
from engine.kept import Made
from engine.order.site import PHASES, Site
from engine.run.tracing import Trace
from engine.update_orders import WAITING

if TYPE_CHECKING:
    from engine.order.schedule import Schedule
    from engine.run.iteration import Iteration
    from engine.update_orders import Kind


def waited(trace: Trace, step: int) -> tuple[Trace, int] | None:
    """Return the trace and its step at the same place; None where that is how it is."""
    if not trace.disturbed:
        return None
    if trace.order == WAITING:
        if not trace.is_broken_at(step) and trace.mistake is None:
            return None
        return _whole(trace), trace.schedule.undisturbed_step(step)
    whole = _whole(trace)
    return whole, same_place(trace, whole.schedule, step)


def same_place(trace: Trace, other: Schedule, step: int) -> int:
    """Return the first step of another order by which all is known of a step's sample that is at the step."""
    site, sample = trace.schedule.anchor(step), sample_of(trace, step)
    latest = [site] if site.kind != "update" else []
    for kind in _KINDS:
        for layer in range(1, trace.shapes.layers + 1):
            done = times_done(trace, step, kind, layer)
            if done:
                time = done.start if PHASES[kind] == "backward" else done.stop - 1
                latest.append(Site(kind, site.iteration, sample, time, layer))
    return max(other.step(one) for one in latest)


_KINDS: tuple[Kind, ...] = ("forward", "delta", "gradient")


class _Waited(Retold):
    """What is right."""

    def iteration(self, number: int) -> Iteration:
        """Return the numbers of an iteration, had its updates waited."""
        return right_iteration(self._other, number) or self._other.iteration(number)


# Kept as long as the disturbed trace is.
_WAITED = Made[Trace, _Waited]()


def _whole(trace: Trace) -> Trace:
    return _WAITED.of(trace, None, lambda: _Waited(trace, WAITING))
