"""How is a number written, wherever it is shown?

One notation: four digits that count, fewer where the number is exact with fewer; in fixed point from 0.0001
to 999,999, else with a power of ten, `5.870e-8`; no sign before a positive number. Where there is no room
the digits become fewer, the form stays. And how are things counted in words?
"""

from __future__ import annotations

import itertools
import math
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

DIGITS = 4
"""Digits that count, where nothing else is asked for."""

MOST = 10
"""The most digits that a number of an equation gets, so that its result comes out of what is shown."""

ROOM = 24
"""Characters that any number fits in, with any digits that count."""

_LARGEST_LOG = 700.0
_ULP = 2.0**-52
_EXACT = 12  # digits after which a number is what it was meant to be: 0.1 + 0.2 is 0.3
_LEAST, _MOST_DIGITS = -4, 6  # 0.0001 has a point, and so has what has up to six digits before it


# Kept, as most numbers of a screen are those of the screen before.
@lru_cache(maxsize=4096)
def numeral(value: float, room: int = ROOM, digits: int = DIGITS) -> str:
    """Return a number in at most `room` (5 or more) characters."""
    if math.isnan(value):
        return "nan"
    if math.isinf(value):
        return f"{value:f}"
    if value == 0.0:
        return "0"
    for count in range(max(1, digits), 0, -1):
        text = _written(value, count)
        if len(text) <= room:
            return text
    short = _power(value, 1)
    if len(short) <= room:
        return short
    return ("-" if value < 0.0 else "") + ("huge" if abs(value) > 1.0 else "tiny")


def no_number(name: str) -> str:
    """Return a name as it stands beside numbers: in quotes if it could be one, as that of a class may."""
    try:
        float(name)
    except ValueError:
        return name
    return f'"{name}"'


def shown(value: float, digits: int = DIGITS) -> float:
    """Return the number that a reader reads where a number is written with so many digits."""
    return float(numeral(value, digits=digits))


def apart(one: float, other: float) -> int:
    """Return with how many digits two numbers are written where they are compared: until they differ.

    What is between them as they are written is what they differ by, to within half of it.
    """
    by, differ = abs(one - other), []
    for digits in range(DIGITS, 17):
        if (left := shown(one, digits)) != (right := shown(other, digits)):
            if not abs(abs(left - right) - by) > 0.5 * by:
                return digits
            differ.append(digits)
    return differ[0] if differ else DIGITS


def until_apart(value: float, other: float, room: int = ROOM) -> str:
    """Return a number with digits until it differs from the one that it is held against."""
    return numeral(value, room, apart(value, other))


def all_apart(values: Sequence[float]) -> int:
    """Return with how many digits numbers are written so that any two that differ look different."""
    ordered = sorted(set(filter(math.isfinite, values)))
    return max((apart(one, other) for one, other in itertools.pairwise(ordered)), default=DIGITS)


def digits_to_add(values: Sequence[float], total: float, digits: int = DIGITS) -> int:
    """Return with how many digits numbers are written that are added up, so that their sum comes out."""
    if not all(map(math.isfinite, (*values, total))):
        return digits
    wanted = shown(total, digits)
    for count in range(digits, MOST):
        if shown(math.fsum(shown(value, count) for value in values), digits) == wanted:
            return count
    return MOST


def power(log: float, width: int = 7) -> str:
    """Return e^log in at most `width` cells (7 or more), also where it is beyond what a number can hold."""
    if -_LARGEST_LOG < log < _LARGEST_LOG or math.isnan(log) or math.isinf(log):
        return numeral(math.exp(log), width)
    exponent = math.floor(log / math.log(10.0))
    mantissa = math.exp(log - exponent * math.log(10.0))
    texts: list[str] = []
    for digits in (2, 1, 0):
        text = f"{mantissa:.{digits}f}e{exponent}"
        texts.append(f"{1:.{digits}f}e{exponent + 1}" if text.startswith("10") else text)
    return next((text for text in texts if len(text) <= width), texts[-1])


def _written(value: float, digits: int) -> str:
    value = _half_up(value, digits)
    exponent = _exponent(value, digits)
    text = _fixed(value, digits) if _LEAST <= exponent < _MOST_DIGITS else _power(value, digits)
    return _trimmed(text) if _is_exact(value, text) else text


def _half_up(value: float, digits: int) -> float:
    """Return a number that is rounded to so many digits as one does by hand: 0.15625 to 0.1563.

    What is half a digit in decimals may be less in binary, or stay even when it is rounded.
    """
    text = f"{value:.{digits}e}"
    if text.partition("e")[0][-1] == "5" and digits < _EXACT and float(text) == value:
        return value * (1.0 + 4.0 * _ULP)
    return value


def _is_exact(value: float, text: str) -> bool:
    return f"{value:.{_EXACT - 1}e}" == f"{float(text):.{_EXACT - 1}e}"


def _trimmed(text: str) -> str:
    mantissa, e, exponent = text.partition("e")
    return f"{mantissa.rstrip('0').rstrip('.') if '.' in mantissa else mantissa}{e}{exponent}"


def _exponent(value: float, digits: int) -> int:
    # After rounding: 9.9996 with four digits is 10.00.
    return int(f"{value:.{digits - 1}e}".partition("e")[2])


def last_digit(value: float, digits: int = DIGITS) -> float:
    """Return what a step of the last of so many digits of a number is worth."""
    return float(10.0 ** (_exponent(value, digits) - digits + 1)) if value else 0.0


def _fixed(value: float, digits: int) -> str:
    """Return a number in fixed point with so many digits that count, and never less than its units."""
    return f"{value:.{max(0, digits - 1 - _exponent(value, digits))}f}"


def _power(value: float, digits: int) -> str:
    mantissa, _, exponent = f"{value:.{digits - 1}e}".partition("e")
    return f"{mantissa}e{int(exponent)}"


def in_thousands(text: str) -> str:
    """Return a numeral that says how many, or how many times as much, with commas as a count has them."""
    return f"{int(text):,}" if text.removeprefix("-").isdecimal() else text


def times(value: float, digits: int = DIGITS) -> str:
    """Return how many times as much something is: a count of times, or a number where they are few."""
    return in_thousands(numeral(value, digits=digits))


def count(number: int) -> str:
    """Return a count in at most 13 cells: all its digits, or its first three and a power of ten."""
    if number < 10**10:
        return f"{number:,}"
    # The logarithm takes an integer of any size, where a float would overflow.
    exponent = math.log10(number)
    power = math.floor(exponent)
    lead = f"{10.0 ** (exponent - power):.2f}"
    return f"1.00e{power + 1}" if lead == "10.00" else f"{lead}e{power}"


def every(number: int, noun: str) -> str:
    """Return all of 2 or more things in words: both neurons, all 3 neurons."""
    return f"both {noun}s" if number == 2 else f"all {number:,} {noun}s"


def counted(number: int, noun: str) -> str:
    """Return how many there are of something: 1 step, but 0 steps and 1,000 steps."""
    return f"{count(number)} {noun}{'' if number == 1 else 's'}"
