"""Where in the iteration are we? A chip for each step: its letter, its layer, its phase's colour.

An update that the user put in out of turn stands on the ground of a warning.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.draw.rows import Canvas, Linked, Row

if TYPE_CHECKING:
    from engine.cursor import Cursor
    from engine.schedule import Site
    from engine.tracing import Trace

LETTERS = {"forward": "F", "loss": "L", "delta": "δ", "gradient": "∇", "update": "U"}
"""The letter of each kind of step."""


def timeline_row(trace: Trace, cursor: Cursor, width: int) -> Row:
    """Return the chips of the iteration around the present step, as many as fit."""
    schedule = trace.schedule
    iteration = schedule.site(cursor.step).iteration
    begin, end = schedule.first_step(iteration), schedule.first_step(iteration + 1)
    cells = 2 + len(str(trace.shapes.layers))
    room = max(1, (width - 4) // cells)
    first = begin
    if end - begin > room:
        # The present step stands a third of the way in, so that what comes next is in view.
        first = max(begin, min(cursor.step - room // 3, end - room))
    stop = min(end, first + room)
    canvas = Canvas(width, 1)
    canvas.write(0, 0, "‹" if first > begin else " ", "dim")
    x = 2
    for step in range(first, stop):
        site = schedule.site(step)
        style = f"phase-{site.phase}" if step == cursor.step else f"done-{site.phase}"
        if step > cursor.step:
            style = "future"
        if step in trace.out_of_turn:
            style = "warning"
        canvas.write(x, 0, chip(site), Linked(style, step))
        x += cells
    canvas.write(x, 0, "›" if stop < end else " ", "dim")
    return canvas.rows()[0]


def chip(site: Site) -> str:
    """Return the short name of a step, such as F1, L, δ2, ∇2 or U1."""
    return f"{LETTERS[site.kind]}{site.layer or ''}"
