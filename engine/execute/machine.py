"""What are the parameters at this moment, and what has been gathered to change them?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.mathematics.output import output_of
from engine.parameters import Parameters

if TYPE_CHECKING:
    from engine.arrays import Array
    from engine.scenario import Network


class Machine:
    """The parameters of a network in motion and the totals gathered; closures read and change both.

    `weights`, `biases` and `recurrent_weights` are lists from layer 1 on. An update puts a new array
    in its place and leaves the old one as it was. `scale` is what a total is multiplied by before it
    is subtracted: η, or η/B for the mean over a batch of B.

    With `lean`, what a record shows but no update depends on is left out: the error of a last layer
    whose delta is formed without it, and the bias gradients of a layer that doesn't train its biases.
    """

    def __init__(self, network: Network, parameters: Parameters, *, lean: bool = False) -> None:
        self.network = network
        self.lean = lean
        self.output = output_of(network.layers[-1].activation, network.loss)
        self.scale: Array | float = 0.0
        self.weights: list[Array] = list(parameters.weights)
        self.biases: list[Array] = list(parameters.biases)
        self.recurrent_weights: list[Array | None] = list(parameters.recurrent_weights)
        self.weight_totals: list[Array] = [np.zeros(layer.weights.shape) for layer in network.layers]
        self.bias_totals: list[Array] = [np.zeros(layer.biases.shape) for layer in network.layers]
        self.recurrent_totals: list[Array | None] = [
            None if layer.recurrent_weights is None else np.zeros(layer.recurrent_weights.shape)
            for layer in network.layers
        ]

    def put(self, parameters: Parameters) -> None:
        """Go on from these parameters."""
        # The lists stay the same objects: closures hold them.
        self.weights[:] = parameters.weights
        self.biases[:] = parameters.biases
        self.recurrent_weights[:] = parameters.recurrent_weights

    def parameters(self) -> Parameters:
        """Return the parameters of this moment, made read-only."""
        for array in (*self.weights, *self.biases, *self.recurrent_weights):
            if array is not None:
                array.setflags(write=False)
        return Parameters(tuple(self.weights), tuple(self.biases), tuple(self.recurrent_weights))
