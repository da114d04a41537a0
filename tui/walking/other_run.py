"""How does the same scenario run in the other update order, beside the run that is stepped through?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.replay.tracing import trace
from tui.walking.background import Background
from tui.walking.orders import other_order

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.replay.tracing import Trace


class OtherRun:
    """A run in the background.

    `report` is called with its trace when more of it is known, and with None when it is given up.
    """

    def __init__(self, report: Callable[[Trace | None], None]) -> None:
        self._report = report
        self._background: Background | None = None

    def begin(self, mine: Trace) -> None:
        """Run the scenario of a trace in the other order, unless that has begun."""
        if self._background is not None:
            return
        other = trace(mine.scenario, other_order(mine.order))
        self._background = Background(other, lambda: self._report(other))
        self._background.start()
        self._report(other)

    def end(self) -> None:
        """Stop, and begin anew when next asked."""
        if self._background is not None:
            self._background.stop()
            self._background = None
            self._report(None)
