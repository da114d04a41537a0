"""What does an equation on the screen amount to, computed from the numbers that stand there?

The line is read as a reader of mathematics reads it: × and / bind more closely than signs, brackets more
closely than both. Nothing is known here of how the line was made. Beside the value it tells how far the value
may be off if each number is only as good as its digits.
"""

from __future__ import annotations

import math
import re
from typing import NamedTuple

from engine.facts.explain.expression import apply

_NUMBER = re.compile(r"(?:\d+(?:\.\d+)?(?:e-?\d+)?|inf|nan)(?![\w.])")
_FUNCTION = re.compile(r"([a-zσ][a-z0-9-]*)('?)\(")
_NAMES = {"σ": "sigmoid"}
_EXACT_DIGITS = 4
"""A number with fewer digits than these is exact: it would have more if they were other than 0."""


class NoEquationError(AssertionError):
    """The line can't be read."""


class Value(NamedTuple):
    """What a text amounts to, and by how much it may be off."""

    value: float
    off: float


def value_of(line: str) -> Value:
    """The value of a line of numbers, such as `0.4 × 0.1385 + 0.5 × (-0.03810)`."""
    # Where symbols stand above their numbers, blanks stand around the shorter of both.
    text = re.sub(r"(?<=\() +| +(?=\))", "", " ".join(line.split()))
    reading = _Reading(text)
    found = reading.sum()
    if reading.rest:
        raise NoEquationError(f"{reading.rest!r} is left of {line!r}")
    return found


def numeral_of(text: str) -> Value:
    """A number as it is written, and half of its last digit."""
    sign = -1.0 if text.startswith("-") else 1.0
    mantissa, _, exponent = text.lstrip("-").partition("e")
    whole, _, decimals = mantissa.partition(".")
    digits = (whole + decimals).lstrip("0")
    off = 0.5 * 10.0 ** (int(exponent or 0) - len(decimals)) if len(digits) >= _EXACT_DIGITS else 0.0
    return Value(sign * float(text.lstrip("-")), off)


class _Reading:
    def __init__(self, line: str) -> None:
        self.rest = line

    def sum(self) -> Value:
        negative = self._has("-")
        found = self._product()
        if negative:
            found = Value(-found.value, found.off)
        while True:
            if self._has(" + "):
                other = self._product()
                found = Value(found.value + other.value, found.off + other.off)
            elif self._has(" - "):
                other = self._product()
                found = Value(found.value - other.value, found.off + other.off)
            else:
                return found

    def _product(self) -> Value:
        found = self._power()
        while True:
            if self._has(" × "):
                found = _times(found, self._power())
            elif self._has(" / "):
                found = _over(found, self._power())
            else:
                return found

    def _power(self) -> Value:
        found = self._atom()
        return _times(found, found) if self._has("²") else found

    def _atom(self) -> Value:
        number = _NUMBER.match(self.rest)
        if number is not None:
            self._has(number[0])
            return numeral_of(number[0])
        if self._has("("):
            return self._until_closed()
        function = _FUNCTION.match(self.rest)
        if function is None:
            raise NoEquationError(f"what is {self.rest!r}?")
        self._has(function[0])
        name = _NAMES.get(function[1], function[1]) + function[2]
        argument = self._until_closed()
        value = apply(name, argument.value)
        ends = [apply(name, argument.value + off) for off in (argument.off, -argument.off)]
        return Value(value, max(abs(end - value) for end in ends))

    def _until_closed(self) -> Value:
        # A fraction of two whole numbers is written without blanks.
        fraction = re.match(r"(\d[\d.]*)/(\d[\d.]*)\)", self.rest)
        if fraction is not None:
            self._has(fraction[0])
            return Value(float(fraction[1]) / float(fraction[2]), 0.0)
        found = self.sum()
        if not self._has(")"):
            raise NoEquationError(f") is missing before {self.rest!r}")
        return found

    def _has(self, expected: str) -> bool:
        if not self.rest.startswith(expected):
            return False
        self.rest = self.rest.removeprefix(expected)
        return True


def _times(one: Value, other: Value) -> Value:
    off = abs(one.value) * other.off + abs(other.value) * one.off + one.off * other.off
    return Value(one.value * other.value, off)


def _over(over: Value, under: Value) -> Value:
    if under.value == 0.0 or abs(under.value) <= under.off:
        return Value(math.nan if under.value == 0.0 else over.value / under.value, math.inf)
    value = over.value / under.value
    return Value(value, (over.off + abs(value) * under.off) / (abs(under.value) - under.off))
