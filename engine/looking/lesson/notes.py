"""Which notes of the scenario are shown at a step, and where is the next one?

A note tells of the run that the file describes. After an update that the user makes out of turn, other
things happen at the steps with the same numbers: no note is shown there. In another order a note is
shown at the same place of the run, not at the same number, and with the order that it was written for.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from engine.looking.choosing import look_at_number
from engine.looking.cursor import go_to, start
from engine.order.schedule import Schedule

if TYPE_CHECKING:
    from engine.looking.cursor import Cursor
    from engine.order.shapes import Shapes
    from engine.run.tracing import Trace
    from engine.scenario import Note, Order


class Told(Struct, frozen=True):
    """The notes of a place: the `number`-th (from 1) of `of` places that have some.

    `order` is the order that they were written for, if the run is in another one.
    """

    texts: tuple[str, ...]
    number: int
    of: int
    order: Order | None = None


def told_at(trace: Trace, step: int) -> Told | None:
    """Return what is told at the place of a step (0-based) in the run; None where no note is.

    An update stands elsewhere in another order, so its notes are shown in their own order alone.
    """
    order: Order | None = None
    noted = noted_steps(trace)
    if trace.order != trace.scenario.training.order:
        site = trace.schedule.anchor(step)
        if site.kind == "update" or (trace.breaks and step > trace.breaks[0].after):
            return None
        order = trace.scenario.training.order
        schedule = _schedule(trace.shapes, order)
        step = schedule.step(site)
        noted = _steps_with_notes(trace, len(schedule))
    if step not in noted:
        return None
    texts = tuple(note.text for note in trace.scenario.notes if note.step == step + 1)
    return Told(texts, noted.index(step) + 1, len(noted), order)


def notes_at(trace: Trace, step: int) -> tuple[str, ...]:
    """Return the texts of the notes of a step (0-based), in the order of the file."""
    return tuple(note.text for note in _noted(trace, step))


def noted_steps(trace: Trace) -> list[int]:
    """Return the steps (0-based) at which notes are shown, in order."""
    if trace.order != trace.scenario.training.order:
        return []
    return _steps_with_notes(trace, trace.breaks[0].after + 1 if trace.breaks else len(trace))


def hidden_by(trace: Trace, step: int) -> Literal["order", "break"] | None:
    """Return what hides the notes that the file has after a step (0-based): another order, or a break."""
    notes = trace.scenario.notes
    if trace.order != trace.scenario.training.order:
        return "order" if notes else None
    if not trace.breaks or any(noted > step for noted in noted_steps(trace)):
        return None
    return "break" if any(note.step - 1 > trace.breaks[0].after for note in notes) else None


def view_at(trace: Trace, step: int) -> str | None:
    """Return the view that the notes of a step (0-based) are about; None if they are about none."""
    return next((note.view for note in reversed(_noted(trace, step)) if note.view is not None), None)


def guided(cursor: Cursor, trace: Trace) -> Cursor:
    """Return the cursor looking at the number that the notes of its step are about, if they are about one."""
    name = next((note.look for note in _noted(trace, cursor.step) if note.look is not None), None)
    if name is None:
        return cursor
    # Imported where a note names a number: most scenarios have none that does.
    from engine.looking.finding import find

    number = find(trace, start(trace, cursor.step), name)
    return cursor if isinstance(number, str) else look_at_number(cursor, trace, number)


def _noted(trace: Trace, step: int) -> list[Note]:
    """Return the notes that are shown at a step (0-based) of the run that they are about."""
    if step not in noted_steps(trace):
        return []
    return [note for note in trace.scenario.notes if note.step == step + 1]


def next_note(cursor: Cursor, trace: Trace) -> Cursor:
    """Return the cursor at the next step that has a note; the same if none follows."""
    later = [step for step in noted_steps(trace) if step > cursor.step]
    return go_to(cursor, trace, later[0]) if later else cursor


def previous_note(cursor: Cursor, trace: Trace) -> Cursor:
    """Return the cursor at the last step before that has a note; the same if there is none."""
    earlier = [step for step in noted_steps(trace) if step < cursor.step]
    return go_to(cursor, trace, earlier[-1]) if earlier else cursor


def _steps_with_notes(trace: Trace, stop: int) -> list[int]:
    return sorted({note.step - 1 for note in trace.scenario.notes if note.step <= stop})


# A schedule of many samples takes some time to make, and a note is asked for with every key.
@lru_cache(maxsize=1)
def _schedule(shapes: Shapes, order: Order) -> Schedule:
    return Schedule(shapes, order)
