"""Of which samples is a sum over a batch?"""

from __future__ import annotations

from itertools import combinations, islice
from math import comb, log10
from typing import TYPE_CHECKING

import numpy as np

from engine.diagnosis.iteration.ground import Chosen
from engine.diagnosis.judging.close import SAMPLES
from engine.diagnosis.samples.mixed_up import usual
from engine.diagnosis.samples.values import WORK, batch_of, values_of
from engine.equations import forward
from engine.equations.equation import Variable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from engine.arrays import Array
    from engine.diagnosis.iteration.values import Values
    from engine.diagnosis.judging.bench import Bench
    from engine.diagnosis.layouts.readings import Reading

_TRIED = 400
"""Ways that sums over a batch are tried to have come about."""
_CHOICES = 5_000
"""Choices of samples up to which every one is tried, where they can't be solved for."""
_TOTALS = 3
"""Sums that are looked at."""
_LONGEST = 1_000
"""Numbers of a sum that are looked at."""
_ALONE = 1e-12
"""How much of the largest share of a sample must be its own, so that it is seen whether a sum has it."""
SURE = 3.0
"""How many digits more than it takes to tell the ways apart must be told, so that it is no chance."""


def of_sums(bench: Bench, bad: Sequence[Reading], told: float, *, inputs_known: bool) -> Iterator[Chosen]:
    """Yield what sums over a batch may be of: the usual ways, then what is solved for."""
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


def _solved(bench: Bench, bad: Sequence[Reading], told: float) -> tuple[int, ...] | None:
    """Return of which samples the first wrong total is the sum; None if that can't be told."""
    data, own = bench.scenario.data, batch_of(bench)
    totals = [one for one in bad if one.quantity.is_total and one.quantity.group != "recurrent_weights"]
    totals = totals[:_TOTALS]
    if data.samples > SAMPLES or not totals:
        return None
    if data.samples * bench.scenario.network.parameters * data.times > WORK:
        return None
    every = values_of(bench, Chosen(tuple(range(data.samples)), tuple(range(data.samples))))
    shares = np.hstack([_shares(every, one)[:, :_LONGEST] for one in totals])
    sums = [
        one.array.ravel()[:_LONGEST] * (1.0 if one.variable == one.quantity.variable else len(own))
        for one in totals
    ]
    total = np.hstack(sums)
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


def _shares(values: Values, reading: Reading) -> Array:
    """Return the share of each sample in a total, as [sample, number]."""
    layer = reading.quantity.layer
    delta = values.of(Variable("delta", layer))
    if reading.quantity.group == "biases":
        return np.asarray(delta.sum(axis=0))
    below = values.of(forward.INPUT if layer == 1 else Variable("activation", layer - 1))
    rows = max(1, _LONGEST // below.shape[2] + 1)
    found = np.einsum("tsi,tsj->sij", delta[:, :, :rows], below)
    return np.asarray(found.reshape(len(found), -1))
