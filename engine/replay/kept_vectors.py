"""Where is the vector of a layer, sample and time in what was played?

An iteration is played in passes, each over some samples of its batch; their arrays are kept, and a vector
is a view of a row.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, Literal

import numpy as np

from engine.arrays import frozen

if TYPE_CHECKING:
    from engine.arrays import Array
    from engine.execute.passes import Pass

Stored = Literal[
    "pre_activation", "activation", "slope", "error", "delta", "from_above", "from_future", "previous"
]
"""The vectors of a layer that a pass keeps; `previous` is the activation of the time before."""


class KeptVectors:
    """The arrays of the passes over the samples of a batch, in order; all are read-only once played."""

    def __init__(self, times: int) -> None:
        self._times = times
        self._passes: list[Pass] = []
        self._starts: list[int] = []

    def _keep(self, arrays: Pass, samples: range) -> None:
        """Keep the arrays of the next pass, over these samples."""
        self._passes.append(arrays)
        self._starts.append(samples.start)

    def _place(self, sample: int, time: int) -> tuple[Pass, int]:
        """Return the pass that a sample is in, and its row at a time."""
        place = bisect_right(self._starts, sample) - 1
        arrays = self._passes[place]
        return arrays, time * arrays.samples + sample - self._starts[place]

    def vector(self, name: Stored, layer: int, sample: int, time: int) -> Array:
        """Return a kept vector [unit] of `layer` 1..L; `activation` also of layer 0, the input."""
        arrays, row = self._place(sample, time)
        array: Array = arrays.inputs if layer == 0 else getattr(arrays.layers[layer - 1], name)
        vector: Array = array[row]
        return vector

    def sequence(self, name: Stored, layer: int, sample: int) -> Array:
        """Return a kept quantity of a sample at all times, [time, unit], as `vector` has it at one."""
        arrays, row = self._place(sample, 0)
        array: Array = arrays.inputs if layer == 0 else getattr(arrays.layers[layer - 1], name)
        times: Array = array[row :: arrays.samples]
        return times

    def vectors(self, name: Stored, layer: int) -> Array:
        """Return a kept vector of a layer 1..L for the whole batch: [sample of the batch, time, unit]."""
        found = [
            getattr(arrays.layers[layer - 1], name).reshape(self._times, arrays.samples, -1)
            for arrays in self._passes
        ]
        return frozen(np.concatenate(found, axis=1).transpose(1, 0, 2))

    def every_sample(self, name: Stored, layer: int, time: int) -> Array:
        """Return a kept vector of each sample of the batch at a time: [sample, unit]."""
        rows = []
        for arrays in self._passes:
            array: Array = arrays.inputs if layer == 0 else getattr(arrays.layers[layer - 1], name)
            rows.append(array[time * arrays.samples : (time + 1) * arrays.samples])
        return rows[0] if len(rows) == 1 else frozen(np.concatenate(rows))

    def target(self, sample: int, time: int) -> Array:
        """Return the target [output] of a sample at a time (zeros where there is none)."""
        arrays, row = self._place(sample, time)
        target: Array = arrays.targets[row]
        return target

    def terms(self, sample: int, time: int) -> Array:
        """Return the loss terms [output] of a sample at a time."""
        arrays, row = self._place(sample, time)
        terms: Array = arrays.terms[row]
        return terms
