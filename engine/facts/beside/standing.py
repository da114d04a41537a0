"""What stands beside a vector or matrix of a trace: what it should be, or what somebody has in its place?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.facts.beside.theirs import CHANGES, theirs_of

if TYPE_CHECKING:
    from engine.arrays import Mask
    from engine.facts.beside.theirs import Held
    from engine.order.quantities import Reference
    from engine.run.tracing import Trace


def theirs_at(trace: Trace, reference: Reference) -> Held | None:
    """Return what somebody has in the place of a vector or matrix; None where he has not said.

    A change is what his parameters or gradient make of it.
    """
    theirs = theirs_of(trace)
    if theirs is None:
        return None
    if reference.quantity in CHANGES and reference.iteration == theirs.iteration:
        # Imported where numbers are held against the run: most sessions have none.
        from engine.facts.beside.applied import change_with_theirs

        return change_with_theirs(trace, reference)
    return theirs.at(reference)


def apart_in(trace: Trace, reference: Reference) -> Mask | None:
    """Return which entries of an array differ from what stands beside them (`Traced.beside`)."""
    if trace.disturbed:
        # Imported when a trace is disturbed: most sessions never need it.
        from engine.facts.beside.right import wrong_in

        return wrong_in(trace, reference)
    held = theirs_at(trace, reference)
    return None if held is None else held.apart
