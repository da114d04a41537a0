"""Where does this number come from? Symbols, the numbers put in, the result, one sentence.

The numbers of the step stand one below the other, the explained one with its sentence. Away from the
step, the explained number stands alone. What is selected says where it was made and how to get there.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from engine.facts.explain import explain
from engine.facts.explain.expression import Constant
from engine.facts.explain.shown import single
from engine.facts.number import Traced
from engine.looking.selection import explained, known, numbers_around, numbers_of_step, selected
from engine.looking.shown import shown_at
from engine.numerals import DIGITS, apart
from engine.words.chips import chip
from tui.draw.kit.equations import Writing
from tui.draw.kit.numbers import UNKNOWN, WRONG, numeral, sign_style
from tui.draw.kit.rows import Linked, Row, Run, clip, rule
from tui.draw.kit.wide import shortened, wrapped

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.facts.explain.expression import Equation
    from engine.facts.number import Number
    from engine.looking.cursor import Cursor
    from engine.run.tracing import Trace


_MOST_ROWS = 12  # of an equation that stands for itself
_ROOM_FOR_BOTH = 5  # rows from which a sentence stands below the equations, whatever is left out


def equation_title(trace: Trace, cursor: Cursor, width: int) -> Row:
    """Return the line above the equations, which says what is explained and which step made it."""
    if cursor.term is not None:
        ways = "enter its step · r who reads it · esc"
    elif cursor.focus is not None:
        ways = "t picks a term · esc to this step"
    else:
        ways = "t picks a term · a another layer"
    if cursor.focus is None:
        return rule("where the numbers come from", width, after=ways)
    one = Traced(trace, cursor.focus)
    made = "given" if one.maker is None else f"step {one.maker + 1}"
    return rule(f"where {one.symbol} comes from · {made}", width, after=ways)


def equation_rows(trace: Trace, cursor: Cursor, width: int, height: int) -> list[Row]:
    """Return the equations of the numbers that the step wrote, or of the one that is looked at."""
    chosen = explained(trace, cursor)
    numbers = numbers_of_step(trace, cursor) if cursor.focus is None else numbers_around(trace, cursor)
    if chosen not in numbers or "numbers" not in shown_at(trace, cursor.step):
        numbers = [chosen]
    term = selected(trace, cursor) if cursor.term is not None else None
    writing = Writing(term)

    @cache  # a sum of very many terms is laid out once
    def block(number: Number) -> list[Row]:
        if not known(trace, cursor, number):
            return [_unknown(trace, number, chosen=number == chosen)]
        most = max(2, height - 1)
        right = Traced(trace, number).right
        return _lines(_explained(trace, cursor, number), right, writing, width, most, chosen=number == chosen)

    # Beside a note all that the step made comes before the sentence. What does not fit is counted.
    rows, left_out = _window(numbers, chosen, block, height - (height >= _ROOM_FOR_BOTH))
    if left_out and height < _ROOM_FOR_BOTH:
        rows, left_out = _window(numbers, chosen, block, max(len(block(chosen)), height - 1))
    more = f" · tab: {left_out} more" if left_out else ""
    room = max(20, width - 3 - len(more))
    words = next(
        (
            lines
            for sentence in _sentences(trace, cursor, chosen, term)
            if len(lines := [*wrapped(sentence, room)]) <= height - len(rows)
        ),
        [],
    )
    if more and height > len(rows):
        words = words or [shortened(explain(trace, chosen).words, room)]
        words[-1] += more
    rows += [()] * (height - len(words) - len(rows))
    return rows + [clip(((f"  {line}", "words"),), width) for line in words]


def _explained(trace: Trace, cursor: Cursor, number: Number) -> Equation:
    """Return a number's equation; where a lesson does not know z yet, that of the a that is the same."""
    equation = explain(trace, number)
    reference = number.reference
    if reference.quantity != "pre_activation" or "pre_activation" in shown_at(trace, cursor.step):
        return equation
    assert reference.layer is not None
    if trace.scenario.network.layers[reference.layer - 1].activation != "identity":
        return equation
    activation = explain(trace, replace(number, reference=reference._replace(quantity="activation")))
    return equation._replace(result=activation.result)


