"""Of which samples are somebody's numbers, and beside which targets did their inputs stand?

A program that shuffles, sorts or cuts the data has other samples in a batch than the scenario, or gives an
input the target of another sample. Numbers of each sample tell it row by row. Of sums over a batch the usual
ways are tried, and which samples a sum is of is solved for.
"""

from __future__ import annotations

from itertools import combinations, islice, permutations
from math import comb, log10
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from engine.diagnosis.likeness import SAMPLES, listed
from engine.diagnosis.precision import close
from engine.diagnosis.values import Values, ground
from engine.equations import forward
from engine.equations.equation import Variable
from engine.equations.mistakes import Mistake

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    import numpy.typing as npt

    from engine.arrays import Array, Mask
    from engine.diagnosis.layouts import Reading
    from engine.diagnosis.search import Bench

ORDER: Final = "data-in-another-order"
FORWARD: Final = ("pre_activation", "activation", "slope")
"""What is made of a sample's inputs alone."""
_WORK = 2e8
"""Products, about, up to which all samples of the data are looked at to tell what a sum is of."""
_WIDE = 4e8
"""Products, about, that are spent on samples among which a row is looked for."""
_KEPT = 64
"""Iterations over other samples that are kept."""
_TRIED = 400
"""Ways that sums over a batch are tried to have come about."""
_BATCHES = 64
"""Batches whose samples are tried, and how many samples others are moved on by, at most."""
_FIRST = 8
"""Batches that are tried before anything else."""
_PERMUTED = 5
"""Samples of a batch up to which every order of its targets is tried."""
_CHOICES = 5_000
"""Choices of samples up to which every one is tried, where they can't be solved for."""
_LEAST = 1e-300
"""What is more than 0."""
_TOTALS = 3
"""Sums that are looked at."""
_LONGEST = 1_000
"""Numbers of a sum that are looked at."""
_ALONE = 1e-12
"""How much of the largest share of a sample must be its own, so that it is seen whether a sum has it."""
_SWAPPED = 2
"""Samples of which there is no other order than that."""
_SURE = 3.0
"""How many digits more than it takes to tell the ways apart must be told, so that it is no chance."""


class Chosen(NamedTuple):
    """The samples of the data (from 0) whose inputs and whose targets stand at each place of a batch."""

    inputs: tuple[int, ...]
    targets: tuple[int, ...]


def values_of(bench: Bench, chosen: Chosen) -> Values:
    """Return the iteration over other samples, without a mistake; of each convention the same is asked."""
    if chosen not in bench.over:
        if len(bench.over) >= _KEPT:
            return _worked_out(bench, chosen)
        bench.over[chosen] = _worked_out(bench, chosen)
    return bench.over[chosen]


def _worked_out(bench: Bench, chosen: Chosen) -> Values:
    here = ground(bench.scenario, chosen.inputs, chosen.targets)._replace(axes=bench.ground.axes)
    equations = bench.candidates.right
    if chosen.inputs != _own(bench):
        return Values(here, equations, bench.remembered)
    depending = bench.candidates.made_of({forward.TARGET})
    return Values(here, equations, bench.remembered, bench.right, depending)


def _own(bench: Bench) -> tuple[int, ...]:
    return tuple(bench.shapes.batch(bench.iteration))


def choices(bench: Bench, readings: Sequence[Reading], wrong: Collection[str]) -> Iterator[Chosen]:
    """Yield the samples that numbers may be of, the likeliest first; none where too little is told."""
    if bench.scenario.data.samples == 1 or not all(one.fits for one in readings):
        return
    of_each = [one for one in readings if one.quantity.group is None]
    before = [one for one in of_each if one.variable.name in FORWARD]
    behind = [one for one in of_each if one.variable.name not in FORWARD]
    bad = [one for one in readings if one.theirs in wrong]
    told = sum(_digits(bench, one) for one in bad)
    own = _own(bench)
    if of_each and all(one.quantity.group is not None for one in bad):
        if not behind:
            yield from _of_sums(bench, bad, told, inputs_known=True)
        return
    if not of_each:
        yield from _of_sums(bench, bad, told, inputs_known=False)
        return
    scope = _scope(bench, SAMPLES, told)
    inputs = own
    if any(one.theirs in wrong for one in before):
        inputs = _rows_of(bench, before, _scope(bench, bench.scenario.data.samples, told)) or ()
        if not inputs or (len(set(inputs)) < len(own) == bench.scenario.data.samples):
            return
        yield Chosen(inputs, inputs)
        yield Chosen(inputs, own)
    if behind:
        targets = _targets(bench, behind, inputs, tuple(dict.fromkeys((*inputs, *scope))))
        if targets is not None and len(set(targets)) in (1, len(own)):
            yield Chosen(inputs, targets)
    if behind and not before:
        both = _rows_of(bench, behind, scope)
        if both is not None and len(set(both)) == len(own):
            yield Chosen(both, both)
        others = _inputs(bench, behind, scope)
        if others is not None and len(set(others)) == len(own):
            yield Chosen(others, own)


