"""Where in a run is the user, and how does he come to what has not been run yet?

A place that has been run is reached at once. Another is reached as soon as the run in the background
has come there, unless by then the user wishes to be elsewhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.looking.lesson.notes import guided
from engine.looking.ways.moves import move
from tui.meanwhile.background import Background

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.looking.cursor import Cursor
    from engine.run.tracing import Trace
    from tui.meanwhile.maker import Maker


class Journey:
    """The user's way through one trace.

    `here` is the cursor of the place that is looked at, `goal` the one that will be: the same, unless
    it is waited for. `arrived` is called when `here` is another one, `waiting` when there is something
    new to say of the run or of the wait.
    """

    def __init__(
        self,
        whole: Trace,
        cursor: Cursor,
        arrived: Callable[[], None],
        waiting: Callable[[], None],
        maker: Maker | None = None,
    ) -> None:
        self.trace = whole
        self.here = self.goal = cursor
        self._arrived = arrived
        self._waiting = waiting
        self._background = Background(whole, waiting, maker)
        self._ended = False
        self.waits = False
        """Whether the goal has still to be run."""

    def run(self) -> None:
        """Begin to run the rest in the background."""
        if not self._ended:
            self._background.start()

    def run_if_short(self) -> None:
        """Run all of it now, unless that takes longer than a key may."""
        self._background.reaches(self.trace.iterations)

    def end(self) -> None:
        """Leave the run; from now on no place of it can be reached."""
        self._ended = True
        self._background.stop()

    def look_at(self, cursor: Cursor) -> None:
        """Move to a cursor as soon as its iteration has been run."""
        if self._ended:
            return
        self.goal = cursor
        iteration = self.trace.schedule.site(cursor.step).iteration
        if self._background.reaches(iteration):
            self._background.forget()
            waited, self.waits = self.waits, False
            self.here = cursor
            self._arrived()
            if waited:
                self._waiting()  # that it is not waited for any more
        else:
            self.waits = True
            self._background.when(iteration, lambda: self.look_at(cursor))
            self._waiting()

    def step_on(self) -> bool:
        """Look at the next step, unless one is waited for already; return whether there is a next one."""
        cursor = move(self.here, self.trace, "next")
        if cursor.step == self.here.step:
            return False
        if not self.waits:
            self.look_at(guided(cursor, self.trace))
        return True

    def progress(self) -> str:
        """Return how much has been run and what is waited for; empty when there is nothing to say."""
        share = self._background.progress()
        if share is None:
            return ""
        if self.waits:
            return f"run {share:4.0%}, then step {self.goal.step + 1:,}"
        return f"run {share:4.0%}"
