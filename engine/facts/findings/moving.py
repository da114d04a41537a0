"""Does a run go down: how often does its loss rise, does it step too far, does it move at all?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.facts.findings.finding import Finding, begins_at
from engine.facts.number import Number
from engine.order.quantities import total_with
from engine.order.site import Site

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from engine.run.tracing import Trace

_OFTEN, _MUCH = 0.05, 1.1
"""In which share of the iterations the loss rises, or by what factor once, where that is told."""

_WINDOW = 6  # updates of one batch in which a gradient turns each time
_LASTING = 0.5
_NOTHING = 1e-12
_SOLVED = 1e-6  # the share of the first loss below which nothing has to move any more


def rises(trace: Trace, stop: int) -> Finding | None:
    """Return how often the loss of a batch is above what it was when the batch was met before."""
    stride, batches = trace.losses.stride, trace.shapes.batches
    losses = trace.losses.values()[trace.begins : stop] if stride == 1 else trace.losses.values()
    if stride > 1 and batches > 1:
        return None  # of each batch only some losses are kept
    before, after = losses[:-batches], losses[batches:]
    up = np.isfinite(before) & np.isfinite(after) & (after > before * (1.0 + 1e-9))
    count = int(up.sum())
    if not count:
        return None
    with np.errstate(all="ignore"):
        factors = np.where(up, after / before, 0.0)
    by = np.where(up, after - before, 0.0)
    worst = int(np.argmax(by))
    if count < _OFTEN * len(before) and not factors[worst] >= _MUCH:
        return None
    iteration = (worst + batches) * stride + (trace.begins if stride == 1 else 0)
    step = _last_loss(trace, iteration)
    values = (float(count), float(len(before)), float(before[worst]), float(after[worst]))
    return Finding("rises", step, values=values, last=iteration)


def _last_loss(trace: Trace, iteration: int) -> int:
    """Return the step at which the loss of an iteration is known."""
    batch = trace.shapes.batch(iteration)
    samples, times = np.nonzero(trace.shapes.has_target[batch.start : batch.stop])
    # Samples and times are gone through from the first on: it is one of the last sample or of the last time.
    latest = [(samples[-1], times[-1]), (samples[times == times.max()][-1], times.max())]
    sites = [Site("loss", iteration, batch.start + int(sample), int(time), None) for sample, time in latest]
    return max(map(trace.schedule.step, sites))


def overshoot(trace: Trace, places: Sequence[int], stop: int) -> Finding | None:
    """Return a number whose gradient turns at each update of the same batch and does not get small."""
    batches = trace.shapes.batches
    for start in places:
        window = range(start, start + _WINDOW * batches, batches)
        if window[-1] >= stop:
            break
        found = _turning(trace, window)
        if found is not None:
            return found
    return None


def _turning(trace: Trace, window: range) -> Finding | None:
    best: tuple[float, Finding] | None = None
    for layer in range(1, trace.shapes.layers + 1):
        last = trace.schedule.last_gradient(window[0], layer)
        totals = [trace.iteration(at).whole_totals(layer) for at in window]
        for group in trace.shapes.groups(layer):
            if not trace.scenario.network.layers[layer - 1].trains(group):
                continue
            every = np.array([getattr(one, group) for one in totals])
            turns = (np.sign(every[1:]) * np.sign(every[:-1]) < 0).all(axis=0)
            lasts = np.abs(every[-1]) >= _LASTING * np.abs(every[0])
            if not (turns & lasts).any():
                continue
            size = np.where(turns & lasts, np.abs(every[0]), -1.0)
            place = tuple(int(one) for one in np.unravel_index(int(size.argmax()), size.shape))
            reference = total_with(last, group)
            step = trace.flow.writer(reference)
            assert step is not None
            values = tuple(float(one[place]) for one in every[:4])
            found = Finding("overshoot", step, layer, (), values, (), Number(reference, place), window[-1])
            if best is None or float(size.max()) > best[0]:
                best = float(size.max()), found
    return None if best is None else best[1]


def still(trace: Trace, places: Sequence[int]) -> Iterator[Finding]:
    """Yield from when on nothing moves any more, though the loss is not as good as 0."""
    last = places[-1]
    losses = trace.losses.values()
    if _movement(trace, last) > _NOTHING or not abs(trace.iteration(last).reduced_loss()) > _SOLVED * abs(
        losses[0]
    ):
        return
    at = last
    for place in reversed(places[:-1]):
        if _movement(trace, place) > _NOTHING:
            at = begins_at(lambda one: _movement(trace, one) <= _NOTHING, place, at)
            break
        at = place
    numbers = trace.iteration(at)
    largest = 0.0
    for layer in range(1, trace.shapes.layers + 1):
        totals = numbers.whole_totals(layer)
        largest = max(largest, *(float(np.abs(one).max()) for one in totals if one is not None))
    step = trace.schedule.first_step(at + 1) - 1
    values = (largest, trace.scenario.training.learning_rate, numbers.reduced_loss())
    yield Finding("still", step, values=values, last=last)


def _movement(trace: Trace, iteration: int) -> float:
    """Return how much the parameters move in an iteration, beside the largest of them."""
    numbers = trace.iteration(iteration)
    moved, size = 0.0, 0.0
    for layer in range(1, trace.shapes.layers + 1):
        for before, after in zip(numbers.before.layer(layer), numbers.after.layer(layer), strict=True):
            if before is not None and after is not None:
                moved = max(moved, float(np.abs(after - before).max()))
                size = max(size, float(np.abs(before).max()))
    return moved / size if size else moved
