"""How do the note, where numbers come from and what still waits share their room: below rules, or in boxes?

The room is always the same in all, so that a note that comes or goes moves nothing but these lines. In boxes
what is for reading stands at the left, below each other or in columns; the loss and the note at the right.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.looking.lesson.shown import shown_at
from tui.draw.kit.panels import boxed, ruled
from tui.draw.kit.rows import side_by_side
from tui.draw.kit.wide import wrapped
from tui.draw.reasons.equation import equation_panel
from tui.draw.reasons.remark import remark, remark_rows
from tui.draw.reasons.waiting import waiting_panel

if TYPE_CHECKING:
    from engine.looking.cursor import Cursor
    from engine.run.tracing import Trace
    from tui.draw.kit.panels import Panel
    from tui.draw.kit.rows import Row

_LEAST_EQUATIONS = 5  # rows, with the title
_SHORT_WAITING, _WAITING, _ROOMY_WAITING = 3, 5, 6
_FEW, _MANY, _ROOMY = 10, 12, 16  # rows in all
_OF_A_NEURON = 4  # rows: a, z, δ, b
_AROUND = 5  # rows of the screen that are neither the network's nor the reasons'
_TALL = 32  # rows of the screen from which there is room for more than what is needed

_BORDERS = 2  # rows of a box
_EQUATIONS, _SENTENCES, _LAYERS = 8, 2, 3  # rows of a box; rows of reasons; layers that each have a line
_THREE_FROM = 160  # cells of the screen
_SIDE, _LOSS_FROM = 42, 110  # cells of the right column, and of a screen that has it for the loss alone
_LEAST_LOSS = 6  # rows
_ENOUGH = 36  # rows of the screen above which the equations have more
_BRIEF, _BRIEF_WITH_NOTE = 10, 11  # rows where a lesson does not show what waits


def reasons_rows(trace: Trace, cursor: Cursor, width: int, height: int, following: str = "") -> list[Row]:
    """Return the note, the equations and what the parameters wait for, in `height` rows.

    Of a lesson, what it shows by then. `following` is the lesson after it.
    """
    shown = shown_at(trace, cursor.step)
    waiting = least = 0
    if "waiting" in shown:
        waiting, least = _ROOMY_WAITING if height >= _ROOMY else _WAITING, _SHORT_WAITING
    note = remark_rows(trace, cursor, width, max(4, height - _LEAST_EQUATIONS - least), following)
    if height < _FEW or height - len(note) - waiting < _LEAST_EQUATIONS:
        waiting = least
    rows = list(note)
    if "equation" in shown:
        room = max(2, height - len(note) - waiting)
        equations = ruled(equation_panel(trace, cursor, width, room - 1), width)
        if not waiting:  # the note stands at the bottom: what is above it is read first
            return [*equations, *[()] * (room - len(equations)), *note][:height]
        rows += [*equations, *[()] * (room - len(equations))]
    if waiting:
        rows += ruled(waiting_panel(trace, cursor, width, waiting - 1), width)
    return rows[:height]


def height_of_reasons(trace: Trace, step: int, width: int, height: int) -> int:
    """Return how many rows of a screen without boxes the reasons take at a step; the network has the rest.

    It has rows of theirs that show more of it, if the equations and the longest note can spare them.
    """
    if "waiting" not in shown_at(trace, step):
        return _MANY - _SHORT_WAITING
    if height >= _TALL:
        return _ROOMY + 2
    if height < 2 * _MANY:
        return _FEW
    notes = [len(wrapped(note.text, max(20, width - 3))) + 1 for note in trace.scenario.notes]
    spares = max(notes, default=0) + _SHORT_WAITING + _LEAST_EQUATIONS - 1 <= _FEW and not trace.breaks
    spare = (_MANY - _FEW) * spares
    room = height - _AROUND - _MANY - 1  # below the titles
    wanted = _OF_A_NEURON * max(trace.scenario.network.sizes[1:])
    gains = room < wanted <= room + spare and not any(trace.shapes.recurrent)
    return _MANY - spare * gains


def height_of_boxes(trace: Trace, step: int, width: int, height: int) -> int:
    """Return how many rows of a screen with boxes the reasons take at a step; the network has the rest."""
    shown = shown_at(trace, step)
    if "waiting" not in shown:
        return _BRIEF if "loss" in shown else _BRIEF_WITH_NOTE
    if width >= _THREE_FROM:
        return _BRIEF + (height - 30) // 10
    remembers = int(any(trace.shapes.recurrent))  # a gradient more to be formed and to be gathered
    more = max(0, height - _ENOUGH) // 4  # of four rows that the screen has one
    return _EQUATIONS + remembers + more + _waiting(trace)


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
        # Imported where there is room for boxes.
        from tui.draw.small_loss import small_loss

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
