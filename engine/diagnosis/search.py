"""Which mistakes make exactly the numbers that somebody has?

A mistake is tried by working out the iteration with it, as far as the numbers that are held against it. It is
named only where it reproduces all that is wrong and contradicts nothing that is right.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from engine.diagnosis.candidates import Candidate, Candidates, Place
from engine.diagnosis.chosen import FORWARD, choices, mistake_of, values_of
from engine.diagnosis.more_mistakes import FACTORS, PREMATURE
from engine.diagnosis.precision import Tolerance, agree, close
from engine.diagnosis.values import Values, ground, starting
from engine.equations.table import table_of
from engine.equations.updates import new, old
from engine.once import once
from engine.order.shapes import shapes_of
from engine.program.cycles import CircularError
from engine.read.fitting import why_unfit
from engine.run.tracing import trace

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    import numpy.typing as npt

    from engine.arrays import Array
    from engine.diagnosis.candidates import Altered
    from engine.diagnosis.chosen import Chosen
    from engine.diagnosis.layouts import Reading
    from engine.equations.equation import Variable
    from engine.scenario import Scenario

_PAIRED = 40
"""Of how many mistakes, the likeliest, every pair is tried where both twist the first wrong number."""
_LEFT = 400
"""How many pairs are tried of which one twists what the other alone reproduces."""
_LOOKED_AT = 12
"""At how many numbers it is seen whether two mistakes may make them together."""
_SAME = 1e-7
"""Which share of a number two mistakes may be off there, beside the rounding of theirs."""
_STEPS = 8
"""Steps in which mistakes that reproduce all are told apart by how closely they do."""
_EQUAL = 1e-6
"""Which share of a factor may lie between two that are taken for one."""
_WORK = 2e8
"""Products, about, that are spent on iterations from the beginning, or on updates one by one."""
_CALL = 1000
"""How many products a call of numpy takes the time of, about."""


class Found(NamedTuple):
    """Mistakes that together reproduce all: one, or a pair; in which convention is told elsewhere.

    `altered` are the equations that the numbers come out of; None of an order that is no equation. `chosen`
    are the samples that they are of, if not those of the batch.
    """

    candidates: tuple[Candidate, ...]
    values: Values
    altered: Altered | None = None
    chosen: Chosen | None = None

    @property
    def known(self) -> bool:
        """Whether it is one mistake of the contract."""
        return len(self.candidates) == 1 and self.candidates[0].known


class _Look(NamedTuple):
    """Some numbers of a variable: as they are right, as somebody has them, and how far these may be off.

    `before` is what the iteration began with, of parameters after it. Two mistakes that leave each other
    alone multiply what they do to what is added to that, or add it: so is seen from few numbers which two may
    make theirs together.
    """

    variable: Variable
    places: tuple[npt.NDArray[np.intp], ...]
    before: Array
    right: Array
    theirs: Array
    within: Array

    def at(self, values: Values) -> Array:
        """Return the numbers as an iteration has them."""
        try:
            return values.of(self.variable)[self.places]
        except CircularError:
            return np.full(len(self.right), np.nan)

    def fits(self, one: Values, other: Values) -> bool:
        """Return whether what two mistakes have made is theirs together."""
        return bool(self._apart(self.at(one), self.at(other)[None])[0] <= 1.0)

    def together(self, effects: Sequence[Array]) -> list[tuple[int, int]]:
        """Return which of the numbers that mistakes have made are theirs, two and two; the closest first."""
        made = np.array(effects).reshape(len(effects), len(self.right))
        found = []
        for place, one in enumerate(made):
            apart = self._apart(one, made[place + 1 :])
            found += [
                (round(_STEPS * float(apart[at])), place, place + 1 + int(at))
                for at in np.flatnonzero(apart <= 1.0)
            ]
        return [(one, other) for _, one, other in sorted(found)]

    @np.errstate(all="ignore")
    def _apart(self, one: Array, others: Array) -> Array:
        """Return how far one [number] and each of others [mistake, number] are off, of what they may."""
        right, theirs, first, second = (x - self.before for x in (self.right, self.theirs, one, others))
        may = self.within + _SAME * np.abs(theirs)
        added = first + second - right
        worst = np.full(len(others), np.inf)
        for together in (np.where(right == 0.0, added, first * second / right), added):
            apart = np.abs(together - theirs) / may
            worst = np.minimum(worst, np.where(np.isnan(apart), np.inf, apart).max(axis=1, initial=0.0))
        return worst


class _Tried(NamedTuple):
    candidate: Candidate
    altered: Altered

    @property
    def depending(self) -> frozenset[Variable]:
        """What is not as it should be, and all that is made of it."""
        return self.altered.depending


class Bench:
    """One iteration of a scenario, as it should be and with any mistake; everything is worked out once.

    It is that over the `chosen` samples, if some are given.
    """

    def __init__(self, scenario: Scenario, iteration: int, chosen: Chosen | None = None) -> None:
        self.scenario = scenario
        self.iteration = iteration
        self.shapes = shapes_of(scenario)
        self.candidates = Candidates(scenario, table_of(scenario))
        self.chosen = chosen
        inputs, targets = chosen or (self.shapes.batch(iteration), None)
        self.ground = ground(scenario, inputs, targets)._replace(axes=self.candidates.axes)
        before = trace(scenario).parameters(iteration) if iteration else None
        start = starting(scenario)
        self.remembered = start if before is None else {one: before.array(one) for one in start}
        self.right = Values(self.ground, self.candidates.right, self.remembered)
        self.tolerance = Tolerance(self.right, scenario.network, iteration)
        self._tried: list[_Tried] | None = None
        self._timed: dict[int, list[_Tried]] = {}
        self._made: dict[int, Values] = {}
        self._started: dict[int, Values | None] = {}
        self.over: dict[Chosen, Values] = {}
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
        """Return every mistake that reproduces the readings; of each the likeliest place.

        Those of the table stand first, in its order; of the others what is made in fewer layers.
        Where nothing of what is wrong is left but zeros only those of the table are named: of the others many
        make a zero.
        """
        found = []
        done: set[str] = set()
        other = self._of_other_samples(readings, wrong)
        if other is not None:
            found.append(other)
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
        found = found or [*self._at_one_time(readings, wrong)]
        if all(self._is_blank(one) for one in readings if one.theirs in wrong):
            found = [one for one in found if one.known]
        found.sort(
            key=lambda one: (
                not one.candidates[0].known,
                not one.candidates[0].whole,
                round(_STEPS * self._misfit(one.values, readings)),
                0 if one.known else len(one.candidates[0].layers),
            )
        )
        return found

    def _at_one_time(self, readings: Sequence[Reading], wrong: frozenset[str]) -> Iterator[Found]:
        """Yield what is made at one time alone, of each the likeliest place."""
        done: set[str] = set()
        for one in (one for time in self._times(readings, wrong) for one in self._tried_at(time)):
            for values in self._values(one, readings, wrong) if one.candidate.name not in done else ():
                if self._reproduces(values, readings):
                    yield Found((one.candidate,), values, one.altered)
                    done.add(one.candidate.name)
                    break

    def _tried_at(self, time: int) -> list[_Tried]:
        """Return every mistake that is looked for at one time alone, with the equations that it makes."""
        if time not in self._timed:
            pairs = ((one, self.candidates.altered(one)) for one in self.candidates.at_one_time([time]))
            self._timed[time] = [_Tried(one, altered) for one, altered in pairs if altered is not None]
        return self._timed[time]

    def _times(self, readings: Sequence[Reading], wrong: frozenset[str]) -> Sequence[int]:
        """Return the times at which a mistake may be made, unless to try them would take too long."""
        calls = self.ground.times * len(self.candidates.right)
        work = self.ground.samples * self.ground.times * self.scenario.network.parameters + _CALL * calls
        times = self._begun(readings, wrong)
        return times if work * len(times) <= _WORK else ()

    def _begun(self, readings: Sequence[Reading], wrong: frozenset[str]) -> Sequence[int]:
        """Return the times at which a mistake may be made: that at which all that is wrong begins.

        Where nothing is known of the way forward it may have begun there, at any time.
        """
        if self.ground.times == 1 or any(one.theirs in wrong and not one.fits for one in readings):
            return ()
        ahead, back = (np.zeros(self.ground.times, dtype=np.bool_) for _ in range(2))
        for one in readings:
            if one.theirs in wrong and one.quantity.group is None:
                ours = self.right.of(one.variable)
                right = close(one.array, ours * one.share, self.within(one, ours)).all(axis=(1, 2))
                (ahead if one.variable.name in FORWARD else back)[~right] = True
        if ahead.any():
            return [int(np.flatnonzero(ahead)[0])]
        if back.any() and any(one.variable.name in FORWARD for one in readings):
            return [int(np.flatnonzero(back)[-1])]
        return range(self.ground.times)

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
        """Return the first pair of mistakes that reproduces the readings.

        What one of them does may be undone by the other, so that it is right again. What two make by
        chance is left out: see `_by_chance`.
        """
        if self.iteration or not all(one.fits for one in readings):
            return None
        small = self.is_small
        bad = [
            place
            for place, one in enumerate(readings)
            if one.theirs in wrong and not self._is_blank(one, flat=True)
        ]
        if not bad:
            return None
        alone = self.candidates.in_time  # of times and pairs there are too many to mean something
        fit = [one for one in self.tried() if one.candidate.name not in alone]
        both: list[_Tried] = []
        made_by: list[Values] = []
        look = self._look(readings[bad[0]])
        effects: list[Array] = []
        left: list[tuple[_Tried, _Tried]] = []
        for one in fit:
            if look.variable not in one.depending:
                continue
            values = self._kept(one)
            held = self._held(values, readings, wrong, every=small)
            missed = {readings[place].variable for place, yes in enumerate(held) if not yes}
            if not missed or (not small and len(held) <= bad[0]):
                continue
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
                elif (made := self._pair((one, other), readings, wrong)) is not None:
                    return made
        joint = look.together(effects)
        rest: list[tuple[_Tried, _Tried]] = []
        if small:
            looks = [self._look(one) for one in readings]
            joint = [pair for pair in joint if all(one.fits(*(made_by[at] for at in pair)) for one in looks)]
            rest = [*left[:_LEFT], *combinations(both[:_PAIRED], 2)]
        for pair in (*((both[one], both[other]) for one, other in joint[:_PAIRED]), *rest):
            if pair[0].candidate.name != pair[1].candidate.name:
                made = self._pair(pair, readings, wrong)
                if made is not None:
                    return made
        return None

    def _look(self, reading: Reading) -> _Look:
        """Return some numbers of a reading: those that differ most."""
        variable = reading.variable
        ours = self.right.of(variable)
        with np.errstate(all="ignore"):
            apart = np.abs(reading.array - ours * reading.share).ravel()
        order = np.argsort(-np.where(np.isfinite(apart), apart, -1.0), kind="stable")
        places = np.unravel_index(order[:_LOOKED_AT], ours.shape)
        within = np.broadcast_to(self.within(reading, ours), ours.shape)[places] / reading.share
        theirs = reading.array[places] / reading.share
        return _Look(variable, places, self._before(variable)[places], ours[places], theirs, within)

    def _before(self, variable: Variable) -> Array:
        """Return what an update has begun with; of what is no parameter after one, zeros."""
        begun = variable if variable in self.remembered else old(variable)
        nothing = np.zeros(self.right.of(variable).shape)
        return nothing if begun == variable else self.remembered.get(begun, nothing)

    @np.errstate(all="ignore")
    def _is_blank(self, reading: Reading, *, flat: bool = False) -> bool:
        """Return whether an array, or what an update has added to it, is 0: nothing is left to be explained.

        If `flat` is asked for, also where it is one number throughout that should be many.
        """
        if not reading.fits:
            return False
        right = self.right.of(reading.variable)
        before = self._before(reading.variable)
        within = self.within(reading, right)
        left = reading.array - before * reading.share
        if agree(left, np.zeros(left.shape), within):
            return True
        return flat and left.size > 1 and bool(np.ptp(right - before) > 0.0 and np.ptp(left) == 0.0)

    def tried(self) -> list[_Tried]:
        """Return every mistake in every place, with the equations that it makes."""
        if self._tried is None:
            self._tried = []
            for candidate in self.candidates.every():
                altered = self.candidates.altered(candidate)
                if altered is not None:
                    self._tried.append(_Tried(candidate, altered))
        return self._tried

    def _pair(
        self, pair: Sequence[_Tried], readings: Sequence[Reading], wrong: frozenset[str]
    ) -> Found | None:
        orders = [tuple(one.candidate for one in pair)]
        if pair[0].altered.changed & pair[1].altered.changed:
            orders.append(orders[0][::-1])  # what one has rewritten the other may not know again
        for candidates in orders:
            altered = self.candidates.altered(*candidates)
            if altered is not None:
                values = self._with(altered)
                if all(self._held(values, readings, wrong, every=False)):
                    found = Found(candidates, values, altered)
                    return None if self._by_chance(pair, found, readings, wrong) else found
        return None

    def _by_chance(
        self, pair: Sequence[_Tried], found: Found, readings: Sequence[Reading], wrong: frozenset[str]
    ) -> bool:
        """Return whether two mistakes that reproduce what is wrong are not told by it.

        One of them only makes zeros of it. Or both only multiply, and all that is wrong is so by one number:
        of so few factors as there are that can often be made of two.
        """
        bad = [one for one in readings if one.theirs in wrong]
        told = [one for one in bad if not self._is_blank(one, flat=True)]
        alone = [self._with(one.altered) for one in pair]
        if len(told) < len(bad) and any(
            all(self._held(values, told, wrong, every=False)) for values in alone
        ):
            return True
        if not all(one.candidate.name in FACTORS for one in pair):
            return False
        both = any(
            all(not np.array_equal(values.of(one.variable), self.right.of(one.variable)) for values in alone)
            for one in bad
        )
        factors = [self._factor(found.values, one.variable) for one in bad]
        return both and bool(np.ptp(factors) <= _EQUAL * abs(factors[0]))

    @np.errstate(all="ignore")
    def _factor(self, values: Values, variable: Variable) -> float:
        """Return by what number a mistake multiplies all the right ones, or what is added; nan if by none."""
        before = self._before(variable)
        right, made = self.right.of(variable) - before, values.of(variable) - before
        largest = np.unravel_index(int(np.argmax(np.abs(right))), right.shape)
        if not right[largest]:
            return np.nan
        factor = float(made[largest] / right[largest])
        apart = np.abs(made - factor * right).max()
        return factor if apart <= _EQUAL * abs(made[largest]) else np.nan

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

    def _held(
        self, values: Values, readings: Sequence[Reading], wrong: frozenset[str], *, every: bool
    ) -> list[bool]:
        """Return which readings are reproduced; unless `every` is asked for, up to the first that is not.

        What is not made of a mistake is as right as it was.
        """
        held: list[bool] = []
        for reading in readings:
            if reading.variable in values.depending:
                held.append(self._reproduces(values, (reading,)))
            else:
                held.append(reading.theirs not in wrong)
            if not held[-1] and not every:
                break
        return held

    @property
    def is_small(self) -> bool:
        """Whether the iteration is so small that it may be worked out, and kept, with every mistake."""
        return self.scenario.network.parameters * self.ground.samples <= _WORK / 1e3

    def _with(self, altered: Altered) -> Values:
        own = self.ground._replace(axes=altered.axes)
        return Values(own, altered.equations, self.remembered, self.right, altered.depending)

    def _kept(self, one: _Tried) -> Values:
        """Return the iteration with a mistake, one of those that are tried: each convention asks for it."""
        key = id(one)
        if key not in self._made:
            values = self._with(one.altered)
            if not self.is_small:
                return values
            self._made[key] = values
        return self._made[key]

    def _values(self, one: _Tried, readings: Sequence[Reading], wrong: frozenset[str]) -> Iterable[Values]:
        """Yield the iteration with a mistake that was made from the first on, or only in this one."""
        forward = [reading for reading in readings if reading.variable.name in FORWARD]
        as_it_should = bool(forward) and not any(reading.theirs in wrong for reading in forward)
        kept = any(equation.gathers == "run" for equation in one.altered.equations)
        if self.iteration and (kept or one.candidate.known or not as_it_should):
            made = self._made_from_the_first_on(one)
            if made is not None:
                yield made
        if self.iteration and forward and not as_it_should:
            return
        # What a mistake has no part in can't be wrong because of it.
        if all(reading.variable in one.depending for reading in readings if reading.theirs in wrong):
            yield self._kept(one)

    def _made_from_the_first_on(self, one: _Tried) -> Values | None:
        """Return the iteration with a mistake that was made in those before it, too; kept if it is small."""
        key = id(one)
        if key not in self._started:
            remembered = self._own_start(one)
            own = self.ground._replace(axes=one.altered.axes)
            made = None if remembered is None else Values(own, one.altered.equations, remembered)
            if not self.is_small:
                return made
            self._started[key] = made
        return self._started[key]

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
        if not candidate.known and not candidate.whole:  # it would take too long
            return None
        if work * self.iteration * self._begun_with > _WORK:
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

    def _of_other_samples(self, readings: Sequence[Reading], wrong: frozenset[str]) -> Found | None:
        """Return the iteration over other samples, or in another order, if that is what the numbers are."""
        for chosen in choices(self, readings, wrong) if self.chosen is None else ():
            values = values_of(self, chosen)
            if self._reproduces(values, readings):
                return Found((self._other(chosen),), values, chosen=chosen)
        return None

    def _other(self, chosen: Chosen) -> Candidate:
        name, row = mistake_of(self, chosen)
        return Candidate(name, row, frozenset(), whole=True, known=False)

    def makes_first(
        self, readings: Sequence[Reading], wrong: frozenset[str], first: Reading
    ) -> Candidate | None:
        """Return a mistake that makes the first wrong array, if not what follows; all before it is right.

        Those that multiply are seen as what they multiply by.
        """
        if not first.fits or self.iteration or self._is_blank(first, flat=True):
            return None
        made = self.candidates.made_of({first.variable})
        held = [one for one in readings if one.theirs not in wrong and one.variable not in made]
        at_times = (one for time in self._times(readings, wrong) for one in self._tried_at(time))
        every = [*self.tried(), *at_times]
        for one in sorted(every, key=lambda one: len(one.candidate.layers)):
            asked = first.variable in one.depending and one.candidate.name not in FACTORS
            if asked and self._reproduces(self._kept(one), (first, *held)):
                return one.candidate
        return None

    def beside_other_samples(
        self, readings: Sequence[Reading], wrong: frozenset[str]
    ) -> tuple[Found, frozenset[str]] | None:
        """Return other samples that numbers are of but for some that are wrong beside, and these.

        If a mistake makes them, it is found with it. What is made of the inputs alone tells the samples, and
        the error of the outputs the targets.
        """
        last = len(self.scenario.network.layers)
        told = [one for one in readings if one.quantity.group is None and one.fits]
        told = [one for one in told if one.variable.name in FORWARD or one.variable.layer == last]
        if not wrong.intersection(one.theirs for one in told) or self.iteration:
            return None
        for chosen in choices(self, told, wrong):
            other = Bench(self.scenario, self.iteration, chosen)
            left = frozenset(one.theirs for one in readings if not other.agrees(one, other.right))
            if left.intersection(one.theirs for one in told) or not left < wrong:
                continue
            order = self._other(chosen)
            for one in other.singles(readings, left):
                return one._replace(candidates=(order, *one.candidates), chosen=chosen), left
            return Found((order,), other.right, chosen=chosen), left
        return None

    @once
    def _begun_with(self) -> int:
        """How many mistakes are tried as made from the first iteration on."""
        return sum(one.candidate.known or one.candidate.whole for one in self.tried())

    @once
    def _first(self) -> Values:
        """The first iteration as it should be."""
        here = ground(self.scenario, self.shapes.batch(0))._replace(axes=self.candidates.axes)
        return Values(here, self.candidates.right, starting(self.scenario))

    def _early(self, readings: Sequence[Reading]) -> Iterable[tuple[Candidate, Values]]:
        """Yield the iteration with each gradient applied at once."""
        training, network = self.scenario.training, self.scenario.network
        work = self.ground.samples * self.ground.times * network.parameters * (self.iteration + 1)
        if training.clip_norm is not None or work > _WORK or not readings or self.chosen is not None:
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
