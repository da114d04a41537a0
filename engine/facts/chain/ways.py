"""How many paths lead from a neuron to the losses, and how many weights lie on them?

Without reuse each path is multiplied out on its own; that is what backpropagation saves. All neurons of a
layer have the same paths, so they are counted by the links of the deltas, from the last time back.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, NamedTuple

from engine.equations.links import delta_of, links
from engine.equations.table import table_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from engine.equations.equation import Variable
    from engine.equations.links import Link
    from engine.scenario import Scenario


class Ways(NamedTuple):
    """The paths from one neuron to the losses, and the weights on all of them together."""

    paths: int
    weights: int

    @property
    def multiplications(self) -> int:
        """Those of a weight into the neuron, if each of its paths is multiplied out on its own."""
        return self.weights + self.paths


_NONE = Ways(0, 0)


def ways_to_losses(scenario: Scenario, targets: Sequence[bool]) -> Iterator[tuple[Ways, ...]]:
    """Yield the ways from a neuron of the layers 1..L, for each time from the last to the first.

    `targets` says of each time whether it has a target. All neurons of a layer have the same ways.
    """
    every = links(table_of(scenario))
    deltas = [delta_of(layer) for layer in range(1, len(scenario.network.layers) + 1)]
    later: list[Mapping[Variable, Ways]] = []
    furthest = max(link.shift for some in every.values() for link in some)
    for target in reversed(targets):
        here: dict[Variable, Ways] = {}
        for delta, some in every.items():
            here[delta] = _together(some, [here, *later], Ways(int(target), 0))
        later = [here, *later][:furthest]
        yield tuple(here[delta] for delta in deltas)


def ways_at_first(scenario: Scenario, targets: Sequence[bool]) -> tuple[Ways, ...]:
    """Return the ways from a neuron of the layers 1..L at the first of some times.

    Those of the others are not kept: their numbers have as many digits as there are times, nearly.
    """
    (first,) = deque(ways_to_losses(scenario, targets), maxlen=1)
    return first


def _together(some: Sequence[Link], times: Sequence[Mapping[Variable, Ways]], loss: Ways) -> Ways:
    """Return the ways over some links; `times` has what is found for this time and those after it."""
    paths = weights = 0
    for link in some:
        source = loss
        if not link.loss:
            source = times[link.shift][link.source.variable] if link.shift < len(times) else _NONE
        paths += link.width * source.paths
        weights += link.width * (source.weights + link.products * source.paths)
    return Ways(paths, weights)
