"""Do the factors along all paths, multiplied out one by one, add up to the gradient?

The paths are walked here one after the other over the unrolled network, from the weight to every
loss, with the numbers of the public records.
"""

from __future__ import annotations

import math
from itertools import product
from typing import TYPE_CHECKING, NamedTuple

import pytest

from engine import trace
from engine.facts.chain.paths import Chain
from engine.facts.number import Traced
from engine.order.site import Site
from engine.run.steps import DeltaStep, ForwardStep, GradientStep, LossStep, UpdateStep
from tests.given.scenarios_at_random import LOSSES, ORDERS, Wanted, scenario_at_random
from tests.given.some_of import EVERY_CASE, each_of, in_turns, some_of
from tests.slopes.test_central_differences import slope

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.arrays import Array
    from engine.run.tracing import Trace
    from engine.scenario import Order

SEEDS = range(12)


class Walked(NamedTuple):
    """A path: its product, the weights on it, and the last time that it reaches."""

    product: float
    weights: int
    until: int


class Walker:
    """Walks the paths of one sample of a run's first iteration.

    The steps are gone through in their order with the parameters as they are at each: what a delta
    step would read is noted then, by layer and time.
    """

    def __init__(self, run: Trace, sample: int) -> None:
        self.run, self.sample = run, sample
        layers = run.scenario.network.layers
        weights = [layer.weights for layer in layers]
        recurrent: list[Array | None] = [layer.recurrent_weights for layer in layers]
        self.below: dict[tuple[int, int], list[float]] = {}
        self.slopes: dict[tuple[int, int], list[float]] = {}
        self.weights: dict[tuple[int, int], list[list[float]]] = {}
        self.recurrent: dict[tuple[int, int], list[list[float]]] = {}
        self.from_loss: dict[int, list[float]] = {}
        self.gradients: dict[tuple[int, int], list[list[float]]] = {}
        for step in run[: run.schedule.first_step(1)]:
            if isinstance(step, UpdateStep):
                assert step.layer is not None
                weights[step.layer - 1] = step.weights_after
                recurrent[step.layer - 1] = step.recurrent_after
            if step.sample != sample:
                continue
            time, place = step.time or 0, (step.layer or 0, step.time or 0)
            if isinstance(step, ForwardStep):
                self.below[place] = step.inputs.tolist()
                self.slopes[place] = [] if step.slope is None else step.slope.tolist()
            elif isinstance(step, LossStep):
                if self.simplified:
                    self.from_loss[time] = (step.prediction - step.target).tolist()
            elif isinstance(step, DeltaStep):
                self.note_delta(step, weights, recurrent)
            elif isinstance(step, GradientStep):
                self.gradients[place] = step.weight_gradient.tolist()

    @property
    def simplified(self) -> bool:
        network = self.run.scenario.network
        return network.layers[-1].activation == "sigmoid" and network.loss == "binary-cross-entropy"

    def note_delta(self, step: DeltaStep, weights: list[Array], recurrent: list[Array | None]) -> None:
        layer, time = step.layer, step.time or 0
        assert layer is not None
        if layer < len(weights):
            self.weights[layer, time] = weights[layer].tolist()
        elif time not in self.from_loss:
            if self.run.scenario.network.layers[-1].activation == "softmax":
                self.from_loss[time] = step.delta.tolist()
            else:
                above = step.error if step.from_above is None else step.from_above
                self.from_loss[time] = (above * self.slopes[layer, time]).tolist()
        own = recurrent[layer - 1]
        if own is not None:
            self.recurrent[layer, time] = own.tolist()

    def walk(self, layer: int, unit: int, time: int) -> Iterator[Walked]:
        """Every path from a neuron's pre-activation to a loss."""
        last = len(self.run.scenario.network.layers)
        if layer == last and self.run.shapes.has_target[self.sample, time]:
            yield Walked(self.from_loss[time][unit], 0, time)
        steps = []
        if layer < last:
            steps += [(row[unit], (layer + 1, to, time)) for to, row in enumerate(self.weights[layer, time])]
        if (layer, time) in self.recurrent and time < self.run.shapes.times - 1:
            steps += [
                (row[unit], (layer, to, time + 1)) for to, row in enumerate(self.recurrent[layer, time])
            ]
        for weight, there in steps:
            for path in self.walk(*there):
                product = self.slopes[layer, time][unit] * weight * path.product
                yield Walked(product, path.weights + 1, path.until)


def chains(run: Trace) -> Iterator[tuple[Chain, Walker]]:
    for sample in run.shapes.batch(0):
        walker = Walker(run, sample)
        for time in range(run.shapes.times):
            for layer in range(1, run.shapes.layers + 1):
                yield Chain(run, 0, sample, time, layer), walker


def close(found: float, expected: float, parts: list[float]) -> bool:
    return abs(found - expected) <= 1e-12 * max(abs(found), math.fsum(map(abs, parts)))


