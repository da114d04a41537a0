"""Which quantities does the record of a step hold, by the names of its fields?

What a printed program needs, which prints the numbers of the records without the trace.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct

from engine.equations.back.transpose import derivative
from engine.equations.equation import Home, Variable
from engine.equations.forward import INPUT, TARGET, TERMS
from engine.equations.updates import CLIP_SCALE, SHORT, change_of, old
from engine.order.quantities import GRADIENT_OF, PARAMETERS, TOTAL_OF, parameter_named

if TYPE_CHECKING:
    from engine.equations.table import Table

_NAMES: dict[str, tuple[str, ...]] = {
    "forward": ("pre_activation", "activation", "slope"),
    "delta": ("from_above", "from_future", "error", "delta"),
}


class Field(NamedTuple):
    """A vector of a sample at a time, or what an update reads or makes.

    `before` says that it is that of the time before, or as it was before the update.
    """

    name: str
    variable: Variable
    before: bool = False


class Gathered(Struct, frozen=True):
    """A gradient: the step's own share of it, or the sum `so_far`; `total` is what the parameter gathers."""

    name: str
    total: Variable
    so_far: bool


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
        groups = [(parameter_named(one.name), derivative(one)) for one in some]
        found += [Gathered(GRADIENT_OF[group], made, so_far=False) for group, made in groups]
        found += [Gathered(TOTAL_OF[group], made, so_far=True) for group, made in groups]
    return found


def updates(table: Table, layer: int) -> list[Field]:
    """Return what an update of a layer records."""
    found = []
    for one in _groups(table, layer):
        name = SHORT[one.name]
        found.append(Field(f"{name}_before", one, before=True))
        found.append(Field(f"{name}_change", change_of(one)))
        found.append(Field(f"{name}_after", one))
    found += [Field(CLIP_SCALE.name, CLIP_SCALE)] * (CLIP_SCALE in table.making)
    return [*found, *further(table, layer)]


def further(table: Table, layer: int) -> list[Field]:
    """Return what only some optimisers make: what an update applies, and the states before and after it."""
    found = []
    for one in table.at[Home("update", layer)]:
        made, state = one.variable, old(one.variable)
        if one.helper or made.layer != layer or made.name.endswith("_change") or state in table.parameters:
            continue
        if state == made:
            found.append(Field(made.name, made))
        else:
            found.append(Field(f"{state.name}_before", state, before=True))
            found.append(Field(f"{state.name}_after", state))
    return found


def _groups(table: Table, layer: int) -> list[Variable]:
    return [one for group in PARAMETERS if (one := Variable(group, layer)) in table.parameters]
