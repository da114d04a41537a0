"""What does somebody have in the place of a run's numbers, and where does it differ?

His numbers are of one iteration, and are held against the run as it should be: a run with a mistake or an
early update is held against that already.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar
from weakref import WeakKeyDictionary

from msgspec import Struct

from engine.order.quantities import CHANGE_OF, GROUP_OF
from engine.records import Record

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from engine.arrays import Array, Mask
    from engine.facts.entry import Number
    from engine.order.quantities import Quantity, Reference
    from engine.run.tracing import Trace


T = TypeVar("T")


class Held(Struct, frozen=True):
    """An array of somebody's, and which of its numbers are `apart` from the run's."""

    array: Array
    apart: Mask


class Stop(NamedTuple):
    """An array that differs: the step (from 0) at which it is looked at, and its number that differs most."""

    step: int
    number: Number


class Theirs(Record):
    """Somebody's numbers of an iteration whose batch begins with sample `first` (0-based).

    `batches` are [time, sample, unit] by quantity and layer, `matrices` what belongs to no sample. `stops`
    are arrays that differ, each after all that it depends on; `verdict` says in a sentence what is wrong.
    The `misshapen` among them have arrays of another shape than the run's: a sentence says of which.
    """

    iteration: int
    first: int
    batches: Mapping[tuple[Quantity, int | None], Held]
    matrices: Mapping[Reference, Held]
    stops: tuple[Stop, ...]
    verdict: str
    misshapen: tuple[tuple[Stop, str], ...] = ()

    # Others are not the same, whatever is in them: what is made of them is kept by them.
    __eq__ = object.__eq__
    __hash__ = object.__hash__

    def at(self, reference: Reference) -> Held | None:
        """Return what there is in the place of a vector or matrix of the run; None if nothing is."""
        held = self.matrices.get(reference)
        if held is not None or reference.iteration != self.iteration:
            return held
        batch = self.batches.get((reference.quantity, reference.layer))
        if batch is None or reference.sample is None or reference.time is None:
            return None
        place = reference.time, reference.sample - self.first
        return Held(batch.array[place], batch.apart[place])

    def stop_of(self, reference: Reference) -> Stop | None:
        """Return the stop of the array that a vector or matrix of the run is in; None if it has none."""
        return next((one for one in self.stops if _is_in(reference, one.number.reference)), None)

    def shape_at(self, reference: Reference) -> str:
        """Return what is said of an array that has another shape; the empty text of any other."""
        found = self.stop_of(reference) if self.misshapen else None
        return next((said for stop, said in self.misshapen if stop == found), "")


def _is_in(reference: Reference, array: Reference) -> bool:
    """Return whether a reference is of the same array as another, of whatever sample and time."""
    if reference.version is not None or reference.quantity in GROUP_OF:
        return reference == array
    return reference._replace(sample=array.sample, time=array.time) == array


CHANGES = frozenset(CHANGE_OF.values())
"""What an update adds: nobody is asked for it, but it is worked out of what he has."""


# A trace is all that a view gets; whoever walks through it holds them.
_HELD: WeakKeyDictionary[Trace, Theirs] = WeakKeyDictionary()


def hold(trace: Trace, theirs: Theirs | None) -> None:
    """Hold somebody's numbers against a trace; None: nobody's any more."""
    if theirs is not None:
        _HELD[trace] = theirs
    else:
        _HELD.pop(trace, None)


def holds(trace: Trace) -> bool:
    """Return whether somebody's numbers are here, if only for the run as it should be."""
    return trace in _HELD


def theirs_of(trace: Trace) -> Theirs | None:
    """Return the numbers that are held against a trace; none where it is not as it should be itself."""
    return _HELD.get(trace) if _HELD and not trace.disturbed else None


class Made(Generic[T]):
    """What is made of a run and somebody's numbers: once, as long as both are here."""

    def __init__(self, make: Callable[[Trace, Theirs], T]) -> None:
        self._make = make
        self._made: WeakKeyDictionary[Trace, tuple[Theirs, T]] = WeakKeyDictionary()

    def of(self, trace: Trace, iteration: int) -> T | None:
        """Return it for the numbers that are held against an iteration; None where they are of another."""
        theirs = theirs_of(trace)
        if theirs is None or iteration != theirs.iteration:
            return None
        found = self._made.get(trace)
        if found is None or found[0] is not theirs:
            found = self._made[trace] = theirs, self._make(trace, theirs)
        return found[1]


def shape_of_theirs(trace: Trace, reference: Reference) -> str:
    """Return what is said of an array of somebody's whose shape is another; the empty text if nothing is."""
    theirs = theirs_of(trace)
    return "" if theirs is None else theirs.shape_at(reference)
