"""At which times may a mistake have been made that is made at one time alone?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.diagnosis.judging.bench import WORK, Bench
from engine.diagnosis.quantities import FORWARD

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.diagnosis.judging.ways import Way


def times_of(bench: Bench, way: Way) -> Sequence[int]:
    """Return the times at which a mistake may be made, unless to try them would take too long."""
    times = _begun(bench, way)
    return times if bench.work(bench.equations.right) * len(times) <= WORK else ()


def _begun(bench: Bench, way: Way) -> Sequence[int]:
    """Return the times at which a mistake may be made: that at which all that is wrong begins.

    Where nothing is known of the way forward it may have begun there, at any time.
    """
    if bench.ground.times == 1 or any(one.theirs in way.wrong and not one.fits for one in way.readings):
        return ()
    ahead, back = (np.zeros(bench.ground.times, dtype=np.bool_) for _ in range(2))
    for one in way.readings:
        if one.theirs in way.wrong and one.quantity.is_of_samples:
            right = bench.right_in(one).all(axis=(1, 2))
            (ahead if one.variable.name in FORWARD else back)[~right] = True
    if ahead.any():
        return [int(np.flatnonzero(ahead)[0])]
    if back.any() and any(one.variable.name in FORWARD for one in way.readings):
        return [int(np.flatnonzero(back)[-1])]
    return range(bench.ground.times)
