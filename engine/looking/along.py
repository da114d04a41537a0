"""Where is the same step of another sample, or of another iteration? What is looked at stays looked at."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from engine.looking.cursor import inside, jumped

if TYPE_CHECKING:
    from engine.facts.number import Number
    from engine.looking.cursor import Cursor
    from engine.order.site import Site
    from engine.run.tracing import Trace


def to_other_sample(cursor: Cursor, trace: Trace, by: int) -> Cursor:
    """Return the cursor at the same step of the next sample, or of the one before.

    After the last sample of a batch comes the first of the next iteration's. The same, where there is none.
    """
    site = trace.schedule.anchor(cursor.step)
    if site.sample is None:
        return cursor
    batch, sample, iteration = trace.shapes.batch(site.iteration), site.sample + by, site.iteration
    if sample not in batch:
        iteration += by
        if not trace.begins <= iteration < trace.iterations:
            return cursor
        other = trace.shapes.batch(iteration)
        sample = other.start if by > 0 else other.stop - 1
    return _at(cursor, trace, site, site._replace(iteration=iteration, sample=sample))


def to_other_iteration(cursor: Cursor, trace: Trace, by: int) -> Cursor:
    """Return the cursor at the same step of the next iteration, or of the one before.

    Where another batch is gone through, at its sample of the same place. The same, where there is none.
    """
    site = trace.schedule.anchor(cursor.step)
    iteration = site.iteration + by
    if not trace.begins <= iteration < trace.iterations:
        return cursor
    sample = site.sample
    if sample is not None:
        batch, other = trace.shapes.batch(site.iteration), trace.shapes.batch(iteration)
        sample = min(other.start + sample - batch.start, other.stop - 1)
    return _at(cursor, trace, site, site._replace(iteration=iteration, sample=sample))


def _at(cursor: Cursor, trace: Trace, here: Site, there: Site) -> Cursor:
    """Return the cursor at another site of the same kind, looking there at what it looks at here."""
    if there.kind == "loss" and not trace.shapes.has_target[there.sample, there.time]:
        there = there._replace(kind="forward", layer=trace.shapes.layers)
    step = inside(trace, trace.schedule.step(there))
    focus = None if cursor.focus is None else _moved(trace, cursor.focus, here, there)
    after = replace(cursor, step=step, focus=focus, term=None)
    return jumped(cursor, after) if there.iteration != here.iteration else after


def _moved(trace: Trace, number: Number, here: Site, there: Site) -> Number | None:
    """Return a number as that of another iteration and sample, as the site; None if there is none."""
    reference = number.reference
    iteration = reference.iteration + there.iteration - here.iteration
    if not trace.begins <= iteration < trace.iterations:
        return None
    sample = reference.sample
    if sample is not None and sample == here.sample:
        sample = there.sample
    elif sample is not None:
        batch = trace.shapes.batch(iteration)
        sample += batch.start - trace.shapes.batch(reference.iteration).start
        if sample not in batch:
            return None
    return replace(number, reference=reference._replace(iteration=iteration, sample=sample))
