"""How are the statements of the program that runs told apart into shares, totals and changes?

The program that runs adds a step's share of a gradient at once to what an update applies. A record has the
share, and the total so far in the iteration, also of what has been applied; so each has a name here. The
additions are the same, in the same order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.equations.updates import change_of
from engine.program.float_code import Block, FloatCode
from engine.program.names import short_name

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from engine.arrays import Mask
    from engine.equations.equation import Equation, Home, Variable
    from engine.equations.table import Table
    from engine.program.float_code import Share, Site


class GatheringCode(FloatCode):
    """The statements of an iteration; `shares` has what each step gathers, by the names of the totals."""

    tells_all = True

    def __init__(
        self,
        table: Table,
        sites: Sequence[Site],
        samples: int,
        times: int,
        has_target: Mask,
        constants: Mapping[Variable, str],
    ) -> None:
        self.shares: list[dict[str, str]] = []
        self._pending: dict[str, list[str]] = {}
        self._totals: set[str] = set()
        self._early: set[str] = set()
        super().__init__(table, sites, samples, times, has_target, constants, keep=True, guarded=True)

    def _end(self, text: str, equations: tuple[Equation, ...]) -> None:
        super()._end(text, equations)
        self.shares.append({})

    def _gather(self, site: Site, shares: Sequence[Share], texts: Sequence[str]) -> None:
        """Name a step's shares, and add them to the totals of the iteration."""
        self._begin(self._past)
        for (one, total), text in zip(shares, texts, strict=True):
            self._equation = one
            share = text
            if self.samples * self.times > 1:
                if not text.isidentifier():
                    share = self._of_site(one.variable, total, site)
                    self._set(share, text)
                self._set(total, f"{total} + {share}" if total in self._totals else share)
            else:
                self._set(total, text)
                share = total
            self._totals.add(total)
            self.shares[-1][total] = share
            self._pending.setdefault(total, []).append(share)
        self.blocks[-1] = Block("\n".join(self._texts), tuple(self._said))

    def _of_site(self, variable: Variable, total: str, site: Site) -> str:
        """Return the name of a site's share in a total."""
        short = short_name(variable)
        return f"{short}{self._here(site.time or 0, site.sample or 0)}{total.removeprefix(short)}"

    def _update(self, home: Home) -> None:
        for one in self._at.get(home, []):
            change = self.table.making[one.variable if _is_change(one) else _change(one)]
            if not change.terms:
                continue
            self._equation = one
            if _is_change(one):
                (total,) = (read for read in change.factors() if read.letters)
                for name in self._names(total):
                    self._apply(total.variable, name)
            for name, parts in self._sums(one):
                self._set(name, self._added(name, parts))
            self._past.instead.clear()

    def _apply(self, variable: Variable, total: str) -> None:
        """Let a total be called by what an update applies: what has been gathered since the one before."""
        pending = self._pending.pop(total)
        if len(pending) == 1:
            self._hide(variable, total, pending[0])
        elif total in self._early:
            gathered = f"gathered_{total}"
            self._set(gathered, " + ".join(pending))
            self._hide(variable, total, gathered)
        self._early.add(total)


def _is_change(one: Equation) -> bool:
    return one.variable.name.endswith("_change")


def _change(one: Equation) -> Variable:
    return change_of(one.variable._replace(name=one.variable.name.removesuffix("'")))
