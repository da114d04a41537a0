"""Which iterations are written below the curve of the losses?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.looking.along import round_step

if TYPE_CHECKING:
    from tui.draw.kit.plot import Axis
    from tui.draw.kit.rows import Canvas

_MOST_TICKS = 6
_GAP = 2  # blanks between two numbers
_NAME = "iteration"


def draw_ticks(canvas: Canvas, axis: Axis, here: int, line: int) -> None:
    """Mark the present iteration below the plot, and round ones; the numbers that fit stand below.

    The name of the axis stands before it, where no number needs the room.
    """
    right = axis.left + axis.columns
    taken: list[range] = []

    def number(cell: int, iteration: int, style: str = "dim") -> None:
        text = f"{iteration + 1:,}"
        x = max(axis.left, min(cell - len(text) // 2, right - len(text)))
        if all(x + len(text) + _GAP <= other.start or x >= other.stop + _GAP for other in taken):
            canvas.write(x, line + 1, text, style)
            taken.append(range(x, x + len(text)))

    canvas.write(0, line + 1, _NAME, "dim")
    # The last number ends below its mark; the others have theirs above their middle.
    most = max(1, min(_MOST_TICKS, axis.columns // (3 * len(f"{axis.last + 1:,}") // 2 + _GAP)))
    step = max(1, round(round_step(axis.last - axis.first + 1, most)))
    ticks = [axis.first, axis.last, *range(axis.first // step * step + step - 1, axis.last, step)]
    for place in ticks:
        canvas.write(axis.cell(place), line, "┴", "rule")
    if axis.has(here):
        canvas.write(axis.cell(here), line, "▲", "focus")
        number(axis.cell(here), here, "focus")
    for place in ticks:
        number(axis.cell(place), place)
