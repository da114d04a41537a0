"""Which optimisers are there, and what does each remember?

An optimiser is one row. From g, what an update applies of a gradient, it forms a direction; the change is

    change = -η · direction

A state is remembered from one update of a parameter to the next: its formula gives it after the update from
what it was before; the direction reads it as it is after. A power is a number of the whole layer that is
remembered likewise, βⁿ at the n-th update, and 1 before the first.

Sources: Polyak (1964), momentum; Nesterov (1983) in the form of Sutskever et al. (2013); Tieleman and Hinton
(2012), rmsprop; Kingma and Ba (2015), Adam; Loshchilov and Hutter (2019), AdamW. As PyTorch defines them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping


class State(NamedTuple):
    """A state: its letter on the screen, the formula that gives it after an update, and what it means."""

    letter: str
    formula: str
    meaning: str


class Setting(NamedTuple):
    """A setting: its letter on the screen, and what it does."""

    letter: str
    does: str


class Optimizer(NamedTuple):
    """A row. A formula may read g, the states, the powers and the `settings`.

    These are the keys of `[training]` that the optimiser uses. `powers` are remembered numbers of the layer,
    each with the setting that it is a power of; `scalars` are formed from them once for a layer. With
    `decoupled` the weight decay is no part of g: λw is added to the direction.
    """

    direction: str
    states: Mapping[str, State] = {}
    settings: tuple[str, ...] = ()
    powers: Mapping[str, str] = {}
    scalars: Mapping[str, str] = {}
    decoupled: bool = False


_VELOCITY = {
    "velocity": State("v", "momentum * velocity + g", "velocity: μ times the v before, plus the gradient")
}
_SQUARES = "mean of the weight's squared gradients; √s is their usual size"
_ADAM = Optimizer(
    direction="(first_moment / first_correction) / (sqrt(second_moment / second_correction) + epsilon)",
    states={
        "first_moment": State(
            "m",
            "beta1 * first_moment + (1 - beta1) * g",
            "mean of the weight's gradients, the latest counting most",
        ),
        "second_moment": State("s", "beta2 * second_moment + (1 - beta2) * square(g)", _SQUARES),
    },
    settings=("beta1", "beta2", "epsilon"),
    powers={"beta1_power": "beta1", "beta2_power": "beta2"},
    scalars={"first_correction": "1 - beta1_power", "second_correction": "1 - beta2_power"},
)

OPTIMIZERS: dict[str, Optimizer] = {
    "sgd": Optimizer("g"),
    "momentum": Optimizer("velocity", _VELOCITY, ("momentum",)),
    "nesterov": Optimizer("g + momentum * velocity", _VELOCITY, ("momentum",)),
    "rmsprop": Optimizer(
        "g / (sqrt(mean_square) + epsilon)",
        {"mean_square": State("s", "decay * mean_square + (1 - decay) * square(g)", _SQUARES)},
        ("decay", "epsilon"),
    ),
    "adam": _ADAM,
    "adamw": _ADAM._replace(decoupled=True),
}
"""Every optimiser by its name in a scenario file."""

SETTING_ROWS: dict[str, Setting] = {
    "momentum": Setting("μ", "how much of the velocity v is left at the next update"),
    "decay": Setting("ρ", "how much of the mean s is left at the next update (rmsprop)"),
    "beta1": Setting("β1", "how much of the mean m is left at the next update"),
    "beta2": Setting("β2", "how much of the mean s is left at the next update"),
    "epsilon": Setting("ε", "added to √s, so that nothing is divided by 0"),
}
"""The keys of `[training]` that optimisers use."""

SETTINGS: dict[str, str] = {name: row.letter for name, row in SETTING_ROWS.items()}
"""The letter of each on the screen."""
