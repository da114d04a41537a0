"""What is so serious in a run that it is told unasked, and is seen at a glance?

Of the losses that are kept, and of the parameters that the run has come to: nothing is played again, and what
is at hand for the steps that are looked at stays so. Where it begins, and why, is what `search` finds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from engine.facts.findings.dead import dead_with
from engine.facts.findings.finding import Finding
from engine.facts.findings.moving import first_rise, rises

if TYPE_CHECKING:
    from collections.abc import Generator

    from engine.facts.findings.finding import Kind
    from engine.run.tracing import Trace


class Noticed(NamedTuple):
    """A serious kind, and the iteration from which on there is something of it to be seen."""

    kind: Kind
    iteration: int


def noticed(trace: Trace) -> Generator[float, None, tuple[Noticed, ...]]:
    """Return the serious kinds of findings in the iterations that have been run, what spoils most first.

    It yields after each piece of work, so that an app can go on.
    """
    losses, stop = trace.losses.values(), trace.computed
    bad = np.flatnonzero(~np.isfinite(losses))
    if len(bad):
        return (Noticed("not finite", int(bad[0]) * trace.losses.stride),)
    if not np.isfinite(trace.parameters(stop).flat()).all():
        return (Noticed("not finite", stop - 1),)
    found: list[Noticed] = []
    dead = yield from dead_with(trace, trace.parameters(stop))
    if dead.units:
        begun = yield from dead_with(trace, trace.parameters(trace.begins))
        both = [(mask, begun.units[layer]) for layer, mask in dead.units.items() if layer in begun.units]
        already = any((now & then).any() for now, then in both)
        found.append(Noticed("dead", trace.begins if already else stop - 1))
    if isinstance(rises(trace, stop), Finding):
        found.append(Noticed("rises", first_rise(trace, stop)))
    return tuple(found)
