"""What of the layer above is used again for a gradient, and what would it cost without?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.words.chain import price_of_one, reuse_title, served
from tui.draw.kit.bars import Columns, Line
from tui.draw.kit.rows import Row, rule
from tui.draw.kit.wide import paragraph

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.facts.explain.expression import Leaf
    from tui.draw.chain.asked import Asked

_TERM, _LINE = 24, 120


def reuse_rows(asked: Asked, width: int, room: int) -> list[Row]:
    """Return how the delta of the neuron gathers what comes back in `room` rows, then the gradient."""
    future = asked.chain.from_future(asked.unit)
    in_one = asked.layer == asked.last and asked.one_factor
    if asked.layer < asked.last:
        lines = _branches(asked, room)
    else:
        # Slope and error may be one factor; then there is only their product to show.
        first = asked.delta if in_one else asked.factors[0].number
        lines = [
            _line(
                asked,
                ((f"   {first.symbol}", "symbol"),),
                lambda one: one.delta if in_one else one.factors[0].number,
            )
        ]
    if not in_one:
        if future is not None:
            left: Row = ((f" + {future.symbol} ".ljust(_TERM), "symbol"), ("back from the next time", "dim"))
            lines.append(_line(asked, left, lambda one: one.chain.from_future(one.unit)))
        lines.append(_times(asked, asked.factors[-2].number, lambda one: one.delta))
    title = reuse_title(asked.chain, future=future is not None)
    lines.append(_times(asked, asked.factors[-1].number, lambda one: one.gradient))
    return [rule(title, width), *Columns(width).rows(lines)]


@np.errstate(all="ignore")
def _branches(asked: Asked, room: int) -> list[Line]:
    """Return what comes back from the layer above: the largest, the path's branch, the sum of the rest.

    The order is that of the neurons until the numbers are known.
    """
    if room == 0:
        return []
    values = asked.chain.from_above(asked.unit)
    chosen = asked.neurons[1]
    known = all(asked.shown(part.number) is not None for part in asked.chain.branch(asked.unit, chosen))
    order = np.argsort(-np.abs(values), kind="stable").tolist() if known else list(range(len(values)))
    shown = order if len(order) <= room else order[: room - 1]
    if shown and chosen not in shown:
        shown[-1] = chosen
    lines: list[Line] = []
    for to in shown:
        branch = asked.chain.branch(asked.unit, to)
        mark = " ▸ " if to == chosen else " + " if lines else "   "
        symbols = f"{mark}{' × '.join(part.symbol for part in branch)} ".ljust(_TERM)
        numbers = " × ".join(asked.text(part.number) for part in branch)
        left: Row = ((symbols, "chosen" if to == chosen else "symbol"), (numbers, "value"))
        value = float(values[to]) if known else None
        right = asked.should_be(value, lambda one, to=to: float(one.chain.from_above(one.unit)[to]))  # type: ignore[misc]
        lines.append(Line(left, value, right))
    others = len(values) - len(shown)
    if others:
        text = f" + {others:,} more of layer {asked.layer + 1}"
        if not shown:
            text = f"   the {others:,} products W{asked.layer + 1} × δ{asked.layer + 1}, added up"
        rest = float(np.delete(values, shown).sum()) if known else None
        right = asked.should_be(
            rest, lambda one: float(np.delete(one.chain.from_above(one.unit), shown).sum())
        )
        lines.append(Line(((text, "dim"),), rest, right))
    return lines


def _times(asked: Asked, factor: Leaf, result: Callable[[Asked], Leaf]) -> Line:
    left: Row = (
        (f" × {factor.symbol} ".ljust(_TERM), "symbol"),
        (f"{asked.text(factor)} ".ljust(9), "value"),
        (f"= {result(asked).symbol}", "strong"),
    )
    return _line(asked, left, result)


def _line(asked: Asked, left: Row, what: Callable[[Asked], Leaf | None]) -> Line:
    """Return a line with a number of the chain, and what it should be."""
    number = what(asked)
    shown = None if number is None else asked.shown(number)

    def claim(one: Asked) -> float | None:
        found = what(one)
        return None if found is None else found.value

    right = asked.should_be(shown, claim)
    return Line(left, shown, asked.theirs(number) if right is None else right)


def reuse_words(asked: Asked, width: int, room: int) -> list[Row]:
    """Return which numbers serve whom, and what this one weight would cost path by path.

    If there is no room for both in `room` rows, the cost, or nothing.
    """
    price = price_of_one(asked.chain, asked.delta)
    for text in (f"{served(asked.chain, asked.delta)} {price}", price):
        rows = paragraph(text, min(width, _LINE))
        if len(rows) <= room:
            return rows
    return []
