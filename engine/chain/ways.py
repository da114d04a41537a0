"""How many paths lead from a neuron to the losses, and how many weights lie on them?

Without reuse each path is multiplied out on its own; that is what backpropagation saves. All neurons of a
layer have the same paths, so they are counted layer by layer, from the last time back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from engine.scenario import Network


class Ways(NamedTuple):
    """The paths from one neuron to the losses, and the weights on all of them together."""

    paths: int
    weights: int

    @property
    def multiplications(self) -> int:
        """Those of a weight into the neuron, if each of its paths is multiplied out on its own."""
        return self.weights + self.paths


def ways_to_losses(network: Network, targets: Sequence[bool]) -> Iterator[tuple[Ways, ...]]:
    """Yield the ways from a neuron of the layers 1..L, for each time from the last to the first.

    `targets` says of each time whether it has a target. All neurons of a layer have the same ways.
    """
    layers = network.layers
    after = [Ways(0, 0)] * len(layers)
    for target in reversed(targets):
        ways: list[Ways] = []
        for place in range(len(layers) - 1, -1, -1):
            count, weights = (int(target), 0) if place == len(layers) - 1 else (0, 0)
            if ways:
                units = layers[place + 1].units
                count += units * ways[-1].paths
                weights += units * ways[-1].multiplications
            if layers[place].recurrent:
                units = layers[place].units
                count += units * after[place].paths
                weights += units * after[place].multiplications
            ways.append(Ways(count, weights))
        after = ways[::-1]
        yield tuple(after)
