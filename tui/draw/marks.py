"""How is a number of the trace marked: for the mouse, where the step has touched it, where it is wrong?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.facts.entry import Number
from engine.facts.number import Traced, came_early
from tui.draw.kit.numbers import UNKNOWN, WRONG, numeral, sign_style
from tui.draw.kit.rows import Linked

if TYPE_CHECKING:
    from engine.looking.known.numbers import Known
    from engine.order.quantities import Quantity, Reference
    from tui.draw.kit.rows import Canvas, Style

NUMBER = 9
"""The cells of a number in the network; before it are a letter and a blank."""


def linked(known: Known, style: Style, reference: Reference, *index: int) -> Linked:
    """Return the style of one number that is drawn; the selected one stands out."""
    number = Number(reference, index)
    return Linked("selected" if number == known.selected else style, number)


def touched(known: Known, reference: Reference, index: tuple[int, ...] = ()) -> str:
    """Return how a style begins that says whether the present step wrote or read a number."""
    if reference in known.writes:
        return "" if index and known.leaves(reference, index) else "new-"
    return "read-" if reference in known.reads else ""


def touched_at(known: Known, quantity: Quantity, layer: int | None, time: int) -> str:
    """Return the same of a number at another time of the sequence."""
    return touched(known, known.reference(quantity, layer)._replace(time=time))


def named(known: Known, reference: Reference, *index: int) -> Style:
    """Return the style of what a number is called by: that of what is looked at for the one that is."""
    return "chosen" if known.explained == Number(reference, index) else "dim"


def is_wrong(known: Known, reference: Reference, index: tuple[int, ...]) -> bool:
    """Return whether a number is not what it should be; that of a bias that is early no heading says."""
    number = Number(reference, index)
    if known.trace.disturbed and reference.quantity == "biases" and came_early(known.trace, number):
        return True
    return known.is_compared and Traced(known.trace, number).beside is not None


def write_number(
    canvas: Canvas,
    known: Known,
    place: tuple[int, int],
    reference: Reference,
    index: tuple[int, ...],
    style: Style = "",
    room: int = NUMBER,
    *,
    spare: bool = False,
) -> int:
    """Write a number of the trace in a `style`, else that of its sign; return the cell after it.

    What the step has touched looks so; a number that is wrong begins a cell later, behind its mark, and ends
    one later where there is a cell to `spare`.
    """
    x, y = place
    array = known.at(reference)
    if array is None:
        return canvas.write(x, y, UNKNOWN, "unknown")
    value = float(array[index] if index else array)
    look = style or sign_style(value)
    if emphasis := touched(known, reference, index):
        look = emphasis + (look if style in ("", "loss") else "zero")
    wrong = is_wrong(known, reference, index)
    x = canvas.write(x, y, WRONG * wrong, "warning")
    room = max(5, min(room - (wrong and not spare), canvas.width - x))
    return canvas.write(x, y, numeral(value, room), linked(known, look, reference, *index))
