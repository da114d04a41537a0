"""Where in the iteration are we? A chip for each step: what it makes, in its phase's colour.

Before a run of steps stands what they have in common: their phase, in a batch their sample, in a sequence
their time. `forward a1 a2   loss C   back δ2 ∇2 δ1 ∇1   update W2 W1`.

An update that the user put in out of turn stands on the ground of a warning.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.words.steps.chips import chip, what_is_new
from tui.draw.kit.rows import Canvas, Linked, Row

if TYPE_CHECKING:
    from engine.looking.cursor import Cursor
    from engine.run.tracing import Trace

_APART = 2  # cells before a new run of steps, beside the one between any two


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
    while step < end:
        site = schedule.site(step)
        label = _label(trace, step, after=step > first)
        if step == first and x + _cells(trace, step, label) > width - 2:
            label = ""  # a narrow window has the step
        elif step > first and x + _APART * bool(label) + _cells(trace, step, label) > width - 1:
            break
        style = f"phase-{site.phase}" if step == cursor.step else f"done-{site.phase}"
        if step > cursor.step:
            style = "future"
        if step in trace.out_of_turn:
            style = "warning"
        if label:
            x += _APART * (step > first)
            x = canvas.write(x, 0, label, "future" if step > cursor.step else f"done-{site.phase}") + 1
        x = canvas.write(x, 0, chip(trace.shapes, site), Linked(style, step)) + 1
        step += 1
    canvas.write(min(x, width - 1), 0, "›" if step < end else " ", "dim")
    return canvas.rows()[0]


def _back_from(trace: Trace, last: int, begin: int, room: int) -> int:
    """Return the first of the steps up to and with one (that one at least) that fit in a room."""
    first, after = last, 0
    while first > begin:
        label = _label(trace, first, after=True)
        after += _APART * bool(label) + _cells(trace, first, label)
        if after + _cells(trace, first - 1, _label(trace, first - 1, after=False)) > room:
            break
        first -= 1
    return first


def _cells(trace: Trace, step: int, label: str) -> int:
    """Return the cells of a chip, of the blank after it, and of a label before it."""
    bare = len(chip(trace.shapes, trace.schedule.site(step))) + 1
    return bare + (len(label) + 1 if label else 0)


def _label(trace: Trace, step: int, *, after: bool) -> str:
    """Return what stands before the chip of a step, after that of the step before it or after none."""
    site = trace.schedule.site
    return what_is_new(trace.shapes, site(step), site(step - 1) if after else None)
