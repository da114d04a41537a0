"""Where does this number come from? Symbols, the numbers put in, the result, one sentence.

The numbers of the step stand one below the other, the explained one with its sentence. Away from the
step, the explained number stands alone. What is selected says where it was made and how to get there.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from engine.facts.explain import explain
from engine.facts.explain.expression import FIXED, Apply, Constant
from engine.facts.explain.sentence import CLEARED
from engine.facts.explain.shown import single
from engine.facts.number import Traced
from engine.looking.known.told import as_shown, sentences
from engine.looking.lesson.shown import shown_at
from engine.looking.selection import explained, is_cleared, known, numbers_around, numbers_of_step, selected
from engine.numerals import DIGITS, apart
from tui.draw.kit.equations import Writing
from tui.draw.kit.numbers import UNKNOWN, held, look_of
from tui.draw.kit.panels import Panel
from tui.draw.kit.rows import Linked, Row, Run, clip, length, paragraph
from tui.draw.kit.wide import wrapped

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.facts.entry import Number
    from engine.facts.explain.expression import Equation
    from engine.looking.cursor import Cursor
    from engine.run.tracing import Trace


_MOST_ROWS = 12  # of an equation that stands for itself
_MOST_BLANK = 2  # rows below a sentence, where there is more that one row less would show
_ROOM_FOR_BOTH = 5  # rows from which a sentence stands below the equations, whatever is left out


def equation_panel(trace: Trace, cursor: Cursor, width: int, height: int) -> Panel:
    """Return the equations in at most `height` rows; the keys say how many have no room."""
    if cursor.term is not None:
        ways = "enter its step · r who reads it · esc"
    elif cursor.focus is not None:
        ways = "t term · esc to this step"
    else:
        ways = "t term" + " · a A layer" * (trace.shapes.layers > 1)
    rows, left_out = _fitted(trace, cursor, width, height, spread=True)
    if left_out:
        ways += f" · tab: {left_out} more"
    if cursor.focus is None and "numbers" in shown_at(trace, cursor.step):
        return Panel("where the numbers come from", rows, ways)
    one = as_shown(trace, cursor, explained(trace, cursor)).result
    title = f"where {one.symbol} comes from"
    if cursor.focus is not None:
        title += " · given" if one.maker is None else f" · step {one.maker + 1:,}"
    return Panel(title, rows, ways)


def equation_rows(trace: Trace, cursor: Cursor, width: int, height: int) -> list[Row]:
    """Return the equations of the numbers that the step wrote, or of the one that is looked at."""
    return _fitted(trace, cursor, width, height, spread=False)[0]


def _fitted(trace: Trace, cursor: Cursor, width: int, height: int, *, spread: bool) -> tuple[list[Row], int]:
    """Return equations and a sentence, and how many equations are left out.

    Where rows are spare an equation that fits in one line is `spread`: its numbers stand below its symbols.
    With room for all their signs = stand below each other; else only the chosen one is.
    """
    chosen = explained(trace, cursor)
    numbers = numbers_of_step(trace, cursor) if cursor.focus is None else numbers_around(trace, cursor)
    if chosen not in numbers or "numbers" not in shown_at(trace, cursor.step):
        numbers = [chosen]
    term = selected(trace, cursor) if cursor.term is not None else None
    equation = cache(lambda number: as_shown(trace, cursor, number))

    @cache  # a sum of very many terms is laid out once
    def block(number: Number, heads: int = 0, *, spread: bool = False) -> list[Row]:
        if not known(trace, cursor, number):
            return [_unknown(trace, cursor.step, number, chosen=number == chosen)]
        # Only the chosen one is cut where it must be, and its sentence goes first: another is left out, and
        # counted.
        for most in (max(2, height - 1), height if number == chosen else _MOST_ROWS):
            rows = _laid_out(
                equation(number),
                *_beside(trace, equation(number)),
                width,
                most=most,
                selected=term,
                chosen=number == chosen,
                heads=heads,
                spread=spread,
            )
            if not any("…" in text for row in rows for text, _ in row):
                break
        return rows

    # Beside a note all that the step made comes before the sentence; but where it is all that there is to
    # say of the chosen number. What does not fit is counted.
    bare = not known(trace, cursor, chosen) or isinstance(single(equation(chosen).expression), Constant)
    roomy = height >= _ROOM_FOR_BOTH or bare
    shown = _window(numbers, chosen, block, height - roomy)
    told = sentences(trace, cursor, chosen, term, equation(chosen).words)
    ways = [wrapped(text, max(20, width - 3)) for text in told]
    if len(shown) < len(numbers):
        # One more stands in the sentence's place where that has none, or where blank rows would be below it.
        spare = height - sum(len(block(number)) for number in shown) - min(map(len, ways))
        if not (roomy and 0 <= spare <= _MOST_BLANK):
            shown = _window(numbers, chosen, block, max(len(block(chosen)), height))
    blocks = {number: block(number) for number in shown}
    room = height - min(map(len, ways))
    if spread and sum(map(len, blocks.values())) < room:
        heads = max(length(rows[0][:2]) for rows in blocks.values())
        for wide, head in ((shown, heads), ([chosen], 0)):
            more = blocks | {number: block(number, head, spread=True) for number in wide}
            if sum(map(len, more.values())) <= room:
                blocks = more
                break
    rows = [row for number in shown for row in blocks[number]][:height]
    words = next((lines for lines in ways if len(lines) <= height - len(rows)), ())
    said = [clip(((f"  {line}", "words"),), width) for line in words]
    return [*rows, *said], len(numbers) - len(shown)


def worked_rows(equation: Equation, beside: float | None, width: int) -> list[Row]:
    """Return an equation of anybody's, and behind its result what it should be, if it is not that."""
    return _laid_out(equation, beside, "", width)


