"""Which mistakes make exactly the numbers that somebody has?

A mistake is tried by working out the iteration with it, as far as the numbers that are held against it. It is
named only where it reproduces all that is wrong and contradicts nothing that is right.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from engine.diagnosis.candidates import Candidate, Candidates, Place
from engine.diagnosis.more_mistakes import PREMATURE
from engine.diagnosis.precision import Tolerance, agree
from engine.diagnosis.values import Values, ground, starting
from engine.equations.table import table_of
from engine.equations.updates import new
from engine.order.shapes import shapes_of
from engine.program.cycles import CircularError
from engine.read.fitting import why_unfit
from engine.run.tracing import trace

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from engine.arrays import Array
    from engine.diagnosis.candidates import Altered
    from engine.diagnosis.layouts import Reading
    from engine.equations.equation import Variable
    from engine.scenario import Scenario

_FORWARD = ("pre_activation", "activation", "slope")
_PAIRED = 40
"""Of how many mistakes, the likeliest, every pair is tried where both twist the first wrong number."""
_STEPS = 8
"""Steps in which mistakes that reproduce all are told apart by how closely they do."""
_WORK = 2e8
"""Products, about, that are spent on iterations from the beginning, or on updates one by one."""
_CALL = 1000
"""How many products a call of numpy takes the time of, about."""


class Found(NamedTuple):
    """Mistakes that together reproduce all: one, or a pair; in which convention is told elsewhere.

    `altered` are the equations that the numbers come out of; None of an order that is no equation.
    """

    candidates: tuple[Candidate, ...]
    values: Values
    altered: Altered | None = None

    @property
    def known(self) -> bool:
        """Whether it is one mistake of the contract."""
        return len(self.candidates) == 1 and self.candidates[0].known


class _Tried(NamedTuple):
    candidate: Candidate
    altered: Altered

    @property
    def depending(self) -> frozenset[Variable]:
        """What is not as it should be, and all that is made of it."""
        return self.altered.depending


class Bench:
    """One iteration of a scenario, as it should be and with any mistake; everything is worked out once."""

    def __init__(self, scenario: Scenario, iteration: int) -> None:
        self.scenario = scenario
        self.iteration = iteration
        self.shapes = shapes_of(scenario)
        self.candidates = Candidates(scenario, table_of(scenario))
        self.ground = ground(scenario, self.shapes.batch(iteration))._replace(axes=self.candidates.axes)
        before = trace(scenario).parameters(iteration) if iteration else None
        start = starting(scenario)
        self.remembered = start if before is None else {one: before.array(one) for one in start}
        self.right = Values(self.ground, self.candidates.right, self.remembered)
        self.tolerance = Tolerance(self.right, scenario.network, iteration)
        self._tried: list[_Tried] | None = None
        self._agreeing: dict[int, tuple[Reading, bool]] = {}

    def agrees(self, reading: Reading, values: Values, unit: float | None = None) -> bool:
        """Return whether an array agrees with the numbers of an iteration, as exactly as it can."""
        if not reading.fits:
            return False
        ours = values.of(reading.variable)
        within = self.within(reading, ours, unit)
        return agree(reading.array, ours * reading.share, within)

    def within(self, reading: Reading, ours: Array, unit: float | None = None) -> Array | float:
        """Return how far an array may be from ours and still agree."""
        exact = reading.precision
        rounding = self.tolerance.of(reading.variable, unit or exact.unit, ours) * reading.share
        return exact.of_printing(reading.array) + rounding

    def singles(self, readings: Sequence[Reading], wrong: frozenset[str]) -> list[Found]:
        """Return every mistake that reproduces the readings; of each the likeliest place."""
        found = []
        done: set[str] = set()
        for candidate, values in self._early(readings):
            if self._reproduces(values, readings):
                found.append(Found((candidate,), values))
        for one in self.tried():
            if one.candidate.name in done:
                continue
            for values in self._values(one, readings, wrong):
                if self._reproduces(values, readings):
                    found.append(Found((one.candidate,), values, one.altered))
                    done.add(one.candidate.name)
                    break
        found.sort(
            key=lambda one: (
                not one.candidates[0].known,
                not one.candidates[0].whole,
                round(_STEPS * self._misfit(one.values, readings)),
            )
        )
        return found

    def _misfit(self, values: Values, readings: Sequence[Reading]) -> float:
        """Return how far numbers are from those that are reproduced, of what they may be."""
        shares = []
        for reading in readings:
            ours = values.of(reading.variable)
            within = np.broadcast_to(self.within(reading, ours), ours.shape)
            apart = np.abs(reading.array - ours * reading.share)
            shares.append(apart[within > 0.0] / within[within > 0.0])
        every = np.concatenate(shares)
        return float(np.mean(every[np.isfinite(every)])) if np.isfinite(every).any() else 0.0

    def pairs(self, readings: Sequence[Reading], wrong: frozenset[str]) -> Found | None:
        """Return the first pair of mistakes that reproduces the readings."""
        if self.iteration:
            return None
        wrongly = [one for one in readings if one.theirs in wrong]
        rightly = {one.variable for one in readings if one.theirs not in wrong}
        alone = self.candidates.in_time  # of times and pairs there are too many to mean something
        fit = [one for one in self.tried() if not one.depending & rightly and one.candidate.name not in alone]
        first = wrongly[0].variable
        both = [one for one in fit if first in one.depending]
        late = [one for one in fit if first not in one.depending]
        for one in both:
            values = self._with(one.altered)
            reached = self._reached(values, wrongly)
            if not 0 < reached < len(wrongly):
                continue
            passed = {reading.variable for reading in wrongly[:reached]}
            for other in late:
                if wrongly[reached].variable in other.depending and not other.depending & passed:
                    made = self._pair((one, other), wrongly)
                    if made is not None:
                        return made
        made = self._undone(readings)
        if made is not None or self.scenario.network.parameters * self.ground.samples > _WORK / 1e3:
            return made
        for pair in combinations(both[:_PAIRED], 2):
            if pair[0].candidate.name != pair[1].candidate.name:
                made = self._pair(pair, wrongly)
                if made is not None:
                    return made
        return None

    def _undone(self, readings: Sequence[Reading]) -> Found | None:
        """Return the error's other sign together with that of the change, which makes it good again."""
        pair = {one.candidate.name: one for one in self.tried() if one.candidate.whole}
        first, last = pair.get("target-first"), pair.get("sign")
        return None if first is None or last is None else self._pair((first, last), readings)

    def tried(self) -> list[_Tried]:
        """Return every mistake in every place, with the equations that it makes."""
        if self._tried is None:
            self._tried = []
            for candidate in self.candidates.every():
                altered = self.candidates.altered(candidate)
                if altered is not None:
                    self._tried.append(_Tried(candidate, altered))
        return self._tried

    def _pair(self, pair: Sequence[_Tried], readings: Sequence[Reading]) -> Found | None:
        candidates = tuple(one.candidate for one in pair)
        altered = self.candidates.altered(*candidates)
        if altered is None:
            return None
        values = self._with(altered)
        return Found(candidates, values, altered) if self._reproduces(values, readings) else None

    def _reproduces(self, values: Values, readings: Iterable[Reading]) -> bool:
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
        found = self._agreeing.get(id(reading))
        if found is None or found[0] is not reading:
            found = self._agreeing[id(reading)] = reading, self.agrees(reading, self.right)
        return found[1]

    def _reached(self, values: Values, readings: Sequence[Reading]) -> int:
        """Return how many of some readings are reproduced before the first that is not."""
        for place, reading in enumerate(readings):
            if not self._reproduces(values, (reading,)):
                return place
        return len(readings)

    def _with(self, altered: Altered) -> Values:
        own = self.ground._replace(axes=altered.axes)
        return Values(own, altered.equations, self.remembered, self.right, altered.depending)

    def _values(self, one: _Tried, readings: Sequence[Reading], wrong: frozenset[str]) -> Iterable[Values]:
        """Yield the iteration with a mistake that was made from the first on, or only in this one."""
        forward = [reading for reading in readings if reading.variable.name in _FORWARD]
        as_it_should = bool(forward) and not any(reading.theirs in wrong for reading in forward)
        kept = any(equation.gathers == "run" for equation in one.altered.equations)
        if self.iteration and (kept or one.candidate.known or not as_it_should):
            remembered = self._own_start(one)
            if remembered is not None:
                own = self.ground._replace(axes=one.altered.axes)
                yield Values(own, one.altered.equations, remembered)
        if self.iteration and forward and not as_it_should:
            return
        # What a mistake has no part in can't be wrong because of it.
        if all(reading.variable in one.depending for reading in readings if reading.theirs in wrong):
            yield self._with(one.altered)

    def _own_start(self, one: _Tried) -> Mapping[Variable, Array] | None:
        """Return what this iteration begins with where the mistake has been made from the first on."""
        candidate = one.candidate
        if candidate.known and candidate.whole and not why_unfit(self.scenario, candidate.name):
            layerwise = candidate.name == "layerwise"
            training = replace(self.scenario.training, mistake=None if layerwise else candidate.name)
            made = replace(self.scenario, training=training)
            before = trace(made, "layerwise" if layerwise else None).parameters(self.iteration)
            return {one: before.array(one) for one in starting(made)}
        calls = self.ground.times * len(one.altered.equations)
        work = self.ground.samples * self.ground.times * self.scenario.network.parameters + _CALL * calls
        if work * self.iteration * len(self.tried()) > _WORK:
            return None
        if not candidate.known and not candidate.whole:  # it would take too long
            return None
        own, first = one.altered, self._first
        here = first.ground._replace(axes=own.axes)
        # In the first iteration all that the mistake has no part in is right.
        remembered = Values(here, own.equations, first.remembered, first, own.depending).after()
        last: Values | None = None
        for iteration in range(1, self.iteration):
            here = ground(self.scenario, self.shapes.batch(iteration))._replace(axes=own.axes)
            last = Values(here, own.equations, remembered, like=last)
            remembered = last.after()
        return remembered

    @cached_property
    def _first(self) -> Values:
        """The first iteration as it should be."""
        here = ground(self.scenario, self.shapes.batch(0))._replace(axes=self.candidates.axes)
        return Values(here, self.candidates.right, starting(self.scenario))

    def _early(self, readings: Sequence[Reading]) -> Iterable[tuple[Candidate, Values]]:
        """Yield the iteration with each gradient applied at once."""
        training, network = self.scenario.training, self.scenario.network
        work = self.ground.samples * self.ground.times * network.parameters * (self.iteration + 1)
        if training.clip_norm is not None or work > _WORK or not readings:
            return
        run = trace(self.scenario, "premature")
        played = run.iteration(self.iteration)
        known = {
            one: played.vectors(one.name, one.layer).transpose(1, 0, 2)  # type: ignore[arg-type]
            for one in table_of(self.scenario).kept
            if one.layer is not None
        }
        for parameter in table_of(self.scenario).parameters:
            known[new(parameter)] = played.after.array(parameter)
        values = Values(self.ground, self.candidates.right, self.remembered, known=known)
        places = frozenset(Place(layer + 1) for layer in range(len(network.layers)))
        yield Candidate("premature", PREMATURE, places, whole=True, known=True), values
