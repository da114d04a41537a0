"""What does recurrence add to a layer, on the way forward and on the way back?

    z[t] = … + U a[t-1]
    δ[t] = f'(z[t]) ⊙ (… + Uᵀ δ[t+1])
    ∂C/∂U = Σ δ[t] a[t-1]ᵀ
    U ← U - η ∂C/∂U

The dots are what `engine.execute.layer` computes, for all times of a block at once; U makes each time wait
for its neighbour. Each function takes what the layer does without U and returns the closure of the whole.
Arrays are [row, unit], and the rows of one time lie together.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.execute.operations import dot, rows_of
from engine.mathematics.activations import ACTIVATIONS
from engine.mathematics.output import jacobian_product

if TYPE_CHECKING:
    from engine.arrays import Array
    from engine.execute.machine import Machine
    from engine.execute.operations import Operation
    from engine.execute.passes import LayerArrays, Pass
    from engine.execute.program import Block
    from engine.mathematics.activations import Forward


def forward(machine: Machine, block: Block, arrays: Pass, f: Forward) -> Forward:
    """Return what adds U a[t-1] to z[t] and fills a[t] = f(z[t]), from the first time to the last."""
    l = block.layer - 1
    mine, rows, samples = arrays.layers[l], rows_of(block, arrays), arrays.samples
    assert mine.previous is not None
    before, z, a = mine.previous[rows], mine.pre_activation[rows], mine.activation[rows]
    times = [slice(row, row + samples) for row in range(0, len(z), samples)]
    moments = [(before[now], z[now], a[now]) for now in times]
    product: Array = np.empty_like(z[:samples])
    recurrent = machine.recurrent_weights

    def activate(_z: Array, _a: Array) -> None:
        U = recurrent[l]
        assert U is not None
        UT = U.T
        for h, z_t, a_t in moments:
            dot(h, UT, product)
            np.add(z_t, product, z_t)
            f(z_t, a_t)

    return activate


def _moments(block: Block, mine: LayerArrays, samples: int, times: int) -> list[tuple[Array, ...]]:
    """Return what the way back reads and fills at each time that has a future, from the last to the first.

    In turn: the delta of the time after, then from_future, from_above, error, slope, activation and delta.
    """
    assert mine.from_above is not None
    assert mine.from_future is not None
    kept = mine.from_future, mine.from_above, mine.error, mine.slope, mine.activation, mine.delta
    found = []
    for time in range(min(block.stop, times - 1) - 1, block.first - 1, -1):
        now, after = (slice(t * samples, (t + 1) * samples) for t in (time, time + 1))
        found.append((mine.delta[after], *[array[now] for array in kept]))
    return found


def delta(machine: Machine, block: Block, arrays: Pass, arrive: Operation, own: Operation) -> Operation:
    """Return what fills error and delta: `arrive` the error from above, `own` the delta of that alone."""
    activation = ACTIVATIONS[machine.network.layers[block.layer - 1].activation]
    last, jacobian = block.layer == len(arrays.layers), activation.slope is None
    if last and (jacobian or machine.output.simplified):
        return _by_parts(machine, block, arrays, arrive, own, jacobian=jacobian)
    return _by_slope(machine, block, arrays, arrive)


def _by_slope(machine: Machine, block: Block, arrays: Pass, arrive: Operation) -> Operation:
    """Return what forms delta from the whole error: f'(z) ⊙ (above + future)."""
    l = block.layer - 1
    mine, samples = arrays.layers[l], arrays.samples
    moments = _moments(block, mine, samples, arrays.times)
    ends = block.stop == arrays.times
    above, error, slope, delta = (
        array[-samples:] for array in (mine.arriving, mine.error, mine.slope, mine.delta)
    )
    recurrent = machine.recurrent_weights

    def by_slope() -> None:
        U = recurrent[l]
        assert U is not None
        arrive()
        if ends:  # the last time has no future
            np.copyto(error, above)
            np.multiply(error, slope, delta)
        for delta_after, future_t, above_t, error_t, slope_t, _, delta_t in moments:
            dot(delta_after, U, future_t)
            np.add(above_t, future_t, error_t)
            np.multiply(error_t, slope_t, delta_t)

    return by_slope


def _by_parts(
    machine: Machine, block: Block, arrays: Pass, arrive: Operation, own: Operation, *, jacobian: bool
) -> Operation:
    """Return what adds the future's part to a delta whose part from the loss has a form of its own."""
    l = block.layer - 1
    mine, rows = arrays.layers[l], rows_of(block, arrays)
    assert mine.from_future is not None
    above, future, error = mine.arriving[rows], mine.from_future[rows], mine.error[rows]
    moments = _moments(block, mine, arrays.samples, arrays.times)
    recurrent = machine.recurrent_weights

    def by_parts() -> None:
        U = recurrent[l]
        assert U is not None
        arrive()
        own()
        for delta_after, future_t, _, _, slope_t, a_t, delta_t in moments:
            dot(delta_after, U, future_t)
            part = jacobian_product(a_t, future_t) if jacobian else future_t * slope_t
            np.add(delta_t, part, delta_t)
        np.add(above, future, error)

    return by_parts


def gradient(machine: Machine, block: Block, arrays: Pass, rest: Operation) -> Operation:
    """Return what also fills the total of U with the sum over the rows of a block."""
    l = block.layer - 1
    mine, rows = arrays.layers[l], rows_of(block, arrays)
    total = machine.recurrent_totals[l]
    assert total is not None
    assert mine.previous is not None
    back, before = mine.delta[rows].T, mine.previous[rows]

    def gradient() -> None:
        rest()
        dot(back, before, total)

    return gradient


def update(machine: Machine, block: Block, rest: Operation) -> Operation:
    """Return what also puts new recurrent weights in place: the old ones minus scale · total."""
    l = block.layer - 1
    recurrent, total = machine.recurrent_weights, machine.recurrent_totals[l]
    assert total is not None

    def update() -> None:
        rest()
        U = recurrent[l]
        assert U is not None
        recurrent[l] = U - total * machine.scale

    return update
