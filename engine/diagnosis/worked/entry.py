"""How is the number that differs most worked out: as it should be, and by the mistakes that make theirs?

Where its own equation is as it should be, and only a number that it reads is wrong, that one is looked at,
and so on down to the one that the mistake is made in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.diagnosis.diagnosis import Entry, Worked
from engine.diagnosis.judging.close import furthest
from engine.diagnosis.placed import placed
from engine.diagnosis.worked.alike import differing, is_alike
from engine.diagnosis.worked.shares import divided, over_batch, shared
from engine.diagnosis.worked.tidied import tidied
from engine.diagnosis.worked.working import Working
from engine.equations.equation import SAMPLE, TIME, Variable
from engine.equations.forward import TARGET
from engine.facts.explain import explain
from engine.facts.explain.expression import Equation
from engine.facts.number import Traced
from engine.order.quantities import part_of
from engine.run.tracing import trace

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from engine.diagnosis.iteration.ground import Chosen
    from engine.diagnosis.iteration.values import Values
    from engine.diagnosis.judging.bench import Bench, Found
    from engine.diagnosis.layouts.readings import Reading
    from engine.diagnosis.quantities import Quantity
    from engine.equations.equation import Equation as OfTable
    from engine.facts.entry import Number


_DEEPEST = 100
"""How many numbers are gone down through, at most."""


def entry(bench: Bench, reading: Reading, found: Found | None, known: Iterable[Quantity]) -> Entry | None:
    """Return the number of an array that differs most, worked out; None if it has none, or not its shape."""
    if not reading.fits or not reading.array.size:
        return None
    ours = bench.right.of(reading.variable) * reading.share
    place = furthest(reading.array, ours, ~bench.right_in(reading))
    worked = worked_out(bench, reading, place, found, known)
    return Entry(reading.quantity.name, place, float(reading.array[place]), float(ours[place]), worked)


def worked_out(
    bench: Bench, reading: Reading, index: tuple[int, ...], found: Found | None, known: Iterable[Quantity]
) -> tuple[Worked, ...]:
    """Return an entry of what is wrong worked out; then the number below it in which it begins.

    `found` are the mistakes that make it, `known` the quantities that have a name.
    """
    made = _Making(bench, reading, found, {one.variable for one in known})
    variable = reading.variable
    first = made.worked(variable, index)
    if found is not None and found.chosen is not None:
        if found.chosen.inputs != tuple(bench.shapes.batch(bench.iteration)):
            return (shared(first, made.share),)
    elif found is None or found.altered is None:
        own = None if found is None else made.early(index)
        return (shared(Worked(first.right, own), made.share),)
    last, deep = first, variable
    for _ in range(_DEEPEST):
        if not made.shows_nothing(deep) and not (made.at_one_time and is_alike(*last)):
            break
        below = differing(last.right.expression, last.theirs.expression if last.theirs else None)
        if below is None:  # it was wrong before the iteration began
            return (shared(first, made.share),)
        deep, place = made.place_of(below)
        last = made.worked(deep, place)
    return (shared(first, made.share), *(() if last is first else (last,)))


class _Making:
    def __init__(self, bench: Bench, reading: Reading, found: Found | None, names: set[Variable]) -> None:
        self.bench, self.reading, self.found = bench, reading, found
        self.run = bench.run
        self.own_run = bench.run if found is None or found.run is None else found.run
        self.of = reading.quantity.variable  # what is printed is that, its mean or its share
        self.share = reading.share
        altered = None if found is None else found.altered
        equations = bench.right.equations if altered is None else altered.equations
        self.changed: Collection[Variable] = () if altered is None else altered.changed
        # Nobody who prints a mean has seen the total that it is made of.
        seen_through = {self.of} if reading.variable != self.of else set()
        self.opened = _opened(equations, {*self.changed, *seen_through}, names - seen_through)
        self.chosen = None if found is None else found.chosen
        self.at_one_time = found is not None and any(one.at_one_time for one in found.candidates)
        known = found is not None and (altered is not None or self.chosen is not None)
        self.theirs = found.values if found is not None and known else None
        self.over_samples = altered is not None and any(
            _sums_over_samples(bench, one) for one in equations if one.variable in self.changed
        )

    def worked(self, variable: Variable, index: tuple[int, ...]) -> Worked:
        """Return a number worked out both ways."""
        right = self._by(self.bench.right, variable, index)
        theirs = None if self.theirs is None else self._by(self.theirs, variable, index, self.chosen)
        return Worked(right, theirs)

    def _by(
        self, values: Values, variable: Variable, index: tuple[int, ...], chosen: Chosen | None = None
    ) -> Equation:
        told = SAMPLE not in self.bench.ground.axes[variable] or chosen is not None
        told = told or (self.over_samples and values is self.theirs)
        run = self.own_run if values is self.theirs else self.run
        working = Working(run, self.bench.iteration, values, self.opened, told=told, chosen=chosen)
        expression = tidied(working.of(variable, index))
        value = float(values.of(variable)[index])
        if variable == self.reading.variable != self.of:
            result = working.leaf(self.of, index)
            result = Traced(self.run, result.number, over_batch(result.symbol), value)
        else:
            result = working.leaf(variable, index)
        return Equation(result, expression, "")

    def early(self, index: tuple[int, ...]) -> Equation:
        """Return a number as the run makes it in which each gradient is applied at once."""
        run = trace(self.own_run.scenario, "premature")
        one = explain(run, placed(run, self.reading.quantity, self.bench.iteration, index).number)
        if self.reading.variable == self.of:
            return one._replace(words="")
        return divided(one, float(self.bench.ground.samples))

    def shows_nothing(self, variable: Variable) -> bool:
        """Return whether all that is written of a number is as it should be, but for the numbers read.

        A target of another sample is none of these.
        """
        assert self.theirs is not None
        asked, seen = [variable], {variable}
        while asked:
            one = asked.pop()
            if one in self.changed:
                return False
            equation = self.theirs.making.get(one)
            for factor in equation.factors() if equation is not None else ():
                if self.chosen is not None and factor.variable == TARGET:
                    return False
                made = self.theirs.making.get(factor.variable)
                written = made is not None and (made.helper or factor.variable in self.opened)
                if written and factor.variable not in seen:
                    seen.add(factor.variable)
                    asked.append(factor.variable)
        return True

    def place_of(self, number: Number) -> tuple[Variable, tuple[int, ...]]:
        """Return the variable and the place in its array of a number of the run."""
        reference = number.reference
        name = reference.quantity + "'" * bool(reference.version)
        variable = Variable(name, reference.layer)
        units = iter(number.index)
        first = self.run.shapes.batch(self.bench.iteration).start
        at = {TIME: reference.time or 0, SAMPLE: (reference.sample or 0) - first}
        axes = self.bench.ground.axes[variable]
        return variable, tuple(at[axis] if axis in (TIME, SAMPLE) else next(units) for axis in axes)


def _sums_over_samples(bench: Bench, one: OfTable) -> bool:
    """Return whether an equation of one sample adds up what is of others."""
    if SAMPLE not in one.result.letters:
        return False
    for term in one.terms:
        for factor in term.factors:
            axes = bench.ground.axes.get(factor.variable, one.result.letters)
            if any(axis == SAMPLE != letter for axis, letter in zip(axes, factor.letters, strict=False)):
                return True
    return False


def _opened(
    equations: Sequence[OfTable], changed: Collection[Variable], names: Collection[Variable]
) -> frozenset[Variable]:
    """Return what is written out where it is read: changes, and what has no name and a mistake in it.

    So is what is applied of a gradient: nobody has printed what is decayed, shortened or divided of it.
    """
    unnamed = [one for one in equations if one.variable not in names]
    found = {one.variable for one in unnamed if one.variable in changed}
    found |= {one.variable for one in unnamed if one.variable.name.endswith("_change")}
    grown = True
    while grown:
        grown = False
        for one in unnamed:
            if one.variable not in found and any(read.variable in found for read in one.factors()):
                found.add(one.variable)
                grown = True
    return frozenset(found.union(one.variable for one in unnamed if part_of(one.variable.name) == "applied"))
