"""What would a number of the way back be if some that it is made of were others, or not there?

Of the loss alone, of the future alone, of all paths but one: the equations of a step are evaluated again, for
one sample at some times, with other numbers in the place of the recorded ones. Only what depends on these is
formed again; a parameter is the version that the step reads.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import numpy as np

from engine.equations.equation import SAMPLE, TIME, Variable
from engine.equations.forward import OTHERS, OUTPUTS
from engine.equations.table import table_of
from engine.order.quantities import PARAMETERS
from engine.order.site import Site
from engine.program.arrays.machine import others
from engine.program.evaluate import evaluate

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from engine.arrays import Array
    from engine.equations.equation import Equation, Factor
    from engine.order.quantities import Quantity
    from engine.run.iteration import Iteration

FROM_LOSS = ("from_above", "delta_of_loss")
"""What a delta gets from a loss or the layer above, and not from the future."""

Instead: TypeAlias = "Mapping[tuple[Variable, int], Array | None]"
"""Other numbers [time, unit] of a variable read at its own time (0) or later (1, ...); None: all are 0."""


@np.errstate(all="ignore")
def without(numbers: Iteration, parts: Collection[str], quantity: Quantity, layer: int, sample: int) -> Array:
    """Return a quantity of a layer without some parts of it, at all times of a sample: [time, unit]."""
    instead = {(Variable(part, layer), 0): None for part in parts}
    times = range(len(numbers.has_target(sample)))
    return again(numbers, Variable(quantity, layer), sample, times, instead)


def again(
    numbers: Iteration,
    variable: Variable,
    sample: int,
    times: range,
    instead: Instead,
    unit: int | None = None,
) -> Array:
    """Return a variable of the way back with other numbers in it, [time, unit]; of one unit only, [time]."""
    result = table_of(numbers.scenario).making[variable].result
    at = {} if unit is None else {result.letters[-1]: unit}
    return np.asarray(_Again(numbers, sample, times, instead, at).read(result))


class AsRead(NamedTuple):
    """A parameter as steps at some times read it: one for `each_time`, [time, ...], or one for all."""

    values: Array
    each_time: bool


def as_read(
    numbers: Iteration, factor: Factor, layer: int, sample: int, times: range, at: Mapping[str, int]
) -> AsRead:
    """Return a parameter as the deltas of a layer read it at some times; some letters are looked at `at`."""
    variable = factor.variable
    assert variable.layer is not None
    versions = _versions(numbers, layer, variable.layer, sample, times)
    place = tuple(at.get(letter, slice(None)) for letter in factor.letters)
    found: dict[int, Array] = {
        version: numbers.remembered(variable.layer, version)[variable][place]
        for version in dict.fromkeys(versions)
    }
    if len(found) == 1:
        return AsRead(next(iter(found.values())), each_time=False)
    return AsRead(np.array([found[version] for version in versions]), each_time=True)


def _versions(numbers: Iteration, layer: int, of: int, sample: int, times: range) -> Sequence[int]:
    """Return how often the parameters of the layer `of` have been updated before each delta of a layer."""
    schedule = numbers.schedule

    def version(time: int) -> int:
        site = Site("delta", numbers.number, sample, time, layer)
        return schedule.updates_before(schedule.step(site), of)

    # From the last time to the first they become more.
    most, least = version(times[0]), version(times[-1])
    if most == least:
        return [most] * len(times)
    if most - least == len(times) - 1:  # one update at each time
        return range(most, least - 1, -1)
    return [version(time) for time in times]


class _Again:
    def __init__(
        self, numbers: Iteration, sample: int, times: range, instead: Instead, at: Mapping[str, int]
    ) -> None:
        self.numbers, self.sample, self.times = numbers, sample, times
        self.instead, self.at = instead, at
        self.table = table_of(numbers.scenario)
        self.known: dict[Variable, Array] = {}

    def read(self, factor: Factor) -> Array | float:
        """Return what a factor is at the times, with an axis for each letter that is not looked at."""
        variable = factor.variable
        if variable == OUTPUTS:
            return float(self.numbers.network.layers[-1].units)
        if variable == OTHERS:
            return self._taken(others(self.numbers.network.layers[-1].units), factor.letters)
        if (variable, factor.shift) in self.instead:
            other = self.instead[variable, factor.shift]
            if other is None:
                other = np.zeros(self._shape(variable))
            return self._taken(other, factor.letters)
        made = self.table.making.get(variable)
        if made is not None and not factor.shift and (made.helper or self._is_other(made)):
            return self._formed(made, factor)
        every = self.numbers.at_all_times(variable, self.sample)
        start, stop = self.times.start + factor.shift, self.times.stop + factor.shift
        assert 0 <= start < stop <= len(every)
        return self._taken(every[start:stop], factor.letters)

    def _taken(self, array: Array, letters: tuple[str, ...]) -> Array:
        """Return an array with axes of these letters (the sample has none) as far as they are looked at."""
        place = tuple(self.at.get(letter, slice(None)) for letter in letters if letter != SAMPLE)
        found: Array = array[place]
        return found

    def _is_other(self, made: Equation) -> bool:
        """Return whether an equation of the way back comes to something else than what is recorded."""
        for read in made.factors():
            if (read.variable, read.shift) in self.instead:
                return True
            one = self.table.making.get(read.variable)
            if one is not None and one.home == made.home and not read.shift and self._is_other(one):
                return True
        return False

    def _formed(self, made: Equation, factor: Factor) -> Array:
        if self.at and (made.row is not None or factor.letters != made.result.letters):
            whole = _Again(self.numbers, self.sample, self.times, self.instead, {})
            return self._taken(whole._formed(made, made.result), factor.letters)
        if made.variable not in self.known:
            self.known[made.variable] = self._evaluated(made)
        return self.known[made.variable]

    def _evaluated(self, made: Equation) -> Array:
        parameters: dict[Factor, Array] = {}

        def with_times(factor: Factor) -> Factor:
            if factor.variable.name not in PARAMETERS:
                return factor
            assert made.home is not None
            assert made.home.layer is not None
            read = as_read(self.numbers, factor, made.home.layer, self.sample, self.times, self.at)
            named = factor._replace(letters=(TIME, *factor.letters)) if read.each_time else factor
            parameters[named] = read.values
            return named

        found = evaluate(
            made._replace(terms=made.reading(with_times).terms),
            lambda factor: parameters[factor] if factor in parameters else self.read(factor),
            "".join((SAMPLE, *self.at)),
        )
        found = np.broadcast_to(
            found, self._taken(np.empty(self._shape(made.variable)), made.result.letters).shape
        )
        if made.where_target:
            there = self.numbers.has_target(self.sample)[self.times.start : self.times.stop]
            found = np.where(there.reshape(-1, *[1] * (found.ndim - 1)), found, 0.0)
        return found

    def _shape(self, variable: Variable) -> tuple[int, ...]:
        axes = [axis for axis in self.table.axes[variable] if axis != SAMPLE]
        return tuple(self.table.size(axis, 1, len(self.times)) for axis in axes)
