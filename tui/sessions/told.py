"""Where does somebody look by what a session tells?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from tui.following.looking import cursor_of
from tui.following.protocol import Chosen, State
from tui.sessions.document import Look

if TYPE_CHECKING:
    from engine.looking.cursor import Cursor
    from engine.run.tracing import Trace


def cursor_told(trace: Trace, look: Look) -> Cursor:
    """Return the cursor that a session tells of; without what is not computed yet."""
    nowhere = State("", trace.order, Chosen("", 0.0), 0)
    return cursor_of(
        trace, replace(nowhere, **{name: getattr(look, name) for name in Look.__struct_fields__})
    )
