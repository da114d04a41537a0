"""Which mistakes could it be, and in which place? Every known one, in all layers, in one, or in some.

A mistake that is made in some places only is the same rewrite, done to the equations of those places.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

from engine.diagnosis.more_mistakes import LAYERWISE, at_one_time, further, in_time, of_divisions
from engine.diagnosis.quantities import means
from engine.equations.formula import same
from engine.equations.mistakes import MISTAKES, Mistake
from engine.order.quantities import PARAMETERS, group_of

if TYPE_CHECKING:
    import ast
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from engine.equations.equation import Equation, Home, Variable
    from engine.equations.rewrites import Rewrite
    from engine.equations.table import Axis, Table
    from engine.scenario import Network, Scenario

_FEW = 4
"""Layers up to which every choice of some of them is tried."""


class Place(NamedTuple):
    """A layer and, of what is of a group of parameters, the group."""

    layer: int
    group: str | None = None


class Candidate(NamedTuple):
    """A mistake, of the table or a further one, made in some places; `whole`: in all that there are."""

    name: str
    row: Mistake
    places: frozenset[Place]
    whole: bool
    known: bool

    @property
    def layers(self) -> list[int]:
        """The layers that it is made in."""
        found = {place.layer for place in self.places}
        if (
            self.name == "layerwise"
        ):  # told by the layer that is updated early, not by the error that reads it
            found = {layer + 1 for layer in found} | ({1} if self.whole else set())
        return sorted(found)

    @property
    def groups(self) -> list[str]:
        """The groups of parameters that it is made for, where that is not all."""
        found = {place.group for place in self.places if place.group is not None}
        return [] if self.whole else [group for group in PARAMETERS if group in found]


class Altered(NamedTuple):
    """The equations of an iteration with mistakes in them, and which are not as they should be.

    `depending` are these, and all that is made of them.
    """

    equations: tuple[Equation, ...]
    changed: frozenset[Variable]
    axes: Mapping[Variable, tuple[Axis, ...]]
    depending: frozenset[Variable]


class Candidates:
    """All mistakes that change something in a scenario, by their places: the likeliest first."""

    def __init__(self, scenario: Scenario, table: Table) -> None:
        self.network: Network = scenario.network
        self.right: tuple[Equation, ...] = (*table.equations, *means(table))
        made = {one.variable for one in self.right}
        # A softmax has no slope that could be read.
        there = {one: axes for one, axes in table.axes.items() if one.name != "slope" or one in made}
        self.axes = {**there, **{one.variable: _axes_of_mean(one, table) for one in means(table)}}
        self._making = {one.variable: one for one in self.right}
        self._readers: dict[Variable, list[Variable]] = {}
        self._at = _at(self.right)
        for one in self.right:
            for read in one.factors():
                self._readers.setdefault(read.variable, []).append(one.variable)
        self._rewritten: dict[tuple[Rewrite, int], Sequence[Equation] | None] = {}
        self.in_time = in_time(scenario)
        self._rows = list(self._of_scenario(scenario))

    def _of_scenario(self, scenario: Scenario) -> Iterator[tuple[str, Mistake, bool]]:
        training = scenario.training
        for name, row in MISTAKES.items():
            if not row.only_mean:
                yield name, row, True
            elif training.reduction == "mean":
                # Whoever prints means prints them before the mistake is made, or after it.
                for printed in (False, True):
                    rewrite = of_divisions(training, row.divisions, printed=printed)
                    yield name, row._replace(rewrite=rewrite), True
        if training.clip_norm is None:
            yield "layerwise", LAYERWISE, True
        for name, row in further(scenario).items():
            yield name, row, False
        for name, row in self.in_time.items():
            yield name, row, False

    def every(self) -> Iterator[Candidate]:
        """Yield every mistake in every place: of the whole network first, and those of the table first."""
        whole, partly = [], []
        for name, row, known in self._rows:
            units = self._units(row)
            if not units:
                continue
            every = Candidate(name, row, frozenset(units), whole=True, known=known)
            whole.append(every)
            if name in self.in_time:  # that is a place already
                continue
            partly += [every._replace(places=places, whole=False) for places in _parts(units)]
        partly.sort(key=lambda one: len(one.places))
        for some in (whole, partly):
            yield from (one for one in some if one.known)
        for some in (whole, partly):
            yield from (one for one in some if not one.known)

    def at_one_time(self, times: Collection[int]) -> Iterator[Candidate]:
        """Yield mistakes that are made at one of some times alone, in each layer, and in all of them."""
        for name, row in at_one_time(times).items():
            units = self._units(row)
            some = [frozenset({place}) for place in units]
            if len({place.layer for place in units}) > 1:
                some.append(frozenset(units))
            for places in some:
                yield Candidate(name, row, places, whole=False, known=False)

    def altered(self, *candidates: Candidate) -> Altered | None:
        """Return the equations with some mistakes in them, one after the other; None if one can't be made."""
        equations, axes = self.right, dict(self.axes)
        fresh: set[Variable] = set()
        old: set[Variable] = set()
        for candidate in candidates:
            # Of the right ones it is known where they are; those that others have made are looked through.
            places = self._at if equations is self.right else _at(equations)
            found: list[Equation] = []
            past = 0
            for number in sorted(one for place in candidate.places for one in places.get(place, ())):
                one = equations[number]
                made = self._made(candidate.row, one, axes, number if equations is self.right else None)
                if made is not None:
                    found += (*equations[past:number], *made)
                    past = number + 1
                    axes |= {other.variable: axes[one.variable] for other in made}
                    fresh.update(other.variable for other in made)
                    old.add(one.variable)
            equations = (*found, *equations[past:])
        making = {one.variable: one for one in equations if one.variable in fresh}
        changed = frozenset(name for name, one in making.items() if not _same(one, self._making.get(name)))
        if not changed:
            return None
        return Altered(equations, changed, axes, self._depending(changed, old - making.keys()))

    def made_of(self, variables: AbstractSet[Variable]) -> frozenset[Variable]:
        """Return variables and all that is made of them."""
        return self._depending(frozenset(variables), frozenset())

    def _depending(self, changed: frozenset[Variable], gone: AbstractSet[Variable]) -> frozenset[Variable]:
        """Return what has changed and all that is made of it; what is `gone` is made by nothing any more."""
        found, asked = set(changed), list(changed)
        while asked:
            for reader in self._readers.get(asked.pop(), ()):
                # What an equation reads that has changed itself is of no account.
                if reader not in found and reader not in gone:
                    found.add(reader)
                    asked.append(reader)
        return frozenset(found)

    def _units(self, row: Mistake) -> list[Place]:
        """Return all places in which a mistake changes an equation."""
        found = []
        for number, one in enumerate(self.right):
            place = _place(one)
            if place is not None and self._made(row, one, self.axes, number) is not None:
                found.append(place)
        return list(dict.fromkeys(found))

    def _made(
        self,
        row: Mistake,
        one: Equation,
        axes: Mapping[Variable, tuple[Axis, ...]],
        number: int | None,
    ) -> Sequence[Equation] | None:
        """Return what a mistake makes of an equation; None if that is the same, or can't be done.

        `number` is that of a right one: what a mistake makes of those is asked for again with every place.
        """
        assert row.rewrite is not None
        key = None if number is None else (row.rewrite, number)
        if key is not None and key in self._rewritten:
            made = self._rewritten[key]
        else:
            found = row.rewrite(one, self.network)
            made = None if len(found) == 1 and _same(found[0], one) else found
            if key is not None:
                self._rewritten[key] = made
        if made is None:
            return None
        own = dict.fromkeys((new.variable for new in made), axes[one.variable])
        return made if all(_fits(new, axes, own) for new in made) else None


