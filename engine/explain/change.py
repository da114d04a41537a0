"""Where does the change of a parameter come from?

An update applies, against the gradient, what has been gathered and not yet applied: in the deferred
order the total, in the premature order the one gradient, and where the user breaks the rule the total
without what was applied out of turn.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.explain.expression import Difference, Expression, Leaf, Product, Ratio
from engine.order.quantities import GRADIENT_OF, GROUP_OF, TOTAL_OF
from engine.order.waiting import waiting

if TYPE_CHECKING:
    from engine.explain.source import Explanation, Source
    from engine.order.quantities import Parameter, Reference
    from engine.replay.tracing import Trace


def change(source: Source) -> Explanation:
    """Explain what an update adds to a parameter."""
    trace, site, group = source.trace, source.site, GROUP_OF[source.reference.quantity]
    if group == "biases" and not source.network.layers[source.layer - 1].train_biases:
        return Leaf("0", 0.0), "The biases of this layer are not trained: nothing changes."
    gathered = (TOTAL_OF[group], GRADIENT_OF[group])
    now, *earlier = [read for read in source.reads if read.quantity in gathered]
    rate: Expression = Leaf("-η", -trace.scenario.training.learning_rate)
    words = "Against the gradient: -η times the total of this iteration."
    if trace.scenario.training.reduction == "mean":
        rate = Ratio(rate, Leaf("B", float(len(trace.shapes.batch(site.iteration)))))
        words = "Against the gradient: -η times its mean over the B samples."
    if trace.order == "premature":
        words = _at_once(trace, source.step)
    elif site.sample is not None:
        words = _out_of_turn(trace, source.step, source.layer, group)
    elif trace.schedule.updates_before(source.step, source.layer):
        if not earlier:
            return Leaf("0", 0.0), "All that was gathered has been applied out of turn: nothing is left."
        words = "What is left: the total without what was applied out of turn, times -η."
    return Product((rate, _not_yet_applied(source, now, earlier))), words


def _not_yet_applied(source: Source, now: Reference, earlier: list[Reference]) -> Expression:
    """Return a total, without what was applied before."""
    total = source.leaf(now, *source.number.index)
    if not earlier:
        return total
    applied = source.leaf(earlier[0], *source.number.index)
    return Difference(total, applied._replace(symbol=f"applied {applied.symbol}"))


def _at_once(trace: Trace, step: int) -> str:
    first, end = step + 1, trace.schedule.first_step(trace.schedule.site(step).iteration + 1)
    if any(trace.schedule.site(later).kind == "delta" for later in range(first, min(end, first + 3))):
        return "Too early: applied at once, before the other errors are computed."
    if first < end:
        return "Too early: applied at once, before the other samples have their turn."
    return "Applied at once; it was formed after other weights had been changed."


def _out_of_turn(trace: Trace, step: int, layer: int, group: Parameter) -> str:
    state = waiting(trace.schedule, step, layer, group)
    if not state.safe:
        return "Too early: applied now, while later steps still read what it changes."
    if not state.complete:
        return "Out of turn: applied now; nothing reads what it changes any more."
    return "Out of turn, but all is gathered and nothing reads it any more: no harm."
