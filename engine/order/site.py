"""What is done at a step, and where? Which steps are of one sort?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from msgspec import Struct

if TYPE_CHECKING:
    from engine.update_orders import Kind

Phase = Literal["forward", "loss", "backward", "update"]

PHASES: dict[Kind, Phase] = {
    "forward": "forward",
    "loss": "loss",
    "delta": "backward",
    "gradient": "backward",
    "update": "update",
}
"""The phase that each kind of step belongs to."""


class Site(NamedTuple):
    """What a step does and where: `sample` and `time` are dataset index and position in the sequence.

    `sample` and `time` are None for the update of a whole batch, `layer` is None for a loss.
    Without sequences `time` is 0 here; records show it as null.
    """

    kind: Kind
    iteration: int
    sample: int | None
    time: int | None
    layer: int | None

    @property
    def phase(self) -> Phase:
        """The phase of the iteration that the step belongs to."""
        return PHASES[self.kind]


class Sort(Struct, frozen=True):
    """A sort of steps: those of a kind (not a loss) and layer, at the times before `times` (None: at all).

    A negative number of times is counted from the end, as in a slice.
    """

    kind: Kind
    layer: int
    times: int | None = None
