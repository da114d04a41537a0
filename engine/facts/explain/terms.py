"""How does a sum have very many terms without making each of them?

A neuron above 100,000 units is a sum of 100,000 products, of which a screen shows a few. What the terms come
to is known at once, as an array; a term itself is made when it is looked at.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import TYPE_CHECKING, TypeVar, overload

import numpy as np

from engine.arrays import sealed

if TYPE_CHECKING:
    import numpy.typing as npt

    from engine.arrays import Array
    from engine.facts.entry import Number

T = TypeVar("T", covariant=True)


class Terms(Sequence[T]):
    """An immutable sequence of terms, each made by `make(place)` when it is asked for.

    `values` [term] is what each comes to, `numbers` [term] how many numbers of the trace each holds, and
    `place_of(number)` the place of the term that holds a number, None if none does.
    """

    def __init__(
        self,
        values: Array,
        numbers: npt.NDArray[np.int64] | int,
        make: Callable[[int], T],
        place_of: Callable[[Number], int | None],
    ) -> None:
        self.values = sealed(values)
        self.numbers: npt.NDArray[np.int64] = np.broadcast_to(np.int64(numbers), values.shape)
        self.place_of = place_of
        self._make = make

    def __len__(self) -> int:
        return len(self.values)

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> Terms[T]: ...
    def __getitem__(self, index: int | slice) -> T | Terms[T]:
        if isinstance(index, slice):
            return self._chosen(np.arange(len(self))[index])
        return self._make(range(len(self))[index])

    def without(self, place: int) -> Terms[T]:
        """Return all terms but the one at a place."""
        return self._chosen(np.delete(np.arange(len(self)), place))

    def _chosen(self, places: npt.NDArray[np.int64]) -> Terms[T]:
        def place_of(number: Number) -> int | None:
            found = np.flatnonzero(places == self.place_of(number))
            return int(found[0]) if len(found) else None

        return Terms(
            self.values[places], self.numbers[places], lambda place: self[int(places[place])], place_of
        )


def chained(*parts: Terms[T]) -> Terms[T]:
    """Return the terms of several sequences one after the other."""
    if len(parts) == 1:
        return parts[0]
    starts = [0, *accumulate(map(len, parts))]

    def make(place: int) -> T:
        part = bisect_right(starts, place) - 1
        return parts[part][place - starts[part]]

    def place_of(number: Number) -> int | None:
        for start, part in zip(starts, parts, strict=False):
            place = part.place_of(number)
            if place is not None:
                return start + place
        return None

    return Terms(
        np.concatenate([part.values for part in parts]),
        np.concatenate([part.numbers for part in parts]),
        make,
        place_of,
    )
