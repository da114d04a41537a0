"""By how much has the loss fallen since the iteration before?"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from engine.numerals import digits_to_add, every, numeral

if TYPE_CHECKING:
    from engine.run.tracing import Trace


def fallen(trace: Trace, step: int) -> list[str]:
    """Return what the loss was before the last update, at the step that completes it: in ever fewer words.

    Nothing where there is none before, where two iterations have not the same samples, or where the losses
    have not been kept or computed that far.
    """
    site, losses, shapes = trace.schedule.site(step), trace.losses, trace.shapes
    iteration = site.iteration
    batch = shapes.batch(iteration)
    if site.kind != "loss" or site.sample != batch.stop - 1 or not iteration or len(batch) < shapes.samples:
        return []
    if trace.schedule.site(step + 1).kind != "delta" or losses.stride > 1 or iteration >= len(losses):
        return []
    before, now = (float(losses.values()[place]) for place in (iteration - 1, iteration))
    if not (math.isfinite(before) and math.isfinite(now)):
        return []
    digits = digits_to_add((before, -now), before - now)
    was, is_ = (numeral(loss, digits=digits) for loss in (before, now))
    of = (
        f" of {every(shapes.samples, 'sample')}" if shapes.samples > 1 else " of all times" * shapes.sequences
    )
    of += f", {trace.scenario.training.reduction}," * (shapes.samples > 1)
    if now == before:
        return [
            f"C{of} is {is_}. It was {was} before the update: it has not changed.",
            f"C{of} is {is_}, as before.",
        ]
    moved = f"has {'fallen' if now < before else 'risen'} by {numeral(abs(before - now))}"
    return [
        f"C{of} is {is_}. It was {was} before the update: it {moved}.",
        f"C{of} {moved}, from {was} to {is_}.",
    ]
