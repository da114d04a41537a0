"""How is a formula printed where only ASCII can be?

In words, as it is typed: `eta`, `beta1^n`, `(a - y)^2`, `sqrt(s)`. On the screen of the app each sign gives
way to one of the same width (`tui.draw.kit.signs.ascii`); a text that is printed has no cells to keep, and a
formula must not be taken for another one.
"""

from __future__ import annotations

import re
import unicodedata

from tui.draw.kit.signs.ascii import in_ascii

_SIGNS = {
    "∂": "d",
    "×": "*",
    "⊙": ".*",
    "÷": "/",
    "±": "+-",
    "·": ";",
    "‖": "||",
    "′": "'",
    "≠": "!=",
    "≤": "<=",
    "≥": ">=",
    "\u2248": "~=",
    "→": "->",
    "←": "<-",
    "▸": ">",
    "…": "...",
    "½": "1/2",
    "¼": "1/4",
    "\u00be": "3/4",
    "∞": "inf",
    "‰": "per mille",
    "°": "deg",
    "\u00b5": "u",
    "\u2113": "l",
}
"""What stands for each sign, by its code where the app draws none such.

Greek letters and raised digits have rules of their own.
"""

_GREEK = re.compile("[∇\u0391-\u03a9\u03b1-\u03c9]")
_RAISED = dict(
    zip(
        "\u2070\u00b9²\u00b3\u2074\u2075\u2076\u2077\u2078\u2079\u207b\u207aⁿᵀ", "0123456789-+nT", strict=True
    )
)
_POWER = re.compile(f"[{''.join(_RAISED)}]+")
_ROOT = re.compile(r"√ ?([^\s()√]+)")
_SEPARATOR = re.compile(" *· ")
_HATS = {"\u0177": "yhat", "\u015d": "shat", "\u0302": "hat"}

# A word has an edge where a letter or number beside it would be taken for a part of it.
_EDGE = "\ue000"
_NEEDED = re.compile(f"(?<=[A-Za-z0-9]){_EDGE}+(?=[A-Za-z0-9∂])")


def in_words(text: str) -> str:
    """Return a text in ASCII, with words for the signs that it lacks; it may be longer."""
    if text.isascii():
        return text
    return "\n".join(map(_in_words, text.split("\n")))


def _in_words(line: str) -> str:
    if line.isascii():
        return line
    line = _SEPARATOR.sub("; ", line)
    line = _ROOT.sub(r"sqrt(\1)", line).replace("√", "sqrt")
    line = _POWER.sub(lambda found: f"^{''.join(map(_RAISED.__getitem__, found[0]))}{_EDGE}", line)
    line = _GREEK.sub(_letter, line)
    line = re.sub("[½¼\u00be]", lambda found: f"{_SIGNS[found[0]]}{_EDGE}", line)
    line = _NEEDED.sub(" ", line).replace(f"{_EDGE}(", " (").replace(_EDGE, "")
    return "".join(_SIGNS.get(sign) or _HATS.get(sign) or in_ascii(sign) for sign in line)


def _letter(found: re.Match[str]) -> str:
    """Return the word of a Greek letter: numbers behind it belong to it (β1), and what Δ and σ are of."""
    letter = found[0]
    word = {"Σ": "sum", "∇": "grad"}.get(letter) or _name(letter)
    follows = found.string[found.end() : found.end() + 1]
    joined = letter == "Δ" or follows.isdecimal() or (follows == "(" and letter == "σ")
    return f"{_EDGE}{word}{'' if joined else _EDGE}"


def _name(letter: str) -> str:
    name = unicodedata.name(letter).rpartition(" ")[2].replace("LAMDA", "LAMBDA")
    return name.capitalize() if letter.isupper() else name.lower()
