"""Where do neurons and weights stand so that every wire can be followed?

A weight has a row of its own, in the order of the rows of its matrix, and no wire shares a row with a neuron
that it does not belong to.
"""

from __future__ import annotations

import math
from functools import lru_cache
from itertools import product
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_MOST_BETWEEN = 2
_HOLE, _TOUCH = 12.0, 6.0  # rows that weights stand further off rather than with a hole, or in one group


def tops(lines: Sequence[int], height: int) -> list[int] | None:
    """Return the first row of each of some neurons of so many lines; None where they don't fit."""
    spare = height - sum(lines)
    if spare < 0:
        return None
    between = min(_MOST_BETWEEN, spare // (len(lines) - 1)) if len(lines) > 1 else 0
    row = (spare - between * (len(lines) - 1)) // 2
    found = []
    for one in lines:
        found.append(row)
        row += one + between
    return found


@lru_cache(maxsize=64)
def weight_rows(sources: tuple[int, ...], targets: tuple[int, ...], height: int) -> tuple[int, ...] | None:
    """Return a row for each weight, those into the first neuron first; None where there is no room.

    `sources` and `targets` are the rows of the wires of both layers. The rows grow, lie as near to those of
    their neurons as can be, and those of a neuron lie between the neurons above and below it: without a hole
    among them, and apart from those of the next one, where that can be. Kept, as they are asked for with
    every step.
    """
    if len(sources) * len(targets) + len(targets) - 1 > height:
        return None
    free = {row: place for place, row in enumerate(sources)}
    taken = {row: place for place, row in enumerate(targets)}

    def allowed(row: int, to: int, source: int) -> bool:
        above = targets[to - 1] if to else -1
        below = targets[to + 1] if to + 1 < len(targets) else height
        # In the row of a source another wire may begin behind the place where that one's turns off.
        return above < row < below and free.get(row, source) <= source and taken.get(row, to) == to

    # The cheapest way to place the weights so far with the last of them at a row.
    costs: dict[int, tuple[float, tuple[int, ...]]] = {-1: (0.0, ())}
    for to, source in product(range(len(targets)), range(len(sources))):
        wanted = targets[to] + (source - (len(sources) - 1) / 2)
        found: dict[int, tuple[float, tuple[int, ...]]] = {}
        beyond: tuple[float, tuple[int, ...]] = (math.inf, ())
        apart = beyond
        near, far = (0.0, _HOLE) if source else (_TOUCH if to else 0.0, 0.0)
        for row in range(height):
            next_to = costs.get(row - 1, beyond)
            cost, before = min((next_to[0] + near, next_to[1]), (apart[0] + far, apart[1]))
            apart = min(apart, next_to)
            if allowed(row, to, source) and cost < math.inf:
                straight = 0.0 if row == sources[source] == targets[to] else 1.0
                shared = free.get(row, source) != source
                found[row] = (cost + abs(row - wanted) + straight + shared, (*before, row))
        if not found:
            return None
        costs = found
    return min(costs.values())[1]
