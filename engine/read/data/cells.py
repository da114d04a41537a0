"""Why is the cell of a table no number?

One cause makes one complaint, however many cells it spoils: a decimal comma, missing values, units behind
numbers. A word is a cause of its own in each column.
"""

from __future__ import annotations

import re
from functools import cache
from math import isfinite
from typing import TYPE_CHECKING, NamedTuple

from engine.read.findings import describe
from engine.spelling.lookalikes import named, remedy, typed

if TYPE_CHECKING:
    from collections.abc import Sequence

_MISSING = frozenset(("", "na", "n/a", "#n/a", "nan", "null", "none", "nil", "-", "--", "?", ".", "missing"))
_TRUTH = frozenset(("true", "false", "yes", "no", "t", "f", "y", "n"))
_THOUSANDS = re.compile(r"[+-]?[0-9]{1,3}(?:[,.' \u00a0\u202f\u2019][0-9]{3})+(?:[.,][0-9]+)?")
_EITHER = re.compile(r"[+-]?[1-9][0-9]{0,2},[0-9]{3}")
_UNIT = re.compile(
    r"[$€£]\s*[+-]?[0-9][0-9.,]*|[+-]?[0-9][0-9.,]*(?:\s+[a-zA-Zµ°]{1,4}[²³]?|[a-zA-Zµ°]{2,4}[²³]?|\s*[%‰€$£°])"
)
_COMMA = re.compile(r"[+-]?(?:[0-9]+,[0-9]*|,[0-9]+)(?:[eE][+-]?[0-9]+)?")
_WORD = re.compile(r"[^\W\d_][^\d]*")
_EXPONENT = re.compile(r"([+-]?[0-9]+(?:[.,][0-9]*)?)[dD]([+-]?[0-9]+)")
_FRACTION = re.compile(r"([+-]?[0-9]{1,15})\s*/\s*([0-9]{1,15})")
_DATE = re.compile(
    r"[0-9]{4}[-/.][0-9]{1,2}(?:[-/.][0-9]{1,2})?(?:[ T][0-9:.]+(?:Z|[+-][0-9:]+)?)?"
    r"|[0-9]{1,2}([-/.])[0-9]{1,2}\1(?:[0-9]{4}|[0-9]{2})(?: [0-9:]+)?|[0-9]{1,2}:[0-9]{2}(?::[0-9.]+)?"
)


COMMAS_TWICE = "perhaps this table has a decimal comma, and commas between its columns as well"
_DIGITS = re.compile(r"\s*[+-]?[0-9]+\s*")


def has_commas_twice(cells: Sequence[str], total: int) -> bool:
    """Return whether a row may be one of `total` numbers with commas, each of which has been read as two.

    Some may be whole, but not most of them: a row with a cell more is one with a column too many.
    """
    decimals = len(cells) - total
    return total <= 2 * decimals <= 2 * total and all(_DIGITS.fullmatch(cell) for cell in cells)


class Fault(NamedTuple):
    """What is wrong with a cell: the sort, whether each column has its own, the sentence, the remedy."""

    kind: str
    own: bool
    says: str
    remedy: str = ""


@cache
def pattern(decimal: str) -> re.Pattern[str]:
    """Return what a number looks like with a decimal point or comma."""
    point = re.escape(decimal)
    blank = r"[^\S\x1c-\x1f]*"  # float() takes any space but these
    number = rf"[+-]?(?:[0-9]+{point}?[0-9]*|{point}[0-9]+)(?:[eE][+-]?[0-9]+)?"
    return re.compile(rf"{blank}{number}{blank}")


def number(cell: str, decimal: str) -> float | Fault:
    """Return the number in a cell, or why there is none."""
    if pattern(decimal).fullmatch(cell):
        value = float(cell.replace(decimal, "."))
        if isfinite(value):
            return value
    return _fault(cell, decimal)


def _fault(cell: str, decimal: str) -> Fault:
    word = cell.strip()
    says = f"expected a finite number, found {describe(cell) if word else 'an empty cell'}"
    if word.lower() in _MISSING:
        return Fault("missing", False, says, "A value is missing: write it, or leave the row out.")
    if word.lower() in _TRUTH:
        return Fault("truth", True, says, "Write 1 for true and 0 for false.")
    for sign in word:
        if typed(sign) is not None and not sign.isspace():
            return Fault("print", False, f"{says}: {named(sign)}", remedy(sign))
    if _THOUSANDS.fullmatch(word) and not (decimal == "." and word.count(",") == 1 and "." not in word):
        return Fault("thousands", False, says, "Write numbers without signs between the thousands: 1234567.")
    if decimal == "." and _EITHER.fullmatch(word):
        return Fault("either", False, says)
    if decimal == "." and _COMMA.fullmatch(word):
        return Fault("comma", False, says)
    if decimal == "," and pattern(".").fullmatch(word):
        return Fault("point", False, says, 'With decimal = "," numbers are written 0,5.')
    if fault := _written_otherwise(word, decimal, says):
        return fault
    if _UNIT.fullmatch(word):
        return Fault("unit", False, says, "A number stands alone in its cell, without a unit.")
    if word.lower().lstrip("+-") in ("inf", "infinity"):
        return Fault("infinite", False, says, "Write a number that is finite, or leave the row out.")
    if _WORD.fullmatch(word):
        return Fault("word", True, says)
    return Fault("other", True, says)


def _written_otherwise(word: str, decimal: str, says: str) -> Fault | None:
    """Return the fault of a number, or a time, that is written as it is elsewhere; None if it isn't one."""
    if _DATE.fullmatch(word):
        remedy = "A date is no number: leave its column out, or write days (or hours) since a first one."
        return Fault("date", False, says, remedy)
    if found := _EXPONENT.fullmatch(word):
        return Fault(
            "exponent", False, says, f"Write {found[1]}e{found[2]}: an exponent stands behind e or E."
        )
    if (found := _FRACTION.fullmatch(word)) and int(found[2]):
        value = repr(int(found[1]) / int(found[2])).replace(".", decimal)
        return Fault("fraction", False, says, f"Write {value}, what the fraction comes to.")
    if len(word) > 1 and word[0] == word[-1] in "'`\"":
        return Fault("quotes", False, says, "Write it without these quotes.")
    if not word.isascii() and word.isdecimal():
        return Fault("digits", False, says, f"Write {int(word[:300])}, with the digits 0 to 9.")
    return None
