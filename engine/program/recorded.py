"""Which quantities does the record of a step hold, by the names of its fields?

What a printed program needs, which prints the numbers of the records without the trace.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from engine.equations.equation import Home, Variable
from engine.equations.forward import INPUT, TARGET, TERMS
from engine.equations.transpose import derivative
from engine.order.quantities import GRADIENT_OF, PARAMETERS, TOTAL_OF

if TYPE_CHECKING:
    from engine.equations.table import Table
    from engine.order.quantities import Parameter

_NAMES: dict[str, tuple[str, ...]] = {
    "forward": ("pre_activation", "activation", "slope"),
    "delta": ("from_above", "from_future", "error", "delta"),
}


class Field(NamedTuple):
    """A vector of a sample at a time; `before` says that it is that of the time before."""

    name: str
    variable: Variable
    before: bool = False


class Gathered(NamedTuple):
    """A gradient: the step's own share of it, or the sum `so_far`; `total` is what the parameter gathers."""

    name: str
    total: Variable
    so_far: bool


class Updated(NamedTuple):
    """A group of parameters of a layer, and what the record of its update calls it."""

    parameter: Variable
    before: str
    change: str
    after: str


def vectors(table: Table, home: Home) -> list[Field]:
    """Return the vectors that a step of the way forward or back, or of the loss, records."""
    layer = home.layer
    if layer is None:
        last = max(one.layer or 0 for one in table.parameters)
        return [
            Field("prediction", Variable("activation", last)),
            Field("target", TARGET),
            Field("terms", TERMS),
        ]
    found = [Field(name, one) for name in _NAMES[home.kind] if (one := Variable(name, layer)) in table.making]
    if home.kind == "forward":
        found.insert(0, Field("inputs", Variable("activation", layer - 1) if layer > 1 else INPUT))
        if (mine := Variable("activation", layer)) in table.initial:
            found.append(Field("recurrent_inputs", mine, before=True))
    return found


def gradients(table: Table, layer: int) -> list[Gathered]:
    """Return the gradients that a step of a layer records."""
    every = _groups(table, layer)
    found = []
    for some in (every[:2], every[2:]):
        found += [Gathered(GRADIENT_OF[_group(one)], derivative(one), so_far=False) for one in some]
        found += [Gathered(TOTAL_OF[_group(one)], derivative(one), so_far=True) for one in some]
    return found


def updates(table: Table, layer: int) -> list[Updated]:
    """Return the parameters that an update of a layer records."""
    found = []
    for one in _groups(table, layer):
        name = one.name.removesuffix("_weights")
        found.append(Updated(one, f"{name}_before", f"{name}_change", f"{name}_after"))
    return found


def _groups(table: Table, layer: int) -> list[Variable]:
    return [one for group in PARAMETERS if (one := Variable(group, layer)) in table.parameters]


def _group(parameter: Variable) -> Parameter:
    return next(group for group in PARAMETERS if group == parameter.name)
