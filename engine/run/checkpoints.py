"""From which parameters can an iteration be replayed, within a fixed memory?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from engine.arrays import Array

BUDGET = 12 << 20
"""Bytes for checkpoints of one run."""

STRIDE = 16
"""Iterations between two checkpoints of a run that fits: a seek replays this many at most."""


class Checkpoints:
    """The flat parameters before the iterations origin, origin + stride, origin + 2·stride, ...

    `start` are those before the iteration `origin`, at which the run begins.

    When the budget is used up, every second checkpoint is dropped and `stride` doubles: a longer
    run is replayed from further away, never with more memory.
    """

    def __init__(self, start: Array, budget: int = BUDGET, stride: int = STRIDE, origin: int = 0) -> None:
        self.stride = stride
        self._origin = origin
        self._capacity = max(2, budget // max(1, start.nbytes))
        self._rows: Array = np.empty((min(self._capacity, 4), start.size))
        self._rows[0] = start
        self._length = 1

    @property
    def due(self) -> int:
        """The iteration before which the next checkpoint is to be taken."""
        return self._origin + self._length * self.stride

    def add(self, parameters: Array) -> None:
        """Keep the parameters before the iteration that is `due`."""
        if self._length == self._capacity:
            kept = self._rows[: self._length : 2].copy()
            due, self.stride = self.due, 2 * self.stride
            self._length = len(kept)
            self._rows[: self._length] = kept
            if due != self.due:
                return
        if self._length == len(self._rows):
            grown: Array = np.empty((min(self._capacity, 2 * self._length), self._rows.shape[1]))
            grown[: self._length] = self._rows
            self._rows = grown
        self._rows[self._length] = parameters
        self._length += 1

    def nearest(self, iteration: int) -> tuple[int, Array]:
        """Return the last checkpoint at or before an iteration, `origin` or later: its number and a copy."""
        before = self.before(iteration)
        return before, self._rows[(before - self._origin) // self.stride].copy()

    def before(self, iteration: int) -> int:
        """Return the last iteration, at or before one that is `origin` or later, with a checkpoint."""
        return self._origin + min((iteration - self._origin) // self.stride, self._length - 1) * self.stride
