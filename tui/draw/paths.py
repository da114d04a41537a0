"""How do all paths from a weight to the losses add up to its gradient?"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from tui.draw.bars import Columns, Line
from tui.draw.cost import count
from tui.draw.numbers import bare
from tui.draw.rows import Row, rule

if TYPE_CHECKING:
    from tui.draw.asked import Asked

_MOST_LISTED = 500
"""Paths are multiplied out one by one only if there are no more than these."""


def sum_rows(asked: Asked, width: int, room: int) -> list[Row]:
    """Return the chosen path with the largest of the others, `room` in all, the rest, and the total."""
    chain = asked.chain
    later = chain.ways.paths - chain.paths_now
    total = chain.sum_now(asked.unit, asked.source)
    recorded = asked.shown(asked.gradient)
    title = f"the sum over {_paths(chain.ways.paths)}"
    lines = _within_this_time(asked, room, total)
    note = "" if recorded is None else f"   recorded: {bare(recorded, 11, 6)}"
    if later:
        title += f", {count(chain.paths_now)} within this time"
        rest = None if recorded is None else recorded - total
        lines.append(Line(((f"   {_paths(later)} through later times", "dim"),), rest))
        note, total = "", asked.gradient.value
    is_known = recorded is not None if later else asked.path_is_known
    left: Row = ((f" = {asked.gradient.symbol}", "strong"), (note, "dim"))
    lines.append(Line(left, total if is_known else None))
    return [rule(title, width), *Columns(width).rows(lines)]


def _within_this_time(asked: Asked, room: int, total: float) -> list[Line]:
    """Return the chosen path, the largest others and the sum of the rest; `total` is that of all."""
    chain, number = asked.chain, asked.chain.paths_now
    if number == 0:
        return []
    chosen = (asked.path, math.prod(factor.value for factor in asked.factors))
    listed = [chosen]
    # The rest is added up on its own where it can be: a difference would lose its digits.
    of_rest = total - chosen[1]
    if asked.path_is_known and number <= _MOST_LISTED:
        every = chain.each_path(asked.unit, asked.source)
        listed = every[:room]
        if asked.path not in [units for units, _ in listed]:
            listed = [*listed[:-1], chosen]
        shown = {units for units, _ in listed}
        of_rest = sum(value for units, value in every if units not in shown)
    lines = []
    for units, value in listed:
        mark, style = (" ▸ ", "chosen") if units == asked.path else ("   ", "symbol")
        lines.append(Line(((mark + asked.stations(units), style),), value if asked.path_is_known else None))
    rest = number - len(listed)
    if rest:
        text = f"   {_paths(rest, 'other ')}"
        lines.append(Line(((text, "dim"),), of_rest if asked.path_is_known else None))
    return lines


def _paths(number: int, kind: str = "") -> str:
    return f"{count(number)} {kind}path" + ("" if number == 1 else "s")
