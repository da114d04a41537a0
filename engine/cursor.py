"""Where is the user looking, and where does a command take them?

A cursor is a small immutable value; `move` is a pure and total function: it clamps and never
raises. The app holds one cursor and draws what it points at.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from engine.schedule import Phase, Schedule
    from engine.tracing import Trace

Command = Literal[
    "next",
    "previous",
    "first",
    "last",
    "next-phase",
    "previous-phase",
    "next-iteration",
    "previous-iteration",
    "unit-down",
    "unit-up",
    "source-down",
    "source-up",
    "next-part",
    "previous-part",
]


@dataclass(frozen=True, slots=True)
class Cursor:
    """A step, the unit of each layer 0..L that is looked at, and which of the step's numbers."""

    step: int
    units: tuple[int, ...]
    part: int = 0


def start(trace: Trace, step: int = 0) -> Cursor:
    """Return a cursor at a step (clamped), looking at the first unit of each layer."""
    return Cursor(_within(step, len(trace)), (0,) * (trace.shapes.layers + 1))


def go_to(cursor: Cursor, trace: Trace, step: int) -> Cursor:
    """Return the cursor at a step, clamped to the run."""
    step = _within(step, len(trace))
    return cursor if step == cursor.step else replace(cursor, step=step, part=0)


def move(cursor: Cursor, trace: Trace, command: Command) -> Cursor:
    """Return the cursor after a command."""
    schedule = trace.schedule
    match command:
        case "next":
            return go_to(cursor, trace, cursor.step + 1)
        case "previous":
            return go_to(cursor, trace, cursor.step - 1)
        case "first":
            return go_to(cursor, trace, 0)
        case "last":
            return go_to(cursor, trace, len(trace) - 1)
        case "next-phase":
            return go_to(cursor, trace, next_phase(schedule, cursor.step))
        case "previous-phase":
            return go_to(cursor, trace, previous_phase(schedule, cursor.step))
        case "next-iteration":
            iteration = schedule.site(cursor.step).iteration
            return go_to(cursor, trace, schedule.first_step(iteration + 1))
        case "previous-iteration":
            iteration = schedule.site(cursor.step).iteration
            begin = schedule.first_step(iteration)
            if cursor.step == begin:
                begin = schedule.first_step(max(0, iteration - 1))
            return go_to(cursor, trace, begin)
        case "unit-down" | "unit-up":
            layer = active_layer(trace, cursor.step)
            return look_at(cursor, trace, layer, cursor.units[layer] + (1 if command == "unit-down" else -1))
        case "source-down" | "source-up":
            layer = active_layer(trace, cursor.step) - 1
            return look_at(
                cursor, trace, layer, cursor.units[layer] + (1 if command == "source-down" else -1)
            )
        case "next-part" | "previous-part":
            parts = len(trace.flow.writes(cursor.step))
            return replace(cursor, part=(cursor.part + (1 if command == "next-part" else -1)) % parts)


def look_at(cursor: Cursor, trace: Trace, layer: int, unit: int) -> Cursor:
    """Return the cursor looking at a unit (clamped) of a layer 0..L."""
    units = list(cursor.units)
    units[layer] = _within(unit, trace.scenario.network.sizes[layer])
    return replace(cursor, units=tuple(units))


def active_layer(trace: Trace, step: int) -> int:
    """Return the layer that a step works on; the last for a loss."""
    return trace.schedule.site(step).layer or trace.shapes.layers


def next_phase(schedule: Schedule, step: int) -> int:
    """Return the first step of the next run of steps of another phase (or sample), at most the last."""
    key = _run_of(schedule, step)
    last = len(schedule) - 1
    while step < last and _run_of(schedule, step) == key:
        step += 1
    return step


def previous_phase(schedule: Schedule, step: int) -> int:
    """Return the first step of this phase, or of the one before if the step is that already."""
    if step == 0:
        return 0
    key = _run_of(schedule, step - 1)
    while step > 0 and _run_of(schedule, step - 1) == key:
        step -= 1
    return step


def _run_of(schedule: Schedule, step: int) -> tuple[int, int | None, Phase]:
    site = schedule.site(step)
    return site.iteration, site.sample, site.phase


def _within(value: int, length: int) -> int:
    return max(0, min(value, length - 1))
