"""What is the loss of one iteration made of?"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from engine.equations.forward import divisor
from engine.facts.entry import Number
from engine.order.quantities import Reference

if TYPE_CHECKING:
    from engine.arrays import Array
    from engine.run.tracing import Trace

_REPLAYED = 4_000_000  # numbers that may be formed to look at an iteration that is not at hand


class Part(NamedTuple):
    """A share of C: that of a sample, or of one time or one output of the only sample."""

    name: str
    value: float
    number: Number | None = None


def parts(trace: Trace, iteration: int) -> list[Part] | None:
    """Return what the loss of an iteration is made of, in its order; None where it is too far to replay.

    The shares add up to the loss, also to a mean over the batch.
    """
    return parts_of(trace, iteration) if at_hand(trace, iteration) else None


def at_hand(trace: Trace, iteration: int) -> bool:
    """Return whether an iteration has been run, and can soon be run again."""
    work = trace.scenario.network.parameters * len(trace.shapes.batch(iteration)) * trace.shapes.times
    return iteration < max(1, trace.computed) and trace.away(iteration) * work <= _REPLAYED


def parts_of(trace: Trace, iteration: int) -> list[Part]:
    """Return the same, however far that is."""
    shapes, batch = trace.shapes, trace.shapes.batch(iteration)
    terms: Array = trace.iteration(iteration).vectors("terms", None)  # [sample, time, output]
    if len(batch) > 1:
        shares = terms.sum(axis=(1, 2)) / divisor(trace.scenario.training, len(batch))
        return [Part(f"sample {place + 1:,}", float(one)) for place, one in enumerate(shares)]
    sample = batch.start
    if shapes.sequences:
        times = np.flatnonzero(shapes.has_target[sample])
        return [Part(f"time {time}", float(terms[0, time].sum())) for time in times]
    numbers = [Number(Reference("terms", iteration, None, sample, 0), (i,)) for i in range(terms.shape[2])]
    return [Part(f"C[{i + 1}]", float(terms[0, 0, i]), one) for i, one in enumerate(numbers)]
