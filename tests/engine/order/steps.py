"""What does a step make of any numbers? Its equations, on numbers that are nobody's.

A second way to run an iteration, slow and step by step: each step finds what its equations read in one store
of numbers, and what they make is put back. Nothing is asked of the engine's lists of what a step reads: a
test holds those against what happens when the numbers in the store change.

An equation is taken as a textbook writes it (see `engine.order.flow`): helpers are seen through.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from engine.equations.back.transpose import derivative
from engine.equations.equation import SAMPLE, TIME, Equation, Factor, Home, Variable
from engine.equations.forward import INPUT, OTHERS, OUTPUTS, arguments
from engine.equations.table import table_of
from engine.equations.updates import constants
from engine.order.quantities import GRADIENT_OF, PARAMETERS, Quantity, Reference
from engine.program.arrays.machine import others
from engine.program.evaluate import evaluate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.arrays import Array
    from engine.order.schedule import Schedule
    from engine.order.site import Site
    from engine.scenario import Scenario

    Store = dict[Reference, Array]

AT_A_SITE = TIME + SAMPLE


class Progress(NamedTuple):
    """What of a layer has been done before a step: how many updates, and the sites of its gradients."""

    updates: int = 0
    gathered: tuple[Site, ...] = ()
    applied: int = 0
    """How many of the gradients the updates have applied."""


class Iteration:
    """The steps of an iteration of a schedule."""

    def __init__(self, scenario: Scenario, schedule: Schedule, number: int) -> None:
        self.scenario, self.schedule, self.number = scenario, schedule, number
        self.table = table_of(scenario)
        self.layers = len(scenario.network.layers)
        self.times = schedule.shapes.times
        self.samples = schedule.shapes.batch(number)
        outputs = scenario.network.layers[-1].units
        self.constants: dict[Variable, Array | float] = {
            **constants(scenario, len(self.samples)),
            OUTPUTS: float(outputs),
            OTHERS: others(outputs),
        }
        self.steps = range(schedule.first_step(number), schedule.first_step(number + 1))
        self.progress: dict[int, dict[int, Progress]] = {}
        now = {layer: Progress() for layer in range(1, self.layers + 1)}
        for step in self.steps:
            self.progress[step] = dict(now)
            site = schedule.site(step)
            if site.layer is not None and site.kind in ("gradient", "update"):
                mine = now[site.layer]
                now[site.layer] = (
                    mine._replace(gathered=(*mine.gathered, site))
                    if site.kind == "gradient"
                    else Progress(mine.updates + 1, mine.gathered, len(mine.gathered))
                )
        self.after = now

    # -- the numbers of an iteration ---------------------------------------------------------------

    def given(self) -> Iterator[tuple[Reference, tuple[int, ...]]]:
        """All that an iteration begins with, and its shape."""
        k, network = self.number, self.scenario.network
        for sample in self.samples:
            for time in range(self.times):
                yield Reference("input", k, 0, sample, time), (network.inputs,)
                yield Reference("target", k, None, sample, time), (network.layers[-1].units,)
        for number, layer in enumerate(network.layers, start=1):
            if layer.recurrent:
                yield Reference("initial_state", k, number), (layer.units,)
        for one in self.table.parameters:
            yield Reference(one.name, k, one.layer, version=0), self._units(one)

    def every(self) -> Iterator[tuple[Reference, tuple[int, ...]]]:
        """All that there is in an iteration: what it begins with, and what each step makes."""
        yield from self.given()
        for step in self.steps:
            yield from self.made(step)

    def made(self, step: int) -> Iterator[tuple[Reference, tuple[int, ...]]]:
        """What a step makes, by its equations."""
        site = self.schedule.site(step)
        for one in self.table.at.get(Home(site.kind, site.layer), ()):
            if one.helper:
                continue
            shape = self._units(one.variable)
            if site.kind == "update":
                name = one.variable.name.removesuffix("'")
                version = self.progress[step][site.layer or 0].updates + 1
                yield Reference(name, self.number, site.layer, version=version), shape
                continue
            if site.kind == "gradient":
                yield self._at(_GRADIENT_OF[one.variable.name], site), shape
            yield self._at(one.variable.name, site), shape

    def _units(self, variable: Variable) -> tuple[int, ...]:
        axes = self.table.axes[variable]
        return tuple(int(axis) for axis in axes if axis not in (TIME, SAMPLE))

    def _at(self, name: str, site: Site) -> Reference:
        return Reference(name, self.number, site.layer, site.sample, site.time)

    # -- a step ------------------------------------------------------------------------------------

    def make(self, step: int, store: Store, nothing: float = 0.0) -> Store:
        """What a step makes of the numbers in a store, which stays as it is.

        `nothing` is what comes from a target or a time that is not there, or times what is left of a total of
        which all has been applied: 0, or any number to see what is read in vain.
        """
        return _Step(self, step, store, nothing).make()


_GRADIENT_OF: dict[str, Quantity] = {
    derivative(Variable(group)).name: GRADIENT_OF[group] for group in PARAMETERS
}


class _Step:
    def __init__(self, iteration: Iteration, step: int, store: Store, nothing: float) -> None:
        self.iteration, self.step, self.store, self.nothing = iteration, step, store, nothing
        self.site = iteration.schedule.site(step)
        self.own: dict[Variable, Array] = {}

    @np.errstate(all="ignore")
    def make(self) -> Store:
        site, found = self.site, {}
        for one in self.iteration.table.at.get(Home(site.kind, site.layer), ()):
            if one.helper:
                continue
            value = self._value(one)
            self.own[one.variable] = value
            if site.kind == "gradient":
                found[self.iteration._at(_GRADIENT_OF[one.variable.name], site)] = value
                before = self._gathered(one.variable, -1)
                value = value if before is None else before + value
            if site.kind == "update":
                name = one.variable.name.removesuffix("'")
                version = self.iteration.progress[self.step][site.layer or 0].updates + 1
                reference = Reference(name, site.iteration, site.layer, version=version)
            else:
                reference = self.iteration._at(one.variable.name, site)
            found[reference] = value
        return found

    def _value(self, one: Equation) -> Array:
        one = self._as_written(one)
        shape = self.iteration._units(one.variable)
        site = self.site
        if one.where_target and not self.iteration.scenario.data.has_target[site.sample, site.time]:
            return np.full(shape, self.nothing)
        terms = tuple(term for term in one.terms if all(self._there(read) for read in term.factors))
        if one.terms and not terms:
            return np.full(shape, self.nothing)
        read = self._read_of_row if one.row is not None else self._read
        found = evaluate(one._replace(terms=terms), read, AT_A_SITE)
        return found if found.shape == shape else np.array(np.broadcast_to(found, shape))

    def _as_written(self, one: Equation) -> Equation:
        """An equation in the form that a textbook has; a - y of a softmax is so only where Σ y = 1."""
        if one.plain is None or "rest_y" in dict(one.arguments):
            return one
        return one._replace(formula=one.plain, arguments=arguments(one.plain, self.iteration.layers))

    def _there(self, read: Factor) -> bool:
        return not read.shift or (self.site.time or 0) + read.shift < self.iteration.times

    def _read(self, read: Factor) -> Array | float:
        variable, site, k = read.variable, self.site, self.iteration.number
        if variable in self.iteration.constants:
            return self.iteration.constants[variable]
        if variable.name in PARAMETERS:
            version = self.iteration.progress[self.step][variable.layer or 0].updates
            return self.store[Reference(variable.name, k, variable.layer, version=version)]
        if site.kind == "update" and variable not in self.own:
            return self._pending(variable)
        if not read.shift and variable in self.own:
            return self.own[variable]
        maker = self.iteration.table.making.get(variable)
        if maker is not None and maker.helper:
            return self._value(maker)
        assert site.time is not None
        time = site.time + read.shift
        if time < 0:
            return self.store[Reference("initial_state", k, variable.layer)]
        layer = 0 if variable == INPUT else variable.layer
        return self.store[Reference(variable.name, k, layer, site.sample, time)]

    def _read_of_row(self, read: Factor) -> Array | float:
        """What a function of a whole layer reads: z only beside a, whose digits it brings, is ln a."""
        a = Variable("activation", read.variable.layer)
        if read.variable.name == "pre_activation" and a not in self.own and self.site.kind == "delta":
            return np.log(self._read(read._replace(variable=a)))
        return self._read(read)

    # -- what is gathered --------------------------------------------------------------------------

    def _gathered(self, total: Variable, place: int) -> Array | None:
        """A total with the layer's n-th gradient added; None of none."""
        sites = self.iteration.progress[self.step][total.layer or 0].gathered
        if place + len(sites) < 0:
            return None
        return self.store[self.iteration._at(total.name, sites[place])]

    def _pending(self, total: Variable) -> Array:
        """What has been gathered and not yet applied.

        A gradient that is applied on its own, where it was formed, is no sum.
        """
        _, gathered, applied = self.iteration.progress[self.step][total.layer or 0]
        in_turn = self.step not in self.iteration.schedule.inserted
        at_once = self.site.sample is not None and self.site.time is not None and in_turn
        if len(gathered) - applied == 1 and at_once:
            return self.store[self.iteration._at(_GRADIENT_OF[total.name], gathered[-1])]
        now = self._gathered(total, -1)
        assert now is not None
        if len(gathered) == applied:  # the total without itself
            return self.nothing * now
        if not applied:
            return now
        earlier = self.store[self.iteration._at(total.name, gathered[applied - 1])]
        return now - earlier
