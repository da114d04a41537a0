"""Which explanation does a number get?"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from engine.equations.back.transpose import derivative
from engine.equations.equation import Variable
from engine.equations.functions.formula import names
from engine.equations.updates import change_of, new
from engine.facts.entry import Number
from engine.facts.explain import sentence as words
from engine.facts.explain.derive import derived
from engine.facts.explain.expression import (
    FIXED,
    Apply,
    Constant,
    Difference,
    Equation,
    Expression,
    Leaf,
    Sum,
    replaced,
)
from engine.facts.explain.source import Source
from engine.facts.number import Traced
from engine.order.quantities import CHANGE_OF, GRADIENT_OF, GROUP_OF, PARAMETERS, TOTAL_OF, part_of

if TYPE_CHECKING:
    from engine.run.tracing import Trace


def is_trained(source: Source) -> bool:
    """Return whether updates change a number, a parameter's or what an update adds to one."""
    group = GROUP_OF[source.reference.quantity]
    return source.network.layers[source.layer - 1].trains_at(group, source.number.index)


def explain(trace: Trace, number: Number) -> Equation:
    """Return where a number of the trace comes from.

    A number that the scenario file gave (an input, a target, a first weight) equals itself. The
    parameters that an iteration starts with are those that an update of the one before has written.
    """
    step = trace.flow.writer(number.reference)
    if step is not None:
        number = _as_written(trace, number, step)
    result = Traced(trace, number)
    if step is not None and number.reference.quantity in PARAMETERS:
        result = result.called(_symbol_of_new(result.symbol))
    if step is None:
        given = "The scenario file gives this number."
        if part_of(number.reference.quantity):
            given = "Before the first update there is nothing to remember: it begins with 0."
        return Equation(result, Constant("given", result.value), given)
    source = Source(trace, step, number)
    return Equation(result, _told_apart(result, _expression(source)), words.of(source))


def _told_apart(result: Traced, expression: Expression) -> Expression:
    """Return an expression in which what an earlier update of the iteration left has a symbol of its own.

    It is the same parameter, or the same state of the optimiser, and would have that of the result.
    """
    quantity = result.reference.quantity
    if quantity not in PARAMETERS and not part_of(quantity):
        return expression

    def other(leaf: Leaf) -> Leaf:
        if not isinstance(leaf, Traced) or leaf.symbol != result.symbol:
            return leaf
        return leaf.called(f"{leaf.symbol.partition(' ')[2]} so far")

    return replaced(expression, other)


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
    if part_of(quantity):
        return _of_update(source)
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
            return Number(written, number.index)
    raise AssertionError("a step writes what it is the writer of")


def _total(source: Source) -> Expression:
    """Return a gradient gathered so far: what was gathered before, and the step's own share."""
    quantity = source.reference.quantity
    own = source.own(GRADIENT_OF[GROUP_OF[quantity]])
    before = source.read(quantity)
    if before is None:
        return own
    return Sum((source.entry(before, *source.number.index).called("so far"), own))


def _change(source: Source) -> Expression:
    """Return what an update adds: its equation, with what was gathered and not yet applied as the total."""
    one = source.table.making[Variable(source.reference.quantity, source.layer)]
    if (by_hand := _set_by_hand(source)) is not None:
        group = GROUP_OF[source.reference.quantity]
        return Difference(by_hand, source.entry(source.read(group), *source.number.index))
    update = source.trace.schedule.updates_before(source.step, source.layer)
    nothing_left = not source.trace.schedule.gathered(source.site.iteration, source.layer, update)
    if not is_trained(source):
        return Constant(FIXED, 0.0)
    if nothing_left:
        return Constant("0", 0.0)
    match one.formula:
        case ast.Call(func=ast.Name(id="share"), args=[_, change]):  # this number is trained
            read = tuple(given for given in one.arguments if given[0] in names(change))
            one = one._replace(formula=change, arguments=read)
    return derived(source, one, source.number.index)


def _of_update(source: Source) -> Expression:
    """Return what an update applies, or what is remembered after it; if nothing is left, it is as it was."""
    variable = Variable(source.reference.quantity, source.layer)
    one = source.table.making.get(new(variable)) or source.table.making[variable]
    update = source.trace.schedule.updates_before(source.step, source.layer)
    if source.trace.schedule.gathered(source.site.iteration, source.layer, update):
        return derived(source, one, source.number.index)
    before = source.read(source.reference.quantity)
    return Constant("0", 0.0) if before is None else source.entry(before, *source.number.index)


def _parameter(source: Source) -> Expression:
    """Return a parameter after an update: the old one plus the change."""
    if (by_hand := _set_by_hand(source)) is not None:
        return by_hand
    quantity = source.reference.quantity
    parameter = Variable(quantity, source.layer)
    old, change = (
        read.variable for term in source.table.making[new(parameter)].terms for read in term.factors
    )
    before = source.entry(source.read(quantity), *source.number.index)
    assert (old, change) == (parameter, change_of(parameter))
    return Sum((before, source.own(CHANGE_OF[quantity])))


def _set_by_hand(source: Source) -> Constant | None:
    """Return what a number, or that to which a change leads, is set to by hand; None if it is not."""
    return Constant("by hand", source.poke.value) if source.poke is not None else None
