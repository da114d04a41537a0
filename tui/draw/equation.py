"""Where does this number come from? Symbols, the numbers put in, the result, one sentence.

The expression comes from the engine as data; this module lays it out. Terms of a sum stand below
each other in the two lines; a long sum shows its largest terms first and counts the rest.
"""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING

from engine.explain import explain
from engine.expression import (
    Apply,
    Difference,
    Equation,
    Expression,
    Leaf,
    Product,
    Ratio,
    Sum,
    evaluate,
)
from engine.numbers import Number, array_of
from tui.draw.numbers import bare, sign_style
from tui.draw.rows import Row, Run, clip, length

if TYPE_CHECKING:
    from engine.cursor import Cursor
    from engine.flow import Reference
    from engine.tracing import Trace

_NUMBER_CELLS = 8
_LEAST_TERM = 4  # cells of the shortest term with its sign
_SHORT_SUM = 4  # terms of a sum that stand in a line with other things
_SHOWN = {"sigmoid": "σ", "square": "²"}


def numbers_of_step(trace: Trace, cursor: Cursor) -> list[Number]:
    """Return the numbers that the step wrote, at the units that the cursor looks at."""
    return [
        Number(reference, index_at(trace, cursor, reference)) for reference in trace.flow.writes(cursor.step)
    ]


def index_at(trace: Trace, cursor: Cursor, reference: Reference) -> tuple[int, ...]:
    """Return the entry of a vector or matrix that the cursor looks at."""
    layer = reference.layer if reference.layer is not None else trace.shapes.layers
    unit = cursor.units[layer]
    dimensions = array_of(trace, reference).ndim
    if dimensions < 2:  # the loss has none: it is one number, whichever output is looked at
        return (unit,) * dimensions
    recurrent = reference.quantity.startswith("recurrent")
    return (unit, cursor.units[layer if recurrent else layer - 1])


def equation_rows(trace: Trace, cursor: Cursor, width: int, height: int) -> list[Row]:
    """Return the equations of the numbers that the step wrote; the chosen one is explained."""
    numbers = numbers_of_step(trace, cursor)
    chosen = min(cursor.part, len(numbers) - 1)
    blocks: list[list[Row]] = []
    words, here = "", 0
    for place, number in enumerate(numbers):
        if number.reference.quantity == "slope" and _is_softmax(trace, number):
            continue
        equation = explain(trace, number)
        blocks.append(_lines(equation, width, chosen=place == chosen))
        if place == chosen:
            words = equation.words
            here = len(blocks) - 1
    sentence: list[Row] = [_words(line) for line in wrap(words, max(20, width - 3))][:2]
    if sum(map(len, blocks)) + len(sentence) > height:
        sentence = [clip(_words(words), width)]
    rows = _window(blocks, here, height - len(sentence))
    rows += [()] * (height - len(sentence) - len(rows))
    return rows + sentence


def _words(text: str) -> Row:
    return ((f"  {text}", "words"),)


def _is_softmax(trace: Trace, number: Number) -> bool:
    layer = number.reference.layer
    assert layer is not None
    return trace.scenario.network.layers[layer - 1].activation == "softmax"


def _window(blocks: list[list[Row]], chosen: int, height: int) -> list[Row]:
    """Return as many whole blocks around the chosen one as fit, in order."""
    first, last = chosen, chosen + 1
    used = len(blocks[chosen])
    while True:
        if last < len(blocks) and used + len(blocks[last]) <= height:
            used += len(blocks[last])
            last += 1
        elif first > 0 and used + len(blocks[first - 1]) <= height:
            first -= 1
            used += len(blocks[first])
        else:
            break
    return [row for block in blocks[first:last] for row in block][:height]


def _lines(equation: Equation, width: int, chosen: bool) -> list[Row]:
    """Return an equation in one line if it fits, else in two."""
    mark: Run = ("▸ ", "chosen") if chosen else ("  ", "")
    style = "chosen" if chosen else "symbol"
    head: Row = (mark, (equation.result.symbol, style), (" = ", "dim"))
    result: Row = (
        (" = ", "dim"),
        (bare(equation.result.value, 12, digits=6), _result_style(equation, chosen)),
    )
    expression = equation.expression
    if isinstance(expression, Leaf):
        given = expression.number is None and expression.symbol == bare(expression.value)
        return [
            clip((*head, *result[1:]) if given else (*head, (expression.symbol, "symbol"), *result), width)
        ]
    room = width - length(head) - length(result)
    one_line: Row = (
        *head,
        *_text(expression, numbers=False),
        (" = ", "dim"),
        *_text(expression, numbers=True),
        *result,
    )
    if length(one_line) <= width and _all_shown(expression):
        return [one_line]
    symbols, values = _two_lines(expression, room)
    indent: Row = ((" " * (length(head) - 3), ""), (" = ", "dim"))
    # The result is never cut, however long the line of numbers is.
    values = clip(values, width - length(indent) - length(result))
    return [clip((*head, *symbols), width), (*indent, *values, *result)]


def _result_style(equation: Equation, chosen: bool) -> str:
    return "chosen" if chosen else sign_style(equation.result.value)


