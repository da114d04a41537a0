"""Where does a number of the way back come from: the error, its parts, and the delta?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.explain.expression import Difference, Expression, Leaf, Product, Sum
from engine.explain.loss import of_output
from engine.explain.loss_terms import error_expression, simplified_delta
from engine.explain.source import products
from engine.mathematics.output import output_of

if TYPE_CHECKING:
    from engine.explain.source import Explanation, Source
    from engine.replay.numbers import Number

_NO_TARGET = "No target at this time, so nothing arrives from a loss."


def error(source: Source) -> Explanation:
    """Explain ∂C/∂a, what arrives at a neuron before its slope."""
    if source.recurrent:
        parts = (source.own("from_above"), source.own("from_future"))
        return Sum(parts), "The error is what comes from above plus what comes from the future."
    return from_above(source)


def from_above(source: Source) -> Explanation:
    """Explain what the layer above passes back, or the loss."""
    if source.output:
        if source.read("target") is None:
            return Leaf("0", 0.0), _NO_TARGET
        z, a, y = of_output(source)
        words = "How the loss changes when this prediction changes a little."
        units = source.network.layers[-1].units
        return error_expression(source.network.loss, source.activation, z, a, y, units), words
    weights = source.read("weights", source.layer + 1)
    above = source.read("delta", source.layer + 1)
    parts = products(source.leaves(weights, column=source.unit), source.leaves(above))
    return Sum(parts), "The deltas of the layer above come back through this neuron's weights."


def from_future(source: Source) -> Explanation:
    """Explain what the same layer passes back from one time later."""
    future = source.read("delta", source.layer)
    if future is None:
        return Leaf("0", 0.0), "This is the last time: nothing comes back from a future."
    recurrent = source.read("recurrent_weights")
    parts = products(source.leaves(recurrent, column=source.unit), source.leaves(future))
    return Sum(parts), "Its own layer's deltas one time later come back through U."


def delta(source: Source) -> Explanation:
    """Explain δ = ∂C/∂z."""
    if source.output and not source.recurrent and source.read("target") is None:
        return Leaf("0", 0.0), _NO_TARGET
    if source.output and output_of(source.activation, source.network.loss).simplified:
        return _simplified(source)
    if source.activation == "softmax":
        words = "Softmax couples its outputs: each error counts against their average."
        return _through_softmax(source, source.own("error").number), words
    words = "The error that arrives, times the slope of this neuron's activation."
    return Product((source.own("slope"), source.own("error"))), words


def _simplified(source: Source) -> Explanation:
    words = (
        f"{source.activation} and {source.network.loss} simplify: "
        "slope times error is prediction minus target."
    )
    parts: list[Expression] = []
    if source.read("target") is not None:
        z, a, y = of_output(source)
        every = None
        if source.activation == "softmax":
            assert a.number is not None
            assert y.number is not None
            every = source.leaves(a.number.reference), source.leaves(y.number.reference)
        parts.append(simplified_delta(source.activation, z, a, y, source.unit, every))
    if source.recurrent:
        future = source.own("from_future")
        if source.activation == "softmax":
            parts.append(_through_softmax(source, future.number))
        else:
            parts.append(Product((source.own("slope"), future)))
    return (parts[0] if len(parts) == 1 else Sum(tuple(parts))), words


def _through_softmax(source: Source, error: Number | None) -> Expression:
    """Return what an error becomes by the Jacobian of softmax: a (error - Σ a error)."""
    assert error is not None
    a = source.reference._replace(quantity="activation")
    mean = Sum(products(source.leaves(a), source.leaves(error.reference)))
    j = source.unit
    return Product((source.leaf(a, j), Difference(source.leaf(error.reference, j), mean)))
