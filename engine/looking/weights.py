"""Which layer, and which of its weights, does a cursor look at?

The layer of the number that is looked at, or else the step's. In it the weight whose gradient, total or
change is looked at; or else a recurrent weight, and in a layer that has none a weight.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.facts.entry import Number
from engine.facts.number import Traced
from engine.looking.cursor import active_layer
from engine.looking.selection import explained
from engine.order.quantities import GROUP_OF, Reference

if TYPE_CHECKING:
    from engine.looking.cursor import Cursor
    from engine.order.quantities import Parameter
    from engine.run.tracing import Trace


def layer_looked_at(trace: Trace, cursor: Cursor) -> int:
    """Return the layer 1..L that is looked at."""
    focused = None if cursor.focus is None else cursor.focus.reference.layer
    return focused or active_layer(trace, cursor.step)


def parameter_of(
    trace: Trace, cursor: Cursor, group: Parameter, layer: int, index: tuple[int, ...]
) -> Traced:
    """Return a parameter as the iteration of the step begins with it."""
    iteration = trace.schedule.site(cursor.step).iteration
    return Traced(trace, Number(Reference(group, iteration, layer, version=0), index))


def chosen_parameter(trace: Trace, cursor: Cursor) -> Traced | None:
    """Return the parameter whose gradient, total, change or value is explained; None if none is."""
    number = explained(trace, cursor)
    group = GROUP_OF.get(number.reference.quantity)
    if group is None:
        return None
    return parameter_of(trace, cursor, group, layer_looked_at(trace, cursor), number.index)


def weight_looked_at(trace: Trace, cursor: Cursor) -> Traced:
    """Return the weight of the layer that is looked at."""
    layer = layer_looked_at(trace, cursor)
    if cursor.focus is not None or cursor.part:
        chosen = chosen_parameter(trace, cursor)
        if chosen is not None:
            return chosen
    unit = cursor.units[layer]
    if trace.shapes.recurrent[layer - 1]:
        return parameter_of(trace, cursor, "recurrent_weights", layer, (unit, unit))
    return parameter_of(trace, cursor, "weights", layer, (unit, cursor.units[layer - 1]))
