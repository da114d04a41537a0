"""What should a number be, had every update waited and no mistake been made?

A delta claims to be ∂C/∂z, a total to be the gradient of the batch's loss, both at the parameters that the
iteration began with. Each number is held against the one at the same place in the iteration as it would be,
had every update waited and no mistake been made. In an iteration with updates out of turn both are computed
alike, so that rounding is never taken for falsehood, not even where a sum cancels.

Parameters are compared by meaning: those after the iteration with those after it. What an update out of
turn leaves behind, and a change that completes it, have nothing to be held against.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.arrays import sealed
from engine.equations.equation import Variable
from engine.equations.table import table_of
from engine.facts.entry import array_in, array_of
from engine.kept import Made
from engine.order.quantities import TOTAL_OF, Reference
from engine.order.site import Sort
from engine.order.sound import hurries
from engine.run.iteration import Iteration
from engine.update_orders import WAITING

if TYPE_CHECKING:
    from engine.arrays import Array, Mask
    from engine.facts.entry import Number
    from engine.run.tracing import Trace

ROUNDING = 1e-9
"""Up to which share of the right value a difference is one of roundings."""
_CANCELLED = 1e-12  # of the largest number beside it


def right_value(trace: Trace, number: Number) -> float | None:
    """Return what a number should be; None if it is that, or claims nothing."""
    wrong = wrong_in(trace, number.reference)
    if wrong is None or not wrong[number.index]:
        return None
    counterpart = counterpart_of(trace, number.reference)
    right = right_iteration(trace, number.reference.iteration)
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
        if not hurries(trace.order):
            return None
    numbers = trace.iteration(number)
    return _RIGHT.of(numbers, None, lambda: trace.rightly(number, numbers.before))


# Kept as long as the trace keeps the iteration that went wrong.
_RIGHT = Made[Iteration, Iteration]()


def wrong_in(trace: Trace, reference: Reference) -> Mask | None:
    """Return which entries of an array differ from the right ones; None where none can."""
    right = right_iteration(trace, reference.iteration)
    if right is None or reference.version == 0:
        return None
    writer = trace.flow.writer(reference)
    if writer is None:
        return None
    broken = reference.iteration == trace.broken_iteration and trace.mistake is None
    if broken and writer < trace.out_of_turn[0]:
        return None
    counterpart = counterpart_of(trace, reference)
    made = Variable(reference.quantity, reference.layer)
    only_here = made in table_of(trace.scenario).making and made not in table_of(right.scenario).making
    if counterpart is None or only_here:  # a mistake may make a quantity of its own
        return None
    found, should = array_of(trace, reference), array_in(right, counterpart)
    if reference.quantity in TOTAL_OF:
        # The same change may be applied at once or in pieces, which only round otherwise.
        return sealed(wrong_entries(found, should, array_of(trace, reference._replace(version=0))))
    return sealed(_wrong(found, should, alike=broken))


def _wrong(found: Array, right: Array, *, alike: bool) -> Mask:
    """Return where numbers differ; of those not computed alike what cancels may be rounded differently."""
    return differs(found, right) if alike else wrong_entries(found, right)


@np.errstate(all="ignore")  # what is not finite differs, or does not, like any number
def wrong_entries(found: Array, right: Array, *made_of: Array) -> Mask:
    """Return where arrays that are not computed alike differ by more than rounding.

    It is as large as that of the right one, and of what both are `made_of`.
    """
    floor = max(map(cancelled, (right, *made_of)))
    mask: Mask = differs(found, right) & ~(np.abs(found - right) <= floor)
    return mask


def counterpart_of(trace: Trace, reference: Reference) -> Reference | None:
    """Return what a reference of a disturbed iteration corresponds to in one whose updates have waited.

    None if there is nothing like it, such as a sum of gradients that are gathered in another turn there.
    """
    if reference.quantity in TOTAL_OF.values() and not trace.schedule.gathers_as(WAITING):
        return _same_sum(trace, reference)
    if not reference.version or reference.layer is None:
        return reference
    updates = trace.flow.updates(reference.iteration, reference.layer)
    if updates == 1:
        return reference
    remembered = Variable(reference.quantity, reference.layer) in table_of(trace.scenario).remembered
    last = reference.version == updates and remembered
    return reference._replace(version=1) if last else None


def _same_sum(trace: Trace, reference: Reference) -> Reference | None:
    """Return the total that is the sum of the same gradients in the order that waits; None without one."""
    right = right_iteration(trace, reference.iteration)
    if right is None or reference.layer is None:
        return reference
    sort = Sort("gradient", reference.layer)
    mine, waited = (
        np.stack(schedule.places(reference.iteration, sort)) for schedule in (trace.schedule, right.schedule)
    )
    done = 1 + int(np.flatnonzero((mine[0] == reference.sample) & (mine[1] == reference.time))[0])
    if {*zip(*mine[:, :done].tolist(), strict=True)} != {*zip(*waited[:, :done].tolist(), strict=True)}:
        return None
    sample, time = waited[:, done - 1].tolist()
    return reference._replace(sample=sample, time=time)


# -- what is worked out of the numbers of a trace -------------------------------------------------


def should_be(found: float | None, right: float | None, floor: float = 0.0) -> float | None:
    """Return what a number should be that comes to `found`; None if it is that, or either is not known.

    A difference up to the `floor` is one of roundings.
    """
    if found is None or right is None:
        return None
    with np.errstate(all="ignore"):
        is_that = not differs(np.asarray(found), np.asarray(right)) or abs(found - right) <= floor
    return None if is_that else right


def cancelled(right: Array) -> float:
    """Return up to which size a difference is rounding where numbers cancel beside those of an array."""
    return _CANCELLED * float(np.abs(right[np.isfinite(right)]).max(initial=0.0))


def differs(found: Array, right: Array) -> Mask:
    """Return where two arrays differ by more than rounding."""
    with np.errstate(all="ignore"):
        near = (np.abs(found - right) <= ROUNDING * np.abs(right)) & np.isfinite(right)
        mask: Mask = ~(near | (found == right) | (np.isnan(found) & np.isnan(right)))
    return mask
