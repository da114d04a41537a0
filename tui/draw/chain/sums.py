"""How do all paths from a weight to the losses add up to its gradient, and what of that is used again?"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import numpy as np

from engine.equations.links import is_one_factor
from engine.words.numbers.chain import (
    price_of_one,
    record_of,
    reuse_title,
    served,
    stations,
    stations_now,
    sum_title,
)
from tui.draw.kit.bars import Columns, Line, is_bar
from tui.draw.kit.numbers import counted, factor
from tui.draw.kit.rows import Row, first_fitting, length, paragraph, rule

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from engine.facts.explain.expression import Leaf
    from engine.looking.known.asked import Asked

T = TypeVar("T")
_TERM, _LINE = 24, 120
_ARROW = " → "
_OWN_SCALE = "bars on a scale of their own", "own scale"
_AROUND_TITLE = 8  # cells of a rule that are neither its title nor what stands behind that


def sum_rows(asked: Asked, width: int, room: int) -> list[Row]:
    """Return the sum over all paths; `room` is the rows for those that stay in this time.

    These are the largest, the chosen one in any case, and the rest together.
    """
    chain, columns = asked.chain, Columns(width)
    later = chain.ways.paths - chain.paths_now
    recorded, beside = asked.held(lambda one: one.gradient)
    left: Row = ((f" = {asked.gradient.symbol}", "strong"),)
    # Whether all of the sum stands in the rows above it, so that it is multiplied out, too.
    in_full = asked.is_in_full
    known = in_full or (recorded is None and asked.later_is_known)
    left = (*left, *_record(asked, recorded, columns.left - length(left), in_full=known))
    if recorded is None and known and not in_full:
        recorded, beside = asked.held(lambda one: one.sum_of_all)
    if asked.path.carrier is not None:
        lines = _through_later_times(asked, columns)
        lines.append(lines[0]._replace(left=left) if in_full else Line(left, recorded, beside))
    else:
        lines = _within_this_time(asked, room)
        if later:
            name: Row = ((f"   {counted(later, 'path')} through later times", "dim"),)
            rest = asked.held(lambda one: one.sum_later if asked.later_is_known else None)
            lines += [Line(name, *rest), Line(left, recorded, beside)]
        else:
            whole, right = asked.held(lambda one: one.sum_now if asked.path_is_known else None)
            lines.append(Line(left, whole, beside if asked.right is None else right))
    return _titled(sum_title(chain), columns, lines, width)


def _record(asked: Asked, recorded: float | None, room: int, *, in_full: bool) -> Row:
    """Return what is recorded of the gradient, or by which step, in `room` cells with what stands before it.

    `in_full` says whether all of the sum stands there, and so more than what is recorded.
    """
    if recorded is not None and not in_full:
        return ()  # that is the number behind it
    product = in_full and asked.path_is_known
    told = [record_of(asked.gradient, recorded, product=one) for one in (product, False)]
    return ((f"   {first_fitting(told, room - 4)}", "dim"),)


def _through_later_times(asked: Asked, columns: Columns) -> list[Line]:
    """Return the rows of the chosen path and of all others, which are added up on their own."""
    left: Row = ((f"▸  {passed(stations(asked.path), columns.left - 4)}", "chosen"),)
    # The right path may have another number of factors: all of them are its product.
    lines = [Line(left, *asked.held(lambda one: one.product(len(one.path) - 1)))]
    if others := asked.chain.ways.paths - 1:
        name: Row = ((f"   {counted(others, 'other path')} through later times", "dim"),)
        lines.append(Line(name, *asked.held(lambda one: one.others_later if asked.later_is_known else None)))
    return lines


def listable(asked: Asked) -> int:
    """Return how many rows the paths that stay in this time would take; none beside one that does not."""
    number = asked.chain.paths_now
    return number if asked.path_is_known and len(asked.paths) == number else min(2, number)


def _within_this_time(asked: Asked, room: int) -> list[Line]:
    """Return the rows of the paths that stay in this time."""
    number, known = asked.chain.paths_now, asked.path_is_known
    if number == 0 or room == 0:
        return []
    shown = [*asked.paths] if known else [asked.neurons]
    shown = _kept(shown, asked.neurons, room if number <= room else max(1, room - 1))
    lines = []
    for units in shown:
        mark, style = ("▸  ", "chosen") if units == asked.neurons else ("   ", "symbol")
        left: Row = ((mark + _ARROW.join(stations_now(asked.chain, units)), style),)
        product = asked.held(lambda one, units=units: one.paths.get(units) if known else None)  # type: ignore[misc]
        lines.append(Line(left, *product))
    rest = number - len(shown)
    if rest and len(shown) < room:
        others = asked.held(lambda one: one.others(shown) if known else None)
        lines.append(Line(((f"   {counted(rest, 'other path')}", "dim"),), *others))
    return lines


def _kept(largest: list[T], chosen: T, most: int) -> list[T]:
    """Return the largest of some things, in order, and the chosen one in any case: at most so many."""
    kept = largest[:most]
    return [*kept[:-1], chosen] if kept and chosen not in kept else kept


def passed(names: Sequence[str], room: int) -> str:
    """Return what a path passes in `room` cells: all of it, or the first and the last of it."""
    text = _ARROW.join(names)
    kept = min(len(names), room // len(_ARROW))
    while len(text) > room and kept > 2:
        kept -= 1
        text = _ARROW.join([*names[: kept // 2], "…", *names[len(names) - (kept - kept // 2) :]])
    return text


def reuse_rows(asked: Asked, width: int, room: int, *, summed: bool = False) -> list[Row]:
    """Return how the delta of the neuron gathers what comes back in `room` rows, then the gradient.

    `summed`: what has come back is added up in a row of its own, before the slope.
    """
    future = asked.chain.from_future(asked.unit)
    # Slope and error of an output may be one factor; then there is only their product to show.
    in_one = asked.layer == asked.last and is_one_factor(asked.trace.scenario)
    if asked.layer < asked.last:
        lines = _branches(asked, room)
    else:
        first = asked.delta if in_one else asked.factors[0].number
        error = asked.held(lambda one: one.delta if in_one else one.factors[0].number)
        lines = [Line(((f"   {first.symbol}", "symbol"),), *error)]
    if future is not None and not in_one:
        left: Row = ((f" + {future.symbol} ".ljust(_TERM), "symbol"), ("back from the next time", "dim"))
        lines.append(Line(left, *asked.held(lambda one: one.chain.from_future(one.unit))))
    slope = asked.factors[-2]
    if not in_one and slope.meaning != "slope":  # a mistake leaves it out: what has come back is the delta
        lines.append(_equals("   no slope", "", asked, lambda one: one.delta))
    elif not in_one:
        if summed and len(lines) > 1:
            lines.append(_equals("", "", asked, lambda one: one.error))
        lines.append(_times(asked, slope.number, lambda one: one.delta))
    lines.append(_times(asked, asked.factors[-1].number, lambda one: one.gradient))
    if lines[-1].value is None and asked.sum_is_known:  # the sum above has it, multiplied out
        value, right = asked.held(lambda one: one.sum_of_all)
        lines[-1] = lines[-1]._replace(value=value, right=right)
    return _titled(reuse_title(asked.chain, future=future is not None), Columns(width), lines, width)


def _titled(title: str, columns: Columns, lines: list[Line], width: int) -> list[Row]:
    """Return lines below a title, which says that their bars, if there are any, are not those of others."""
    rows = columns.rows(lines)
    there = any(is_bar(text) for row in rows for text, _ in row)
    room = width - len(title) - _AROUND_TITLE
    return [rule(title, width, after=first_fitting(_OWN_SCALE, room) if there else ""), *rows]


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
    shown = _kept(order, chosen, room if len(order) <= room else room - 1)

    def back(one: Asked, to: int | None = None) -> float | None:
        """Return what comes back from a neuron above, or from all that are not shown."""
        each = one.chain.from_above(one.unit)
        return None if not known else float(np.delete(each, shown).sum() if to is None else each[to])

    lines: list[Line] = []
    for to in shown:
        branch = asked.chain.branch(asked.unit, to)
        mark = f"{'▸' if to == chosen else ' '}{'+' if lines else ' '} "
        symbols = f"{mark}{' × '.join(part.symbol for part in branch)} ".ljust(_TERM)
        numbers = " × ".join(factor(asked.shown(part.number)) for part in branch)
        left: Row = ((symbols, "chosen" if to == chosen else "symbol"), (numbers, "value"))
        lines.append(Line(left, *asked.held(lambda one, to=to: back(one, to))))  # type: ignore[misc]
    others = len(values) - len(shown)
    if others:
        text = f" + {others:,} more of layer {asked.layer + 1}"
        if not shown:
            text = f"   the {others:,} products W{asked.layer + 1} × δ{asked.layer + 1}, added up"
        lines.append(Line(((text, "dim"),), *asked.held(back)))
    return lines


def _times(asked: Asked, number: Leaf, result: Callable[[Asked], Leaf]) -> Line:
    return _equals(f" × {number.symbol} ", f"{factor(asked.shown(number))} ", asked, result)


def _equals(term: str, value: str, asked: Asked, result: Callable[[Asked], Leaf]) -> Line:
    """Return the row of what all above it comes to, with a term."""
    hangs = value.startswith("(")  # or a number in brackets would move the sign behind it
    left: Row = (
        (term.ljust(_TERM - hangs), "symbol"),
        (value.ljust(9 + hangs), "value"),
        (f"= {result(asked).symbol}", "strong"),
    )
    return Line(left, *asked.held(result))


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
