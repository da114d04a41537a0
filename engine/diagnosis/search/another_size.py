"""Of which samples are numbers of more or fewer of them than the batch has?"""

from __future__ import annotations

from math import log10
from typing import TYPE_CHECKING

from engine.diagnosis.iteration.ground import Chosen
from engine.diagnosis.judging.bench import WORK, Bench, Found
from engine.diagnosis.quantities import FORWARD
from engine.diagnosis.samples.choices import choices, digits_told
from engine.diagnosis.samples.rows import rows_of
from engine.diagnosis.samples.values import SURE, batch_of
from engine.diagnosis.search.begun import Begun
from engine.diagnosis.search.kinds import over, singles

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from engine.diagnosis.judging.ways import Way, Ways
    from engine.diagnosis.layouts.given import Given

_ROWS = 4_000_000
"""Rows times samples up to which each row is looked for; of more they are the first samples, or none."""


def of_another_size(ways: Ways, some: Sequence[Given], way: Way) -> tuple[Found, frozenset[str]] | None:
    """Return the samples that numbers are of where these are not as many as the batch has; None if of none.

    With them is found a mistake that makes what is wrong beside; behind it stands what is wrong and not made.
    """
    bench, data = ways.bench, ways.bench.scenario.data
    if data.samples * bench.scenario.network.parameters * data.times > WORK:
        return None
    scope = tuple(range(data.samples))
    for count in _counts(bench, way):
        first = ways.of(bench.of(Chosen(scope[:count], scope[:count]))).best(some)
        told = [one for one in first.readings if one.quantity.is_of_samples]
        told = [one for one in told if one.variable.name in FORWARD] or told
        if not all(one.fits for one in first.readings):
            continue
        samples = rows_of(bench, told, scope) if count * data.samples <= _ROWS else scope[:count]
        if samples is None or len(set(samples)) < count:
            continue
        chosen = Chosen(samples, samples)
        other = ways.of(bench.of(chosen))
        read = other.best(some)
        if read.wrong.intersection(one.theirs for one in told):
            continue
        (order,) = over(bench, chosen).candidates
        for one in singles(Begun(other.bench), read) if read.wrong and not bench.iteration else ():
            return one._replace(candidates=(order, *one.candidates), chosen=chosen), frozenset()
        return Found((order,), other.bench.right, chosen=chosen), read.wrong
    return None


def _counts(bench: Bench, way: Way) -> Iterator[int]:
    """Yield how many samples an array may be of that does not fit: by the length of any of its axes."""
    own = len(batch_of(bench))
    unfit = next((one for one in way.bad if one.quantity.is_of_samples and not one.fits), None)
    if unfit is not None:
        yield from (
            count for count in dict.fromkeys(unfit.array.shape) if own != count <= bench.scenario.data.samples
        )


def beside_other_samples(bench: Bench, way: Way) -> tuple[Found, frozenset[str]] | None:
    """Return other samples that numbers are of but for some that are wrong beside, and these.

    If a mistake makes them, it is found with it. What is made of the inputs alone tells the samples, and
    the error of the outputs the targets.
    """
    last = len(bench.scenario.network.layers)
    told = [one for one in way.readings if one.quantity.is_of_samples and one.fits]
    told = [one for one in told if one.variable.name in FORWARD or one.variable.layer == last]
    if not way.wrong.intersection(one.theirs for one in told) or bench.iteration:
        return None
    for chosen in choices(bench, way._replace(readings=told)):
        other = bench.of(chosen)
        left = frozenset(one.theirs for one in way.readings if not other.agrees(one, other.right))
        if left.intersection(one.theirs for one in told) or not left < way.wrong:
            continue
        (order,) = over(bench, chosen).candidates
        for one in singles(Begun(other), way._replace(wrong=left)):
            return one._replace(candidates=(order, *one.candidates), chosen=chosen), left
        return Found((order,), other.right, chosen=chosen), left
    return None


_FIRST, _LAST = 10, 3
"""How many iterations are looked at from the beginning, and from the end."""
_WORK = WORK / 4
"""Products, about, that are spent on one that is not the next."""


def iteration_of(ways: Ways, some: Sequence[Given], way: Way) -> int | None:
    """Return another iteration of which all arrays are, as they are best read; None if they are of none.

    It must be told by more digits than chance would have. One array is asked for first: it tells most
    iterations from that which it is of.
    """
    bench = ways.bench
    count, work = bench.scenario.training.iterations, bench.work(bench.equations.right)
    near = (bench.iteration - 1, bench.iteration + 1)
    ends = (*range(_FIRST), *range(count - _LAST, count))
    if sum(digits_told(bench, one) for one in way.bad if one.fits) < log10(_FIRST + _LAST) + SURE:
        return None
    asked: set[int] = {*near, *(one for one in ends if work * (one + _FIRST) <= _WORK)}
    for iteration in sorted(one for one in asked if 0 <= one < count and one != bench.iteration):
        other = ways.of(bench.at(iteration))
        if not other.best(some[:1]).wrong and not other.best(some).wrong:
            return iteration
    return None
