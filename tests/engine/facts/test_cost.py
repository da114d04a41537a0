"""Are the multiply-adds counted exactly? Counted again, one by one, from what each step reads."""

from __future__ import annotations

from itertools import pairwise, product
from typing import TYPE_CHECKING, NamedTuple

import pytest

from engine import trace
from engine.facts.cost import Tally, cost
from tests.given.scenarios_at_random import ORDERS, Wanted, scenario_at_random
from tests.given.some_of import each_of, some_of
from tests.golden.runs import layer, scenario

if TYPE_CHECKING:
    from engine.order.quantities import Reference
    from engine.run.tracing import Trace
    from engine.scenario import Network, Scenario

SEEDS = range(40)


def dense(*sizes: int) -> Scenario:
    """A dense network with layers of these sizes, one sample."""
    layers = [layer("sigmoid", [[0.1] * below for _ in range(units)]) for below, units in pairwise(sizes)]
    return scenario(layers, [[1.0] * sizes[0]], [[0.5] * sizes[-1]])


def whole(found: Scenario) -> Tally:
    return cost(found, trace(found).schedule, 0).price.whole


def size_of(network: Network, reference: Reference) -> int:
    """The number of entries of a matrix of parameters that a step reads."""
    assert reference.layer is not None
    mine = network.layers[reference.layer - 1]
    return mine.units * (mine.units if reference.quantity == "recurrent_weights" else mine.inputs)


def counted(run: Trace, step: int) -> Tally:
    """A step's multiply-adds: a matrix that is read is used whole; a gradient has its matrix's size."""
    network, site = run.scenario.network, run.schedule.site(step)
    if site.kind == "gradient":
        assert site.layer is not None
        mine = network.layers[site.layer - 1]
        return Tally(gradients=mine.units * (mine.inputs + (mine.units if mine.recurrent else 0)))
    read = sum(
        size_of(network, reference)
        for reference in run.flow.reads(step)
        if reference.quantity in ("weights", "recurrent_weights")
    )
    if site.kind == "forward":
        return Tally(forward=read)
    return Tally(deltas=read if site.kind == "delta" else 0)


@pytest.mark.parametrize(
    ("sizes", "ratio"), [((2, 2, 1), 4 / 3), ((2, 2, 2), 1.5), ((10,) * 11, 1.9), ((7, 3), 1.0)]
)
def test_the_way_back_over_the_way_forward(sizes: tuple[int, ...], ratio: float) -> None:
    assert whole(dense(*sizes)).ratio == pytest.approx(ratio, rel=1e-15)


def test_counted_by_hand() -> None:
    found = dense(2, 2, 2)
    price = cost(found, trace(found).schedule, 0).price
    assert price.whole == Tally(8, 4, 8)
    assert price.layers == (Tally(4, 4, 4), Tally(4, 0, 4))
    # two layers: nothing is formed twice; layer 1 has two paths a weight, of one weight and the input
    assert (price.each_layer, price.each_path, price.each_weight) == (12, 4 * 2 * 2 + 4, 2 * 8 * 8)
    assert (price.held_sample.total, price.held_batch.total) == (8, 8)
    # three layers: the deltas of layer 2 are formed for layer 2 and again for layer 1
    deep = dense(2, 3, 4, 5)
    assert cost(deep, trace(deep).schedule, 0).price.each_layer == (6 + 12 + 20) + (20 + 12) + 20


def by_hand(run: Trace, step: int) -> Tally:
    """A step's multiply-adds in nested loops, as one would program a layer without any library."""
    network, site = run.scenario.network, run.schedule.site(step)
    if site.layer is None or site.kind == "update":
        return Tally()
    mine, found = network.layers[site.layer - 1], 0
    for _unit in range(mine.units):
        if site.kind in ("forward", "gradient"):  # z += W a + U h, and dW += δ aᵀ, dU += δ hᵀ
            for _source in range(mine.inputs):
                found += 1
            for _own in range(mine.units if mine.recurrent else 0):
                found += 1
        else:  # error += Wᵀ δ of the layer above + Uᵀ δ of the next time
            for _above in range(network.layers[site.layer].units if site.layer < len(network.layers) else 0):
                found += 1
            for _own in range(mine.units if mine.recurrent and site.time != run.shapes.times - 1 else 0):
                found += 1
    return Tally(*(found if site.kind == kind else 0 for kind in ("forward", "delta", "gradient")))


