"""Where does this number come from? Symbols, the numbers put in, the result, one sentence.

The numbers of the step stand one below the other, the explained one with its sentence. Away from the
step, the explained number stands alone. What is selected says where it was made and how to get there.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Protocol

from msgspec import Struct

from engine.facts.explain import explain
from engine.facts.explain.expression import Apply, Constant, Sum
from engine.facts.explain.shown import single
from engine.facts.number import Number, Traced
from engine.looking.selection import explained, is_cleared, known, numbers_around, numbers_of_step, selected
from engine.looking.shown import shown_at
from engine.numerals import DIGITS, apart
from engine.words.chips import chip
from engine.words.explained import CLEARED, WITHOUT_BIAS
from tui.draw.kit.equations import Writing
from tui.draw.kit.numbers import UNKNOWN, held, numeral, sign_style
from tui.draw.kit.panels import Panel
from tui.draw.kit.rows import Linked, Row, Run, clip, length
from tui.draw.kit.wide import paragraph, wrapped

if TYPE_CHECKING:
    from engine.facts.explain.expression import Equation
    from engine.looking.cursor import Cursor
    from engine.run.tracing import Trace


class Block(Protocol):
    """Lays a number's equation out."""

    def __call__(self, number: Number, heads: int = 0, *, spread: bool = False) -> list[Row]:
        """Return its rows."""


_MOST_ROWS = 12  # of an equation that stands for itself
_ROOM_FOR_BOTH = 5  # rows from which a sentence stands below the equations, whatever is left out


def equation_panel(trace: Trace, cursor: Cursor, width: int, height: int) -> Panel:
    """Return the equations in at most `height` rows; the keys say how many have no room."""
    if cursor.term is not None:
        ways = "enter its step · r who reads it · esc"
    elif cursor.focus is not None:
        ways = "t picks a term · esc to this step"
    else:
        ways = "t picks a term · a another layer"
    rows, left_out = _fitted(trace, cursor, width, height, spread=True)
    if left_out:
        ways += f" · tab: {left_out} more"
    if cursor.focus is None and "numbers" not in shown_at(trace, cursor.step):
        symbol = as_shown(trace, cursor, explained(trace, cursor)).result.symbol
        return Panel(f"where {symbol} comes from", rows, ways)
    if cursor.focus is None:
        return Panel("where the numbers come from", rows, ways)
    one = Traced(trace, cursor.focus)
    made = "given" if one.maker is None else f"step {one.maker + 1:,}"
    return Panel(f"where {one.symbol} comes from · {made}", rows, ways)


def equation_rows(trace: Trace, cursor: Cursor, width: int, height: int) -> list[Row]:
    """Return the equations of the numbers that the step wrote, or of the one that is looked at."""
    return _fitted(trace, cursor, width, height, spread=False)[0]


def _fitted(trace: Trace, cursor: Cursor, width: int, height: int, *, spread: bool) -> tuple[list[Row], int]:
    """Return equations and a sentence, and how many equations are left out.

    Where rows are spare an equation that fits in one line is `spread`: its numbers stand below its symbols.
    """
    chosen = explained(trace, cursor)
    numbers = numbers_of_step(trace, cursor) if cursor.focus is None else numbers_around(trace, cursor)
    if chosen not in numbers or "numbers" not in shown_at(trace, cursor.step):
        numbers = [chosen]
    term = selected(trace, cursor) if cursor.term is not None else None
    writing = Writing(term)

    equation = cache(lambda number: as_shown(trace, cursor, number))

    @cache  # a sum of very many terms is laid out once
    def block(number: Number, heads: int = 0, *, spread: bool = False) -> list[Row]:
        if not known(trace, cursor, number):
            return [_unknown(trace, cursor.step, number, chosen=number == chosen)]
        # Only the chosen one is cut where it must be: another is left out, and counted.
        for most in (max(2, height - 1), _MOST_ROWS):
            written = Written(writing, width, most, heads, spread=spread)
            rows = _lines(equation(number), trace, written, chosen=number == chosen)
            if number == chosen or not any("…" in text for row in rows for text, _ in row):
                break
        return rows

    # Beside a note all that the step made comes before the sentence; but where it is all that there is to
    # say of the chosen number. What does not fit is counted.
    bare = not known(trace, cursor, chosen) or isinstance(single(equation(chosen).expression), Constant)
    roomy = height >= _ROOM_FOR_BOTH or bare
    shown = _window(numbers, chosen, block, height - roomy)
    if len(shown) < len(numbers) and not roomy:
        shown = _window(numbers, chosen, block, max(len(block(chosen)), height))
    told = _sentences(trace, cursor, chosen, term, equation(chosen).words)
    sentences = [wrapped(text, max(20, width - 3)) for text in told]
    blocks = {number: block(number) for number in shown}
    if spread:
        _spread(blocks, chosen, block, height - min(map(len, sentences)))
    rows = [row for number in shown for row in blocks[number]][:height]
    words = next((lines for lines in sentences if len(lines) <= height - len(rows)), ())
    said = [clip(((f"  {line}", "words"),), width) for line in words]
    return [*rows, *said], len(numbers) - len(shown)


def _spread(blocks: dict[Number, list[Row]], chosen: Number, block: Block, height: int) -> None:
    """Spread as many equations as there is room for, the chosen one first; with all, align their signs."""
    spare = height - sum(map(len, blocks.values()))
    if spare <= 0:
        return
    heads = max(length(rows[0][:2]) for rows in blocks.values())
    wide = {number: block(number, heads, spread=True) for number in blocks}
    if sum(map(len, wide.values())) <= height:
        blocks.update(wide)
        return
    for number in sorted(blocks, key=lambda one: one != chosen):
        more = block(number, spread=True)
        if len(more) - len(blocks[number]) <= spare:
            spare -= len(more) - len(blocks[number])
            blocks[number] = more


