"""What does an optimiser remember of the gradients, and which way does it go? Number by number."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from tests.oracle.number import Number, exact, one_minus_power, root, square

if TYPE_CHECKING:
    from engine.scenario import Training

States: TypeAlias = dict[str, Number]

STATES: dict[str, tuple[str, ...]] = {
    "sgd": (),
    "momentum": ("velocity",),
    "nesterov": ("velocity",),
    "rmsprop": ("mean_square",),
    "adam": ("first_moment", "second_moment"),
    "adamw": ("first_moment", "second_moment"),
}
"""What is remembered of each parameter; zeros before the first update."""


def remembered(training: Training, before: States, g: Number) -> States:
    """The states after an update that applies g."""
    match training.optimizer:
        case "sgd":
            return {}
        case "momentum" | "nesterov":
            return {"velocity": exact(training.momentum) * before["velocity"] + g}
        case "rmsprop":
            return {"mean_square": mixed(training.decay, before["mean_square"], square(g))}
        case "adam" | "adamw":
            return {
                "first_moment": mixed(training.beta1, before["first_moment"], g),
                "second_moment": mixed(training.beta2, before["second_moment"], square(g)),
            }
    raise AssertionError(training.optimizer)


def mixed(share: float, old: Number, new: Number) -> Number:
    """A running mean."""
    return exact(share) * old + exact(1.0 - share) * new


def direction(training: Training, after: States, g: Number, update: int) -> Number:
    """What is multiplied by -η, at the n-th update of a parameter. The decay beside it is not in here."""
    epsilon = exact(training.epsilon)
    match training.optimizer:
        case "sgd":
            return g
        case "momentum":
            return after["velocity"]
        case "nesterov":
            return g + exact(training.momentum) * after["velocity"]
        case "rmsprop":
            return g / (root(after["mean_square"]) + epsilon)
        case "adam" | "adamw":
            mean = after["first_moment"] / one_minus_power(training.beta1, update)
            spread = after["second_moment"] / one_minus_power(training.beta2, update)
            return mean / (root(spread) + epsilon)
    raise AssertionError(training.optimizer)
