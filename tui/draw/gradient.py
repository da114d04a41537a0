"""What does the gradient look like as one vector, and which of its components are the largest?

A bar for each of the largest components, to the right of the middle if the loss grows with the
parameter, to the left if it falls; below them how much of the vector's length they and each layer have.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.facts.gradient import GradientVector, gradient_vector, largest, length_of_rest
from engine.looking.selection import selected
from engine.order.quantities import PARAMETER_LETTERS
from engine.words.gradient import sentence, what_it_is
from tui.draw.kit.bars import sided
from tui.draw.kit.numbers import WRONG, counted, numeral, sign_style, signed
from tui.draw.kit.rows import Linked, Row, clip, length
from tui.draw.kit.wide import paragraph

if TYPE_CHECKING:
    from engine.facts.number import Traced
    from engine.looking.cursor import Cursor
    from engine.run.tracing import Trace

_NAME, _VALUE = 20, 10
_LEAST_LISTED = 3


def gradient_rows(trace: Trace, cursor: Cursor, width: int, height: int) -> list[Row]:
    """Return the largest components gathered so far, the share of each layer, and a sentence."""
    vector = gradient_vector(trace, cursor.step)
    words = paragraph(sentence(vector), width)
    if not vector.parts:
        return [clip(row, width) for row in [_head(vector), (), *words][:height]]
    shares = _shares(vector, width)[: max(1, height // 4)]
    room = height - 1 - len(words)
    listed = max(_LEAST_LISTED, room - len(shares) - 2)
    found = largest(vector, min(listed, vector.components))
    scale = max((abs(one.value) for one in found), default=0.0)
    mark = selected(trace, cursor)
    rows = [_head(vector)]
    room_for_right = _VALUE + 3 if any(one.right is not None for one in found) else 0
    rows += [_line(one, scale, width, chosen=one.number == mark, reserved=room_for_right) for one in found]
    rows += [_rest(vector, found), (), *shares]
    return [clip(row, width) for row in (rows[: max(1, height - len(words))] + words)[:height]]


def _head(vector: GradientVector) -> Row:
    length = numeral(vector.length) if vector.parts else "·"
    return (
        (f" {what_it_is(vector)}", "heading"),
        (f"  {counted(vector.components, 'component')}, length ", "dim"),
        (length, "strong"),
    )


def _line(one: Traced, scale: float, width: int, *, chosen: bool, reserved: int) -> Row:
    """Return a component with its bar; `reserved` cells are for what the wrong ones should be."""
    cells = max(0, (width - _NAME - _VALUE - reserved - 4) // 2)
    cells = min(cells, 40)
    beside: Row = ((" " * reserved, ""),)
    if one.right is not None:
        beside = ((f" {WRONG} ", "negative"), (signed(one.right, reserved - 3), sign_style(one.right)))
    return (
        ("▸" if chosen else " ", "chosen"),
        (one.symbol.ljust(_NAME), Linked("chosen" if chosen else "symbol", one.number)),
        (signed(one.value, _VALUE), Linked(sign_style(one.value), one.number)),
        *beside,
        (" ", ""),
        *sided(one.value, scale, cells),
    )


def _rest(vector: GradientVector, found: list[Traced]) -> Row:
    """Return how many components are left out, and how long a vector they make."""
    left = vector.components - len(found)
    if left == 0:
        return ((" these are all of them", "dim"),)
    rest = numeral(length_of_rest(vector, found))
    return ((f" and {left:,} more, together a vector of length {rest}", "dim"),)


def _shares(vector: GradientVector, width: int) -> list[Row]:
    """Return the length of each group of parameters, as many on a line as fit."""
    groups: list[Row] = []
    for part in vector.parts:
        group: Row = (
            (f"{PARAMETER_LETTERS[part.parameter]}{part.reference.layer} ", "dim"),
            (numeral(part.length), "strong"),
        )
        if part.gathered < part.contributions:
            group = (*group, (f" ({part.gathered} of {part.contributions})", "dim"))
        groups.append(group)
    groups += [
        ((f"{PARAMETER_LETTERS[parameter]}{layer} ", "dim"), ("·", "unknown"))
        for layer, parameter in vector.missing
    ]
    rows: list[Row] = [((" length by layer", "heading"),)]
    for group in groups:
        if length(rows[-1]) + length(group) + 3 > width:
            rows.append(((" " * 16, ""),))
        rows[-1] = (*rows[-1], ("  ", ""), *group)
    return rows
