"""By how much has the loss fallen since the iteration before?"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from engine.facts.losses import changes_meanwhile
from engine.numerals import digits_to_add, every, numeral

if TYPE_CHECKING:
    from engine.run.tracing import Trace


def fallen(trace: Trace, step: int) -> list[str]:
    """Return what the loss was before the last update, at the step that completes it: in ever fewer words.

    Nothing where there is none before, where two iterations have not the same samples, or where the losses
    have not been kept or computed that far.
    """
    site, shapes = trace.schedule.site(step), trace.shapes
    iteration = site.iteration
    if site.kind != "loss" or site.sample != shapes.batch(iteration).stop - 1 or not iteration:
        return []
    return _moved(trace, iteration) if trace.schedule.site(step + 1).kind == "delta" else []


def falls(trace: Trace, step: int) -> list[str]:
    """Return the same at the last update of an iteration, where the loss that it leads to is known already.

    Not beside a note: it may ask for just that.
    """
    if any(note.step == step + 1 for note in trace.scenario.notes):
        return []
    following = trace.schedule.site(step).iteration + 1
    if following == trace.iterations or step + 1 != trace.schedule.first_step(following):
        return []
    return _moved(trace, following)[1:]


def _moved(trace: Trace, iteration: int) -> list[str]:
    """Return how the loss of an iteration stands to that of the one before, if both are known."""
    losses, shapes = trace.losses, trace.shapes
    if len(shapes.batch(iteration)) < shapes.samples or losses.stride > 1 or iteration >= len(losses):
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
    if changes_meanwhile(trace, iteration - 1) or changes_meanwhile(trace, iteration):
        of += f"{',' * (shapes.samples == 1)} each by the weights that it met,"
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
