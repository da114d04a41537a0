"""How much of the error of the output reaches each layer, and what makes it shorter or longer on its way?

Of one time alone, where nothing comes from the future: the delta of a layer is all that is left there of the
output's. A step back multiplies by the weights, which makes an error of the delta above, and by the slopes,
which make a delta of that error.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from engine.arrays import length
from engine.facts.through_time import numbers_of, sample_of, sizes, times_done

if TYPE_CHECKING:
    from engine.arrays import Array
    from engine.run.tracing import Trace


class Reached(NamedTuple):
    """What has come back to a layer: the length of its delta, None while that is not known.

    `left` is it over that of the last layer's delta; `weights` and `slopes` are what the step back to this
    layer has multiplied the length by, nan where there was none. The last layer has neither.
    """

    layer: int
    size: float | None
    left: float | None = None
    weights: float | None = None
    slopes: float | None = None

    @property
    def gain(self) -> float | None:
        """What the step back to this layer has multiplied the length by."""
        return None if self.weights is None or self.slopes is None else self.weights * self.slopes


@np.errstate(all="ignore")
def reached(trace: Trace, step: int, time: int = 0) -> list[Reached]:
    """Return what has come back to each layer by a step, from the last layer down to the first."""
    last = trace.shapes.layers
    found: list[Reached] = []
    for layer in range(last, 0, -1):
        size = sizes(trace, step, layer).at(time)
        if size is None or layer == last:
            found.append(Reached(layer, size, None if size is None else 1.0))
            continue
        above = found[0].size, found[-1].size
        assert above[0] is not None
        assert above[1] is not None
        error = length(numbers_of(trace, step).sequence("error", layer, sample_of(trace, step))[time])
        ratios = (size, above[0]), (error, above[1]), (size, error)
        found.append(Reached(layer, size, *(float(np.divide(*pair)) for pair in ratios)))
    return found


def deltas(trace: Trace, step: int, layer: int, time: int = 0) -> Array | None:
    """Return the delta of a layer, [unit]; None while it is not known."""
    if time not in times_done(trace, step, "delta", layer):
        return None
    delta: Array = numbers_of(trace, step).sequence("delta", layer, sample_of(trace, step))[time]
    return delta
