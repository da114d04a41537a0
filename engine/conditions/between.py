"""What is read of a run between its iterations: its losses, and parameters that each changes once?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.conditions.given import Reading, asked, those
from engine.conditions.words import WORDS
from engine.equations.equation import Variable
from engine.run.straight import Run

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.arrays import Array
    from engine.conditions.given import Rows
    from engine.conditions.layout import Layouts
    from engine.conditions.meaning import Leaf
    from engine.run.tracing import Trace


class ParametersAlone(Reading):
    """Reads parameters between iterations, where each changes them once."""

    def __init__(self, trace: Trace, leaves: Sequence[Leaf], layouts: Layouts) -> None:
        super().__init__(trace, leaves, layouts)
        self._run = Run(trace.scenario, trace.shapes, trace.order)

    def seek(self, iteration: int) -> None:
        """Go on from an iteration of the run."""
        if iteration != self.iteration:
            self._run.seek(iteration, self._trace.parameters(iteration))
            self.iteration = iteration

    def read(self, count: int) -> list[Rows]:
        """Read some iterations."""
        first, self.iteration = self.iteration, self.iteration + count
        made: dict[Leaf, list[Array]] = {leaf: [] for leaf in asked(self._leaves)}
        for _ in range(count):
            loss = self._run.advance(1)
            parameters = self._run.parameters()
            for leaf, values in made.items():
                if leaf.word == "loss":
                    values.append(loss)
                else:
                    array = parameters.array(Variable(WORDS[leaf.word].quantity, leaf.layer))
                    values.append(leaf.of(array)[None])
        arrays = {leaf: np.array(values) for leaf, values in made.items()}
        return [
            self.rows(layout, some, {leaf: those(array, some - first) for leaf, array in arrays.items()})
            for layout, some in self._layouts.groups(first, count)
        ]


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
