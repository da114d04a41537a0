"""What are the parameters of a network at one moment, and what does its optimiser remember then?"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from msgspec import Struct, field, structs

from engine.arrays import Array, frozen, sealed
from engine.equations.table import parameters_of, table_of
from engine.equations.updates import states, states_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from engine.equations.equation import Variable
    from engine.scenario import Scenario


class ParameterArrays(NamedTuple):
    """An array for each group of parameters of one layer: the parameters, their gradients or changes."""

    weights: Array
    biases: Array
    recurrent_weights: Array | None

    def read_only(self) -> ParameterArrays:
        """Make the arrays read-only and return views of them."""
        return self.each(sealed)

    def each(self, function: Callable[..., Array], *others: ParameterArrays) -> ParameterArrays:
        """Return what a function makes of each group's array, and of those of others beside it."""
        made = [None if one[0] is None else function(*one) for one in zip(self, *others, strict=True)]
        return ParameterArrays(*made)  # type: ignore[arg-type]


class Parameters(Struct, frozen=True, eq=False):
    """Weights [unit, input], biases [unit] and recurrent weights [to, from] of the layers 1..L.

    The tuples start with layer 1; `recurrent_weights` holds None where a layer is not recurrent. `state` is
    what else one iteration leaves to the next: velocities, moments, powers, by their variables.
    """

    weights: tuple[Array, ...]
    biases: tuple[Array, ...]
    recurrent_weights: tuple[Array | None, ...]
    state: Mapping[Variable, Array] = field(default_factory=dict)

    def layer(self, layer: int) -> ParameterArrays:
        """Return the parameters of a layer 1..L."""
        return ParameterArrays(
            self.weights[layer - 1], self.biases[layer - 1], self.recurrent_weights[layer - 1]
        )

    def array(self, variable: Variable) -> Array:
        """Return the array of a group of parameters or of a state, by its name and layer."""
        found = self.state.get(variable)
        if found is None:
            found = getattr(self, variable.name)[(variable.layer or 1) - 1]
        assert found is not None
        return found

    def replaced(self, arrays: Mapping[Variable, Array]) -> Parameters:
        """Return parameters and states with some arrays in the place of these."""
        parts = {name: list(getattr(self, name)) for name in ParameterArrays._fields}
        state = dict(self.state)
        for variable, array in arrays.items():
            if variable in state:
                state[variable] = array
            else:
                parts[variable.name][(variable.layer or 1) - 1] = array
        return Parameters(**{name: tuple(part) for name, part in parts.items()}, state=state)

    def remembering(self, state: Mapping[Variable, Array]) -> Parameters:
        """Return parameters that remember what `state` has: their own where they do, else that."""
        kept = {one: self.state.get(one, array) for one, array in state.items()}
        return Parameters(self.weights, self.biases, self.recurrent_weights, kept)

    def flat(self) -> Array:
        """Return all parameters and states in one new vector (see `unflatten`)."""
        return np.concatenate([array.ravel() for array in self._arrays()])

    def unflatten(self, vector: Array) -> Parameters:
        """Return parameters and states of the same shapes, filled from a vector made by `flat`."""
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
            state={variable: next(rest) for variable in self.state},
        )

    def _arrays(self) -> list[Array]:
        recurrent = [array for array in self.recurrent_weights if array is not None]
        return [*self.weights, *self.biases, *recurrent, *self.state.values()]


def initial_parameters(scenario: Scenario) -> Parameters:
    """Return the parameters before the first update, and what is remembered then."""
    layers = scenario.network.layers
    found = Parameters(
        weights=tuple(layer.weights for layer in layers),
        biases=tuple(layer.biases for layer in layers),
        recurrent_weights=tuple(layer.recurrent_weights for layer in layers),
        state={},
    )
    state = {one: frozen(np.full(shape, value)) for one, (shape, value) in _states(scenario, found).items()}
    return structs.replace(found, state=state)


def _states(scenario: Scenario, found: Parameters) -> dict[Variable, tuple[tuple[int, ...], float]]:
    """Return the shape of each state, and with what it begins.

    The table of equations has all of them; what an optimizer remembers of a parameter is known without it,
    and the table of very many layers takes seconds.
    """
    network, training = scenario.network, scenario.training
    if training.mistake is not None:
        table = table_of(scenario)
        return {one: (table.shape(one), value) for one, value in table.states.items()}
    parameters = parameters_of(network)
    shapes = {
        one: found.array(parameter).shape
        for parameter in parameters
        for one in states_of(parameter, training)
    }
    return {one: (shapes.get(one, ()), value) for one, value in states(training, parameters).items()}
