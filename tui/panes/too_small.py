"""What if the terminal has no room for the app?"""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING

from tui.panes.pane import Pane

if TYPE_CHECKING:
    from engine.looking.cursor import Cursor
    from engine.run.tracing import Trace
    from tui.draw.kit.rows import Row

LEAST_WIDTH, LEAST_HEIGHT = 60, 18
"""The smallest terminal in which there is room for everything."""


class TooSmallPane(Pane):
    """How large must the terminal be? Shown instead of all others where it is smaller."""

    def draw(self, trace: Trace, cursor: Cursor, width: int, height: int) -> list[Row]:  # noqa: ARG002
        """Return the sentence in the middle."""
        sentence = f"{LEAST_WIDTH}x{LEAST_HEIGHT} needed, {width}x{height} here"
        lines = wrap(sentence, max(1, width))[:height]
        return [()] * ((height - len(lines)) // 2) + [((line.center(width), ""),) for line in lines]
