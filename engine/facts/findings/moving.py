"""Does a run go down: how often does its loss rise, does it step too far, does it move at all?"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import numpy as np

from engine.facts.entry import Number
from engine.facts.findings.cancelling import cancelling, of_two
from engine.facts.findings.finding import Finding, Near
from engine.facts.findings.since import since
from engine.order.quantities import total_with
from engine.order.site import Site

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from engine.arrays import Array, Mask
    from engine.order.quantities import Parameter
    from engine.run.tracing import Trace

_OFTEN, _MUCH = 0.05, 1.1
"""In which share of the iterations the loss rises, or by what factor once, where that is told."""

WINDOW = 6
"""Updates of one batch in which the gradient turns each time."""

_MOST, _LASTING = 0.5, 0.5  # of the gradient's squared length, and of its length at first
_NOTHING, _LEAST = 1e-12, 1e-15  # of a number itself, and whatever it is
_BATCHES = 32
_SOLVED = 1e-6  # the share of the first loss below which nothing has to move any more
_STANDS, _UNSOLVED = 1e-3, 1e-2


class _Rising(NamedTuple):
    """The losses of batches as they were met `before` and `after`, which are `up`, and whose these are."""

    before: Array
    after: Array
    up: Mask
    iterations: range


def can_be_compared(trace: Trace, stop: int) -> bool:
    """Return whether a batch has been met twice before an iteration, and its losses are known."""
    batches, count = trace.shapes.batches, stop - trace.begins
    return count > batches and (batches == 1 or trace.every_loss(trace.begins, count) is not None)


def _rising(trace: Trace, stop: int) -> _Rising | None:
    if not can_be_compared(trace, stop):
        return None
    stride, batches, begins = 1, trace.shapes.batches, trace.begins
    losses = trace.every_loss(begins, stop - begins)
    if losses is None:
        stride, begins, losses = trace.losses.stride, 0, trace.losses.values()
    before, after = losses[:-batches], losses[batches:]
    up = np.isfinite(before) & np.isfinite(after) & (after > before * (1.0 + 1e-9))
    start = batches * stride + begins
    return _Rising(before, after, up, range(start, start + stride * len(after), stride))


def rises(trace: Trace, stop: int) -> Finding | Near | None:
    """Return how often the loss of a batch is above what it was when the batch was met before.

    Where it is so seldom, and never by much, that only comes near to what is told.
    """
    found = _rising(trace, stop)
    count = 0 if found is None else int(found.up.sum())
    if found is None or not count:
        return None
    before, after, up, iterations = found
    with np.errstate(all="ignore"):
        factors = np.where(up, after / before, 0.0)
        worst = int(np.argmax(np.where(up, after - before, 0.0)))
    step = trace.schedule.last_loss(iterations[worst])
    values = (float(count), float(len(before)), float(before[worst]), float(after[worst]))
    if count < _OFTEN * len(before) and not factors[worst] >= _MUCH:
        return Near("rises", step, values, ())
    return Finding("rises", step, values=values)


def first_rise(trace: Trace, stop: int) -> int:
    """Return the first iteration whose loss is above what it was when its batch was met before."""
    found = _rising(trace, stop)
    assert found is not None
    return found.iterations[int(found.up.argmax())]


def overshoot(trace: Trace, places: Sequence[int], stop: int) -> Finding | None:
    """Return where most of the gradient turns at each update of the same batch and does not get small."""
    batches = trace.shapes.batches
    for start in places:
        window = range(start, start + WINDOW * batches, batches)
        if window[-1] >= stop:
            break
        found = _turning(trace, window)
        if found is not None:
            return found
    return None


_Gradient: TypeAlias = "dict[tuple[int, Parameter], Array]"


@np.errstate(all="ignore")
def _turning(trace: Trace, window: range) -> Finding | None:
    """Return the largest of the numbers whose gradients turn, if these are most of the gradient.

    Of very many numbers some turn each time by chance: the squared length of all that do has to be most of
    that of the whole gradient, at each update. Where it is not no more updates are looked at.
    """
    every: list[_Gradient] = []
    turns: dict[tuple[int, Parameter], Mask] = {}
    for at in window:
        now = _gradient(trace, at)
        if not every:
            turns = {of: array != 0.0 for of, array in now.items()}
        else:
            before = every[-1]
            turns = {of: mask & (np.sign(now[of]) == -np.sign(before[of])) for of, mask in turns.items()}
            if not _share(now, turns) >= _MOST:
                return None
        every.append(now)
    shares = [_share(one, turns) for one in every]
    first, last = (_squared(one, turns) for one in (every[0], every[-1]))
    if not (min(shares) >= _MOST and last >= _LASTING**2 * first):
        return None
    sizes = {of: np.where(mask, np.abs(every[0][of]), -1.0) for of, mask in turns.items()}
    layer, group = of = max(sizes, key=lambda one: float(sizes[one].max()))
    place = tuple(int(one) for one in np.unravel_index(int(sizes[of].argmax()), sizes[of].shape))
    reference = total_with(trace.schedule.last_gradient(window[0], layer), group)
    step = trace.flow.writer(reference)
    assert step is not None
    values = *(float(one[of][place]) for one in every[:4]), min(shares)
    return Finding("overshoot", step, layer, (), values, (), Number(reference, place))


def _gradient(trace: Trace, iteration: int) -> _Gradient:
    """Return the whole gradient of an iteration, by layer and group of parameters that are trained."""
    found: _Gradient = {}
    for number, layer in enumerate(trace.scenario.network.layers, start=1):
        totals = trace.iteration(iteration).whole_totals(number)
        for group in trace.shapes.groups(number):
            if layer.trains(group):
                found[number, group] = getattr(totals, group)
    return found


def _share(gradient: _Gradient, turns: Mapping[tuple[int, Parameter], Mask]) -> float:
    """Return how much of the squared length of a gradient is of some of its numbers."""
    whole = sum(float(np.square(array).sum()) for array in gradient.values())
    return _squared(gradient, turns) / whole if whole else 0.0


def _squared(gradient: _Gradient, turns: Mapping[tuple[int, Parameter], Mask]) -> float:
    return sum(float(np.square(array[turns[of]]).sum()) for of, array in gradient.items())


def still(trace: Trace, places: Sequence[int]) -> Iterator[Finding | Near]:
    """Yield from when on nothing moves any more, though the loss is not as good as 0.

    Or that the loss hardly does, and that the samples' gradients cancel one another.
    """
    last = places[-1]
    losses, now = trace.losses.values(), trace.iteration(last).reduced_loss()
    round_ = range(max(places[0], last + 1 - min(trace.shapes.batches, _BATCHES)), last)
    if not abs(now) > _SOLVED * abs(losses[0]):
        return
    if _moves(trace, last) or any(_moves(trace, at) for at in round_):
        yield from _stands(trace, last)
        return
    (found,) = since(trace, lambda at: np.array([not _moves(trace, at)]), places)
    assert found is not None
    at = found.iteration
    numbers = trace.iteration(at)
    largest = 0.0
    for layer in range(1, trace.shapes.layers + 1):
        totals = numbers.whole_totals(layer)
        largest = max(largest, *(float(np.abs(one).max()) for one in totals if one is not None))
    step = trace.schedule.first_step(at + 1) - 1
    values = (largest, trace.scenario.training.learning_rate, numbers.reduced_loss())
    cancels = cancelling(trace, at)
    words = () if cancels is None else of_two(cancels)
    yield Finding("still", step, values=values, words=words, seen=found.seen)


def _moves(trace: Trace, iteration: int) -> bool:
    """Return whether any parameter moves in an iteration, by more than its last digits."""
    numbers = trace.iteration(iteration)
    for layer in range(1, trace.shapes.layers + 1):
        for before, after in zip(numbers.before.layer(layer), numbers.after.layer(layer), strict=True):
            if before is not None and after is not None:
                moved = np.abs(after - before)
                if not (moved <= np.maximum(_NOTHING * np.abs(before), _LEAST)).all():
                    return True
    return False


def _stands(trace: Trace, last: int) -> Iterator[Near]:
    """Yield that the loss of all samples has stood for half of the run, where their gradients cancel.

    Asked of a whole run alone: at the start of a long one it stands for a while, and falls later.
    """
    if trace.shapes.batches > 1 or last < 2 or last + 1 < trace.iterations:
        return
    half = (trace.begins + last) // 2
    first, middle, now = (trace.iteration(at).reduced_loss() for at in (trace.begins, half, last))
    if not abs(now - middle) <= _STANDS * abs(now) or not abs(now) > _UNSOLVED * abs(first):
        return
    cancels = cancelling(trace, last)
    if cancels is not None:
        layer = trace.shapes.layers
        step = trace.schedule.step(Site("gradient", last, cancels.samples[0], 0, layer))
        yield Near("still", step, (middle, now, cancels.share), (f"{half + 1:,}", *of_two(cancels)))
