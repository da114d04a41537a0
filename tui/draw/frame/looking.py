"""What is looked at: how much exactly, who makes it, and who reads it next?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.facts.beside.standing import theirs_at
from engine.facts.beside.theirs import shape_of_theirs
from engine.facts.number import Traced
from engine.looking.known.told import made_and_read
from engine.looking.selection import known, selected
from tui.draw.kit.numbers import beside, held, numeral
from tui.draw.kit.rows import Row, first_fitting

if TYPE_CHECKING:
    from engine.looking.cursor import Cursor
    from engine.run.tracing import Trace

_DIGITS = 10
_CELLS = 16


def looking_row(trace: Trace, cursor: Cursor, width: int) -> Row:
    """Return the selected number with its digits, the step that makes it and the next that reads it."""
    number = selected(trace, cursor)
    traced = Traced(trace, number)
    value = _value(traced) if known(trace, cursor, number) else ()
    name = f" ({traced.named})" if traced.named else ""
    ways = [(name, said) for said in made_and_read(trace, cursor, number)]
    head: Row = ((" looking at ", "dim"), (traced.symbol, "chosen"))
    wordings = (
        (*head, (called, "dim"), *value, (f" · {said}" * bool(said), "dim"))
        for called, said in (*ways, (name, ""), ("", ""))
    )
    return first_fitting(wordings, width)


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
