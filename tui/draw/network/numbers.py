"""How is a number written in the network: with its link, and the mark of one that is wrong?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.facts.number import Number, Traced
from tui.draw.kit.numbers import UNKNOWN, WRONG, numeral, sign_style
from tui.draw.marks import linked, touched
from tui.draw.network.plan import NUMBER

if TYPE_CHECKING:
    from engine.looking.known import Known
    from engine.order.quantities import Reference
    from tui.draw.kit.rows import Canvas, Style


def is_wrong(known: Known, reference: Reference, index: tuple[int, ...]) -> bool:
    """Return whether a number has another one beside it, which it should be."""
    return Traced(known.trace, Number(reference, index)).beside is not None


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
    if emphasis := touched(known, reference):
        look = emphasis + ("zero" if style else look)
    wrong = is_wrong(known, reference, index)
    x = canvas.write(x, y, WRONG * wrong, "warning")
    room = max(5, min(room - (wrong and not spare), canvas.width - x))
    return canvas.write(x, y, numeral(value, room), linked(known, look, reference, *index))
