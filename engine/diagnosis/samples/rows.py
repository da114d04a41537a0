"""Of which sample is each row of what is of each sample?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.diagnosis.iteration.ground import Chosen
from engine.diagnosis.judging.close import close
from engine.diagnosis.samples.values import batch_of, kinds_of, values_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from engine.arrays import Array, Mask
    from engine.diagnosis.judging.bench import Bench
    from engine.diagnosis.layouts.readings import Reading

_LEAST = 1e-300
"""What is more than 0."""


def rows_of(bench: Bench, readings: Sequence[Reading], scope: Sequence[int]) -> tuple[int, ...] | None:
    """Return of which sample each row is, where every one is of some."""
    every = values_of(bench, Chosen(tuple(scope), tuple(scope)))
    mine, within = _theirs(bench, readings)
    ours = np.hstack([_rows(every.of(one.variable) * one.share) for one in readings])
    fits = np.zeros((len(mine), len(ours)), dtype=np.bool_)
    # One number tells most of them apart.
    telling = int(np.argmax(np.ptp(np.nan_to_num(ours), axis=0) / (within + _LEAST)))
    for place, row in enumerate(mine):
        near = np.flatnonzero(close(row[telling], ours[:, telling], within[telling]))
        fits[place, near] = close(row, ours[near], within).all(axis=1)
        if not fits[place].any():
            return None
    return _assigned(fits, scope, batch_of(bench))


def _theirs(bench: Bench, readings: Sequence[Reading]) -> tuple[Array, Array]:
    """Return all that somebody has of each sample, and how far each number of a row may be off."""
    within = [
        np.full(one.array.size // one.array.shape[1], np.max(bench.within(one, bench.right.of(one.variable))))
        for one in readings
    ]
    return np.hstack([_rows(one.array) for one in readings]), np.hstack(within)


def _rows(array: Array) -> Array:
    """Return an array [time, sample, unit] as [sample, all that is of it]."""
    return np.moveaxis(array, 1, 0).reshape(array.shape[1], -1)


def _assigned(fits: Mask, scope: Sequence[int], own: Sequence[int]) -> tuple[int, ...] | None:
    """Return a sample of the scope for each place [place, sample]: its own, else one not taken yet."""
    at = {sample: number for number, sample in enumerate(scope)}
    near = np.isin(np.asarray(scope), own).astype(np.int64)
    free = np.ones(len(scope), dtype=np.int64)
    found: dict[int, int] = {}
    for place, sample in zip(range(len(fits)), own, strict=False):  # they may be of more samples, or fewer
        if fits[place, at[sample]]:
            found[place] = at[sample]
            free[at[sample]] = 0
    for place, row in enumerate(fits):
        if place not in found:
            if not row.any():
                return None
            found[place] = int(np.argmax(row * (1 + near + 2 * free)))
            free[found[place]] = 0
    return tuple(scope[found[place]] for place in range(len(fits)))


def targets_of(
    bench: Bench, readings: Sequence[Reading], inputs: tuple[int, ...], scope: Sequence[int]
) -> tuple[int, ...] | None:
    """Return the target of which sample each input stood beside, where that is told of every one."""
    kinds, kind = kinds_of(bench, scope)
    fits = _beside(bench, readings, inputs, kinds, Chosen)
    return None if fits is None else _assigned(fits[:, kind], scope, batch_of(bench))


def inputs_of(bench: Bench, readings: Sequence[Reading], scope: Sequence[int]) -> tuple[int, ...] | None:
    """Return the inputs of which sample stood beside each target, where that is told of every one."""
    own = batch_of(bench)
    fits = _beside(bench, readings, own, scope, lambda targets, inputs: Chosen(inputs, targets))
    return None if fits is None else _assigned(fits, scope, own)


def _beside(
    bench: Bench,
    readings: Sequence[Reading],
    held: tuple[int, ...],
    others: Sequence[int],
    pair: Callable[[tuple[int, ...], tuple[int, ...]], Chosen],
) -> Mask | None:
    """Return of which others each row comes, beside the half that is held: [row, other]; None if of none."""
    mine, within = _theirs(bench, readings)

    def rows(chosen: Chosen) -> Array:
        values = values_of(bench, chosen)
        return np.hstack([_rows(values.of(one.variable) * one.share) for one in readings])

    # One of them beside every other first: of numbers that are wrong in another way no more is asked.
    asked = rows(pair(held[:1] * len(others), tuple(others)))
    if not close(mine[0], asked, within).all(axis=1).any():
        return None
    fits = np.zeros((len(held), len(others)), dtype=np.bool_)
    for number, sample in enumerate(others):
        fits[:, number] = close(mine, rows(pair(held, (sample,) * len(held))), within).all(axis=1)
    return fits
