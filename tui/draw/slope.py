"""How steep is the activation where this neuron stands?"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.cursor import Cursor
    from engine.tracing import Trace
    from tui.draw.rows import Row


def slope_rows(trace: Trace, cursor: Cursor, width: int, height: int) -> list[Row]:  # noqa: ARG001
    """Return the view in `width` x `height` cells."""
    return []
