"""How does a small scenario note what a condition reads, while it runs as fast as it can?"""

from __future__ import annotations

from itertools import chain, product
from typing import TYPE_CHECKING

import numpy as np

from engine.conditions.given import Reading, asked, finite, those
from engine.conditions.words import WORDS
from engine.equations.back.transpose import derivative
from engine.equations.equation import SAMPLE, TIME, Variable
from engine.equations.forward import TERMS
from engine.equations.table import table_of
from engine.facts.slopes.steepest import share_of_steepest
from engine.program.evaluate import evaluate
from engine.program.floats.machine import FloatMachine, Noted
from engine.program.names import Leaf as Named

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from engine.arrays import Array
    from engine.conditions.given import Rows
    from engine.conditions.layout import Indices, Layout, Layouts
    from engine.conditions.meaning import Leaf
    from engine.equations.equation import Equation
    from engine.program.floats.code import FloatCode
    from engine.run.tracing import Trace
    from engine.scenario import Scenario


class Notes(Reading):
    """Reads what a program of straight-line code notes beside what it does anyway.

    Of a quantity that an iteration writes more than once each value is kept under a name of its own.
    """

    def __init__(self, trace: Trace, leaves: Sequence[Leaf], layouts: Layouts) -> None:
        super().__init__(trace, leaves, layouts)
        self._asked = [leaf for leaf in asked(leaves) if leaf.word != "loss"]
        self.variables: Collection[Variable] = {one for leaf in self._asked for one in self._made_of(leaf)}
        self._columns: dict[Layout, dict[Leaf, Indices]] = {}
        self._machine = FloatMachine(trace.scenario, trace.shapes, trace.schedule.base, self)

    def seek(self, iteration: int) -> None:
        """Go on from an iteration of the run."""
        if iteration != self.iteration:
            self._machine.put(self._trace.parameters(iteration))
            self.iteration = iteration

    def read(self, count: int) -> list[Rows]:
        """Read some iterations."""
        first, self.iteration = self.iteration, self.iteration + count
        losses = self._machine.advance(first, count)
        notes, self._machine.notes = self._machine.notes, []
        found = []
        for layout, iterations in self._layouts.groups(first, count):
            places = iterations - first
            mine = notes if len(places) == count else [notes[one] for one in places.tolist()]
            columns, made = self._columns[layout], {}
            if isinstance(mine[0], float):
                noted = np.array(mine)[:, None]
            else:
                flat = np.fromiter(chain.from_iterable(mine), np.float64, len(mine) * len(mine[0]))  # type: ignore[arg-type]
                noted = flat.reshape(len(mine), -1)
            for leaf in self._leaves:
                if leaf.word == "loss":
                    made[leaf] = those(losses[:, None], places)
                elif leaf in columns:
                    made[leaf] = self._formed(leaf, noted[:, columns[leaf]])
                if leaf.finite and leaf in made:
                    made[leaf] = finite(made[leaf])
            found.append(self.rows(layout, iterations, made))
        return found

    def noted(self, code: FloatCode, iteration: int) -> Noted:
        """Return what to note of an iteration over the batch of another."""
        kept: dict[int, dict[str, str]] = {}
        places: dict[str, int] = {}
        for layout in self._layouts.with_steps_of(iteration % self._shapes.batches):
            columns = self._columns[layout] = {}
            for leaf in self._asked:
                names = self._names(leaf, layout, code, kept)
                of_leaf = [places.setdefault(name, len(places)) for name in names]
                columns[leaf] = np.array(of_leaf, dtype=np.intp)
        return Noted(tuple(places), kept)

    def _made_of(self, leaf: Leaf) -> tuple[Variable, ...]:
        """Return the variables whose numbers make up a leaf."""
        if leaf.word == "dead":
            return Variable("activation", leaf.layer), Variable("slope", leaf.layer)
        if leaf.word == "saturated":
            return (Variable("slope", leaf.layer),)
        if leaf.word in ("sample_loss", "terms"):
            return (TERMS,)
        if leaf.word == "prediction":
            return (Variable("activation", len(self._scenario.network.layers)),)
        if _is_gathered(leaf):
            return tuple(factor.variable for factor in _share(self._scenario, leaf).factors())
        return (Variable(WORDS[leaf.word].quantity, leaf.layer),)

    def _names(
        self, leaf: Leaf, layout: Layout, code: FloatCode, kept: dict[int, dict[str, str]]
    ) -> list[str]:
        """Return the names of the numbers of a leaf, value by value."""
        found = []
        variables = self._made_of(leaf)
        if _is_gathered(leaf):
            for factor in _share(self._scenario, leaf).factors():
                every = _units(code, factor.variable)
                for sample, time in layout.sites_of(leaf):
                    at = time + factor.shift, sample
                    there = at[0] < self._shapes.times  # else there is nothing to come from
                    found += [
                        code.name(Named(factor.variable, (*at, *one))) if there else "" for one in every
                    ]
            return found
        if _is_of_update(leaf):
            (made,), steps = variables, layout.writing(leaf)
            for step in steps:
                names = [code.name(Named(made, place)) for place in _entries(leaf, code, made)]
                if step != steps[-1]:  # the next update overwrites it
                    new = {f"{name}_after_{step}": name for name in names}
                    kept.setdefault(step, {}).update(new)
                    names = [*new]
                found += names
            return found
        for sample, time in layout.sites_of(leaf):
            for variable in variables:
                for place in _entries(leaf, code, variable):
                    found.append(code.name(Named(variable, (time, sample, *place))))
        return found

    def _formed(self, leaf: Leaf, noted: Array) -> Array:
        """Return the values of a leaf [iteration, value, ...] from the numbers noted for it."""
        if leaf.word == "dead":
            largest: Array = np.abs(noted).max(axis=1, keepdims=True)
            return largest
        if leaf.word == "saturated":
            assert leaf.layer is not None
            return share_of_steepest(self._scenario, leaf.layer, noted.mean(axis=1, keepdims=True))
        if leaf.word == "sample_loss":
            outputs = self._scenario.network.sizes[-1]
            terms = noted.reshape(len(noted), -1, outputs)
            found: Array = np.add.accumulate(terms, axis=2)[..., -1]
            return found if leaf.sample is None else _together(found)
        if _is_gathered(leaf):
            return self._gathered(leaf, noted)
        if not leaf.shape:
            return noted
        return noted.reshape(len(noted), -1, *leaf.shape)

    def _gathered(self, leaf: Leaf, noted: Array) -> Array:
        """Return gradients, or totals so far, from what each is a product of."""
        one = _share(self._scenario, leaf)
        axes = table_of(self._scenario).axes
        sizes = [axes[factor.variable][-1] for factor in one.factors()]
        values = noted.shape[1] // sum(int(size) for size in sizes)
        given, start = {}, 0
        for factor, size in zip(one.factors(), sizes, strict=True):
            stop = start + values * int(size)
            given[factor] = noted[:, start:stop].reshape(len(noted) * values, int(size))
            start = stop
        found = evaluate(one, given.__getitem__, TIME)
        found = found.reshape(len(noted), values, *found.shape[1:])
        if leaf.word.startswith("total"):
            found = np.add.accumulate(found, axis=1)
        return leaf.of(found)


