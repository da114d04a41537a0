"""In which convention is most of somebody's arrays right, and in which others may they be looked at?"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from engine.diagnosis.layouts.conventions import Convention, asked_of, conventions, own_layouts
from engine.diagnosis.layouts.readings import Reading, read
from engine.equations.forward import is_mean

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from engine.diagnosis.judging.bench import Bench
    from engine.diagnosis.layouts.given import Given
    from engine.diagnosis.precision import Precision

_OTHERS = 3
"""Ways of writing arrays that mistakes are looked for in, beside the best."""
_OF_SMALL = 11
"""As many where an iteration is small."""


class Way(NamedTuple):
    """Arrays as a convention reads them, in our order, and which of them are wrong so."""

    by: Convention
    readings: Sequence[Reading]
    wrong: frozenset[str]

    @property
    def bad(self) -> list[Reading]:
        """Those that are wrong."""
        return [one for one in self.readings if one.theirs in self.wrong]


class Ways:
    """All ways in which arrays can be read, held against a bench's right iteration; each is read so once.

    `order` says at which place each quantity stands, by its name.
    """

    def __init__(self, bench: Bench, order: Mapping[str, int]) -> None:
        self.bench = bench
        self._order = order
        self._readings: dict[tuple[str, Precision, Convention], tuple[Reading, bool]] = {}

    def of(self, bench: Bench) -> Ways:
        """Return the ways to hold arrays against another bench."""
        return Ways(bench, self._order)

    def by(self, some: Sequence[Given], by: Convention) -> Way:
        """Return arrays as a convention reads them."""
        found = [self._read(one, by) for one in some]
        readings = sorted((one for one, _ in found), key=lambda one: self._order[one.quantity.name])
        return Way(by, readings, frozenset(one.theirs for one, agrees in found if not agrees))

    def taken(self, some: Sequence[Given]) -> tuple[list[Given], Way]:
        """Return the arrays, of which some have axes of their own, in the convention in which most is right.

        An array has its own where it does not fit otherwise, or where all its numbers are right so.
        """
        way = self.best(some)
        fits = {one.theirs: one.fits for one in way.readings}
        found = []
        for one in some:
            own = own_layouts(one, way.by, self.bench.ground) if one.theirs in way.wrong else []
            every = [one._replace(layout=layout) for layout in own]
            right = [other for other in every if self._read(other, way.by)[1]]
            if not right and len(every) == 1 and not fits[one.theirs]:
                right = every
            found.append((*right, one)[0])
        if all(one is other for one, other in zip(found, some, strict=True)):
            return found, way
        return found, self.best(found)

    def cut_off(self, some: list[Given], way: Way) -> tuple[list[Given], Way]:
        """Return printed arrays as those whose other decimals were cut off, where more of them agrees so.

        What was cut is never larger than what it was cut from: all that agrees has to be so.
        """
        if not way.wrong or not any(one.precision.is_printed for one in some):
            return some, way
        cut = [one._replace(precision=one.precision._replace(cut=one.precision.is_printed)) for one in some]
        cut, other = self.taken(cut)
        right = [one for one in other.readings if one.theirs not in other.wrong and one.precision.cut]
        if len(other.wrong) < len(way.wrong) and all(map(self.bench.is_no_larger, right)):
            return cut, other
        return some, way

    def _read(self, one: Given, by: Convention) -> tuple[Reading, bool]:
        """Return an array as a convention reads it, and whether it agrees so."""
        key = one.theirs, one.precision, asked_of(one, by)
        if key not in self._readings:
            reading = read(one, by, self.bench.ground)
            self._readings[key] = reading, self.bench.agrees(reading, self.bench.right)
        return self._readings[key]

    def best(self, some: Sequence[Given]) -> Way:
        """Return the convention in which most is right, the arrays as it reads them, and which are wrong."""
        best: tuple[tuple[int, int], Way] | None = None
        for by in self._conventions(some):
            way = self.by(some, by)
            bad = sum(not one.fits for one in way.readings), len(way.wrong)
            if best is None or bad < best[0]:
                best = bad, way
            if not way.wrong:
                break
        assert best is not None
        return best[1]

    def _conventions(self, some: Sequence[Given]) -> Iterator[Convention]:
        return conventions(some, self.bench.ground, averaged=is_mean(self.bench.scenario.training))

    def others(self, some: Sequence[Given], way: Way) -> list[Way]:
        """Return arrays as they are read by other conventions, in which more is wrong: the nearest first."""
        every = (self.by(some, by) for by in self._conventions(some) if by != way.by)
        others = [one for one in every if all(reading.fits for reading in one.readings)]
        others.sort(key=lambda one: (len(one.wrong), _differences(one.by, way.by)))
        return others[: _OF_SMALL if self.bench.is_small else _OTHERS]


def _differences(one: Convention, other: Convention) -> tuple[int, bool]:
    """Return in how much two conventions differ; where biases are in one array with weights counts least."""
    fields = [mine != theirs for mine, theirs in zip(one, other, strict=True)]
    return sum(fields), one.biases_last == other.biases_last
