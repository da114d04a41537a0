"""Which sample of a batch is it about, and how do they all agree about a weight?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.facts.through_time import sample_of
from engine.numerals import counted, numeral

if TYPE_CHECKING:
    from engine.arrays import Array
    from engine.run.tracing import Trace


def of_sample(trace: Trace, step: int) -> str:
    """Return which sample's the numbers of one sample are, where the step is the update of a whole batch."""
    batch = trace.shapes.batch(trace.schedule.site(step).iteration)
    if len(batch) == 1 or trace.schedule.anchor(step).sample is not None:
        return ""
    return f" of sample {sample_of(trace, step) - batch.start + 1:,}"


def pulls(symbol: str, shares: Array, *, short: bool = False) -> str:
    """Return how the shares [sample] of a gradient compare: which way they go, and what is left of them."""
    above, below = int((shares > 0).sum()), int((shares < 0).sum())
    with np.errstate(all="ignore"):
        size = float(np.abs(shares).sum())
    if not np.isfinite(size) or size == 0.0:
        return ""
    zeros = len(shares) - above - below
    if not above or not below:
        way = "positive" if above else "negative"
        rest = f" and 0 for {zeros:,}" if zeros else ""
        return f"{symbol} is {way} for {counted(above or below, 'sample')}{rest}: none pulls the other way."
    kept = f"{numeral(100.0 * abs(float(shares.sum())) / size, digits=2)} %"
    if short:
        return f"{symbol}: {above} above 0, {below} below; {kept} of their size is left in the sum."
    ways = f"{', ' if zeros else ' and '}negative for {below:,}{f' and 0 for {zeros:,}' if zeros else ''}"
    return (
        f"{symbol} is positive for {counted(above, 'sample')}{ways}: they pull different ways, "
        f"and {kept} of their size is left in the sum."
    )