def can_be_noted(trace: Trace, leaf: Leaf) -> bool:
    """Return whether statements of straight-line code make what a leaf reads, or what it is a product of."""
    if not _is_gathered(leaf):
        return True
    one = _share(trace.scenario, leaf)
    return one.gathers == "iteration" and all(factor.letters[:1] == (TIME,) for factor in one.factors())


def _together(losses: Array) -> Array:
    """Return the loss of a sample [iteration, 1] from those of its times; 0 where it is not in the batch."""
    if not losses.shape[1]:
        return np.zeros((len(losses), 1))
    found: Array = np.add.accumulate(losses, axis=1)[:, -1:]
    return found


def _is_of_update(leaf: Leaf) -> bool:
    return leaf.word in WORDS and WORDS[leaf.word].kind == "update"


def _is_gathered(leaf: Leaf) -> bool:
    return leaf.word in WORDS and WORDS[leaf.word].kind == "gradient"


def _share(scenario: Scenario, leaf: Leaf) -> Equation:
    """Return the equation of a total with the samples not summed over: the share of each."""
    group = WORDS[leaf.word].group
    assert group is not None
    one = table_of(scenario).making[derivative(Variable(group, leaf.layer))]
    return one._replace(result=one.result._replace(letters=(SAMPLE, *one.result.letters)))


def _entries(leaf: Leaf, code: FloatCode, variable: Variable) -> list[tuple[int, ...]]:
    """Return the units of the numbers of a leaf."""
    if leaf.entry is not None:
        return [leaf.entry]
    return _units(code, variable)


def _units(code: FloatCode, variable: Variable) -> list[tuple[int, ...]]:
    units = [axis for axis in code.table.axes[variable] if isinstance(axis, int)]
    return list(product(*map(range, units)))
