"""To which step does a number lead: the one that made it, or one that reads it?"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from engine.cursor import go_to, jumped
from engine.readers import next_reader, previous_reader
from engine.selection import explained, known, look_at_number, numbers_of_step, selected, terms

if TYPE_CHECKING:
    from engine.cursor import Cursor
    from engine.numbers import Number
    from engine.tracing import Trace


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
        after = go_to(cursor, trace, target)
        return cursor if after is cursor else jumped(cursor, after)
    if explained(trace, cursor) != target and known(trace, cursor, explained(trace, cursor)):
        found = [term.number for term in terms(trace, explained(trace, cursor))]
        if target in found:
            return replace(cursor, term=found.index(target))
    return look_at_number(cursor, trace, target)


def _to_reader(cursor: Cursor, trace: Trace, number: Number, step: int | None) -> Cursor:
    if step is None:
        return cursor
    # The version of a parameter may have another name in the reader's iteration.
    after = look_at_number(go_to(cursor, trace, step), trace, number)
    after = replace(after, focus=None, part=0, term=None)
    for part, made in enumerate(numbers_of_step(trace, after)):
        if not known(trace, after, made):
            continue
        for place, term in enumerate(terms(trace, made)):
            if term.number is not None and _is(term.number, number, trace):
                return jumped(cursor, replace(after, part=part, term=place))
    return jumped(cursor, after)


def _is(one: Number, other: Number, trace: Trace) -> bool:
    """Return whether two numbers are one, perhaps named from two iterations."""
    if one.index != other.index or one.reference.quantity != other.reference.quantity:
        return False
    a, b = one.reference, other.reference
    return a == b or (a.version is not None and trace.flow.writer(a) == trace.flow.writer(b))


def _same(one: Cursor, other: Cursor) -> bool:
    return replace(one, past=(), future=()) == replace(other, past=(), future=())
