"""What is said about a step: the author's note, where its numbers come from, and what still waits.

The room is shared out here and always the same in all, so that a note that comes or goes moves nothing
but these lines.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.looking.lesson.shown import shown_at
from tui.draw.kit.panels import ruled
from tui.draw.kit.wide import wrapped
from tui.draw.reasons.equation import equation_panel
from tui.draw.reasons.remark import remark_rows
from tui.draw.reasons.waiting import waiting_panel

if TYPE_CHECKING:
    from engine.looking.cursor import Cursor
    from engine.run.tracing import Trace
    from tui.draw.kit.rows import Row

_LEAST_EQUATIONS = 5  # rows, with the title
_SHORT_WAITING, _WAITING, _ROOMY_WAITING = 3, 5, 6
_FEW, _MANY, _ROOMY = 10, 12, 16  # rows in all
_OF_A_NEURON = 4  # rows: a, z, δ, b
_AROUND = 5  # rows of the screen that are neither the network's nor the reasons'
_TALL = 32  # rows of the screen from which there is room for more than what is needed


def reasons_rows(trace: Trace, cursor: Cursor, width: int, height: int, following: str = "") -> list[Row]:
    """Return the note, the equations and what the parameters wait for, in `height` rows.

    Of a lesson, what it shows by then. `following` is the lesson after it.
    """
    shown = shown_at(trace, cursor.step)
    waiting = least = 0
    if "waiting" in shown:
        waiting, least = _ROOMY_WAITING if height >= _ROOMY else _WAITING, _SHORT_WAITING
    remark = remark_rows(trace, cursor, width, max(4, height - _LEAST_EQUATIONS - least), following)
    if height < _FEW or height - len(remark) - waiting < _LEAST_EQUATIONS:
        waiting = least
    rows = list(remark)
    if "equation" in shown:
        room = max(2, height - len(remark) - waiting)
        equations = ruled(equation_panel(trace, cursor, width, room - 1), width)
        if not waiting:  # the note stands at the bottom: what is above it is read first
            return [*equations, *[()] * (room - len(equations)), *remark][:height]
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
