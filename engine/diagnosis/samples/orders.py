"""Beside which targets of its batch, in any order, did each input stand, if only sums over the batch tell?

What an input adds to a gradient depends on its own target alone. So that is worked out once for each input
beside each target, and what a gradient would be in an order is a sum of as many numbers as there are samples:
in that way all orders are looked at together.
"""

from __future__ import annotations

from functools import lru_cache
from math import factorial, log10
from typing import TYPE_CHECKING

import numpy as np

from engine.diagnosis.iteration.ground import Chosen
from engine.diagnosis.judging.bench import WORK
from engine.diagnosis.samples.totals import totals_of
from engine.diagnosis.samples.values import SURE, batch_of, kinds_of, values_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from engine.arrays import Array
    from engine.diagnosis.judging.bench import Bench
    from engine.diagnosis.layouts.readings import Reading

_MOST = 9
"""Samples of a batch up to which all orders of them are looked at."""
_TELLING = 8
"""Numbers after which few orders are left, if they tell orders apart at all."""
_FEW = 1_000
"""How many that are."""
_OFF = 2.0
"""How much further off than a number of the right order one of another may be: it is rounded otherwise."""


def order_of_targets(bench: Bench, bad: Sequence[Reading], told: float) -> tuple[int, ...] | None:
    """Return the one order of a batch's targets that makes the sums that are wrong; None if that isn't told.

    Args:
        bench: the iteration.
        bad: what is wrong in it.
        told: how many digits that has, all together.
    """
    own, totals = batch_of(bench), totals_of(bench, bad)
    count = len(own)
    if totals is None or count > _MOST or told < log10(factorial(count)) + SURE:
        return None
    if count**2 * bench.scenario.network.parameters * bench.ground.times > WORK:
        return None
    beside = [totals.shares(values_of(bench, Chosen(own, (sample,) * count))) for sample in own]
    fitting = _fitting(np.stack(beside, axis=1), totals.numbers, _OFF * totals.within)
    _, kinds = kinds_of(bench, own)
    if not fitting.size or (kinds[fitting] != kinds[fitting[:, :1]]).any():
        return None
    # Of targets that are alike as many as possible stay in their places.
    nearest = int(np.argmax((fitting == np.arange(count)[:, None]).sum(axis=0)))
    return tuple(own[place] for place in fitting[:, nearest])


def _fitting(shares: Array, total: Array, within: Array) -> npt.NDArray[np.uint8]:
    """Return the orders [place, order] in which shares [place, target, number] come to a total [number].

    They are none, too, where the first numbers leave many.
    """
    count = len(shares)
    if not (np.isfinite(shares).all() and np.isfinite(total).all()):
        return np.empty((count, 0), dtype=np.uint8)
    least, most = shares.min(axis=1).sum(axis=0), shares.max(axis=1).sum(axis=0)
    if ((total < least - within) | (total > most + within)).any():
        return np.empty((count, 0), dtype=np.uint8)
    left = _orders(count)
    telling = np.nan_to_num((most - least) / within)
    for looked, number in enumerate(np.argsort(-telling, kind="stable")):
        if looked == _TELLING and left.shape[1] > _FEW:
            return left[:, :0]
        sums = np.zeros(left.shape[1])
        for place in range(count):
            sums += shares[place, left[place], number]
        left = left[:, np.abs(sums - total[number]) <= within[number]]
        if not left.size:
            break
    return left


@lru_cache(maxsize=1)
def _orders(count: int) -> npt.NDArray[np.uint8]:
    """Return all orders of some places, as [place, order]."""
    found = np.zeros((0, 1), dtype=np.uint8)
    for length in range(1, count + 1):
        firsts = np.repeat(np.arange(length, dtype=np.uint8), found.shape[1])
        others = np.tile(found, length)
        found = np.vstack([firsts, others + (others >= firsts)])
    return found
