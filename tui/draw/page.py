"""What does a class look at on a projector? One number: where it comes from, and the result, large.

A sum stands term below term, each with its numbers and its value. With little room the blank lines go
first, then the smallest terms, then the large digits; never the result.
"""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from engine.facts.explain import explain
from engine.facts.explain.expression import Constant, Sum, added, values_of
from engine.facts.explain.largest import largest
from engine.facts.number import Traced, array_of
from engine.looking.selection import explained, known, numbers_of_step, selected
from engine.words.disturbed import otherwise
from tui.draw.kit.digits import HEIGHT, large
from tui.draw.kit.expressions import Writing
from tui.draw.kit.numbers import UNKNOWN, WRONG, bare, sign_style, signed
from tui.draw.kit.rows import Row, clip, length

if TYPE_CHECKING:
    from engine.facts.explain.expression import Equation, Expression
    from engine.facts.number import Number
    from engine.looking.cursor import Cursor
    from engine.run.tracing import Trace

_MARGIN = 3
_RESULT = 7  # cells of the result in large digits
_VALUE = 9  # cells of the value of a term
_FEWEST = 3  # terms of a long sum that are always shown
_EQUALS = "   =  "
_SIZES = ((1, 1, 2 * HEIGHT), (1, 1, HEIGHT), (0, 1, HEIGHT), (0, 0, HEIGHT), (0, 0, 1))
"""Blank rows between terms and between parts, and rows of the result: from the roomiest to the barest."""


class _Line(NamedTuple):
    """A term of the equation: its sign, its symbols, the numbers put in, its value."""

    sign: str
    symbols: Row
    numbers: Row
    value: float


