"""What can be held against a step's iteration: what it should be, or what somebody has in its place?

Of somebody's numbers only those count that differ; all others are the run's. What is worked out of them, such
as the length of a delta or the loss of his outputs, then is what it comes to with his.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from engine.equations.equation import Variable
from engine.facts.beside.retold import Retold
from engine.facts.beside.right import should_be
from engine.facts.beside.theirs import Made
from engine.facts.beside.waited import waited
from engine.facts.entry import array_of
from engine.update_orders import WAITING

if TYPE_CHECKING:
    from engine.facts.beside.theirs import Theirs
    from engine.facts.entry import Number
    from engine.run.iteration import Iteration
    from engine.run.tracing import Trace


class Alongside(NamedTuple):
    """A trace and its step at the same place.

    `whose` says what a kept number of it is, `worked_out` what is worked out of such numbers.
    """

    trace: Trace
    step: int
    whose: str
    worked_out: str


def alongside(trace: Trace, step: int) -> Alongside | None:
    """Return what a step's iteration is held against; None where nothing differs."""
    straight = waited(trace, step)
    if straight is not None:
        return Alongside(*straight, "right value", "right value")
    found = as_theirs(trace, trace.schedule.anchor(step).iteration)
    return None if found is None else Alongside(found, step, "yours", "with yours")


def as_theirs(trace: Trace, iteration: int) -> Trace | None:
    """Return a run with somebody's numbers in an iteration; None where no vector of his differs there."""
    return _THEIRS.of(trace, iteration)


def with_theirs(trace: Trace, number: Number) -> float | None:
    """Return what a number comes to with somebody's; None if it is that."""
    other = as_theirs(trace, number.reference.iteration)
    if other is None:
        return None
    found, beside = (float(array_of(one, number.reference)[number.index]) for one in (trace, other))
    return should_be(found, beside)


class _AsTheirs(Retold):
    """A run with somebody's numbers in the iteration that they are of."""

    def __init__(self, ours: Trace, theirs: Theirs) -> None:
        super().__init__(ours, WAITING)
        self._theirs = theirs
        self._latest: tuple[Iteration, Iteration] | None = None

    def iteration(self, number: int) -> Iteration:
        """Return the numbers of an iteration."""
        ours = self._other.iteration(number)
        if number != self._theirs.iteration:
            return ours
        if self._latest is None or self._latest[0] is not ours:
            held = self._theirs.batches.items()
            others = {Variable(*place): (one.array, one.apart) for place, one in held if one.apart.any()}
            self._latest = ours, ours.instead(others)
        return self._latest[1]


def _as_theirs(trace: Trace, theirs: Theirs) -> _AsTheirs | None:
    differs = any(held.apart.any() for held in theirs.batches.values())
    return _AsTheirs(trace, theirs) if differs else None


_THEIRS = Made(_as_theirs)
