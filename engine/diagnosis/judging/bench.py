"""What is one iteration of a scenario, as it should be and with any mistake, and what agrees with it?"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import numpy as np

from engine.diagnosis.iteration.ground import ground, starting
from engine.diagnosis.iteration.values import Values
from engine.diagnosis.judging.close import agree, close, digits_of_agreement
from engine.diagnosis.judging.rounding import Played, Tolerance
from engine.diagnosis.mistakes.candidates import candidates_of
from engine.diagnosis.precision import largest_of
from engine.equations.updates import old
from engine.once import once
from engine.order.shapes import shapes_of
from engine.program.cycles import CircularError
from engine.run.tracing import trace

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    from engine.arrays import Array, Mask
    from engine.diagnosis.iteration.ground import Chosen
    from engine.diagnosis.layouts.readings import Reading
    from engine.diagnosis.mistakes.altered import Altered
    from engine.diagnosis.mistakes.candidates import Candidate, Tried
    from engine.equations.equation import Equation, Variable
    from engine.run.tracing import Trace
    from engine.scenario import Scenario

T = TypeVar("T")

WORK = 2e8
"""Products, about, that are spent on whatever is looked for: what takes more than that is not."""
_TRIED = 8 * WORK
"""Products, about, that are spent on trying mistakes one by one: as many are tried as there is time for."""
_AT_ONCE = 4
"""How many products of large arrays take the time of one, about, where many mistakes are tried."""
_SMALL = WORK / 1e3
"""Products, about, up to which an iteration is kept with every mistake."""
_TINY = 1e4
"""Products, about, up to which it is kept so for whoever asks about the same iteration again."""
_READINGS = 1000
"""Readings of which it is kept whether they are right, of all that ask one after the other."""
_CALL = 1000
"""How many products a call of numpy takes the time of, about."""


class Bench:
    """One iteration of a scenario, as it should be and with any mistake; everything is worked out once.

    It is that over the `chosen` samples, if some are given. `run` is that of the scenario, if it is there.
    """

    def __init__(
        self, scenario: Scenario, iteration: int, chosen: Chosen | None = None, run: Trace | None = None
    ) -> None:
        self.scenario = scenario
        self._run = run
        self.iteration = iteration
        self.shapes = shapes_of(scenario)
        self.candidates = candidates_of(scenario)
        self.equations = self.candidates.equations
        self.chosen = chosen
        inputs, targets = chosen or (self.shapes.batch(iteration), None)
        self.ground = ground(scenario, inputs, targets)._replace(axes=self.equations.axes)
        before = self.run.parameters(iteration) if iteration else None
        start = starting(scenario)
        self.remembered = start if before is None else {one: before.array(one) for one in start}
        self.right = Values(self.ground, self.equations.right, self.remembered)
        self.tolerance = Tolerance(self.right, scenario.network, iteration)
        self._measured: tuple[Values, Tolerance] | None = None
        self._made: dict[int, Values] = {}
        self.over: dict[Chosen, Values] = {}
        self._agreeing: dict[int, tuple[Reading, bool]] = {}
        self._printed: dict[int, tuple[Reading, Array | float]] = {}

    @once
    def run(self) -> Trace:
        """The run of the scenario: in it the iteration has its place, and its numbers their symbols."""
        return trace(self.scenario) if self._run is None else self._run

    def at(self, iteration: int) -> Bench:
        """Return another iteration: the run is trained once for all of them."""
        return Bench(self.scenario, iteration, run=self.run)

    def of(self, chosen: Chosen) -> Bench:
        """Return the iteration over other samples."""
        return Bench(self.scenario, self.iteration, chosen, self.run)

    def agrees(self, reading: Reading, values: Values) -> bool:
        """Return whether an array agrees with the numbers of an iteration, as exactly as it can.

        What rounding does to the right numbers tells nothing of a mistake that makes others, as where the
        right ones are 0 or another number cancels: where little is missing it is measured with the mistake.
        """
        if not reading.fits:
            return False
        ours = values.of(reading.variable)
        if agree(reading.array, ours * reading.share, self.within(reading, ours)):
            return True
        known = values is self.right or not (values.is_made or isinstance(values, Played))
        if known or not self._is_near(reading, ours):
            return False
        within = self._within(reading, ours, self._tolerance_of(values))
        return agree(reading.array, ours * reading.share, within)

    def _is_near(self, reading: Reading, ours: Array) -> bool:
        """Return whether an array has half of its digits as ours has, or what is added to it has.

        What the mistake leaves as it is has nothing to be measured anew.
        """
        right = self.right.of(reading.variable)
        if agree(ours, right, self.tolerance.of(reading.variable, reading.precision.unit, right)):
            return False
        added = largest_of(ours - self.before(reading.variable)) * abs(reading.share)
        return agree(reading.array, ours * reading.share, math.sqrt(reading.precision.unit) * added)

    def _tolerance_of(self, values: Values) -> Tolerance:
        """Return how far rounding carries an iteration with a mistake; that of the last is kept."""
        if self._measured is None or self._measured[0] is not values:
            own = Tolerance(values, self.scenario.network, self.iteration, right=self.right)
            self._measured = values, own
        return self._measured[1]

    def within(self, reading: Reading, ours: Array) -> Array | float:
        """Return how far an array may be from ours and still agree."""
        return self._within(reading, ours, self.tolerance)

    def _within(self, reading: Reading, ours: Array, tolerance: Tolerance) -> Array | float:
        exact = reading.precision
        rounding = tolerance.of(reading.variable, exact.unit, ours) * reading.share
        if not reading.fits:  # it has other places
            rounding = np.max(rounding, initial=0.0)
        return _kept(self._printed, reading, lambda: exact.of_printing(reading.array)) + rounding

    def is_no_larger(self, reading: Reading) -> bool:
        """Return whether no number of an array that fits is further from 0 than ours, but for rounding."""
        ours = self.right.of(reading.variable)
        rounding = self.tolerance.of(reading.variable, reading.precision.unit, ours)
        return bool(np.all(np.abs(reading.array) <= (np.abs(ours) + rounding) * reading.share))

    def right_in(self, reading: Reading) -> Mask:
        """Return which numbers of an array that fits are right."""
        ours = self.right.of(reading.variable)
        return close(reading.array, ours * reading.share, self.within(reading, ours))

    def digits(self, reading: Reading) -> int:
        """Return to how many digits an array that fits agrees, but for what rounding decides."""
        ours = self.right.of(reading.variable) * reading.share
        decided = self.tolerance.decided(reading.variable, reading.precision.unit)
        sure = np.s_[...] if decided is None or decided.all() else ~decided
        return digits_of_agreement(reading.array[sure], ours[sure])

    def before(self, variable: Variable) -> Array:
        """Return what an update has begun with; of what is no parameter after one, zeros."""
        begun = variable if variable in self.remembered else old(variable)
        nothing = np.zeros(self.right.of(variable).shape)
        return nothing if begun == variable else self.remembered.get(begun, nothing)

    def is_blank(self, reading: Reading, *, flat: bool = False) -> bool:
        """Return whether an array, or what an update has added to it, is 0: nothing is left to be explained.

        If `flat` is asked for, also where it is one number throughout that should be many.
        """
        if not reading.fits:
            return False
        right = self.right.of(reading.variable)
        before = self.before(reading.variable)
        within = self.within(reading, right)
        left = reading.array - before * reading.share
        if agree(left, np.zeros(left.shape), within):
            return True
        return flat and left.size > 1 and bool(np.ptp(right - before) > 0.0 and np.ptp(left) == 0.0)

    def tried(self, time: int | None = None) -> list[Tried]:
        """Return every mistake in every place that there is time for, or those that are made at one time."""
        return self.candidates.tried(time, self._most)

    def tried_of(self, name: str) -> list[Tried]:
        """Return one mistake in every place that there is time for."""
        return self.candidates.tried_of(name, self._most)

    @property
    def tries_all(self) -> bool:
        """Whether there is time to try every mistake in every place."""
        return self.candidates.places(self._most).are_all

    @once
    def _most(self) -> int:
        """How many mistakes there is time to try."""
        calls = self.work(self.equations.right) - self.products
        return int(_TRIED / (self.products / _AT_ONCE + calls))

    def reproduces(self, values: Values, readings: Iterable[Reading]) -> bool:
        """Return whether all of some arrays are the numbers of an iteration."""
        try:
            return all(
                self._agrees_rightly(reading)
                if values.takes(reading.variable, self.right)
                else self.agrees(reading, values)
                for reading in readings
            )
        except CircularError:
            return False

    def _agrees_rightly(self, reading: Reading) -> bool:
        """Return whether an array agrees with the right iteration; most mistakes leave most of it alone."""
        return _kept(self._agreeing, reading, lambda: self.agrees(reading, self.right))

    def held(self, values: Values, readings: Iterable[Reading], wrong: Collection[str]) -> list[bool]:
        """Return which readings are reproduced, up to the first that is not.

        What is not made of a mistake is as right as it was.
        """
        held: list[bool] = []
        for reading in readings:
            if reading.variable in values.depending:
                held.append(self.reproduces(values, (reading,)))
            else:
                held.append(reading.theirs not in wrong)
            if not held[-1]:
                break
        return held

    @property
    def is_small(self) -> bool:
        """Whether the iteration is so small that it may be worked out, and kept, with every mistake."""
        return self.scenario.network.parameters * self.ground.samples <= _SMALL

    @property
    def is_tiny(self) -> bool:
        """Whether it is so small that all that is kept may stay for whoever asks about it again."""
        return self.products <= _TINY

    @property
    def products(self) -> int:
        """About how many products an iteration takes."""
        return self.ground.samples * self.ground.times * self.scenario.network.parameters

    def work(self, equations: Sequence[Equation]) -> int:
        """Return how long an iteration takes by some equations, in products: their calls are counted, too."""
        return self.products + _CALL * self.ground.times * len(equations)

    def together(self, *candidates: Candidate) -> Found | None:
        """Return what mistakes make, one after the other; None if one can't be made."""
        altered = self.candidates.altered(*candidates)
        return None if altered is None else Found(candidates, self._with(altered), altered)

    def _with(self, altered: Altered) -> Values:
        own = self.ground._replace(axes=altered.axes)
        return Values(own, altered.equations, self.remembered, self.right, altered.depending)

    def kept(self, one: Tried) -> Values:
        """Return the iteration with a mistake, one of those that are tried: each convention asks for it."""
        if not self.is_small:
            return self._with(one.altered)
        key = id(one)
        if key not in self._made:
            self._made[key] = self._with(one.altered)
        return self._made[key]


def _kept(known: dict[int, tuple[Reading, T]], reading: Reading, ask: Callable[[], T]) -> T:
    """Return what is known of a reading, or ask and keep it; by its identity, as arrays can't be told."""
    found = known.get(id(reading))
    if found is None or found[0] is not reading:
        if len(known) >= _READINGS:
            known.clear()
        found = known[id(reading)] = reading, ask()
    return found[1]


class Found(NamedTuple):
    """Mistakes that together reproduce all: one, or a pair; in which convention is told elsewhere.

    `altered` are the equations that the numbers come out of; None of an order that is no equation. `chosen`
    are the samples that they are of, if not those of the batch; `run` is the one that they stand in, if it is
    of another scenario.
    """

    candidates: tuple[Candidate, ...]
    values: Values
    altered: Altered | None = None
    chosen: Chosen | None = None
    run: Trace | None = None

    @property
    def known(self) -> bool:
        """Whether it is one mistake of the contract."""
        return len(self.candidates) == 1 and self.candidates[0].known
