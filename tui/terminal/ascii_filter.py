"""How is everything that Textual draws, borders too, put into ASCII?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.segment import Segment
from textual.filter import LineFilter

from tui.draw.ascii import in_ascii

if TYPE_CHECKING:
    from textual.color import Color


class AsciiFilter(LineFilter):
    """Replaces what is not ASCII, cell by cell."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002
        """Return the segments in ASCII; their lengths are the same."""
        return [
            segment if segment.text.isascii() else Segment(in_ascii(segment.text), segment.style)
            for segment in segments
        ]
