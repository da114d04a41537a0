"""Where in the iteration are we? A chip for each step: its letter, its layer, its phase's colour.

The way back and the updates begin with the letter of their phase: F1 F2 L B δ2 ∇2 δ1 ∇1 U Δ2 Δ1.

An update that the user put in out of turn stands on the ground of a warning.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.words.chips import chip
from tui.draw.kit.rows import Canvas, Linked, Row

if TYPE_CHECKING:
    from engine.looking.cursor import Cursor
    from engine.run.tracing import Trace

_PHASES = {"backward": "B", "update": "U"}
"""What stands before a run of steps of a phase that doesn't begin with its letter, as F and L do."""


def timeline_row(trace: Trace, cursor: Cursor, width: int) -> Row:
    """Return the chips of the iteration around the present step, as many as fit."""
    schedule = trace.schedule
    iteration = schedule.site(cursor.step).iteration
    begin, end = schedule.first_step(iteration), schedule.first_step(iteration + 1)
    room = max(1, width - 4)
    # The present step stands a third of the way in, so that what comes next is in view.
    first = _back_from(trace, cursor.step, begin, room // 3)
    if first > begin:
        first = min(first, _back_from(trace, end - 1, begin, room))
    canvas = Canvas(width, 1)
    canvas.write(0, 0, "‹" if first > begin else " ", "dim")
    x, step = 2, first
    while step < end and (step == first or x + _cells(trace, step) <= width - 2):
        site = schedule.site(step)
        style = f"phase-{site.phase}" if step == cursor.step else f"done-{site.phase}"
        if step > cursor.step:
            style = "future"
        if step in trace.out_of_turn:
            style = "warning"
        phase = _phase_letter(trace, step)
        if phase:
            canvas.write(x, 0, phase, "future" if step > cursor.step else f"done-{site.phase}")
        canvas.write(x + 2 * len(phase), 0, chip(site), Linked(style, step))
        x += _cells(trace, step)
        step += 1
    canvas.write(x, 0, "›" if step < end else " ", "dim")
    return canvas.rows()[0]


def _back_from(trace: Trace, step: int, begin: int, room: int) -> int:
    """Return the first of the steps up to and with one (that one at least) that fit in a room."""
    left = room - _cells(trace, step)
    while step > begin and _cells(trace, step - 1) <= left:
        step -= 1
        left -= _cells(trace, step)
    return step


def _cells(trace: Trace, step: int) -> int:
    """Return the cells of a chip, of the blank after it, and of the letter of a phase before it."""
    return 2 + len(str(trace.shapes.layers)) + 2 * len(_phase_letter(trace, step))


def _phase_letter(trace: Trace, step: int) -> str:
    """Return the letter of the phase that begins with a step, if the step's own is another."""
    phase = trace.schedule.site(step).phase
    begins = step == 0 or trace.schedule.site(step - 1).phase != phase
    return _PHASES.get(phase, "") if begins else ""
