"""Where two orders part: the equation with the operands of both, and ≠ between what differs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.facts.beside.theirs import theirs_of
from engine.facts.explain.expression import Constant
from engine.facts.explain.shown import single
from engine.facts.number import Traced
from engine.facts.two_orders.parting import both_equations, consequences, mistaken_equations, theirs_for
from engine.kept import Made
from engine.numerals import apart
from tui.draw.kit.equations import Writing, centred
from tui.draw.kit.numbers import WRONG, aligned, beside, marked, numeral, until_apart
from tui.draw.kit.rows import Row, Run, first_fitting, length, rule, side_by_side

_BETWEEN, _FOLLOWS = 6, 48  # cells before what follows, and that it takes

if TYPE_CHECKING:
    from engine.facts.explain.expression import Expression
    from engine.facts.two_orders.compare import Comparison
    from engine.facts.two_orders.parting import Operand, Parting
    from engine.run.tracing import Trace
    from tui.draw.kit.equations import Atom


def parting_rows(
    trace: Trace, found: Comparison, there: Parting, units: tuple[int, ...], width: int
) -> list[Row]:
    """Return the number at which two orders part, worked out for both; nothing where that doesn't fit.

    Beside it stands what follows for a weight of the `units` that are looked at, where there is room.
    """
    key = there, units, width, theirs_of(trace)
    return _DRAWN.of(found, key, lambda: _drawn(trace, found, there, units, width))


_DRAWN: Made[Comparison, list[Row]] = Made()
"""It is the same at all steps of an iteration."""


def _drawn(trace: Trace, found: Comparison, there: Parting, units: tuple[int, ...], width: int) -> list[Row]:
    rows = _rows(trace, found, there, width)
    at = max(map(length, rows[1:]), default=width) + _BETWEEN
    if rows and width - at >= _FOLLOWS and (listed := consequences(trace, found, there, units)):
        rows = [rows[0], *side_by_side(rows[1:], _following(found, listed, width - at), at)]
    return rows


def _following(found: Comparison, listed: list[Operand], width: int) -> list[Row]:
    """Return what follows: a line for each number, as the first and as the second make it.

    One that is not the user's own is marked, with his behind it where there is room.
    """
    sides = ([one.first for one in listed], [one.second for one in listed])
    digits = [apart(one.first, one.second) for one in listed]
    columns = [
        [name, *aligned([numeral(value, digits=count) for value, count in zip(side, digits, strict=True)])]
        for name, side in zip(found.names, sides, strict=True)
    ]
    names = ["what follows", *(one.symbol for one in listed)]
    cells = max(map(len, (*columns[0], *columns[1]))) + 2
    rows: list[Row] = []
    for place, name in enumerate(names):
        style, texts = "value" if place else "dim", [column[place].rjust(cells) for column in columns]
        yours = listed[place - 1].beside if place else None
        own: Row = ((texts[0], style),) if yours is None else marked(texts[0], style)
        label = name.ljust(max(map(len, names))), "symbol" if place else "heading"
        row: Row = (label, *own, (texts[1], style))
        whole = row if yours is None else (*row, *beside(f"yours {numeral(yours)}", 2))
        rows.append(first_fitting([whole, row], width))
    return rows


def _rows(trace: Trace, found: Comparison, there: Parting, width: int) -> list[Row]:
    symbol = Traced(trace, there.number).symbol
    head = rule(f"where the two part: step {there.step + 1:,}, {symbol}", width, after="enter goes there")
    if both := both_equations(trace, there):
        rows = _twins(found, there, symbol, both)
        rows[1] = _with_yours(rows[1], there, theirs_for(trace, found, there.number), width)
    elif mistaken := mistaken_equations(trace, found, there):
        rows = []
        for name, one in zip(found.names, mistaken, strict=True):
            start: Row = ((f" {name.ljust(max(map(len, found.names)))}  ", "dim"), (f"{symbol} = ", "symbol"))
            expression, value = single(one.expression), one.result.value
            if isinstance(expression, Traced | Constant):  # it is that number itself
                start = (*start, (f"{expression.symbol} = ", "symbol"))
                rows.append((*start, (numeral(value), "value")))
                continue
            tail: Row = ((" = ", "symbol"), (numeral(value), "value"))
            rows += Writing().lines(expression, value, (start, tail), width, 2)
    else:
        return []
    return [head, *rows] if all(length(row) <= width for row in rows) else []


def _with_yours(row: Row, there: Parting, yours: float | None, width: int) -> Row:
    """Return the line of what is right with the user's own behind it, where there is room for it."""
    if yours is None:
        return row
    tails = (beside(f"yours {until_apart(yours, there.first)}", 2), ((WRONG, "warning"),))
    return first_fitting([*((*row, *tail) for tail in tails), row], width)


def _twins(found: Comparison, there: Parting, symbol: str, both: tuple[Expression, Expression]) -> list[Row]:
    """Return symbols, the operands of both below each other, and a sign between those that differ."""
    values = there.first, there.second
    first, second = (Writing().all_of(one, there.digits).atoms for one in both)
    widths = [max(one.width, other.width) for one, other in zip(first, second, strict=True)]
    results = aligned([numeral(value, digits=apart(*values)) for value in values])
    left = max(len(symbol), *map(len, found.names)) + 1

    def line(name: str, style: str, runs: list[Run], tail: Row = ()) -> Row:
        cells = [one for run, width in zip(runs, widths, strict=True) for one in centred(run, width)]
        return ((f" {name.ljust(left)}", style), ("= " if name else "  ", "symbol"), *cells, *tail)

    def mark(one: Atom, other: Atom) -> Run:
        same = one.number[0] == other.number[0] or one.number[0].strip() in "+-"  # the sign of a term
        return ("", "") if same else (WRONG, "warning")

    equals: Run = (" = ", "symbol")
    tails: list[Row] = []
    for value, result, wrong in zip(values, results, there.wrong, strict=True):
        tail: Row = (equals, (result, "value"))
        # Of two of which neither is right: behind what is not, what it should be.
        if wrong and found.two.first is not None:
            tail = (*tail, *beside(until_apart(there.right, value), 2))
        tails.append(tail)
    return [
        line(symbol, "symbol", [one.symbol for one in first]),
        line(found.names[0], "dim", [one.number for one in first], tails[0]),
        line(
            "",
            "",
            [mark(*pair) for pair in zip(first, second, strict=True)],
            (("   ", ""), (WRONG, "warning")),
        ),
        line(found.names[1], "dim", [one.number for one in second], tails[1]),
    ]
