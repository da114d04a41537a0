"""Are chains and derivatives those that one finds by walking every chain?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from engine.facts.unrolled.derivatives import derivatives
from engine.order.shapes import shapes_of
from tests.given.scenarios_at_random import Wanted, scenario_at_random
from tests.golden.runs import layer, scenario

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.scenario import Network

NONE = float("nan")
Chain = tuple[tuple[object, ...], ...]


def walks(network: Network, times: int, target: int, end: int) -> Iterator[Chain]:
    """Every chain from the loss at a time to the weights of a layer, as its derivatives (of, by)."""
    top = len(network.layers)
    stack: list[tuple[int, int, Chain]] = [(top, target, ((("C", target), (top, target)),))]
    while stack:
        number, time, chain = stack.pop()
        if number == end:
            yield (*chain, ((number, time), "weights"))
        if number > end:
            stack.append((number - 1, time, (*chain, ((number, time), (number - 1, time)))))
        if network.layers[number - 1].recurrent and time > 0:
            stack.append((number, time - 1, (*chain, ((number, time), (number, time - 1)))))


@pytest.mark.parametrize("seed", range(25))
def test_every_chain_is_walked(seed: int) -> None:
    found = scenario_at_random(seed, Wanted(recurrent=seed % 4 != 0))
    shapes = shapes_of(found)
    for batch in range(shapes.batches):
        for end in range(1, shapes.layers + 1):
            chains: list[Chain] = []
            different = 0
            for sample in shapes.batch(batch):
                of_sample = [
                    chain
                    for time in range(shapes.times)
                    if shapes.has_target[sample, time]
                    for chain in walks(found.network, shapes.times, time, end)
                ]
                different += len({factor for chain in of_sample for factor in chain})
                chains += of_sample
            price = derivatives(found, shapes, batch, end)
            assert price.shares == len(shapes.batch(batch)) * shapes.times
            assert price.chains == len(chains)
            assert price.longest == max(map(len, chains))
            assert price.separately == sum(map(len, chains))
            assert price.reused == different


@pytest.mark.parametrize("times", [3, 10, 100, 1000])
@pytest.mark.parametrize("every_time", [False, True])
def test_one_recurrent_layer_has_a_formula(times: int, every_time: bool) -> None:
    unit = layer("tanh", [[1.0]], recurrent=[[0.5]])
    targets = [[0.5 if every_time else NONE]] * (times - 1) + [[0.5]]
    found = scenario([unit], [[1.0]] * times, targets)
    price = derivatives(found, shapes_of(found), 0, 1)
    T = times
    assert price.longest == T + 1
    if every_time:
        assert price.chains == T * (T + 1) // 2
        assert price.separately == (T - 1) * T * (T + 1) // 6 + T * (T + 1)
        assert price.reused == 3 * T - 1
    else:
        assert price.chains == T
        assert price.separately == T * (T - 1) // 2 + 2 * T
        assert price.reused == 2 * T
