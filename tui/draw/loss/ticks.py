"""Which iterations are written below the curve of the losses?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.looking.along import round_step

if TYPE_CHECKING:
    from tui.draw.kit.plot import Axis
    from tui.draw.kit.rows import Canvas

_MOST_TICKS = 6


def draw_ticks(canvas: Canvas, axis: Axis, here: int, line: int) -> None:
    """Mark the present iteration below the plot; the ends of the axis and round iterations if they fit."""
    right = axis.left + axis.columns
    at = axis.cell(here) if axis.has(here) else None
    taken: list[tuple[int, int]] = []

    def tick(cell: int, text: str, x: int, style: str = "dim") -> None:
        # Not where it would touch another.
        if all(x + len(text) < begin or x > stop for begin, stop in taken):
            canvas.write(x, line + 1, text, style)
            taken.append((x, x + len(text)))
            if cell != at:
                canvas.write(cell, line, "┴", "rule")

    if at is not None:
        label = f"iteration {here + 1:,}"
        canvas.write(at, line, "▲", "focus")
        tick(at, label, max(axis.left, min(at - len(label) // 2, right - len(label))), "focus")
    first, end = f"{axis.first + 1:,}", f"{axis.last + 1:,}"
    tick(axis.left, first, axis.left)
    tick(right - 1, end, right - len(end))
    step = max(1, round(round_step(axis.last - axis.first + 1, _MOST_TICKS)))
    for number in range(axis.first // step * step + step, axis.last + 1, step):
        cell, text = axis.cell(number - 1), f"{number:,}"
        tick(cell, text, cell - len(text) // 2)