def _at(equations: Sequence[Equation]) -> dict[Place | None, list[int]]:
    """Return the numbers of the equations of each place."""
    found: dict[Place | None, list[int]] = {}
    for number, one in enumerate(equations):
        found.setdefault(_place(one), []).append(number)
    return found


def _axes_of_mean(one: Equation, table: Table) -> tuple[Axis, ...]:
    return table.axes[one.arguments[0][1].variable]


def _place(one: Equation) -> Place | None:
    return _place_of(one.home, one.variable.name)


@lru_cache(maxsize=2048)
def _place_of(home: Home | None, name: str) -> Place | None:
    if home is None or home.layer is None:
        return None
    grouped = home.kind in ("gradient", "update")
    return Place(home.layer, group_of(name) if grouped else None)


def _parts(units: Sequence[Place]) -> Iterator[frozenset[Place]]:
    """Yield the places that a mistake may be limited to."""
    layers = sorted({unit.layer for unit in units})
    groups = sorted({unit.group for unit in units if unit.group is not None})
    some: list[set[int]] = [{layer} for layer in layers]
    if len(layers) <= _FEW:
        some = [set(part) for size in range(1, len(layers)) for part in combinations(layers, size)]
    elif layers:
        some += [set(layers) - one for one in some]
        some += [set(layers[:place]) for place in range(2, len(layers) - 1)]
        some += [set(layers[place:]) for place in range(2, len(layers) - 1)]
    chosen = [{unit for unit in units if unit.layer in part} for part in some]
    if len(groups) > 1:
        chosen += [{unit for unit in units if unit.group == group} for group in groups]
        chosen += [{unit for unit in units if unit.group != group} for group in groups]
        chosen += [{unit} for unit in units]
    every = frozenset(units)
    for part in dict.fromkeys(frozenset(one) for one in chosen):
        if part and part != every:
            yield part


def _fits(
    one: Equation, axes: Mapping[Variable, tuple[Axis, ...]], own: Mapping[Variable, tuple[Axis, ...]]
) -> bool:
    """Return whether everything that an equation reads is there, and of sizes that go together.

    `own` are the axes of what is made together with it.
    """
    sizes: dict[str, Axis] = {}
    for factor in (one.result, *one.factors()):
        there = own.get(factor.variable, axes.get(factor.variable))
        if there is None:
            if factor.letters and factor.variable.layer is not None:
                return False
            continue
        for letter, axis in zip(factor.letters, there, strict=True):
            if sizes.setdefault(letter, axis) != axis:
                return False
    return True


def _same(one: Equation, other: Equation | None) -> bool:
    """Return whether two equations are written alike."""
    if one is other or other is None:
        return one is other
    trees = ((one.formula, other.formula), (one.plain, other.plain))
    return one._replace(formula=None, plain=None, partials=()) == other._replace(
        formula=None, plain=None, partials=()
    ) and all(_alike(*pair) for pair in trees)


def _alike(one: ast.expr | None, other: ast.expr | None) -> bool:
    return one is other or (one is not None and other is not None and same(one, other))