def explanation_rows(trace: Trace, number: Number, width: int) -> list[Row]:
    """Return one number's equation and its sentence."""
    equation = explain(trace, number)
    rows = _laid_out(equation, *_beside(trace, equation), width)
    return [*rows, *paragraph(equation.words, width, margin=2)]


def _beside(trace: Trace, equation: Equation) -> tuple[float | None, str]:
    """Return what stands beside the result of an equation, and whose that is."""
    one = Traced(trace, equation.result.number)
    return one.beside, one.whose


def _unknown(trace: Trace, step: int, number: Number, *, chosen: bool) -> Row:
    mark, tint = ("▸ ", "chosen") if chosen else ("  ", "symbol")
    symbol = (Traced(trace, number).symbol, Linked(tint, number))
    value: Row = ((UNKNOWN, "unknown"),)
    if is_cleared(trace, step, number.reference):
        value = ("0", "zero"), (f"  {CLEARED}", "dim")
    return ((mark, "chosen"), symbol, (" = ", "symbol"), *value)


def _window(
    numbers: list[Number], chosen: Number, block: Callable[[Number], list[Row]], height: int
) -> list[Number]:
    """Return the numbers around the chosen one whose whole blocks fit, in order."""
    place = numbers.index(chosen)
    shown, used = [chosen], len(block(chosen))
    for beside, before in ((numbers[place + 1 :], False), (numbers[:place][::-1], True)):
        for number in beside:
            used += len(block(number))
            if used > height:
                used -= len(block(number))
                break
            shown = [number, *shown] if before else [*shown, number]
    return shown


def _laid_out(
    equation: Equation,
    beside: float | None,
    whose: str,
    width: int,
    *,
    most: int = _MOST_ROWS,
    selected: Number | None = None,
    chosen: bool = False,
    heads: int = 0,
    spread: bool = False,
) -> list[Row]:
    """Return an equation in at most `most` rows, with what stands beside its result, and whose that is.

    `heads` are the cells of what stands before a sign =, if that is given. `spread`, its numbers stand below
    its symbols where one line would do.
    """
    mark: Run = ("▸ ", "chosen") if chosen else ("  ", "")
    value, number = equation.result.value, equation.result.number
    digits = DIGITS if beside is None else apart(value, beside)
    symbol: Run = (equation.result.symbol, Linked("chosen" if chosen else "symbol", number))
    gap = max(0, heads - len(mark[0]) - len(symbol[0]))
    head: Row = (mark, symbol, (" " * gap + " = ", "symbol"))
    tint = Linked("chosen" if chosen else look_of(number.reference.quantity, value), number)
    result, *other = held(value, beside, tint, whose, gap=2)
    tail: Row = ((" = ", "symbol"), result, *other)
    expression = single(equation.expression)
    if isinstance(expression, Traced | Constant) and expression.symbol in ("given", FIXED):
        return [clip((*head, result, (f"  {expression.symbol}", "dim"), *other), width)]
    spread = spread and not isinstance(expression, Apply)  # a function of one number is seen in one line
    return Writing(selected).lines(expression, value, (head, tail), width, most, digits, spread=spread)
