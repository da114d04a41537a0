"""Which numbers of an iteration are no longer what they claim to be, once an update has not waited?

A delta claims to be ∂C/∂z, a total to be the gradient of the batch's loss, both at the parameters that
the iteration began with. Each number is held against the one at the same place in the undisturbed
run. The comparison is with the same iteration rounded in the same way (`BrokenTrace.right`), so that
rounding is never taken for falsehood, not even where a sum cancels.

In the premature order the right numbers are those of a deferred iteration from the same parameters.

Parameters are compared by meaning: those after the iteration with those after it. What an update out of
turn leaves behind, and a change that completes it, have nothing to be held against.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import numpy as np

from engine.broken.broken_trace import BrokenTrace
from engine.order.quantities import PARAMETERS, TOTAL_OF, Reference
from engine.replay.iteration import Iteration
from engine.replay.numbers import Number, array_in, array_of

if TYPE_CHECKING:
    from engine.arrays import Array, Mask
    from engine.replay.tracing import Trace

_ROUNDING = 1e-9
_CANCELLED = 1e-12  # of the largest number beside it


def right_value(trace: Trace, number: Number) -> float | None:
    """Return what a falsified number should be; None if the number is right, or claims nothing."""
    wrong = falsified(trace, number.reference)
    if wrong is None or not wrong[number.index]:
        return None
    counterpart = counterpart_of(trace, number.reference)
    assert counterpart is not None
    if trace.order == "premature":
        return float(array_in(deferred_of(trace, number.reference.iteration), counterpart)[number.index])
    return float(array_of(trace.undisturbed, counterpart)[number.index])


def falsified(trace: Trace, reference: Reference) -> Mask | None:
    """Return which entries of an array differ from the right ones; None where none can."""
    if trace.order == "premature":
        return _in_premature_order(trace, reference)
    if not isinstance(trace, BrokenTrace) or reference.iteration != trace.broken_iteration:
        return None
    writer = trace.flow.writer(reference)
    if writer is None or writer < trace.schedule.inserted[0]:
        return None
    counterpart = counterpart_of(trace, reference)
    if counterpart is None:
        return None
    wrong = differs(array_of(trace, reference), array_in(trace.right, counterpart))
    if reference.quantity in TOTAL_OF:
        # The whole change is -η times the total, whether applied at once or in pieces: the pieces only round
        # otherwise.
        last = trace.shapes.batch(reference.iteration).stop - 1
        total = Reference(TOTAL_OF[reference.quantity], reference.iteration, reference.layer, last, 0)
        wrong = wrong & differs(array_of(trace, total), array_in(trace.right, total))
    wrong.setflags(write=False)
    return wrong


def counterpart_of(trace: Trace, reference: Reference) -> Reference | None:
    """Return what a reference of the broken iteration corresponds to in the undisturbed trace."""
    if reference.version is None or reference.version == 0:
        return reference
    assert reference.layer is not None
    if trace.order == "premature":
        return _in_deferred_order(trace, reference)
    early = sum(found.layer == reference.layer for found in trace.breaks)
    if reference.quantity in PARAMETERS:
        return reference._replace(version=1) if reference.version == early + 1 else None
    return None if early else reference


def _in_deferred_order(trace: Trace, reference: Reference) -> Reference | None:
    """Return what a version of the parameters, or a change, of a premature iteration corresponds to."""
    assert reference.layer is not None
    updates = len(trace.shapes.batch(reference.iteration)) * trace.shapes.times
    last = reference.version == updates
    return (
        reference._replace(version=1) if last and (reference.quantity in PARAMETERS or updates == 1) else None
    )


def _in_premature_order(trace: Trace, reference: Reference) -> Mask | None:
    counterpart = counterpart_of(trace, reference)
    if counterpart is None or trace.flow.writer(reference) is None or reference.version == 0:
        return None
    right = array_in(deferred_of(trace, reference.iteration), counterpart)
    # The two are summed up in different pieces: what cancels is rounded differently.
    with np.errstate(all="ignore"):
        found = array_of(trace, reference)
        wrong: Mask = differs(found, right) & ~(np.abs(found - right) <= cancelled(right))
    wrong.setflags(write=False)
    return wrong


def deferred_of(trace: Trace, number: int) -> Iteration:
    """Return an iteration of the premature order as it would have been, had every update waited."""
    numbers = trace.iteration(number)
    found = _RIGHT.get(numbers)
    if found is None:
        found = _RIGHT[numbers] = Iteration(trace.scenario, trace.shapes, "deferred", number, numbers.before)
    return found


# Kept as long as the trace keeps the premature iteration.
_RIGHT: WeakKeyDictionary[Iteration, Iteration] = WeakKeyDictionary()


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
        mask: Mask = ~np.isclose(found, right, rtol=_ROUNDING, atol=0.0, equal_nan=True)
    return mask
