"""What was the loss of each iteration? That of the run, or of one beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.conditions.given import Reading, asked, those
from engine.run.straight import Run

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.arrays import Array
    from engine.conditions.given import Rows
    from engine.conditions.layout import Layouts
    from engine.conditions.meaning import Leaf
    from engine.run.tracing import Trace


class Losses(Reading):
    """Reads losses: those that the trace has, or those of a run of its own where it has none."""

    def __init__(self, trace: Trace, leaves: Sequence[Leaf], layouts: Layouts) -> None:
        super().__init__(trace, leaves, layouts)
        self._run = Run(trace.scenario, trace.shapes, trace.order)

    def seek(self, iteration: int) -> None:
        """Go on from an iteration of the run."""
        self.iteration = iteration

    def read(self, count: int) -> list[Rows]:
        """Read some iterations."""
        first, self.iteration = self.iteration, self.iteration + count
        losses = self._losses(first, count)
        return [
            self.rows(
                layout,
                iterations,
                {leaf: those(losses[:, None], iterations - first) for leaf in asked(self._leaves)},
            )
            for layout, iterations in self._layouts.groups(first, count)
        ]

    def _losses(self, first: int, count: int) -> Array:
        if not asked(self._leaves):
            return np.zeros(count)
        known = self._trace.every_loss(first, count)
        if known is not None:
            return known
        if self._run.iteration != first:
            self._run.seek(first, self._trace.parameters(first))
        return self._run.advance(count)
