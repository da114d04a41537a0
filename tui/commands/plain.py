"""How is a run read line by line: through a pipe, by a screen reader, on a terminal that can't draw?

The same explanations as on the screen, from the same functions, as lines of text. On a terminal the keys
of the app are typed as lines; through a pipe every step is printed, or the one that was asked for.
"""

from __future__ import annotations

import re
from textwrap import wrap
from typing import TYPE_CHECKING, get_args

from engine.facts.beside.theirs import holds
from engine.looking.choosing import look_at_number
from engine.looking.cursor import go_to, jumped, leap, start
from engine.looking.finding import find
from engine.looking.lesson.notes import notes_at
from engine.looking.ways.moves import Command, move
from engine.looking.ways.places import step_named
from tui.draw.frame.status import facts_row, status_row
from tui.draw.kit.rows import plain
from tui.draw.reasons.equation import equation_rows
from tui.draw.reasons.waiting import waiting_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from engine.looking.cursor import Cursor
    from engine.order.site import Site
    from engine.run.tracing import Trace
    from tui.draw.kit.rows import Row

_ENOUGH = 400  # rows: no equation of a step is left out

TYPED: dict[str, Command] = {command: command for command in get_args(Command)} | {
    "": "next",
    "home": "first",
    "end": "last",
    "tab": "next-part",
    "enter": "to-maker",
    "esc": "release",
    "n": "next",
    "p": "previous",
    "]": "next-phase",
    "[": "previous-phase",
    "}": "next-iteration",
    "{": "previous-iteration",
    "d": "next-sample",
    "D": "previous-sample",
    "N": "finish-sample",
    "$": "finish-iteration",
    ")": "same-next",
    "(": "same-previous",
    "c": "next-note",
    "C": "previous-note",
    "j": "unit-down",
    "k": "unit-up",
    "i": "source-down",
    "I": "source-up",
    "a": "layer-up",
    "A": "layer-down",
    "t": "next-term",
    "T": "previous-term",
    "r": "to-next-reader",
    "R": "to-previous-reader",
    "b": "back",
    "B": "forward",
    "<": "earlier-error",
    ">": "later-error",
}
_DIFFERENCES: dict[str, Command] = {"<": "previous-difference", ">": "next-difference"}
"""What is typed with another meaning where numbers of the user's own are held against the run."""

HELP = """\
n next, p previous, 12n so often, ] [ phase, } { iteration, d D sample, N its last step,
$ the iteration's, ) ( same step of another iteration, home, end, g 12 or g i174 go to a
step, c C notes, j k neuron, i I input, tab number, a A layer, t T term, enter made by,
r R read by, b B back and forward, / W1[2,1] find; views: 1 network, 2 compare, v with
another order, 3 cost, 4 loss, 5 through time (another error: <, >; with --mine what
differs), 6 chain rule, 7 slope, 8 gradient, 9 heat, 0 samples; until, since, find
CONDITION; break CONDITION, breaks, disable 1, enable 1, delete 1; set W1[1,2] = 0.3,
poke W1[1,2] = 0.3 in the midst of an iteration, nudge W1[1,2] 0.001, branches, run 2;
watch EXPRESSION, findings, print the step; q quits
An empty line steps on."""


def print_run(trace: Trace, step: int | None, say: Callable[[str], object], width: int) -> None:
    """Print every step of a run, or one (0-based)."""
    say(facts_line(trace, start(trace), width))
    steps = range(len(trace)) if step is None else range(step, step + 1)
    cursor = start(trace)
    for number in steps:
        cursor = go_to(cursor, trace, number)
        say("\n" + "\n".join(page(trace, cursor, width)))


def facts_line(trace: Trace, cursor: Cursor, width: int) -> str:
    """Return what holds for the whole run, as a line."""
    return plain(facts_row(trace, cursor, width, "")).strip()


def obey(trace: Trace, cursor: Cursor, word: str) -> Cursor | str:
    """Return the cursor after a typed command, or what to say instead."""
    if word in TYPED:
        own = _DIFFERENCES if holds(trace) else {}
        return move(cursor, trace, own.get(word, TYPED[word]))
    place = re.fullmatch(r"g\s*(\d{1,15})", word)
    if place is not None:
        return leap(cursor, trace, int(place[1]) - 1)
    if word.startswith("g "):
        step = step_named(trace.schedule, cursor.step, word[2:].strip())
        return step if isinstance(step, str) else leap(cursor, trace, step)
    if word.startswith("/"):
        number = find(trace, cursor, word[1:].strip())
        if isinstance(number, str):
            return number
        return jumped(cursor, look_at_number(cursor, trace, number))
    return HELP if word == "?" else f"{word[:40]!r} is not a command.\n{HELP}"


def page(trace: Trace, cursor: Cursor, width: int) -> list[str]:
    """Return a step as lines: where we are, the note, the equations, what the parameters wait for."""
    lines = list(lines_of([status_row(trace, cursor, width)]))
    site = trace.schedule.site(cursor.step)
    if site.kind == "loss" and (name := _class(trace, site)):
        lines += wrapped(f"target: {name}", width)
    for text in notes_at(trace, cursor.step):
        lines += wrapped(f"note: {text}", width)
    equations = lines_of(equation_rows(trace, cursor, width, _ENOUGH))
    lines += [line for line in equations if line]
    lines += lines_of(waiting_rows(trace, cursor, width, trace.shapes.layers + 4))
    return lines


def _class(trace: Trace, site: Site) -> str:
    """Return the class that the target of a loss step stands for; the empty text if it is none."""
    assert site.sample is not None
    assert site.time is not None
    return trace.scenario.names.of_target(trace.scenario.data.targets[site.sample, site.time])


def wrapped(text: str, width: int) -> Iterator[str]:
    """Yield a text as lines, its own and where one is wider than this, several."""
    for line in text.splitlines():
        yield from wrap(line, width, break_on_hyphens=False) or [""]


def lines_of(rows: list[Row]) -> Iterator[str]:
    """Yield rows as text without the blanks at their ends."""
    return (plain(row).rstrip() for row in rows)
