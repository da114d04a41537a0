"""Where does this number come from? Symbols, the numbers put in, the result, one sentence.

The numbers of the step stand one below the other, the explained one with its sentence. Away from the
step, the explained number stands alone. What is selected says where it was made and how to get there.
"""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING

from engine.explain import explain
from engine.expression import Leaf
from engine.numbers import symbol_of, value_of, words_of
from engine.selection import explained, known, numbers_of_step, selected
from tui.draw.expressions import Writing
from tui.draw.numbers import UNKNOWN, bare, sign_style
from tui.draw.rows import Linked, Row, Run, clip, length, rule
from tui.draw.timeline import chip

if TYPE_CHECKING:
    from engine.cursor import Cursor
    from engine.expression import Equation
    from engine.numbers import Number
    from engine.tracing import Trace


def equation_title(trace: Trace, cursor: Cursor, width: int) -> Row:
    """Return the line above the equations, which says what is explained and which step made it."""
    if cursor.focus is None:
        return rule("where the numbers come from", width, after="enter: to the marked number's step")
    step = trace.flow.writer(cursor.focus.reference)
    made = "given by the scenario" if step is None else _step(trace, step)
    return rule(f"where {symbol_of(trace, cursor.focus)} comes from", width, after=f"{made} · esc: this step")


def equation_rows(trace: Trace, cursor: Cursor, width: int, height: int) -> list[Row]:
    """Return the equations of the numbers that the step wrote, or of the one that is looked at."""
    chosen = explained(trace, cursor)
    numbers = [chosen] if cursor.focus is not None else numbers_of_step(trace, cursor)
    writing = Writing(selected(trace, cursor) if cursor.term is not None else None)
    blocks: list[list[Row]] = []
    words, here = "", 0
    for number in numbers:
        if not known(trace, cursor, number):
            blocks.append([_unknown(trace, number)])
            words = _when(trace, number)
            continue
        equation = explain(trace, number)
        blocks.append(_lines(equation, writing, width, chosen=number == chosen))
        if number == chosen:
            words = equation.words
            here = len(blocks) - 1
    if cursor.term is not None:
        words = _source(trace, selected(trace, cursor))
    sentence: list[Row] = [_words(line) for line in wrap(words, max(20, width - 3))][:2]
    if sum(map(len, blocks)) + len(sentence) > height:
        sentence = [clip(_words(words), width)]
    rows = _window(blocks, here, height - len(sentence))
    rows += [()] * (height - len(sentence) - len(rows))
    return rows + sentence


def _words(text: str) -> Row:
    return ((f"  {text}", "words"),)


def _step(trace: Trace, step: int) -> str:
    return f"made by step {step + 1} ({chip(trace.schedule.site(step))})"


def _source(trace: Trace, number: Number) -> str:
    """Return what a selected number is, in words, and where it was made."""
    what = f"{symbol_of(trace, number)} = {bare(value_of(trace, number), 12, digits=6)}"
    step = trace.flow.writer(number.reference)
    if step is None:
        return f"{what}: {words_of(trace, number)}, given by the scenario. enter looks at it."
    return f"{what}: {words_of(trace, number)}, {_step(trace, step)}. enter goes there, b comes back."


def _unknown(trace: Trace, number: Number) -> Row:
    return (("▸ ", "chosen"), (symbol_of(trace, number), "chosen"), (" = ", "dim"), (UNKNOWN, "unknown"))


def _when(trace: Trace, number: Number) -> str:
    step = trace.flow.writer(number.reference)
    assert step is not None
    about = words_of(trace, number)
    return f"Not computed yet: {about}, is {_step(trace, step)}. enter goes there, b comes back."


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


def _lines(equation: Equation, writing: Writing, width: int, chosen: bool) -> list[Row]:
    """Return an equation in one line if it fits, else in two."""
    mark: Run = ("▸ ", "chosen") if chosen else ("  ", "")
    number = equation.result.number
    assert number is not None
    head: Row = (
        mark,
        (equation.result.symbol, Linked("chosen" if chosen else "symbol", number)),
        (" = ", "dim"),
    )
    tint = "chosen" if chosen else sign_style(equation.result.value)
    result: Row = (
        (" = ", "dim"),
        (bare(equation.result.value, 12, digits=6), Linked(tint, number)),
    )
    expression = equation.expression
    if isinstance(expression, Leaf):
        if expression.number is None and expression.symbol == bare(expression.value):
            return [clip((*head, *result[1:]), width)]
        return [clip((*head, *writing.text(expression, numbers=False), *result), width)]
    room = width - length(head) - length(result)
    one_line: Row = (
        *head,
        *writing.text(expression, numbers=False),
        (" = ", "dim"),
        *writing.text(expression, numbers=True),
        *result,
    )
    if length(one_line) <= width and writing.fits_in_a_line(expression):
        return [one_line]
    symbols, values = writing.lines(expression, room)
    indent: Row = ((" " * (length(head) - 3), ""), (" = ", "dim"))
    # The result is never cut, however long the line of numbers is.
    values = clip(values, width - length(indent) - length(result))
    return [clip((*head, *symbols), width), (*indent, *values, *result)]
