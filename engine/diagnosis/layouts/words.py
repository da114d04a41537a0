"""In which words is it said how arrays are read?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.diagnosis.layouts.axes import AXES, OURS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.diagnosis.iteration.ground import Ground
    from engine.diagnosis.layouts.conventions import Convention
    from engine.diagnosis.layouts.given import Given


def _axes(layout: str, times: int) -> str:
    return f"[{', '.join(AXES[letter] for letter in layout if times > 1 or letter != 't')}]"


def read_as(some: Sequence[Given], by: Convention, ground: Ground, *, averaged: bool) -> list[str]:
    """Return how a convention, and the axes that arrays have of their own, differ from ours.

    Where it is the mean that updates apply (`averaged`) it is said of totals, too, what they are: whoever has
    forgotten to divide has the same.
    """
    times = ground.times
    words = {
        "layout": _axes(by.layout, times),
        "from_first": "weights and gradients [from, to]",
        "averaged": "gradients as means over the batch" if ground.samples > 1 else "",
        "shares": "deltas with 1/B in them",
        "before": "parameters as those before the update",
        "biases_last": "biases behind the weights in one array",
    }
    found = [text for name, text in words.items() if text and getattr(by, name)]
    own: dict[str, list[str]] = {}
    common = _axes(by.layout or OURS, times)
    for one in some:
        if one.layout and _axes(one.layout, times) != common:
            own.setdefault(_axes(one.layout, times), []).append(one.theirs)
    found += [f"{', '.join(names)} as {axes}" for axes, names in own.items()]
    totals = any(one.quantity.is_total and (one.exact or not by.averaged) for one in some)
    if averaged and totals and ground.samples > 1:
        found.append(
            f"gradients as totals of the batch, which the updates of this scenario divide by {ground.samples}"
        )
    return found
