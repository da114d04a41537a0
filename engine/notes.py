"""Which note of the scenario belongs to a step, and where is the next one?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.cursor import go_to

if TYPE_CHECKING:
    from engine.cursor import Cursor
    from engine.scenario import Scenario
    from engine.tracing import Trace


def notes_at(scenario: Scenario, step: int) -> tuple[str, ...]:
    """Return the texts of the notes of a step (0-based), in the order of the file."""
    return tuple(note.text for note in scenario.notes if note.step == step + 1)


def next_note(cursor: Cursor, trace: Trace) -> Cursor:
    """Return the cursor at the next step that has a note; the same if none follows."""
    later = [note.step - 1 for note in trace.scenario.notes if note.step - 1 > cursor.step]
    return go_to(cursor, trace, min(later)) if later else cursor


def previous_note(cursor: Cursor, trace: Trace) -> Cursor:
    """Return the cursor at the last step before that has a note; the same if there is none."""
    earlier = [note.step - 1 for note in trace.scenario.notes if note.step - 1 < cursor.step]
    return go_to(cursor, trace, max(earlier)) if earlier else cursor
