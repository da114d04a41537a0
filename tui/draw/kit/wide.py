"""How many cells does a text of the scenario take, and where is it cut or broken into lines?

The signs of the drawings take one cell each. A title or a note may hold wide characters, which take two,
and marks without a cell of their own.
"""

from __future__ import annotations

from functools import lru_cache
from textwrap import wrap

from engine.read.document.text import width


def cells(text: str) -> int:
    """Return how many cells a text takes."""
    return len(text) if text.isascii() else _cells(text)


@lru_cache(maxsize=4096)
def _cells(text: str) -> int:
    """Kept, as the signs of a drawing come again with every key."""
    return width(text)


def shortened(text: str, room: int) -> str:
    """Return a text of at most `room` cells, with … at its end where something is missing."""
    if cells(text) <= room:
        return text
    return text[: fitting(text, room - 1)] + "…"


@lru_cache(maxsize=16)
def wrapped(text: str, room: int) -> tuple[str, ...]:
    """Return a text as lines of at most `room` (2 or more) cells, broken between words where that can be.

    Kept, as a long note is drawn again with every key.
    """
    if text.isascii():
        return tuple(wrap(text, room))
    lines: list[str] = []
    line, used = "", 0
    for word in text.split():
        for piece in _pieces(word, room):
            long = cells(piece)
            if line and used + 1 + long <= room:
                line, used = f"{line} {piece}", used + 1 + long
                continue
            if line:
                lines.append(line)
            line, used = piece, long
    return (*lines, line) if line else tuple(lines)


def _pieces(word: str, room: int) -> list[str]:
    """Return a word in pieces of at most `room` cells."""
    if cells(word) <= room:
        return [word]
    pieces: list[str] = []
    start, used = 0, 0
    for place, character in enumerate(word):
        used += cells(character)
        if used > room:
            pieces.append(word[start:place])
            start, used = place, cells(character)
    return [*pieces, word[start:]]


def fitting(text: str, room: int) -> int:
    """Return how many characters of a text fit in so many cells."""
    if text.isascii():
        return max(0, room)
    used = 0
    for place, character in enumerate(text):
        used += cells(character)
        if used > room:
            return place
    return len(text)
