r"""How is an explanation written in LaTeX: in symbols, with the numbers put in, and its result?

It comes from the same tree as what the screen shows, with the same terms and in the same digits
(`engine.facts.explain.shown`). The others of a long sum are \underbrace{\cdots}_{94\ \text{more}}, or as
numbers added up.
The commands are those of LaTeX with amsmath, MathJax and KaTeX.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from engine.equations.functions.formula import FUNCTIONS, SHOWN_NAMES
from engine.facts.explain.expression import FIXED, Apply, Constant, Difference, Product, Ratio, Sum
from engine.facts.explain.shown import digits_of, is_zero, shortened, signed, single
from engine.facts.explain.symbols import latex_number, latex_symbol, letter
from engine.facts.explain.written import MINUS
from engine.facts.number import Traced
from engine.numerals import DIGITS, numeral

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.facts.explain.expression import Equation, Expression

TERMS = 8
"""How many terms of a sum are written, where nothing else is asked for."""

_OPENING_CLOSING_OR_SIGN = re.compile(r"(\\left|\{)|(\\right|\})| [+-] ")


class Latex(NamedTuple):
    """The symbol of a number, what it equals in symbols and with numbers, and its value, without $ around.

    `symbols` and `numbers` are empty where they would say nothing: of a number that is given, both.
    """

    result: str
    symbols: str
    numbers: str
    value: str

    def display(self) -> str:
        """Return the equation as a display of one line for each of its parts."""
        sides = [side for side in (self.symbols, self.numbers, self.value) if side]
        lines = " \\\\\n".join(f"  &= {side}" for side in sides)
        return f"\\[\n\\begin{{aligned}}\n  {self.result}\n{lines}\n\\end{{aligned}}\n\\]"


def latex(equation: Equation, terms: int = TERMS, digits: int | None = None) -> Latex:
    """Return an explanation in LaTeX, with at most `terms` (1 or more) terms of each sum.

    The numbers have the digits that the screen gives them, or `digits` that count.
    """
    result, expression = equation.result, single(shortened(equation.expression, terms))
    symbol = latex_symbol(result.symbol)
    value = latex_number(numeral(result.value, digits=DIGITS if digits is None else digits))
    if digits is None:
        digits = digits_of(expression, result.value)
    if isinstance(expression, Traced | Constant):
        told = "" if expression.symbol in ("given", FIXED) else latex_symbol(expression.symbol)
        return Latex(symbol, "" if told == value else told, "", value)
    return Latex(
        symbol,
        _Writing(digits, numbers=False).text(expression),
        _Writing(digits, numbers=True).text(expression),
        value,
    )


class _Writing:
    def __init__(self, digits: int, *, numbers: bool) -> None:
        self._digits = digits
        self._numbers = numbers

    def text(self, expression: Expression) -> str:
        """Return an expression in symbols, or with numbers."""
        match single(expression):
            case Traced() | Constant() as leaf:
                if self._numbers:
                    return latex_number(numeral(leaf.value, digits=self._digits))
                return latex_symbol(leaf.symbol)
            case Sum(parts=parts, others=others):
                return self._sum(parts, others)
            case Difference(left=left, right=right):
                return f"{self.text(left)} - {self._closed(right)}"
            case Product(factors=factors):
                return self._product(factors)
            case Ratio(over=over, under=under):
                return rf"\frac{{{self.text(over)}}}{{{self.text(under)}}}"
            case Apply(function=function, argument=argument):
                return _applied(function, self.text(argument))

    def _sum(self, parts: Sequence[Expression], others: int) -> str:
        if not parts:
            return "0"
        text = self.text(parts[0])
        for part in parts[1 : len(parts) - bool(others)]:
            text += self._next(part)
        if others:
            rest = self._closed(parts[-1]) if self._numbers else r"\cdots"
            text += rf" + \underbrace{{{rest}}}_{{{others}\ \text{{more}}}}"
        return text

    def _next(self, part: Expression) -> str:
        """Return a term of a sum with what joins it to those before."""
        minus, term = signed(part, numbers=self._numbers)
        if not minus:
            text = self.text(term)
            return f" + {_bracketed(text) if text.startswith('-') else text}"
        if isinstance(term, Product):
            return f" - {self._product(term.factors, after_sign=True)}"
        return f" - {self._closed(term)}"

    def _product(self, factors: Sequence[Expression], *, after_sign: bool = False) -> str:
        if factors[0] == MINUS and len(factors) > 1:
            sign = "" if self._numbers and is_zero(factors[1]) else "-"
            return f"{sign}{self._product(factors[1:], after_sign=True)}"
        first, *others = factors
        head = self.text(first)
        if (_is_sum(head) and (others or after_sign)) or (after_sign and head.startswith("-")):
            head = _bracketed(head)
        return r" \cdot ".join([head, *map(self._closed, others)])

    def _closed(self, expression: Expression) -> str:
        """Return an expression that can follow a sign, in brackets if need be."""
        text = self.text(expression)
        return _bracketed(text) if _is_sum(text) or text.startswith("-") else text


def _applied(function: str, argument: str) -> str:
    if function in FUNCTIONS:
        form = FUNCTIONS[function].latex
        after_sign = "+ {}" in form and argument.startswith("-")
        return form.replace("{}", _bracketed(argument) if after_sign else argument, 1)
    name = function.removesuffix("'")
    shown = SHOWN_NAMES.get(name, name)
    operator = letter(shown) if len(shown) == 1 else rf"\operatorname{{{shown}}}"
    return rf"{operator}{function.removeprefix(name)}\left({argument}\right)"


def _bracketed(text: str) -> str:
    return rf"\left({text}\right)"


def _is_sum(text: str) -> bool:
    """Return whether a sign between terms stands outside of all brackets and braces."""
    depth = 0
    for found in _OPENING_CLOSING_OR_SIGN.finditer(text):
        if found[1]:
            depth += 1
        elif found[2]:
            depth -= 1
        elif depth == 0:
            return True
    return False
