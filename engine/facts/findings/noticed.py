"""What is so serious in a run that it is told unasked, and is seen at a glance?

Of the losses that are kept, and of the parameters that the run has come to: nothing is played again, and what
is at hand for the steps that are looked at stays so. Where it begins, and why, is what `search` finds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.equations.activations import ACTIVATIONS
from engine.facts.findings.moving import rises

if TYPE_CHECKING:
    from collections.abc import Generator

    from engine.arrays import Mask
    from engine.facts.findings.finding import Kind
    from engine.run.tracing import Trace

_BATCHES = 8  # that the parameters are tried on


def noticed(trace: Trace) -> Generator[float, None, tuple[Kind, ...]]:
    """Return the kinds of serious findings in the iterations that have been run, what spoils most first.

    It yields after each piece of work, so that an app can go on.
    """
    losses, stop = trace.losses.values(), trace.computed
    if not np.isfinite(losses).all() or not np.isfinite(trace.parameters(stop).flat()).all():
        return ("not finite",)
    found: list[Kind] = []
    for done, dead in enumerate(_dead(trace, stop), start=1):
        yield done / (_BATCHES + 1)
        if dead:
            found.append("dead")
    if rises(trace, stop) is not None:
        found.append("rises")
    return tuple(found)


def _dead(trace: Trace, stop: int) -> Generator[bool, None, None]:
    """Yield, batch after batch and at last for all, whether neurons are 0 and flat for every sample."""
    layers = [
        number
        for number, layer in enumerate(trace.scenario.network.layers, start=1)
        if not ACTIVATIONS[layer.activation].coupled
    ]
    still: dict[int, Mask] = {}
    for batch in range(min(trace.shapes.batches, _BATCHES) if layers else 0):
        numbers = trace.in_order(trace.order, stop + batch, trace.parameters(stop))
        for layer in layers:
            both = np.abs(numbers.vectors("activation", layer)) + np.abs(numbers.vectors("slope", layer))
            zero: Mask = np.all(both == 0.0, axis=(0, 1))
            still[layer] = zero & still[layer] if layer in still else zero
        if not any(mask.any() for mask in still.values()):
            return
        yield False
    yield any(mask.any() for mask in still.values())
