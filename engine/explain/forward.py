"""Where does a number of the way forward come from: pre-activation, activation, slope?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.explain.expression import Apply, Leaf, Ratio, Sum
from engine.explain.loss_terms import shifted_exponentials
from engine.explain.source import alone, products
from engine.explain.terms import chained

if TYPE_CHECKING:
    from engine.explain.source import Explanation, Source


def pre_activation(source: Source) -> Explanation:
    """Explain z = W a + b (+ U h)."""
    j = source.unit
    parts = [products(source.leaves(source.read("weights"), row=j), source.leaves(source.below()))]
    words = "Each value from below times its weight, added up, plus the bias."
    before = source.before()
    if before is not None:
        recurrent = source.read("recurrent_weights")
        parts.append(products(source.leaves(recurrent, row=j), source.leaves(before)))
        words = "From below, from this layer one time before, and the bias, added up."
    bias = source.leaf(source.read("biases"), j)
    return Sum(chained(*parts, alone(bias))), words


def activation(source: Source) -> Explanation:
    """Explain a = f(z)."""
    name, z = source.activation, source.own("pre_activation")
    if name != "softmax":
        return Apply(name, z), f"The activation is {name} of the pre-activation."
    assert z.number is not None
    every = source.leaves(z.number.reference)
    exponentials = shifted_exponentials(every, Leaf("max z", max(every.values.tolist())))
    words = "Softmax: this output's share of all exponentials; they add up to 1."
    return Ratio(exponentials[source.unit], Sum(exponentials)), words


def slope(source: Source) -> Explanation:
    """Explain f'(z)."""
    words = "How much a moves when z moves a little; kept for the way back."
    return Apply(f"{source.activation}'", source.own("pre_activation")), words
