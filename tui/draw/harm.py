"""What harm has been done since the user broke the rule?"""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING

from engine.broken_trace import BrokenTrace
from engine.harm import harm, words_of_harm
from tui.draw.rows import Row, rule

if TYPE_CHECKING:
    from engine.cursor import Cursor
    from engine.tracing import Trace


def harm_rows(trace: Trace, cursor: Cursor, width: int, most: int) -> list[Row]:
    """Return a rule and the harm in at most `most` rows, from the break to the end of its iteration.

    Sentences are left out whole, the least important first; view 2 has every number.
    """
    if not isinstance(trace, BrokenTrace) or most < 2:
        return []
    first = trace.schedule.inserted[0]
    if cursor.step < first or trace.schedule.site(cursor.step).iteration != trace.broken_iteration:
        return []
    found = harm(trace)
    assert found is not None
    sentences = words_of_harm(trace, found)
    lines: list[str] = []
    for count in range(len(sentences), 0, -1):
        lines = wrap(" ".join(sentences[:count]), max(20, width - 2))
        if len(lines) < most:
            break
    made = ", ".join(
        f"W{trace.schedule.site(step).layer} at step {step + 1}" for step in trace.schedule.inserted
    )
    title = f"you broke the rule: {made}"
    return [
        rule(title, width, style="negative", after="2 compares · X takes it back"),
        *[((f" {line}", "note"),) for line in lines[: most - 1]],
    ]
