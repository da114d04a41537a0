"""What should a number be that is no longer right since an update has not waited?"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.numbers import Number
    from engine.tracing import Trace

WRONG = "≠"
"""What stands beside a number that is no longer what it claims to be."""


def right_of(trace: Trace, number: Number) -> float | None:
    """Return what a falsified number should be; None if it is right."""
    if not trace.breaks and trace.order == "deferred":
        return None
    # Imported when an update has not waited: most sessions never need it.
    from engine.falsified import right_value

    return right_value(trace, number)
