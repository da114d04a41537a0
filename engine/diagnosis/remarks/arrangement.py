"""Are the right numbers there, but in other places or added up?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.diagnosis.judging.close import SAMPLES, agree, listed, order_of
from engine.diagnosis.remarks.seen import Sight, parameter_of
from engine.equations.equation import Variable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.diagnosis.remarks.seen import Seen

_SEVERAL = 2
"""Units from which on it says something that all are alike."""


def turned(seen: Seen) -> Iterator[Sight]:
    """Say whether it is the right one turned over."""
    right = seen.right
    square = right.ndim == 2 and right.shape[0] == right.shape[1] > 1
    if square and seen.same(right.T):
        yield Sight(f"{seen.name} is the right one turned over: rows for columns")


def reordered(seen: Seen) -> Iterator[Sight]:
    """Say whether the samples or the units stand in another order."""
    if not seen.reading.quantity.is_of_samples:
        return
    for axis, word in ((1, "samples"), (2, "units")):
        length = seen.right.shape[axis]
        if not 1 < length <= SAMPLES:
            continue
        mine, right = (np.moveaxis(one, axis, 0).reshape(length, -1) for one in (seen.array, seen.right))
        places = order_of(mine, right, float(np.max(seen.within)))
        if places is not None:
            yield Sight(f"the {word} of {seen.name} stand in another order: {listed(places)}")
            return


def summed(seen: Seen) -> Iterator[Sight]:
    """Say whether a bias has got the same for every unit: the sum or mean over all.

    Of what is 0 that says nothing: what a softmax gives to its biases adds up to 0.
    """
    mine, right, what = seen.array, seen.right, seen.name
    group = seen.reading.quantity.group
    if group != "biases" or mine.size < _SEVERAL or seen.bench.is_blank(seen.reading):
        return
    if not seen.reading.quantity.is_total:
        before = seen.bench.right.remembered[Variable(group, seen.reading.quantity.layer)]
        mine, right, what = mine - before, right - before, f"the change of {parameter_of(seen.name)}"
    limit = np.asarray(seen.within)
    for one, word in ((right.sum(), "sum"), (right.mean(), "mean")):
        same = agree(mine, np.full(mine.shape, one), np.broadcast_to(limit.sum(), mine.shape))
        if same and not np.allclose(right, one):
            over = f"the {word} over all of the right ones: sum along one axis only"
            yield Sight(f"every number of {what} is {over}")
            return
