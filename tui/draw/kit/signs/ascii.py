"""How does the picture look where only ASCII can be shown, or is spoken by a screen reader?

Every character gives way to one of ASCII in the same cell, so that nothing moves. A dot pattern becomes a
sign of about its weight and height.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

from engine.spelling.text import width

if TYPE_CHECKING:
    from tui.draw.kit.rows import Row, Run

MADE = "*"
"""What stands behind a number that the step has made: its ground may not be shown either."""

# Each sign with what stands for it; their words are in the help.
_SIGNS = """
    δd ∂d ΔD ∇g ΣS σs ηn λl μm ρr βb εe ⁿn
    ·. ×* ⊙* ÷/ ±~ ≠! ≤< ≥> √v ✓v ‖| °o ∞8 ‰% ᵀ' ′' ²^ ½h ¼q
    …~ –- —- ‘' ’' “" ”" •* ■# □O ○o ●@ ◦' ◇c ↻@
    →> ←< ↑^ ↓v ▸> ▶> ►> ◀< ◄< ›> ‹< ▲^ ▼v ▾v
    █# ▓% ▒+ ░: ▀^ ▄_ ▁_ ▂_ ▃_ ▅# ▆# ▇# ▌# ▐# ▊# ▎| ▏| ▕| ▔-
    ─- ╌- ╴- ╶- │| ╵| ╷| ┊: ━= ╸= ╺= ┃# ╹# ╻# ┏# ┓# ┗# ┛# ┣# ┫# ┳# ┻# ╋#
"""

_TWO = {"² ": "^2", "½ ": ".5"}
"""Where a space follows there is room to say it in full."""

WANTS_ROOM = frozenset(two[0] for two in _TWO)
"""The signs that are said in full if a space follows."""

_SIZE = re.compile(r"(?<![\w.,])(\d[\d,]*)×(?=\d[\d,]*(?![\d.,])|(?![\w.(]))|×(?= as many)")
"""What is so many by so many, or so many times: no product, which the sign of one made would be beside."""

BARS = ("positive", "negative", "value", "title", "dim", "loss", "done-forward", "done-backward")
"""The styles of bars. Beside numbers a heavy line would read as an equals sign."""

_IN_BARS = str.maketrans("━╸╺┃╴╶", "###@::")

FIRST_DOTS, LAST_DOTS = 0x2800, 0x28FF  # the patterns of braille
_UPPER, _LOWER = 0x1B, 0xE4  # bits of the upper and of the lower two rows of dots


@lru_cache(4096)
def in_ascii(text: str) -> str:
    """Return a text of the same width in ASCII."""
    if text.isascii():
        return text
    for two, instead in _TWO.items():
        text = text.replace(two, instead)
    return _SIZE.sub(r"\1x", text).translate(_ASCII)


def with_marks(row: Row) -> Row:
    """Return a row with a mark in the blank behind each number just made, and bars in signs of their own."""
    found: list[Run] = []
    marks = False
    for text, style in row:
        if marks and text.startswith(" "):
            found.append((MADE, ""))
            text = text[1:]
        if style in BARS:
            text = text.translate(_IN_BARS)
        marks = style.startswith("new-")
        if marks and text.endswith(" "):
            number = text.rstrip()
            found += [(number, style), (MADE, "")]
            text, style, marks = text[len(number) + 1 :], "", False
        if text:
            found.append((text, style))
    return tuple(found)


class _Kept(dict[int, str]):
    """What stands for each character, by its code: worked out when it is first met."""

    def __missing__(self, code: int) -> str:
        self[code] = _sign(chr(code))
        return self[code]


_ASCII = _Kept((ord(pair[0]), pair[1]) for pair in _SIGNS.split())


def _sign(character: str) -> str:
    """Return what stands for a character that is none of the signs above."""
    if character.isascii():
        return character
    code = ord(character)
    if FIRST_DOTS <= code <= LAST_DOTS:
        return _dots(code - FIRST_DOTS)
    if 0x2500 <= code < 0x2580:  # corners and crossings of lines
        return "+"
    # A letter with an accent is its letter; of anything else the cells are kept.
    plain = unicodedata.normalize("NFKD", character).encode("ascii", "ignore").decode()
    cells = width(character)
    return plain if len(plain) == cells else "?" * cells


def _dots(bits: int) -> str:
    if not bits:
        return " "
    if bits.bit_count() >= 6:
        return "#"
    if not bits & _LOWER:
        return "'"
    return "." if not bits & _UPPER else ":"
