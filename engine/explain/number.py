"""Which explanation does a number get?"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from engine.explain import backward, forward, gathering, loss
from engine.explain.change import change
from engine.explain.expression import Equation, Leaf, leaf
from engine.explain.source import Source
from engine.order.quantities import PARAMETERS
from engine.replay.numbers import words_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.explain.source import Explanation
    from engine.order.quantities import Quantity
    from engine.replay.numbers import Number
    from engine.replay.tracing import Trace


def explain(trace: Trace, number: Number) -> Equation:
    """Return where a number of the trace comes from.

    A number that the scenario file gave (an input, a target, a first weight) equals itself. The
    parameters that an iteration starts with are those that an update of the one before has written.
    """
    step = trace.flow.writer(number.reference)
    if step is not None:
        number = _as_written(trace, number, step)
    result = leaf(trace, number)
    if step is not None and number.reference.quantity in PARAMETERS:
        result = result._replace(symbol=_symbol_of_new(result.symbol))
    about = words_of(trace, number)
    if step is None:
        return Equation(result, Leaf("given", result.value), "The scenario file gives this number.", about)
    expression, words = _EXPLANATIONS[number.reference.quantity](Source(trace, step, number))
    return Equation(result, expression, words, about)


def _symbol_of_new(symbol: str) -> str:
    """Return the symbol of parameters that an update has made; the iteration's first bear none of it."""
    return symbol if symbol.startswith(("early ", "new ")) else f"new {symbol}"


def _as_written(trace: Trace, number: Number, step: int) -> Number:
    """Return a number under the reference that the step wrote it under."""
    mine = number.reference
    for written in trace.flow.writes(step):
        if (written.quantity, written.layer) == (mine.quantity, mine.layer):
            return replace(number, reference=written)
    raise AssertionError("a step writes what it is the writer of")


_EXPLANATIONS: dict[Quantity, Callable[[Source], Explanation]] = {
    "pre_activation": forward.pre_activation,
    "activation": forward.activation,
    "slope": forward.slope,
    "terms": loss.term,
    "loss": loss.loss,
    "from_above": backward.from_above,
    "from_future": backward.from_future,
    "error": backward.error,
    "delta": backward.delta,
    "weight_gradient": gathering.gradient,
    "bias_gradient": gathering.gradient,
    "recurrent_gradient": gathering.gradient,
    "weight_total": gathering.total,
    "bias_total": gathering.total,
    "recurrent_total": gathering.total,
    "weights_change": change,
    "biases_change": change,
    "recurrent_change": change,
    "weights": gathering.parameter,
    "biases": gathering.parameter,
    "recurrent_weights": gathering.parameter,
}
