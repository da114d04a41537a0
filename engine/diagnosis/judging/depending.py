"""What is wrong first, what else is so by itself, and what is right though nobody has given it?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.diagnosis.judging.close import agree
from engine.diagnosis.judging.telling import told_by
from engine.diagnosis.precision import UNIT, largest_of
from engine.diagnosis.quantities import BACKWARD
from engine.equations.equation import reached
from engine.program.cycles import CircularError

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from engine.diagnosis.iteration.values import Values
    from engine.diagnosis.judging.bench import Bench
    from engine.diagnosis.judging.ways import Way
    from engine.diagnosis.layouts.readings import Reading
    from engine.diagnosis.quantities import Quantity
    from engine.equations.equation import Equation, Variable

_RIGHT = 1e-3
"""How far what is right may be off by what is known of it, in its largest number."""


def in_turn(bench: Bench, way: Way) -> list[Reading]:
    """Return what is wrong in the order in which one depends on the other.

    Through time an error depends on the delta of a later time: what counts is when each is wrong first.
    """
    if bench.ground.times == 1:
        return way.bad
    return sorted(way.bad, key=lambda one: _turn(bench, one))  # what is alike stays in its order


def stage(quantity: Quantity) -> int:
    """Return in which part of an iteration a quantity is made: forward, back, at totals, at updates."""
    if quantity.is_of_samples:
        return int(quantity.variable.name in BACKWARD)
    return 2 if quantity.is_total else 3


def _turn(bench: Bench, reading: Reading) -> tuple[int, int]:
    """Return when an array is wrong first: in which part of the iteration, and how late in it."""
    quantity, times = reading.quantity, bench.ground.times
    if not (quantity.is_of_samples and reading.fits):
        return stage(quantity), 0
    wrong = np.flatnonzero(~bench.right_in(reading).all(axis=(1, 2)))
    backwards = quantity.variable.name in BACKWARD
    return stage(quantity), int(times - 1 - wrong[-1] if backwards else wrong[0])


def apart(bench: Bench, first: Reading, others: Sequence[Reading]) -> list[Reading]:
    """Return what else is wrong and not made of anything given that is: each of a mistake of its own.

    What both are made of, and was not given, may be wrong.
    """
    bad = {one: reading.quantity for reading in (first, *others) for one in variables_of(reading)}
    found = []
    for reading in others:
        below = _below(bench, variables_of(reading))
        if all(bad.get(one, reading.quantity) == reading.quantity for one in below):
            found.append(reading)
    return [one for one in found if one.quantity != first.quantity]


def _below(bench: Bench, variables: Collection[Variable]) -> set[Variable]:
    """Return all that variables are made of."""
    making = bench.right.making
    return {
        *reached(variables, lambda one: [x.variable for x in making[one].factors()] if one in making else [])
    }


def excluded(bench: Bench, known: Mapping[str, Quantity], way: Way, explained: Sequence[Values]) -> list[str]:
    """Return the quantities that were not given, but that are right because what is made of them is.

    Not what is otherwise in one of the iterations by which the numbers are `explained`.
    """
    names = {quantity.variable: quantity.name for quantity in known.values()}
    places = {name: place for place, name in enumerate(known)}
    given_names = {one.quantity.name for one in way.readings}
    every = [
        name
        for variable in _told(bench, way)
        if (name := names.get(variable)) and name[0] not in "WUb" and name not in given_names
        if all(_is_right(bench, variable, values) for values in explained)
    ]
    return sorted(every, key=places.__getitem__)


def _told(bench: Bench, way: Way) -> dict[Variable, float]:
    """Return what is right, each with how far it may be off at most: what agrees, and what that tells of.

    An equation tells of one thing that it reads, where all else is right: data and parameters are, unless
    they are given and wrong.
    """
    right, bad = bench.right, {variable for one in way.bad for variable in variables_of(one)}
    found: dict[Variable, float] = {}
    for reading in way.readings:
        if reading.theirs not in way.wrong:
            within = bench.within(reading, right.of(reading.variable)) / abs(reading.share)
            found[reading.variable] = min(largest_of(np.asarray(within)), found.get(reading.variable, np.inf))
    waiting = list(reversed(right.equations))
    asked = -1
    while asked != len(waiting):  # what has been told of may be the last that another equation waits for
        asked = len(waiting)
        waiting = [one for one in waiting if not _has_told(one, right, found, bad)]
    return found


def _has_told(one: Equation, right: Values, found: dict[Variable, float], bad: Collection[Variable]) -> bool:
    """Add to what is right what an equation tells of; return whether it can't tell of anything any more."""
    if one.variable not in found:
        return False
    open_ = {
        factor.variable
        for factor in one.factors()
        if factor.variable not in found and (factor.variable in right.making or factor.variable in bad)
    }
    if open_ & set(bad):
        return True
    if len(open_) == 1:
        (variable,) = open_
        off = told_by(one, variable, right, found[one.variable])
        if off <= _RIGHT * largest_of(right.of(variable)):
            found[variable] = off
    return len(open_) <= 1


def _is_right(bench: Bench, variable: Variable, values: Values) -> bool:
    """Return whether a variable is in an iteration what it is in the right one."""
    if values.takes(variable, bench.right):
        return True
    if variable not in values.making:
        return False
    right = bench.right.of(variable)
    try:
        made = values.of(variable)
    except CircularError:
        return False
    return agree(made, right, bench.tolerance.of(variable, UNIT, right))


def variables_of(reading: Reading) -> set[Variable]:
    """Return what an array is held against, and what that is a share of."""
    return {reading.variable, reading.quantity.variable}
