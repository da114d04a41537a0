"""What is a number at each time of a sequence, and what stands beside it where it is not that?"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from engine.facts.beside.right import cancelled, should_be
from engine.facts.through_time import quantity

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.facts.beside.alongside import Alongside
    from engine.facts.through_time import Along
    from engine.run.iteration import Stored
    from engine.run.tracing import Trace


class Claim(NamedTuple):
    """Numbers along a sequence, and the same `beside` them in another trace; `whose` says what those are."""

    found: Along
    beside: Along | None = None
    whose: str = ""

    @classmethod
    def of(cls, found: Along, beside: Along | None, other: Alongside | None) -> Claim:
        """Return the claim of what is worked out of numbers; `beside` is the same of the `other` trace."""
        return cls(found, beside, "" if other is None else other.worked_out)

    @classmethod
    def made(
        cls, make: Callable[[Trace, int], Along], trace: Trace, step: int, other: Alongside | None
    ) -> Claim:
        """Return the claim of what is made of a trace at a step."""
        return cls.of(make(trace, step), None if other is None else make(other.trace, other.step), other)

    @classmethod
    def of_unit(
        cls, name: Stored, layer: int, unit: int, trace: Trace, step: int, other: Alongside | None
    ) -> Claim:
        """Return the claim of a kept quantity of a unit."""
        found = cls.made(lambda run, at: quantity(run, at, name, layer, unit), trace, step, other)
        return found if other is None else found._replace(whose=other.whose)

    def at(self, time: int) -> float | None:
        """Return the number at a time; None if it is not known yet."""
        return self.found.at(time)

    def right(self, time: int) -> float | None:
        """Return what stands beside the number of a time; None if it is that, or not known."""
        if self.beside is None:
            return None
        return should_be(self.found.at(time), self.beside.at(time), cancelled(self.beside.values))

    def is_wrong(self, time: int) -> bool:
        """Return whether anything stands beside the number of a time."""
        return self.right(time) is not None