def _all_shown(expression: Expression) -> bool:
    return not isinstance(expression, Sum) or len(expression.parts) <= _SHORT_SUM


def _two_lines(expression: Expression, room: int) -> tuple[Row, Row]:
    """Return the symbols and the numbers of an expression, term below term."""
    if not isinstance(expression, Sum):
        return _text(expression, numbers=False), _text(expression, numbers=True)
    terms = expression.parts
    rest: tuple[Expression, ...] = ()
    columns: list[tuple[Row, Row, int]] = []
    if len(terms) * _LEAST_TERM <= room:
        columns = [_column(term, first=place == 0) for place, term in enumerate(terms)]
    if not columns or sum(width + 3 for _, _, width in columns) - 3 > room:
        columns, rest = _largest(terms, room)
    symbols: list[Run] = []
    values: list[Run] = []
    for place, (symbol, value, width) in enumerate(columns):
        if place:
            symbols.append((" + ", "dim"))
            values.append((" + ", "dim"))
        symbols += [*symbol, (" " * (width - length(symbol)), "")]
        values += [*value, (" " * (width - length(value)), "")]
    if rest:
        label, sum_of_rest = f"{len(rest)} more", bare(evaluate(Sum(rest)), _NUMBER_CELLS)
        width = max(len(label), len(sum_of_rest))
        symbols += [(" + ", "dim"), (label.ljust(width), "dim")]
        values += [(" + ", "dim"), (sum_of_rest.ljust(width), "value")]
    return tuple(symbols), tuple(values)


def _largest(
    terms: tuple[Expression, ...], room: int
) -> tuple[list[tuple[Row, Row, int]], tuple[Expression, ...]]:
    """Return the columns of the largest terms that fit, and the terms that are left out.

    Only what is shown is laid out: a sum may have thousands of terms.
    """
    order = sorted(range(len(terms)), key=lambda place: -abs(evaluate(terms[place])))
    columns: list[tuple[Row, Row, int]] = []
    used = len(f" + {len(terms)} more") + 3
    for place in order:
        column = _column(terms[place], first=place == 0)
        used += column[2] + 3
        if used > room and columns:
            break
        columns.append(column)
    return columns, tuple(terms[place] for place in order[len(columns) :])


def _column(term: Expression, first: bool) -> tuple[Row, Row, int]:
    symbol = _text(term, numbers=False)
    value = _bracketed(term, numbers=True, negative=not first)
    return symbol, value, max(length(symbol), length(value))


def _text(expression: Expression, numbers: bool) -> Row:
    """Return an expression as one line: its symbols, or the numbers put in for them."""
    match expression:
        case Leaf(symbol=symbol, value=value):
            return ((bare(value, _NUMBER_CELLS), "value") if numbers else (symbol, "symbol"),)
        case Sum(parts=parts):
            return _joined(parts, " + ", numbers)
        case Difference(left=left, right=right):
            return (*_text(left, numbers), (" - ", "dim"), *_bracketed(right, numbers, negative=True))
        case Product(factors=factors):
            minus = len(factors) > 1 and isinstance(factors[0], Leaf) and factors[0].symbol == "-1"
            row: list[Run] = [("-", "dim")] if minus else []
            for place, factor in enumerate(factors[1:] if minus else factors):
                if place:
                    row.append(("·", "dim"))
                row += _bracketed(factor, numbers, negative=minus or place > 0)
            return tuple(row)
        case Ratio(over=over, under=under):
            return (*_bracketed(over, numbers), (" / ", "dim"), *_bracketed(under, numbers))
        case Apply(function="square", argument=argument):
            return (("(", "dim"), *_text(argument, numbers), (")²", "dim"))
        case Apply(function=function, argument=argument):
            name = _SHOWN.get(function.removesuffix("'"), function.removesuffix("'"))
            prime = "'" if function.endswith("'") else ""
            return ((f"{name}{prime}(", "dim"), *_text(argument, numbers), (")", "dim"))


def _joined(parts: tuple[Expression, ...], sign: str, numbers: bool) -> Row:
    row: list[Run] = []
    for place, part in enumerate(parts[:_SHORT_SUM]):
        if place:
            row.append((sign, "dim"))
        row += _bracketed(part, numbers, negative=place > 0)
    if len(parts) > _SHORT_SUM:
        rest = f"{len(parts) - _SHORT_SUM} more"
        row += [(sign, "dim"), (bare(evaluate(Sum(parts[_SHORT_SUM:])), 8) if numbers else rest, "dim")]
    return tuple(row)


def _bracketed(expression: Expression, numbers: bool, negative: bool = False) -> Row:
    """Return an expression in brackets where it would bind too loosely without."""
    loose = isinstance(expression, Sum | Difference)
    if numbers and negative:
        # A product begins with the sign of its first factor.
        first = expression.factors[0] if isinstance(expression, Product) else expression
        loose = loose or (isinstance(first, Leaf) and first.value < 0)
    if not loose:
        return _text(expression, numbers)
    return (("(", "dim"), *_text(expression, numbers), (")", "dim"))
