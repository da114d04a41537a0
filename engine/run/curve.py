"""What was the loss of each iteration so far, within a fixed memory?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.arrays import sealed

if TYPE_CHECKING:
    from engine.arrays import Array

CAPACITY = 1 << 17
"""Numbers that are enough for a picture of a run."""
EVERY = 1 << 20
"""Iterations of which every loss is kept, for whoever asks of each what it was: 8 MiB."""


class Curve:
    """The losses of the iterations 0, stride, 2·stride, ...: one number each.

    `add` takes the losses of consecutive iterations. When `capacity` numbers are held, every
    second one is dropped and `stride` doubles, so that a run of any length fits.
    """

    def __init__(self, capacity: int = CAPACITY) -> None:
        self.stride = 1
        self._capacity = capacity
        self._values: Array = np.empty(min(capacity, 1024))
        self._length = 0
        self._next = 0  # the iteration whose loss comes next

    def add(self, losses: Array) -> None:
        """Append the losses of the iterations that follow those already here."""
        kept = losses[-self._next % self.stride :: self.stride]
        self._next += len(losses)
        while self._length + len(kept) > self._capacity:
            half = (self._length + 1) // 2
            self._values[:half] = self._values[: self._length : 2]
            kept = kept[self._length % 2 :: 2]
            self._length = half
            self.stride *= 2
        if self._length + len(kept) > len(self._values):
            grown: Array = np.empty(min(self._capacity, 2 * (self._length + len(kept))))
            grown[: self._length] = self._values[: self._length]
            self._values = grown
        self._values[self._length : self._length + len(kept)] = kept
        self._length += len(kept)

    def until(self, iteration: int) -> Curve:
        """Return a new curve with the losses of the iterations before `iteration`."""
        found = Curve(self._capacity)
        found.stride, found._next = self.stride, min(iteration, self._next)
        found._length = -(-found._next // found.stride)
        found._values = self._values[: max(1, found._length)].copy()
        return found

    def thinned(self, capacity: int = CAPACITY) -> Curve:
        """Return the losses of here and now as a curve of at most `capacity` numbers, which shares them."""
        values = self.values()
        found = Curve(capacity)
        found._next, found.stride = self._next, self.stride
        while -(-len(values) * self.stride // found.stride) > capacity:
            found.stride *= 2
        found._values = values[:: found.stride // self.stride]
        found._length = len(found._values)
        return found

    def __len__(self) -> int:
        return self._length

    @property
    def iterations(self) -> int:
        """The number of iterations whose loss has been added."""
        return self._next

    def values(self) -> Array:
        """Return a read-only view of the losses held, in order."""
        return sealed(self._values[: self._length])
