"""Where in the iteration are we? A chip for each step: what it makes, in its phase's colour.

Before a run of steps stands what they have in common: their phase, in a batch their sample, in a sequence
their time. `forward a1 a2   loss C   back δ2 ∇2 δ1 ∇1   update W2 W1`.

An update that the user put in out of turn stands on the ground of a warning.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.words.chips import chip
from tui.draw.kit.rows import Canvas, Linked, Row

if TYPE_CHECKING:
    from engine.looking.cursor import Cursor
    from engine.order.shapes import Shapes
    from engine.order.site import Phase, Site
    from engine.run.tracing import Trace

PHASES: dict[Phase, str] = {"forward": "forward", "loss": "loss", "backward": "back", "update": "update"}
"""What stands before the steps of a phase."""

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
        label = _label(trace, step, step - 1 if step > first else None)
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
        label = _label(trace, first, first - 1)
        after += _APART * bool(label) + _cells(trace, first, label)
        if after + _cells(trace, first - 1, _label(trace, first - 1, None)) > room:
            break
        first -= 1
    return first


def _cells(trace: Trace, step: int, label: str) -> int:
    """Return the cells of a chip, of the blank after it, and of a label before it."""
    bare = len(chip(trace.shapes, trace.schedule.site(step))) + 1
    return bare + (len(label) + 1 if label else 0)


def _label(trace: Trace, step: int, before: int | None) -> str:
    """Return what is new about a step after another, or all there is to say of it after none."""
    shapes, schedule = trace.shapes, trace.schedule
    site = schedule.site(step)
    last = schedule.site(before) if before is not None and before >= 0 else None
    if last is not None and last.iteration != site.iteration:
        last = None
    if site.phase == "update":
        return "" if last is not None and last.phase == "update" else PHASES["update"]
    if last is not None and last.phase == "update":
        last = None  # as in the orders that don't wait
    batch = shapes.batch(site.iteration)
    parts: list[str] = []
    if len(batch) > 1 and (last is None or last.sample != site.sample):
        number = (site.sample or 0) - batch.start + 1
        parts.append(f"sample {number}" if shapes.sequences else str(number))
    if shapes.sequences or len(batch) == 1:
        word = _word(shapes, site)
        turned = last is None or bool(parts) or _word(shapes, last) != word
        if turned:
            parts.append(word)
        if shapes.sequences and (turned or last is None or last.time != site.time):
            parts.append(f"time {site.time}")
    colon = ":" if shapes.sequences or len(batch) > 1 else ""
    return ", ".join(parts) + colon if parts else ""


def _word(shapes: Shapes, site: Site) -> str:
    """Return the word of a step's phase; the loss of a time is among the steps forward."""
    return PHASES["forward" if shapes.sequences and site.phase == "loss" else site.phase]
