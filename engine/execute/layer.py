"""What does a layer compute with W, b and f, on the way forward and on the way back?

    z = W a_below + b (+ U h),   a = f(z)
    δ = f'(z) ⊙ error,   error = W_aboveᵀ δ_above (+ what the future passes back)
    ∂C/∂W = Σ δ a_belowᵀ,   ∂C/∂b = Σ δ
    W ← W - η ∂C/∂W,   b ← b - η ∂C/∂b

In brackets: what `engine.execute.recurrence` adds. Each function returns the closure of one block; its
arrays are [row, unit].
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.execute import last_layer, recurrence
from engine.execute.operations import below, dot, rows_of
from engine.mathematics.activations import ACTIVATIONS

if TYPE_CHECKING:
    from engine.arrays import Array
    from engine.execute.machine import Machine
    from engine.execute.operations import Operation
    from engine.execute.passes import Pass
    from engine.execute.program import Block


def forward(machine: Machine, block: Block, arrays: Pass) -> Operation:
    """Return what fills pre-activation, activation and slope of a layer."""
    l = block.layer - 1
    activation = ACTIVATIONS[machine.network.layers[l].activation]
    rows = rows_of(block, arrays)
    mine = arrays.layers[l]
    z, a, slope = mine.pre_activation[rows], mine.activation[rows], mine.slope[rows]
    # Of a single row, numpy adds a vector to a vector in half the time that spreading it takes.
    sums = z[0] if len(z) == 1 else z
    weights, biases = machine.weights, machine.biases
    a_below = below(block, arrays)
    f, slope_of = activation.forward, activation.slope
    if mine.previous is not None:
        f = recurrence.forward(machine, block, arrays, f)

    def forward() -> None:
        dot(a_below(), weights[l].T, z)
        np.add(sums, biases[l], sums)
        f(z, a)
        if slope_of is not None:
            slope_of(z, a, slope)

    return forward


def delta(machine: Machine, block: Block, arrays: Pass) -> Operation:
    """Return what fills error and delta of a layer."""
    last = block.layer == len(arrays.layers)
    arrive = last_layer.error(machine, block, arrays) if last else _error_from_above(machine, block, arrays)
    own = last_layer.delta(machine, block, arrays) if last else _slope_times_error(block, arrays)
    if arrays.layers[block.layer - 1].from_future is not None:
        return recurrence.delta(machine, block, arrays, arrive, own)

    def delta() -> None:
        arrive()
        own()

    return delta


def _error_from_above(machine: Machine, block: Block, arrays: Pass) -> Operation:
    l = block.layer - 1
    rows = rows_of(block, arrays)
    delta_above, error = arrays.layers[l + 1].delta[rows], arrays.layers[l].arriving[rows]
    weights = machine.weights

    def error_from_above() -> None:
        dot(delta_above, weights[l + 1], error)

    return error_from_above


def _slope_times_error(block: Block, arrays: Pass) -> Operation:
    rows = rows_of(block, arrays)
    mine = arrays.layers[block.layer - 1]
    error, slope, delta = mine.arriving[rows], mine.slope[rows], mine.delta[rows]

    def slope_times_error() -> None:
        np.multiply(error, slope, delta)

    return slope_times_error


def gradient(machine: Machine, block: Block, arrays: Pass) -> Operation:
    """Return what fills the totals of a layer with the sums over the rows of a block."""
    l = block.layer - 1
    rows = rows_of(block, arrays)
    mine = arrays.layers[l]
    delta = mine.delta[rows]
    back = delta.T
    ones: Array = np.ones(delta.shape[0])
    a_below = below(block, arrays)
    weight_total, bias_total = machine.weight_totals[l], machine.bias_totals[l]
    with_biases = machine.network.layers[l].train_biases or not machine.lean

    def gradient() -> None:
        dot(back, a_below(), weight_total)
        if with_biases:
            # A row of ones times delta adds up the rows at half the cost of `sum`.
            dot(ones, delta, bias_total)

    return gradient if mine.previous is None else recurrence.gradient(machine, block, arrays, gradient)


def update(machine: Machine, block: Block) -> Operation:
    """Return what puts new parameters in the place of a layer's: the old ones minus scale · total."""
    l = block.layer - 1
    weights, biases = machine.weights, machine.biases
    weight_total, bias_total = machine.weight_totals[l], machine.bias_totals[l]
    train_biases = machine.network.layers[l].train_biases

    def update() -> None:
        scale = machine.scale
        weights[l] = weights[l] - weight_total * scale
        if train_biases:
            biases[l] = biases[l] - bias_total * scale

    return update if machine.recurrent_totals[l] is None else recurrence.update(machine, block, update)