@pytest.mark.parametrize(("seed", "order"), each_of(some_of(SEEDS[:15], 6), ORDERS))
def test_so_far_is_the_sum_over_the_steps(seed: int, order: str) -> None:
    found = scenario_at_random(seed, Wanted(order=order, iterations=3, steps=120, parameters=30))
    run = trace(found)
    for iteration in range(3):
        done = Tally()
        for step in range(run.schedule.first_step(iteration), run.schedule.first_step(iteration + 1)):
            assert counted(run, step) == by_hand(run, step)
            done += by_hand(run, step)
            assert cost(found, run.schedule, step).so_far == done
        price = cost(found, run.schedule, run.schedule.first_step(iteration)).price
        assert price.whole == done == sum(price.layers, Tally())


@pytest.mark.parametrize("seed", some_of(SEEDS, 16))
def test_held_is_what_is_made_forward_and_read_backward(seed: int) -> None:
    found = scenario_at_random(seed, Wanted(order="deferred", iterations=1, steps=120, parameters=30))
    run = trace(found)
    held: dict[int, set[Reference]] = {}
    for step in range(len(run)):
        if run.schedule.site(step).kind in ("delta", "gradient"):
            for reference in run.flow.reads(step):
                softmax = (
                    reference.layer and found.network.layers[reference.layer - 1].activation == "softmax"
                )
                if reference.quantity == "activation" or (reference.quantity == "slope" and not softmax):
                    assert reference.sample is not None
                    held.setdefault(reference.sample, set()).add(reference)
    numbers = {
        sample: sum(found.network.sizes[r.layer or 0] for r in references)
        for sample, references in held.items()
    }
    price = cost(found, run.schedule, 0).price
    assert price.held_batch.total == sum(numbers.values())
    assert price.held_sample.total == max(numbers.values(), default=0)


class Place(NamedTuple):
    """A neuron at a time."""

    layer: int
    time: int
    unit: int


def multiplications(network: Network, targets: list[bool], place: Place) -> list[int]:
    """For every path from a neuron to a loss, walked: its weights, and one for the number carried."""
    found = [1] if place.layer == len(network.layers) and targets[place.time] else []
    after: list[Place] = []
    if place.layer < len(network.layers):
        above = range(network.layers[place.layer].units)
        after += [Place(place.layer + 1, place.time, unit) for unit in above]
    if network.layers[place.layer - 1].recurrent and place.time + 1 < len(targets):
        own = range(network.layers[place.layer - 1].units)
        after += [Place(place.layer, place.time + 1, unit) for unit in own]
    return found + [1 + rest for next_one in after for rest in multiplications(network, targets, next_one)]


@pytest.mark.parametrize("seed", some_of(SEEDS, 20))
def test_each_path_is_walked(seed: int) -> None:
    found = scenario_at_random(seed, Wanted(depth=1 + seed % 3, samples=2, batch_size=2))
    if found.data.times * sum(found.network.sizes) > 24:
        pytest.skip("too many paths to walk")
    network, expected = found.network, 0
    for sample, number in product(range(2), range(1, len(network.layers) + 1)):
        targets = [bool(target) for target in found.data.has_target[sample]]
        mine = network.layers[number - 1]
        carried = mine.inputs + (mine.units if mine.recurrent else 0)
        for time, unit in product(range(len(targets)), range(mine.units)):
            expected += carried * sum(multiplications(network, targets, Place(number, time, unit)))
    assert cost(found, trace(found).schedule, 0).price.each_path == expected


def test_a_thousand_times() -> None:
    recurrent = layer("tanh", [[0.1]] * 3, recurrent=[[0.1] * 3] * 3)
    found = scenario([recurrent, layer("identity", [[1.0] * 3])], [[1.0]] * 1000, [[0.5]] * 1000)
    run = trace(found)
    price = cost(found, run.schedule, len(run) // 2).price
    assert price.whole == Tally(15_000, 3 * 1000 + 9 * 999, 15_000)
    assert price.each_path > 3**999  # the longest paths alone; exact, where a float would overflow
    assert price.each_weight == 2 * 15 * 15_000
