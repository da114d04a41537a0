"""How is an expression written in a line: its symbols, or the numbers put in for them?

The expression comes from the engine as data. Terms of a sum stand below each other in the two lines; a
long sum shows its largest terms first and counts the rest. Every number of the trace carries its link,
and the selected one stands out in both lines.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from engine.equations.formula import SHOWN_NAMES
from engine.facts.explain.expression import (
    Apply,
    Constant,
    Difference,
    Expression,
    Product,
    Ratio,
    Sum,
    added,
    evaluate,
    places_of,
    values_of,
)
from engine.facts.explain.largest import largest
from engine.facts.explain.written import MINUS
from engine.facts.number import Traced
from tui.draw.kit.numbers import bare
from tui.draw.kit.rows import Linked, Row, Run, Style, length

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.facts.number import Number

_NUMBER_CELLS = 8
_LEAST_TERM = 4  # cells of the shortest term with its sign
_SHORT_SUM = 4  # terms of a sum that stand in a line with other things


class Column(NamedTuple):
    """One term of a sum: its symbols, its numbers, and the cells that the wider of them takes."""

    symbols: Row
    values: Row
    width: int


class Writing:
    """Writes expressions; `selected` is the number that stands out, if any."""

    def __init__(self, selected: Number | None = None) -> None:
        self._selected = selected

    def fits_in_a_line(self, expression: Expression) -> bool:
        """Return whether all terms of an expression are shown in one line."""
        return not isinstance(expression, Sum) or len(expression.parts) <= _SHORT_SUM

    def lines(self, expression: Expression, room: int) -> tuple[Row, Row]:
        """Return the symbols and the numbers of an expression, term below term."""
        if not isinstance(expression, Sum):
            return self.text(expression, numbers=False), self.text(expression, numbers=True)
        terms = expression.parts
        rest: list[float] = []
        columns: list[Column] = []
        if len(terms) * _LEAST_TERM <= room:
            columns = [self._column(term, first=place == 0) for place, term in enumerate(terms)]
        if not columns or sum(column.width + 3 for column in columns) - 3 > room:
            columns, rest = self._largest(terms, room)
        symbols: list[Run] = []
        values: list[Run] = []
        for place, (symbol, value, width) in enumerate(columns):
            if place:
                symbols.append((" + ", "symbol"))
                values.append((" + ", "symbol"))
            symbols += [*symbol, (" " * (width - length(symbol)), "")]
            values += [*value, (" " * (width - length(value)), "")]
        if rest:
            label, sum_of_rest = f"{len(rest)} more", bare(added(rest), _NUMBER_CELLS)
            width = max(len(label), len(sum_of_rest))
            symbols += [(" + ", "symbol"), (label.ljust(width), "symbol")]
            values += [(" + ", "symbol"), (sum_of_rest.ljust(width), "value")]
        return tuple(symbols), tuple(values)

    def text(self, expression: Expression, *, numbers: bool) -> Row:
        """Return an expression as one line: its symbols, or the numbers put in for them."""
        match expression:
            case Traced() | Constant():
                return (self._leaf(expression, numbers=numbers),)
            case Sum(parts=parts):
                return self._joined(parts, " + ", numbers)
            case Difference(left=left, right=right):
                return (
                    *self.text(left, numbers=numbers),
                    (" - ", "symbol"),
                    *self._bracketed(right, numbers, negative=True),
                )
            case Product(factors=factors):
                return self._product(factors, numbers)
            case Ratio():
                return self._ratio(expression, numbers)
            case Apply(function="square", argument=argument):
                return (("(", "symbol"), *self.text(argument, numbers=numbers), (")²", "symbol"))
            case Apply(function=function, argument=argument):
                name = function.removesuffix("'")
                shown = SHOWN_NAMES.get(name, name) + function.removeprefix(name)
                return ((f"{shown}(", "symbol"), *self.text(argument, numbers=numbers), (")", "symbol"))

    def _leaf(self, leaf: Traced | Constant, *, numbers: bool) -> Run:
        text = bare(leaf.value, _NUMBER_CELLS) if numbers else leaf.symbol
        style: Style = "value" if numbers else "symbol"
        if isinstance(leaf, Constant):
            return text, style
        if leaf.number == self._selected:
            style = "selected"
        return text, Linked(style, leaf.number)

    def _largest(self, terms: Sequence[Expression], room: int) -> tuple[list[Column], list[float]]:
        """Return the columns of the largest terms that fit, and the values of those that are left out.

        Only what is shown is made: a sum may have very many terms. The selected one is shown.
        """
        values = np.array(values_of(terms))
        chosen = [] if self._selected is None else places_of(terms, self._selected)
        places = dict.fromkeys([*largest(values, max(1, room)).places, *chosen])
        order = sorted(places, key=lambda place: place not in chosen)
        columns: list[Column] = []
        used = len(f" + {len(terms)} more") + 3
        for place in order:
            column = self._column(terms[place], first=place == 0)
            used += column.width + 3
            if used > room and columns:
                break
            columns.append(column)
        return columns, np.delete(values, order[: len(columns)]).tolist()

    def _column(self, term: Expression, *, first: bool) -> Column:
        symbols = self.text(term, numbers=False)
        values = self._bracketed(term, numbers=True, negative=not first)
        return Column(symbols, values, max(length(symbols), length(values)))

    def _product(self, factors: tuple[Expression, ...], numbers: bool) -> Row:
        minus = len(factors) > 1 and factors[0] == MINUS
        row: list[Run] = [("-", "symbol")] if minus else []
        for place, factor in enumerate(factors[1:] if minus else factors):
            if place:
                row.append(("×", "symbol"))
            row += self._bracketed(factor, numbers, negative=minus or place > 0)
        return tuple(row)

    def _ratio(self, ratio: Ratio, numbers: bool, negative: bool = False) -> Row:
        over = self._bracketed(ratio.over, numbers, negative)
        return (*over, (" / ", "symbol"), *self._bracketed(ratio.under, numbers))

    def _joined(self, parts: Sequence[Expression], sign: str, numbers: bool) -> Row:
        row: list[Run] = []
        for place, part in enumerate(parts[:_SHORT_SUM]):
            if place:
                row.append((sign, "symbol"))
            row += self._bracketed(part, numbers, negative=place > 0)
        if len(parts) > _SHORT_SUM:
            rest = f"{len(parts) - _SHORT_SUM} more"
            row += [
                (sign, "symbol"),
                (bare(evaluate(Sum(parts[_SHORT_SUM:])), 8) if numbers else rest, "symbol"),
            ]
        return tuple(row)

    def _bracketed(self, expression: Expression, numbers: bool, negative: bool = False) -> Row:
        """Return an expression in brackets where it would bind too loosely without."""
        if isinstance(expression, Ratio):
            return self._ratio(expression, numbers, negative)
        loose = isinstance(expression, Sum | Difference)
        if numbers and negative:
            # A product begins with the sign of its first factor.
            first = expression.factors[0] if isinstance(expression, Product) else expression
            loose = loose or (isinstance(first, Traced | Constant) and first.value < 0)
        if not loose:
            return self.text(expression, numbers=numbers)
        return (("(", "symbol"), *self.text(expression, numbers=numbers), (")", "symbol"))
