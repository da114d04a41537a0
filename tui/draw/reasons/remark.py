"""What stands beside the numbers of a step: what harm a break of the rule has done, or the author's note?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.catalog import lesson_number
from engine.looking.lesson.notes import hidden_by, noted_steps, told_at
from tui.draw.kit.numbers import counted
from tui.draw.kit.panels import Panel
from tui.draw.kit.rows import sentences
from tui.draw.kit.wide import shortened, wrapped

if TYPE_CHECKING:
    from engine.looking.cursor import Cursor
    from engine.looking.lesson.notes import Told
    from engine.run.tracing import Trace


def remark(
    trace: Trace, cursor: Cursor, width: int, most: int, following: str = "", view: str = ""
) -> Panel | None:
    """Return what harm a break of the rule has done, or the author's note, in so many rows of a view."""
    return harm_panel(trace, cursor, width, most, view) or note_panel(trace, cursor, width, most, following)


def harm_panel(trace: Trace, cursor: Cursor, width: int, most: int, view: str = "") -> Panel | None:
    """Return the harm in at most `most` rows, from the break to the end of its iteration.

    Sentences are left out whole, the least important first; view 2 has every number.
    """
    if most < 1 or not trace.is_broken_at(cursor.step):
        return None
    # Imported when a rule has been broken: most sessions never need it.
    from engine.facts.broken.harm import harm
    from engine.words.waits.harm import heading_of_harm, words_of_harm

    found = harm(trace)
    assert found is not None
    rows = sentences(" ".join(words_of_harm(trace, found, cursor.step)), max(20, width - 2), most, "note", 1)
    ways = "X takes it back" if view == "compare" else "2 compares · X takes it back"
    return Panel(heading_of_harm(trace, found), rows, ways, style="wrong")


def note_panel(trace: Trace, cursor: Cursor, width: int, most: int, following: str = "") -> Panel | None:
    """Return the notes of the step in at most `most` rows; none at all without a note.

    `following` is the lesson after this one, if there is one: the last note leads there.

    What does not fit is counted, so that nobody takes half a note for all of it. In another order the
    title says which order the note was written for: its numbers are those of that order.
    """
    note = told_at(trace, cursor.step)
    if most < 1:
        return None
    lesson = lesson_number(trace.scenario.name)
    if note is None:
        return _beginning(trace, cursor, lesson, width, most) if lesson else None
    lines = [line for text in note.texts for line in wrapped(text, max(20, width - 3))]
    hidden = max(0, len(lines) - most)
    title = f"{f'lesson {lesson} · ' if lesson else ''}note {note.number} of {note.of}"
    if note.order is not None:
        title += f", written for the {note.order} order"
    if hidden:
        ways = f"{counted(hidden, 'more line')} in a larger window"
    else:
        ways = _way_on(trace, cursor, note, shortened(following, width // 2))
    return Panel(title, [((f" {line}", "note"),) for line in lines[:most]], ways, style="author")


def _beginning(trace: Trace, cursor: Cursor, lesson: int, width: int, most: int) -> Panel | None:
    """Return what a lesson is about, where its first note is still to come."""
    noted = noted_steps(trace)
    if not noted or cursor.step >= noted[0]:
        return None
    rows = sentences(" ".join(trace.scenario.about.split()), max(20, width - 3), most, "note", 1)
    title = f"lesson {lesson} · {counted(len(noted), 'note')}"
    return Panel(title, rows, "c first note", style="author")


def _way_on(trace: Trace, cursor: Cursor, note: Told, following: str) -> str:
    if note.order is not None:
        return "u goes back to it"
    ways = ["C back"] if note.number > 1 else []
    if note.number < note.of:
        ways.append("c next note")
    elif following and not trace.breaks:
        ways.append(f"c next lesson: {following}")
    if hidden_by(trace, cursor.step):
        ways.append("X for the next note: without the break")
    return " · ".join(ways)
