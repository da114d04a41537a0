"""Where do somebody's numbers, held against the run, differ from it next?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.facts.beside.theirs import holds, theirs_of
from engine.looking.choosing import look_at_number
from engine.looking.cursor import go_to, jumped
from engine.looking.selection import explained

if TYPE_CHECKING:
    from engine.facts.beside.theirs import Stop
    from engine.looking.cursor import Cursor
    from engine.run.tracing import Trace


def next_difference(cursor: Cursor, trace: Trace, by: int) -> Cursor:
    """Return the cursor at the next array that differs (`by` 1), or the one before: at its worst number."""
    theirs = theirs_of(trace)
    if theirs is None:
        return cursor
    at = difference_at(cursor, trace)
    if at is not None:
        further = theirs.stops[at[0] :] if by > 0 else theirs.stops[: at[0] - 1]
    else:  # the worst of an array may stand after that of another which is made of it
        further = tuple(stop for stop in theirs.stops if (stop.step - cursor.step) * by > 0)
    if not further:
        return cursor
    return _at(cursor, trace, further[0 if by > 0 else -1])


def walked_in(view: str, trace: Trace) -> bool:
    """Return whether < and > lead through differences in a view: one has its curve, one its errors."""
    return holds(trace) and view != "loss" and not (view == "time" and trace.shapes.sequences)


def at_first_difference(cursor: Cursor, trace: Trace) -> Cursor:
    """Return the cursor at the first array that differs; where it is if none does."""
    theirs = theirs_of(trace)
    return cursor if theirs is None or not theirs.stops else _at(cursor, trace, theirs.stops[0])


def _at(cursor: Cursor, trace: Trace, stop: Stop) -> Cursor:
    return jumped(cursor, look_at_number(go_to(cursor, trace, stop.step), trace, stop.number))


def difference_at(cursor: Cursor, trace: Trace) -> tuple[int, int] | None:
    """Return the place (from 1) of the array that is looked at among those that differ, and their number."""
    theirs = theirs_of(trace)
    if theirs is None:
        return None
    stop = theirs.stop_of(explained(trace, cursor).reference)
    return None if stop is None else (theirs.stops.index(stop) + 1, len(theirs.stops))