def check(run: Trace) -> None:
    """Walk every path of every weight of the first iteration."""
    for chain, walker in chains(run):
        below = walker.below[chain.layer, chain.time]
        gradient = walker.gradients[chain.layer, chain.time]
        for unit, source in ((len(gradient) - 1, 0), (0, len(below) - 1)):
            walked = list(walker.walk(chain.layer, unit, chain.time))
            products = [path.product * below[source] for path in walked]
            assert close(math.fsum(products), gradient[unit][source], products)
            assert chain.gradient(unit, source).value == gradient[unit][source]
            assert (chain.ways.paths, chain.ways.weights) == (len(walked), sum(p.weights for p in walked))
            now = [path.product * below[source] for path in walked if path.until == chain.time]
            assert close(chain.sum_now(unit, source), math.fsum(now), now)
            found = chain.each_path(unit, source)
            assert len(found) == chain.paths_now == len(now)
            for one, expected in zip(found, sorted(now, key=lambda value: -abs(value)), strict=True):
                assert close(one[1], expected, [expected])
            check_factors(chain, unit, source, found)
            check_reuse(chain, unit)


def check_factors(chain: Chain, unit: int, source: int, found: list[tuple[tuple[int, ...], float]]) -> None:
    for above, value in found[:5]:
        units = (*[0] * (chain.layer - 1), source, *above)
        assert len(units) == chain.trace.shapes.layers + 1
        factors = chain.path(units)
        assert close(math.prod(factor.value for factor in factors), value, [value])
        assert above[0] == unit


def check_reuse(chain: Chain, unit: int) -> None:
    """What comes back, times the slope, is the delta that the run recorded."""
    if chain.layer == chain.trace.shapes.layers:
        return
    values = chain.from_above(unit).tolist()
    assert values == [math.prod(part.value for part in chain.branch(unit, to)) for to in range(len(values))]
    future = chain.from_future(unit)
    values += [] if future is None else [future.value]
    factors = chain.path((0,) * chain.layer + (unit,) + (0,) * (chain.trace.shapes.layers - chain.layer))
    own_slope = factors[-2].value
    assert close(own_slope * math.fsum(values), chain.delta(unit).value, [own_slope * v for v in values])


OUTPUTS_AND_LOSSES = [*product(["sigmoid", "tanh", "softplus"], LOSSES)]


@pytest.mark.parametrize(
    ("output", "loss", "order"),
    [
        (*pair, order)
        for turn, pair in enumerate(OUTPUTS_AND_LOSSES)
        if EVERY_CASE or turn % 2 == turn // len(LOSSES) % 2 or pair == ("sigmoid", "binary-cross-entropy")
        for order in in_turns(ORDERS, turn, len(ORDERS))
    ],
)
def test_all_paths_of_sequences(output: str, loss: str, order: Order) -> None:
    wanted = Wanted(output=output, loss=loss, order=order, recurrent=True, samples=2, depth=2)
    scenario = next(
        found
        for seed in range(50)
        if 1 < (found := scenario_at_random(seed, wanted)).data.has_target.shape[1] < 5
        and max(found.network.sizes) < 5
    )
    check(trace(scenario))


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("seed", some_of(SEEDS, 5))
def test_all_paths_of_layers(seed: int, order: Order) -> None:
    check(trace(scenario_at_random(seed, Wanted(recurrent=False, order=order, samples=2))))


@pytest.mark.parametrize(("output", "loss"), each_of(["softmax", "sigmoid", "identity"], LOSSES))
def test_the_sum_is_the_slope_of_the_loss(output: str, loss: str) -> None:
    """Measured by central differences, in the deferred order, for one sample."""
    wanted = Wanted(
        output=output, loss=loss, recurrent=False, samples=1, depth=3, order="deferred", hidden="tanh"
    )
    scenario = scenario_at_random(0, wanted)
    run = trace(scenario)
    for layer in (1, 2, 3):
        chain = Chain(run, 0, 0, 0, layer)
        expected, tolerance = slope(scenario, layer, "weights", (0, 0))
        assert abs(math.fsum(value for _, value in chain.each_path(0, 0)) - expected) <= tolerance


@pytest.mark.parametrize("order", ORDERS)
def test_a_weight_that_has_changed_since_the_forward_pass_is_marked(order: Order) -> None:
    run = trace(scenario_at_random(3, Wanted(recurrent=False, order=order, depth=3)))
    factors = Chain(run, 0, 0, 0, 1).path((0, 0, 0, 0))
    weights = [factor for factor in factors if factor.meaning == "weight"]

    def updated_first(layer: int) -> bool:
        return run.schedule.update_step(0, layer, 0) < run.schedule.step(Site("delta", 0, 0, 0, layer - 1))

    assert [factor.changed for factor in weights] == [
        updated_first(factor.number.layer) for factor in weights if isinstance(factor.number, Traced)
    ]
    assert [factor.changed for factor in weights] == [order != "deferred"] * 2
    assert not any(factor.changed for factor in factors if factor.meaning != "weight")
