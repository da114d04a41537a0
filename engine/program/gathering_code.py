"""How are the statements of the program that runs told apart into shares, totals and changes?

The program that runs adds a step's share of a gradient at once to what an update applies. A record has the
share, and the total so far in the iteration, also of what has been applied; so each has a name here. The
additions are the same, in the same order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.equations.equation import SAMPLE, TIME, Variable
from engine.equations.transpose import derivative
from engine.equations.updates import RATE, change_of
from engine.program.entries import Leaf
from engine.program.float_code import FloatCode, Site
from engine.program.names import short_name

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from engine.arrays import Mask
    from engine.equations.equation import Equation, Home
    from engine.equations.table import Table


class GatheringCode(FloatCode):
    """The statements of an iteration; `starts` has the first line of each step, `shares` what it gathers."""

    def __init__(
        self,
        table: Table,
        sites: Sequence[Site],
        samples: int,
        times: int,
        has_target: Mask,
        constants: Mapping[Variable, float],
    ) -> None:
        self.starts: list[int] = []
        self.shares: list[dict[Leaf, str]] = []
        self._pending: dict[Leaf, list[str]] = {}
        self._early: set[Leaf] = set()
        self._instead: dict[Leaf, str] = {}
        super().__init__(table, sites, samples, times, has_target, constants, keep=True)

    def name(self, one: Leaf) -> str:
        """Return the variable that holds a number."""
        if one.variable == RATE:
            return "rate"
        return self._instead.get(one) or super().name(one)

    def _step(self, site: Site) -> None:
        self.starts.append(len(self.lines))
        self.shares.append({})
        super()._step(site)

    def _gather(self, one: Equation, at: Mapping[str, int]) -> None:
        """Name a step's share, and add it to the total of the iteration."""
        further = one.variable in self._gathered
        self._gathered.add(one.variable)
        for place in self._places(one.result, at):
            leaf = Leaf(one.variable, tuple(place[letter] for letter in one.result.letters))
            total, share = self.name(leaf), self._sum(one, {**at, **place})
            if self.samples * self.times > 1:
                if not share.isidentifier():
                    self._set(self._of_site(leaf, at), share)
                    share = self._of_site(leaf, at)
                self._set(total, f"{total} + {share}" if further else share)
            else:
                self._set(total, share)
                share = total
            self.shares[-1][leaf] = share
            self._pending.setdefault(leaf, []).append(share)

    def _of_site(self, leaf: Leaf, at: Mapping[str, int]) -> str:
        parts = [short_name(leaf.variable)]
        parts += [f"t{at[TIME]}"] * (self.times > 1) + [f"s{at[SAMPLE]}"] * (self.samples > 1)
        return "_".join([*parts, *(str(one + 1) for one in leaf.place)])

    def _update(self, home: Home) -> None:
        for one in self._at.get(home, []):
            change = self.table.making[one.variable if _is_change(one) else _change(one)]
            if not change.terms:
                continue
            self._equation = one
            for place in self._places(one.result, {}):
                if _is_change(one):
                    self._apply(Leaf(_total(one.variable), tuple(place[x] for x in one.result.letters)))
                self._set(self._result(one, place), self._sum(one, place))
            self._instead.clear()

    def _apply(self, total: Leaf) -> None:
        """Let a total be called by what an update applies: what has been gathered since the one before."""
        pending = self._pending.pop(total)
        if len(pending) == 1:
            self._instead[total] = pending[0]
        elif total in self._early:
            gathered = f"gathered_{self.name(total)}"
            self._set(gathered, " + ".join(pending))
            self._instead[total] = gathered
        self._early.add(total)


def _is_change(one: Equation) -> bool:
    return one.variable.name.endswith("_change")


def _change(one: Equation) -> Variable:
    return change_of(one.variable._replace(name=one.variable.name.removesuffix("'")))


def _total(change: Variable) -> Variable:
    groups = ("weights", "recurrent_weights", "biases")
    parameter = next(one for one in groups if change_of(Variable(one)).name == change.name)
    return derivative(Variable(parameter, change.layer))
