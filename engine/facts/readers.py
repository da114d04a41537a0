"""Which step reads a number next, and which one read it before?

A vector of one sample is read by steps of that sample and by updates; a version of the parameters is read
until the update that replaces it has been made. Only the steps up to the last of these are gone through.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from engine.order.quantities import PARAMETERS, TOTAL_OF, part_of
from engine.order.site import Site

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.order.quantities import Reference
    from engine.run.tracing import Trace
    from engine.update_orders import Kind

MOST_STEPS = 256
"""Steps of a span that are all gone through."""

_MOST_PLACES = 4096  # samples, times and layers of which the steps are put together instead

_FEW_UPDATES = 4
_WITH_LAYER: tuple[Kind, ...] = ("forward", "delta", "gradient")


def next_reader(trace: Trace, reference: Reference, after: int) -> int | None:
    """Return the first step later than `after` that reads what a reference names; None if none does."""
    same = reference
    begin, end = _span(trace, reference)
    for step in _steps(trace, reference, max(after + 1, begin), end):
        if same in trace.flow.reads(step):
            return step
    later = _in_next_iteration(trace, reference)
    return None if later is None else next_reader(trace, later, after)


def previous_reader(trace: Trace, reference: Reference, before: int) -> int | None:
    """Return the last step earlier than `before` that reads what a reference names; None if none does."""
    later = _in_next_iteration(trace, reference)
    if later is not None:
        found = previous_reader(trace, later, before)
        if found is not None:
            return found
    begin, end = _span(trace, reference)
    for step in reversed(_steps(trace, reference, begin, min(before, end))):
        if reference in trace.flow.reads(step):
            return step
    return None


def _steps(trace: Trace, reference: Reference, begin: int, end: int) -> Sequence[int]:
    """Return the steps of a span that may read a reference; of a long one not all are gone through.

    What is of one layer is read in it and in those beside it, a vector of one time at that time and those
    beside it, and both by the updates.
    """
    schedule, k, layer = trace.schedule, reference.iteration, reference.layer
    if end - begin <= MOST_STEPS or reference.quantity in TOTAL_OF.values():
        return range(begin, end)
    every, batch = range(trace.shapes.layers + 1), trace.shapes.batch(k)
    layers = every[1:] if layer is None else every[max(1, layer - 1) : layer + 2]
    samples = batch if reference.sample is None else range(reference.sample, reference.sample + 1)
    times = range(trace.shapes.times)
    if reference.time is not None:
        times = times[max(0, reference.time - 1) : reference.time + 2]
    if len(samples) * len(times) * len(layers) > _MOST_PLACES:
        return range(begin, end)
    found: set[int] = set()
    for sample, time in itertools.product(samples, times):
        sites = [Site(kind, k, sample, time, one) for kind in _WITH_LAYER for one in layers]
        if trace.shapes.has_target[sample, time]:
            sites.append(Site("loss", k, sample, time, None))
        steps = [schedule.step(site) for site in sites]
        found.update(steps, [step + 1 for step in steps])  # with an update that applies a gradient at once
    for one in every[1:] if trace.shapes.clips else layers:
        if (count := trace.flow.updates(k, one)) <= _FEW_UPDATES:
            found.update(schedule.update_step(k, one, update) for update in range(count))
    return sorted(step for step in found if begin <= step < end)


def _span(trace: Trace, reference: Reference) -> tuple[int, int]:
    """Return the first step that may read a reference, and the one past the last."""
    schedule, k, layer = trace.schedule, reference.iteration, reference.layer
    first, end = schedule.first_step(k), schedule.first_step(k + 1)
    if part_of(reference.quantity) in ("change", "applied"):
        return end, end  # nothing reads it but the update that made it
    if reference.version is not None and layer is not None:
        begin = first if reference.version == 0 else schedule.update_step(k, layer, reference.version - 1) + 1
        replaced = reference.version < trace.flow.updates(k, layer)
        return begin, (schedule.update_step(k, layer, reference.version) + 1) if replaced else end
    if reference.sample is None:
        return first, end
    first = schedule.step(Site("forward", k, reference.sample, 0, 1))
    if reference.quantity in TOTAL_OF.values():
        return first, end
    last = max(
        schedule.step(Site("gradient", k, reference.sample, time, layer))
        for layer in range(1, trace.shapes.layers + 1)
        for time in (0, trace.shapes.times - 1)
    )
    return first, min(end, last + 2)  # with the update that applies the last gradient at once


def _in_next_iteration(trace: Trace, reference: Reference) -> Reference | None:
    """Return the last version of an iteration's parameters as the next iteration knows it."""
    k, layer = reference.iteration, reference.layer
    is_state = part_of(reference.quantity) not in ("", "change", "applied")
    if not (reference.quantity in PARAMETERS or is_state) or k + 1 >= trace.iterations:
        return None
    if layer is None:
        return None
    if reference.version != trace.flow.updates(k, layer):
        return None
    return reference._replace(iteration=k + 1, version=0)
