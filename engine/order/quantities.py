"""What is there to read and write in an iteration, and how is it named?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from engine.equations.back.transpose import derivative
from engine.equations.equation import Variable
from engine.equations.optimizers import OPTIMIZERS
from engine.equations.updates import GROUPS, SHORT, change_of

if TYPE_CHECKING:
    from engine.order.site import Site

Quantity: TypeAlias = str
"""What a step can read or write: a vector or a matrix, but the loss, which is one number.

One of `QUANTITIES`; or of an update, with `weights_`, `biases_` or `recurrent_` before it, what is `applied`,
or a state of the optimiser.
"""

Parameter = Literal["weights", "biases", "recurrent_weights"]
"""A group of parameters of a layer."""

PARAMETERS: tuple[Parameter, ...] = GROUPS
"""The quantities that an update changes."""

PARAMETER_LETTERS: dict[Parameter, str] = {"weights": "W", "recurrent_weights": "U", "biases": "b"}
"""The parameters of a layer in the order in which they are compared, and the letter of each."""

CHANGE_OF: dict[Quantity, Quantity] = {group: change_of(Variable(group)).name for group in PARAMETERS}
"""What an update adds to each of the parameters."""

TOTAL_OF: dict[Quantity, Quantity] = {group: derivative(Variable(group)).name for group in PARAMETERS}
"""What is gathered for each of the parameters."""

GRADIENT_OF: dict[Quantity, Quantity] = {
    "weights": "weight_gradient",
    "biases": "bias_gradient",
    "recurrent_weights": "recurrent_gradient",
}
"""What one sample at one time contributes to the total of each of the parameters."""

GROUP_OF: dict[Quantity, Parameter] = {
    quantity: group
    for group in PARAMETERS
    for quantity in (group, GRADIENT_OF[group], TOTAL_OF[group], CHANGE_OF[group])
}
"""The group that a parameter belongs to, and its gradient, its total and its change."""

_GROUP_BY_PREFIX: dict[str, Parameter] = {SHORT[group]: group for group in PARAMETERS}

QUANTITIES: tuple[Quantity, ...] = (
    *("input", "target", "initial_state", "pre_activation", "activation", "slope", "slope_at_activation"),
    *("terms", "loss", "from_above", "from_future", "error", "delta", "norm", "clip_scale"),
    *GROUP_OF,
)
"""The quantities that there are whatever the optimiser."""


def group_of(quantity: Quantity) -> Parameter | None:
    """Return the group of parameters that a quantity is of; None if it is of none."""
    known = GROUP_OF.get(quantity)
    return known or _GROUP_BY_PREFIX.get(quantity.partition("_")[0])


def parameter_named(name: str) -> Parameter:
    """Return the group of parameters that is called so; there is one."""
    return next(group for group in PARAMETERS if group == name)


def is_quantity(name: str) -> bool:
    """Return whether anything of a trace is called so, with any optimiser."""
    part = part_of(name)
    return name in QUANTITIES or part == "applied" or any(part in row.states for row in OPTIMIZERS.values())


def part_of(quantity: Quantity) -> str:
    """Return what an update makes of a group: `applied`, a state or `change`; nothing of other quantities."""
    if quantity in PARAMETERS or quantity in GRADIENT_OF.values() or quantity in TOTAL_OF.values():
        return ""
    prefix, _, part = quantity.partition("_")
    return part if prefix in _GROUP_BY_PREFIX else ""


class Reference(NamedTuple):
    """A vector or matrix of one iteration, by name and place.

    `version` counts, for parameters and their changes only, the updates of that layer since the
    iteration began; version 0 are the parameters that the iteration started with.
    """

    quantity: Quantity
    iteration: int
    layer: int | None = None
    sample: int | None = None
    time: int | None = None
    version: int | None = None


def total_with(site: Site, group: Parameter) -> Reference:
    """Return the total of a layer's group in which the gradient of a site is the last that is gathered."""
    return Reference(TOTAL_OF[group], site.iteration, site.layer, site.sample, site.time)