def explanation_rows(trace: Trace, number: Number, width: int) -> list[Row]:
    """Return one number's equation and its sentence."""
    equation = explain(trace, number)
    rows = _lines(equation, Traced(trace, number).right, Writing(), width, _MOST_ROWS, chosen=False)
    return [*rows, clip(((f"  {equation.words}", "words"),), width)]


def _sentences(trace: Trace, cursor: Cursor, chosen: Number, term: Number | None) -> list[str]:
    """Return what can be said of what is looked at, the most telling first."""
    if not known(trace, cursor, chosen):
        return _when(trace, chosen)
    if term is not None:
        return _source(trace, term)
    return [explain(trace, chosen).words]


def _step(trace: Trace, step: int) -> str:
    return f"made by step {step + 1} ({chip(trace.shapes, trace.schedule.site(step))})"


def _source(trace: Trace, number: Number) -> list[str]:
    """Return what a selected number is and where it was made, in more and in fewer words."""
    one = Traced(trace, number)
    what, about, step = f"{one.symbol} = {numeral(one.value)}", one.words, one.maker
    ways: tuple[str, ...]
    if step is None:
        made, ways = "given by the scenario", ("r: who reads it.",)
    else:
        made, ways = _step(trace, step), ("enter goes there, b comes back.", "enter goes there.")
    return [
        *(f"{what}: {about}, {made}; {way}" for way in ways),
        f"{what}: {about}, {made}.",
        *(f"{what}: {made}; {way}" for way in ways),
        f"{what}: {made}.",
    ]


def _unknown(trace: Trace, number: Number, *, chosen: bool) -> Row:
    mark, tint = ("▸ ", "chosen") if chosen else ("  ", "symbol")
    symbol = (Traced(trace, number).symbol, Linked(tint, number))
    return ((mark, "chosen"), symbol, (" = ", "symbol"), (UNKNOWN, "unknown"))


def _when(trace: Trace, number: Number) -> list[str]:
    one = Traced(trace, number)
    assert one.maker is not None
    about, made = one.words, _step(trace, one.maker)
    return [
        f"Not computed yet: {about}, is {made}; enter goes there, b comes back.",
        f"Not computed yet: is {made}; enter goes there, b comes back.",
        f"Not computed yet: is {made}.",
    ]


def _window(
    numbers: list[Number], chosen: Number, block: Callable[[Number], list[Row]], height: int
) -> tuple[list[Row], int]:
    """Return as many whole blocks around the chosen one as fit, in order, and how many are left out."""
    place = numbers.index(chosen)
    rows = block(chosen)[:height]
    before, after = numbers[:place][::-1], numbers[place + 1 :]
    left_out = len(numbers) - 1
    for number in after:
        more = block(number)
        if len(rows) + len(more) > height:
            break
        rows += more
        left_out -= 1
    for number in before:
        more = block(number)
        if len(rows) + len(more) > height:
            break
        rows = more + rows
        left_out -= 1
    return rows, left_out


def _lines(
    equation: Equation, right: float | None, writing: Writing, width: int, most: int, *, chosen: bool
) -> list[Row]:
    """Return an equation in at most `most` rows where that can be; `right` is what its result should be."""
    mark: Run = ("▸ ", "chosen") if chosen else ("  ", "")
    value, number = equation.result.value, equation.result.number
    digits = DIGITS if right is None else apart(value, right)
    tint = "chosen" if chosen else sign_style(value)
    symbol: Run = (equation.result.symbol, Linked("chosen" if chosen else "symbol", number))
    head: Row = (mark, symbol, (" = ", "symbol"))
    result: Run = (numeral(value, digits=digits), Linked(tint, number))
    tail: Row = ((" = ", "symbol"), result)
    if right is not None:
        tail = (*tail, (" ", ""), (f" {WRONG} {numeral(right, digits=digits)} ", "warning"))
    expression = single(equation.expression)
    if isinstance(expression, Traced | Constant):
        if expression.symbol == "given":
            return [clip((*head, result, ("  given", "dim")), width)]
        if isinstance(expression, Constant) and expression.symbol == numeral(expression.value):
            return [clip((*head, result), width)]
        return [clip((*head, *writing.text(expression, digits, numbers=False), *tail), width)]
    return writing.lines(expression, value, (head, tail), width, most, digits)
