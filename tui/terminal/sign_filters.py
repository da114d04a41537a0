"""How is everything that Textual draws, borders too, put into the signs that a terminal has?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.segment import Segment
from textual.filter import LineFilter

from tui.draw.kit.signs.ascii import WANTS_ROOM, in_ascii
from tui.draw.kit.signs.few_signs import in_few_signs

if TYPE_CHECKING:
    from textual.color import Color


class AsciiFilter(LineFilter):
    """Replaces what is not ASCII, cell by cell."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002
        """Return the segments in ASCII; their lengths are the same."""
        texts = [segment.text for segment in segments]
        for place in range(len(texts) - 1):
            if texts[place][-1:] in WANTS_ROOM and texts[place + 1].startswith(" "):
                texts[place] += " "
                texts[place + 1] = texts[place + 1][1:]
        return [
            segment if text.isascii() and text == segment.text else Segment(in_ascii(text), segment.style)
            for segment, text in zip(segments, texts, strict=True)
        ]


class FewSignsFilter(LineFilter):
    """Replaces what the font of a console lacks, cell by cell."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002
        """Return the segments in signs that are nearly everywhere; their lengths are the same."""
        return [
            segment if segment.text.isascii() else Segment(in_few_signs(segment.text), segment.style)
            for segment in segments
        ]
