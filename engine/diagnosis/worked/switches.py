"""When is a term there that a mistake has put in, or left out, at some samples or times?"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from engine.diagnosis.iteration.ground import is_mask
from engine.equations.forward import OTHERS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from engine.equations.equation import Factor, Term


class Part(NamedTuple):
    """A term without its switches: it is there where those of `on` are 1 and that of `off` is 0."""

    term: Term
    on: tuple[Factor, ...] = ()
    off: Factor | None = None


def _is_switch(factor: Factor) -> bool:
    """Return whether a factor is 1 where a term is there and 0 where it is not: nobody multiplies by it."""
    return is_mask(factor.variable) or factor.variable == OTHERS


def without_switches(terms: Sequence[Term]) -> Iterator[Part]:
    """Yield terms with their switches apart; one that takes another away where it is there is none.

    So what is left out at one time is not written and taken away again.
    """
    parts: list[Part] = []
    for term in terms:
        on = tuple(factor for factor in term.factors if _is_switch(factor))
        rest = tuple(factor for factor in term.factors if not _is_switch(factor))
        part = Part(term._replace(factors=rest), on)
        against = part.term._replace(coefficient=-term.coefficient)
        place = next((at for at, one in enumerate(parts) if one == Part(against) and len(on) == 1), None)
        if place is None:
            parts.append(part)
        else:
            parts[place] = parts[place]._replace(off=on[0])
    yield from parts
