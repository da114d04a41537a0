"""What is said about a step: the author's note, where its numbers come from, and what still waits.

The room is shared out here and always the same in all, so that a note that comes or goes moves nothing
but these lines.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.looking.shown import shown_at
from tui.draw.kit.rows import Row, rule
from tui.draw.reasons.equation import equation_rows, equation_title
from tui.draw.reasons.harm import harm_rows
from tui.draw.reasons.note import note_rows
from tui.draw.reasons.waiting import waiting_rows

if TYPE_CHECKING:
    from engine.looking.cursor import Cursor
    from engine.run.tracing import Trace

_LEAST_EQUATIONS = 5  # rows, with the title
_SHORT_WAITING, _WAITING, _ROOMY_WAITING = 3, 5, 6
_FEW, _ROOMY = 12, 16  # rows in all


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
        if not waiting:  # the note stands at the bottom: what is above it is read first
            found = equation_rows(trace, cursor, width, room - 1)
            return [equation_title(trace, cursor, width), *found, *remark][:height]
        rows += [equation_title(trace, cursor, width), *equation_rows(trace, cursor, width, room - 1)]
    if waiting:
        rows += [rule("waiting", width), *waiting_rows(trace, cursor, width, waiting - 1)]
    return rows[:height]


def remark_rows(trace: Trace, cursor: Cursor, width: int, most: int, following: str = "") -> list[Row]:
    """Return what harm a break of the rule has done, or the author's note; none where there is neither."""
    return harm_rows(trace, cursor, width, most) or note_rows(trace, cursor, width, most, following)
