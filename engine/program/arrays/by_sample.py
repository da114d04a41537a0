"""How is an iteration kept that is run sample by sample, with an update after each?

Of a million samples arrays of their own would take fifty times what their numbers take: each quantity is one
array over all of them, and what an update has applied is a row of one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple, overload

import numpy as np

from engine.arrays import sealed

PIECE = 4096
"""Samples that are run again, at most, where an iteration was left."""

if TYPE_CHECKING:
    from engine.arrays import Array
    from engine.equations.equation import Variable
    from engine.parameters import Parameters
    from engine.program.operations import Memory


class Singles(Sequence[range]):
    """Each of some samples by itself, as a range of one; its place is the sample."""

    def __init__(self, samples: int) -> None:
        self._samples = samples

    def __len__(self) -> int:
        return self._samples

    @overload
    def __getitem__(self, index: int) -> range: ...
    @overload
    def __getitem__(self, index: slice) -> list[range]: ...
    def __getitem__(self, index: int | slice) -> range | list[range]:
        found = range(self._samples)[index]
        return [range(one, one + 1) for one in found] if isinstance(found, range) else range(found, found + 1)


class Wholes:
    """The arrays [time, sample, unit] of a batch, filled by a program that runs one sample at a time."""

    def __init__(self, kept: Sequence[Variable], samples: int) -> None:
        self._kept, self._samples = kept, samples
        self._arrays: dict[Variable, Array] = {}
        # An array [sample, time, unit], and where the program has [time, unit].
        self._pairs: list[tuple[Array, Array]] = []

    def add(self, memory: Memory, place: int) -> None:
        """Take over what the program has computed of the sample at a place in the batch."""
        if not self._pairs:
            self._pairs = [self._pair(one, memory.array(one)) for one in self._kept]
        for whole, one in self._pairs:
            whole[place] = one

    def _pair(self, one: Variable, array: Array) -> tuple[Array, Array]:
        whole = self._arrays[one] = np.empty((array.shape[0], self._samples, *array.shape[2:]))
        return whole.swapaxes(0, 1), array[:, 0]

    def sealed(self) -> dict[Variable, Array]:
        """Return the arrays, read-only."""
        return {one: sealed(array) for one, array in self._arrays.items()}


class Begun(NamedTuple):
    """An iteration that may be left, and gone on with later after the last whole piece of its samples.

    `place` is the next sample's in the batch; `now` are the parameters by then, `before` those it began with.
    `numbers` are what is kept of the samples before, where anything is.
    """

    iteration: int
    before: Parameters
    place: int
    now: Parameters
    numbers: tuple[Wholes, Applied] | None = None

    def is_of(self, iteration: int, parameters: Parameters) -> bool:
        """Return whether it is an iteration that begins with these parameters, bit for bit."""
        return iteration == self.iteration and parameters.flat().tobytes() == self.before.flat().tobytes()


class _Rows(NamedTuple):
    """What one update after each sample has applied of a total: [sample, ...], and of which places."""

    array: Array
    starts: Array
    stops: Array


class Applied(Mapping[tuple["Variable", range], "Array"]):
    """What updates after each sample have applied, by the total and the places of its gradients.

    The places of later samples end later: a row is found by where its own end. `nbytes` is what it takes.
    """

    def __init__(self, samples: int) -> None:
        self._samples = samples
        self._rows: dict[Variable, list[_Rows]] = {}

    def add(self, place: int, found: Sequence[tuple[Variable, range, Array]]) -> None:
        """Take over what the updates after the sample at a place in the batch have applied, in turn."""
        many: dict[Variable, int] = {}
        for variable, places, array in found:
            nth = many[variable] = many.get(variable, -1) + 1
            every = self._rows.setdefault(variable, [])
            if nth == len(every):
                every.append(_Rows(np.empty((self._samples, *array.shape)), *np.zeros((2, self._samples))))
            rows = every[nth]
            rows.array[place] = array
            rows.starts[place], rows.stops[place] = places.start, places.stop

    def seal(self) -> Applied:
        """Make all that was taken over read-only."""
        for every in self._rows.values():
            every[:] = [_Rows(*map(sealed, rows)) for rows in every]
        return self

    @property
    def nbytes(self) -> int:
        """Bytes that the arrays take."""
        return sum(array.nbytes for every in self._rows.values() for rows in every for array in rows)

    def __getitem__(self, key: tuple[Variable, range]) -> Array:
        variable, places = key
        for rows in reversed(self._rows.get(variable, [])):
            place = int(rows.stops.searchsorted(places.stop, side="right")) - 1
            if place >= 0 and (rows.starts[place], rows.stops[place]) == (places.start, places.stop):
                found: Array = rows.array[place]
                return found
        raise KeyError(key)

    def __iter__(self) -> Iterator[tuple[Variable, range]]:
        for variable, every in self._rows.items():
            for rows in every:
                for start, stop in zip(rows.starts.tolist(), rows.stops.tolist(), strict=True):
                    yield variable, range(int(start), int(stop))

    def __len__(self) -> int:
        return sum(self._samples * len(every) for every in self._rows.values())
