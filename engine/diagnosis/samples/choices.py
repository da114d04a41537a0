"""Of which samples are somebody's numbers, and beside which targets did their inputs stand?

A program that shuffles, sorts or cuts the data has other samples in a batch than the scenario, or gives an
input the target of another sample. Numbers of each sample tell it row by row. Of sums over a batch the usual
ways are tried, and which samples a sum is of is solved for.
"""

from __future__ import annotations

from math import log10
from typing import TYPE_CHECKING

import numpy as np

from engine.diagnosis.iteration.ground import Chosen
from engine.diagnosis.judging.close import SAMPLES
from engine.diagnosis.quantities import FORWARD
from engine.diagnosis.samples.alike import Alike
from engine.diagnosis.samples.rows import inputs_of, rows_of, targets_of
from engine.diagnosis.samples.sums import of_sums
from engine.diagnosis.samples.values import SURE, batch_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.diagnosis.judging.bench import Bench
    from engine.diagnosis.judging.ways import Way
    from engine.diagnosis.layouts.readings import Reading

_WIDE = 4e8
"""Products, about, that are spent on samples among which a row is looked for."""


def choices(bench: Bench, way: Way) -> Iterator[Chosen]:
    """Yield the samples that numbers may be of, the likeliest first; none where too little is told.

    Of orders that make the same numbers it is the plainest.
    """
    alike: Alike | None = None
    for one in _choices(bench, way):
        alike = alike or Alike(bench)
        yield alike.plainest(one)


def _choices(bench: Bench, way: Way) -> Iterator[Chosen]:
    readings, wrong, bad = way.readings, way.wrong, way.bad
    if bench.scenario.data.samples == 1 or not all(one.fits for one in readings):
        return
    of_each = [one for one in readings if one.quantity.is_of_samples]
    before = [one for one in of_each if one.variable.name in FORWARD]
    behind = [one for one in of_each if one.variable.name not in FORWARD]
    told = sum(digits_told(bench, one) for one in bad)
    own = batch_of(bench)
    if of_each and all(not one.quantity.is_of_samples for one in bad):
        if not behind:
            yield from of_sums(bench, bad, told, inputs_known=True)
        return
    if not of_each:
        yield from of_sums(bench, bad, told, inputs_known=False)
        return
    scope = _scope(bench, SAMPLES, told)
    inputs = own
    if any(one.theirs in wrong for one in before):
        inputs = rows_of(bench, before, _scope(bench, bench.scenario.data.samples, told)) or ()
        if not inputs or (len(set(inputs)) < len(own) == bench.scenario.data.samples):
            return
        yield Chosen(inputs, inputs)
        yield Chosen(inputs, own)
    if behind:
        targets = targets_of(bench, behind, inputs, tuple(dict.fromkeys((*inputs, *scope))))
        if targets is not None and len(set(targets)) in (1, len(own)):
            yield Chosen(inputs, targets)
    if behind and not before:
        both = rows_of(bench, behind, scope)
        if both is not None and len(set(both)) == len(own):
            yield Chosen(both, both)
        others = inputs_of(bench, behind, scope)
        if others is not None and len(set(others)) == len(own):
            yield Chosen(others, own)


def digits_told(bench: Bench, reading: Reading) -> float:
    """Return how many digits an array has that is wrong, of all its numbers together."""
    ours = bench.right.of(reading.variable)
    within = np.broadcast_to(bench.within(reading, ours), ours.shape)
    largest = float(np.nanmax(np.abs(reading.array - ours * reading.share), initial=0.0))
    some = np.log10(np.maximum(largest / within, 1.0))
    return float(some[np.isfinite(some)].sum())


def _scope(bench: Bench, most: int, told: float) -> tuple[int, ...]:
    """Return the samples that rows are looked for among: as many beside the batch as can be told apart."""
    data, own = bench.scenario.data, batch_of(bench)
    most = min(most, data.samples, int(_WIDE / (bench.scenario.network.parameters * data.times)))
    if most <= len(own) or told < len(own) * log10(most) + SURE - 1.0:
        return own
    first = min(max(0, own[0] - most // 2), data.samples - most)
    return tuple(dict.fromkeys((*range(first, first + most), *own)))
