"""How is a number written in a few cells, with its sign and size visible without colour?

The digits are those of `engine.numerals`; what is added here is the cells that they stand in.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from engine.numerals import DIGITS, bare, count, counted, every, fitted

if TYPE_CHECKING:
    from tui.draw.kit.rows import Style

__all__ = ["UNKNOWN", "WRONG", "bare", "count", "counted", "every", "sign_style", "signed"]

UNKNOWN = "·"
"""What stands for a number that has not been computed yet. It is never 0."""

WRONG = "≠"
"""What stands beside a number that is not what it should be."""

_LARGEST_LOG = 700.0


def signed(value: float, width: int, digits: int = DIGITS) -> str:
    """Return a number in exactly `width` (5 or more) cells, its sign in the first.

    Below each other, signs and decimal points of numbers below 10 line up; a zero has no sign.
    """
    text = fitted(value, width, "+", digits)
    return (text if text[0] in "+-" else f" {text}").ljust(width)


def power(log: float, width: int = 7) -> str:
    """Return e^log in at most `width` cells (7 or more), also where it is beyond what a number can hold."""
    if -_LARGEST_LOG < log < _LARGEST_LOG or math.isnan(log) or math.isinf(log):
        return bare(math.exp(log), width)
    exponent = math.floor(log / math.log(10.0))
    mantissa = math.exp(log - exponent * math.log(10.0))
    texts: list[str] = []
    for digits in (2, 1, 0):
        text = f"{mantissa:.{digits}f}e{exponent}"
        texts.append(f"{1:.{digits}f}e{exponent + 1}" if text.startswith("10") else text)
    return next((text for text in texts if len(text) <= width), texts[-1])


def sign_style(value: float | None) -> Style:
    """Return the style that says whether a number is above or below zero."""
    if value is None or math.isnan(value):
        return "unknown"
    if value == 0.0:
        return "zero"
    return "positive" if value > 0 else "negative"
