"""What does the present step do, in a sentence?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.looking.selection import numbers_of_step
from engine.words.chips import chip
from tui.draw.reasons.equation import as_shown

if TYPE_CHECKING:
    from engine.looking.cursor import Cursor
    from engine.run.tracing import Trace


def sentence_of(trace: Trace, cursor: Cursor) -> str:
    """Return what the present step makes, and how."""
    site = trace.schedule.site(cursor.step)
    own = numbers_of_step(trace, cursor)
    number = own[min(cursor.part, len(own) - 1)]
    return f"This step, {chip(trace.shapes, site)}: {as_shown(trace, cursor, number).words}"
