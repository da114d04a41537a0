"""Which cells does a piece of rendered text fill?

A cell holds the text of one grapheme; the right half of a wide one holds "". Cell lists are made by
C-level list operations wherever the text allows, since a whole screen passes through here.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from rich.cells import split_graphemes
from textual.strip import Strip

from tui.terminal.pen import DEFAULT, Pen, parse

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.color import ColorSystem
    from rich.segment import Segment
    from rich.style import Style

_MAX_STYLES: Final = 8192

#: Whether a text has only characters that are one cell wide everywhere, a subset of those that Rich counts
#: so. A pattern, since a set of them all takes 250 kB of each session.
_all_narrow: Final = re.compile(
    "[ -~\xa0-\xac\xae-\u02ff\u0370-\u0482"  # Latin, Greek and Cyrillic
    "\u2010-\u2027\u2030-\u205e\u2070-\u209c\u1d40"  # punctuation, raised and lowered signs
    "\u2190-\u22ff\u2500-\u25fc\u2800-\u28ff]*"  # arrows and mathematics, boxes and blocks, braille
).fullmatch


def is_narrow(text: str) -> bool:
    """Say if each character of `text` surely fills one cell."""
    return (text.isascii() and text.isprintable()) or _all_narrow(text) is not None


@lru_cache(16384)
def split_cells(text: str) -> tuple[tuple[str, ...], str]:
    """Return the cells of `text`, and zero-width text at its start that belongs to the cell before."""
    cells: list[str] = []
    before = ""
    spans, _ = split_graphemes(text)
    for start, end, width in spans:
        # Control characters have no cell, and must never reach the terminal.
        grapheme = "".join(char for char in text[start:end] if not _is_control(char))
        if width == 0:
            before += grapheme
        elif grapheme:
            cells.append(grapheme)
            cells.extend([""] * (width - 1))
    return tuple(cells), before


def _is_control(char: str) -> bool:
    return char < " " or "\x7f" <= char < "\xa0"


class Palette:
    """Which pen does a style mean? The same answer as Textual's own output gives, remembered."""

    def __init__(self, color_system: ColorSystem) -> None:
        self._color_system = color_system
        # By identity, as hashing a style runs Python code; the style is kept so that the id stays taken.
        self._pens: dict[int, tuple[Style, Pen]] = {}

    def pen(self, style: Style) -> Pen:
        """Return the pen that draws `style`."""
        known = self._pens.get(id(style))
        if known is not None:
            return known[1]
        if len(self._pens) >= _MAX_STYLES:
            self._pens.clear()
        link = f"id={style.link_id};{style.link}" if style.link else ""
        found = parse(Strip.render_ansi(style, self._color_system), link)
        self._pens[id(style)] = style, found
        return found

    def cells(self, segments: Iterable[Segment]) -> tuple[list[str], list[Pen]]:
        """Return the characters and the pens of the cells that `segments` fill."""
        chars: list[str] = []
        pens: list[Pen] = []
        known = self._pens.get
        for text, style, control in segments:
            if control:
                continue
            if style is None:
                pen = DEFAULT
            else:
                entry = known(id(style))
                pen = entry[1] if entry is not None else self.pen(style)
            if text.isspace():
                pen = pen.blank
            if (text.isascii() and text.isprintable()) or _all_narrow(text):  # `is_narrow`, without a call
                chars += text
                pens += [pen] * len(text)
                continue
            cells, before = split_cells(text)
            if before and chars:
                base = -1 if chars[-1] else -2
                chars[base] += before
            chars += cells
            pens += [pen] * len(cells)
        return chars, pens
