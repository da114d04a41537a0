"""What is a mistake that is made at one time alone: at the first, at the last, or at any other?

A loop's edge is written apart, or copied once too often: the rewrite holds at that time, and at all others
the equation is as it should be.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.diagnosis.iteration.ground import FIRST_TIME, LAST_TIME, at_time
from engine.diagnosis.mistakes.further import FIXED
from engine.diagnosis.mistakes.layers.gradients import EDGES
from engine.equations.equation import TIME, Equation, Factor, Term, Variable
from engine.equations.functions.formula import parse
from engine.equations.mistakes.mistakes import MISTAKES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from engine.equations.mistakes.mistakes import Mistake
    from engine.equations.mistakes.rewrites import Rewrite
    from engine.scenario import Network, Scenario

_THERE = parse("wrong if there > 0 else right")
_ENDS = ((FIRST_TIME, "first-time", "time 0"), (LAST_TIME, "last-time", "the last time"))
"""What is 1 there, how a mistake is called that is made there alone, and how that is said."""
_OF_STATES = ("state-dropped", "future-dropped", "state-of-same-time")
"""Mistakes with a state that a sequence cut in the middle has at one time."""


def at_an_end(scenario: Scenario) -> dict[str, Mistake]:
    """Return the mistakes of a sequence that are made at its first or last time alone."""
    if scenario.data.times == 1:
        return {}
    rows = {**MISTAKES, **{name: row for name, row in FIXED.items() if name not in EDGES}}
    return dict(_alone(rows, _ENDS))


def at_one_time(times: Iterable[int]) -> dict[str, Mistake]:
    """Return the mistakes with a slope, or a state, that are made at one of some times alone."""
    every = {**MISTAKES, **FIXED}
    rows = {name: row for name, row in every.items() if "slope" in name or name in _OF_STATES}
    return dict(_alone(rows, ((at_time(time), f"time-{time}", f"time {time}") for time in times)))


def _alone(
    rows: Mapping[str, Mistake], places: Iterable[tuple[Variable, str, str]]
) -> Iterator[tuple[str, Mistake]]:
    """Yield mistakes as they are when they are made where one of some masks is 1 alone."""
    for mask, place, words in places:
        for name, row in rows.items():
            if row.rewrite is not None:
                instead, rewrite = f"{row.instead}, at {words} alone", _limited(row.rewrite, mask)
                yield f"{name}-at-{place}", row._replace(instead=instead, rewrite=rewrite)


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
