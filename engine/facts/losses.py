"""How has the loss of a run gone, and what is that of an iteration?"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from engine.facts.beside.theirs import theirs_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.arrays import Array
    from engine.facts.beside.losses import OtherLoss
    from engine.run.curve import Curve
    from engine.run.tracing import Trace

FAR = 30.0
"""Times that the largest loss is the smallest: beyond, a linear scale shows an L."""

_LOWEST_POWER = -320


class Bound(NamedTuple):
    """A power of ten, and the first iteration (0-based) whose loss is below it; None if none is so far."""

    loss: float
    iteration: int | None


class Kept(NamedTuple):
    """An iteration, and the loss with which it began."""

    iteration: int
    loss: float


def falls_far(trace: Trace) -> bool:
    """Return whether the losses so far are better seen on a logarithmic scale."""
    return far_apart(trace.losses.values())


def rises_on_the_whole(trace: Trace) -> bool:
    """Return whether the last of the losses so far that is a number is above the first."""
    values = trace.losses.values()
    finite = values[np.isfinite(values)]
    return len(finite) > 1 and bool(finite[-1] > finite[0])


def far_apart(values: Array) -> bool:
    """Return whether some values, all of them above 0, are better seen on a logarithmic scale.

    Those that are not finite have a place on neither.
    """
    finite = values[np.isfinite(values)]
    return len(finite) > 0 and bool(0.0 < finite.min() < finite.max() / FAR)


def batches_together(trace: Trace) -> int:
    """Return after how many of the losses that are held the batches begin anew; 1 if all are of one."""
    return trace.shapes.batches // math.gcd(trace.shapes.batches, trace.losses.stride)


class Means(NamedTuple):
    """Means of `many` losses each: the iteration of the `first`, and how many it is to the next."""

    many: int
    values: Array
    first: int
    stride: int


def held(losses: Curve, first: int, last: int, many: int = 1) -> tuple[int, Array]:
    """Return the losses that are held from one iteration to another, and the iteration of the first.

    That is one at which so `many` of them begin.
    """
    start = -(-first // (many * losses.stride)) * many
    return start * losses.stride, losses.values()[start : last // losses.stride + 1]


@np.errstate(all="ignore")
def batch_means(losses: Curve, many: int, first: int, last: int) -> Means | None:
    """Return the means of so `many` losses each from one iteration to another; None without any."""
    begin, values = held(losses, first, last, many)
    whole = values[: len(values) // many * many]
    if many == 1 or not len(whole):
        return None
    middle = begin + (many - 1) // 2 * losses.stride
    return Means(many, whole.reshape(-1, many).mean(axis=1), middle, many * losses.stride)


def is_logarithmic(trace: Trace, chosen: bool | None) -> bool:
    """Return whether the losses are shown on a logarithmic scale: as it was `chosen`, or else by itself."""
    return falls_far(trace) if chosen is None else chosen


def latest_of_all(runs: Sequence[Trace]) -> int:
    """Return the latest iteration whose loss all runs have: losses of different ones say nothing together."""
    at = max(0, min(run.computed for run in runs) - 1)
    if any(loss_of_iteration(run, at) is None for run in runs):
        at -= at % max(run.losses.stride for run in runs)
    return at


def bounds(trace: Trace) -> list[Bound]:
    """Return where the loss first fell below each power of ten under the first loss, and the next power."""
    values, stride = trace.losses.values(), trace.losses.stride
    found: list[Bound] = []
    if not len(values) or not 0.0 < values[0] < math.inf:
        return found
    first = 0
    for power in range(math.ceil(math.log10(values[0])) - 1, _LOWEST_POWER, -1):
        below = values[first:] < 10.0**power
        first += int(np.argmax(below))
        there = bool(values[first] < 10.0**power)
        found.append(Bound(10.0**power, first * stride if there else None))
        if not there:
            break
    return found


def loss_of_iteration(trace: Trace, iteration: int) -> float | None:
    """Return the loss with which an iteration began; None where it has not been run or is not kept."""
    every = trace.every_loss(iteration, 1)
    if every is not None:
        return float(every[0])
    place, between = divmod(iteration, trace.losses.stride)
    return float(trace.losses.values()[place]) if not between and place < len(trace.losses) else None


def changes_meanwhile(trace: Trace, iteration: int) -> bool:
    """Return whether a loss of an iteration is of parameters that it has changed for an earlier one.

    The loss of such an iteration is of samples, or times, that have met different networks.
    """
    if not trace.is_hurried:
        return False
    last = trace.schedule.last_loss(iteration)
    return any(trace.schedule.updates_before(last, layer) for layer in range(1, trace.shapes.layers + 1))


def latest_kept(trace: Trace, iteration: int) -> Kept | None:
    """Return the loss of an iteration or, where that is not kept, of the latest before it whose loss is.

    None where that has not been run.
    """
    held = iteration // trace.losses.stride * trace.losses.stride
    found = ((one, loss_of_iteration(trace, one)) for one in (iteration, held))
    return next((Kept(one, loss) for one, loss in found if loss is not None), None)


def with_theirs(trace: Trace, iteration: int) -> OtherLoss | None:
    """Return the loss of an iteration with somebody's outputs; None where none of its shares is another.

    Nor is it known where the iteration is too far to be run again.
    """
    if theirs_of(trace) is None:
        return None
    # Imported where numbers are held against the run: most sessions have none.
    from engine.facts.beside.losses import loss_with_theirs

    return loss_with_theirs(trace, iteration)
