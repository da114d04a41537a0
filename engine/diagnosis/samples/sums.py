"""Of which samples is a sum over a batch?"""

from __future__ import annotations

from itertools import combinations, islice
from math import comb, log10
from typing import TYPE_CHECKING

import numpy as np

from engine.diagnosis.iteration.ground import Chosen
from engine.diagnosis.judging.bench import WORK
from engine.diagnosis.judging.close import SAMPLES
from engine.diagnosis.samples.mixed_up import PERMUTED, usual
from engine.diagnosis.samples.orders import order_of_targets
from engine.diagnosis.samples.totals import totals_of
from engine.diagnosis.samples.values import SURE, batch_of, values_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from engine.arrays import Array
    from engine.diagnosis.judging.bench import Bench
    from engine.diagnosis.layouts.readings import Reading

_TRIED = 400
"""Ways that sums over a batch are tried to have come about."""
_CHOICES = 5_000
"""Choices of samples up to which every one is tried, where they can't be solved for."""
_ALONE = 1e-12
"""How much of the largest share of a sample must be its own, so that it is seen whether a sum has it."""


def of_sums(bench: Bench, bad: Sequence[Reading], told: float, *, inputs_known: bool) -> Iterator[Chosen]:
    """Yield what sums over a batch may be of: the usual ways, what is solved for, targets in any order."""
    own = batch_of(bench)
    each = bench.scenario.network.parameters * bench.ground.times * len(own)
    most = min(_TRIED, int(WORK / each))
    tried = 0
    seen = {Chosen(own, own)}
    for one in islice(usual(bench, inputs_known=inputs_known), most):
        if one not in seen:
            seen.add(one)
            tried += 1
            if told < log10(tried) + SURE:
                return
            yield one
    if not inputs_known:
        found = _solved(bench, bad, told)
        if found is not None:
            yield Chosen(found, found)
    if len(own) > PERMUTED:
        order = order_of_targets(bench, bad, told)
        if order is not None and Chosen(own, order) not in seen:
            yield Chosen(own, order)


def _solved(bench: Bench, bad: Sequence[Reading], told: float) -> tuple[int, ...] | None:
    """Return of which samples the first wrong total is the sum; None if that can't be told."""
    data, own = bench.scenario.data, batch_of(bench)
    totals = totals_of(bench, bad)
    if data.samples > SAMPLES or totals is None:
        return None
    if data.samples * bench.scenario.network.parameters * data.times > WORK:
        return None
    every = values_of(bench, Chosen(tuple(range(data.samples)), tuple(range(data.samples))))
    shares, total = totals.shares(every), totals.numbers
    if not (np.isfinite(total).all() and np.isfinite(shares).all()) or not shares.any():
        return None
    products = shares @ shares.T
    if _are_told_apart(products):
        found = np.linalg.solve(products, shares @ total)
        counts = np.rint(found)
        twice = 1 if data.samples == len(own) else len(own)
        if (
            (counts < 0).any()
            or counts.max() > twice
            or counts.sum() != len(own)
            or np.abs(found - counts).max() > 0.2
        ):
            return None
        if told < len(own) * log10(data.samples) + SURE:
            return None
        return tuple(int(one) for one in np.repeat(np.arange(data.samples), counts.astype(np.int64)))
    ways = comb(data.samples, len(own))
    if ways > _CHOICES or told < log10(ways) + SURE:
        return None
    some = np.array(list(combinations(range(data.samples), len(own))))
    apart = np.abs(shares[some].sum(axis=1) - total).max(axis=1)
    return tuple(int(one) for one in some[int(np.argmin(apart))])


def _are_told_apart(products: Array) -> bool:
    """Return whether no share of a sample is made of those of others, by the products of each two."""
    try:
        own = np.diag(np.linalg.cholesky(products)) ** 2
    except np.linalg.LinAlgError:
        return False
    return bool(own.min() > _ALONE * own.max())
