"""What is said of an error on its way back, through layers and through time?"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from engine.facts.unrolled.gain import through_layers
from engine.facts.unrolled.layers import reached
from engine.facts.unrolled.through_time import sample_of
from engine.numerals import numeral, power
from engine.order.quantities import Reference

if TYPE_CHECKING:
    from engine.facts.unrolled.gain import Back, Gain
    from engine.run.tracing import Trace

ONE_TIME = (
    "There is one time only: these data are no sequences, so all of every error comes from above and nothing "
    "from the future. Lessons 12 to 14, bptt, counting and elman have several times."
)
WHAT_FACTOR = (
    "From the future: by what f'(z) and U multiply the length of the latest δ with each step back, on "
    "average; at most: that of any δ over all steps. Errors from above are added at every time."
)


def each_step(back: Back, unit: str) -> str:
    """Return by what a step back multiplies the length of the error, and what becomes of it."""
    if back.error is None:
        return f"× · per {unit} back"
    return f"× {power(back.error.log / back.error.steps, 8)} per {unit} back: {back.error.tendency}"


def from_future(back: Back) -> str:
    """Return what the steps back through time leave on their own: what comes from above is added to it."""
    if back.error is None:
        return "from the future × · per step"
    return f"from the future × {power(back.error.log / back.error.steps, 8)}: {back.error.tendency}"


def at_most(most: Gain) -> str:
    """Return what all steps back leave of any error at most, and what becomes of it."""
    return f"any δ at most × {power(most.log, 8)}: {most.tendency}"


def through_the_layers(trace: Trace, step: int) -> str:
    """Return how much of the output's delta has reached the lowest layer that the way back has come to."""
    found, last = reached(trace, step), trace.shapes.layers
    known = [one for one in found if one.size is not None]
    if not known:
        more = ", then how much of it reaches each layer" if last > 1 else ""
        return f"Known on the way back: δ{last} by step {_made_by(trace, step, last)}{more}."
    if last == 1:
        return "There is one layer only: no error goes back any further."
    if len(known) == 1:
        return f"Step {_made_by(trace, step, last - 1)} tells how much of δ{last} reaches layer {last - 1}."
    lowest, back = known[-1], through_layers(trace, step, 0)
    if not known[0].size or lowest.left is None or not math.isfinite(lowest.left):
        return f"δ{last} is {'0' if known[0].size == 0.0 else 'not finite'}: nothing can be left of it."
    weights, slopes = (
        numeral(math.prod(getattr(one, name) for one in known[1:])) for name in ("weights", "slopes")
    )
    arrives = f"Of δ{last} {numeral(100.0 * lowest.left)} % reaches layer {lowest.layer}"
    made = f"The weights on the way multiply its length by {weights} in all, the slopes by {slopes}."
    most = ""
    if back.most is not None:
        most = f" Of any δ at most {power(back.most.log + math.log(100.0), 8)} % would."
    return f"{arrives}, {each_step(back, 'layer')}. {made}{most}"


def _made_by(trace: Trace, step: int, layer: int) -> str:
    """Return which step, counted from 1, makes the delta of a layer."""
    iteration = trace.schedule.site(step).iteration
    reference = Reference(
        "delta", iteration, layer, sample_of(trace, step), trace.schedule.anchor(step).time or 0
    )
    maker = trace.flow.writer(reference)
    assert maker is not None
    return f"{maker + 1:,}"
