"""In plain words: what does one update of a shared weight take in derivatives, for this length?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.facts.applied_gradients import gathers
from engine.facts.unrolled.derivatives import derivatives
from engine.numerals import counted
from engine.order.quantities import group_of

if TYPE_CHECKING:
    from engine.facts.number import Traced

WHAT_COUNTS = (
    "Derivatives: of C by the last layer, of a layer by the layer below, of a recurrent layer by itself one "
    "time before, and of a layer by its weights."
)
_BY_LAYERS = "Counted by whole layers; views 3 and 6 count multiplications."


def price_sentence(weight: Traced) -> str:
    """Return what the gradient of a weight's layer takes in its iteration, and that layers are counted.

    Nothing where that is one chain: there is nothing in it to use again.
    """
    trace, iteration = weight.trace, weight.reference.iteration
    batch = iteration % trace.shapes.batches
    found = derivatives(trace.scenario, trace.shapes, batch, weight.layer)
    of = _of(len(trace.shapes.batch(batch)), trace.shapes.times)
    many = f"{counted(found.shares, 'gradient')}{of}"
    comma = "," if "," in many else ""
    group = group_of(weight.reference.quantity)
    assert group is not None
    kept = gathers(trace, weight.layer, group) == "run"
    before = f"{comma} and all before" if kept and iteration else ""
    does = f"One update of {weight.group} adds up {many}{before}." if found.shares > 1 or before else ""
    if trace.schedule.alone(iteration, weight.layer, 0):
        does = f"An iteration applies {many}{comma} to {weight.group}, each at once."
        if kept:
            does = f"An iteration adds up {many}{before} for {weight.group}, and applies the sum at each."
    if found.chains == 1 and not does:
        return ""
    chains = f"{counted(found.chains, 'chain')} of up to {counted(found.longest, 'derivative')}"
    written = f"{does} Written out: {chains}" if does else f"The gradient of {weight.group} is {chains}"
    enough = f"Each worked out once, {found.reused:,} are enough."
    if found.separately == found.reused:
        apart = f", {found.reused:,} in all, no two the same: nothing to use again here"
        return f"{written}{apart if found.chains > 1 else ''}. {_BY_LAYERS}"
    return f"{written}, {found.separately:,} in all. {enough} {_BY_LAYERS}"


def _of(samples: int, times: int) -> str:
    if samples > 1 and times > 1:
        return f" ({samples:,} samples × {times:,} times)"
    if times > 1:
        return ", one for each time"
    return ", one for each sample" if samples > 1 else ""
