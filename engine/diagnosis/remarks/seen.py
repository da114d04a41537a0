"""What is looked at to see what an array is instead of the right one?"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from engine.diagnosis.judging.close import agree

if TYPE_CHECKING:
    from engine.arrays import Array
    from engine.diagnosis.judging.bench import Bench
    from engine.diagnosis.layouts.readings import Reading
    from engine.diagnosis.quantities import Quantity


class Sight(NamedTuple):
    """A sentence about an array; one that `tells` says how it comes about, and not only that it is so."""

    words: str
    tells: bool = True


class Seen(NamedTuple):
    """An array, the right one as it would be read, how far they may be apart, and what it may come from."""

    reading: Reading
    right: Array
    within: Array | float
    bench: Bench
    known: dict[str, Quantity]

    @property
    def array(self) -> Array:
        """What somebody has."""
        return self.reading.array

    @property
    def name(self) -> str:
        """What it is called."""
        return self.reading.quantity.name

    def same(self, other: Array, scale: float = 1.0) -> bool:
        """Return whether the array is another one, as exactly as its numbers are."""
        within = np.asarray(self.within) * max(1.0, abs(scale))
        return agree(
            self.array, np.asarray(other), within if within.shape == self.array.shape else within.max()
        )


def seen_of(reading: Reading, bench: Bench, known: dict[str, Quantity]) -> Seen:
    """Return what is looked at of an array."""
    right = bench.right.of(reading.variable)
    return Seen(reading, right * reading.share, bench.within(reading, right), bench, known)


def parameter_of(name: str) -> str:
    """Return the name of parameters whose values after the update have a name."""
    return name.removesuffix("_after")
