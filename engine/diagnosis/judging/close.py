"""Do numbers agree, to how many digits, and in which order of their rows?"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from engine.diagnosis.precision import largest_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.arrays import Array, Mask

SAMPLES = 512
"""Samples up to which rows are looked for in another order."""
_LISTED = 8
"""Places that are listed."""


def agree(theirs: Array, ours: Array, within: Array | float) -> bool:
    """Return whether numbers agree one by one."""
    if theirs.shape != ours.shape:
        return False
    apart = np.abs(theirs - ours)
    near = apart <= within
    if np.logical_and.reduce(near, axis=None):  # as .all(), in half the time
        return True
    # The first that is off tells most; what is not finite, or off by nothing, is looked at again.
    first = float(apart.flat[near.argmin()])
    return not 0.0 < first < np.inf and bool(np.all(close(theirs, ours, within)))


def close(theirs: Array, ours: Array, within: Array | float) -> Mask:
    """Return which numbers agree; what is not finite must be the same."""
    near = np.abs(theirs - ours) <= within
    return np.asarray(near | (theirs == ours) | (np.isnan(theirs) & np.isnan(ours)))


def furthest(theirs: Array, ours: Array, apart: Mask) -> tuple[int, ...]:
    """Return the place of the number that is furthest from ours, of those that are `apart`.

    What is no number is as far as can be.
    """
    distance = np.abs(theirs - ours)
    distance = np.where(apart, np.where(np.isnan(distance), np.inf, distance), -1.0)
    return tuple(int(part) for part in np.unravel_index(int(np.argmax(distance)), distance.shape))


def order_of(theirs: Array, ours: Array, within: float | Array) -> list[int] | None:
    """Return which of our rows each of theirs is, each of ours once, where that is another order than ours.

    `within` is one number, or one for each number of a row.
    """
    left = np.ones(len(ours), dtype=np.bool_)
    found: list[int] = []
    for number, row in enumerate(theirs):
        fits = close(row, ours, within).all(axis=1) & left
        if not fits.any():
            return None
        found.append(number if fits[number] else int(np.argmax(fits)))
        left[found[-1]] = False
    return None if found == list(range(len(ours))) else found


def listed(places: Sequence[int]) -> str:
    """Return places (from 0) as they are counted, the first of them if there are many."""
    return ", ".join(str(place + 1) for place in places[:_LISTED]) + "..." * (len(places) > _LISTED)


def digits_of_agreement(theirs: Array, ours: Array) -> int:
    """Return to how many digits, of the largest number, all numbers agree."""
    largest = largest_of(ours)
    apart = largest_of(theirs - ours)
    if apart == 0.0 or largest == 0.0:
        return 16
    # What one is of the other may be too large for a number, or too small.
    return max(0, min(16, math.floor(math.log10(largest) - math.log10(apart))))
