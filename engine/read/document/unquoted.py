"""What is to be written where a text stands and a number or a truth value belongs?

What is right without its quotes is said to be so; anything else (`"no"`, `"0,5"`, `"50%"`) would be the next
error without them, so it is said what it is called here, if that is sure.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from math import isfinite

AS_IT_IS = "Write it without quotes."
_TRUE, _FALSE = ("true", "yes", "on"), ("false", "no", "off")
_LONGEST = 40  # characters of a text that may be a number
_IN_THREES = re.compile(r"[-+]?[1-9]\d{0,2}(?:,\d{3})+")
"""A number that may be grouped in thousands, or have a decimal comma: nobody knows which."""


def truth_value(text: str) -> str:
    """Return how the truth value is written that a text stands for."""
    word = text.strip().lower()
    if text in ("true", "false"):
        return AS_IT_IS
    for written, words in (("true", _TRUE), ("false", _FALSE)):
        if word in words:
            return f"Write {written}, without quotes."
    return "Write true or false, without quotes."


def number(text: str, *, whole: bool) -> str:
    """Return how the number, or `whole` number, is written that a text stands for."""
    if _is_written(text, whole=whole):
        return AS_IT_IS
    value = _meant(text.strip())
    if value is not None and (not whole or value.is_integer()):
        return f"Write {int(value) if whole else value}, without quotes."
    asked = "a whole number in digits, such as 10" if whole else "a number in digits, such as 0.5"
    return f"Write {asked}, without quotes."


def _is_written(text: str, *, whole: bool) -> bool:
    try:
        (value,) = tomllib.loads(f"number = {text}").values()
        return isfinite(value) and (type(value) is int or (type(value) is float and not whole))
    except (ValueError, TypeError, OverflowError):
        return False


def _meant(text: str) -> float | None:
    """Return the number that people write so: 0,5 or 50% or 1/2 or ½; None if it is none, or not sure."""
    if len(text) > _LONGEST or _IN_THREES.fullmatch(text):
        return None
    if len(text) == 1 and not text.isascii():
        return _finite(unicodedata.numeric(text, None))
    if text.endswith("%"):
        part = _meant(text[:-1].rstrip())
        return None if part is None else part / 100.0
    over, line, under = text.partition("/")
    if line:
        upper, lower = _plain(over), _plain(under)
        return _finite(upper / lower) if upper is not None and lower else None
    return _plain(text)


def _plain(text: str) -> float | None:
    try:
        return _finite(float(text.strip().replace("\N{MINUS SIGN}", "-").replace(",", ".")))
    except ValueError:
        return None


def _finite(value: float | None) -> float | None:
    return value if value is not None and isfinite(value) else None
