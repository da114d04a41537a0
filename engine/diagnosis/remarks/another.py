"""Is an array another quantity than it should be, or that of another number of samples?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.diagnosis.judging.close import SAMPLES
from engine.diagnosis.remarks.seen import Sight
from engine.equations.equation import Variable
from engine.equations.updates import old

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.diagnosis.remarks.seen import Seen


def another(seen: Seen) -> Iterator[Sight]:
    """Say which other quantity it is, unless it is its own before the update."""
    for quantity in seen.known.values():
        if quantity.variable in (seen.reading.variable, old(seen.reading.variable)):
            continue
        other = seen.bench.right.of(quantity.variable)
        if other.shape == seen.array.shape and seen.same(other) and other.any():
            if quantity == seen.reading.quantity:
                yield Sight(f"{seen.name} is the total of the batch, not its mean")
                return
            yield Sight(f"{seen.name} is {quantity.name}")
            return


def of_one(seen: Seen) -> Iterator[Sight]:
    """Say of which sample alone a total is, or which it lacks."""
    quantity, samples = seen.reading.quantity, seen.bench.ground.samples
    if not quantity.is_total or not 1 < samples <= SAMPLES:
        return
    delta = seen.bench.right.of(Variable("delta", quantity.layer))
    below = None
    if quantity.group == "weights":
        name = "input" if quantity.layer == 1 else "activation"
        below = seen.bench.right.of(Variable(name, quantity.layer - 1 or None))
    elif quantity.group != "biases":
        return
    first = seen.bench.shapes.batch(seen.bench.iteration).start
    for sample in range(samples):
        if below is None:
            share = delta[:, sample].sum(axis=0)
        else:
            share = np.einsum("ti,tj->ij", delta[:, sample], below[:, sample])
        mine = share * seen.reading.share
        part = mine if seen.reading.variable == quantity.variable else mine / samples
        if seen.same(mine) or seen.same(part):
            yield Sight(f"{seen.name} is that of sample {first + sample + 1} alone")
            return
        if seen.same(seen.right - part):
            yield Sight(f"{seen.name} lacks the share of sample {first + sample + 1}")
            return
