"""What does the middle of the screen show?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.reactive import var

from engine.looking.sorting import Sorting
from tui.draw.reasons.reasons import remark_rows
from tui.panes.pane import Pane
from tui.views import PRESENTER, VIEWS, view_rows

if TYPE_CHECKING:
    from engine.branching.tree import Runs
    from engine.looking.cursor import Cursor
    from engine.run.tracing import Trace
    from engine.scenario import Order
    from engine.watching.history import Watched
    from tui.draw.kit.rows import Row


class MainPane(Pane):
    """The view that was chosen, and the note of the step where nothing else shows it.

    `others` are runs of the same scenario in other update orders, `against` is the one that is chosen to be
    held against the order that waits; `logarithmic` is the scale of the loss, `sorting` how the table of
    samples stands, `runs` which branch off each other, and
    `watches` what is watched.
    `following` is the lesson after the one that is open.
    `computed` counts the iterations that have been run: a curve ends there, a result is not known before.
    """

    view: var[str] = var(VIEWS[0])
    others: var[tuple[Trace, ...]] = var((), always_update=True)
    against: var[Order | None] = var(None)
    logarithmic: var[bool] = var(False)
    sorting: var[Sorting] = var(Sorting())
    runs: var[Runs | None] = var(None)
    watches: var[tuple[Watched, ...]] = var((), always_update=True)
    computed: var[int] = var(0)
    following: var[str] = var("")

    def watch_view(self) -> None:
        """Draw what changed."""
        self.redraw()

    watch_others = watch_against = watch_logarithmic = watch_computed = watch_following = watch_view
    watch_sorting = watch_runs = watch_watches = watch_view

    def draw(self, trace: Trace, cursor: Cursor, width: int, height: int) -> list[Row]:
        """Return the rows of the view; the note stands below all but the network, which has the reasons."""
        note: list[Row] = []
        if self.view not in (VIEWS[0], PRESENTER):
            note = remark_rows(trace, cursor, width, max(4, height // 4), self.following)
        room = height - len(note)
        rows = view_rows(
            self.view,
            trace,
            cursor,
            width,
            room,
            others=self.others,
            against=self.against,
            logarithmic=self.logarithmic,
            sorting=self.sorting,
            runs=self.runs,
            watches=self.watches,
        )[:room]
        return [*rows, *[()] * (room - len(rows)), *note]
