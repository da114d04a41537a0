"""Where is the user looking?

A cursor is a small immutable value: a step, a unit of each layer, and one number of the trace that is
explained. The app holds one cursor and draws what it points at; `engine.looking.ways.moves` takes it
elsewhere.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from engine.records import Record

if TYPE_CHECKING:
    from engine.facts.entry import Number
    from engine.run.tracing import Trace

_REMEMBERED = 100


class Cursor(Record):
    """A step, the unit of each layer 0..L that is looked at, and which number is explained.

    Without `focus` it is number `part` of those that the step wrote, else `focus`, anywhere in the run.
    `term` is the selected one of the numbers that it comes from; None: none of them. `past` and
    `future` are the cursors that a jump came from, and those that going back came from, latest last.
    `error` is the time of the error that the view of time tells of, None for the latest, and `page` how often
    that view has been turned over.
    """

    step: int
    units: tuple[int, ...]
    part: int = 0
    focus: Number | None = None
    term: int | None = None
    error: int | None = None
    page: int = 0
    past: tuple[Cursor, ...] = ()
    future: tuple[Cursor, ...] = ()


def start(trace: Trace, step: int = 0) -> Cursor:
    """Return a cursor at a step (clamped), looking at the first unit of each layer.

    Of a picture it is the brightest pixel: the first is in a corner, and all that comes of it is 0.
    """
    units = [0] * (trace.shapes.layers + 1)
    data = trace.scenario.data
    if data.shape:
        units[0] = int(np.abs(data.inputs[0]).max(axis=0).argmax())
    return Cursor(inside(trace, step), tuple(units))


def go_to(cursor: Cursor, trace: Trace, step: int) -> Cursor:
    """Return the cursor at a step, clamped to the run, looking at what that step wrote."""
    step = inside(trace, step)
    if step == cursor.step:
        return cursor
    return replace(cursor, step=step, part=0, focus=None, term=None)


def look_at(cursor: Cursor, trace: Trace, layer: int, unit: int) -> Cursor:
    """Return the cursor looking at a unit (clamped) of a layer 0..L."""
    units = list(cursor.units)
    units[layer] = within(unit, trace.scenario.network.sizes[layer])
    return replace(cursor, units=tuple(units))


def active_layer(trace: Trace, step: int) -> int:
    """Return the layer that a step works on; the last for a loss."""
    return trace.schedule.site(step).layer or trace.shapes.layers


def layers_around(trace: Trace, step: int, count: int) -> range:
    """Return at most so many layers around the one that a step works on, from the last of them down."""
    count = min(count, trace.shapes.layers)
    top = max(count, min(trace.shapes.layers, active_layer(trace, step) + count // 2))
    return range(top, top - count, -1)


def jumped(before: Cursor, after: Cursor) -> Cursor:
    """Return the cursor after a jump, which remembers where it came from."""
    here = replace(before, past=(), future=())
    return replace(after, past=(*before.past, here)[-_REMEMBERED:], future=())


def leap(cursor: Cursor, trace: Trace, step: int) -> Cursor:
    """Return the cursor at a step, from which one can come back as from a jump; the same if it is there."""
    after = go_to(cursor, trace, step)
    return cursor if after.step == cursor.step else jumped(cursor, after)


def back(cursor: Cursor) -> Cursor:
    """Return the cursor that the latest jump from elsewhere came from; the same if there was none."""
    here = replace(cursor, past=(), future=())
    past = _elsewhere(cursor.past, here)
    return replace(past[-1], past=past[:-1], future=(*cursor.future, here)) if past else cursor


def forward(cursor: Cursor) -> Cursor:
    """Return the cursor elsewhere that going back came from; the same if there was none."""
    here = replace(cursor, past=(), future=())
    future = _elsewhere(cursor.future, here)
    return replace(future[-1], past=(*cursor.past, here), future=future[:-1]) if future else cursor


def _elsewhere(jumps: tuple[Cursor, ...], here: Cursor) -> tuple[Cursor, ...]:
    """Return jumps up to the last that leads away from here: steps may have led to where one would jump."""
    while jumps and jumps[-1] == here:
        jumps = jumps[:-1]
    return jumps


def inside(trace: Trace, step: int) -> int:
    """Return a step clamped to those of a run; of one that has branched off, to its own."""
    return max(trace.first_step, within(step, len(trace)))


def within(value: int, length: int) -> int:
    """Return a value clamped to 0..length-1."""
    return max(0, min(value, length - 1))
