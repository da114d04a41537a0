"""What should a number be that is not right, since an update has not waited or a mistake is made?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.order.orders import WAITING

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.arrays import Array, Mask
    from engine.facts.number import Number
    from engine.facts.unrolled.through_time import Along
    from engine.order.quantities import Reference
    from engine.run.tracing import Trace

WRONG = "≠"
"""What stands beside a number that is no longer what it claims to be."""


def disturbed(trace: Trace) -> bool:
    """Return whether an update of the trace has not waited, or a mistake is made."""
    return _hurried(trace) or trace.mistake is not None


def _hurried(trace: Trace) -> bool:
    return bool(trace.breaks) or trace.order != WAITING


def otherwise(trace: Trace) -> str:
    """Return what would have to be otherwise for every number of a disturbed trace to be right."""
    found = ["had every update waited"] if _hurried(trace) else []
    return ", ".join([*found, *([f"without the mistake {trace.mistake}"] if trace.mistake else [])])


def reason(trace: Trace) -> str:
    """Return why a number of a disturbed trace may be wrong."""
    found = [f"the mistake {trace.mistake} is made"] if trace.mistake else []
    return ", or ".join([*found, *(["an update before it has not waited"] if _hurried(trace) else [])])


def right_of(trace: Trace, number: Number) -> float | None:
    """Return what a falsified number should be; None if it is right."""
    if not disturbed(trace):
        return None
    # Imported when an update has not waited: most sessions never need it.
    from engine.facts.broken.falsified import right_value

    return right_value(trace, number)


def wrong_in(trace: Trace, reference: Reference) -> Mask | None:
    """Return which entries of an array are no longer right; None where none can be."""
    if not disturbed(trace):
        return None
    from engine.facts.broken.falsified import falsified

    return falsified(trace, reference)


@np.errstate(all="ignore")  # what is not finite differs, or does not, like any number
def wrong_entries(found: Array, right: Array) -> Mask:
    """Return where [sample, unit] differ by more than rounding."""
    from engine.facts.broken.falsified import cancelled, differs

    mask: Mask = differs(found, right) & ~(abs(found - right) <= cancelled(right))
    return mask


def undisturbed(trace: Trace, step: int) -> tuple[Trace, int] | None:
    """Return a trace whose updates wait, and its step at the same place; None where all have waited."""
    if not disturbed(trace):
        return None
    from engine.facts.broken.waited import waited

    return waited(trace, step)


def right_along(found: Along, right: Along | None) -> Callable[[int], float | None]:
    """Return what gives, for each time, what a number should be; None where it is that, or not known.

    What cancels beside far larger numbers is rounding, as `engine.facts.broken.falsified` has it.
    """
    if right is None:
        return lambda _: None
    from engine.facts.broken.falsified import cancelled

    floor = cancelled(right.values)
    return lambda time: should_be(found.at(time), right.at(time), floor)


def should_be(found: float | None, right: float | None, floor: float = 0.0) -> float | None:
    """Return what a number that is worked out here should be; None if it is that, or not known."""
    if found is None or right is None:
        return None
    from engine.facts.broken.falsified import differs_from

    return right if differs_from(found, right, floor) else None
