"""How do the samples of a batch agree about a weight, in a sentence?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.numerals import counted, numeral

if TYPE_CHECKING:
    from engine.arrays import Array


def pulls(symbol: str, shares: Array) -> str:
    """Return how the shares [sample] of a gradient compare: which way they go, and what is left of them."""
    above, below = int((shares > 0).sum()), int((shares < 0).sum())
    with np.errstate(all="ignore"):
        size = float(np.abs(shares).sum())
    if not np.isfinite(size) or size == 0.0:
        return ""
    if not above or not below:
        way = "positive" if above else "negative"
        return f"{symbol} is {way} for {counted(above or below, 'sample')}: none pulls the other way."
    kept = abs(float(shares.sum())) / size
    return (
        f"{symbol} is positive for {counted(above, 'sample')} and negative for {below}: they pull "
        f"different ways, and {numeral(100 * kept, digits=2)} % of their size is left in the sum."
    )
