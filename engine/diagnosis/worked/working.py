"""How is a number worked out by any equations: right ones, or those that a mistake has made of them?

There are no steps here, as there are in a run: an equation is that of a whole iteration, and what it sums
over the samples and times is written as their terms. `engine.facts.explain` asks the same of a step of a run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.diagnosis.iteration.ground import ETA, FULL_BATCH, is_mask
from engine.diagnosis.worked.function import function_of
from engine.diagnosis.worked.tidied import Part, tidied, without_switches
from engine.equations.equation import SAMPLE, TIME
from engine.equations.forward import OUTPUTS, TARGET
from engine.equations.optimizers import OPTIMIZERS
from engine.equations.updates import RATE, masks, old
from engine.facts.entry import Number
from engine.facts.explain.derive import CONSTANTS, length, of_formula, product, rate, squares
from engine.facts.explain.expression import Apply, Constant, Expression, Sum
from engine.facts.explain.rows import of_row
from engine.facts.explain.source import alone
from engine.facts.explain.terms import Terms, chained
from engine.facts.explain.written import factors_of
from engine.facts.number import Traced
from engine.order.quantities import PARAMETERS, Reference, is_quantity

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from engine.arrays import Array, Mask
    from engine.diagnosis.iteration.ground import Chosen
    from engine.diagnosis.iteration.values import Values
    from engine.equations.equation import Equation, Factor, Term, Variable
    from engine.run.tracing import Trace


SAMPLE_MARK = "#"
"""What stands before the number of a sample behind a symbol, where it is not the same for all."""


class Working:
    """The numbers of an iteration and its equations, by which any of them is written out.

    `run` is the right run, which has the symbols. What is `opened` is written out where it is read, as are
    helpers; all else is a number with its symbol. With `told` the symbol says of which sample it is: that of
    the batch, or the `chosen` one in its place.
    """

    def __init__(
        self,
        run: Trace,
        iteration: int,
        values: Values,
        opened: Collection[Variable],
        *,
        told: bool,
        chosen: Chosen | None = None,
    ) -> None:
        self.run = run
        self.iteration = iteration
        self.values = values
        self._opened = opened
        self._told = told and values.ground.samples > 1
        batch = tuple(run.shapes.batch(iteration))
        self._inputs, self._targets = chosen or (batch, batch)
        self._trained = masks(run.scenario)
        self._powers = OPTIMIZERS[run.scenario.training.optimizer].powers

    def of(self, variable: Variable, index: tuple[int, ...]) -> Expression:
        """Return what a number equals by its equation; one that the iteration begins with is given."""
        one = self.values.making.get(variable)
        if one is None:
            return Constant("given", float(self.values.of(variable)[index]))
        return self._derived(one, index)

    def leaf(self, variable: Variable, index: tuple[int, ...]) -> Traced:
        """Return a number with its symbol and value."""
        number = self.number(variable, index)
        named = is_quantity(number.reference.quantity)
        symbol = Traced(self.run, number).symbol if named else str(variable)
        if self._told and number.reference.sample is not None:
            symbol += f"{SAMPLE_MARK}{number.reference.sample + 1}"
        return Traced(self.run, number, symbol, float(self.values.of(variable)[index]))

    def number(self, variable: Variable, index: tuple[int, ...]) -> Number:
        """Return which number of the run stands at a place of a variable's array."""
        axes = self.values.ground.axes[variable]
        at = dict(zip(axes, index, strict=True))
        units = tuple(place for axis, place in zip(axes, index, strict=True) if axis not in (TIME, SAMPLE))
        samples = self._targets if variable == TARGET else self._inputs
        sample = samples[at[SAMPLE]] if SAMPLE in at else None
        layer, name = variable.layer, variable.name.removesuffix("'")
        version = None if sample is not None or layer is None else int(name != variable.name)
        return Number(Reference(_quantity(name), self.iteration, layer, sample, at.get(TIME), version), units)

    # -- equations -------------------------------------------------------------------------------------

    def _derived(self, one: Equation, index: tuple[int, ...]) -> Expression:
        at = dict(zip(one.result.letters, index, strict=True))
        if one.where_target and self.values.ground.missing[at[TIME], at[SAMPLE], 0]:
            return Constant("0", 0.0)
        if one.row == "length":
            return length([self._squares(read) for _, read in one.arguments])
        if one.row is not None:
            vectors = [self._vector(read, at) for _, read in one.arguments]
            return of_row(one, vectors, at[one.result.letters[-1]])
        return self._sum(one, at) if one.formula is None else self._formula(one, at)

    def _formula(self, one: Equation, at: Mapping[str, int]) -> Expression:
        known = function_of(one, self.values.making)
        if known is not None:
            name, read = known
            return Apply(name, self._entry(read, at))
        return of_formula(one, self.run.shapes.layers, lambda read: self._entry(read, at))

    def _entry(self, factor: Factor, at: Mapping[str, int]) -> Expression:
        """Return the one number that a factor is at a place; what is opened is written out."""
        variable = factor.variable
        number = self._constant(variable)
        if number is not None:
            return number
        index = self._index(factor, at)
        if index is None:
            return self._edge(factor, at)
        if variable in self._trained:
            return Constant("trained", float(self._trained[variable][index]))
        if is_mask(variable):
            return Constant("there", float(self.values.of(variable)[index]))
        one = self.values.making.get(variable)
        if one is not None and (one.helper or variable in self._opened):
            return self._derived(one, index)
        found = self.leaf(variable, index)
        if variable.name != old(variable).name in PARAMETERS:  # it is read when it should not be there yet
            return found.called(found.symbol.replace("new ", "early "))
        return found

    def _constant(self, variable: Variable) -> Expression | None:
        """Return a number that an update reads or that the network has; None if it is none of these."""
        training, given = self.run.scenario.training, self.values.ground.given
        if variable == RATE:
            return rate(training, self.values.ground.samples, 1.0)
        if variable == ETA:
            return Constant("η", training.learning_rate)
        if variable == FULL_BATCH:
            return Constant("batch_size", float(training.batch_size))
        if variable == OUTPUTS:
            return Constant("n", float(self.run.scenario.network.layers[-1].units))
        power = self._powers.get(variable.name.removesuffix("'"))
        if power is not None:
            return Constant(f"{CONSTANTS[power]}ⁿ", float(self.values.of(variable)))
        if variable.name in CONSTANTS and variable in given:
            return Constant(CONSTANTS[variable.name], float(given[variable]))
        return None

    def _index(self, factor: Factor, at: Mapping[str, int]) -> tuple[int, ...] | None:
        """Return the place of a factor in its array; None before the first time and after the last."""
        index = tuple(at[letter] + factor.shift * (letter == TIME) for letter in factor.letters)
        if TIME in factor.letters and not 0 <= index[factor.letters.index(TIME)] < self.values.ground.times:
            return None
        return index

    def _edge(self, factor: Factor, at: Mapping[str, int]) -> Expression:
        """Return what a factor is before the first time, or after the last."""
        before = self.values.ground.initial.get(factor.variable) if factor.shift < 0 else None
        if before is None:
            return Constant("0", 0.0)
        unit = at[factor.letters[-1]]
        number = Number(Reference("initial_state", self.iteration, factor.variable.layer), (unit,))
        return Traced(self.run, number, value=float(before[unit]))

    # -- sums ------------------------------------------------------------------------------------------

    def _sum(self, one: Equation, at: Mapping[str, int]) -> Expression:
        parts = [*self._kept(one, at)] if one.gathers == "run" else []
        parts += [self._terms(part, one.gathers, at) for part in without_switches(one.terms)]
        if not any(parts):
            return Constant("0", 0.0)
        every = chained(*parts)
        return every[0] if len(every) == 1 else Sum(every)

    def _kept(self, one: Equation, at: Mapping[str, int]) -> Iterator[Terms[Expression]]:
        """Yield what a total has from the iterations before, if that is anything."""
        index = tuple(at[letter] for letter in one.result.letters)
        before = np.asarray(self.values.remembered.get(one.variable, 0.0))
        kept = float(before[index]) if before.ndim else 0.0
        if kept:
            yield alone(Traced(self.run, self.number(one.variable, index), "kept", kept))

    def _terms(self, part: Part, gathers: str, at: Mapping[str, int]) -> Terms[Expression]:
        """Return the products that a term is the sum of, those that are there."""
        term = part.term
        sizes = self._sizes(part)
        free = [letter for letter in sizes if letter not in at]
        there = np.ones([sizes[letter] for letter in free], dtype=np.bool_)
        values = np.full(there.shape, term.coefficient)
        for factor in term.factors:
            values = values * self._spread(factor, at, free)
            if factor.shift and TIME in factor.letters:
                there &= self._is_in_time(factor, at, free)
        for switches, wanted in ((part.on, True), ((part.off,) if part.off else (), False)):
            for switch in switches:
                there &= (self._spread(switch, at, free) != 0.0) == wanted
        if gathers == "sample":
            last = np.arange(self.values.ground.samples) == self.values.ground.samples - 1
            there &= last.reshape([-1 if letter == SAMPLE else 1 for letter in free])
        places = np.flatnonzero(there)

        def make(place: int) -> Expression:
            index = np.unravel_index(int(places[place]), there.shape)
            return self._product(term, {**at, **dict(zip(free, map(int, index), strict=True))})

        return Terms(values.ravel()[places], 0, make, lambda _: None)

    def _product(self, term: Term, at: Mapping[str, int]) -> Expression:
        """Return a term at a place."""
        training, samples = self.run.scenario.training, self.values.ground.samples
        return tidied(product(term, training, samples, lambda read: factors_of(self._entry(read, at))))

    def _sizes(self, part: Part) -> dict[str, int]:
        """Return how many places each letter of a term runs over."""
        every = (*part.term.factors, *part.on, *((part.off,) if part.off else ()))
        return {
            letter: size
            for factor in every
            for letter, size in zip(factor.letters, np.shape(self.values.of(factor.variable)), strict=True)
        }

    def _spread(self, factor: Factor, at: Mapping[str, int], free: Sequence[str]) -> Array:
        """Return the numbers of a factor for every place of the free letters, to be broadcast."""
        array = self.values.read(factor)
        mine = [letter for letter in factor.letters if letter not in at]
        array = array[tuple(at.get(letter, slice(None)) for letter in factor.letters)]
        array = array.transpose([mine.index(letter) for letter in free if letter in mine])
        return array[tuple(slice(None) if letter in mine else None for letter in free)]

    def _is_in_time(self, factor: Factor, at: Mapping[str, int], free: Sequence[str]) -> Mask:
        """Return for every place whether there is a time that a factor reads, or a state before the first."""
        times = self.values.ground.times
        if factor.shift < 0 and factor.variable in self.values.ground.initial:
            return np.ones([1] * len(free), dtype=np.bool_)
        here = (np.arange(times) if TIME in free else np.array([at[TIME]])) + factor.shift
        return ((here >= 0) & (here < times)).reshape([-1 if letter == TIME else 1 for letter in free])

    # -- functions of many numbers ---------------------------------------------------------------------

    def _vector(self, factor: Factor, at: Mapping[str, int]) -> Terms[Traced]:
        """Return the numbers of a whole layer at the place of one of them."""
        *before, _ = index = tuple(at[letter] for letter in factor.letters)
        assert len(index) == len(factor.letters)
        variable = factor.variable
        values = self.values.of(variable)[tuple(before)]
        return Terms(values, 1, lambda place: self.leaf(variable, (*before, place)), lambda _: None)

    def _squares(self, factor: Factor) -> Terms[Expression]:
        """Return the squares of all numbers of an array."""
        values = self.values.of(factor.variable)
        return squares(values, factor, lambda at: self._entry(factor, at), lambda _: None)


def _quantity(name: str) -> str:
    """Return the quantity that a variable is, or beside which a mistake has put it: `delta_unscaled`."""
    words = name.split("_")
    parts = ["_".join(words[:count]) for count in range(len(words), 0, -1)]
    return next((part for part in parts if is_quantity(part)), name)
