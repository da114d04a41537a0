"""How many cells does a text of the scenario take, and where is it cut or broken into lines?

The signs of the drawings take one cell each. A title or a note may hold wide characters, which take two,
and marks without a cell of their own.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from engine.spelling.text import width

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


def cells(text: str) -> int:
    """Return how many cells a text takes."""
    return len(text) if text.isascii() else _cells(text)


@lru_cache(maxsize=4096)
def _cells(text: str) -> int:
    """Kept, as the signs of a drawing come again with every key."""
    return width(text)


def by_cell(text: str) -> Sequence[str]:
    """Return what stands in each cell of a text: marks with their letter, "" behind a wide character."""
    return text if text.isascii() else _by_cell(text)


@lru_cache(maxsize=4096)
def _by_cell(text: str) -> tuple[str, ...]:
    """Kept, as the signs of a drawing come again with every key."""
    found: list[str] = []
    for character in text:
        taken = cells(character)
        if not taken and found:
            found[-1 if found[-1] else -2] += character
        found += (character, "")[:taken]
    return tuple(found)


def shortened(text: str, room: int) -> str:
    """Return a text of at most `room` cells, with … at its end where something is missing."""
    if cells(text) <= room:
        return text
    return text[: fitting(text, room - 1)] + "…"


def padded(text: str, width: int, *, right: bool = False) -> str:
    """Return a text in so many cells, at their left end or at the `right` one."""
    blanks = " " * (width - cells(text))
    return blanks + text if right else text + blanks


def told(text: str, room: int, rows: int) -> tuple[str, ...]:
    """Return as many whole sentences of a text, from its first on, as stand in so many lines.

    Where not even the first does, its end is missing, with a sign.
    """
    lines = wrapped(text, max(2, room))
    if len(lines) <= rows:
        return lines
    while (stop := text.rfind(". ")) > 0:
        text = text[: stop + 1]
        if len(shorter := wrapped(text, max(2, room))) <= rows:
            return shorter
        text = text[:stop]
    lines = lines[: max(0, rows)]
    return (*lines[:-1], shortened(f"{lines[-1]} …", room)) if lines else ()


_NUMBERED = "layer step iteration sample time view lesson neuron output input key"
_GAP = (
    r"(?<!^×)(?<! [×=≠≤≥<>+/-])"  # no line ends behind a sign between two numbers,
    rf"(?:{''.join(f'(?<!{one})' for one in _NUMBERED.split())}|(?! -?\d))"  # between a word and its number,
    r"(?:(?<!ress)|(?! (?:\W|\w|tab|enter|esc|space)(?!\w)))"  # between "press" and the key,
    r" (?!%|[=≠≤≥<>] |\S{1,2}[.!?:;](?: |$))"  # before %, and before a word too short to stand alone
)
_BREAKS = re.compile(_GAP)
"""The blanks at which a text may be broken."""
_OUTSIDE = re.compile(rf"{_GAP}(?![×+/-] )")
"""Those of them that are in no sum or product: a line that begins with - 2 would begin below 0."""


@lru_cache(maxsize=64)
def wrapped(text: str, room: int) -> tuple[str, ...]:
    """Return a text as lines of at most `room` (2 or more) cells, broken between words where that can be.

    Kept, as a long note is drawn again with every key.
    """
    lines: list[str] = []
    line, used = "", 0
    for word in _words(" ".join(text.split()), room):
        for piece in _pieces(word, room, used + 1 if line else 0):
            long = cells(piece)
            if line and used + 1 + long <= room:
                line, used = f"{line} {piece}", used + 1 + long
                continue
            if line:
                lines.append(line)
            line, used = piece, long
    return (*lines, line) if line else tuple(lines)


def _words(text: str, room: int) -> Iterator[str]:
    """Yield what is not broken: formulas that have room in a line, then what belongs together, then words."""
    for formula in _OUTSIDE.split(text):
        for words in [formula] if cells(formula) <= room else _BREAKS.split(formula):
            yield from [words] if cells(words) <= room else words.split(" ")


def _pieces(word: str, room: int, used: int) -> list[str]:
    """Return a word in pieces of at most `room` cells; of several the first stands behind what is `used`."""
    if cells(word) <= room:
        return [word]
    pieces: list[str] = []
    start, used = 0, used if used < room else 0
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
