"""How does the user choose which number is explained, and which of its terms is selected?

Each choice is a pure function from a cursor to a cursor, and clamps or goes round at the ends.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from engine.facts.entry import Number
from engine.facts.explain.origins import origins
from engine.looking.cursor import active_layer, look_at, within
from engine.looking.selection import (
    explained,
    known,
    layer_of,
    numbers_around,
    numbers_of_layer,
    numbers_of_step,
    sample_and_time,
)

if TYPE_CHECKING:
    from engine.looking.cursor import Cursor
    from engine.run.tracing import Trace


def look_at_number(cursor: Cursor, trace: Trace, number: Number) -> Cursor:
    """Return the cursor explaining a number, with the units that it belongs to looked at."""
    layer = layer_of(trace, number)
    if number.index:
        cursor = look_at(cursor, trace, layer, number.index[0])
    if len(number.index) == 2 and not number.reference.quantity.startswith("recurrent"):
        cursor = look_at(cursor, trace, layer - 1, number.index[1])
    own = numbers_of_step(trace, cursor)
    if number in own:
        return replace(cursor, part=own.index(number), focus=None, term=None)
    return replace(cursor, focus=number, term=None)


def next_number(cursor: Cursor, trace: Trace, by: int) -> Cursor:
    """Return the cursor explaining the number `by` places further, round and round."""
    if cursor.focus is None:
        count = len(numbers_of_step(trace, cursor))
        return replace(cursor, part=(cursor.part + by) % count, term=None)
    numbers = numbers_around(trace, cursor)
    place = numbers.index(cursor.focus) if cursor.focus in numbers else -1
    return look_at_focus(cursor, trace, numbers[(place + by) % len(numbers)])


def next_term(cursor: Cursor, trace: Trace, by: int) -> Cursor:
    """Return the cursor with the next or previous term selected; past the ends, none is."""
    number = explained(trace, cursor)
    if not known(trace, cursor, number):
        return cursor
    count = len(origins(trace, number))
    # Place 0 of the ring is "no term".
    place = (0 if cursor.term is None else cursor.term + 1) + by
    place %= count + 1
    return replace(cursor, term=place - 1 if place else None)


def next_layer(cursor: Cursor, trace: Trace, by: int) -> Cursor:
    """Return the cursor explaining a number of the layer above or below, at the same sample and time."""
    layers = trace.shapes.layers + 1
    layer = active_layer(trace, cursor.step) if cursor.focus is None else layer_of(trace, cursor.focus)
    layer = within(layer + by, layers)
    now = explained(trace, cursor).reference
    numbers = numbers_of_layer(trace, cursor, layer, *sample_and_time(trace, cursor))
    same = [number for number in numbers if number.reference.quantity == now.quantity]
    return look_at_focus(cursor, trace, (same or numbers)[0])


def next_unit(cursor: Cursor, trace: Trace, by: int, *, source: bool = False) -> Cursor:
    """Return the cursor looking at another unit: of the number's layer, or the one that it comes from."""
    number = explained(trace, cursor)
    recurrent = len(number.index) == 2 and number.reference.quantity.startswith("recurrent")
    if cursor.focus is None and not (source and recurrent):
        layer = active_layer(trace, cursor.step) - int(source)
        return replace(look_at(cursor, trace, layer, cursor.units[layer] + by), term=None)
    place = int(source)
    if place >= len(number.index):
        return cursor
    layer = layer_of(trace, number)
    size = trace.scenario.network.sizes[layer - int(source and not recurrent)]
    index = list(number.index)
    index[place] = within(index[place] + by, size)
    number = Number(number.reference, tuple(index))
    return look_at_number(cursor, trace, number)


def look_at_focus(cursor: Cursor, trace: Trace, number: Number) -> Cursor:
    """Return the cursor explaining a number as its focus, also where the step wrote it."""
    return replace(look_at_number(cursor, trace, number), focus=number, part=cursor.part)


def next_error(cursor: Cursor, trace: Trace, by: int) -> Cursor:
    """Return the cursor with another of the errors that are known chosen for the view of time to tell of."""
    if not trace.shapes.sequences:
        return cursor
    # Imported where an error is chosen: the first frame tells of none.
    from engine.facts.unrolled.errors import made_by, told

    known, now = made_by(trace, cursor.step), told(trace, cursor.step, cursor.error)
    if now is None:
        return cursor
    found = known[within(known.index(now) + by, len(known))]
    return cursor if found == now else replace(cursor, error=found)
