"""Of what is an array that has not the shape of what it is?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.diagnosis.diagnosis import Misshapen
from engine.diagnosis.judging.close import agree
from engine.diagnosis.remarks.seen import Seen, Sight, parameter_of
from engine.equations.equation import Variable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.arrays import Array
    from engine.diagnosis.layouts.readings import Reading


def misshapen(reading: Reading, right: Array) -> Misshapen:
    """Return which shape an array has, and which the `right` one of the run has as people write it."""
    expected = _written(reading, right).shape
    return Misshapen(reading.quantity, _shape(reading.array.shape), _shape(expected))


def of_shape(seen: Seen) -> Iterator[Sight]:
    """Say what shape it has, and whether the numbers are right in it."""
    of_batch = seen.reading.quantity.is_of_samples
    right = _written(seen.reading, seen.right)
    axes = ("[sample, unit]" if right.ndim == 2 else "[sample, time, unit]") if of_batch else "[to, from]"
    if seen.reading.quantity.group == "biases":
        axes = "[unit]"
    _, shape, expected = misshapen(seen.reading, seen.right)
    yield Sight(f"{seen.name} has the shape {shape}; expected {expected}, that is {axes}")
    limit = float(np.max(seen.within))
    if seen.array.shape == right.T.shape and agree(seen.array, right.T, limit):
        yield Sight(f"every number of {seen.name} is right, but it stands turned over")
    if seen.array.size == 1 and right.size > 1:
        if abs(float(seen.array.ravel()[0]) - float(right.sum())) <= limit * right.size:
            yield Sight(f"{seen.name} is the sum over all of the right ones: sum along one axis only")
        elif abs(float(seen.array.ravel()[0]) - float(right.mean())) <= limit:
            yield Sight(f"{seen.name} is the mean over all of the right ones")
    if seen.reading.quantity.is_total and seen.reading.quantity.group == "biases":
        yield from _of_bias(seen, limit)
    elif seen.reading.quantity.group == "biases" and seen.array.size > right.size:
        grown = f"{parameter_of(seen.name)} has grown by an axis"
        yield Sight(f"{grown}: its gradient isn't summed over the samples")


def _of_bias(seen: Seen, limit: float) -> Iterator[Sight]:
    """Say whether the gradient of a bias isn't summed, or over something else."""
    delta = seen.bench.right.of(Variable("delta", seen.reading.quantity.layer))
    if delta.shape[0] > 1:
        return
    own = f"delta{seen.reading.quantity.layer}"
    mine = seen.array.squeeze()
    for share, part in ((1.0, ""), (1.0 / seen.bench.ground.samples, " / m")):
        every, units = delta[0].squeeze() * share, delta[0].sum(axis=1) * share
        for one in (every, every.T):
            if mine.shape == one.shape and agree(mine, one, limit):
                yield Sight(f"{seen.name} is {own}{part} of every sample: it isn't summed over the samples")
                return
        if mine.shape == units.shape and agree(mine, units, limit * delta.shape[2]):
            yield Sight(f"{seen.name} is {own}{part} summed over the units: sum over the samples")
            return


def _written(reading: Reading, right: Array) -> Array:
    """Return the right array [sample, time, unit]; without times [sample, unit], as people write it."""
    if not reading.quantity.is_of_samples:
        return right
    right = right.transpose(1, 0, 2)
    return right[:, 0] if right.shape[1] == 1 else right


def _shape(shape: tuple[int, ...]) -> str:
    return " x ".join(map(str, shape)) or "of a single number"
