"""How are data mixed up usually: cut elsewhere, turned round, sorted, moved on?"""

from __future__ import annotations

from itertools import permutations
from typing import TYPE_CHECKING

import numpy as np

from engine.diagnosis.iteration.ground import Chosen
from engine.diagnosis.judging.bench import WORK
from engine.diagnosis.samples.values import batch_of
from engine.equations.forward import is_mean

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    from engine.arrays import Array
    from engine.diagnosis.judging.bench import Bench

_BATCHES = 64
"""Batches whose samples are tried, and how many samples others are moved on by, at most."""
_FIRST = 8
"""Batches that are tried before anything else."""
PERMUTED = 5
"""Samples of a batch up to which every order of its targets is tried."""


def plain_orders(bench: Bench) -> Iterator[tuple[int, ...]]:
    """Yield the orders of a batch that are said in a word: turned round, moved on, sorted by targets."""
    data, own = bench.scenario.data, batch_of(bench)
    yield own[::-1]
    yield from _moved(own)
    for order in _orders(data.targets[list(own)].reshape(len(own), -1)):
        yield tuple(own[place] for place in order.tolist())


def _cut_elsewhere(own: tuple[int, ...], samples: int) -> list[range]:
    """Return the samples of a batch that has one more or one less at an end, of which a mean is taken.

    Of sums a gradient without a sample at an end is a mistake by itself.
    """
    first, last = own[0], own[-1] + 1
    every = [range(first, last - 1), range(first + 1, last), range(first, last + 1), range(first - 1, last)]
    return [one for one in every if one and one[0] >= 0 and one[-1] < samples]


def _moved(own: tuple[int, ...]) -> list[tuple[int, ...]]:
    """Return the samples of a batch moved on, by the fewest first."""
    moves = [shift for step in range(1, len(own)) for shift in (step, -step)]
    return [own[shift:] + own[:shift] for shift in moves[:_BATCHES]]


def usual(bench: Bench, *, inputs_known: bool) -> Iterator[Chosen]:
    """Yield how data are mixed up usually: cut elsewhere, turned round, sorted, moved on."""
    data, own, shapes = bench.scenario.data, batch_of(bench), bench.shapes
    batches = [tuple(shapes.batch(number)) for number in range(min(shapes.batches, _BATCHES))]
    others = [one for one in batches if len(one) == len(own) and one != own]
    whole = _orders(data.targets.reshape(data.samples, -1))
    cut = [_numbers(order[list(own)]) for order in whole]
    if not inputs_known:
        wholes = [range(data.samples)] if data.samples * bench.scenario.network.parameters <= WORK else []
        strided = range(bench.iteration % shapes.batches, data.samples, shapes.batches)
        cuts = _cut_elsewhere(own, data.samples) if is_mean(bench.scenario.training) else []
        for order in (*others[:_FIRST], *wholes, *cuts, strided, *others[_FIRST:], *cut):
            some = tuple(sorted(order))  # a sum has no order
            yield Chosen(some, some)
    for order in (*cut, *(_numbers(order[np.isin(order, own)]) for order in whole)):
        yield Chosen(own, order)
    if len(own) <= PERMUTED:
        yield from (Chosen(own, order) for order in permutations(own))
    rolled = [_numbers(np.roll(np.arange(data.samples), shift)[list(own)]) for shift in (1, -1)]
    same = [(sample,) * len(own) for sample in (own[0], own[-1])]
    for order in (*_moved(own), *rolled, *same, *others):
        yield Chosen(own, order)
    for order in () if inputs_known else (*cut, *others):
        yield Chosen(order, own)


def _orders(targets: Array) -> list[npt.NDArray[np.intp]]:
    """Return the samples [sample, target] turned round, and sorted by targets or classes, either way."""
    by_class = np.argsort(targets.argmax(axis=1), kind="stable")
    up, down = np.lexsort(targets.T), np.lexsort(targets.T[::-1])
    return [np.arange(len(targets))[::-1], by_class, by_class[::-1], up, down, up[::-1], down[::-1]]


def _numbers(order: npt.NDArray[np.intp]) -> tuple[int, ...]:
    return tuple(order.tolist())
