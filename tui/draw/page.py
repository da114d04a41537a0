"""What does a class look at on a projector? One number: where it comes from, and the result, large.

A sum stands term below term, each with its numbers and its value. With little room the blank lines go
first, then the smallest terms, then the large digits; never the result.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.facts.explain import explain
from engine.facts.explain.expression import Constant, Sum, evaluate
from engine.facts.explain.shown import digits_of, shortened, single
from engine.facts.number import Traced
from engine.looking.selection import explained, known, numbers_of_step, selected
from engine.numerals import digits_to_add
from engine.words.disturbed import otherwise
from engine.words.steps.where import among
from tui.draw.kit.equations import Writing
from tui.draw.kit.large_digits import HEIGHT, large
from tui.draw.kit.numbers import UNKNOWN, WRONG, in_column, look_of, numeral, until_apart
from tui.draw.kit.rows import Row, clip, first_fitting, length, sentences
from tui.draw.kit.table import table
from tui.draw.kit.wide import shortened as shortened_text

if TYPE_CHECKING:
    from engine.facts.entry import Number
    from engine.facts.explain.expression import Equation
    from engine.looking.cursor import Cursor
    from engine.run.tracing import Trace

_MARGIN = 3
_FEWEST = 3  # terms of a long sum that are always shown
_EQUALS = "   =  "
_CENTRED_FROM = 100  # cells
_SIZES = ((1, 1, 3 * HEIGHT), (1, 1, 2 * HEIGHT), (1, 1, HEIGHT), (0, 1, HEIGHT), (0, 0, HEIGHT), (0, 0, 1))
"""Blank rows between terms and between parts, and rows of the result: from the roomiest to the barest."""


def presenter_rows(trace: Trace, cursor: Cursor, width: int, height: int) -> list[Row]:
    """Return the number that is explained as a page for a class."""
    number = explained(trace, cursor)
    if not known(trace, cursor, number):
        return _not_yet(trace, cursor, number, width, height)
    equation = explain(trace, number)
    writing = Writing(selected(trace, cursor) if cursor.term is not None else None)
    head = _heading(trace, cursor, equation.result.words, width)
    words = _sentence(equation.words, width)
    least = 1 + HEIGHT + len(words)  # heading, large digits, and the sentence below a blank row
    rows = _equation(equation, writing, width - 2 * _MARGIN, max(_FEWEST, height - least - 2))
    right = _right(trace, number, width)
    for gap, apart_by, digits in _SIZES:
        result = [*_result(equation, width, digits), *right]
        between: list[Row] = [()] * apart_by
        terms = [line for row in rows for line in (row, *[()] * gap)][: len(rows) * (1 + gap) - gap]
        page = [head, *between, *terms, *between, *result, *between, *words]
        # Higher digits leave room for what is told below them.
        if len(page) + 2 * (digits > HEIGHT) <= height:
            break
    else:  # the sentence goes, then the smallest terms; the result is never cut
        room = max(1, height - len(result) - 1)
        rows = _equation(equation, writing, width - 2 * _MARGIN, room)[:room]
        page = [head, *rows, *result][:height] if height > len(result) else result[:height]
    page = _placed(page, height, width)
    others = numbers_of_step(trace, cursor)
    if height - len(page) > 1 and number in others and len(others) > 1:
        page += [()] * (height - len(page) - 1)
        told_place = shortened_text(among(trace, number, others), width - _MARGIN)
        page.append(_indented(((told_place, "dim"),), width))
    return page


def _placed(page: list[Row], height: int, width: int) -> list[Row]:
    """Return a page beside a margin, on a wide screen in the middle; a third of the free rows is above it."""
    above, beside = [()] * ((height - len(page)) // 3), (width - max(map(length, page))) // 2
    margin = max(_MARGIN, beside) if width >= _CENTRED_FROM else _MARGIN
    return [_indented(row, width, margin) for row in (*above, *page)][:height]


def _not_yet(trace: Trace, cursor: Cursor, number: Number, width: int, height: int) -> list[Row]:
    """Return the page of a number that a later step makes."""
    one = Traced(trace, number)
    assert one.maker is not None
    unknown: Row = ((one.symbol, "chosen"), (_EQUALS, "dim"), (UNKNOWN, "unknown"))
    words = _sentence(f"Not computed yet: step {one.maker + 1:,} makes it.", width)
    return _placed([_heading(trace, cursor, one.words, width), (), unknown, (), *words], height, width)


def _sentence(words: str, width: int) -> list[Row]:
    return sentences(words, max(20, min(_CENTRED_FROM, width) - 2 * _MARGIN), 2)


def _heading(trace: Trace, cursor: Cursor, about: str, width: int) -> Row:
    phase = trace.schedule.site(cursor.step).phase
    words = " ".join(phase.upper()), phase.upper()
    word = first_fitting(words, width - _MARGIN - 4 - len(about))
    about = shortened_text(about, width - _MARGIN - len(word) - 4)
    return (f" {word} ", f"phase-{phase}"), ("  ", ""), (about, "strong")


def _equation(equation: Equation, writing: Writing, width: int, most: int) -> list[Row]:
    """Return a row for each term of a sum, in columns; anything else, or what is too wide, in lines."""
    whole = single(equation.expression)
    if isinstance(whole, Sum) and whole.parts:
        # One row is for all the others.
        count = most - (len(whole.parts) > most)
        shown = single(shortened(whole, max(1, count), writing.selected))
        if isinstance(shown, Sum):
            rows = _columns(shown, equation, writing, width)
            if all(length(row) <= width for row in rows):
                return rows
    head: Row = ((equation.result.symbol, "chosen"), (" = ", "dim"))
    return writing.lines(whole, equation.result.value, (head, ()), width, most)


def _columns(shown: Sum, equation: Equation, writing: Writing, width: int) -> list[Row]:
    """Return the terms of a sum: the sign, the symbols, the numbers put in, the value of each."""
    values = [evaluate(term) for term in shown.parts]
    enough = digits_to_add(values, sum(values))  # for the sum; what a term is made of has as many
    made = (digits_of(single(term), value, enough) for term, value in zip(shown.parts, values, strict=True))
    digits = max(enough, digits_of(shown, equation.result.value), *made)
    texts = in_column(values, 24, enough)
    equals: Row = ((_EQUALS, "dim"),)
    quantity = equation.result.number.reference.quantity  # that of its terms is as large
    rows = list[list[Row]]()
    for place, (term, value, text) in enumerate(zip(shown.parts, values, texts, strict=True)):
        bare = isinstance(term, Traced | Constant)  # it is its own value
        rows.append(
            [
                () if place else ((equation.result.symbol, "chosen"),),
                ((" +  " if place else " =  ", "dim"),),
                writing.all_of(term, digits).symbols,
                () if bare else (*equals, *writing.all_of(term, digits).numbers),
                (*equals, (text.rstrip(), look_of(quantity, value))),
            ]
        )
    # Of what doesn't fit, the numbers put in are the first to go: the value says what they make.
    return table(rows, width, leave_out=(3,))


def _result(equation: Equation, width: int, height: int) -> list[Row]:
    """Return the result in large digits, or in one row."""
    value = equation.result.value
    equals = "=   "
    style = look_of(equation.result.number.reference.quantity, value)
    room = width - 2 * _MARGIN - len(equals)
    texts = dict.fromkeys(numeral(value, cells) for cells in range(max(5, len(numeral(value))), 4, -1))
    drawn = next((rows for text in texts if (rows := large(text, style, room, height))), [])
    if not drawn:
        return [((equals, "dim"), (numeral(value), "chosen"))]
    middle = len(drawn) // 2
    return [((equals if y == middle else " " * len(equals), "dim"), *row) for y, row in enumerate(drawn)]


def _right(trace: Trace, number: Number, width: int) -> list[Row]:
    """Return what the number should be if it is no longer right, or what somebody has in its place."""
    one = Traced(trace, number)
    other = one.beside
    if other is None:
        return []
    value: Row = ((until_apart(other, one.value), look_of(number.reference.quantity, other)),)
    mark: Row = (WRONG, "warning"), ("   ", "")
    row: Row = (*mark, ("yours is " if one.whose == "yours" else f"{one.whose} it is ", "dim"), *value)
    if trace.disturbed:
        row = (*mark, ("it would be ", "dim"), *value, (f", {otherwise(trace)}", "dim"))
    return [row if _MARGIN + length(row) <= width else (*mark, *value)]


def _indented(row: Row, width: int, margin: int = _MARGIN) -> Row:
    return clip(((" " * margin, ""), *row), width)
