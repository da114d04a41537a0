"""Which weight and which path does the cursor ask about, and which of their numbers are known by now?"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from engine.cursor import active_layer
from engine.paths import Chain, Factor
from tui.draw.known import Known
from tui.draw.numbers import UNKNOWN, bare

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.cursor import Cursor
    from engine.tracing import Trace


class Asked:
    """The weight between the neurons that are looked at, in the layer of the step.

    The path goes on from it through the neurons that are looked at in the layers above.
    """

    def __init__(self, trace: Trace, cursor: Cursor) -> None:
        self.trace = trace
        self.step = cursor.step
        self.known = Known(trace, cursor)
        self.layer = active_layer(trace, cursor.step)
        self.last = trace.shapes.layers
        self.unit, self.source = cursor.units[self.layer], cursor.units[self.layer - 1]
        self.path = cursor.units[self.layer :]
        self.chain = Chain(trace, self.known.iteration, self.known.sample, self.known.time, self.layer)
        self.factors = self.chain.path(cursor.units)
        self.delta = self.chain.delta(self.unit)
        self.gradient = self.chain.gradient(self.unit, self.source)

    @property
    def above(self) -> int:
        """Number of neurons of the layer above; 0 for the last layer."""
        layers = self.trace.scenario.network.layers
        return layers[self.layer].units if self.layer < self.last else 0

    def shown(self, factor: Factor) -> float | None:
        """Return the value of a number; None if a later step makes it."""
        return factor.value if factor.made is None or factor.made <= self.step else None

    def text(self, factor: Factor) -> str:
        """Return the value of a number in at most 8 cells."""
        value = self.shown(factor)
        return UNKNOWN if value is None else bare(value, 8)

    @cached_property
    def path_is_known(self) -> bool:
        """Whether every factor is known; then those of all other paths are, too."""
        return all(self.shown(factor) is not None for factor in self.factors)

    def stations(self, units: Sequence[int]) -> str:
        """Return the neurons that a path passes, from this layer to the loss."""
        names = []
        for layer, unit in enumerate(units, start=self.layer):
            letter = "h" if self.trace.shapes.recurrent[layer - 1] else "a"
            if layer == self.last and self.factors[0].meaning == "delta":
                letter = "z"
            names.append(f"{letter}{layer}[{unit + 1}]")
        return " → ".join([*names, "C"])
