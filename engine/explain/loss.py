"""Where does the loss come from?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.explain.expression import Leaf, Sum
from engine.explain.loss_terms import term_expression
from engine.order.quantities import Reference

if TYPE_CHECKING:
    from engine.explain.source import Explanation, Source


def loss(source: Source) -> Explanation:
    """Explain C, the loss of one sample at one time."""
    terms = source.leaves(source.reference._replace(quantity="terms"))
    return Sum(terms), "The loss of this sample: its terms added up."


def term(source: Source) -> Explanation:
    """Explain one output's share of the loss."""
    z, a, y = of_output(source)
    name = source.network.loss
    every = None
    if source.activation == "softmax":
        assert z.number is not None
        every = source.leaves(z.number.reference)
    words = f"This output's share of the loss ({name}); the shares are added up."
    units = source.network.layers[-1].units
    return term_expression(name, source.activation, z, a, y, units, every), words


def of_output(source: Source) -> tuple[Leaf, Leaf, Leaf]:
    """Return pre-activation, prediction and target of the output that the number belongs to."""
    site = source.site
    prediction = Reference("activation", site.iteration, source.layer, site.sample, site.time)
    z = prediction._replace(quantity="pre_activation")
    target = Reference("target", site.iteration, None, site.sample, site.time)
    i = source.unit
    return source.leaf(z, i), source.leaf(prediction, i), source.leaf(target, i)
