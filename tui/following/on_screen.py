"""Which state of a leader does a screen show?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from tui.telling.looking import state_of, table_of
from tui.telling.runs import told

if TYPE_CHECKING:
    from engine.looking.cursor import Cursor
    from engine.run.tracing import Trace
    from tui.screens.stepping import SteppingScreen
    from tui.telling.state import State


def state_on(screen: SteppingScreen, trace: Trace, cursor: Cursor) -> State:
    """Return the state of a screen that shows a cursor of a trace, but for what the scenario is called."""
    return replace(
        state_of(trace, cursor),
        view=screen.view,
        logarithmic=screen.along.logarithmic,
        pointed_at=screen.along.at,
        zoom=screen.along.zoom,
        against=screen.two.second,
        held_against=screen.two.first,
        table=table_of(screen.sorting),
        runs=told(screen.branched),
        run=screen.branched.at,
        beside=screen.branched.chosen,
    )