def _digits(bench: Bench, reading: Reading) -> float:
    """Return how many digits an array has that is wrong, of all its numbers together."""
    ours = bench.right.of(reading.variable)
    within = np.broadcast_to(bench.within(reading, ours), ours.shape)
    with np.errstate(all="ignore"):
        largest = float(np.nanmax(np.abs(reading.array - ours * reading.share), initial=0.0))
        some = np.log10(np.maximum(largest / within, 1.0))
    return float(some[np.isfinite(some)].sum())


def _scope(bench: Bench, most: int, told: float) -> tuple[int, ...]:
    """Return the samples that rows are looked for among: as many beside the batch as can be told apart."""
    data, own = bench.scenario.data, _own(bench)
    most = min(most, data.samples, int(_WIDE / (bench.scenario.network.parameters * data.times)))
    if most <= len(own) or told < len(own) * log10(most) + _SURE - 1.0:
        return own
    first = min(max(0, own[0] - most // 2), data.samples - most)
    return tuple(dict.fromkeys((*range(first, first + most), *own)))


# -- numbers of each sample --------------------------------------------------------------------------------


def _rows_of(bench: Bench, readings: Sequence[Reading], scope: Sequence[int]) -> tuple[int, ...] | None:
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
    return _assigned(fits, scope, _own(bench))


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
    for place, sample in enumerate(own):
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


def _targets(
    bench: Bench, readings: Sequence[Reading], inputs: tuple[int, ...], scope: Sequence[int]
) -> tuple[int, ...] | None:
    """Return the target of which sample each input stood beside, where that is told of every one."""
    data = bench.scenario.data
    some = list(scope)
    aims = np.hstack([data.targets[some].reshape(len(some), -1), data.has_target[some]])
    _, first, kind = np.unique(aims, axis=0, return_index=True, return_inverse=True)
    kinds = [scope[int(one)] for one in first]
    fits = _beside(bench, readings, inputs, kinds, Chosen)
    return None if fits is None else _assigned(fits[:, kind.reshape(-1)], scope, _own(bench))


def _inputs(bench: Bench, readings: Sequence[Reading], scope: Sequence[int]) -> tuple[int, ...] | None:
    """Return the inputs of which sample stood beside each target, where that is told of every one."""
    own = _own(bench)
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


# -- sums over the batch -----------------------------------------------------------------------------------


def _of_sums(bench: Bench, bad: Sequence[Reading], told: float, *, inputs_known: bool) -> Iterator[Chosen]:
    """Yield what sums over a batch may be of: the usual ways, then what is solved for."""
    own = _own(bench)
    each = bench.scenario.network.parameters * bench.ground.times * len(own)
    most = min(_TRIED, int(_WORK / each))
    tried = 0
    seen = {Chosen(own, own)}
    for one in islice(_usual(bench, inputs_known=inputs_known), most):
        if one not in seen:
            seen.add(one)
            tried += 1
            if told < log10(tried) + _SURE:
                return
            yield one
    if not inputs_known:
        found = _solved(bench, bad, told)
        if found is not None:
            yield Chosen(found, found)


def _usual(bench: Bench, *, inputs_known: bool) -> Iterator[Chosen]:
    """Yield how data are mixed up usually: cut elsewhere, turned round, sorted, moved on."""
    data, own, shapes = bench.scenario.data, _own(bench), bench.shapes
    batches = [tuple(shapes.batch(number)) for number in range(min(shapes.batches, _BATCHES))]
    others = [one for one in batches if len(one) == len(own) and one != own]
    whole = _orders(data.targets.reshape(data.samples, -1))
    cut = [_numbers(order[list(own)]) for order in whole]
    if not inputs_known:
        wholes = [range(data.samples)] if data.samples * bench.scenario.network.parameters <= _WORK else []
        strided = range(bench.iteration % shapes.batches, data.samples, shapes.batches)
        for order in (*others[:_FIRST], *wholes, strided, *others[_FIRST:], *cut):
            some = tuple(sorted(order))  # a sum has no order
            yield Chosen(some, some)
    for order in (*cut, *(_numbers(order[np.isin(order, own)]) for order in whole)):
        yield Chosen(own, order)
    if len(own) <= _PERMUTED:
        yield from (Chosen(own, order) for order in permutations(own))
    moves = [shift for step in range(1, len(own)) for shift in (step, -step)]
    moved = [own[shift:] + own[:shift] for shift in moves[:_BATCHES]]
    rolled = [_numbers(np.roll(np.arange(data.samples), shift)[list(own)]) for shift in (1, -1)]
    same = [(sample,) * len(own) for sample in (own[0], own[-1])]
    for order in (*moved, *rolled, *same, *others):
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


def _solved(bench: Bench, bad: Sequence[Reading], told: float) -> tuple[int, ...] | None:
    """Return of which samples the first wrong total is the sum; None if that can't be told."""
    data, own = bench.scenario.data, _own(bench)
    totals = [one for one in bad if one.quantity.is_total and one.quantity.group != "recurrent_weights"]
    totals = totals[:_TOTALS]
    if data.samples > SAMPLES or not totals:
        return None
    if data.samples * bench.scenario.network.parameters * data.times > _WORK:
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
        if told < len(own) * log10(data.samples) + _SURE:
            return None
        return tuple(int(one) for one in np.repeat(np.arange(data.samples), counts.astype(np.int64)))
    ways = comb(data.samples, len(own))
    if ways > _CHOICES or told < log10(ways) + _SURE:
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


# -- in words ----------------------------------------------------------------------------------------------


def mistake_of(bench: Bench, chosen: Chosen) -> tuple[str, Mistake]:
    """Return what it is called to have other samples than those of the batch, and what is right."""
    own = _own(bench)
    inputs, targets = chosen
    if inputs == targets:
        return _of_samples(bench, inputs, own)
    right = "each input beside its own target"
    how = _how(targets, own) if inputs == own else ""
    if sorted(inputs) == sorted(targets) == list(own):
        name = "inputs-in-another-order" if targets == own else "targets-in-another-order"
        if inputs == own:
            return name, Mistake(right, f"the inputs as they are, the targets in the order {how}")
        if targets == own:
            return name, Mistake(right, f"the targets as they are, the inputs in the order {_listed(inputs)}")
        both = f"the inputs in the order {_listed(inputs)}, the targets in the order {_listed(targets)}"
        return name, Mistake(right, both)
    name = "inputs-of-other-samples" if targets == own else "targets-of-other-samples"
    sides = f"the inputs of the samples {_listed(inputs)} beside the targets of {how or _listed(targets)}"
    return name, Mistake(right, sides)


def _of_samples(bench: Bench, samples: tuple[int, ...], own: tuple[int, ...]) -> tuple[str, Mistake]:
    if sorted(samples) == list(own):
        right = "the samples in the order of the data"
        return ORDER, Mistake(right, f"the samples in the order {_listed(samples)}")
    right = f"the batch of iteration {bench.iteration}: {_range(own)}"
    batches = {tuple(bench.shapes.batch(number)): number for number in range(bench.shapes.batches)}
    if samples in batches:
        words = f"the batch of iteration {batches[samples]}: {_range(samples)}"
        return "samples-of-another-batch", Mistake(right, words)
    if samples == tuple(range(bench.scenario.data.samples)):
        return "all-samples-for-batch", Mistake(right, f"all {len(samples)} samples of the data")
    return "other-samples-in-batch", Mistake(right, f"the samples {_listed(samples)}")


def _how(order: tuple[int, ...], own: tuple[int, ...]) -> str:
    """Return an order of samples, and how it comes about if that is seen."""
    words = _listed(order)
    if len(own) == len(set(order)) == _SWAPPED:
        return words
    if order == own[::-1]:
        return f"{words} (turned round)"
    if len(set(order)) == 1:
        return f"{words} (the same for all)"
    shift = own.index(order[0]) if order[0] in own else 0
    if shift and order == own[shift:] + own[:shift]:
        back = len(own) - shift
        moved = f"moved up by {shift}" if shift <= back else f"moved down by {back}"
        return f"{words} ({moved})"
    return words


def _listed(samples: Iterable[int]) -> str:
    return listed(tuple(samples))


def _range(samples: Sequence[int]) -> str:
    first, last = samples[0] + 1, samples[-1] + 1
    return f"the samples {first} to {last}" if last > first else f"sample {first}"
