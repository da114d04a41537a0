"""What is said of how often a condition holds, and where?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.numerals import counted, numeral

if TYPE_CHECKING:
    from engine.conditions.reach import Count
    from engine.run.tracing import Trace
    from engine.watching.history import History


def counted_words(trace: Trace, text: str, found: Count) -> str:
    """Return in how many iterations a condition holds, and the first and the last step of these."""
    if found.first is None or found.last is None:
        return f"In none of {counted(trace.iterations, 'iteration')}: {text}"
    first, last = (trace.schedule.site(step).iteration + 1 for step in (found.first, found.last))
    where = f"step {found.first + 1:,} (iteration {first:,})"
    if found.iterations > 1:
        where = f"steps {where.removeprefix('step ')} to {found.last + 1:,} ({last:,})"
    return f"In {found.iterations:,} of {counted(trace.iterations, 'iteration')}: {where}"


def nowhere_words(text: str, *, back: bool) -> str:
    """Return that a condition begins to hold at no step after the present one, or on the way `back`."""
    return f"At no {'earlier' if back else 'later'} step it begins to hold: {text}"


NOTHING_WATCHED = (
    "Nothing is watched. V watches the number that is looked at, :watch max(abs(gradient[2])) any expression "
    "that find takes: its value now, how it went, and when it was smallest and largest."
)


NO_CURVE = "Nothing is watched: V watches what is looked at, then l changes its scale."
NOTHING_ABOVE_0 = "Nothing that is watched is always above 0: no logarithmic scale has all of it."


def what_is_drawn(trace: Trace) -> list[str]:
    """Return which values of a watched number its curve has, and over which iterations.

    Behind it what takes one away; in ever fewer words.
    """
    done = "" if trace.computed == trace.iterations else f"{trace.computed:,} of "
    told = f"last value in each iteration, 1 to {done}{trace.iterations:,}"
    return [f"{told} · V, :drop 1 takes one away", f"{told} · :drop 1", told]


def extremes(history: History) -> list[str]:
    """Return when a number was smallest and largest, as far as it has had a value."""
    ends = (("least", history.low), ("most", history.high))
    return [f"{word} {numeral(one.value)} at {one.iteration + 1:,}" for word, one in ends if one is not None]
