"""Which numbers of an iteration are not what they claim: an update has not waited, or a mistake is made?

A delta claims to be ∂C/∂z, a total to be the gradient of the batch's loss, both at the parameters that the
iteration began with. Each number is held against the one at the same place in the iteration as it would be,
had every update waited and no mistake been made. In an iteration with updates out of turn both are computed
alike, so that rounding is never taken for falsehood, not even where a sum cancels.

Parameters are compared by meaning: those after the iteration with those after it. What an update out of
turn leaves behind, and a change that completes it, have nothing to be held against.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import numpy as np

from engine.arrays import sealed
from engine.equations.equation import Variable
from engine.equations.table import table_of
from engine.facts.number import array_in, array_of
from engine.order.orders import WAITING
from engine.order.quantities import TOTAL_OF, Reference

if TYPE_CHECKING:
    from engine.arrays import Array, Mask
    from engine.facts.number import Number
    from engine.run.iteration import Iteration
    from engine.run.tracing import Trace

ROUNDING = 1e-9
"""Up to which share of the right value a difference is one of roundings."""
_CANCELLED = 1e-12  # of the largest number beside it


def right_value(trace: Trace, number: Number) -> float | None:
    """Return what a falsified number should be; None if the number is right, or claims nothing."""
    wrong = falsified(trace, number.reference)
    if wrong is None or not wrong[number.index]:
        return None
    counterpart, right = (
        counterpart_of(trace, number.reference),
        right_iteration(trace, number.reference.iteration),
    )
    assert counterpart is not None
    assert right is not None
    return float(array_in(right, counterpart)[number.index])


def right_iteration(trace: Trace, number: int) -> Iteration | None:
    """Return an iteration as it would be from the same parameters, had every update waited and no mistake
    been made.

    None if that is how it is.
    """
    if trace.mistake is None:
        if number == trace.broken_iteration:
            return trace.undisturbed.iteration(number)
        if trace.order == WAITING:
            return None
    numbers = trace.iteration(number)
    found = _RIGHT.get(numbers)
    if found is None:
        found = _RIGHT[numbers] = trace.rightly(number, numbers.before)
    return found


# Kept as long as the trace keeps the iteration that went wrong.
_RIGHT: WeakKeyDictionary[Iteration, Iteration] = WeakKeyDictionary()


def falsified(trace: Trace, reference: Reference) -> Mask | None:
    """Return which entries of an array differ from the right ones; None where none can."""
    right = right_iteration(trace, reference.iteration)
    writer = trace.flow.writer(reference)
    if right is None or writer is None or reference.version == 0:
        return None
    broken = reference.iteration == trace.broken_iteration and trace.mistake is None
    if broken and writer < trace.out_of_turn[0]:
        return None
    counterpart = counterpart_of(trace, reference)
    made = Variable(reference.quantity, reference.layer)
    only_here = made in table_of(trace.scenario).making and made not in table_of(right.scenario).making
    if counterpart is None or only_here:  # a mistake may make a quantity of its own
        return None
    wrong = _wrong(array_of(trace, reference), array_in(right, counterpart), alike=broken)
    if reference.quantity in TOTAL_OF:
        # The whole change is -η times the total, whether applied at once or in pieces: the pieces only round
        # otherwise.
        last = trace.shapes.batch(reference.iteration).stop - 1
        total = Reference(TOTAL_OF[reference.quantity], reference.iteration, reference.layer, last, 0)
        wrong = wrong & _wrong(array_of(trace, total), array_in(right, total), alike=broken)
    return sealed(wrong)


def _wrong(found: Array, right: Array, *, alike: bool) -> Mask:
    """Return where numbers differ.

    If they are not computed alike, what cancels may be rounded differently.
    """
    wrong = differs(found, right)
    if alike:
        return wrong
    with np.errstate(all="ignore"):
        mask: Mask = wrong & ~(np.abs(found - right) <= cancelled(right))
    return mask


def counterpart_of(trace: Trace, reference: Reference) -> Reference | None:
    """Return what a reference of a disturbed iteration corresponds to in one whose updates have waited."""
    if not reference.version or reference.layer is None:
        return reference
    updates = trace.flow.updates(reference.iteration, reference.layer)
    if updates == 1:
        return reference
    remembered = Variable(reference.quantity, reference.layer) in table_of(trace.scenario).remembered
    last = reference.version == updates and remembered
    return reference._replace(version=1) if last else None


def differs_from(found: float, right: float, floor: float = 0.0) -> bool:
    """Return whether two numbers differ by more than rounding, and by more than a floor."""
    with np.errstate(all="ignore"):
        return bool(differs(np.asarray(found), np.asarray(right))) and not abs(found - right) <= floor


def cancelled(right: Array) -> float:
    """Return up to which size a difference is rounding where numbers cancel beside those of an array."""
    return _CANCELLED * float(np.abs(right[np.isfinite(right)]).max(initial=0.0))


def differs(found: Array, right: Array) -> Mask:
    """Return where two arrays differ by more than rounding."""
    with np.errstate(all="ignore"):
        mask: Mask = ~np.isclose(found, right, rtol=ROUNDING, atol=0.0, equal_nan=True)
    return mask
