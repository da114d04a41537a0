"""What is an operation, and which rows does it work on?"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from engine.arrays import Array
    from engine.execute.passes import Pass
    from engine.execute.program import Block

Operation = Callable[[], None]
"""A block of a program as a closure over arrays that exist already; calling it fills them anew."""

dot: Callable[[Array, Array, Array], Array] = np.dot
"""The matrix product, into the third array: half as dear as `matmul` on the small matrices of a lesson."""


def rows_of(block: Block, arrays: Pass) -> slice:
    """Return the rows of a pass that belong to the times of a block."""
    return slice(block.first * arrays.samples, block.stop * arrays.samples)


def below(block: Block, arrays: Pass) -> Callable[[], Array]:
    """Return what gives the rows [row, unit] of the layer below; those of layer 0 change with every batch."""
    rows = rows_of(block, arrays)
    if block.layer > 1:
        activation = arrays.layers[block.layer - 2].activation[rows]
        return lambda: activation
    if rows == slice(0, arrays.samples * arrays.times):
        return lambda: arrays.inputs
    return lambda: arrays.inputs[rows]
