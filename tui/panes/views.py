"""The panes that are always on the stepping screen."""

from __future__ import annotations

from importlib import import_module
from textwrap import wrap
from typing import TYPE_CHECKING

from textual.reactive import var

from engine.looking.notes import noted_steps
from tui.draw.footer import footer_row
from tui.draw.network import network_rows
from tui.draw.reasons import reasons_rows, remark_rows
from tui.draw.rows import clip
from tui.draw.status import facts_row, status_row
from tui.draw.timeline import timeline_row
from tui.keys import KEYS
from tui.panes.pane import Pane

if TYPE_CHECKING:
    from engine.looking.cursor import Cursor
    from engine.replay.tracing import Trace
    from tui.draw.rows import Row


class StatusPane(Pane):
    """Which scenario is this, where in the run are we, and by what rules?

    `progress` says how much of the run has been computed; empty when all of it has. `lesson` says who is
    led or followed; empty without a lesson. `message` says why the last key did nothing, if it did.
    """

    progress: var[str] = var("")
    lesson: var[str] = var("")
    message: var[str] = var("")

    def watch_message(self) -> None:
        """Draw what changed."""
        self.redraw()

    def watch_progress(self) -> None:
        """Draw what changed."""
        self.redraw()

    def watch_lesson(self) -> None:
        """Draw what changed."""
        self.redraw()

    def draw(self, trace: Trace, cursor: Cursor, width: int, height: int) -> list[Row]:  # noqa: ARG002
        """Return the status line and the line of facts."""
        state = " · ".join(part for part in (self.progress, self.lesson) if part)
        facts = facts_row(trace, cursor, width, state)
        if self.message:
            facts = clip(((f" {self.message} ", "warning"),), width)
        return [status_row(trace, cursor, width), facts]


VIEWS = ("network", "compare", "cost", "loss", "time", "chain", "slope", "gradient", "heat")
"""The views of the main pane, in the order of their keys 1 to 9."""

PRESENTER = "presenter"
"""The page for a class on a projector, in the place of a view."""


class MainPane(Pane):
    """The view that was chosen; each is a module of `tui.draw`, imported when it is first shown.

    `other` is the same scenario in the other update order; `logarithmic` is the scale of the loss.
    `computed` counts the iterations that have been run: a curve ends there, a result is not known before.
    """

    view: var[str] = var(VIEWS[0])
    other: var[Trace | None] = var(None, always_update=True)
    logarithmic: var[bool] = var(False)
    computed: var[int] = var(0)

    def watch_computed(self) -> None:
        """Draw what changed."""
        self.redraw()

    def watch_view(self) -> None:
        """Draw what changed."""
        self.redraw()

    def watch_other(self) -> None:
        """Draw what changed."""
        self.redraw()

    def watch_logarithmic(self) -> None:
        """Draw what changed."""
        self.redraw()

    def draw(self, trace: Trace, cursor: Cursor, width: int, height: int) -> list[Row]:
        """Return the rows of the view; below all but the network, which has the reasons, stands the note."""
        if self.view == VIEWS[0]:
            return network_rows(trace, cursor, width, height)
        note = [] if self.view == PRESENTER else remark_rows(trace, cursor, width, max(4, height // 4))
        room = height - len(note)
        rows = self._view(trace, cursor, width, room)[:room]
        return [*rows, *[()] * (room - len(rows)), *note]

    def _view(self, trace: Trace, cursor: Cursor, width: int, height: int) -> list[Row]:
        match self.view:
            case "compare":
                from tui.draw.compare import compare_rows

                return compare_rows(trace, self.other, cursor, width, height)
            case "loss":
                from tui.draw.loss import loss_rows

                return loss_rows(trace, cursor, width, height, self.logarithmic)
            case name:
                rows = getattr(import_module(f"tui.draw.{name}"), f"{name}_rows")
                drawn: list[Row] = rows(trace, cursor, width, height)
                return drawn


class ReasonsPane(Pane):
    """Where does this number come from, why can't this weight change yet, and what does the author say?"""

    def draw(self, trace: Trace, cursor: Cursor, width: int, height: int) -> list[Row]:
        """Return the rows of all three."""
        return reasons_rows(trace, cursor, width, height)


class TimelinePane(Pane):
    """Where in the iteration are we?"""

    def draw(self, trace: Trace, cursor: Cursor, width: int, height: int) -> list[Row]:  # noqa: ARG002
        """Return the chips of the iteration."""
        return [timeline_row(trace, cursor, width)]


class FooterPane(Pane):
    """Which keys are there?"""

    GROUND = "surface"

    def draw(self, trace: Trace, cursor: Cursor, width: int, height: int) -> list[Row]:  # noqa: ARG002
        """Return the keys, greyed where they can't do anything."""
        disabled = set()
        if cursor.step == 0:
            disabled.add("move('previous')")
        if cursor.step == len(trace) - 1:
            disabled.add("move('next')")
        notes = trace.scenario.notes
        if all(step <= cursor.step for step in noted_steps(trace)):
            disabled.add("move('next-note')")
        keys = tuple(key for key in KEYS if notes or key.action != "move('next-note')")
        return [footer_row(keys, disabled, width)]


LEAST_WIDTH, LEAST_HEIGHT = 60, 18
"""The smallest terminal in which there is room for everything."""


class TooSmallPane(Pane):
    """How large must the terminal be? Shown instead of all others where it is smaller."""

    def draw(self, trace: Trace, cursor: Cursor, width: int, height: int) -> list[Row]:  # noqa: ARG002
        """Return the sentence in the middle."""
        sentence = f"{LEAST_WIDTH}x{LEAST_HEIGHT} needed, {width}x{height} here"
        lines = wrap(sentence, max(1, width))[:height]
        return [()] * ((height - len(lines)) // 2) + [((line.center(width), ""),) for line in lines]
