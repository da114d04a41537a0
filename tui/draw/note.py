"""What does the scenario's author say about this step?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.looking.notes import hidden_by, noted_steps, notes_at
from tui.draw.numbers import counted
from tui.draw.rows import Row, rule
from tui.draw.wide import wrapped

if TYPE_CHECKING:
    from engine.looking.cursor import Cursor
    from engine.replay.tracing import Trace


def note_rows(trace: Trace, cursor: Cursor, width: int, most: int) -> list[Row]:
    """Return a rule and the notes of the step in at most `most` rows; none at all without a note.

    What does not fit is counted, so that nobody takes half a note for all of it.
    """
    texts = notes_at(trace, cursor.step)
    if not texts or most < 2:
        return []
    lines = [line for text in texts for line in wrapped(text, max(20, width - 3))]
    place, last = _place(trace, cursor)
    kept = lines if len(lines) < most else lines[: most - 1]
    hidden = len(lines) - len(kept)
    more = counted(hidden, "more line")
    after = f"{more} in a larger window" if hidden else _way_on(trace, cursor, place, last)
    return [
        rule(f"note {place} of {last}", width, after=after),
        *[((f" {line}", "note"),) for line in kept],
    ]


def _place(trace: Trace, cursor: Cursor) -> tuple[int, int]:
    """Return which of the steps with notes this is, counted from 1, and how many there are."""
    steps = noted_steps(trace)
    return steps.index(cursor.step) + 1, len(steps)


def _way_on(trace: Trace, cursor: Cursor, place: int, last: int) -> str:
    ways = [*(["C back"] if place > 1 else []), *(["c next note"] if place < last else [])]
    if hidden_by(trace, cursor.step):
        ways.append("X for the next note: without the break")
    return " · ".join(ways)
