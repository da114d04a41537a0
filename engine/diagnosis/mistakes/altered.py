"""What do the equations of an iteration become with mistakes in them?

A mistake that is made in some places only is the same rewrite, done to the equations of those places.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from engine.diagnosis.mistakes.places import Place, place_of
from engine.diagnosis.quantities import means
from engine.equations.equation import alike, reached

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from engine.equations.equation import Equation, Variable
    from engine.equations.mistakes.mistakes import Mistake
    from engine.equations.mistakes.rewrites import Rewrite
    from engine.equations.table import Axis, Table
    from engine.scenario import Network


class Altered(NamedTuple):
    """The equations of an iteration with mistakes in them, and which are not as they should be.

    `depending` are these, and all that is made of them.
    """

    equations: tuple[Equation, ...]
    changed: frozenset[Variable]
    axes: Mapping[Variable, tuple[Axis, ...]]
    depending: frozenset[Variable]


class Equations:
    """The right equations of an iteration, and what mistakes make of them.

    `axes` are those of all that they make and read, `right` are they themselves, with the means that people
    print.
    """

    def __init__(self, network: Network, table: Table) -> None:
        self._network = network
        self.right: tuple[Equation, ...] = (*table.equations, *means(table))
        made = {one.variable for one in self.right}
        # A softmax has no slope that could be read.
        there = {one: axes for one, axes in table.axes.items() if one.name != "slope" or one in made}
        self.axes = {**there, **{one.variable: _axes_of_mean(one, table) for one in means(table)}}
        self._making = {one.variable: one for one in self.right}
        self._places = [place_of(one) for one in self.right]
        self._numbers = {one.variable: number for number, one in enumerate(self.right)}
        self._readers: dict[Variable, list[Variable]] = {}
        for one in self.right:
            for read in one.factors():
                self._readers.setdefault(read.variable, []).append(one.variable)
        self._rewritten: dict[tuple[Rewrite, int], Sequence[Equation] | None] = {}
        self._numbers_of: dict[Rewrite, dict[Place, list[int]]] = {}
        self._fitting: dict[tuple[Rewrite, int], bool] = {}
        self._made_of: dict[Variable, frozenset[Variable]] = {}

    def altered(self, mistakes: Iterable[tuple[Mistake, Collection[Place]]]) -> Altered | None:
        """Return the equations with mistakes in some places, one after the other; None if one can't be."""
        axes = self.axes
        instead: dict[int, list[Equation]] = {}  # what stands in the place of right ones, by their numbers
        fresh: set[Variable] = set()
        old: set[Variable] = set()
        for row, wanted in mistakes:
            places = self._rewritten_by(row)
            here = {number for place in wanted for number in places.get(place, ())}
            for number in sorted(here.union(instead)):
                found: list[Equation] = []
                for one in instead.get(number, self.right[number : number + 1]):
                    made = self._made(row, one, axes) if place_of(one) in wanted else None
                    if made is None:
                        found.append(one)
                        continue
                    own = axes[one.variable]
                    if any(axes.get(other.variable) != own for other in made):
                        axes = {**axes, **dict.fromkeys((other.variable for other in made), own)}
                    found += made
                    fresh.update(other.variable for other in made)
                    old.add(one.variable)
                if number in instead or found != [self.right[number]]:
                    instead[number] = found
        there = {*instead, *(self._numbers[one] for one in fresh & self._numbers.keys())}
        standing = (one for number in sorted(there) for one in instead.get(number, (self.right[number],)))
        making = {one.variable: one for one in standing if one.variable in fresh}
        changed = frozenset(name for name, one in making.items() if not alike(one, self._making.get(name)))
        if not changed:
            return None
        depending = self._depending(changed, old - making.keys())
        return Altered(tuple(self._with(instead)), changed, axes, depending)

    def _with(self, instead: Mapping[int, Sequence[Equation]]) -> Iterator[Equation]:
        """Yield the right equations, with others in the place of some."""
        past = 0
        for number in sorted(instead):
            yield from self.right[past:number]
            yield from instead[number]
            past = number + 1
        yield from self.right[past:]

    def made_of(self, variables: AbstractSet[Variable]) -> frozenset[Variable]:
        """Return variables and all that is made of them."""
        return self._depending(frozenset(variables), frozenset())

    def _depending(self, changed: frozenset[Variable], gone: AbstractSet[Variable]) -> frozenset[Variable]:
        """Return what has changed and all that is made of it; what is `gone` is made by nothing any more."""
        if not gone:
            return frozenset().union(*map(self._made_of_one, changed))
        # What an equation reads that has changed itself is of no account.
        readers = self._readers
        return frozenset(reached(changed, lambda one: [x for x in readers.get(one, ()) if x not in gone]))

    def _made_of_one(self, variable: Variable) -> frozenset[Variable]:
        """Return a variable and all that is made of it; most mistakes change one of a few."""
        if variable not in self._made_of:
            found = reached([variable], lambda one: self._readers.get(one, ()))
            self._made_of[variable] = frozenset(found)
        return self._made_of[variable]

    def places(self, row: Mistake) -> list[Place]:
        """Return all places in which a mistake changes an equation."""
        return [
            place
            for place, numbers in self._rewritten_by(row).items()
            if any(self._made(row, self.right[number], self.axes) is not None for number in numbers)
        ]

    def _rewritten_by(self, row: Mistake) -> Mapping[Place, Sequence[int]]:
        """Return the numbers of the right equations that a mistake rewrites, by their places."""
        assert row.rewrite is not None
        if row.rewrite not in self._numbers_of:
            found: dict[Place, list[int]] = {}
            for number, (one, place) in enumerate(zip(self.right, self._places, strict=True)):
                if place is not None and self._rewrite(row, one) is not None:
                    found.setdefault(place, []).append(number)
            self._numbers_of[row.rewrite] = found
        return self._numbers_of[row.rewrite]

    def _made(
        self, row: Mistake, one: Equation, axes: Mapping[Variable, tuple[Axis, ...]]
    ) -> Sequence[Equation] | None:
        """Return what a mistake makes of an equation; None if that is the same, or can't be done."""
        made = self._rewrite(row, one)
        if made is None:
            return None
        if axes is not self.axes:
            return made if _fit(made, one, axes) else None
        assert row.rewrite is not None
        key = row.rewrite, id(one)
        if key not in self._fitting:
            self._fitting[key] = _fit(made, one, axes)
        return made if self._fitting[key] else None

    def _rewrite(self, row: Mistake, one: Equation) -> Sequence[Equation] | None:
        """Return what a mistake would make of an equation; None if that is the same.

        It is asked for again with every place and every other mistake, of the same equations: they are told
        by their identity, and all of them are kept.
        """
        assert row.rewrite is not None
        key = row.rewrite, id(one)
        if key not in self._rewritten:
            found = row.rewrite(one, self._network)
            self._rewritten[key] = None if len(found) == 1 and alike(found[0], one) else found
        return self._rewritten[key]


def _axes_of_mean(one: Equation, table: Table) -> tuple[Axis, ...]:
    return table.axes[one.arguments[0][1].variable]


def _fit(made: Sequence[Equation], one: Equation, axes: Mapping[Variable, tuple[Axis, ...]]) -> bool:
    """Return whether what stands in the place of an equation can be worked out."""
    own = dict.fromkeys((new.variable for new in made), axes[one.variable])
    return all(_fits(new, axes, own) for new in made)


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
