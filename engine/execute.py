"""How is a program run on arrays? The one forward and backward pass of the project.

A feed-forward network is a recurrent one with a single time: for a layer l at time t

    z[t,l] = W a[t,l-1] + U a[t-1,l] + b          (U absent in a dense layer)
    δ[t,l] = f'(z[t,l]) ⊙ (Wᵀ δ[t,l+1] + Uᵀ δ[t+1,l])
    ∂C/∂W = Σ δ[t,l] a[t,l-1]ᵀ,   ∂C/∂U = Σ δ[t,l] a[t-1,l]ᵀ,   ∂C/∂b = Σ δ[t,l]

with the sums over all samples and times. Rows are samples, so W a is written a Wᵀ.

Each block of a program becomes a closure over arrays that exist already: training calls the same
closures again and again, a trace calls them once on arrays that it keeps.

Sources: Rumelhart, Hinton and Williams (1986); Werbos (1990), for the unrolling through time.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from engine.activations import ACTIVATIONS
from engine.output import jacobian_product, output_of
from engine.parameters import Parameters

if TYPE_CHECKING:
    from engine.arrays import Array
    from engine.passes import Pass
    from engine.program import Block
    from engine.scenario import Network

Operation = Callable[[], None]
# `numpy.dot` with `out` costs half of `matmul` on the small matrices of a lesson.
_dot: Callable[[Array, Array, Array], Array] = np.dot


class Machine:
    """The parameters of a network in motion, the totals gathered, and the closures that change them.

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

    def compile(self, blocks: list[Block], arrays: Pass) -> list[Operation]:
        """Return the closures that run the blocks of a program on the arrays of a pass."""
        return [self._operation(block, arrays) for block in blocks]

    def _operation(self, block: Block, arrays: Pass) -> Operation:
        match block.kind:
            case "forward":
                return self._forward(block, arrays)
            case "loss":
                return self._loss(block, arrays)
            case "delta":
                return self._delta(block, arrays)
            case "gradient":
                return self._gradient(block, arrays)
            case "update":
                return self._update(block)

    def _forward(self, block: Block, arrays: Pass) -> Operation:
        l = block.layer - 1
        activation = ACTIVATIONS[self.network.layers[l].activation]
        f, slope_of = activation.forward, activation.slope
        rows = _rows(block, arrays)
        mine = arrays.layers[l]
        z, a, slope = mine.pre_activation[rows], mine.activation[rows], mine.slope[rows]
        weights, biases, recurrent = self.weights, self.biases, self.recurrent_weights
        below = _reader(block, arrays)
        # Of a single row, numpy adds a vector to a vector in half the time that spreading it takes.
        sums = z[0] if len(z) == 1 else z

        def dense() -> None:
            _dot(below(), weights[l].T, z)
            np.add(sums, biases[l], sums)
            f(z, a)
            if slope_of is not None:
                slope_of(z, a, slope)

        if mine.previous is None:
            return dense

        before = mine.previous[rows]
        S = arrays.samples
        moments = [
            (before[i : i + S], z[i : i + S], a[i : i + S])
            for i in range(0, (block.stop - block.first) * S, S)
        ]
        product: Array = np.empty_like(z[:S])

        def through_time() -> None:
            U = recurrent[l]
            assert U is not None
            UT = U.T
            _dot(below(), weights[l].T, z)
            np.add(sums, biases[l], sums)
            for h, z_t, a_t in moments:
                _dot(h, UT, product)
                np.add(z_t, product, z_t)
                f(z_t, a_t)
            if slope_of is not None:
                slope_of(z, a, slope)

        return through_time

    def _loss(self, block: Block, arrays: Pass) -> Operation:
        rows = _rows(block, arrays)
        last = arrays.layers[-1]
        z, a, terms = last.pre_activation[rows], last.activation[rows], arrays.terms[rows]
        terms_of = self.output.terms

        def loss() -> None:
            np.copyto(terms, terms_of(z, a, arrays.targets[rows]))
            if arrays.no_target is not None:
                terms[arrays.no_target[rows]] = 0.0

        return loss

    def _delta(self, block: Block, arrays: Pass) -> Operation:
        l = block.layer - 1
        rows = _rows(block, arrays)
        mine = arrays.layers[l]
        above = mine.error[rows] if mine.from_above is None else mine.from_above[rows]
        delta, slope = mine.delta[rows], mine.slope[rows]
        weights = self.weights
        if block.layer == len(arrays.layers):
            arrive = self._arrive_from_loss(rows, arrays, above)
            own = self._own_delta_of_output(rows, arrays, above)
            if self.lean and self.output.simplified:
                arrive = _nothing
        else:
            delta_above = arrays.layers[l + 1].delta[rows]

            def arrive() -> None:
                _dot(delta_above, weights[l + 1], above)

            def own() -> None:
                np.multiply(above, slope, delta)

        if mine.from_future is not None:
            return self._delta_through_time(block, arrays, arrive, own)

        def dense() -> None:
            arrive()
            own()

        return dense

    def _arrive_from_loss(self, rows: slice, arrays: Pass, out: Array) -> Operation:
        last = arrays.layers[-1]
        z, a = last.pre_activation[rows], last.activation[rows]
        error = self.output.error

        def arrive() -> None:
            error(z, a, arrays.targets[rows], out)
            if arrays.no_target is not None:
                out[arrays.no_target[rows]] = 0.0

        return arrive

    def _own_delta_of_output(self, rows: slice, arrays: Pass, error: Array) -> Operation:
        last = arrays.layers[-1]
        z, a, slope, delta = (
            last.pre_activation[rows],
            last.activation[rows],
            last.slope[rows],
            last.delta[rows],
        )
        delta_of = self.output.delta

        def own() -> None:
            delta_of(z, a, slope, error, arrays.targets[rows], delta)
            if arrays.no_target is not None:
                delta[arrays.no_target[rows]] = 0.0

        return own

    def _delta_through_time(self, block: Block, arrays: Pass, arrive: Operation, own: Operation) -> Operation:
        """Add to the delta of each time what the next time passes back: from the last to the first."""
        l = block.layer - 1
        mine = arrays.layers[l]
        assert mine.from_above is not None
        assert mine.from_future is not None
        rows, S = _rows(block, arrays), arrays.samples
        above, error, delta, slope = (
            mine.from_above[rows],
            mine.error[rows],
            mine.delta[rows],
            mine.slope[rows],
        )
        future = mine.from_future[rows]
        product: Array = np.empty_like(mine.delta[:S])
        moments = []
        for time in range(min(block.stop, arrays.times - 1) - 1, block.first - 1, -1):
            now, after = slice(time * S, (time + 1) * S), slice((time + 1) * S, (time + 2) * S)
            moments.append(
                (
                    mine.delta[after],
                    mine.from_future[now],
                    mine.from_above[now],
                    mine.error[now],
                    mine.slope[now],
                    mine.activation[now],
                    mine.delta[now],
                )
            )
        recurrent = self.recurrent_weights

        def by_slope() -> None:
            U = recurrent[l]
            assert U is not None
            arrive()
            # Right for the last time, which has no future; the loop overwrites the others.
            np.copyto(error, above)
            np.multiply(error, slope, delta)
            for delta_after, future_t, above_t, error_t, slope_t, _, delta_t in moments:
                _dot(delta_after, U, future_t)
                np.add(above_t, future_t, error_t)
                np.multiply(error_t, slope_t, delta_t)

        def by_parts() -> None:
            # The loss's part of delta has a form of its own; the future's part is added to it.
            U = recurrent[l]
            assert U is not None
            arrive()
            own()
            for delta_after, future_t, _, _, slope_t, a_t, delta_t in moments:
                _dot(delta_after, U, future_t)
                np.copyto(product, jacobian_product(a_t, future_t) if jacobian else future_t * slope_t)
                np.add(delta_t, product, delta_t)
            np.add(above, future, error)

        jacobian = ACTIVATIONS[self.network.layers[l].activation].slope is None
        last = block.layer == len(arrays.layers)
        return by_parts if last and (jacobian or self.output.simplified) else by_slope

    def _gradient(self, block: Block, arrays: Pass) -> Operation:
        l = block.layer - 1
        rows = _rows(block, arrays)
        mine = arrays.layers[l]
        delta = mine.delta[rows]
        back = delta.T
        ones: Array = np.ones(delta.shape[0])
        below = _reader(block, arrays)
        weight_total, bias_total = self.weight_totals[l], self.bias_totals[l]
        recurrent_total = self.recurrent_totals[l]
        with_biases = self.network.layers[l].train_biases or not self.lean

        def dense() -> None:
            _dot(back, below(), weight_total)
            if with_biases:
                # A row of ones times delta adds up the rows at half the cost of `sum`.
                _dot(ones, delta, bias_total)

        if recurrent_total is None or mine.previous is None:
            return dense
        before = mine.previous[rows]

        def with_recurrence() -> None:
            dense()
            _dot(back, before, recurrent_total)

        return with_recurrence

    def _update(self, block: Block) -> Operation:
        l = block.layer - 1
        weights, biases, recurrent = self.weights, self.biases, self.recurrent_weights
        weight_total, bias_total = self.weight_totals[l], self.bias_totals[l]
        recurrent_total = self.recurrent_totals[l]
        train_biases = self.network.layers[l].train_biases

        def update() -> None:
            scale = self.scale
            weights[l] = weights[l] - weight_total * scale
            if train_biases:
                biases[l] = biases[l] - bias_total * scale
            if recurrent_total is not None:
                U = recurrent[l]
                assert U is not None
                recurrent[l] = U - recurrent_total * scale

        return update


def _nothing() -> None:
    """Leave the error of the last layer unformed."""


def _rows(block: Block, arrays: Pass) -> slice:
    return slice(block.first * arrays.samples, block.stop * arrays.samples)


def _reader(block: Block, arrays: Pass) -> Callable[[], Array]:
    """Return what gives the rows of the layer below; those of layer 0 change with every batch."""
    rows = _rows(block, arrays)
    if block.layer > 1:
        below = arrays.layers[block.layer - 2].activation[rows]
        return lambda: below
    if rows == slice(0, arrays.samples * arrays.times):
        return lambda: arrays.inputs
    return lambda: arrays.inputs[rows]
