"""Which shapes decide the order of the steps?

Layers, times, which times have a target, batches, iterations: all that a schedule depends on, and no number.
Beside them what changes what a step reads: a mistake, and clipping.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from engine.order.quantities import PARAMETERS

if TYPE_CHECKING:
    from engine.arrays import Mask
    from engine.order.quantities import Parameter
    from engine.scenario import Scenario


class Shapes(Struct, frozen=True, eq=False):
    """All that a schedule depends on. `has_target` is [sample, time] over the whole data."""

    layers: int
    recurrent: tuple[bool, ...]
    has_target: Mask
    batch_size: int
    iterations: int
    mistake: str | None = None
    clips: bool = False

    @property
    def sequences(self) -> bool:
        """Whether the data are sequences."""
        return any(self.recurrent)

    def groups(self, layer: int) -> tuple[Parameter, ...]:
        """Return the groups of parameters that a layer 1..L has."""
        return PARAMETERS if self.recurrent[layer - 1] else PARAMETERS[:2]

    @property
    def samples(self) -> int:
        """Number of samples in the data."""
        return int(self.has_target.shape[0])

    @property
    def times(self) -> int:
        """Length of the sequences; 1 without sequences."""
        return int(self.has_target.shape[1])

    @property
    def batches(self) -> int:
        """Number of batches that the data are cut into."""
        return -(-self.samples // self.batch_size)

    def batch(self, iteration: int) -> range:
        """Return the samples of an iteration: batch `iteration` mod `batches`, in the data's order."""
        first = (iteration % self.batches) * self.batch_size
        return range(first, min(first + self.batch_size, self.samples))


def shapes_of(scenario: Scenario) -> Shapes:
    """Return the shapes that the schedule of a scenario depends on."""
    return Shapes(
        layers=len(scenario.network.layers),
        recurrent=tuple(layer.recurrent for layer in scenario.network.layers),
        has_target=scenario.data.has_target,
        batch_size=scenario.training.batch_size,
        iterations=scenario.training.iterations,
        mistake=scenario.training.mistake,
        clips=scenario.training.clip_norm is not None,
    )
