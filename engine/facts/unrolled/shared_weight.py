"""Which layer, and which of its weights that all times share, does a cursor look at?

The layer of the number that is looked at, or else the step's. In it the weight whose gradient, total or
change is looked at; or else a recurrent weight, and in a layer that has none a weight.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.looking.cursor import active_layer
from engine.looking.selection import explained
from engine.order.quantities import GROUP_OF, PARAMETER_LETTERS

if TYPE_CHECKING:
    from engine.looking.cursor import Cursor
    from engine.order.quantities import Parameter
    from engine.run.tracing import Trace


@dataclass(frozen=True, slots=True)
class SharedWeight:
    """One number of a group of parameters: `index` is (unit,) or (to, from), from 0."""

    layer: int
    parameter: Parameter
    index: tuple[int, ...]

    @property
    def group(self) -> str:
        """The symbol of its group, such as U1."""
        return f"{PARAMETER_LETTERS[self.parameter]}{self.layer}"

    @property
    def symbol(self) -> str:
        """Its symbol, such as U1[2,3], counted from 1."""
        return f"{self.group}[{','.join(str(entry + 1) for entry in self.index)}]"


def layer_looked_at(trace: Trace, cursor: Cursor) -> int:
    """Return the layer 1..L that is looked at."""
    focused = None if cursor.focus is None else cursor.focus.reference.layer
    return focused or active_layer(trace, cursor.step)


def chosen_parameter(trace: Trace, cursor: Cursor) -> SharedWeight | None:
    """Return the parameter whose gradient, total, change or value is explained; None if none is."""
    number = explained(trace, cursor)
    group = GROUP_OF.get(number.reference.quantity)
    return None if group is None else SharedWeight(layer_looked_at(trace, cursor), group, number.index)


def shared_weight(trace: Trace, cursor: Cursor) -> SharedWeight:
    """Return the weight of the layer that is looked at."""
    layer = layer_looked_at(trace, cursor)
    if cursor.focus is not None or cursor.part:
        chosen = chosen_parameter(trace, cursor)
        if chosen is not None:
            return chosen
    unit = cursor.units[layer]
    if trace.shapes.recurrent[layer - 1]:
        return SharedWeight(layer, "recurrent_weights", (unit, unit))
    return SharedWeight(layer, "weights", (unit, cursor.units[layer - 1]))
