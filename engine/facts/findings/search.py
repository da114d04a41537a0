"""What is there to find in as much of a run as has been computed?

Losses are looked at all, other numbers at some iterations, many of them at the start; where something begins
is then looked for between two of these. The search yields how far it is, so that an app can go on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.facts.findings.dead import dead
from engine.facts.findings.finding import Finding, Looked, Near, places_of
from engine.facts.findings.layers import out_of_reach, saturated, symmetric
from engine.facts.findings.moving import WINDOW, can_be_compared, overshoot, rises, still
from engine.facts.findings.unbounded import not_finite
from engine.facts.number import Number
from engine.order.quantities import Reference
from engine.order.site import Site

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator

    from engine.facts.findings.finding import Kind
    from engine.run.tracing import Trace


def findings(trace: Trace) -> Generator[float, None, Looked]:
    """Return what is found in the iterations that have been run, what spoils most first."""
    found: list[Finding] = list(_targets(trace))
    near: list[Near] = []
    computed = stop = trace.computed
    if computed <= trace.begins:
        return Looked(computed, found, near)
    yield 0.0
    unbounded = not_finite(trace)
    if unbounded is not None:
        found.insert(0, unbounded)
        stop = trace.schedule.site(unbounded.step).iteration
    places = places_of(trace, stop)
    if places:
        for done, some in enumerate(_checks(trace, places, stop), start=1):
            yield done / 8.0
            for one in some:
                if one is None:
                    yield done / 8.0
                elif isinstance(one, Near):
                    near.append(one)
                else:
                    found.append(one)
    return Looked(computed, found, near, tuple(_too_soon(trace, stop)))


def _too_soon(trace: Trace, stop: int) -> Iterator[Kind]:
    """Yield what too few iterations have been run to be seen in."""
    if stop - trace.begins <= (WINDOW - 1) * trace.shapes.batches:
        yield "overshoot"
    if not can_be_compared(trace, stop):
        yield "rises"


def _checks(trace: Trace, places: list[int], stop: int) -> Iterator[Iterable[Finding | Near | None]]:
    yield dead(trace, places)
    yield saturated(trace, places)
    yield symmetric(trace, places)
    yield out_of_reach(trace, places)
    turning = overshoot(trace, places, stop)
    yield [] if turning is None else [turning]
    rising = rises(trace, stop)
    yield [] if rising is None else [rising]
    yield still(trace, places)


def _targets(trace: Trace) -> Iterator[Finding]:
    """Yield a target that the last activation, or the loss, can't take."""
    from engine.read.sense.data import odd_targets

    for odd in odd_targets(trace.scenario):
        sample = next((part for part in odd.path[2:] if isinstance(part, int)), 0)
        iteration = trace.begins
        batch = trace.shapes.batch(iteration)
        sample = sample if sample in batch else batch.start
        time = int(trace.shapes.has_target[sample].nonzero()[0][-1])
        step = trace.schedule.step(Site("loss", iteration, sample, time, None))
        number = Number(Reference("target", iteration, None, sample, time), (0,))
        yield Finding("target", step, words=(odd.says, odd.remedy), number=number)
        return
