"""How does a number stand in cells, so that numbers below each other can be compared?

Its digits are those of `engine.numerals`, the one notation; what is added here is the cells that they
stand in.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from engine.numerals import DIGITS, count, counted, numeral, power, until_apart

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.order.quantities import Quantity
    from tui.draw.kit.rows import Row, Style

__all__ = ["UNKNOWN", "WRONG", "count", "counted", "numeral", "power", "sign_style", "signed", "until_apart"]

UNKNOWN = "·"
"""What stands for a number that has not been computed yet. It is never 0."""

WRONG = "≠"
"""What stands beside a number that is not what it should be."""


def signed(value: float, width: int, digits: int = DIGITS) -> str:
    """Return a number in exactly `width` (5 or more) cells, of which the first is for a minus.

    Below each other, the decimal points of numbers below 10 line up.
    """
    text = numeral(value, width - (not value < 0.0), digits)
    return (text if text[0] == "-" else f" {text}").ljust(width)


def in_column(values: Sequence[float], width: int, digits: int | Sequence[int] = DIGITS) -> list[str]:
    """Return numbers that stand below each other, each in `width` cells, their decimal points in one cell.

    Each may have `digits` of its own.
    """
    each = [digits] * len(values) if isinstance(digits, int) else digits
    texts = [numeral(value, width, many) for value, many in zip(values, each, strict=True)]
    padded = aligned(texts)
    if any(len(text.rstrip()) > width for text in padded):
        return [text.rjust(width) for text in texts]
    return [text.rstrip().ljust(width) for text in padded]


def aligned(texts: Sequence[str]) -> list[str]:
    """Return numerals as texts of one length, their decimal points in one cell."""
    left = max(map(_before_point, texts), default=0)
    padded = [" " * (left - _before_point(text)) + text for text in texts]
    width = max(map(len, padded), default=0)
    return [text.ljust(width) for text in padded]


def span(shown: range, whole: int, what: str = "") -> str:
    """Return which of so many things are shown, by their numbers from 1: `neuron 2 to 5 of 1,000`."""
    first = f"{what}{shown.start + 1:,}"
    return f"{first if len(shown) == 1 else f'{first} to {shown.stop:,}'} of {count(whole)}"


def _before_point(text: str) -> int:
    return len(text.partition("e")[0].partition(".")[0])


def marked(text: str, style: Style) -> Row:
    """Return a number with the sign of one that is wrong in the last of the blanks before it."""
    number = text.lstrip()
    return (" " * (len(text) - len(number) - 1), ""), (WRONG, "warning"), (number, style)


def beside(told: str, gap: int = 1) -> Row:
    """Return what stands behind a number that is not it, with the sign before it."""
    return (" " * gap, ""), (f"{WRONG} {told}", "warning")


def held(value: float, other: float | None, style: Style, whose: str = "", gap: int = 1) -> Row:
    """Return a number and behind it, if there is one, the `other` that it is held against, and `whose` it is.

    Both with digits until they differ.
    """
    if other is None:
        return ((numeral(value), style),)
    told = f"{whose} {until_apart(other, value)}".strip()
    return (until_apart(value, other), style), *beside(told, gap)


def factor(value: float | None) -> str:
    """Return a number as a factor: one below 0 in brackets."""
    if value is None:
        return UNKNOWN
    return f"({numeral(value)})" if value < 0.0 else numeral(value)


def look_of(quantity: Quantity, value: float | None) -> Style:
    """Return the style of a number of the trace: that of the loss for it and its terms, else the sign's."""
    style = sign_style(value)
    return "loss" if quantity in ("terms", "loss") and style != "unknown" else style


def sign_style(value: float | None) -> Style:
    """Return the style that says whether a number is above or below zero."""
    if value is None or math.isnan(value):
        return "unknown"
    if value == 0.0:
        return "zero"
    return "positive" if value > 0 else "negative"
