"""Which notes of the scenario are shown at a step, and where is the next one?

A note tells of the run that the file describes. In another order, and after an update that the user
makes out of turn, other things happen at the steps with the same numbers: no note is shown there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from engine.looking.cursor import go_to

if TYPE_CHECKING:
    from engine.looking.cursor import Cursor
    from engine.replay.tracing import Trace


def notes_at(trace: Trace, step: int) -> tuple[str, ...]:
    """Return the texts of the notes of a step (0-based), in the order of the file."""
    if step not in noted_steps(trace):
        return ()
    return tuple(note.text for note in trace.scenario.notes if note.step == step + 1)


def noted_steps(trace: Trace) -> list[int]:
    """Return the steps (0-based) at which notes are shown, in order."""
    if trace.order != trace.scenario.training.order:
        return []
    stop = trace.breaks[0].after + 1 if trace.breaks else len(trace)
    return sorted({note.step - 1 for note in trace.scenario.notes if note.step <= stop})


def hidden_by(trace: Trace, step: int) -> Literal["order", "break"] | None:
    """Return what hides the notes that the file has after a step (0-based): another order, or a break."""
    notes = trace.scenario.notes
    if trace.order != trace.scenario.training.order:
        return "order" if notes else None
    if not trace.breaks or any(noted > step for noted in noted_steps(trace)):
        return None
    return "break" if any(note.step - 1 > trace.breaks[0].after for note in notes) else None


def next_note(cursor: Cursor, trace: Trace) -> Cursor:
    """Return the cursor at the next step that has a note; the same if none follows."""
    later = [step for step in noted_steps(trace) if step > cursor.step]
    return go_to(cursor, trace, later[0]) if later else cursor


def previous_note(cursor: Cursor, trace: Trace) -> Cursor:
    """Return the cursor at the last step before that has a note; the same if there is none."""
    earlier = [step for step in noted_steps(trace) if step < cursor.step]
    return go_to(cursor, trace, earlier[-1]) if earlier else cursor
