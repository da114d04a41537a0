"""Which two mistakes make all the numbers together, where none does alone?"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from engine.diagnosis.mistakes.further import of_updates
from engine.diagnosis.mistakes.scaled import FACTORS
from engine.diagnosis.search.look import look_at

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from engine.arrays import Array
    from engine.diagnosis.iteration.values import Values
    from engine.diagnosis.judging.bench import Bench, Found
    from engine.diagnosis.judging.ways import Way
    from engine.diagnosis.mistakes.candidates import Tried
    from engine.equations.equation import Variable

_PAIRED = 40
"""Of how many mistakes, the likeliest, every pair is tried where both twist the first wrong number."""
_LEFT = 400
"""How many pairs are tried of which one twists what the other alone reproduces."""
_EQUAL = 1e-6
"""Which share of a factor may lie between two that are taken for one."""


def pairs(bench: Bench, way: Way) -> Found | None:
    """Return the first pair of mistakes that reproduces the readings.

    What one of them does may be undone by the other, so that it is right again. What two make by
    chance is left out: see `_by_chance`.
    """
    readings, wrong = way.readings, way.wrong
    if bench.iteration or not all(one.fits for one in readings):
        return None
    small = bench.is_small
    bad = [
        place
        for place, one in enumerate(readings)
        if one.theirs in wrong and not bench.is_blank(one, flat=True)
    ]
    if not bad:
        return None
    # Of times and pairs there are too many to mean something.
    fit = [one for one in bench.tried() if not one.candidate.at_one_time]
    asked = _Asked(bench, way)
    both: list[Tried] = []
    made_by: list[Values] = []
    look = look_at(bench, readings[bad[0]])
    effects: list[Array] = []
    left: list[tuple[Tried, Tried]] = []
    for one in fit:
        if look.variable not in one.depending:
            continue
        values = bench.kept(one)
        held = _held(bench, one, way) if small else bench.held(values, readings, wrong)
        missed = {readings[place].variable for place, yes in enumerate(held) if not yes}
        if not missed or (not small and len(held) <= bad[0]):
            continue
        asked.missed[id(one)] = missed
        both.append(one)
        made_by.append(values)
        effects.append(look.at(values))
        kept = {readings[place].variable for place in bad if place < len(held) and held[place]}
        if not kept:
            continue
        for other in fit:
            if not missed <= other.depending:
                continue
            if other.depending & kept:
                left.append((one, other))
            elif (made := asked.of(one, other)) is not None:
                return made
    joint = look.together(effects)
    rest: list[tuple[Tried, Tried]] = []
    if small:
        looks = [look_at(bench, one) for one in readings]
        joint = [pair for pair in joint if all(one.fits(*(made_by[at] for at in pair)) for one in looks)]
        rest = [*left[:_LEFT], *combinations(both[:_PAIRED], 2)]
    for pair in (*((both[one], both[other]) for one, other in joint[:_PAIRED]), *rest):
        if pair[0].candidate.name != pair[1].candidate.name:
            made = asked.of(*pair)
            if made is not None:
                return made
    return None


def _held(bench: Bench, one: Tried, way: Way) -> list[bool]:
    """Return which readings a mistake makes alone; what is made of one that it does not make is none either.

    That has not to be worked out, unless the mistake rewrites what comes between.
    """
    values, made_of = bench.kept(one), bench.equations.made_of
    held: list[bool] = []
    past: set[Variable] = set()
    for reading in way.readings:
        first = reading.variable
        held.append(first not in past and bench.held(values, (reading,), way.wrong) == [True])
        if not held[-1] and first not in past:
            beyond = made_of({first})
            past |= beyond - made_of(one.altered.changed & beyond - {first})
    return held


class _Asked:
    """Which two have been asked for: of several reasons to try them one is enough.

    `missed` is what a mistake alone does not make, by its identity.
    """

    def __init__(self, bench: Bench, way: Way) -> None:
        self._bench, self._way = bench, way
        self._pairs: set[frozenset[int]] = set()
        self.missed: dict[int, Collection[Variable]] = {}

    def of(self, one: Tried, other: Tried) -> Found | None:
        """Return what two make, if that is what there is; None if they have been asked for before, too."""
        key = frozenset((id(one), id(other)))
        if key in self._pairs:
            return None
        self._pairs.add(key)
        if self._is_out_of_reach(one, other) or self._is_out_of_reach(other, one):
            return None
        return _pair(self._bench, (one, other), self._way)

    def _is_out_of_reach(self, one: Tried, other: Tried) -> bool:
        """Return whether a mistake makes something wrong that another one leaves as it is.

        Of two that rewrite the same equation that isn't known: one may rewrite what the other has made of it.
        """
        if one.altered.changed & other.altered.changed:
            return False
        return not other.depending.issuperset(self.missed.get(id(one), ()))


def _pair(bench: Bench, pair: Sequence[Tried], way: Way) -> Found | None:
    orders = [tuple(one.candidate for one in pair)]
    if pair[0].altered.changed & pair[1].altered.changed:
        orders.append(orders[0][::-1])  # what one has rewritten the other may not know again
    for candidates in orders:
        found = bench.together(*candidates)
        if found is not None and all(bench.held(found.values, way.readings, way.wrong)):
            return None if _by_chance(bench, pair, found, way) else found
    return None


def _by_chance(bench: Bench, pair: Sequence[Tried], found: Found, way: Way) -> bool:
    """Return whether two mistakes that reproduce what is wrong are not told by it.

    One of them only makes zeros of it. Or both only multiply, or make an update otherwise, and all that is
    wrong is so by one number: of so few factors as there are that can often be made of two.
    """
    bad = way.bad
    told = [one for one in bad if not bench.is_blank(one, flat=True)]
    alone = [bench.kept(one) for one in pair]
    if len(told) < len(bad) and any(all(bench.held(values, told, way.wrong)) for values in alone):
        return True
    multiplying = FACTORS.union(of_updates(bench.scenario.training))
    if not all(one.candidate.name in multiplying for one in pair):
        return False
    both = any(
        all(not np.array_equal(values.of(one.variable), bench.right.of(one.variable)) for values in alone)
        for one in bad
    )
    factors = [_factor(bench, found.values, one.variable) for one in bad]
    return both and bool(np.ptp(factors) <= _EQUAL * abs(factors[0]))


def _factor(bench: Bench, values: Values, variable: Variable) -> float:
    """Return by what number a mistake multiplies all the right ones, or what is added; nan if by none."""
    before = bench.before(variable)
    right, made = bench.right.of(variable) - before, values.of(variable) - before
    largest = np.unravel_index(int(np.argmax(np.abs(right))), right.shape)
    if not right[largest]:
        return np.nan
    factor = float(made[largest] / right[largest])
    apart = np.abs(made - factor * right).max()
    return factor if apart <= _EQUAL * abs(made[largest]) else np.nan
