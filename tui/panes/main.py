"""What does the middle of the screen show?"""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING

from textual.reactive import var

from engine.facts.two_orders.chosen import NOBODY_CHOSE, Two
from engine.looking.along import Along
from engine.looking.sorting import Sorting
from tui.panes.pane import Pane
from tui.views import VIEWS, Chosen, framed_rows

if TYPE_CHECKING:
    from engine.branching.tree import Runs
    from engine.looking.cursor import Cursor
    from engine.run.tracing import Trace
    from engine.watching.history import Watched
    from tui.draw.kit.rows import Row


class MainPane(Pane):
    """The view that was chosen, and the note of the step where nothing else shows it.

    What else there is to choose in a view, `tui.views.Chosen` says.
    `following` is the lesson after the one that is open.
    `computed` counts the iterations that have been run: a curve ends there, a result is not known before.
    """

    view: var[str] = var(VIEWS[0])
    others: var[tuple[Trace, ...]] = var((), always_update=True)
    two: var[Two] = var(NOBODY_CHOSE)
    along: var[Along] = var(Along())
    sorting: var[Sorting] = var(Sorting())
    runs: var[Runs | None] = var(None)
    watches: var[tuple[Watched, ...]] = var((), always_update=True)
    computed: var[int] = var(0)
    following: var[str] = var("")

    def watch_view(self) -> None:
        """Draw what changed."""
        self.redraw()

    def watch_computed(self) -> None:
        """Draw what has come."""
        self.grow()

    watch_two = watch_along = watch_following = watch_sorting = watch_runs = watch_view
    watch_others = watch_watches = watch_computed

    def waiting_rows(self, width: int, height: int) -> list[Row]:
        """Return that the view is made, and that nobody has to wait for it."""
        says = (
            f"{self.view} is being made. Keys are answered meanwhile: another view by its number, q leaves."
        )
        return [
            *[()] * min(2, height - 1),
            *(((f" {line}", "dim"),) for line in wrap(says, max(20, width - 2))),
        ]

    def draw(self, trace: Trace, cursor: Cursor, width: int, height: int) -> list[Row]:
        """Return the rows of the view, and the note below all but the network, which has the reasons."""
        chosen = Chosen(self.others, self.two, self.along, self.sorting, self.runs, self.watches)
        boxes, following = self.boxes, self.following
        return framed_rows(self.view, trace, cursor, width, height, chosen, boxes=boxes, following=following)
