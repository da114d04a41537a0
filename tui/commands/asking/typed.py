"""What becomes of the line that is typed, and of the cursor in it, at a key?"""

from __future__ import annotations

import re
from os.path import commonprefix
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

_LONGEST: Final = 4096  # characters, as a terminal takes in a line by itself
_PENDING: Final = 64  # characters of a sequence that has no end yet
_SEQUENCE: Final = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|O[ -~])")

KEYS: Final = {
    "\r": "enter", "\n": "enter", "\t": "tab", "\x7f": "backspace", "\x08": "backspace",
    "\x04": "end of input",
    "\x1a": "suspend", "\x01": "home", "\x05": "end", "\x02": "left", "\x06": "right", "\x10": "up",
    "\x0b": "cut after", "\x15": "cut before", "\x17": "cut word",
    "\x1b[A": "up", "\x1bOA": "up", "\x1b[C": "right", "\x1bOC": "right", "\x1b[D": "left", "\x1bOD": "left",
    "\x1b[H": "home", "\x1bOH": "home", "\x1b[1~": "home", "\x1b[7~": "home",
    "\x1b[F": "end", "\x1bOF": "end", "\x1b[4~": "end", "\x1b[8~": "end", "\x1b[3~": "delete",
}  # fmt: skip
"""The keys that do something, by what they send; those with Ctrl are a shell's."""


def first_key(sent: str) -> tuple[str, str]:
    """Return the first key of what is sent, and the rest; no key where it isn't whole yet, or nothing to us.

    A key is a name of `KEYS`, or a character. An arrow that comes in parts is whole when its last one is
    there, however late: there is no Escape to be told from it.
    """
    while sent.startswith("\x1b"):
        if found := _SEQUENCE.match(sent):
            if found[0] in KEYS:
                return KEYS[found[0]], sent[found.end() :]
            sent = sent[found.end() :]
        elif sent[1:2] in ("", "[", "O") and len(sent) <= _PENDING and sent[2:].isprintable():
            return "", sent
        else:
            sent = sent[1:]
    if not sent:
        return "", ""
    key = KEYS.get(sent[0], sent[0])
    return (key if key.isprintable() else ""), sent[1:]


class Typed(NamedTuple):
    """A line and the place of the cursor in it, from 0 to its length."""

    text: str = ""
    at: int = 0

    def after(self, key: str) -> Typed:
        """Return the line after a key; the same where the key does nothing to it."""
        text, at = self
        before, behind = text[:at], text[at:]
        match key:
            case "backspace":
                return Typed(before[:-1] + behind, max(0, at - 1))
            case "delete":
                return Typed(before + behind[1:], at)
            case "left":
                return Typed(text, max(0, at - 1))
            case "right":
                return Typed(text, min(len(text), at + 1))
            case "home":
                return Typed(text, 0)
            case "end":
                return Typed(text, len(text))
            case "cut after":
                return Typed(before, at)
            case "cut before":
                return Typed(behind, 0)
            case "cut word":
                kept = re.sub(r"\S*\s*$", "", before)
                return Typed(kept + behind, len(kept))
        if len(key) != 1 or len(text) >= _LONGEST:
            return self
        return Typed(before + key + behind, at + 1)

    def completed(self, words: Sequence[str]) -> Typed:
        """Return the line with what all words that begin so have in common."""
        common = commonprefix(list(words))  # noqa: RUF071  words, not paths
        return Typed(common, len(common)) if len(common) > len(self.text.strip()) else self
