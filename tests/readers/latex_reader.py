r"""What does a line of LaTeX amount to, read as a reader of mathematics reads it?

\cdot and \times bind more closely than signs, a sign before a product belongs to all of it, and a sign never
follows another. Nothing is known here of how the line was made. Numbers are decimals of fifty digits, so that
nothing that cancels is lost.
"""

from __future__ import annotations

import re
from decimal import Decimal, localcontext
from typing import TYPE_CHECKING

from engine.facts.explain.expression import apply

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

DIGITS = 50
_NUMBER = re.compile(r"\d+(\.\d+)?(?![\d.])")
_OPERATOR = re.compile(r"\\operatorname\{([^{}]+)\}('?)\\left\(")
_GREEK = {r"\sigma'\left(": "sigmoid'", r"\sigma\left(": "sigmoid"}


class NoLatexError(AssertionError):
    """The line can't be read."""


def value_of_latex(line: str, names: Mapping[str, float] | None = None) -> Decimal:
    """The value of a line; `names` are symbols that it may hold, with their values."""
    with localcontext() as context:
        context.prec = DIGITS
        reading = _Reading(line, names or {})
        found = reading.sum()
        if reading.rest:
            raise NoLatexError(f"{reading.rest!r} is left of {line!r}")
        return found


def _tanh(x: Decimal) -> Decimal:
    return _sinh(x) / _cosh(x)


def _sinh(x: Decimal) -> Decimal:
    # As many digits more as are lost near 0.
    with localcontext() as context:
        context.prec += 2 + max(0, -x.adjusted()) if x else 0
        return (x.exp() - (-x).exp()) / 2


def _cosh(x: Decimal) -> Decimal:
    return (x.exp() + (-x).exp()) / 2


FUNCTIONS: dict[str, Callable[[Decimal], Decimal]] = {
    r"\ln": Decimal.ln,
    r"\tanh": _tanh,
    r"\sinh": _sinh,
    r"\cosh": _cosh,
}


class _Reading:
    def __init__(self, line: str, names: Mapping[str, float]) -> None:
        self.rest = line
        self._names = sorted(names.items(), key=lambda item: -len(item[0]))

    def sum(self) -> Decimal:
        negative = not self._name_next() and self._has("-")
        found = -self._product() if negative else self._product()
        while True:
            if self._has(" + "):
                found += self._product()
            elif self._has(" - "):
                found -= self._product()
            else:
                return found

    def _product(self) -> Decimal:
        found = self._power()
        while self._has(r" \cdot ") or self._has(r" \times "):
            found *= self._power()
        return found

    def _power(self) -> Decimal:
        found = self._atom()
        if not self._has("^{"):
            return found
        exponent = self._until("}")
        if self.rest.startswith("^"):
            raise NoLatexError(f"two superscripts before {self.rest!r}")
        return found**exponent

    def _atom(self) -> Decimal:
        name = self._name_next()
        if name is not None:
            self._has(name[0])
            if self.rest.startswith(("^", "_")):
                raise NoLatexError(f"{name[0]} has two superscripts or subscripts")
            return Decimal(name[1])
        number = _NUMBER.match(self.rest)
        if number is not None:
            self._has(number[0])
            return Decimal(number[0])
        if self._has(r"\left("):
            return self._until(r"\right)")
        if self._has(r"\left|"):
            return abs(self._until(r"\right|"))
        if self._has(r"\frac{"):
            over = self._until("}{")
            return over / self._until("}")
        if self._has(r"\sqrt{"):
            return self._until("}").sqrt()
        if self._has(r"\underbrace{"):
            found = self._until("}_{")
            label = re.match(r"\d+\\ \\text\{more\}\}", self.rest)
            assert label is not None
            self._has(label[0])
            return found
        if self._has("e^{"):
            return self._until("}").exp()
        return self._function()

    def _function(self) -> Decimal:
        for head, function in FUNCTIONS.items():
            if self._has(rf"{head}\left("):
                return function(self._until(r"\right)"))
        for head, activation in _GREEK.items():
            if self._has(head):
                return Decimal(apply(activation, float(self._until(r"\right)"))))
        operator = _OPERATOR.match(self.rest)
        if operator is None:
            raise NoLatexError(f"what is {self.rest!r}?")
        self._has(operator[0])
        argument = self._until(r"\right)")
        if operator[1] == "sign":
            return (argument > 0) - (argument < 0) + Decimal(0)
        return Decimal(apply(operator[1] + operator[2], float(argument)))

    def _until(self, closing: str) -> Decimal:
        found = self.sum()
        if not self._has(closing):
            raise NoLatexError(f"{closing} is missing before {self.rest!r}")
        return found

    def _has(self, expected: str) -> bool:
        if not self.rest.startswith(expected):
            return False
        self.rest = self.rest.removeprefix(expected)
        return True

    def _name_next(self) -> tuple[str, float] | None:
        return next((item for item in self._names if self.rest.startswith(item[0])), None)
