"""What stands on the whole stepping screen, from top to bottom, without an app?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.looking.lesson.shown import shown_at
from tui.draw.frame.footer import footer_row
from tui.draw.frame.looking import looking_row
from tui.draw.frame.status import facts_row, status_row
from tui.draw.frame.timeline import timeline_row
from tui.draw.kit.panels import has_boxes
from tui.draw.reasons.reasons import height_of_boxes, height_of_reasons, reasons_rows, rows_in_boxes
from tui.keys import KEYS
from tui.views import VIEWS, Chosen, framed_rows

if TYPE_CHECKING:
    from engine.looking.along import Along
    from engine.looking.cursor import Cursor
    from engine.run.tracing import Trace
    from tui.draw.kit.rows import Row

SIZES = ((80, 24), (100, 30), (120, 40), (200, 50))


def screen_rows(
    trace: Trace, cursor: Cursor, width: int, height: int, view: str = VIEWS[0], *, along: Along | None = None
) -> list[Row]:
    """Return the rows of the screen."""
    shown = shown_at(trace, cursor.step)
    return [
        status_row(trace, cursor, width),
        facts_row(trace, cursor, width, "", rules="rules" in shown),
        *middle_rows(trace, cursor, width, height, view, along=along),
        timeline_row(trace, cursor, width) if "steps" in shown else (),
        looking_row(trace, cursor, width) if "looking" in shown else (),
        footer_row(KEYS, set(), width),
    ]


def middle_rows(
    trace: Trace, cursor: Cursor, width: int, height: int, view: str = VIEWS[0], *, along: Along | None = None
) -> list[Row]:
    """Return the rows of the view and, below the network, of the reasons."""
    boxes, room = has_boxes(width, height), height - 5
    reasons: list[Row] = []
    if view == VIEWS[0]:
        reasons = lower_rows(trace, cursor, width, height)
    chosen = Chosen() if along is None else Chosen(along=along)
    upper = framed_rows(view, trace, cursor, width, room - len(reasons), chosen, boxes=boxes)
    return [*upper, *reasons]


def height_of_lower(trace: Trace, step: int, width: int, height: int) -> int:
    """Return how many rows the reasons have."""
    lines = height_of_boxes if has_boxes(width, height) else height_of_reasons
    return lines(trace, step, width, height)


def lower_rows(trace: Trace, cursor: Cursor, width: int, height: int) -> list[Row]:
    """Return the rows of the reasons, exactly as many as they have."""
    lines = height_of_lower(trace, cursor.step, width, height)
    if has_boxes(width, height):
        return rows_in_boxes(trace, cursor, width, lines)
    rows = reasons_rows(trace, cursor, width, lines)
    return [*rows, *[()] * (lines - len(rows))]