def presenter_rows(trace: Trace, cursor: Cursor, width: int, height: int) -> list[Row]:
    """Return the number that is explained as a page for a class."""
    number = explained(trace, cursor)
    if not known(trace, cursor, number):
        return _not_yet(trace, cursor, number, width, height)
    equation = explain(trace, number)
    writing = Writing(selected(trace, cursor) if cursor.term is not None else None)
    head = _heading(trace, cursor, equation.result.words, width)
    words = _sentence(equation.words, width)
    least = 1 + 1 + HEIGHT + 1 + len(words)  # heading, large digits, and the sentence below a blank row
    lines = _lines(equation.expression, writing, max(_FEWEST, height - least - 2))
    right = _right(trace, number, width)
    for gap, apart, digits in _SIZES:
        result = [*_result(equation, width, digits), *right]
        between: list[Row] = [()] * apart
        page = [head, *between, *_equation(equation, lines, width, gap), *between, *result, *between, *words]
        if len(page) <= height:
            break
    spare = height - len(page)
    above = max(0, spare // 3)
    page = [*[()] * above, *page]
    others = numbers_of_step(trace, cursor)
    if spare - above > 1 and number in others and len(others) > 1:
        page += [()] * (height - len(page) - 1)
        page.append(_indented(((_place(trace, number, others), "dim"),)))
    return [clip(row, width) for row in page[:height]]


def _place(trace: Trace, number: Number, others: list[Number]) -> str:
    """Return which number of the step this is: Tab goes through those of the neurons looked at alone."""
    place = f"number {others.index(number) + 1} of {len(others)}"
    made = sum(array_of(trace, other.reference).size for other in others)
    if made == len(others):
        return f"{place} that this step makes"
    matrices = {other.reference.quantity for other in others if len(other.index) > 1}
    of = "this neuron" if not matrices else "this weight and bias"
    if any(name.startswith("recurrent") for name in matrices):
        of = "these weights and bias"
    return f"{place} for {of} · this step makes {made:,} in all"


def _not_yet(trace: Trace, cursor: Cursor, number: Number, width: int, height: int) -> list[Row]:
    """Return the page of a number that a later step makes."""
    one = Traced(trace, number)
    assert one.maker is not None
    unknown: Row = ((one.symbol, "chosen"), (_EQUALS, "dim"), (UNKNOWN, "unknown"))
    words = _sentence(f"Not computed yet: step {one.maker + 1} makes it.", width)
    page = [_heading(trace, cursor, one.words, width), (), _indented(unknown), (), *words]
    above: list[Row] = [()] * max(0, (height - len(page)) // 3)
    return [clip(row, width) for row in [*above, *page][:height]]


def _sentence(words: str, width: int) -> list[Row]:
    return [_indented(((line, "words"),)) for line in wrap(words, max(20, width - 2 * _MARGIN))[:2]]


def _heading(trace: Trace, cursor: Cursor, about: str, width: int) -> Row:
    phase = trace.schedule.site(cursor.step).phase
    word = " ".join(phase.upper())
    if _MARGIN + len(word) + 4 + len(about) > width:
        word = phase.upper()
    return _indented(((f" {word} ", f"phase-{phase}"), ("  ", ""), (about, "strong")))


def _lines(expression: Expression, writing: Writing, room: int) -> list[_Line]:
    """Return the terms of a sum, or all of anything else; of a long sum its largest terms.

    Only what is shown is made: a sum may have very many terms.
    """
    terms = expression.parts if isinstance(expression, Sum) and expression.parts else (expression,)
    values = values_of(terms)
    places = sorted(largest(np.array(values), room - 1).places if len(terms) > room else range(len(terms)))
    lines = [
        _Line(
            "+" if row else "=",
            _wide(writing, terms[place], numbers=False),
            # A number that stands alone is its own value.
            ()
            if len(terms) > 1 and isinstance(terms[place], Traced | Constant)
            else _wide(writing, terms[place], numbers=True),
            values[place],
        )
        for row, place in enumerate(places)
    ]
    if len(places) < len(terms):
        rest = added(np.delete(values, places).tolist())
        lines.append(_Line("+", ((f"{len(terms) - len(places)} more", "dim"),), (), rest))
    return lines


def _equation(equation: Equation, lines: list[_Line], width: int, gap: int) -> list[Row]:
    """Return a row for each term, in columns, with `gap` blank rows between them."""
    symbol = equation.result.symbol
    symbols = max(length(line.symbols) for line in lines)
    numbers = max(length(line.numbers) for line in lines)
    value = len(_EQUALS) + _VALUE if len(lines) > 1 else 0
    left = _MARGIN + len(symbol) + 4 + symbols
    # Of what doesn't fit, the numbers put in are the first to go: the value says what they make.
    with_numbers = left + len(_EQUALS) + numbers + value <= width or not value
    rows: list[Row] = []
    for place, line in enumerate(lines):
        row: list[tuple[str, str]] = [
            (f"{symbol if place == 0 else '':{len(symbol)}}", "chosen"),
            (f" {line.sign}  ", "dim"),
            *line.symbols,
            (" " * (symbols - length(line.symbols)), ""),
        ]
        if with_numbers and numbers:
            row += [(_EQUALS if line.numbers else " " * len(_EQUALS), "dim"), *line.numbers]
            row.append((" " * (numbers - length(line.numbers)), ""))
        if value:
            row += [(_EQUALS, "dim"), (signed(line.value, _VALUE), sign_style(line.value))]
        rows += [_indented(tuple(row)), *([()] * gap if place < len(lines) - 1 else [])]
    return rows


def _wide(writing: Writing, expression: Expression, *, numbers: bool) -> Row:
    """Return an expression with room around its products."""
    row = writing.text(expression, numbers=numbers)
    return tuple((" × " if text == "×" else text, style) for text, style in row)


def _result(equation: Equation, width: int, height: int) -> list[Row]:
    """Return the result in large digits, or in one row."""
    value = equation.result.value
    equals = "=   "
    drawn = large(
        signed(value, _RESULT).strip(), sign_style(value), width - 2 * _MARGIN - len(equals), height
    )
    if not drawn:
        return [_indented(((equals, "dim"), (bare(value, 12, digits=6), "chosen")))]
    middle = len(drawn) // 2
    return [
        _indented(((equals if y == middle else " " * len(equals), "dim"), *row))
        for y, row in enumerate(drawn)
    ]


def _right(trace: Trace, number: Number, width: int) -> list[Row]:
    """Return what the number should be if it is no longer right."""
    right = Traced(trace, number).right
    if right is None:
        return []
    value: Row = ((bare(right, 12, digits=6), sign_style(right)),)
    mark: Row = ((f"{WRONG}   ", "negative"),)
    row: Row = (*mark, ("it would be ", "dim"), *value, (f", {otherwise(trace)}", "dim"))
    return [_indented(row if _MARGIN + length(row) <= width else (*mark, *value))]


def _indented(row: Row) -> Row:
    return ((" " * _MARGIN, ""), *row)
