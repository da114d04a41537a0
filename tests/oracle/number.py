"""How large were the numbers that a number was made from, and so how exact can it be?

A sum that cancels keeps the rounding errors of its terms: 1 + 1e-9 - 1 has lost nine digits. So
each number carries its `size`: the sum of the absolute contributions that made it, to first
order. Exact data have size |value|; a sum has the sum of the sizes; a product |x|·Y + X·|y|; a
function f of x has |f(x)| + |f'(x)|·X. By induction, any sensible evaluation in float64 is wrong
by no more than a few units of rounding times the size, in whatever order it adds. Two evaluations
are compared relative to that size, and where nothing cancels that means relative to the value.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(slots=True)
class Number:
    """A float and its size. Never changed once made; not frozen only because freezing is slow."""

    value: float
    size: float

    def __add__(self, other: Number) -> Number:
        return Number(self.value + other.value, self.size + other.size)

    def __sub__(self, other: Number) -> Number:
        return Number(self.value - other.value, self.size + other.size)

    def __neg__(self) -> Number:
        return Number(-self.value, self.size)

    def __abs__(self) -> Number:
        return Number(abs(self.value), self.size)

    def __mul__(self, other: Number) -> Number:
        size = abs(self.value) * other.size + self.size * abs(other.value)
        return Number(self.value * other.value, size)

    def __truediv__(self, other: Number) -> Number:
        value = divided(self.value, other.value)
        return Number(value, divided(self.size + abs(value) * other.size, abs(other.value)))


# 45 units of rounding. Each number is at the end of a chain of a few dozen operations at most,
# each of which rounds once; the size already counts every one of them. A number whose size is below
# a hundred times itself is so held to 1e-12 of its value.
TOLERANCE = 1e-14
UNIT = 2.0**-53

Vector: TypeAlias = list[Number]
Matrix: TypeAlias = list[list[Number]]

ZERO = Number(0.0, 0.0)
ONE = Number(1.0, 1.0)


def exact(value: float) -> Number:
    """A number that was given, not computed."""
    return Number(value, abs(value))


def vector(values: Iterable[float]) -> Vector:
    """Given numbers."""
    return [exact(value) for value in values]


def zeros(count: int) -> Vector:
    """As many zeros."""
    return [ZERO] * count


def zeros_like(matrix: Matrix) -> Matrix:
    """As many zeros as a matrix has numbers."""
    return [zeros(len(row)) for row in matrix]


def total(numbers: Iterable[Number]) -> Number:
    """The sum, rounded once; what float64 makes of it where it overflows or has no value."""
    terms = list(numbers)
    try:
        value = math.fsum(term.value for term in terms)
    except (OverflowError, ValueError):
        value = 0.0
        for term in terms:
            value += term.value
    size = 0.0
    for term in terms:
        size += term.size
    return Number(value, size)


def divided(above: float, below: float) -> float:
    """Division as float64 has it: x/0 is infinite and 0/0 is not a number."""
    if below != 0.0:
        return above / below
    if above == 0.0 or math.isnan(above):
        return math.nan
    return math.copysign(math.inf, above) * math.copysign(1.0, below)


def exponential(x: float) -> float:
    """e^x, infinite where it is too large."""
    try:
        return math.exp(x)
    except OverflowError:
        return math.inf


def logarithm(x: Number) -> Number:
    """The natural logarithm: -inf at 0, not a number below."""
    if x.value > 0.0:
        value = math.log(x.value) if x.value < math.inf else math.inf
        return Number(value, abs(value) + divided(x.size, x.value))
    return Number(-math.inf if x.value == 0.0 else math.nan, math.inf)


def square(x: Number) -> Number:
    """x², whose second order counts where x has lost all of its digits."""
    value = x.value * x.value
    return Number(value, 2.0 * abs(x.value) * x.size + value + TOLERANCE * x.size * x.size)


def root(x: Number) -> Number:
    """The square root: of what may be 0 as well, as far as anybody knows, with the root of the doubt."""
    if not x.value >= 0.0:
        return Number(math.nan, math.nan)
    value, least = math.sqrt(x.value), math.sqrt(max(0.0, x.value - TOLERANCE * x.size))
    doubt = math.sqrt(x.size / TOLERANCE)
    return Number(value, value + (min(x.size / (value + least), doubt) if value > 0.0 else doubt))


def length(numbers: Iterable[Number]) -> Number:
    """The root of the sum of the squares, where they would over- or underflow too."""
    terms = list(numbers)
    return Number(math.hypot(*(term.value for term in terms)), math.hypot(*(term.size for term in terms)))


def one_minus_power(base: float, exponent: int) -> Number:
    """1 - base^n, rounded once.

    Behind a power that another evaluation forms there are n roundings, not the few dozen that a size stands
    for: of its size, as many parts count.
    """
    value = float(1 - Fraction(base) ** exponent)
    return Number(value, value + abs(base) ** exponent * exponent * UNIT / TOLERANCE)
