"""Of which other iteration are all numbers the right ones?"""

from __future__ import annotations

from math import log10
from typing import TYPE_CHECKING

from engine.diagnosis.judging.bench import WORK
from engine.diagnosis.samples.choices import digits_told
from engine.diagnosis.samples.values import SURE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.diagnosis.judging.ways import Way, Ways
    from engine.diagnosis.layouts.given import Given

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
