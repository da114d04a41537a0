"""What is taken of somebody's network: its layers and its loss, as a scenario has them?"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import numpy as np

from engine.arrays import frozen
from engine.read.numbers import NUMBERS
from engine.spelling.text import shortened

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from engine.arrays import Array


Value: TypeAlias = "float | int | str"
"""What stands at a key of `[training]`."""


class NotTakenError(ValueError):
    """Something can't be taken; the message says what, where it is and what to do."""


class TakenLayer(NamedTuple):
    """A layer: `weights` [to, from], and where they come from; updates leave what is `untrained` alone.

    Each of `biases` is the sum of so many that are trained (`bias_copies`): two in torch's RNN.
    """

    place: str
    activation: str
    weights: Array
    biases: Array
    recurrent_weights: Array | None = None
    untrained: tuple[str, ...] = ()
    bias_copies: int = 1


@dataclass(frozen=True, slots=True)
class Taken:
    """A network. `remarks` say what was read how, and what was assumed; `training` is what is known of it."""

    layers: tuple[TakenLayer, ...]
    loss: str
    remarks: tuple[str, ...] = ()
    training: dict[str, Value] = field(default_factory=dict)

    def with_training(self, training: dict[str, Value], remarks: Iterable[str] = ()) -> Taken:
        """Return the network with what is known of its training."""
        return replace(self, training=training, remarks=(*self.remarks, *remarks))

    @property
    def recurrent(self) -> bool:
        """Whether the data are sequences."""
        return any(layer.recurrent_weights is not None for layer in self.layers)

    @property
    def inputs(self) -> int:
        """Number of input units."""
        return int(self.layers[0].weights.shape[1])

    @property
    def outputs(self) -> int:
        """Number of neurons of the last layer."""
        return int(self.layers[-1].weights.shape[0])

    @property
    def parameters(self) -> int:
        """Number of weights, recurrent weights and biases."""
        arrays = [(one.weights, one.biases, one.recurrent_weights) for one in self.layers]
        return sum(array.size for three in arrays for array in three if array is not None)


def finite(array: np.typing.NDArray[np.generic], place: str) -> Array:
    """Return an array of finite numbers; refuse another, with the place of the first that isn't.

    Raises:
        NotTakenError: one is not.
    """
    with np.errstate(all="ignore"):
        found = frozen(array)
    bad = np.argwhere(~np.isfinite(found))
    if len(bad):
        index = "".join(f"[{part}]" for part in bad[0])
        value = found[tuple(bad[0])]
        raise NotTakenError(f"{named(place)}{index} is {value}: every parameter must be a finite number")
    return found


def check_size(layers: Sequence[TakenLayer]) -> None:
    """Let a network be no larger than any scenario.

    Raises:
        NotTakenError: it is.
    """
    if Taken(tuple(layers), "").parameters > NUMBERS:
        raise NotTakenError(f"the network has more than {NUMBERS:,} parameters")


def named(place: str) -> str:
    """Return a name of theirs as it is quoted."""
    return shortened(place, 40)
