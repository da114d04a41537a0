"""By what are errors multiplied on their way back, and which of these factors is the smallest?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.arrays import Array
    from engine.run.tracing import Trace

FactorOf: TypeAlias = Literal["slopes", "weights", "recurrent_weights"]


class SmallFactor(NamedTuple):
    """What the slopes of a layer, or its weights, multiply the size of errors by."""

    of: FactorOf
    layer: int
    size: float


@np.errstate(all="ignore")
def smallest_factor(trace: Trace, iteration: int) -> SmallFactor:
    """Return the smallest factor on the way from the last layer to the first, or from the last time back.

    Of several that are 0 the one that comes first on the way. Sizes are root mean squares over a batch.
    """
    every = _through_time if ends_in_time(trace) else _through_layers
    return min(every(trace, iteration), key=lambda one: one.size)


def ends_in_time(trace: Trace) -> bool:
    """Return whether errors go back from the last time alone, and far."""
    shapes = trace.shapes
    ends = shapes.has_target[:, -1].all() and not shapes.has_target[:, :-1].any()
    return bool(any(shapes.recurrent) and ends and shapes.times > 2)


def _through_layers(trace: Trace, iteration: int) -> Iterator[SmallFactor]:
    numbers = trace.iteration(iteration)
    for layer in range(trace.shapes.layers - 1, 0, -1):
        above = rms(numbers.vectors("delta", layer + 1))
        error, delta = rms(numbers.vectors("error", layer)), rms(numbers.vectors("delta", layer))
        yield SmallFactor("weights", layer + 1, _of(error, above))
        yield SmallFactor("slopes", layer, _of(delta, error))


def _through_time(trace: Trace, iteration: int) -> Iterator[SmallFactor]:
    numbers, layer = trace.iteration(iteration), trace.shapes.recurrent.index(True) + 1
    error, delta = numbers.vectors("error", layer), numbers.vectors("delta", layer)
    for time in range(trace.shapes.times - 2, -1, -1):
        yield SmallFactor("recurrent_weights", layer, _of(rms(error[:, time]), rms(delta[:, time + 1])))
        yield SmallFactor("slopes", layer, _of(rms(delta[:, time]), rms(error[:, time])))


def _of(after: float, before: float) -> float:
    """Return a factor; of nothing, and of what is no number, none is told: it is not the smallest."""
    factor = after / before if before else np.inf
    return np.inf if np.isnan(factor) else factor


def rms(array: Array) -> float:
    """Return the root mean square of some numbers."""
    return float(np.sqrt(np.mean(np.square(array))))
