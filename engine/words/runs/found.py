"""What is said of how often a condition holds, and where?"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.conditions.reach import Count
    from engine.run.tracing import Trace


def counted_words(trace: Trace, text: str, found: Count) -> str:
    """Return in how many iterations a condition holds, and the first and the last step of these."""
    if found.first is None or found.last is None:
        return f"In none of {trace.iterations:,} iterations: {text}"
    first, last = (trace.schedule.site(step).iteration + 1 for step in (found.first, found.last))
    where = f"step {found.first + 1:,} (iteration {first:,})"
    if found.iterations > 1:
        where = f"steps {where.removeprefix('step ')} to {found.last + 1:,} ({last:,})"
    return f"In {found.iterations:,} of {trace.iterations:,} iterations: {where}"


def nowhere_words(text: str, *, back: bool) -> str:
    """Return that a condition begins to hold at no step after the present one, or on the way `back`."""
    return f"At no {'earlier' if back else 'later'} step it begins to hold: {text}"
