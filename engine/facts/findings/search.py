"""What is there to find in as much of a run as has been computed?

Losses are looked at all, other numbers at some iterations, many of them at the start; where something begins
is then looked for between two of these. The search yields how far it is, so that an app can go on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.data.targets import odd_targets
from engine.facts.entry import Number, array_of
from engine.facts.explain.origins import origins
from engine.facts.findings.dead import dead
from engine.facts.findings.finding import Finding, Looked, Near, begins_at, places_of
from engine.facts.findings.layers import out_of_reach, saturated, symmetric
from engine.facts.findings.moving import WINDOW, can_be_compared, overshoot, rises, still
from engine.numerals import numeral
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
    for odd in odd_targets(trace.scenario):
        iteration = trace.begins
        batch = trace.shapes.batch(iteration)
        sample = odd.sample if odd.sample in batch else batch.start
        time = int(trace.shapes.has_target[sample].nonzero()[0][-1])
        step = trace.schedule.step(Site("loss", iteration, sample, time, None))
        number = Number(Reference("target", iteration, None, sample, time), (0,))
        yield Finding("target", step, words=(odd.says, odd.remedy), number=number)
        return


_OPERANDS = 4


def not_finite(trace: Trace) -> Finding | None:
    """Return the first number that is not finite in what has been run; None if all are."""
    stop = trace.computed
    losses = trace.losses.values()
    if np.isfinite(losses).all() and np.isfinite(trace.parameters(stop).flat()).all():
        return None
    bad = np.flatnonzero(~np.isfinite(losses))
    at = int(bad[0]) * trace.losses.stride if len(bad) else stop - 1
    iteration = begins_at(lambda one: not _is_finite(trace, one), trace.begins - 1, at)
    schedule = trace.schedule
    for step in range(schedule.first_step(iteration), schedule.first_step(iteration + 1)):
        for reference in trace.flow.writes(step):
            wrong = ~np.isfinite(array_of(trace, reference))
            if wrong.any():
                place = tuple(int(one) for one in np.argwhere(wrong)[0])
                number = Number(reference, place)
                value = float(array_of(trace, reference)[place])
                words = tuple(_operands(trace, number))
                return Finding("not finite", step, reference.layer, (), (value,), words, number)
    return None


def _is_finite(trace: Trace, iteration: int) -> bool:
    numbers = trace.iteration(iteration)
    return bool(np.isfinite(numbers.reduced_loss()) and np.isfinite(numbers.after.flat()).all())


def _operands(trace: Trace, number: Number) -> list[str]:
    """Return what a number comes from, with values: what is not finite first, then the largest."""
    every = origins(trace, number)
    found = {one.symbol: one.value for one in every[: 8 * _OPERANDS]}
    sizes = {name: np.inf if np.isnan(value) else abs(value) for name, value in found.items()}
    largest = sorted(found, key=lambda name: -sizes[name])[:_OPERANDS]
    return [f"{name} = {numeral(found[name])}" for name in largest]
