"""How do the reasons stand in a large window? In boxes, and beside them how the loss goes.

Equations and waiting are for reading and stand at the left, below each other or in columns; the loss and the
author's note are at the right, so that a note that comes or goes moves nothing else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.looking.lesson.shown import shown_at
from tui.draw.kit.panels import boxed
from tui.draw.kit.rows import side_by_side
from tui.draw.reasons.equation import equation_panel
from tui.draw.reasons.remark import remark
from tui.draw.reasons.waiting import waiting_panel
from tui.draw.small_loss import small_loss

if TYPE_CHECKING:
    from engine.looking.cursor import Cursor
    from engine.run.tracing import Trace
    from tui.draw.kit.panels import Panel
    from tui.draw.kit.rows import Row

_BORDERS = 2  # rows of a box
_EQUATIONS, _SENTENCES, _LAYERS = 8, 2, 3  # rows of a box; rows of reasons; layers that each have a line
_THREE_FROM = 160  # cells of the screen
_SIDE, _LOSS_FROM = 42, 110  # cells of the right column, and of a screen that has it for the loss alone
_LEAST_LOSS = 6  # rows
_TALL = 40  # rows of the screen from which the equations have one more
_BRIEF, _BRIEF_WITH_NOTE = 10, 11  # rows where a lesson does not show what waits


def height_of_boxes(trace: Trace, step: int, width: int, height: int) -> int:
    """Return how many rows of a screen with boxes the reasons take at a step; the network has the rest."""
    shown = shown_at(trace, step)
    if "waiting" not in shown:
        return _BRIEF if "loss" in shown else _BRIEF_WITH_NOTE
    if width >= _THREE_FROM:
        return _BRIEF + (height - 30) // 10
    remembers = int(any(trace.shapes.recurrent))  # a gradient more to be formed and to be gathered
    return _EQUATIONS + remembers + (height >= _TALL) + _waiting(trace) + max(0, height - 42) // 3


def rows_in_boxes(trace: Trace, cursor: Cursor, width: int, height: int, following: str = "") -> list[Row]:
    """Return the note, the equations, what the parameters wait for and the loss, in `height` rows."""
    beside_loss = width >= _LOSS_FROM or trace.scenario.notes
    side = min(_SIDE, width // 3) if beside_loss and "loss" in shown_at(trace, cursor.step) else 0
    note = remark(trace, cursor, (side or width) - 2, height, following)
    if note is not None and (not side or _BORDERS + len(note.rows) > height):
        note = remark(trace, cursor, width - 2, height - _EQUATIONS, following)
        assert note is not None
        foot = boxed(note, width, _BORDERS + len(note.rows))
        return [*_body(trace, cursor, width, height - len(foot), side, None), *foot]
    return _body(trace, cursor, width, height, side, note)


def _body(trace: Trace, cursor: Cursor, width: int, height: int, side: int, note: Panel | None) -> list[Row]:
    left = width - side - 1 if side else width
    rows = _reading(trace, cursor, left, height, three=width >= _THREE_FROM)
    if not side:
        return rows
    right: list[Row] = []
    if note is not None:
        lines = _BORDERS + len(note.rows)
        right = boxed(note, side, lines if height - lines >= _LEAST_LOSS else height)
    if room := height - len(right):
        right += boxed(small_loss(trace, cursor, side - 2, room - _BORDERS), side, room)
    return side_by_side(rows, right, left + 1)


def _reading(trace: Trace, cursor: Cursor, width: int, height: int, *, three: bool) -> list[Row]:
    """Return the equations and what waits, below each other or in columns."""
    shown = shown_at(trace, cursor.step)
    if "waiting" not in shown:
        return _equations(trace, cursor, width, height)
    if three:
        half = (width - 1) // 2
        waiting = waiting_panel(trace, cursor, width - half - 3, height - _BORDERS)
        equations = _equations(trace, cursor, half, height)
        return side_by_side(equations, boxed(waiting, width - half - 1, height), half + 1)
    lines = min(_waiting(trace), height - _EQUATIONS + _BORDERS)
    waiting = waiting_panel(trace, cursor, width - 2, lines - _BORDERS)
    return [*_equations(trace, cursor, width, height - lines), *boxed(waiting, width, lines)]


def _equations(trace: Trace, cursor: Cursor, width: int, height: int) -> list[Row]:
    return boxed(equation_panel(trace, cursor, width - 3, height - _BORDERS), width, height)


def _waiting(trace: Trace) -> int:
    return _BORDERS + min(_LAYERS, trace.shapes.layers) + _SENTENCES
