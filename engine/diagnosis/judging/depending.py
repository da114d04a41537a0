"""What is wrong first, what else is so by itself, and what is right though nobody has given it?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.diagnosis.quantities import BACKWARD

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from engine.diagnosis.judging.bench import Bench
    from engine.diagnosis.judging.ways import Way
    from engine.diagnosis.layouts.readings import Reading
    from engine.diagnosis.quantities import Quantity
    from engine.equations.equation import Variable


def in_turn(bench: Bench, way: Way) -> list[Reading]:
    """Return what is wrong in the order in which one depends on the other.

    Through time an error depends on the delta of a later time: what counts is when each is wrong first.
    """
    if bench.ground.times == 1:
        return way.bad
    return sorted(way.bad, key=lambda one: _turn(bench, one))  # what is alike stays in its order


def _turn(bench: Bench, reading: Reading) -> tuple[int, int]:
    """Return when an array is wrong first: on the way forward, back, of the totals or of the parameters."""
    quantity, times = reading.quantity, bench.ground.times
    if not quantity.is_of_samples:
        return (2 if quantity.is_total else 3), 0
    backwards = quantity.variable.name in BACKWARD
    if not reading.fits:
        return int(backwards), 0
    wrong = np.flatnonzero(~bench.right_in(reading).all(axis=(1, 2)))
    return int(backwards), int(times - 1 - wrong[-1] if backwards else wrong[0])


def apart(bench: Bench, first: Reading, others: Sequence[Reading]) -> list[Reading]:
    """Return what else is wrong and not made of anything given that is: each of a mistake of its own.

    What both are made of, and was not given, may be wrong.
    """
    bad = {one: reading.quantity for reading in (first, *others) for one in _variables(reading)}
    found = []
    for reading in others:
        below = _below(bench, _variables(reading))
        if all(bad.get(one, reading.quantity) == reading.quantity for one in below):
            found.append(reading)
    return [one for one in found if one.quantity != first.quantity]


def _below(bench: Bench, variables: Collection[Variable]) -> set[Variable]:
    """Return all that variables are made of."""
    found, asked = set(variables), list(variables)
    while asked:
        one = bench.right.making.get(asked.pop())
        below = {factor.variable for factor in one.factors()} - found if one is not None else set()
        found |= below
        asked += below
    return found


def excluded(bench: Bench, known: Mapping[str, Quantity], way: Way) -> list[str]:
    """Return the quantities that were not given, but that are right because what is made of them is."""
    names = {quantity.variable: quantity.name for quantity in known.values()}
    places = {name: place for place, name in enumerate(known)}
    asked = [one.variable for one in way.readings if one.theirs not in way.wrong]
    bad = {one.variable for one in way.bad}
    found: set[Variable] = set()
    while asked:
        one = bench.right.making.get(asked.pop())
        for factor in one.factors() if one is not None else ():
            if factor.variable not in found and factor.variable not in bad:
                found.add(factor.variable)
                asked.append(factor.variable)
    given_names = {one.quantity.name for one in way.readings}
    every = [name for variable in found if (name := names.get(variable)) and name not in given_names]
    return sorted((name for name in every if name[0] not in "WUb"), key=places.__getitem__)


def _variables(reading: Reading) -> set[Variable]:
    """Return what an array is held against, and what that is a share of."""
    return {reading.variable, reading.quantity.variable}
