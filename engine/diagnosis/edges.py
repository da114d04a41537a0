"""What is a mistake that is made at one time alone: at the first, at the last, or at any other?

A loop's edge is written apart, or copied once too often: the rewrite holds at that time, and at all others
the equation is as it should be.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from engine.diagnosis.values import FIRST_TIME, LAST_TIME, at_time
from engine.equations.equation import TIME, Equation, Factor, Term, Variable
from engine.equations.formula import parse

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from engine.equations.mistakes import Mistake
    from engine.equations.rewrites import Rewrite
    from engine.scenario import Network

_THERE = parse("wrong if there > 0 else right")
_ENDS = ((FIRST_TIME, "time 0"), (LAST_TIME, "the last time"))


def at_times(rows: Mapping[str, Mistake], times: Iterable[int]) -> Iterator[tuple[str, Mistake]]:
    """Yield mistakes as they are when they are made at one of some times alone."""
    for time in times:
        for name, row in rows.items():
            if row.rewrite is not None:
                made = row._replace(
                    instead=f"{row.instead}, at time {time} alone",
                    rewrite=_limited(row.rewrite, at_time(time)),
                )
                yield f"{name}-at-time-{time}", made


def is_at_one_time(name: str) -> bool:
    """Return whether a mistake is made at one time alone, by its name."""
    return re.search(r"-at-(?:first-time|last-time|time-\d+)$", name) is not None


def at_ends(rows: Mapping[str, Mistake]) -> Iterator[tuple[str, Mistake]]:
    """Yield mistakes as they are when they are made at time 0 alone, and at the last time alone."""
    for mask, words in _ENDS:
        for name, row in rows.items():
            if row.rewrite is not None:
                instead = f"{row.instead}, at {words} alone"
                rewrite = _limited(row.rewrite, mask)
                yield (
                    f"{name}-at-{mask.name.replace('_', '-')}",
                    row._replace(instead=instead, rewrite=rewrite),
                )


def _limited(rewrite: Rewrite, mask: Variable) -> Rewrite:
    """Return the rewrite that does what another does, where a mask is 1."""

    def limited(one: Equation, network: Network) -> Sequence[Equation]:
        *before, wrong = rewrite(one, network)
        if wrong == one or wrong.result != one.result or wrong.gathers != one.gathers:
            return (one,)
        there = Factor(mask, (TIME,))
        if TIME in one.result.letters:
            made = _named(wrong, "there"), _named(one, "elsewhere")
            given = (("there", there), ("wrong", made[0].result), ("right", made[1].result))
            both = Equation(one.result, formula=_THERE, arguments=given, home=one.home, helper=one.helper)
            return (*before, *made, both)
        in_time = any(TIME in read.letters for read in one.factors())
        if before or not one.terms or not wrong.terms or not in_time:
            return (one,)
        put_in = tuple(_at(term, there) for term in wrong.terms)
        left_out = tuple(_at(term, there, -1.0) for term in one.terms)
        return (one._replace(terms=(*one.terms, *put_in, *left_out)),)

    return limited


def _named(one: Equation, where: str) -> Equation:
    """Return an equation that makes the same by another name."""
    variable = one.variable._replace(name=f"{one.variable.name}_{where}")
    return one._replace(result=one.result._replace(variable=variable), helper=True)


def _at(term: Term, there: Factor, sign: float = 1.0) -> Term:
    return term._replace(coefficient=sign * term.coefficient, factors=(*term.factors, there))
