"""To which step does a condition lead from another, and how often does it hold?

The answers come as generators that yield how much is done, so that an app can go on or give up in between.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from engine.conditions.search import edges_in, search

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence

    from engine.conditions.meaning import Meaning
    from engine.run.tracing import Trace


class Reached(NamedTuple):
    """A step at which one of some conditions begins to hold: the one at `place` among them."""

    step: int
    place: int


class Count(NamedTuple):
    """In how many iterations a condition holds, and the first and the last of the first steps of these."""

    iterations: int = 0
    first: int | None = None
    last: int | None = None


def reach(
    trace: Trace, meanings: Sequence[Meaning], here: int, limit: int, seconds: float
) -> Generator[float, None, Reached | None]:
    """Return the next step at which one of the conditions begins to hold, on the way to a limit and with it.

    Backwards, if the limit comes before, it is the last such step.
    """
    found: Reached | None = None
    for place, meaning in enumerate(meanings):
        for now in _from(trace, meaning, here, limit if found is None else found.step, seconds):
            if isinstance(now, float):
                yield (place + now) / len(meanings)
            elif found is None or now != found.step:
                found = Reached(now, place)
                break
    return found


def _from(trace: Trace, meaning: Meaning, here: int, limit: int, seconds: float) -> Iterator[float | int]:
    """Yield how much is done, and the step where there is one."""
    now, last = (trace.schedule.site(step).iteration for step in (here, limit))
    back = limit < here
    yield from _best(trace, meaning, now, here, limit)
    between = range(last, now) if back else range(now + 1, last + 1)
    for piece in search(trace, meaning, between, back=back, seconds=seconds, run_on=True):
        if len(piece.iterations):
            iteration = int(piece.iterations[-1 if back else 0])
            yield from _best(trace, meaning, iteration, here, limit)
        yield piece.done / len(between)


def _best(trace: Trace, meaning: Meaning, iteration: int, here: int, limit: int) -> Iterator[int]:
    """Yield the step of an iteration that comes next on the way, if there is one."""
    steps = edges_in(trace, meaning, iteration)
    if limit < here:
        yield from steps[(limit <= steps) & (steps < here)][-1:].tolist()
    else:
        yield from steps[(here < steps) & (steps <= limit)][:1].tolist()


def count(trace: Trace, meaning: Meaning, seconds: float) -> Generator[float, None, Count]:
    """Return how often a condition holds in a run, and where."""
    found = Count()
    every = range(trace.begins, trace.iterations)
    for piece in search(trace, meaning, every, seconds=seconds, run_on=True):
        if len(piece.steps):
            first = int(piece.steps[0]) if found.first is None else found.first
            found = Count(found.iterations + len(piece.steps), first, int(piece.steps[-1]))
        yield piece.done / len(every)
    return found
