"""Which step does a user mean by 1560, i174, 50% or -3?

A step by its number as the screen has it, from 1; the first step of an iteration; a share of the whole run;
so many steps on or back from here. And where is the same step of another sample, or of another iteration?
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from engine.facts.entry import Number
from engine.facts.number import LOSS
from engine.looking.cursor import inside, jumped
from engine.spelling.text import shortened

if TYPE_CHECKING:
    from engine.looking.cursor import Cursor
    from engine.order.schedule import Schedule
    from engine.order.site import Site
    from engine.run.tracing import Trace

_NUMBER = re.compile(r"[0-9]{1,18}")
_ITERATION = re.compile(r"i ?([0-9]{1,18})")
_SHARE = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,9})?) ?%")
_QUOTED = 20  # cells of what was typed that are repeated
_BY = re.compile(r"([+-])([0-9]{1,18})")

OTHERWISE = "Or i2: iteration 2 · 50%: half of the run · -3, +3: so many steps from here"
"""What may be typed instead of a step's number, for the screen."""


def step_named(schedule: Schedule, here: int, text: str) -> int | str:
    """Return the step (0-based) that a text names, seen from a step; or what is wrong, in a sentence."""
    steps = len(schedule)
    plain = text.replace(",", "")
    if not plain:
        return f"No number yet: 1 to {steps:,}"
    if number := _NUMBER.fullmatch(plain):
        step = int(number[0]) - 1
    elif iteration := _ITERATION.fullmatch(plain):
        wanted, every = int(iteration[1]), schedule.shapes.iterations
        if not 1 <= wanted <= every:
            return f"{shortened(text, _QUOTED)!r} is not an iteration: i1 to i{every:,}"
        step = schedule.first_step(wanted - 1)
    elif share := _SHARE.fullmatch(plain):
        if float(share[1]) > 100.0:
            return f"{shortened(text, _QUOTED)!r} is more than the run: 0% to 100%"
        step = int((steps - 1) * float(share[1]) / 100.0)
    elif by := _BY.fullmatch(plain):
        step = here + int(by[2]) * (1 if by[1] == "+" else -1)
    else:
        step = -1
    return step if 0 <= step < steps else f"{shortened(text, _QUOTED)!r} is not a step: 1 to {steps:,}"


def last_of_sample(schedule: Schedule, here: int) -> int:
    """Return the last step of an iteration that works on the sample of a step; itself where that has none."""
    site = schedule.anchor(here)
    if site.sample is None:
        return here
    last = schedule.step(site._replace(kind="gradient", time=0, layer=1))
    # What is gathered may be applied at once, for the order's sake or the user's.
    while last + 1 < len(schedule) and (after := schedule.site(last + 1)).sample == site.sample:
        if after.iteration != site.iteration:
            break
        last += 1
    return max(here, last)


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
    if reference.quantity in LOSS and not trace.shapes.has_target[sample, reference.time]:
        return None
    version = reference.version
    if version is not None:  # an iteration of fewer samples has fewer updates: the last is as near as can be
        updates = trace.flow.updates(iteration, reference.layer or trace.shapes.layers)
        version = min(version, updates)
    return Number(reference._replace(iteration=iteration, sample=sample, version=version), number.index)
