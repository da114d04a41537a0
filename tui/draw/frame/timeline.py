"""Where in the iteration are we? A chip for each step: what it makes, in its phase's colour.

Before a run of steps stands what they have in common: their phase, in a batch their sample, in a sequence
their time. `forward a1 a2   loss C   back δ2 ∇2 δ1 ∇1   update W2 W1`.

An update that the user put in out of turn stands on the ground of a warning.
"""

from __future__ import annotations

from functools import cache, partial
from typing import TYPE_CHECKING

from engine.words.steps.chips import chip, what_is_new
from tui.draw.kit.rows import Canvas, Linked, Row

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.looking.cursor import Cursor
    from engine.run.tracing import Trace


def timeline_row(trace: Trace, cursor: Cursor, width: int) -> Row:
    """Return the chips of the iteration around the present step, as many as fit."""
    schedule = trace.schedule
    iteration = schedule.site(cursor.step).iteration
    begin, end = schedule.first_step(iteration), schedule.first_step(iteration + 1)
    room = max(1, width - 4)
    piece = cache(partial(_piece, trace))
    # The present step stands a third of the way in, so that what comes next is in view.
    first = _back_from(piece, cursor.step, begin, room // 3)
    if first > begin:
        first = min(first, _back_from(piece, end - 1, begin, room))
    canvas = Canvas(width, 1)
    canvas.write(0, 0, "‹" if first > begin else " ", "dim")
    x = 2
    for step in range(first, end):
        before, made = piece(step, after=step > first)
        if step == first and x + len(before + made) >= width - 2:
            before = ""  # a narrow window has the step
        if step > first and x + len(before + made) >= width - 1:
            canvas.write(min(x, width - 1), 0, "›", "dim")
            break
        phase = schedule.site(step).phase
        done = "future" if step > cursor.step else f"done-{phase}"
        style = f"phase-{phase}" if step == cursor.step else done
        style = "warning" if step in trace.out_of_turn else style
        x += len(before)
        canvas.write(x - len(before.lstrip()), 0, before.strip(), done)
        x = canvas.write(x, 0, made, Linked(style, step)) + 1
    return canvas.rows()[0]


def _back_from(piece: Callable[..., tuple[str, str]], last: int, begin: int, room: int) -> int:
    """Return the first of the steps up to and with one (that one at least) that fit in a room."""
    first, after = last, 0
    while first > begin:
        after += len("".join(piece(first, after=True))) + 1
        if after + len("".join(piece(first - 1, after=False))) >= room:
            break
        first -= 1
    return first


def _piece(trace: Trace, step: int, *, after: bool) -> tuple[str, str]:
    """Return what stands before the chip of a step, `after` that of the step before or not, and the chip."""
    site = trace.schedule.site
    label = what_is_new(trace.shapes, site(step), site(step - 1) if after else None)
    before = f"{'  ' if after else ''}{label} " if label else ""
    return before, chip(trace.shapes, site(step))
