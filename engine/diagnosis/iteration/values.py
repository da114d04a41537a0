"""What does an iteration come to by any equations? Worked out only as far as it is asked for.

A mistake rewrites a few equations of many. What does not depend on them is that of the right iteration, and
taken from there; so a hundred mistakes can be tried in the time of a few iterations.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from engine.equations.equation import SAMPLE, TIME, Variable, reached
from engine.equations.updates import new
from engine.once import once
from engine.program.cycles import CircularError, cycles, direction
from engine.program.evaluate import evaluated
from engine.program.rows import length_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from engine.arrays import Array
    from engine.diagnosis.iteration.ground import Ground
    from engine.equations.equation import Equation, Factor

_LARGE = 20_000
"""Numbers of an equation from which on a product of matrices is worth its beginning."""


class Values:
    """The numbers of one iteration by some equations, from what is `remembered` when it begins.

    `base` are the numbers by other equations from the same; what is not `depending` on what has changed is
    taken from there. `known` are numbers that are not to be worked out: it `is_made` without any.
    `like` are those of another iteration by the same equations.
    """

    def __init__(
        self,
        ground: Ground,
        equations: Sequence[Equation],
        remembered: Mapping[Variable, Array],
        base: Values | None = None,
        depending: frozenset[Variable] = frozenset(),
        known: Mapping[Variable, Array] | None = None,
        like: Values | None = None,
    ) -> None:
        self.ground = ground
        self.equations = equations
        self.remembered = remembered
        self._making = None if like is None else like.making
        self._base = base
        self.depending = frozenset(self.making) if base is None else depending
        self.is_made = not known
        self._known: dict[Variable, Array] = dict(known or {})
        alike = like is not None and self.depending == like.depending
        self._groups: dict[Variable, list[Equation]] = like.groups if like is not None and alike else {}
        self._begun: set[Variable] = set()

    def of(self, variable: Variable) -> Array:
        """Return an array with the axes of a variable.

        Raises:
            CircularError: it depends on itself.
        """
        found = self._known.get(variable)  # most are asked for more than once
        if found is not None:
            return found
        if self._base is not None and variable not in self.depending:
            return self._base.of(variable)
        if variable not in self.making:
            given = self.ground.given.get(variable)
            return np.asarray(self.remembered[variable] if given is None else given)
        if variable in self._begun:
            raise CircularError
        self._make_from_below(variable)
        return self._known[variable]

    @np.errstate(all="ignore")
    def _make_from_below(self, variable: Variable) -> None:
        """Make a variable, and before it all that it is made of.

        Each is made after what it reads: of a deep network no stack would hold one that asks for the next.
        """
        waiting = [variable]
        while waiting:
            one = waiting[-1]
            if one in self._known:
                waiting.pop()
            elif one in self._begun:  # what it reads is there by now
                self._make(one)
            else:
                self._begun.add(one)
                waiting += reversed(self._missing(one))

    def _missing(self, variable: Variable) -> list[Variable]:
        """Return what has to be made before a variable, and what goes with it time by time, can be.

        Raises:
            CircularError: some of it waits for the variable.
        """
        group = self._group(variable)
        together = {one.variable for one in group}
        found = [
            read.variable
            for one in group
            for read in one.factors()
            if self._is_made_here(read.variable)
            and read.variable not in self._known
            and read.variable not in together
        ]
        if not self._begun.isdisjoint(found):
            raise CircularError
        return found

    def _is_made_here(self, variable: Variable) -> bool:
        """Return whether a variable is made by an equation, and not taken from the base."""
        return variable in self.depending and variable in self.making

    @property
    def making(self) -> Mapping[Variable, Equation]:
        """The equation of each variable that is made."""
        if self._making is None:
            self._making = {one.result.variable: one for one in self.equations}
        return self._making

    @property
    def groups(self) -> dict[Variable, list[Equation]]:
        """What has to be done together with each variable, time by time, as far as that is known."""
        return self._groups

    def takes(self, variable: Variable, base: Values) -> bool:
        """Return whether a variable is taken from a base."""
        return self._base is base and variable in self.making and variable not in self.depending

    def after(self) -> dict[Variable, Array]:
        """Return what the iteration leaves to the next one."""
        kept = [one.variable for one in self.equations if one.gathers == "run"]
        return {one: self._left(one) for one in dict.fromkeys((*self.remembered, *kept))}

    def _left(self, one: Variable) -> Array:
        if new(one) in self.making:
            return self.of(new(one))
        return self.of(one) if one in self.making else self.remembered[one]

    def _make(self, variable: Variable) -> None:
        group = self._group(variable)
        if len(group) == 1 and not direction(group):
            self._keep(group[0], self._whole(group[0]))
            return
        backwards = direction(group) > 0
        for one in group:
            self._known[one.variable] = np.zeros(self.ground.shape(one.variable))
        times = range(self.ground.times)
        for time in reversed(times) if backwards else times:
            for one in group:
                self._known[one.variable][time] = self._at(one, time)
        for one in group:
            self._keep(one, self._known[one.variable])

    def _group(self, variable: Variable) -> list[Equation]:
        """Return the equations that have to be done with that of a variable, time by time."""
        if not self.ground.initial:
            return [self.making[variable]]
        if variable not in self._groups:
            below = self._below(variable)
            mine = [one for one in self.equations if one.result.variable in below]
            self._groups |= {one.variable: group for group in cycles(mine) for one in group}
        return self._groups[variable]

    def _below(self, variable: Variable) -> set[Variable]:
        """Return a variable and all that it is made of here, but for what has its group."""

        def below(one: Variable) -> Iterator[Variable]:
            for read in self.making[one].factors():
                made = read.variable
                if self._is_made_here(made) and made not in self._groups:
                    yield made

        return {*reached([variable], below)}

    def _whole(self, one: Equation) -> Array:
        if one.row == "length":
            return np.asarray(length_of(*(self.of(read.variable) for _, read in one.arguments)))
        last = one.gathers == "sample"

        def read(factor: Factor) -> Array:
            array = self._shifted(factor, self.of(factor.variable))
            if last and SAMPLE in factor.letters:
                array = array[(slice(None),) * factor.letters.index(SAMPLE) + (slice(-1, None),)]
            return array

        found = evaluated(one, read, large=self._is_large(one))
        if one.gathers == "run":
            found = found + self.remembered.get(one.variable, 0.0)
        return found

    def _is_large(self, one: Equation) -> bool:
        if not self.has_large:
            return False
        return any(self.of(read.variable).size > _LARGE for term in one.terms for read in term.factors)

    @once
    def has_large(self) -> bool:
        """Whether any array may be large: what a mistake makes has the axes of something that is right."""
        if self._base is not None and self._base.ground.samples == self.ground.samples:
            return self._base.has_large
        there = (*self.ground.given.values(), *self.remembered.values())
        return any(np.size(one) > _LARGE for one in there) or any(
            math.prod(self.ground.shape(one)) > _LARGE for one in self.ground.axes
        )

    def read(self, factor: Factor) -> Array:
        """Return an array as a factor reads it: at each time that of its own time, or of another."""
        return self._shifted(factor, self.of(factor.variable))

    def _shifted(self, factor: Factor, array: Array) -> Array:
        if not factor.shift:
            return array
        edge = [self._edge(factor)[None]] * min(abs(factor.shift), len(array))
        if factor.shift < 0:
            return np.concatenate([*edge, array[: factor.shift]])
        return np.concatenate([array[factor.shift :], *edge])

    def _edge(self, factor: Factor) -> Array:
        """Return what a factor is before the first time, or after the last."""
        shape = self.ground.shape(factor.variable)[1:]
        first = self.ground.initial.get(factor.variable) if factor.shift < 0 else None
        return np.zeros(shape) if first is None else np.broadcast_to(first, shape)

    def _at(self, one: Equation, time: int) -> Array:
        found = evaluated(one, lambda factor: self._read(factor, time), TIME)
        return np.where(self.ground.missing[time], 0.0, found) if one.where_target else found

    def _read(self, factor: Factor, time: int | None) -> Array:
        """Return what a factor is at a time, or at all."""
        if time is None:
            return self._shifted(factor, self.of(factor.variable))
        array = self.of(factor.variable)
        if TIME not in factor.letters:
            return array
        at = time + factor.shift
        found: Array = array[at] if 0 <= at < self.ground.times else self._edge(factor)
        return found

    def _keep(self, one: Equation, found: Array) -> None:
        if one.where_target:
            found = np.where(self.ground.missing, 0.0, found)
        shape = self.ground.shape(one.variable)
        self._known[one.variable] = found if found.shape == shape else np.broadcast_to(found, shape)
