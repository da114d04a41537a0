"""What do the equations of an iteration become with mistakes in them?

A mistake that is made in some places only is the same rewrite, done to the equations of those places.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from engine.diagnosis.mistakes.places import Place, place_of
from engine.diagnosis.quantities import means
from engine.equations.formula import same

if TYPE_CHECKING:
    import ast
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from engine.equations.equation import Equation, Variable
    from engine.equations.mistakes import Mistake
    from engine.equations.rewrites import Rewrite
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
        self._readers: dict[Variable, list[Variable]] = {}
        self._at = _at(self.right)
        for one in self.right:
            for read in one.factors():
                self._readers.setdefault(read.variable, []).append(one.variable)
        self._rewritten: dict[tuple[Rewrite, int], Sequence[Equation] | None] = {}

    def altered(self, mistakes: Iterable[tuple[Mistake, Collection[Place]]]) -> Altered | None:
        """Return the equations with mistakes in some places, one after the other; None if one can't be."""
        equations, axes = self.right, dict(self.axes)
        fresh: set[Variable] = set()
        old: set[Variable] = set()
        for row, wanted in mistakes:
            # Of the right ones it is known where they are; those that others have made are looked through.
            places = self._at if equations is self.right else _at(equations)
            found: list[Equation] = []
            past = 0
            for number in sorted(one for place in wanted for one in places.get(place, ())):
                one = equations[number]
                made = self._made(row, one, axes, number if equations is self.right else None)
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

    def places(self, row: Mistake) -> list[Place]:
        """Return all places in which a mistake changes an equation."""
        found = []
        for number, one in enumerate(self.right):
            place = place_of(one)
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
            found = row.rewrite(one, self._network)
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
        found.setdefault(place_of(one), []).append(number)
    return found


def _axes_of_mean(one: Equation, table: Table) -> tuple[Axis, ...]:
    return table.axes[one.arguments[0][1].variable]


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
