"""Do the gradients of the samples cancel one another, so that a run stands though each would have it move?"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from engine.facts.entry import Number
from engine.facts.number import Traced
from engine.numerals import numeral
from engine.order.quantities import GRADIENT_OF, Reference

if TYPE_CHECKING:
    from engine.run.tracing import Trace

CANCELS = 0.01
"""The length of the sum of all gradients, beside the sum of their lengths, below which they cancel."""

_WORK = 20_000_000  # multiply-adds that are done for it


class Cancelling(NamedTuple):
    """What the sum keeps of the gradients' lengths, and two of them of opposite signs, by their symbol.

    `samples` are the two, from 0, `values` what each of them asks for.
    """

    share: float
    symbol: str
    samples: tuple[int, int]
    values: tuple[float, float]


@np.errstate(all="ignore")
def cancelling(trace: Trace, iteration: int) -> Cancelling | None:
    """Return how the gradients of the samples of an iteration cancel, if they do; None for sequences."""
    numbers, batch = trace.iteration(iteration), trace.shapes.batch(iteration)
    layers = trace.scenario.network.layers
    if trace.shapes.times > 1 or len(batch) < 2 or len(batch) * trace.scenario.network.parameters > _WORK:
        return None
    alone, together = np.zeros(len(batch)), 0.0
    for number, layer in enumerate(layers, start=1):
        delta = numbers.vectors("delta", number)[:, 0]
        below = numbers.vectors("activation", number - 1)[:, 0]
        squares = np.square(delta).sum(axis=1)
        if layer.trains("weights"):
            alone += squares * np.square(below).sum(axis=1)
            together += float(np.square(delta.T @ below).sum())
        if layer.trains("biases"):
            alone += squares
            together += float(np.square(delta.sum(axis=0)).sum())
    lengths = float(np.sqrt(alone).sum())
    share = float(np.sqrt(together)) / lengths if lengths else np.inf
    group = next((one for one in ("biases", "weights") if layers[-1].trains(one)), None)
    if not share <= CANCELS or group is None:
        return None
    every = np.array([getattr(numbers.gradients(len(layers), sample, 0), group) for sample in batch])
    least = np.minimum(every.max(axis=0), -every.min(axis=0))
    place = tuple(int(one) for one in np.unravel_index(int(least.argmax()), least.shape))
    if not least[place] > 0.0:
        return None
    mine = every.reshape(len(batch), -1)[:, int(least.argmax())]
    two = int(mine.argmax()), int(mine.argmin())
    reference = Reference(GRADIENT_OF[group], iteration, len(layers), batch[two[0]], 0)
    symbol = Traced(trace, Number(reference, place)).symbol
    samples = batch[two[0]], batch[two[1]]
    return Cancelling(share, symbol, samples, (float(mine[two[0]]), float(mine[two[1]])))


def of_two(found: Cancelling) -> tuple[str, ...]:
    """Return the symbol, and for each of the two samples its number (from 1) and what it asks for."""
    each = zip(found.samples, found.values, strict=True)
    return found.symbol, *(word for sample, value in each for word in (f"{sample + 1:,}", numeral(value)))
