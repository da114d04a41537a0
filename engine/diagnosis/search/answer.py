"""Which answer is given: one mistake, two together, or other samples with something wrong beside?"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from engine.diagnosis.judging.close import agree
from engine.diagnosis.judging.depending import stage, variables_of
from engine.diagnosis.judging.rounding import Tolerance
from engine.diagnosis.precision import SINGLE, UNIT
from engine.diagnosis.samples.words import ORDER
from engine.diagnosis.search.another_iteration import iteration_of
from engine.diagnosis.search.another_size import of_another_size
from engine.diagnosis.search.by_means import early_by_means
from engine.diagnosis.search.kinds import singles
from engine.diagnosis.search.other_samples import beside_other_samples
from engine.diagnosis.search.pairs import pairs
from engine.equations.forward import is_mean

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.diagnosis.iteration.values import Values
    from engine.diagnosis.judging.bench import Bench, Found
    from engine.diagnosis.judging.ways import Way, Ways
    from engine.diagnosis.layouts.given import Given
    from engine.diagnosis.search.begun import Begun


class Answer(NamedTuple):
    """What makes the numbers of a way in which they are read: every one of the `alone` does, or a `pair`.

    Or they are right in another iteration, `elsewhere`; or they are `beside` it those of other samples, but
    for some that are wrong in another way. Those that are made `by_means` are so by updates that apply the
    means as which gradients are read. Where the way has nothing wrong they agree as far as float32 goes.
    """

    some: Sequence[Given]
    way: Way
    alone: Sequence[Found] = ()
    pair: Found | None = None
    beside: tuple[Found, frozenset[str]] | None = None
    elsewhere: int | None = None
    by_means: bool = False

    @property
    def explained(self) -> list[Values]:
        """The iterations with what makes the numbers, each of which may be theirs."""
        every = [*self.alone, self.pair, self.beside[0] if self.beside else None]
        return [one.values for one in every if one is not None]

    @property
    def shown(self) -> Found | None:
        """What an entry is worked out by; an order of the data shows nothing in it."""
        if self.alone:
            return None if self.alone[0].candidates[0].name == ORDER else self.alone[0]
        return self.pair or (self.beside[0] if self.beside else None)


def answer(begun: Begun, ways: Ways, some: Sequence[Given], way: Way) -> Answer:
    """Return what makes numbers that are wrong as they are read; perhaps they are so in another way."""
    alone = singles(begun, way)
    if alone:
        return Answer(some, way, alone)
    as_single = [one._replace(precision=one.precision.in_single) for one in some]
    single = ways.best(as_single)
    if not single.wrong and is_rounding_of_float32(begun.bench, ways.by(some, single.by)):
        return Answer(as_single, single)
    elsewhere = iteration_of(ways, some, way)
    if elsewhere is not None:
        return Answer(some, way, elsewhere=elsewhere)
    of_others = of_another_size(ways, some, way)
    if of_others is not None:
        made, left = of_others
        if left:
            return Answer(some, way, beside=of_others)
        return Answer(some, way, pair=made) if made.candidates[1:] else Answer(some, way, [made])
    short = [_in_single_if_short(one) for one in some]
    if short != some:
        some, way = short, ways.best(short)
        alone = singles(begun, way)
        if alone:
            return Answer(some, way, alone)
    others = ways.others(some, way)
    for other in others:
        alone = singles(begun, other)
        if alone:
            return Answer(some, other, alone)
    order = early_by_means(begun, ways, some, [way, *others])
    if order is not None:
        return Answer(some, order.way, order.alone, order.pair, by_means=not order.pair)
    beside, way = _of_other_samples(begun, [way, *others])
    pair = beside[0] if beside and beside[0].candidates[1:] else pairs(begun.bench, way)
    if pair is None and not beside:
        own = way.by._replace(averaged=is_mean(begun.bench.scenario.training))
        for other in others:
            pair = pair or (pairs(begun.bench, other) if other.by == own else None)
            if pair is not None:
                return Answer(some, other, (), pair)
    return Answer(some, way, (), pair, beside)


def _of_other_samples(begun: Begun, ways: Sequence[Way]) -> tuple[tuple[Found, frozenset[str]] | None, Way]:
    """Return other samples that numbers are of, but for what is wrong beside, in the way that tells."""
    every = [(beside_other_samples(begun.bench, way), way) for way in ways]
    some = [(found, way) for found, way in every if found is not None]
    some.sort(key=lambda one: (not one[0][0].candidates[1:], len(one[0][1])))
    return some[0] if some else (None, ways[0])


def _in_single_if_short(one: Given) -> Given:
    """Return an array that may be one of float32, as it is printed too short to tell."""
    return one._replace(precision=one.precision.in_single) if one.precision.is_short else one


def is_rounding_of_float32(bench: Bench, way: Way) -> bool:
    """Return whether what is wrong by float64, and agrees as far as float32 goes, has been rounded by that.

    Of numbers that are printed short nobody can tell: they may well be.
    """
    told = [
        one
        for one in way.readings
        if one.precision.unit == UNIT and not one.precision.is_short and one.variable not in bench.remembered
    ]
    off = [one for one in told if one.theirs in way.wrong]
    exact = {variable for one in told if one.theirs not in way.wrong for variable in variables_of(one)}
    if not off or not exact:
        return True
    first = min(stage(one.quantity) for one in off)
    if 2 * len(off) < sum(stage(one.quantity) >= first for one in told):
        return False
    tolerance = Tolerance(bench.right, bench.scenario.network, bench.iteration, exact)
    for one in off:
        ours = bench.right.of(one.variable)
        within = one.precision.of_printing(one.array) + tolerance.of(one.variable, SINGLE, ours) * one.share
        if not agree(one.array, ours * one.share, within):
            return False
    return True
