"""Where does a command take the cursor?

`move` is a pure and total function: it clamps and never raises.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from engine.looking.choosing import next_error, next_layer, next_number, next_term, next_unit
from engine.looking.cursor import back, forward, go_to, jumped, leap
from engine.looking.lesson.notes import next_note, previous_note
from engine.looking.ways.differences import next_difference
from engine.looking.ways.jumps import to_maker, to_next_reader, to_previous_reader
from engine.looking.ways.places import last_of_sample, to_other_iteration, to_other_sample

if TYPE_CHECKING:
    from engine.looking.cursor import Cursor
    from engine.order.schedule import Schedule
    from engine.run.tracing import Trace

Command = Literal[
    "next",
    "previous",
    "first",
    "last",
    "next-phase",
    "previous-phase",
    "next-iteration",
    "previous-iteration",
    "next-sample",
    "previous-sample",
    "finish-sample",
    "finish-iteration",
    "same-next",
    "same-previous",
    "next-note",
    "previous-note",
    "unit-down",
    "unit-up",
    "source-down",
    "source-up",
    "next-part",
    "previous-part",
    "layer-up",
    "layer-down",
    "next-term",
    "previous-term",
    "release",
    "to-maker",
    "to-next-reader",
    "to-previous-reader",
    "next-difference",
    "previous-difference",
    "back",
    "forward",
    "earlier-error",
    "later-error",
    "turn-page",
]

STEPPING: tuple[Command, ...] = (
    *("next", "previous", "first", "last", "next-phase", "previous-phase"),
    *("next-iteration", "previous-iteration", "next-note", "previous-note"),
    *("finish-sample", "finish-iteration"),
)
"""The commands that go to a step as such; the others follow a number."""

WITHOUT_NUMBERS: tuple[Command, ...] = (
    *STEPPING,
    *("next-sample", "previous-sample", "same-next", "same-previous", "back", "forward", "release"),
)
"""The commands that ask for no number, nor for which numbers a step makes: the order of the steps has all."""

MOST_TIMES = 9999
"""How often a command may be repeated."""
ERRORS: tuple[Command, ...] = ("earlier-error", "later-error")
"""The commands that choose the error that the view of time tells of."""


def move(cursor: Cursor, trace: Trace, command: Command) -> Cursor:
    """Return the cursor after a command."""
    schedule = trace.schedule
    match command:
        case "next":
            return go_to(cursor, trace, cursor.step + 1)
        case "previous":
            return go_to(cursor, trace, cursor.step - 1)
        case "first":
            return leap(cursor, trace, 0)
        case "last":
            return leap(cursor, trace, len(trace) - 1)
        case "next-phase":
            return go_to(cursor, trace, next_phase(schedule, cursor.step))
        case "previous-phase":
            return go_to(cursor, trace, previous_phase(schedule, cursor.step))
        case "next-iteration":
            iteration = schedule.site(cursor.step).iteration
            return leap(cursor, trace, schedule.first_step(iteration + 1))
        case "previous-iteration":
            iteration = schedule.site(cursor.step).iteration
            begin = schedule.first_step(iteration)
            if cursor.step == begin:
                begin = schedule.first_step(max(0, iteration - 1))
            return leap(cursor, trace, begin)
        case "finish-iteration":
            return leap(cursor, trace, schedule.first_step(schedule.site(cursor.step).iteration + 1) - 1)
        case "finish-sample":
            return leap(cursor, trace, last_of_sample(schedule, cursor.step))
        case "next-sample" | "previous-sample":
            return to_other_sample(cursor, trace, 1 if command == "next-sample" else -1)
        case "same-next" | "same-previous":
            return to_other_iteration(cursor, trace, 1 if command == "same-next" else -1)
        case "next-note":
            return next_note(cursor, trace)
        case "previous-note":
            return previous_note(cursor, trace)
        case _:
            return look(cursor, trace, command)


def repeated(cursor: Cursor, trace: Trace, command: Command, times: int) -> Cursor:
    """Return the cursor after a command has been given so many times, from which one comes back at once."""
    after = cursor
    if command in ("next", "previous"):
        after = go_to(cursor, trace, cursor.step + (times if command == "next" else -times))
    else:
        for _ in range(min(times, MOST_TIMES)):
            before, after = after, move(after, trace, command)
            if after == before:
                break
    if times == 1 or after.step == cursor.step or command in ("back", "forward"):
        return after
    return jumped(cursor, replace(after, past=cursor.past))


def look(cursor: Cursor, trace: Trace, command: Command) -> Cursor:
    """Return the cursor after a command that chooses what is explained, perhaps by a jump."""
    match command:
        case "unit-down" | "unit-up":
            return next_unit(cursor, trace, 1 if command == "unit-down" else -1)
        case "source-down" | "source-up":
            return next_unit(cursor, trace, 1 if command == "source-down" else -1, source=True)
        case "next-part" | "previous-part":
            return next_number(cursor, trace, 1 if command == "next-part" else -1)
        case "layer-up" | "layer-down":
            return next_layer(cursor, trace, 1 if command == "layer-up" else -1)
        case "next-term" | "previous-term":
            return next_term(cursor, trace, 1 if command == "next-term" else -1)
        case "earlier-error" | "later-error":
            return next_error(cursor, trace, 1 if command == "later-error" else -1)
        case "turn-page":
            return replace(cursor, page=cursor.page + 1) if trace.shapes.sequences else cursor
        case "to-maker":
            return to_maker(cursor, trace)
        case "to-next-reader":
            return to_next_reader(cursor, trace)
        case "to-previous-reader":
            return to_previous_reader(cursor, trace)
        case "next-difference" | "previous-difference":
            return next_difference(cursor, trace, 1 if command == "next-difference" else -1)
        case "back":
            return back(cursor)
        case "forward":
            return forward(cursor)
        case _:
            return replace(cursor, part=0, focus=None, term=None)


def next_phase(schedule: Schedule, step: int) -> int:
    """Return the first step of the next run of steps of another phase (or sample), at most the last."""
    return min(schedule.alike(step).stop, len(schedule) - 1)


def previous_phase(schedule: Schedule, step: int) -> int:
    """Return the first step of the run of steps before this one's; the first of all if there is none."""
    begin = schedule.alike(step).start
    return schedule.alike(begin - 1).start if begin else 0
