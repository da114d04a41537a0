"""Of which samples are numbers of more or fewer of them than the batch has?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.diagnosis.iteration.ground import Chosen
from engine.diagnosis.judging.bench import WORK, Found
from engine.diagnosis.quantities import FORWARD
from engine.diagnosis.samples.rows import rows_of
from engine.diagnosis.samples.values import batch_of
from engine.diagnosis.search.begun import Begun
from engine.diagnosis.search.kinds import over, singles

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from engine.diagnosis.judging.bench import Bench
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
