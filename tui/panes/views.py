"""The panes that are always on the stepping screen."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from textual.reactive import var

from tui.draw.equation import equation_rows, equation_title
from tui.draw.footer import footer_row
from tui.draw.harm import harm_rows
from tui.draw.network import network_rows
from tui.draw.note import note_rows
from tui.draw.rows import clip, rule
from tui.draw.status import facts_row, status_row
from tui.draw.timeline import timeline_row
from tui.draw.waiting import waiting_rows
from tui.keys import KEYS
from tui.panes.pane import Pane

if TYPE_CHECKING:
    from engine.cursor import Cursor
    from engine.tracing import Trace
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
        facts = facts_row(trace, width, state)
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
    """

    view: var[str] = var(VIEWS[0])
    other: var[Trace | None] = var(None, always_update=True)
    logarithmic: var[bool] = var(False)

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
        """Return the rows of the view."""
        match self.view:
            case "network":
                return network_rows(trace, cursor, width, height)
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


class NotePane(Pane):
    """What does the scenario's author say about this step, or what harm has a break of the rule done?

    It is as high as what there is to say, and not there where there is nothing.
    """

    MOST_ROWS = 4
    MOST_ROWS_OF_A_ROOMY_SCREEN = 9

    def redraw(self) -> None:
        """Take the room that the note needs, then draw."""
        if self.trace is not None and self.cursor is not None:
            self.styles.height = len(self._note(self.trace, self.cursor, self.screen.size.width))
        super().redraw()

    def draw(self, trace: Trace, cursor: Cursor, width: int, height: int) -> list[Row]:  # noqa: ARG002
        """Return a rule and the note."""
        return self._note(trace, cursor, width)

    def _note(self, trace: Trace, cursor: Cursor, width: int) -> list[Row]:
        roomy = self.screen.has_class("-roomy")
        most = self.MOST_ROWS_OF_A_ROOMY_SCREEN if roomy else self.MOST_ROWS
        return harm_rows(trace, cursor, width, most) or note_rows(trace, cursor, width, most)


class EquationPane(Pane):
    """Where does this number come from?"""

    def draw(self, trace: Trace, cursor: Cursor, width: int, height: int) -> list[Row]:
        """Return a rule and the equations of the step."""
        return [
            equation_title(trace, cursor, width),
            *equation_rows(trace, cursor, width, height - 1),
        ]


class WaitingPane(Pane):
    """Why can't this weight change yet?"""

    def draw(self, trace: Trace, cursor: Cursor, width: int, height: int) -> list[Row]:
        """Return a rule and what the parameters of each layer wait for."""
        return [rule("waiting", width), *waiting_rows(trace, cursor, width, height - 1)]


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
        notes = [note.step - 1 for note in trace.scenario.notes]
        if all(step <= cursor.step for step in notes):
            disabled.add("move('next-note')")
        keys = tuple(key for key in KEYS if notes or key.action != "move('next-note')")
        return [footer_row(keys, disabled, width)]
