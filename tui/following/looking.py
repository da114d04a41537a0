"""What does a state of the leader mean in a follower's own trace, and the other way round?

A state is made from a cursor, and a cursor from a state. Whatever a state says, the cursor made of it
lies within the trace.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.cursor import Cursor, look_at, start
from tui.following.protocol import State

if TYPE_CHECKING:
    from engine.tracing import Trace


def state_of(trace: Trace, cursor: Cursor, digest: str) -> State:
    """Return the state that says what a cursor looks at in a trace."""
    return State(digest, trace.order, cursor.step, units=cursor.units, part=cursor.part)


def cursor_of(trace: Trace, state: State) -> Cursor:
    """Return the cursor that a state means in a trace of the same scenario, clamped to it."""
    cursor = start(trace, state.step)
    for layer, unit in enumerate(state.units[: len(cursor.units)]):
        cursor = look_at(cursor, trace, layer, unit)
    part = min(state.part, len(trace.flow.writes(cursor.step)) - 1)
    return Cursor(cursor.step, cursor.units, part)
