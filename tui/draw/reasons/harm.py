"""What harm has been done since the user broke the rule?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.draw.kit.panels import Panel
from tui.draw.kit.wide import paragraph

if TYPE_CHECKING:
    from engine.looking.cursor import Cursor
    from engine.run.tracing import Trace
    from tui.draw.kit.rows import Row


def harm_panel(trace: Trace, cursor: Cursor, width: int, most: int) -> Panel | None:
    """Return the harm in at most `most` rows, from the break to the end of its iteration.

    Sentences are left out whole, the least important first; view 2 has every number.
    """
    if most < 1 or not _since_break(trace, cursor):
        return None
    # Imported when a rule has been broken: most sessions never need it.
    from engine.facts.broken.harm import harm
    from engine.words.disturbed import by_hand_alone, by_hand_words
    from engine.words.harm import words_of_harm

    found = harm(trace)
    assert found is not None
    sentences = words_of_harm(trace, found, cursor.step)
    rows: list[Row] = []
    for count in range(len(sentences), 0, -1):
        rows = paragraph(" ".join(sentences[:count]), width, "note")
        if len(rows) <= most:
            break
    made = ", ".join(
        f"{by_hand_words(one) or f'layer {one.layer}'} at step {step + 1:,}"
        for step, one in zip(trace.out_of_turn, trace.breaks, strict=True)
    )
    done = "set by hand" if by_hand_alone(trace) else "you broke the rule"
    if found.harmless and not any(one.poke for one in trace.breaks):
        done = "applied out of turn"
    title = f"{done}: {made}"
    return Panel(title, rows[:most], "2 compares · X takes it back", style="negative")


def _since_break(trace: Trace, cursor: Cursor) -> bool:
    """Return whether the step lies between the first break and the end of its iteration."""
    if not trace.breaks or cursor.step < trace.out_of_turn[0]:
        return False
    return trace.schedule.site(cursor.step).iteration == trace.broken_iteration
