"""How does the user break the rule, and when does that make no sense?

The rule: an update waits until every error of its iteration has been computed. Breaking it applies what
has been gathered for a layer right after a step, or sets a parameter by hand there. The result is a new trace
and the old one stays as it is, so taking a break back is going on with the old one. Which numbers it
falsifies is the matter of `engine.facts.beside.right`, the harm it did that of `engine.facts.broken.harm`.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from typing import TYPE_CHECKING

from engine.facts.waiting import early
from engine.order.schedule import Break, latest_gradient
from engine.order.site import Sort
from engine.update_orders import ONLY_WAITING, WAITING

if TYPE_CHECKING:
    from engine.order.schedule import Poke
    from engine.run.tracing import Trace

MOST_BY_HAND = 32
"""Numbers that can be set by hand in an iteration."""

_AT_ITS_START = "A run branches from the start of the iteration with :set."


def why_not(trace: Trace, step: int, layer: int) -> str | None:
    """Return why an update of `layer` 1..L can't be put in right after a step; None if it can.

    Steps and iterations are counted from 1 in the sentence, as on screen.
    """
    schedule = trace.schedule
    if trace.order != WAITING:
        return _no_rule(trace, step)
    if trace.shapes.clips:
        return ONLY_WAITING
    if schedule.anchor(step).sample is None:
        return "The updates of this iteration have begun: there is no rule left to break."
    if reason := _broken_elsewhere(trace, step):
        return reason
    gathered = latest_gradient(schedule, step, layer)
    if gathered is None:
        return f"Nothing is gathered for layer {layer} yet, so there is nothing to apply."
    for update in trace.out_of_turn:
        if schedule.poke(update) is None and schedule.site(update) == gathered._replace(kind="update"):
            return f"All that is gathered for layer {layer} here is applied at step {update + 1:,} already."
    return None


def why_not_by_hand(trace: Trace, step: int, layer: int, poke: Poke) -> str | None:
    """Return why a parameter of `layer` 1..L can't be set by hand right after a step; None if it can."""
    if trace.order != WAITING:
        return f"Numbers are set within an iteration of the {WAITING} order alone (key u). {_AT_ITS_START}"
    if trace.shapes.clips:
        return f"Where gradients are clipped, numbers are set between iterations alone. {_AT_ITS_START}"
    if trace.schedule.anchor(step).sample is None:
        return f"The updates of this iteration have begun. {_AT_ITS_START}"
    if reason := _broken_elsewhere(trace, step):
        return reason
    if sum(one.poke is not None for one in trace.breaks) >= MOST_BY_HAND:
        return f"No more than {MOST_BY_HAND} numbers are set by hand in one iteration."
    array = getattr(trace.scenario.network.layers[layer - 1], poke.group)  # at hand in a large run, too
    if array is None or len(poke.units) != array.ndim or any(map(int.__ge__, poke.units, array.shape)):
        return "There is no such parameter."
    return None if math.isfinite(poke.value) else "A finite number is expected."


def _broken_elsewhere(trace: Trace, step: int) -> str:
    broken = trace.broken_iteration
    if broken is None or broken == trace.schedule.anchor(step).iteration:
        return ""
    return f"The rule is broken in iteration {broken + 1} already: take that back first."


def _no_rule(trace: Trace, step: int) -> str:
    """Return why there is nothing to break in an order that doesn't wait."""
    schedule, shapes = trace.schedule, trace.shapes
    iteration = schedule.site(step).iteration
    last, layers = schedule.first_step(iteration + 1) - 1, range(1, shapes.layers + 1)
    too_early = sum(
        max(early(schedule, last, layer, group) for group in shapes.groups(layer)) for layer in layers
    )
    if not too_early:
        return f"The rule is that of the {WAITING} order, and this run is in another (key u)."
    every = too_early == sum(schedule.count(iteration, Sort("update", layer)) for layer in layers)
    which = "every change is too early" if every else "changes are too early anyway"
    return f"In the {trace.order} order {which}: no rule is left to break."


def break_rule(trace: Trace, step: int, layer: int) -> Trace:
    """Return the trace in which `layer` 1..L is updated right after a step, with what is gathered by then.

    The new update is step + 1; the steps up to `step` keep their numbers. A broken trace can be broken
    again in the same iteration.

    Raises:
        ValueError: it makes no sense there; with the sentence of `why_not`.
    """
    reason = why_not(trace, step, layer)
    if reason is not None:
        raise ValueError(reason)
    return _with(trace, step, layer, None)


def set_by_hand(trace: Trace, step: int, layer: int, poke: Poke) -> Trace:
    """Return the trace in which a parameter of `layer` 1..L is set by hand right after a step.

    That is step + 1, an update that applies nothing.

    Raises:
        ValueError: it makes no sense there; with the sentence of `why_not_by_hand`.
    """
    reason = why_not_by_hand(trace, step, layer, poke)
    if reason is not None:
        raise ValueError(reason)
    return _with(trace, step, layer, poke)


def _with(trace: Trace, step: int, layer: int, poke: Poke | None) -> Trace:
    place = bisect_right(trace.out_of_turn, step)
    after = trace.schedule.undisturbed_step(step)
    return trace.broken((*trace.breaks[:place], Break(after, layer, poke), *trace.breaks[place:]))
