"""How are the statements of the program that runs told apart into shares, totals and changes?

The program that runs adds a step's share of a gradient at once to what an update applies. A record has the
share, and the total so far in the iteration, also of what has been applied; so each has a name here. The
additions are the same, in the same order.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from engine.program.floats.code import Block, FloatCode
from engine.program.names import short_name

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from engine.arrays import Mask
    from engine.equations.equation import Equation, Home, Variable
    from engine.equations.table import Table
    from engine.program.floats.code import Share, Site


class GatheringCode(FloatCode):
    """The statements of an iteration; `shares` has what each step gathers, by the names of the totals.

    `instead` has what stands for a name wherever it is read; what is `told` has statements, copies too.
    """

    tells_all = True

    def __init__(
        self,
        table: Table,
        sites: Sequence[Site],
        samples: int,
        times: int,
        has_target: Mask,
        constants: Mapping[Variable, str],
        instead: Mapping[str, str],
        told: Collection[Variable],
    ) -> None:
        self.shares: list[dict[str, str]] = []
        self._pending: dict[str, list[str]] = {}
        self._early: set[str] = set()
        self._instead, self._told = dict(instead), told
        super().__init__(table, sites, samples, times, has_target, constants, keep=True, guarded=True)

    def _named(self, read: str, at: Mapping[str, str]) -> str:
        name = super()._named(read, at)
        return self._instead.get(name, name)

    def _end(self, text: str, equations: tuple[Equation, ...]) -> None:
        super()._end(text, equations)
        self.shares.append({})

    def _gather(self, site: Site, shares: Sequence[Share], texts: Sequence[str]) -> None:
        """Name a step's shares, and add them to the totals of the iteration."""
        self._begin(self._past)
        for (one, total), text in zip(shares, texts, strict=True):
            self._equation = one
            share, run, last = text, one.gathers == "run", self._last_sample.get(total)
            further = last == site.sample if one.gathers == "sample" else last is not None
            self._last_sample[total] = site.sample
            if self.samples * self.times > 1 or run:
                if not text.isidentifier():
                    share = self._of_site(one.variable, total, site)
                    self._set(share, text)
                self._set(total, f"{total} + {share}" if further or run else share)
            else:
                self._set(total, text)
                share = total
            self.shares[-1][total] = share
            if not further:
                self._pending.pop(total, None)
            if not run:  # else updates apply the total itself
                self._pending.setdefault(total, []).append(share)
        self.blocks[-1] = Block("\n".join(self._texts), tuple(self._said))

    def _of_site(self, variable: Variable, total: str, site: Site) -> str:
        """Return the name of a site's share in a total."""
        short, here = short_name(variable), self._here(site.time or 0, site.sample or 0)
        return f"{short}{here}{total.removeprefix(short)}" if here else f"own_{total}"

    def _update(self, home: Home) -> None:
        """Write every equation of an update, of all that is trained."""
        equations = self._at.get(home, [])
        for read in dict.fromkeys(factor.variable for one in equations for factor in one.factors()):
            made = self.table.making.get(read)
            if made is not None and made.home is not None and made.home.kind == "gradient":
                self._equation = made
                for name in self.names([read]):
                    self._apply(read, name)
        known = dict(self._past.known)
        for one in equations:
            self._equation = one
            if self.is_copy(one):
                self._copy(one)
            elif not idle(one) and not any(
                idle(self.table.making.get(read.variable)) for read in one.factors()
            ):
                self._make(one, has_target=True)
                self._past.known = dict(known)  # a state is another from here on
        self._past.instead.clear()

    def is_copy(self, one: Equation) -> bool:
        """Return whether an equation has no statement, for it is but another name."""
        return one.helper and isinstance(one.formula, ast.Name) and one.variable not in self._told

    def _copy(self, one: Equation) -> None:
        """Let what is but a copy be called as what it is a copy of: by later updates, too."""
        ((_, read),) = one.arguments
        self._instead |= zip(self.names([one.variable]), self._names(read), strict=True)

    def _apply(self, variable: Variable, total: str) -> None:
        """Let a total be called by what an update applies: what has been gathered since the one before."""
        pending = self._pending.pop(total, [])
        if len(pending) == 1:
            self._hide(variable, total, pending[0])
        elif pending and total in self._early:
            gathered = f"gathered_{total}"
            self._set(gathered, " + ".join(pending))
            self._hide(variable, total, gathered)
        self._early.add(total)


def idle(one: Equation | None) -> bool:
    """Return whether an equation makes nothing of anything: the change of what is not trained."""
    if one is None or one.home is None or one.home.kind != "update":
        return False
    return not one.terms and one.formula is None and one.row is None
