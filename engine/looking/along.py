"""Where along the curve of the losses does the user look, how much of it is seen, and on which scale?

Pure and total, as the moves of a cursor are. Iterations count from 0; those at which the keys stop are
round ones as they are shown, from 1.
"""

from __future__ import annotations

import math
from typing import NamedTuple

_LEAST = 8  # iterations that are shown
_STOPS = 50  # round iterations from one end of what is shown to the other, at most


class Along(NamedTuple):
    """`at` is the iteration that is pointed at, None if none is; at each `zoom` a quarter is seen.

    `logarithmic` is the scale that was chosen; None is the one in which the curve is seen best.
    """

    logarithmic: bool | None = None
    at: int | None = None
    zoom: int = 0


def seen(along: Along, here: int, iterations: int) -> range:
    """Return the iterations that are shown of so many: those around the one pointed at, else around `here`.

    They stay the same while that one moves through their middle half.
    """
    span = _span(along.zoom, iterations)
    at = here if along.at is None else min(along.at, iterations - 1)
    half = max(1, span // 2)
    first = max(0, min((at - span // 4) // half * half, iterations - span))
    return range(first, first + span)


def moved(along: Along, here: int, iterations: int, computed: int, by: int) -> Along:
    """Return what is seen after pointing at the next round iteration (`by` 1), or the one before (-1).

    Only what has been computed is pointed at.
    """
    at = here if along.at is None else along.at
    step = round(round_step(len(seen(along, here, iterations)), _STOPS)) or 1
    number = at + 1
    number = number // step * step + step if by > 0 else -(-number // step) * step - step
    return along._replace(at=max(0, min(number - 1, computed - 1)))


def zoomed(along: Along, iterations: int, by: int) -> Along:
    """Return what is seen after a zoom closer (`by` 1) or back (-1)."""
    zoom = max(0, along.zoom + by)
    if by > 0 and _span(zoom, iterations) == _span(along.zoom, iterations):
        return along
    return along._replace(zoom=zoom)


def round_step(span: float, most: int) -> float:
    """Return a step of 1, 2 or 5 times a power of ten that goes into a span at most so many times."""
    exact = span / most
    power = 10.0 ** math.floor(math.log10(exact))
    return next(power * lead for lead in (1.0, 2.0, 5.0, 10.0) if power * lead >= exact * (1.0 - 1e-9))


def _span(zoom: int, iterations: int) -> int:
    closest = min(zoom, iterations.bit_length())
    return min(iterations, max(_LEAST, -(-iterations // (1 << 2 * closest))))
