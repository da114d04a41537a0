"""What does the gradient look like as one vector, and which of its components are the largest?

A bar for each of the largest components, to the right of the middle if the loss grows with the
parameter, to the left if it falls; below them how much of the vector's length they and each layer have.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from engine.facts.beside.standing import apart_in
from engine.facts.gradient import GradientVector, gradient_vector, largest, length_of_rest
from engine.looking.selection import selected
from engine.order.quantities import PARAMETER_LETTERS
from engine.words.disturbed import not_so
from engine.words.gradients.gathered import sentence, since_cleared, what_it_is
from tui.draw.kit.bars import sided
from tui.draw.kit.numbers import WRONG, beside, counted, numeral, sign_style, signed
from tui.draw.kit.rows import Linked, Row, clip, filled, flow, length, paragraph
from tui.draw.kit.table import table

if TYPE_CHECKING:
    from engine.facts.entry import Number
    from engine.facts.gradient import Part
    from engine.facts.number import Traced
    from engine.looking.cursor import Cursor
    from engine.run.tracing import Trace

_VALUE = 10  # cells
_LEAST_LISTED = 3


def gradient_rows(trace: Trace, cursor: Cursor, width: int, height: int) -> list[Row]:
    """Return the largest components gathered so far, the share of each layer, and a sentence."""
    vector = gradient_vector(trace, cursor.step)
    words = paragraph(sentence(vector), width)
    if not vector.parts:
        return [clip(row, width) for row in [*_head(vector, width), (), *words][:height]]
    head = _head(vector, width)
    room = height - len(head) - len(words)
    shares = _shares(vector, width, max(1, min(height // 4, room - _LEAST_LISTED - 2)))
    listed = max(_LEAST_LISTED, room - len(shares) - 2)
    found = largest(vector, min(listed, vector.components))
    mark = selected(trace, cursor)
    rows = [*head, *_lines(found, width, chosen=mark)]
    rows += [*_rest(vector, found), (), *shares]
    return [clip(row, width) for row in (rows[: max(1, height - len(words))] + words)[:height]]


def _head(vector: GradientVector, width: int) -> list[Row]:
    """Return what the vector is, of how many components and how long, in a second row what has no room."""
    head: Row = ((f" {what_it_is(vector)}", "heading"),)
    if not vector.parts:
        return [head]
    long = ("length ", "dim"), (numeral(vector.length), "strong"), (since_cleared(vector), "dim")
    many = (f"  {counted(vector.components, 'component')}, ", "dim")
    if length(whole := (*head, many, *long)) <= width:
        return [whole]
    return [(*head, many), ((" ", ""), *long)]


def _lines(found: list[Traced], width: int, chosen: Number | None) -> list[Row]:
    """Return a row for each component: its symbol, its name, its value, what stands beside it, and a bar."""
    scale = max((abs(one.value) for one in found), default=0.0)
    cells: list[list[Row]] = []
    for one in found:
        looked_at = one.number == chosen
        name = (one.symbol, Linked("chosen" if looked_at else "symbol", one.number))
        value = (signed(one.value, _VALUE), Linked(sign_style(one.value), one.number))
        right: Row = ()
        if one.beside is not None:
            right = ((f"{WRONG} ", "warning"), (signed(one.beside, _VALUE), sign_style(one.beside)))
        called: Row = ((f"{one.named} ", "dim"),) if one.named else ()
        mark = ("▸" if looked_at else " ", "chosen")
        cells.append([(mark, name, ("  ", "")), called, (value, (" ", "")), right])
    numbers = table(cells, width, leave_out=(1,))
    left = max(map(length, numbers), default=0)
    bars = (width - left - 2) // 2
    return [
        (*filled(row, left), *sided(one.value, scale, max(0, bars)))
        for row, one in zip(numbers, found, strict=True)
    ]


def _rest(vector: GradientVector, found: list[Traced]) -> list[Row]:
    """Return how many components are left out, how long a vector they make, and how many are another."""
    left = vector.components - len(found)
    if left == 0:
        return []
    rest = numeral(length_of_rest(vector, found))
    masks = (apart_in(vector.trace, part.reference) for part in vector.parts)
    wrong = sum(int(mask.sum()) for mask in masks if mask is not None)
    wrong -= sum(one.beside is not None for one in found)
    told = beside(f"{wrong:,} {not_so(vector.trace)}", gap=3) if wrong else ()
    return [((f" and {left:,} more, together a vector of length {rest}", "dim"), *told)]


def _shares(vector: GradientVector, width: int, lines: int) -> list[Row]:
    """Return the length of each group of parameters in so many lines; where not all fit the longest first."""
    groups = [_group(part) for part in vector.parts]
    groups += [
        ((f"{PARAMETER_LETTERS[parameter]}{layer} ", "dim"), ("·", "unknown"))
        for layer, parameter in vector.missing
    ]
    rows = flow(groups, width - 1, ((" length by layer", "heading"), ("  ", "")), lines=len(groups))
    if len(rows) <= lines:
        return rows
    longest = sorted(vector.parts, key=lambda part: part.length if part.length >= 0.0 else math.inf)[::-1]
    head: Row = ((" longest layers", "heading"), ("  ", ""))
    groups = list(map(_group, longest))
    if missing := len(vector.missing):
        groups.insert(0, ((f"{missing} missing ", "dim"), ("·", "unknown")))
    return flow(groups, width - 1, head, lines=lines)


def _group(part: Part) -> Row:
    """Return the name of a group of parameters, its length, and how much of it is gathered if not all is."""
    name = f"{PARAMETER_LETTERS[part.parameter]}{part.reference.layer} "
    row: Row = ((name, "dim"), (numeral(part.length), "strong"))
    if part.gathered < part.contributions:
        row = (*row, (f" ({part.gathered:,} of {part.contributions:,})", "dim"))
    return row
