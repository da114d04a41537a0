"""What is true of an iteration in both orders, in one sentence?"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.compare import Comparison

_SAME = 1e-10


def sentence(found: Comparison) -> str:
    """Return what is true of this iteration, in words."""
    angle = found.overall
    if not _finite(found):
        return "Some of these numbers are not finite; nothing more can be said of them."
    if _all_zero(found):
        return "Neither order changes anything in this iteration: every gradient is 0."
    if angle.differ == 0:
        return "In this iteration both orders make the same change."
    whose = "Your order" if found.broken else "The premature order"
    text = f"{whose} does not apply the gradient: {angle.differ:,} of {angle.numbers:,}"
    text += " numbers differ" if angle.differ != 1 else " numbers differs"
    if angle.flipped:
        text += f", {angle.flipped:,} of them in sign" if angle.differ > 1 else ", in its sign"
    late, early = found.loss_deferred, found.loss_early
    if abs(early - late) <= _SAME * max(abs(early), abs(late)):
        return f"{text}. The loss after this iteration is the same to ten digits."
    if early < late:
        return f"{text}. Yet its loss after this iteration is lower: the loss is no judge of the order."
    return f"{text}. Its loss after this iteration is higher, which need not be so."


def _finite(found: Comparison) -> bool:
    return all(math.isfinite(loss) for loss in (found.loss_deferred, found.loss_early)) and all(
        bool(abs(array).max(initial=0.0) < math.inf)
        for layer in found.layers
        for pair in layer.pairs
        for array in (pair.deferred, pair.early)
    )


def _all_zero(found: Comparison) -> bool:
    return not any(pair.deferred.any() or pair.early.any() for layer in found.layers for pair in layer.pairs)
