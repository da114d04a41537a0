"""Which entries of an array are the largest, and what do all the others amount to?

What a large layer or matrix can show of itself: a few entries, and the rest in one number.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct

if TYPE_CHECKING:
    from engine.arrays import Array


class Largest(Struct, frozen=True):
    """The places (in the flattened array) of the entries of largest magnitude, the largest first.

    `others` is how many entries are left out, `others_sum` what they add up to and `others_squares`
    what their squares do.
    """

    places: tuple[int, ...]
    others: int
    others_sum: float
    others_squares: float


@np.errstate(all="ignore")
def largest(values: Array, count: int, keep: int | None = None) -> Largest:
    """Return the `count` (1 or more) entries of largest magnitude; of equal ones those that come first.

    `keep` is a place that is among them whatever its magnitude: it takes the last one's. What is not
    a number counts as largest. The sorting costs a few passes over the array and no more.
    """
    flat = values.ravel()
    count = min(count, flat.size)
    sizes = np.abs(flat)
    sizes[np.isnan(sizes)] = np.inf
    # Without the zeros, of which there may be so many that partitioning them takes long.
    some = sizes[sizes > 0.0]
    least = np.partition(some, len(some) - count)[len(some) - count] if len(some) >= count else 0.0
    above = np.flatnonzero(sizes > least)
    equal = np.flatnonzero(sizes == least)[: count - len(above)]
    chosen = np.concatenate([above[np.argsort(-sizes[above], kind="stable")], equal])
    if keep is not None and keep not in chosen:
        chosen[-1] = keep
    left_out = np.ones(flat.size, dtype=np.bool_)
    left_out[chosen] = False
    rest = flat[left_out]
    return Largest(
        tuple(int(place) for place in chosen), len(rest), float(rest.sum()), float(np.square(rest).sum())
    )
