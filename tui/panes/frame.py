"""What stands around the view? Above it the status, below it the reasons, the timeline and the keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.reactive import var

from engine.facts.beside.theirs import theirs_of
from engine.looking.lesson.notes import hidden_by, noted_steps
from engine.looking.lesson.shown import shown_at
from engine.looking.ways.differences import walked_in
from tui.draw.frame.footer import footer_row
from tui.draw.frame.looking import looking_row
from tui.draw.frame.status import facts_row, status_row
from tui.draw.frame.timeline import timeline_row
from tui.draw.kit.panels import Panel, boxed
from tui.draw.kit.rows import clip, side_by_side
from tui.draw.kit.wide import told
from tui.draw.reasons.reasons import COLUMN_FROM, reasons_rows, right_column, rows_in_boxes
from tui.panes.pane import Pane
from tui.view_names import key_of, name_of
from tui.views import VIEWS
from tui.walking.said import Wrong

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.looking.cursor import Cursor
    from engine.run.tracing import Trace
    from engine.watching.history import Watched
    from tui.draw.kit.rows import Row
    from tui.keys import Key, KeyTable


_NOTE = "move('next-note')"
_WIDE = 110  # cells from which what is watched stands beside the reasons


class StatusPane(Pane):
    """Which scenario is this, where in the run are we, and by what rules?

    `progress` says how much of the run has been computed; empty when all of it has. `lesson` says who is
    led or followed; empty without a lesson. `noticed` says what serious thing has been seen in the run. The
    `view` is the one that is shown.
    """

    progress: var[str] = var("")
    lesson: var[str] = var("")
    noticed: var[str] = var("")
    view: var[str] = var(VIEWS[0])

    def watch_progress(self) -> None:
        """Draw what changed."""
        self.redraw()

    watch_lesson = watch_noticed = watch_view = watch_progress

    def draw(self, trace: Trace, cursor: Cursor, width: int, height: int) -> list[Row]:  # noqa: ARG002
        """Return the status line and the line of facts."""
        state = " · ".join(part for part in (self.progress, self.noticed, self.lesson) if part)
        rules = "rules" in shown_at(trace, cursor.step)
        view = ""
        if not self.boxes and self.view != VIEWS[0]:  # boxes have it in their borders
            view = f"{key_of(self.view)} {name_of(self.view, sequences=trace.shapes.sequences)}"
        facts = facts_row(trace, cursor, width, state, rules=rules, view=view)
        return [status_row(trace, cursor, width), facts]


class ReasonsPane(Pane):
    """Where does this number come from, why can't this weight change yet, and what does the author say?

    `following` is the lesson after the one that is open; `computed` counts the iterations that have been run;
    `watches` are the numbers that are watched.
    """

    following: var[str] = var("")
    computed: var[int] = var(0)
    watches: var[tuple[Watched, ...]] = var((), always_update=True)

    def watch_following(self) -> None:
        """Draw what changed."""
        self.redraw()

    def watch_computed(self, before: int, now: int) -> None:
        """Draw a curve further, which only boxes have, and say what has become of the loss once it is known.

        At an update that is the one after it: of the next iteration.
        """
        if self.boxes or before < self._iterations_told_of <= now:
            self.grow()

    @property
    def _iterations_told_of(self) -> int:
        if self.trace is None or self.cursor is None:
            return 0
        return min(self.trace.schedule.site(self.cursor.step).iteration + 2, self.trace.iterations)

    def watch_watches(self) -> None:
        """Draw what has come."""
        self.grow()

    def draw(self, trace: Trace, cursor: Cursor, width: int, height: int) -> list[Row]:
        """Return the rows of all three; beside them what is watched, where there is room."""
        if not self.watches or width < _WIDE:
            return self._reasons(trace, cursor, width, height)
        # Imported when something is watched: most sessions never do.
        from tui.draw.watches import NARROW, watch_rows

        cells = right_column(width) if self.boxes and width >= COLUMN_FROM else NARROW
        left = width - cells
        rows = self._reasons(trace, cursor, left - 1, height, cells + 1)
        if self.boxes:
            inside = watch_rows(trace, cursor, self.watches, cells - 2, height - 1)[1:]
            beside = boxed(Panel("watched", inside, "W curves"), cells, height)
        else:
            beside = watch_rows(trace, cursor, self.watches, cells, height)
        return side_by_side(rows, beside, left)

    def _reasons(self, trace: Trace, cursor: Cursor, width: int, height: int, narrower: int = 0) -> list[Row]:
        if self.boxes:
            return rows_in_boxes(trace, cursor, width, height, self.following, narrower=narrower)
        return reasons_rows(trace, cursor, width, height, self.following)


class TimelinePane(Pane):
    """Where in the iteration are we, and what is looked at?

    `message` says why the last key did nothing, if it did, in the place of what is looked at.
    """

    message: var[str] = var("")

    def watch_message(self) -> None:
        """Draw what changed; what is said needs no number, and so comes at once."""
        if self.message and self._rows and self.apart() is not None:
            before = self._rows
            self._rows = self._with_message(before, self.size.width, len(before))
            self._refresh_changed(before)
        self.redraw()

    def waiting_rows(self, width: int, height: int) -> list[Row]:
        """Return what is said while the rows are made."""
        rows = super().waiting_rows(width, height)
        return self._with_message(rows, width, height) if self.message else rows

    def _with_message(self, rows: list[Row], width: int, height: int) -> list[Row]:
        """Return rows with what is said in the last of them; where it is longer than one, in more."""
        lines = told(self.message, width - 2, max(1, height))
        style = "wrong" if isinstance(self.message, Wrong) else "strong"
        return [*rows[: height - len(lines)], *(clip(((f" {line} ", style),), width) for line in lines)]

    def draw(self, trace: Trace, cursor: Cursor, width: int, height: int) -> list[Row]:
        """Return the chips of the iteration and, below them, the other line; with one row either."""
        shown = shown_at(trace, cursor.step)
        rows: list[Row] = [timeline_row(trace, cursor, width) if "steps" in shown else ()]
        if self.message:
            return self._with_message(rows, width, height)
        return [*rows, looking_row(trace, cursor, width) if "looking" in shown else ()][:height]


def _to_differences(key: Key) -> Key:
    """Return the key as it stands where it leads to what differs: what the user is here for."""
    return key._replace(name="difference", footer=1)


class FooterPane(Pane):
    """Which of some keys are there?"""

    GROUND = "surface"

    view: var[str] = var(VIEWS[0])
    following: var[str] = var("")

    def __init__(self, keys: KeyTable) -> None:
        super().__init__(id="footer")
        self._key_table = keys

    def watch_view(self) -> None:
        """Draw what changed."""
        self.redraw()

    watch_following = watch_view

    def draw(self, trace: Trace, cursor: Cursor, width: int, height: int) -> list[Row]:  # noqa: ARG002
        """Return the keys, greyed where they can't do anything."""
        disabled = set()
        if cursor.step == 0:
            disabled.add("move('previous')")
        if cursor.step == len(trace) - 1:
            disabled.add("move('next')")
        keys = tuple(one for key in self._key_table for one in self._leading(key, trace, cursor.step))
        if theirs_of(trace) is not None and walked_in(self.view, trace):
            keys = tuple(_to_differences(key) if key.action == "beside(1)" else key for key in keys)
        return [footer_row(keys, disabled, width)]

    def _leading(self, key: Key, trace: Trace, step: int) -> Iterator[Key]:
        """Yield a key; that of notes only where there is one to lead to, or else the next lesson."""
        if key.action != _NOTE or any(one > step for one in noted_steps(trace)):
            yield key
        elif trace.scenario.notes and self.following and not hidden_by(trace, step):
            yield key._replace(name="lesson")
