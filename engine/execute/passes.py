"""Where do the numbers of a forward and a backward pass live?

Arrays are [row, unit] with row = time · samples + sample, so the rows of one time lie together and
a network without sequences has a row for each sample. A recurrent layer keeps the activation of
the time before in the same array, one time up, beginning with its initial state.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.arrays import lock

if TYPE_CHECKING:
    from engine.arrays import Array, Mask
    from engine.scenario import Data, Layer, Network


class LayerArrays:
    """The numbers of one layer in one pass, each [row, unit].

    A recurrent layer also has `previous` (activation of the time before), `from_above` and
    `from_future`, whose sum is `error`.
    """

    __slots__ = (
        "activation",
        "delta",
        "error",
        "from_above",
        "from_future",
        "pre_activation",
        "previous",
        "slope",
    )

    def __init__(self, layer: Layer, samples: int, times: int) -> None:
        rows, units = samples * times, layer.units
        self.pre_activation: Array = np.empty((rows, units))
        self.slope: Array = np.empty((rows, units))
        self.error: Array = np.zeros((rows, units))
        self.delta: Array = np.empty((rows, units))
        self.previous: Array | None = None
        self.from_above: Array | None = None
        self.from_future: Array | None = None
        states: Array = np.empty((rows + samples, units))
        self.activation: Array = states[samples:]
        if layer.recurrent:
            states[:samples] = 0.0 if layer.initial_state is None else layer.initial_state
            self.previous = states[:-samples]
            self.from_above = np.zeros((rows, units))
            # No future after the last time: the rows of the last time stay zeros.
            self.from_future = np.zeros((rows, units))

    @property
    def arriving(self) -> Array:
        """Where what the loss or the layer above passes back is put: all of a dense layer's error."""
        return self.error if self.from_above is None else self.from_above


class Pass:
    """The numbers of one pass over `samples` samples; `layers[0]` belongs to layer 1.

    `inputs`, `targets` and `no_target` (None when every row has a target) are set by `load`.
    """

    __slots__ = ("inputs", "layers", "no_target", "samples", "targets", "terms", "times")

    def __init__(self, network: Network, samples: int, times: int) -> None:
        rows = samples * times
        self.samples = samples
        self.times = times
        self.layers = tuple(LayerArrays(layer, samples, times) for layer in network.layers)
        self.terms: Array = np.zeros((rows, network.layers[-1].units))
        self.inputs: Array = np.empty((0, network.inputs))
        self.targets: Array = np.empty((0, network.layers[-1].units))
        self.no_target: Mask | None = None

    def load(self, batch: Batch) -> None:
        """Take the inputs and targets of a batch of as many samples and times."""
        self.inputs = batch.inputs
        self.targets = batch.targets
        self.no_target = batch.no_target

    def below(self, layer: int) -> Array:
        """Return the activation [row, unit] of the layer below `layer` (1..L)."""
        return self.inputs if layer == 1 else self.layers[layer - 2].activation

    def freeze(self) -> None:
        """Make every array read-only."""
        for layer in self.layers:
            for name in LayerArrays.__slots__:
                lock(getattr(layer, name))
        lock(self.terms)


class Batch:
    """Inputs [row, unit], targets [row, unit] and `no_target` [row] of some samples, row by row."""

    __slots__ = ("inputs", "no_target", "samples", "targets")

    def __init__(self, data: Data, samples: range) -> None:
        self.samples = samples
        part = slice(samples.start, samples.stop)
        self.inputs = _rows(data.inputs[part])
        self.targets = _rows(data.targets[part])
        missing = ~data.has_target[part].T.ravel()
        self.no_target: Mask | None = missing if missing.any() else None


def _rows(array: Array) -> Array:
    """Return [sample, time, unit] as read-only [row, unit] with row = time · samples + sample."""
    rows = np.ascontiguousarray(array.transpose(1, 0, 2)).reshape(-1, array.shape[2])
    lock(rows)
    return rows
