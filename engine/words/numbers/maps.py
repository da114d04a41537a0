"""What is said below a map of numbers of which none is finite and larger than 0?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from engine.arrays import Array


def without_scale(known: Array) -> str:
    """Return what numbers are of which none is finite and larger than 0."""
    if not known.size:
        return "none known yet"
    if not known.any():
        return "all 0"
    return "0 or not finite" if np.isfinite(known).any() else "none finite"
