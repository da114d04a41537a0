"""How is a number written in the network: with its link, and the mark of one that is wrong?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.facts.number import Number, Traced
from tui.draw.kit.numbers import UNKNOWN, WRONG, numeral, sign_style
from tui.draw.network.plan import NUMBER

if TYPE_CHECKING:
    from engine.order.quantities import Reference
    from tui.draw.kit.rows import Canvas, Style
    from tui.draw.marks.known_numbers import Known


def write_number(
    canvas: Canvas,
    known: Known,
    place: tuple[int, int],
    reference: Reference,
    index: tuple[int, ...],
    style: Style = "",
    room: int = NUMBER,
) -> int:
    """Write a number of the trace in a `style`, else that of its sign; return the cell after it.

    What the step has touched looks so; before one that is wrong stands a mark.
    """
    x, y = place
    array = known.at(reference)
    if array is None:
        return canvas.write(x, y, UNKNOWN, "unknown")
    value = float(array[index] if index else array)
    look = style or sign_style(value)
    if touched := known.touched(reference):
        look = touched + ("zero" if style else look)
    if Traced(known.trace, Number(reference, index)).beside is not None:
        canvas.write(x - 1, y, WRONG, "warning")
    room = max(5, min(room, canvas.width - x))
    return canvas.write(x, y, numeral(value, room), known.linked(look, reference, *index))
