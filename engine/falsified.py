"""Which numbers of an iteration are no longer what they claim to be, once the rule is broken?

A delta claims to be ∂C/∂z, a total to be the gradient of the batch's loss, both at the parameters that
the iteration began with. Each number is held against the one at the same place in the undisturbed
run. The comparison is with the same iteration rounded in the same way (`BrokenTrace.right`), so that
rounding is never taken for falsehood, not even where a sum cancels.

Parameters are compared by meaning: those after the iteration with those after it. What an update out of
turn leaves behind, and a change that completes it, have nothing to be held against.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.broken_trace import BrokenTrace
from engine.flow import PARAMETERS, Quantity, Reference
from engine.numbers import Number, array_in, array_of

if TYPE_CHECKING:
    from engine.arrays import Array, Mask
    from engine.tracing import Trace

_ROUNDING = 1e-9


def right_value(trace: Trace, number: Number) -> float | None:
    """Return what a falsified number should be; None if the number is right, or claims nothing."""
    wrong = falsified(trace, number.reference)
    if wrong is None or not wrong[number.index]:
        return None
    counterpart = counterpart_of(trace, number.reference)
    assert counterpart is not None
    return float(array_of(trace.undisturbed, counterpart)[number.index])


def falsified(trace: Trace, reference: Reference) -> Mask | None:
    """Return which entries of an array differ from the undisturbed trace's; None where none can."""
    if not isinstance(trace, BrokenTrace) or reference.iteration != trace.broken_iteration:
        return None
    writer = trace.flow.writer(reference)
    if writer is None or writer < trace.schedule.inserted[0]:
        return None
    counterpart = counterpart_of(trace, reference)
    if counterpart is None:
        return None
    wrong = differs(array_of(trace, reference), array_in(trace.right, counterpart))
    if reference.quantity in _TOTAL_OF:
        # The whole change is -η times the total, whether applied at once or in pieces: the pieces only round
        # otherwise.
        last = trace.shapes.batch(reference.iteration).stop - 1
        total = Reference(_TOTAL_OF[reference.quantity], reference.iteration, reference.layer, last, 0)
        wrong = wrong & differs(array_of(trace, total), array_in(trace.right, total))
    wrong.setflags(write=False)
    return wrong


def counterpart_of(trace: Trace, reference: Reference) -> Reference | None:
    """Return what a reference of the broken iteration corresponds to in the undisturbed trace."""
    if reference.version is None or reference.version == 0:
        return reference
    assert reference.layer is not None
    early = sum(found.layer == reference.layer for found in trace.breaks)
    if reference.quantity in PARAMETERS:
        return reference._replace(version=1) if reference.version == early + 1 else None
    return None if early else reference


def differs(found: Array, right: Array) -> Mask:
    """Return where two arrays differ by more than rounding."""
    with np.errstate(all="ignore"):
        mask: Mask = ~np.isclose(found, right, rtol=_ROUNDING, atol=0.0, equal_nan=True)
    return mask


_TOTAL_OF: dict[Quantity, Quantity] = {
    "weights": "weight_total",
    "biases": "bias_total",
    "recurrent_weights": "recurrent_total",
}