def as_shown(trace: Trace, cursor: Cursor, number: Number) -> Equation:
    """Return a number's equation; where a lesson does not know z yet, that of the a that is the same.

    There is no bias yet, either: one of 0 is not written.
    """
    equation = explain(trace, number)
    reference = number.reference
    if reference.quantity != "pre_activation" or "pre_activation" in shown_at(trace, cursor.step):
        return equation
    assert reference.layer is not None
    if trace.scenario.network.layers[reference.layer - 1].activation != "identity":
        return equation
    activation = explain(trace, Number(reference._replace(quantity="activation"), number.index))
    equation = equation._replace(result=activation.result)
    match equation.expression:
        case Sum(parts=(*parts, Traced(number=Number(reference=bias), value=0.0))) if (
            bias.quantity == "biases"
        ):
            return equation._replace(expression=Sum(tuple(parts)), words=WITHOUT_BIAS)
    return equation


def worked_rows(equation: Equation, beside: float | None, width: int) -> list[Row]:
    """Return an equation of anybody's, and behind its result what it should be, if it is not that."""
    return _laid_out(equation, Written(Writing(), width, _MOST_ROWS), beside, "", chosen=False)


def explanation_rows(trace: Trace, number: Number, width: int) -> list[Row]:
    """Return one number's equation and its sentence."""
    equation = explain(trace, number)
    written = Written(Writing(), width, _MOST_ROWS)
    rows = _lines(equation, trace, written, chosen=False)
    return [*rows, *paragraph(equation.words, width, margin=2)]


def _sentences(trace: Trace, cursor: Cursor, chosen: Number, term: Number | None, words: str) -> list[str]:
    """Return what can be said of what is looked at, the most telling first."""
    if not known(trace, cursor, chosen):
        return _when(trace, chosen)
    if term is not None:
        return _source(trace, term)
    if chosen.reference.quantity in ("terms", "loss"):
        from engine.words.runs.fallen import fallen  # the first frame has no loss yet

        if before := fallen(trace, cursor.step):
            return [f"{words} {before}", before, words]
    return [words]


def _step(trace: Trace, step: int) -> str:
    return f"made by step {step + 1:,} ({chip(trace.shapes, trace.schedule.site(step))})"


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


def _unknown(trace: Trace, step: int, number: Number, *, chosen: bool) -> Row:
    mark, tint = ("▸ ", "chosen") if chosen else ("  ", "symbol")
    symbol = (Traced(trace, number).symbol, Linked(tint, number))
    value: Row = ((UNKNOWN, "unknown"),)
    if is_cleared(trace, step, number.reference):
        value = ("0", "zero"), (f"  {CLEARED}", "dim")
    return ((mark, "chosen"), symbol, (" = ", "symbol"), *value)


def _when(trace: Trace, number: Number) -> list[str]:
    one = Traced(trace, number)
    assert one.maker is not None
    about, made = one.words, _step(trace, one.maker)
    return [
        f"Not computed yet: {about}, is {made}; enter goes there, b comes back.",
        f"Not computed yet: is {made}; enter goes there, b comes back.",
        f"Not computed yet: is {made}.",
    ]


def _window(numbers: list[Number], chosen: Number, block: Block, height: int) -> list[Number]:
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


class Written(Struct, frozen=True):
    """How equations are written: in how many cells and rows; the cells of what stands before a sign =, if
    that is given; and whether numbers stand below their symbols where one line would do.
    """

    writing: Writing
    width: int
    most: int
    heads: int = 0
    spread: bool = False


def _lines(equation: Equation, trace: Trace, written: Written, *, chosen: bool) -> list[Row]:
    """Return an equation as rows, with what stands beside its result."""
    one = Traced(trace, equation.result.number)
    return _laid_out(equation, written, one.beside, one.whose, chosen=chosen)


def _laid_out(
    equation: Equation, written: Written, beside: float | None, whose: str, *, chosen: bool
) -> list[Row]:
    mark: Run = ("▸ ", "chosen") if chosen else ("  ", "")
    value, number = equation.result.value, equation.result.number
    digits = DIGITS if beside is None else apart(value, beside)
    tint = "chosen" if chosen else sign_style(value)
    symbol: Run = (equation.result.symbol, Linked("chosen" if chosen else "symbol", number))
    gap = max(0, written.heads - len(mark[0]) - len(symbol[0]))
    head: Row = (mark, symbol, (" " * gap + " = ", "symbol"))
    result, *other = held(value, beside, Linked(tint, number), whose, gap=2)
    tail: Row = ((" = ", "symbol"), result, *other)
    expression = single(equation.expression)
    if isinstance(expression, Traced | Constant):
        if expression.symbol == "given":
            return [clip((*head, result, ("  given", "dim"), *other), written.width)]
        if isinstance(expression, Constant) and expression.symbol == numeral(expression.value):
            return [clip((*head, result, *other), written.width)]
        row = (*head, *written.writing.text(expression, digits, numbers=False), *tail)
        return [clip(row, written.width)]
    room = (written.width, written.most)
    spread = written.spread and not isinstance(
        expression, Apply
    )  # a function of one number is seen in one line
    return written.writing.lines(expression, value, (head, tail), *room, digits, spread=spread)
