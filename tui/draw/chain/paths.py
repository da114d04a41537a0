"""How do all paths from a weight to the losses add up to its gradient?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.facts.beside.right import should_be
from engine.words.chain import record_of, sum_title
from tui.draw.kit.bars import Columns, Line
from tui.draw.kit.numbers import counted
from tui.draw.kit.rows import Row, length, rule

if TYPE_CHECKING:
    from tui.draw.chain.asked import Asked

_MOST_LISTED = 500
"""Paths are multiplied out one by one only if there are no more than these."""


def sum_rows(asked: Asked, width: int, room: int) -> list[Row]:
    """Return the sum over all paths; `room` is the rows for those that stay in this time.

    These are the largest, the chosen one in any case, and the rest together.
    """
    chain = asked.chain
    later = chain.ways.paths - chain.paths_now
    recorded = asked.shown(asked.gradient)
    theirs = asked.theirs(asked.gradient)
    right = asked.should_be(recorded, lambda one: one.gradient.value)
    right = theirs if right is None else right
    left: Row = ((f" = {asked.gradient.symbol}", "strong"),)
    # Whether all of the sum stands in the rows above it, so that it is multiplied out, too.
    in_full = later == (asked.path.carrier is not None)
    left = (*left, *_record(asked, recorded, Columns(width).left - length(left), in_full=in_full))
    if asked.path.carrier is not None:
        lines = _through_later_times(asked, width)
        line = Line(left, recorded, right)
        lines.append(Line(left, lines[0].value, lines[0].right) if in_full else line)
        return [rule(sum_title(chain), width), *Columns(width).rows(lines)]
    total = _sum_now(asked)
    lines = _within_this_time(asked, room)
    if later:
        rest = None if recorded is None else _sum_later(asked)
        right_rest = asked.should_be(rest, _sum_later)
        lines.append(Line(((f"   {_paths(later)} through later times", "dim"),), rest, right_rest))
        lines.append(Line(left, recorded, right))
    else:
        whole = total if asked.path_is_known else None
        right = asked.should_be(whole, _sum_now)
        lines.append(Line(left, whole, theirs if right is None else right))
    return [rule(sum_title(chain), width), *Columns(width).rows(lines)]


def _record(asked: Asked, recorded: float | None, room: int, *, in_full: bool) -> Row:
    """Return what is recorded of the gradient, or by which step, in `room` cells with what stands before it.

    `in_full` says whether all of the sum stands there, and so more than what is recorded.
    """
    if recorded is not None and not in_full:
        return ()  # that is the number behind it
    product = in_full and asked.path_is_known
    told = [record_of(asked.gradient, recorded, product=one) for one in (product, False)]
    return ((f"   {next((words for words in told if len(words) + 4 <= room), told[-1])}", "dim"),)


def _through_later_times(asked: Asked, width: int) -> list[Line]:
    """Return the rows of the chosen path and of all others, which are added up on their own."""
    stations = asked.chosen_stations(Columns(width).left - 4, source=False)
    last = len(asked.path) - 1
    product = asked.product(last)
    # The right path may have another number of factors: all of them are its product.
    right = asked.should_be(product, lambda one: one.product(len(one.path) - 1))
    lines = [Line(((f" ▸ {stations}", "chosen"),), product, right)]
    if others := asked.chain.ways.paths - 1:
        # With the gradient, all deltas that the others go through are known.
        rest = None if asked.shown(asked.gradient) is None else asked.path.others
        right = asked.should_be(rest, _rest_there)
        lines.append(Line(((f"   {_paths(others, 'other ')} through later times", "dim"),), rest, right))
    return lines


def _rest_there(right: Asked) -> float | None:
    """Return what the right run has for all other paths, if its own path goes through a later time."""
    return None if right.path.carrier is None else right.path.others


def _sum_now(asked: Asked) -> float:
    return asked.chain.sum_now(asked.unit, asked.source)


def _sum_later(asked: Asked) -> float:
    return asked.chain.sum_later(asked.unit, asked.source)


def listable(asked: Asked) -> int:
    """Return how many rows the paths that stay in this time would take; none beside one that does not."""
    number = asked.chain.paths_now
    return number if _are_few(asked) else min(2, number)


def _are_few(asked: Asked) -> bool:
    return asked.path_is_known and asked.chain.paths_now <= _MOST_LISTED


def _within_this_time(asked: Asked, room: int) -> list[Line]:
    """Return the rows of the paths that stay in this time."""
    chain, number = asked.chain, asked.chain.paths_now
    if number == 0 or room == 0:
        return []
    chosen = (asked.neurons, float(asked.path.products[-1]))
    listed = [chosen]
    every = dict(chain.each_path(asked.unit, asked.source)) if _are_few(asked) else {}
    should: dict[tuple[int, ...], float] = {}
    if asked.right is not None:
        should = {asked.neurons: float(asked.right.path.products[-1])}
        if every:
            should = dict(asked.right.chain.each_path(asked.unit, asked.source))
    # The rest is added up on its own: a difference would lose its digits.
    right_of_rest = None
    if every:
        listed = list(every.items())
        if number > room:
            listed = listed[: max(1, room - 1)]
        if asked.neurons not in [units for units, _ in listed]:
            listed = [*listed[:-1], chosen]
        shown = {units for units, _ in listed}
        of_rest = sum(value for units, value in every.items() if units not in shown)
        right_of_rest = sum(value for units, value in should.items() if units not in shown)
    else:
        of_rest = chain.sum_of_others(asked.neurons, asked.source)
        if asked.right is not None:
            right_of_rest = asked.right.chain.sum_of_others(asked.neurons, asked.source)
    known = asked.path_is_known
    lines = []
    for units, value in listed:
        mark, style = (" ▸ ", "chosen") if units == asked.neurons else ("   ", "symbol")
        found = value if known else None
        right = should_be(found, should.get(units))
        lines.append(Line(((mark + asked.stations(units), style),), found, right))
    rest = number - len(listed)
    if rest and len(listed) < room:
        found = of_rest if known else None
        right = should_be(found, right_of_rest) if asked.right is not None else None
        lines.append(Line(((f"   {_paths(rest, 'other ')}", "dim"),), found, right))
    return lines


def _paths(number: int, kind: str = "") -> str:
    return counted(number, f"{kind}path")
