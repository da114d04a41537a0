"""How is a number written in a few cells, with its sign and size visible without colour?"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui.draw.rows import Style

UNKNOWN = "·"
"""What stands for a number that has not been computed yet. It is never 0."""

_DECIMALS = 4


def signed(value: float, width: int) -> str:
    """Return a number with its sign in at most `width` (5 or more) cells, right-aligned."""
    return _fitted(value, width, "+").rjust(width)


def bare(value: float, width: int = 7, decimals: int = _DECIMALS) -> str:
    """Return a number in at most `width` cells, with a sign only if it is negative."""
    return _fitted(value, width, "", decimals)


def _fitted(value: float, width: int, sign: str, most: int = _DECIMALS) -> str:
    if math.isnan(value):
        return "nan"
    if math.isinf(value):
        return f"{value:{sign}}"
    if value == 0.0:
        return "0"
    whole = len(f"{abs(value):.0f}") if abs(value) < 1e15 else 16
    decimals = min(most, width - whole - 2)
    # Fixed point, as long as it shows two digits that count.
    if decimals >= 0 and (abs(value) >= 10.0 ** (1 - decimals) or round(value, decimals) == value):
        text = f"{value:{sign}.{decimals}f}" if decimals else f"{value:{sign}.0f}"
        if sign == "" and "." in text:
            text = text.rstrip("0").rstrip(".")
        if len(text) <= width:
            return text
    for digits in range(max(0, min(most, width - 6)), -1, -1):
        mantissa, exponent = f"{value:{sign}.{digits}e}".split("e")
        text = f"{mantissa}e{int(exponent)}"
        if len(text) <= width:
            return text
    return "+" * width if value > 0 else "-" * width


def sign_style(value: float | None) -> Style:
    """Return the style that says whether a number is above or below zero."""
    if value is None or math.isnan(value):
        return "unknown"
    if value == 0.0:
        return "zero"
    return "positive" if value > 0 else "negative"
