"""Which operations of an update can be done for all parameters at once?

Those on each number by itself, if the arrays that they read and fill lie side by side in memory: then they
are views of longer arrays, and one call does what otherwise takes one for each parameter.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from engine.program.operations import NUMPY, Operand, Operation

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from engine.arrays import Array
    from engine.equations.equation import Variable
    from engine.program.operations import AnyArray


def side_by_side(shapes: Iterable[tuple[Variable, tuple[int, ...]]]) -> dict[Variable, Array]:
    """Return arrays of zeros that lie side by side: the last layer first, as updates go in most orders."""
    wanted = sorted(shapes, key=lambda one: -(one[0].layer or 0))
    whole: Array = np.zeros(sum(math.prod(shape) for _, shape in wanted))
    found: dict[Variable, Array] = {}
    start = 0
    for variable, shape in wanted:
        stop = start + math.prod(shape)
        found[variable] = whole[start:stop].reshape(shape)
        start = stop
    return found


def together(operations: Sequence[Operation]) -> Sequence[Operation]:
    """Return operations that do the same with fewer calls, if each parameter has the same and they can be."""
    functions = [one.function for one in operations]
    if not functions or not all(isinstance(NUMPY.get(function), np.ufunc) for function in functions):
        return operations
    every = range(1, len(functions) + 1)
    period = next(n for n in every if functions[:n] * (len(functions) // n) == functions)
    found = []
    for place in range(period):
        alike = operations[place::period]
        columns = [_joined(column) for column in zip(*(one.arguments for one in alike), strict=True)]
        arguments = [one for one in columns if one is not None]
        sizes = {math.prod(one.shape) for one in arguments if one.shape}
        if len(arguments) < len(columns) or len(sizes) != 1 or not arguments[-1].shape:
            return operations
        found.append(Operation(functions[place], tuple(arguments)))
    return found


def _joined(column: Sequence[Operand | str]) -> Operand | None:
    """Return all arrays as one that they are views of, or the one number that all are; None if neither."""
    operands = [one for one in column if isinstance(one, Operand) and not one.by_batch and not one.by_time]
    arrays = [one.of(0, 0) for one in operands]
    if len(operands) < len(column):
        return None
    first = arrays[0]
    if all(one is first for one in arrays):
        return None if first.shape else operands[0]
    whole = first if first.base is None else first.base
    starts = [_address(one) for one in arrays]
    ends = [start + one.nbytes for start, one in zip(starts, arrays, strict=True)]
    if starts[1:] != ends[:-1] or not all(one.flags.c_contiguous and one.base is whole for one in arrays):
        return None
    place = (starts[0] - _address(whole)) // whole.itemsize
    joined: AnyArray = whole[place : place + sum(one.size for one in arrays)]
    return Operand(operands[0].name, lambda _batch, _time: joined)


def _address(array: AnyArray) -> int:
    address: int = array.__array_interface__["data"][0]
    return address
