"""How long is a vector, where its squares would be beyond what numbers can hold?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from engine.arrays import Array


def length(array: Array) -> float:
    """Return the Euclidean length of all entries of an array as one vector."""
    return float(lengths(array.reshape(1, -1))[0])


@np.errstate(all="ignore")
def lengths(rows: Array) -> Array:
    """Return the Euclidean length of each row of [row, unit]: the largest entry is taken out of the root."""
    largest: Array = np.abs(rows).max(axis=1, initial=0.0)
    scale = np.where(np.isfinite(largest) & (largest > 0.0), largest, 1.0)
    found: Array = scale * np.sqrt(((rows / scale[:, None]) ** 2).sum(axis=1))
    return found
