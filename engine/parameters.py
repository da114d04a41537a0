"""What are the parameters of a network at one moment?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from engine.arrays import Array, frozen, sealed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.equations.equation import Variable
    from engine.scenario import Network


class ParameterArrays(NamedTuple):
    """An array for each group of parameters of one layer: the parameters, their gradients or changes."""

    weights: Array
    biases: Array
    recurrent_weights: Array | None

    def read_only(self) -> ParameterArrays:
        """Make the arrays read-only and return views of them."""
        weights, biases, recurrent = self
        return ParameterArrays(
            sealed(weights), sealed(biases), None if recurrent is None else sealed(recurrent)
        )


@dataclass(frozen=True, slots=True, eq=False)
class Parameters:
    """Weights [unit, input], biases [unit] and recurrent weights [to, from] of the layers 1..L.

    The tuples start with layer 1; `recurrent_weights` holds None where a layer is not recurrent.
    """

    weights: tuple[Array, ...]
    biases: tuple[Array, ...]
    recurrent_weights: tuple[Array | None, ...]

    def layer(self, layer: int) -> ParameterArrays:
        """Return the parameters of a layer 1..L."""
        return ParameterArrays(
            self.weights[layer - 1], self.biases[layer - 1], self.recurrent_weights[layer - 1]
        )

    def array(self, variable: Variable) -> Array:
        """Return the array of a group of parameters, by its name and layer."""
        found: Array | None = getattr(self, variable.name)[(variable.layer or 1) - 1]
        assert found is not None
        return found

    def replaced(self, arrays: Mapping[Variable, Array]) -> Parameters:
        """Return parameters with some arrays in the place of these."""
        parts = {name: list(getattr(self, name)) for name in ParameterArrays._fields}
        for variable, array in arrays.items():
            parts[variable.name][(variable.layer or 1) - 1] = array
        return Parameters(**{name: tuple(part) for name, part in parts.items()})

    def flat(self) -> Array:
        """Return all parameters in one new vector (see `unflatten`)."""
        return np.concatenate([array.ravel() for array in self._arrays()])

    def unflatten(self, vector: Array) -> Parameters:
        """Return parameters of the same shapes, filled from a vector made by `flat`."""
        arrays: list[Array] = []
        start = 0
        for array in self._arrays():
            arrays.append(frozen(vector[start : start + array.size].reshape(array.shape)))
            start += array.size
        rest = iter(arrays)
        return Parameters(
            weights=tuple(next(rest) for _ in self.weights),
            biases=tuple(next(rest) for _ in self.biases),
            recurrent_weights=tuple(None if u is None else next(rest) for u in self.recurrent_weights),
        )

    def _arrays(self) -> list[Array]:
        recurrent = [array for array in self.recurrent_weights if array is not None]
        return [*self.weights, *self.biases, *recurrent]


def initial_parameters(network: Network) -> Parameters:
    """Return the parameters before the first update."""
    return Parameters(
        weights=tuple(layer.weights for layer in network.layers),
        biases=tuple(layer.biases for layer in network.layers),
        recurrent_weights=tuple(layer.recurrent_weights for layer in network.layers),
    )
