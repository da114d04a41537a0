"""How does the same scenario run in other update orders, beside the run that is stepped through?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.scenario import without_mistake
from engine.update_orders import WAITING
from tui.meanwhile.background import Background

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.facts.two_orders.chosen import Two
    from engine.run.tracing import Trace
    from engine.scenario import Order
    from tui.meanwhile.maker import Maker


class OtherRuns:
    """Runs in the background, one in each order that has been asked for.

    `report` is called with their traces when more of them is known, and with none when they are given up.
    """

    def __init__(self, report: Callable[[tuple[Trace, ...]], None]) -> None:
        self._report = report
        self._kept: dict[Trace, Background] = {}
        self._running: dict[tuple[Order, str | None], tuple[Trace, Background]] = {}

    def begin(self, mine: Trace, two: Two, maker: Maker | None = None) -> None:
        """Run the scenario of a trace in the two orders that are held against each other, unless that has
        begun.

        As it should be it is in the order that waits, without a mistake. A `maker` runs them if they are
        large.
        """
        right = mine.scenario if mine.mistake is None else without_mistake(mine.scenario)
        first = (WAITING, right) if two.first is None else (two.first, mine.scenario)
        for order, scenario in (first, (two.second or mine.order, mine.scenario)):
            key = order, scenario.training.mistake
            if key != (mine.order, mine.mistake) and key not in self._running:
                other = mine.otherwise(scenario, order)
                self._running[key] = other, Background(other, self._tell, maker)
                self._running[key][1].start()
        self._tell()

    def keep(self, other: Trace, maker: Maker | None = None) -> None:
        """Run a run that is there already to its end, unless that has begun."""
        if other not in self._kept and other.computed < other.iterations:
            self._kept[other] = Background(other, self._tell, maker)
            self._kept[other].start()

    def end(self) -> None:
        """Stop, and begin anew when next asked."""
        for background in self._kept.values():
            background.stop()
        self._kept.clear()
        if self._running:
            for _, background in self._running.values():
                background.stop()
            self._running.clear()
            self._tell()

    def _tell(self) -> None:
        self._report(tuple(other for other, _ in self._running.values()))
