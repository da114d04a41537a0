"""What does a state mean in a trace of one's own, and the other way round?

Where a leader came from stays with the leader. Whatever a state says, the cursor made of it lies
within the trace.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from engine.facts.entry import Number, array_of
from engine.facts.explain.origins import origins
from engine.looking.cursor import look_at, start
from engine.looking.selection import explained, known
from engine.looking.sorting import Sorting
from engine.order.quantities import Reference
from tui.telling.digest import digest
from tui.telling.shared import chosen_in, told_breaks, told_by_hand
from tui.telling.state import MOST_LAYERS, Chosen, Focus, Look, State, Table

if TYPE_CHECKING:
    from engine.looking.cursor import Cursor
    from engine.run.tracing import Trace


def state_of(trace: Trace, cursor: Cursor) -> State:
    """Return the state that says which run a trace is, and what a cursor looks at in it.

    The units of a network with too many layers are left out.
    """
    focus = None
    if cursor.focus is not None:
        focus = Focus(**cursor.focus.reference._asdict(), index=cursor.focus.index)
    return State(
        digest(*trace.made_of),
        trace.order,
        chosen_in(trace.scenario),
        cursor.step,
        units=cursor.units if len(cursor.units) <= MOST_LAYERS else (),
        part=cursor.part,
        term=cursor.term,
        focus=focus,
        error=cursor.error,
        page=cursor.page,
        breaks=told_breaks(trace.breaks),
        by_hand=told_by_hand(trace.breaks),
    )


def cursor_of(trace: Trace, state: State) -> Cursor:
    """Return the cursor that a state means in a trace of the same scenario and order, clamped to it."""
    cursor = start(trace, state.step)
    for layer, unit in enumerate(state.units[: len(cursor.units)]):
        cursor = look_at(cursor, trace, layer, unit)
    cursor = replace(cursor, part=min(state.part, len(trace.flow.writes(cursor.step)) - 1))
    error = None if state.error is None else min(state.error, trace.shapes.times - 1)
    cursor = replace(cursor, error=error, page=state.page)
    if is_to_come(trace, state):
        return cursor
    iteration = trace.schedule.site(cursor.step).iteration
    if state.focus is not None:
        cursor = replace(cursor, focus=_number(trace, iteration, state.focus))
    if state.term is not None:
        number = explained(trace, cursor)
        if known(trace, cursor, number) and state.term < len(origins(trace, number)):
            cursor = replace(cursor, term=state.term)
    return cursor


def cursor_told(trace: Trace, look: Look) -> Cursor:
    """Return the cursor that a session tells of; without what is not computed yet."""
    looks = {name: getattr(look, name) for name in Look.__struct_fields__}
    return cursor_of(trace, State("", trace.order, Chosen("", 0.0), **looks))


def is_to_come(trace: Trace, state: State) -> bool:
    """Return whether a state looks at a number of an iteration that is not computed yet in a trace."""
    looks = state.focus is not None or state.term is not None
    return looks and not trace.has_run(start(trace, state.step).step)


def sorting_of(state: State) -> Sorting:
    """Return how the table of samples of a state stands; the worst first, where it names no such table."""
    return Sorting(*(getattr(state.table, name) for name in Table.__struct_fields__))


def table_of(sorting: Sorting) -> Table:
    """Return the part of a state that says how a table of samples stands."""
    return Table(*(getattr(sorting, name) for name in Table.__struct_fields__))


def _number(trace: Trace, iteration: int, focus: Focus) -> Number | None:
    """Return the number that a focus names, if it is one of an iteration or of those before it.

    The parameters that the next iteration begins with are numbers of this one too: its updates made them.
    """
    reference = Reference(*(getattr(focus, field) for field in Reference._fields))
    latest = min(iteration + (focus.version == 0), trace.computed, trace.iterations - 1)
    if focus.iteration > latest or not _is_there(trace, reference):
        return None
    shape = array_of(trace, reference).shape
    within = len(focus.index) == len(shape) and all(
        place < size for place, size in zip(focus.index, shape, strict=True)
    )
    return Number(reference, focus.index) if within else None


def _is_there(trace: Trace, reference: Reference) -> bool:
    """Return whether any step of the reference's iteration reads or writes it."""
    schedule = trace.schedule
    steps = range(schedule.first_step(reference.iteration), schedule.first_step(reference.iteration + 1))
    return any(reference in (*trace.flow.writes(step), *trace.flow.reads(step)) for step in steps)
