"""How does the loss end the way forward and begin the way back?

    C = Σ terms(a, y)
    error = ∂C/∂a,   δ = ∂C/∂z

What terms, error and delta are depends on the last layer's activation and the loss together: see
`engine.mathematics.output`. Each function returns a closure for one block; a row without a target has
no loss, and passes nothing back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.execute.operations import rows_of

if TYPE_CHECKING:
    from engine.execute.machine import Machine
    from engine.execute.operations import Operation
    from engine.execute.passes import Pass
    from engine.execute.program import Block


def loss(machine: Machine, block: Block, arrays: Pass) -> Operation:
    """Return what fills the terms [row, output] of the loss."""
    rows = rows_of(block, arrays)
    last = arrays.layers[-1]
    z, a, terms = last.pre_activation[rows], last.activation[rows], arrays.terms[rows]
    terms_of = machine.output.terms

    def loss() -> None:
        np.copyto(terms, terms_of(z, a, arrays.targets[rows]))
        if arrays.no_target is not None:
            terms[arrays.no_target[rows]] = 0.0

    return loss


def error(machine: Machine, block: Block, arrays: Pass) -> Operation:
    """Return what fills the part of the last layer's error that arrives from the loss."""
    rows = rows_of(block, arrays)
    last = arrays.layers[-1]
    z, a, out = last.pre_activation[rows], last.activation[rows], last.arriving[rows]
    error_of = machine.output.error

    def error() -> None:
        error_of(z, a, arrays.targets[rows], out)
        if arrays.no_target is not None:
            out[arrays.no_target[rows]] = 0.0

    return _nothing if machine.lean and machine.output.simplified else error


def _nothing() -> None:
    """Leave the error unformed."""


def delta(machine: Machine, block: Block, arrays: Pass) -> Operation:
    """Return what fills the part of the last layer's delta that the loss causes."""
    rows = rows_of(block, arrays)
    last = arrays.layers[-1]
    z, a, slope = last.pre_activation[rows], last.activation[rows], last.slope[rows]
    arrived, out = last.arriving[rows], last.delta[rows]
    delta_of = machine.output.delta

    def delta() -> None:
        delta_of(z, a, slope, arrived, arrays.targets[rows], out)
        if arrays.no_target is not None:
            out[arrays.no_target[rows]] = 0.0

    return delta
