"""How is a number written with a few digits that count, in so many characters?

With as many digits as asked for; fewer where the characters don't suffice. In fixed point, unless a power of
ten shows more digits in the same characters: 0.008771, but 8.771e-5. And how are things counted in words?
"""

from __future__ import annotations

import math

DIGITS = 4
"""Digits that count, where nothing else is asked for."""


def bare(value: float, width: int = 7, digits: int = DIGITS) -> str:
    """Return a number in at most `width` characters, with a sign only if negative, without needless zeros."""
    text = fitted(value, width, "", digits)
    mantissa, e, exponent = text.partition("e")
    if "." in mantissa:
        mantissa = mantissa.rstrip("0").rstrip(".")
    return f"{mantissa}{e}{exponent}"


def fitted(value: float, width: int, sign: str, digits: int) -> str:
    """Return a number in at most `width` characters; `sign` is what stands before a positive one."""
    if math.isnan(value):
        return "nan"
    if math.isinf(value):
        return f"{value:{sign}}"
    if value == 0.0:
        return "0"
    for count in range(max(1, digits), 0, -1):
        for text in (_fixed(value, sign, count), _power(value, sign, count)):
            if len(text) <= width:
                return text
    return ("-" if value < 0.0 else sign) + ("huge" if abs(value) > 1.0 else "tiny")


def _fixed(value: float, sign: str, digits: int) -> str:
    """Return a number in fixed point with so many digits that count, and never less than its units."""
    # The exponent after rounding: 9.9996 with four digits is 10.00.
    exponent = int(f"{value:.{digits - 1}e}".partition("e")[2])
    return f"{value:{sign}.{max(0, digits - 1 - exponent)}f}"


def _power(value: float, sign: str, digits: int) -> str:
    mantissa, _, exponent = f"{value:{sign}.{digits - 1}e}".partition("e")
    return f"{mantissa}e{int(exponent)}"


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
