"""Does the screen show what it would show if all of it were drawn anew from the same state?

What the terminal has been sent is held against the whole screen, and the screen against panes that forget
what they have drawn.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from engine import apart
from engine.apart import leave_to
from tests.soak.shown import cells_of, composed, first_difference
from tui.draw.kit.rows import plain
from tui.panes.pane import Pane

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.soak.shown import ShownApp
    from tui.screens.stepping import SteppingScreen


def difference(app: ShownApp) -> str:
    """Return what is shown otherwise than it would be drawn now; empty if nothing is."""
    screen, stepping = app.screen, app.stepping
    if (app.size.width, app.size.height) != (app.terminal.columns, app.terminal.rows):
        return f"the app has {app.size}"
    if found := first_difference(cells_of(app.terminal), composed(app, screen)):
        return f"the terminal shows otherwise than what was composed: {found}"
    if stepping is None or stepping.cursor is None:
        return ""
    with _nobody_computes_alone():
        return _of_panes(app, stepping)


def _of_panes(app: ShownApp, screen: SteppingScreen) -> str:
    """Return what panes show otherwise than they would draw; forgets nothing if nothing differs."""
    trace, here = screen.walk.place
    height = screen._height_of_reasons(trace, here.step, *app.size)
    if height != screen._reasons:
        return f"the reasons have {screen._reasons} rows, not {height}"
    for pane in screen.query(Pane):
        if not pane.size or not pane.region or not pane.display:
            continue
        assert pane.trace is not None
        assert pane.cursor is not None
        rows = pane.draw(pane.trace, pane.cursor, pane.size.width, pane.size.height)
        wanted = pane._filled(rows, pane.size.height)
        for y, (shown, row) in enumerate(zip(pane._rows, wanted, strict=False)):
            if shown != row:
                return f"row {y} of {pane.id}\n  shown  {plain(shown)}\n  wanted {plain(row)}"
        if len(pane._rows) != len(wanted):
            return f"{pane.id} has {len(pane._rows)} rows, not {len(wanted)}"
        painted = [strip.text.rstrip() for strip in pane.render_lines(pane.size.region)]
        as_drawn = not app.ascii_only  # else other signs stand for some
        if as_drawn and painted != [plain(row).rstrip() for row in wanted]:
            return f"{pane.id} is painted otherwise than it is drawn"
        if pane.trace is not trace or pane.cursor is not screen.cursor:
            return f"{pane.id} shows another place"
    return ""


@contextmanager
def _nobody_computes_alone() -> Iterator[None]:
    """Let the numbers of a large run be asked for here, too."""
    alone = apart._alone
    leave_to(None)
    try:
        yield
    finally:
        leave_to(alone)
