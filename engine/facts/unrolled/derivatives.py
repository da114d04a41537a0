"""How many derivatives does one update of a layer's weights take, for sequences of this length?

A chain leads from the loss at one time down through the layers and back through the times to a
layer, and ends in the derivative by its weights. Its factors are derivatives of one vector by another:
∂C/∂a of the last layer, of a layer by the layer below, of a recurrent layer by itself one time before,
and of the layer by its weights. Multiplying out each chain on its own counts a derivative in every chain
that goes through it; backpropagation passes the deltas back and takes each derivative once.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from engine.equations.links import gathered_from, links, needed_for
from engine.equations.table import table_of

if TYPE_CHECKING:
    from engine.equations.equation import Variable
    from engine.order.shapes import Shapes
    from engine.scenario import Scenario


@dataclass(frozen=True, slots=True)
class Derivatives:
    """What the gradient of a layer's weights takes over all samples and times of a batch.

    `shares` are summed, one for each sample and time. Over them `chains` have up to `longest`
    factors, `separately` in all; `reused` of these derivatives are different ones.
    """

    shares: int
    chains: int
    longest: int
    separately: int
    reused: int


# Keyed by identity: scenarios and shapes never change.
@lru_cache(maxsize=256)
def derivatives(scenario: Scenario, shapes: Shapes, batch: int, layer: int) -> Derivatives:
    """Return the derivatives of an update of a layer 1..L over a batch, by the batch's number."""
    samples = shapes.batch(batch)
    # Samples with targets at the same times take the same: each pattern of targets is counted once.
    patterns, counts = np.unique(shapes.has_target[samples.start : samples.stop], axis=0, return_counts=True)
    chains = longest = separately = reused = 0
    for pattern, count in zip(patterns.tolist(), counts.tolist(), strict=True):
        found = _of_sample(scenario, pattern, layer)
        chains += found.chains * count
        longest = max(longest, found.longest)
        separately += found.separately * count
        reused += found.reused * count
    return Derivatives(len(samples) * shapes.times, chains, longest, separately, reused)


@dataclass(slots=True)
class _Chains:
    """The chains from the losses to a layer at one time: how many, their factors, the longest one."""

    count: int = 0
    factors: int = 0
    longest: int = 0

    def extend(self, by: _Chains) -> int:
        """Add the chains of `by`, each one factor longer; return the number of new derivatives, 0 or 1."""
        if not by.count:
            return 0
        self.count += by.count
        self.factors += by.factors + by.count
        self.longest = max(self.longest, by.longest + 1)
        return 1


def _of_sample(scenario: Scenario, targets: list[bool], layer: int) -> Derivatives:
    table = table_of(scenario)
    every, ends = links(table), gathered_from(table, layer)
    # The nearest time first; a chain goes back over as many times as the furthest link.
    later: list[dict[Variable, _Chains]] = []
    needed = needed_for(table, layer)
    furthest = max(link.shift for delta in needed for link in every[delta])
    at_weights, reused = _Chains(), 0
    for target in reversed(targets):
        here: dict[Variable, _Chains] = {}
        times = [here, *later]
        for delta in needed:
            found = here[delta] = _Chains()
            for link in every[delta]:
                if link.loss:
                    reused += found.extend(_Chains(count=int(target)))
                elif link.shift < len(times):
                    reused += found.extend(times[link.shift][link.source.variable])
        later = times[:furthest]
        reused += sum(at_weights.extend(here[end]) for end in ends)
    return Derivatives(len(targets), at_weights.count, at_weights.longest, at_weights.factors, reused)
