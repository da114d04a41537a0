"""What is looked at: how much exactly, who makes it, and who reads it next?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.facts.beside.theirs import shape_of_theirs, theirs_at
from engine.facts.number import Traced
from engine.looking.known.readers import next_reader
from engine.looking.selection import known, selected
from engine.looking.ways.differences import difference_at
from engine.order.quantities import PARAMETERS
from engine.words.steps.chips import chip
from tui.draw.kit.numbers import beside, held, numeral
from tui.draw.kit.rows import Row, length

if TYPE_CHECKING:
    from engine.facts.number import Number
    from engine.looking.cursor import Cursor
    from engine.run.tracing import Trace

_DIGITS = 10
_CELLS = 16


def looking_row(trace: Trace, cursor: Cursor, width: int) -> Row:
    """Return the selected number with its digits, the step that makes it and the next that reads it."""
    number = selected(trace, cursor)
    traced = Traced(trace, number)
    maker = traced.maker
    value = _value(traced) if known(trace, cursor, number) else ()
    if maker is None:
        made = "given"
    elif maker == cursor.step:
        made = "made here"
    else:
        made = f"{'made' if maker < cursor.step else 'will be made'} by {_named(trace, maker)}"
    reader = next_reader(trace, number.reference, cursor.step)
    read = "" if reader is None else f" · {_how(trace, number, reader)} {_named(trace, reader)}"
    there = difference_at(cursor, trace)
    place = "" if there is None else f"difference {there[0]} of {there[1]}"
    name = f" ({traced.named})" if traced.named else ""
    for called, said in ((name, f"{place or made}{read}"), (name, place or made), (name, ""), ("", "")):
        head: Row = ((" looking at ", "dim"), (traced.symbol, "chosen"))
        tail: Row = ((f" · {said}", "dim"),) if said else ()
        row = (*head, *(((called, "dim"),) if called else ()), *value, *tail)
        if length(row) <= width:
            break
    return row


def _value(traced: Traced) -> Row:
    """Return a number and, where somebody's stands beside it, both with digits until they differ."""
    other = None if traced.trace.disturbed else traced.beside
    if other is None:
        if shape := shape_of_theirs(traced.trace, traced.reference):
            return (" = ", "dim"), (numeral(traced.value), "strong"), *beside(shape)
        row: Row = ((" = ", "dim"), (numeral(traced.value, _CELLS, digits=_DIGITS), "strong"))
        said = traced.whose == "yours" and theirs_at(traced.trace, traced.reference) is not None
        return (*row, (", as yours", "dim")) if said else row
    return (" = ", "dim"), *held(traced.value, other, "strong", traced.whose)


def _how(trace: Trace, number: Number, step: int) -> str:
    """Return what a later step does with a number: an update reads a parameter to change it."""
    changes = number.reference.quantity in PARAMETERS and trace.schedule.site(step).kind == "update"
    return "changed next by" if changes else "read next by"


def _named(trace: Trace, step: int) -> str:
    return f"{chip(trace.shapes, trace.schedule.site(step))} at step {step + 1:,}"
