"""What does each step read and what does it write?

Derived from the equations of the step: what they read that other steps have made, and what they make. From
these two lists everything else about the order of things is derived: what an update still waits for, which
step made a number, which numbers an early update falsifies.

An equation is taken as a textbook writes it: where what runs is formed from z, because a has lost its digits
there, it is a that is read.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from engine.apart import MOST_LAYERS, refuse_others
from engine.equations.back.transpose import DERIVATIVE
from engine.equations.equation import TIME, Home
from engine.equations.forward import INPUT, TARGET, arguments
from engine.equations.table import table_of
from engine.equations.updates import old
from engine.once import once
from engine.order.quantities import GRADIENT_OF, TOTAL_OF, Quantity, Reference
from engine.order.site import Site, Sort
from engine.scenario import Data, Layer, Network, Scenario, Training

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from engine.equations.equation import Equation, Factor, Variable
    from engine.equations.table import Table
    from engine.order.schedule import Schedule
    from engine.update_orders import Kind

_STEPS = 16  # steps whose reads and writes are kept

_TOTALS = list(TOTAL_OF.values())
_OF_TOTAL: dict[str, Quantity] = {total: GRADIENT_OF[group] for group, total in TOTAL_OF.items()}


class Flow:
    """The reads and writes of every step of a schedule, and which step wrote what is read.

    Without a scenario those that all scenarios of the schedule's shapes have. What iteration `begins` begins
    with, no step has written.
    """

    def __init__(self, schedule: Schedule, scenario: Scenario | None = None, begins: int = 0) -> None:
        self._schedule = schedule
        self._begins = begins
        self._shapes = schedule.shapes
        self._scenario = scenario
        # Who explains the numbers of a step asks for its reads and writes again and again.
        self._reads = lru_cache(maxsize=_STEPS)(self._read_at)
        self._writes = lru_cache(maxsize=_STEPS)(self._written_at)

    @once
    def _table(self) -> Table:
        # Made when it is first asked for: that of very many layers takes long.
        if self._shapes.layers > MOST_LAYERS:
            refuse_others()
        return table_of(self._scenario or _of_shapes(self._shapes.recurrent, self._shapes.mistake))

    @once
    def _kind_of(self) -> Mapping[Quantity, Kind]:
        return _kinds(self._table)

    def reads(self, step: int) -> tuple[Reference, ...]:
        """Return what a step reads, in the order of its equations."""
        return self._reads(step)

    def writes(self, step: int) -> tuple[Reference, ...]:
        """Return what a step writes."""
        return self._writes(step)

    def _read_at(self, step: int) -> tuple[Reference, ...]:
        site = self._schedule.site(step)
        if site.kind == "update":
            return self._read_by_update(step, site)
        found = [
            reference
            for one, factor in reads_of(self._table, Home(site.kind, site.layer), later=self._has_later(site))
            if (reference := self._reference(step, site, factor, one)) is not None
        ]
        if site.kind == "gradient":
            found += self._gathered_before(step, site)
        return tuple(dict.fromkeys(found))

    def _written_at(self, step: int) -> tuple[Reference, ...]:
        kind, k, sample, time, layer = self._schedule.site(step)
        made = [one.variable for one in self._table.at.get(Home(kind, layer), ()) if not one.helper]
        if kind == "update":
            assert layer is not None
            version = self._schedule.updates_before(step, layer) + 1
            return tuple(Reference(_word(one), k, one.layer, version=version) for one in made)
        names = [_word(one) for one in made]
        if kind == "gradient":  # the sum that an update applies, and the step's own share of it
            names.sort(key=_TOTALS.index)
            names = [*(_OF_TOTAL[name] for name in names), *names]
        return tuple(Reference(name, k, layer, sample, time) for name in names)

    def remembered(self, iteration: int, layer: int, version: int = 0) -> tuple[Reference, ...]:
        """Return a layer's parameters after some updates of an iteration, and what is remembered of each.

        With version 0 what the iteration begins with.
        """
        made = self._table.at[Home("update", layer)]
        found = [old(one.variable) for one in made if one.variable.name.endswith("'") and not one.helper]
        return tuple(Reference(one.name, iteration, layer, version=version) for one in found)

    def writer(self, reference: Reference) -> int | None:
        """Return the step that wrote what a reference names; None where the scenario file gave it."""
        if reference.quantity in ("input", "target", "initial_state"):
            return None
        k, layer = reference.iteration, reference.layer
        if reference.version is not None:
            if layer is None:  # of all layers together, for the first update of all
                layer = self._shapes.layers
            if reference.version > 0:
                return self._schedule.update_step(k, layer, reference.version - 1)
            return self._last_update(k - 1, layer) if k > self._begins else None
        kind = self._kind_of[reference.quantity]
        return self._schedule.step(Site(kind, k, reference.sample, reference.time, layer))

    def updates(self, iteration: int, layer: int) -> int:
        """Return how often a layer 1..L is updated in an iteration."""
        return self._schedule.count(iteration, Sort("update", layer))

    def _last_update(self, iteration: int, layer: int) -> int:
        return self._schedule.update_step(iteration, layer, self.updates(iteration, layer) - 1)

    def _has_later(self, site: Site) -> bool:
        """Return whether there is a time after that of a step."""
        return site.time is not None and site.time + 1 < self._shapes.times

    def _reference(self, step: int, site: Site, factor: Factor, one: Equation) -> Reference | None:
        """Return what a factor of an equation of a step names; None if the step itself makes it."""
        maker = self._table.making.get(factor.variable)
        if maker is not None and maker.home == one.home and not factor.shift:
            return None
        if one.where_target and not self._shapes.has_target[site.sample, site.time]:
            return None
        return self.named(step, site, factor)

    def named(self, step: int, site: Site, factor: Factor) -> Reference | None:
        """Return the reference of what a factor is at a step.

        None of a constant, and where it isn't there.
        """
        variable, k, sample, time = factor.variable, site.iteration, site.sample, site.time
        if variable in self._table.parameters or variable in self._table.states:
            assert variable.layer is not None
            version = self._schedule.updates_before(step, variable.layer)
            return Reference(_word(variable), k, variable.layer, version=version)
        if self._made_by_update(variable):
            of = variable.layer or self._shapes.layers
            done = self._schedule.updates_before(step, of)
            return Reference(_word(variable), k, variable.layer, version=done + int(of == site.layer))
        if TIME not in self._table.axes[variable]:
            return None
        assert sample is not None
        assert time is not None
        time += factor.shift
        if time >= self._shapes.times:
            return None
        if time < 0:
            return Reference("initial_state", k, variable.layer)
        layer = 0 if variable == INPUT else variable.layer
        return Reference(_word(variable), k, layer, sample, time)

    def _made_by_update(self, variable: Variable) -> bool:
        made = self._table.making.get(variable)
        return made is not None and not made.helper and made.home is not None and made.home.kind == "update"

    def _gathered_before(self, step: int, site: Site) -> list[Reference]:
        """Return the totals that a gradient is added to."""
        assert site.layer is not None
        done = self._schedule.before(step, Sort("gradient", site.layer))
        k, layer = site.iteration, site.layer
        found = []
        for one in sorted(self._table.at[Home("gradient", layer)], key=_rank):
            if done:
                last = self._schedule.gradient_site(k, layer, done - 1)
                if one.gathers != "sample" or last.sample == site.sample:
                    found.append(self._total(one, last))
            elif one.gathers == "run" and k:
                found.append(self._total(one, self._schedule.last_gradient(k - 1, layer)))
        return found

    def _totals(self, iteration: int, layer: int, place: int) -> list[Reference]:
        """Return the totals of a layer with its n-th gradient of the iteration added."""
        site = self._schedule.gradient_site(iteration, layer, place)
        made = sorted(self._table.at[Home("gradient", layer)], key=_rank)
        return [self._total(one, site) for one in made]

    def _total(self, one: Equation, site: Site) -> Reference:
        return Reference(_word(one.variable), site.iteration, site.layer, site.sample, site.time)

    def _read_by_update(self, step: int, site: Site) -> tuple[Reference, ...]:
        layer, k = site.layer, site.iteration
        assert layer is not None
        version = self._schedule.updates_before(step, layer)
        made = self._table.at[Home("update", layer)]
        before = self.remembered(k, layer, version)
        if self._schedule.poke(step) is not None:
            return before
        if self._shapes.clips:
            return (*before, *self._every_total(k, layer))
        applied = {read.variable.name for one in made for read in one.factors()} & {*DERIVATIVE.values()}
        places = self._schedule.gathered(k, layer, version)
        never_cleared = any(one.gathers == "run" for one in self._table.at[Home("gradient", layer)])
        if self._schedule.alone(k, layer, version) and not never_cleared:
            own = [
                Reference(_OF_TOTAL[one.variable.name], k, layer, site.sample, site.time)
                for one in sorted(self._table.at[Home("gradient", layer)], key=_rank)
                if one.variable.name in applied
            ]
            return (*before, *own)
        now = self._totals(k, layer, places.stop - 1)
        left = places.start and (not never_cleared or k == self._schedule.iteration)
        earlier = self._totals(k, layer, places.start - 1) if left else []
        every = [one for one in (*now, *earlier) if one.quantity in applied]
        return tuple(dict.fromkeys([*before, *every]))

    def _every_total(self, iteration: int, layer: int) -> list[Reference]:
        """Return the totals of all layers, those of one first: what clipping takes the length of."""
        found = []
        for other in sorted(range(1, self._shapes.layers + 1), key=lambda one: (one != layer, -one)):
            last = self._schedule.count(iteration, Sort("gradient", other)) - 1
            found += self._totals(iteration, other, last)
        return found


# Keyed by identity: a table never changes.
@lru_cache(maxsize=512)
def reads_of(table: Table, home: Home, *, later: bool = True) -> tuple[tuple[Equation, Factor], ...]:
    """Return what the equations of a step read, each with the equation; also what they make themselves.

    A helper is passed over, unless a textbook writes something with it.
    """
    asked = _asked(table)
    return tuple(
        (one, factor)
        for one in table.at.get(home, ())
        if not one.helper or one.variable in asked
        for factor in read_by(one, _last(table), later=later)
    )


def read_by(one: Equation, last: int, *, later: bool = True) -> Iterator[Factor]:
    """Yield what an equation reads, as a textbook writes it; the prediction comes before its target.

    Where there is no `later` time, a term that reads one is not there.
    """
    if one.plain is not None:
        given = [factor for _, factor in arguments(one.plain, last)]
    elif one.terms:
        given = [
            factor
            for term in one.terms
            if later or not any(factor.shift > 0 for factor in term.factors)
            for factor in term.factors
        ]
    else:
        given = list(one.factors())
        if any(factor.variable.name == "activation" for factor in given):
            given = [factor for factor in given if factor.variable.name != "pre_activation"]
    yield from sorted(given, key=lambda factor: factor.variable == TARGET)


def readers(recurrent: tuple[bool, ...], mistake: str | None, parameter: Variable) -> tuple[Sort, ...]:
    """Return the sorts of steps, but for updates, that read a parameter of such layers."""
    return tuple(_readers(recurrent, mistake).get(parameter, ()))


@lru_cache(maxsize=8)
def _readers(recurrent: tuple[bool, ...], mistake: str | None) -> dict[Variable, list[Sort]]:
    found: dict[Variable, list[Sort]] = {}
    for one in table_of(_of_shapes(recurrent, mistake)).equations:
        if one.home is None or one.home.kind == "update" or one.home.layer is None:
            continue
        for term in one.terms:
            later = max((factor.shift for factor in term.factors), default=0)
            # What reads the time after is not there at the last time.
            sort = Sort(one.home.kind, one.home.layer, -later if later > 0 else None)
            for variable in dict.fromkeys(factor.variable for factor in term.factors):
                found.setdefault(variable, []).append(sort)
    return found


@lru_cache(maxsize=64)
def _of_shapes(recurrent: tuple[bool, ...], mistake: str | None) -> Scenario:
    """Return the simplest scenario of these layers: what every step of any such scenario reads."""
    one = np.ones((1, 1))
    layers = [
        Layer("identity", one, np.zeros(1), recurrent_weights=one if back else None) for back in recurrent
    ]
    data = Data(np.ones((1, 1, 1)), np.ones((1, 1, 1)), np.ones((1, 1), dtype=np.bool_))
    training = Training(1.0, 1, 1, mistake=mistake)
    return Scenario("", Network(1, "half-squared-error", tuple(layers)), data, training)


# Keyed by identity: a table never changes.
@lru_cache(maxsize=64)
def _last(table: Table) -> int:
    return max(home.layer or 0 for home in table.at)


@lru_cache(maxsize=64)
def _asked(table: Table) -> frozenset[Variable]:
    """Return all that some equation reads as a textbook writes it."""
    last = _last(table)
    return frozenset(read.variable for one in table.equations for read in read_by(one, last))


def _rank(one: Equation) -> int:
    """Return the place of a total among those of its layer."""
    return _TOTALS.index(_word(one.variable))


def _word(variable: Variable) -> Quantity:
    return variable.name.removesuffix("'")


# Keyed by identity: a table never changes.
@lru_cache(maxsize=64)
def _kinds(table: Table) -> dict[Quantity, Kind]:
    """Return the kind of step that makes each quantity."""
    found: dict[Quantity, Kind] = {}
    for one in table.equations:
        if one.home is not None:
            found[_word(one.variable)] = one.home.kind
    return {**found, **dict.fromkeys(_OF_TOTAL.values(), "gradient")}
