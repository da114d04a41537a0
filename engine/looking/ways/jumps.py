"""To which step does a number lead: the one that made it, or one that reads it?"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from engine.facts.entry import Number
from engine.facts.explain.origins import origins
from engine.facts.readers import next_reader, previous_reader
from engine.looking.choosing import look_at_number
from engine.looking.cursor import go_to, jumped, leap
from engine.looking.selection import explained, known, numbers_of_step, selected

if TYPE_CHECKING:
    from engine.looking.cursor import Cursor
    from engine.run.tracing import Trace


def to_maker(cursor: Cursor, trace: Trace) -> Cursor:
    """Return the cursor at the step that made the selected number, explaining it.

    A number that the scenario file gave is explained where the cursor is.
    """
    number = selected(trace, cursor)
    step = trace.flow.writer(number.reference)
    if step is None:
        after = look_at_number(cursor, trace, number)
    else:
        after = look_at_number(go_to(cursor, trace, step), trace, number)
    return cursor if _same(cursor, after) else jumped(cursor, after)


def to_next_reader(cursor: Cursor, trace: Trace) -> Cursor:
    """Return the cursor at the next step that reads the selected number, and what it makes of it."""
    number = selected(trace, cursor)
    return _to_reader(cursor, trace, number, next_reader(trace, number.reference, cursor.step))


def to_previous_reader(cursor: Cursor, trace: Trace) -> Cursor:
    """Return the cursor at the last step before that reads the selected number."""
    number = selected(trace, cursor)
    return _to_reader(cursor, trace, number, previous_reader(trace, number.reference, cursor.step))


def pick(cursor: Cursor, trace: Trace, target: Number | int) -> Cursor:
    """Return the cursor after a click on a number or on a step (0-based).

    A term of the explained number is selected; any other number is explained.
    """
    if isinstance(target, int):
        return leap(cursor, trace, target)
    if explained(trace, cursor) != target and known(trace, cursor, explained(trace, cursor)):
        place = origins(trace, explained(trace, cursor)).place_of(target)
        if place is not None:
            return replace(cursor, term=place)
    return look_at_number(cursor, trace, target)


def _to_reader(cursor: Cursor, trace: Trace, number: Number, step: int | None) -> Cursor:
    if step is None:
        return cursor
    after = look_at_number(go_to(cursor, trace, step), trace, number)
    after = replace(after, focus=None, part=0, term=None)
    read = _as_read(trace, step, number)
    for part, made in enumerate(numbers_of_step(trace, after)):
        if known(trace, after, made):
            place = origins(trace, made).place_of(read)
            if place is not None:
                return jumped(cursor, replace(after, part=part, term=place))
    return jumped(cursor, after)


def _as_read(trace: Trace, step: int, number: Number) -> Number:
    """Return a number as a step that reads it names it: parameters are renamed in the next iteration."""
    mine = number.reference
    for read in trace.flow.reads(step):
        same = (read.quantity, read.layer) == (mine.quantity, mine.layer) and mine.version is not None
        if same and trace.flow.writer(read) == trace.flow.writer(mine):
            return Number(read, number.index)
    return number


def _same(one: Cursor, other: Cursor) -> bool:
    return replace(one, past=(), future=()) == replace(other, past=(), future=())
