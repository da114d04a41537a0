"""What is said about a step: the author's note, where its numbers come from, and what still waits.

The room is shared out here and always the same in all, so that a note that comes or goes moves nothing
but these lines.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

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


def reasons_rows(trace: Trace, cursor: Cursor, width: int, height: int) -> list[Row]:
    """Return the note, the equations and what the parameters wait for, in `height` rows."""
    remark = remark_rows(trace, cursor, width, max(4, height - _LEAST_EQUATIONS - _SHORT_WAITING))
    waiting = _ROOMY_WAITING if height >= _ROOMY else _WAITING
    if height < _FEW or height - len(remark) - waiting < _LEAST_EQUATIONS:
        waiting = _SHORT_WAITING
    equations = max(2, height - len(remark) - waiting)
    found = equation_rows(trace, cursor, width, equations - 1)
    rows = [*remark, equation_title(trace, cursor, width), *found]
    rows += [rule("waiting", width), *waiting_rows(trace, cursor, width, waiting - 1)]
    return rows[:height]


def remark_rows(trace: Trace, cursor: Cursor, width: int, most: int) -> list[Row]:
    """Return what harm a break of the rule has done, or the author's note; none where there is neither."""
    return harm_rows(trace, cursor, width, most) or note_rows(trace, cursor, width, most)
