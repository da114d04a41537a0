"""Which number of a trace is meant, and in which vector or matrix does it stand?

A number is an entry of something that a step reads or writes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from engine.arrays import frozen
from engine.equations.equation import Variable
from engine.order.quantities import GROUP_OF, PARAMETERS, TOTAL_OF, Reference

if TYPE_CHECKING:
    from engine.arrays import Array
    from engine.run.iteration import Iteration
    from engine.run.tracing import Trace


class Number(Struct, frozen=True):
    """One entry of what a reference names: `index` is (unit,) or (to, from), counted from 0."""

    reference: Reference
    index: tuple[int, ...]


def array_of(trace: Trace, reference: Reference) -> Array:
    """Return the vector [unit] or matrix [to, from] that a reference names, read-only."""
    return array_in(trace.iteration(reference.iteration), reference)


def array_in(numbers: Iteration, reference: Reference) -> Array:
    """Return what a reference names in the numbers of its iteration, read-only."""
    quantity, layer = reference.quantity, reference.layer
    if quantity in PARAMETERS:
        assert layer is not None
        assert reference.version is not None
        found: Array = getattr(numbers.parameters(layer, reference.version), quantity)
        return found
    if reference.version is not None:
        variable = Variable(quantity, layer)
        if layer is None:
            return frozen(numbers.of_all_layers(variable))
        remembered = numbers.remembered(layer, reference.version)
        if variable in remembered:
            return remembered[variable]
        return numbers.of_update(variable, reference.version - 1)
    if quantity == "initial_state":
        assert layer is not None
        return numbers.vector("previous", layer, numbers.samples.start, 0)
    sample, time = reference.sample, reference.time
    assert sample is not None
    assert time is not None
    if quantity == "target":
        return numbers.target(sample, time)
    if quantity == "terms":
        return numbers.terms(sample, time)
    if quantity == "loss":
        return frozen(numbers.loss_at(sample, time))
    if quantity == "input":
        return numbers.vector("activation", 0, sample, time)
    assert layer is not None
    if quantity in GROUP_OF:
        arrays = numbers.totals if quantity in TOTAL_OF.values() else numbers.gradients
        gathered: Array = getattr(arrays(layer, sample, time), GROUP_OF[quantity])
        return gathered
    vector: Array = numbers.vector(quantity, layer, sample, time)  # type: ignore[arg-type]
    return vector
