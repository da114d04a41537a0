"""Is what a reader stumbles over a character that only looks like the one of the keyboard?

Text programs, web pages and PDFs print a minus sign, curly quotes and other blanks for what was typed.
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

_MEANT = {
    "-": "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe63",
    '"': "\u201c\u201d\u201e\u201f\u00ab\u00bb\u2033",
    "'": "\u2018\u2019\u201a\u201b\u2032\u00b4",
    "": "\u00ad\u200b\u200c\u200d\u2060\ufeff\u200e\u200f",
    ",": "\u060c\u066b\u3001",
    ".": "\u3002",
}
_TYPED = {sign: typed for typed, signs in _MEANT.items() for sign in signs}
_NAMES = {"-": "- (the hyphen of the keyboard)", "": "nothing in its place", " ": "a blank of the keyboard"}
_ENDS = " \t\n,;]#"
# What stands in texts and comments may be anything. Without end, a text is only up to the end of the line.
_FREE = re.compile(
    r"""\"{3}.*?(?:\"{3}|\Z)|'{3}.*?(?:'{3}|\Z)|"(?:\\.|[^"\\\n])*"|'[^'\n]*'|#[^\n]*""", re.DOTALL
)

_PRINTED = re.compile(r"[^\x00-\x7f]")


class Lookalike(NamedTuple):
    """Where such a character stands, what it is, and what to write."""

    offset: int
    says: str
    remedy: str


def typed(character: str) -> str | None:
    """Return what the keyboard has for a character of print, perhaps nothing; None if it is no such one."""
    if character.isascii():
        return None
    if character in _TYPED:
        return _TYPED[character]
    plain = unicodedata.normalize("NFKC", character)  # digits and signs of double width, blanks of all widths
    return plain if len(plain) == 1 and plain.isascii() else None


def lookalike(text: str, offset: int) -> Lookalike | None:
    """Return the first such character of the word at an offset of a TOML text; None if there is none."""
    if text.isascii():
        return None
    for place in range(offset, len(text)):
        if typed(text[place]) is not None:
            return _found(text, place)
        if place > offset and text[place] in _ENDS:
            break
    start = text.rfind("\n", 0, offset) + 1
    if text[offset : offset + 1] == "\n":  # a text that doesn't end on its line, or not as it should
        ends = [place for place in range(start, offset) if typed(text[place]) in ('"', "'")]
        return _found(text, ends[-1]) if ends else None
    return None


def blanked(text: str) -> str:
    """Return a TOML text, well formed or not, as long as it is, with blanks for texts and comments."""
    return _FREE.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), text)


def _found(text: str, place: int) -> Lookalike:
    others = _PRINTED.findall(_FREE.sub("", text[place + 1 :]))
    return Lookalike(
        place, named(text[place]), remedy(text[place], sum(typed(one) is not None for one in others))
    )


def named(character: str) -> str:
    """Return the sentence that says what a character is."""
    name = unicodedata.name(character, "character").lower()
    return f"this is the {name} U+{ord(character):04X}, as text programs print it"


def remedy(character: str, others: int = 0) -> str:
    """Return what to write instead, and how many more there are."""
    plain = typed(character) or ""
    says = f"Write {_NAMES.get(plain, plain)}"
    if not others:
        return f"{says}."
    return f"{says}; {others} more such character{'s' * (others > 1)} of print follow{'s' * (others == 1)}."
