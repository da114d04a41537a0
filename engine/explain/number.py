"""Which explanation does a number get?"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from engine.equations.equation import Variable
from engine.equations.transpose import derivative
from engine.equations.updates import change_of, new
from engine.explain import words
from engine.explain.derive import derived, rate
from engine.explain.expression import Apply, Difference, Equation, Expression, Leaf, Product, Sum, leaf
from engine.explain.source import Source
from engine.order.quantities import CHANGE_OF, GRADIENT_OF, GROUP_OF, PARAMETERS, TOTAL_OF
from engine.replay.numbers import symbol_of, words_of

if TYPE_CHECKING:
    from engine.order.quantities import Reference
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
    source = Source(trace, step, number)
    return Equation(result, _expression(source), words.of(source), about)


def _expression(source: Source) -> Expression:
    quantity, index = source.reference.quantity, source.number.index
    making = source.table.making
    layer = source.reference.layer
    if quantity == "activation" and making[Variable(quantity, layer)].row is None:
        return Apply(source.activation, source.own("pre_activation"))
    if quantity == "slope":
        return Apply(f"{source.activation}'", source.own("pre_activation"))
    if quantity in GRADIENT_OF.values():
        total = derivative(Variable(GROUP_OF[quantity], layer))
        return derived(source, making[total], index)
    if quantity in TOTAL_OF.values():
        return _total(source)
    if quantity in CHANGE_OF.values():
        return _change(source)
    if quantity in PARAMETERS:
        return _parameter(source)
    return derived(source, making[Variable(quantity, layer)], index)


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


def _total(source: Source) -> Expression:
    """Return a gradient gathered so far: what was gathered before, and the step's own share."""
    quantity = source.reference.quantity
    own = source.own(GRADIENT_OF[GROUP_OF[quantity]])
    before = source.read(quantity)
    if before is None:
        return own
    gathered = source.leaf(before, *source.number.index)
    return Sum((gathered._replace(symbol="so far"), own))


def _change(source: Source) -> Expression:
    """Return what an update adds: its equation, with what was gathered and not yet applied as the total."""
    group = GROUP_OF[source.reference.quantity]
    one = source.table.making[change_of(Variable(group, source.layer))]
    if not one.terms:
        return Leaf("0", 0.0)
    now, *earlier = [read for read in source.reads if read.quantity in (TOTAL_OF[group], GRADIENT_OF[group])]
    (term,) = one.terms
    if not source.trace.schedule.gathered(source.site.iteration, source.layer, _update_of(source)):
        return Leaf("0", 0.0)
    return Product((rate(source, term.coefficient), _not_yet_applied(source, now, earlier)))


def _update_of(source: Source) -> int:
    """Return which of the layer's updates of the iteration the step is, from 0."""
    return source.trace.schedule.updates_before(source.step, source.layer)


def _not_yet_applied(source: Source, now: Reference, earlier: list[Reference]) -> Expression:
    total = source.leaf(now, *source.number.index)
    if not earlier:
        return total
    applied = source.leaf(earlier[0], *source.number.index)
    return Difference(total, applied._replace(symbol=f"applied {applied.symbol}"))


def _parameter(source: Source) -> Expression:
    """Return a parameter after an update: the old one plus the change."""
    quantity = source.reference.quantity
    parameter = Variable(quantity, source.layer)
    old, change = (
        read.variable for term in source.table.making[new(parameter)].terms for read in term.factors
    )
    before = source.leaf(source.read(quantity), *source.number.index)
    after = symbol_of(source.trace, source.number)
    if before.symbol == after:  # another update of the same iteration made it
        before = before._replace(symbol=f"{after.partition(' ')[2]} so far")
    assert (old, change) == (parameter, change_of(parameter))
    return Sum((before, source.own(CHANGE_OF[quantity])))
