"""Where do gradients, their totals and the parameters after an update come from?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.explain.expression import Product, Sum
from engine.order.quantities import CHANGE_OF, GRADIENT_OF, GROUP_OF
from engine.replay.numbers import symbol_of

if TYPE_CHECKING:
    from engine.explain.source import Explanation, Source


def gradient(source: Source) -> Explanation:
    """Explain one sample's (and time's) share of a gradient: δ aᵀ, δ hᵀ or δ."""
    delta = source.leaf(source.read("delta"), source.unit)
    group = GROUP_OF[source.reference.quantity]
    if group == "biases":
        return delta, "A bias adds straight to z: its gradient is the delta itself."
    if group == "recurrent_weights":
        came_in, words = source.before(), "This neuron's delta times what came in from one time before."
    else:
        came_in, words = source.below(), "This neuron's delta times what came in through the weight."
    return Product((delta, source.leaf(came_in, source.number.index[1]))), words


def total(source: Source) -> Explanation:
    """Explain a gradient gathered so far in an iteration."""
    quantity = source.reference.quantity
    own = source.own(GRADIENT_OF[GROUP_OF[quantity]])
    before = source.read(quantity)
    if before is None:
        return own, "The first gradient of this iteration: the total is this one."
    gathered = source.leaf(before, *source.number.index)
    words = "What was gathered so far in this iteration, plus this gradient."
    return Sum((gathered._replace(symbol="so far"), own)), words


def parameter(source: Source) -> Explanation:
    """Explain a parameter after an update."""
    quantity = source.reference.quantity
    before = source.leaf(source.read(quantity), *source.number.index)
    after = symbol_of(source.trace, source.number)
    if before.symbol == after:  # another update of the same iteration made it
        before = before._replace(symbol=f"{after.partition(' ')[2]} so far")
    return Sum((before, source.own(CHANGE_OF[quantity]))), "The new value is the old one plus the change."
