"""What does an iteration cost in multiply-adds, and what would it cost without reuse?

One multiply-add for each weight that is used once, for one sample at one time: forward in W a and
U h, in a delta in Wᵀ δ and Uᵀ δ, in a gradient in δ aᵀ. What is done once for each neuron or for each
parameter (biases, activations, slopes, the loss, updates) is not counted. Every step of the schedule
counts in full, also where a number happens to be zero. Both orders cost the same.

Three dearer ways to the same gradients stand beside it:

- each layer separately: for the gradients of a layer the deltas are formed anew, from the loss down to it;
- each path separately: a weight's gradient is the sum over all paths from the weight to a loss, and
  each path is multiplied out on its own: a multiplication for each weight on the path and one by
  the number that the first weight carries;
- each weight by a nudge: the loss with the weight a little larger and a little smaller, two forward
  passes over the batch for each weight.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from engine.chain.ways import ways_to_losses

if TYPE_CHECKING:
    from engine.order.schedule import Schedule
    from engine.order.shapes import Shapes
    from engine.scenario import Network


@dataclass(frozen=True, slots=True)
class Tally:
    """Multiply-adds, by what they are done for."""

    forward: int = 0
    deltas: int = 0
    gradients: int = 0

    @property
    def backward(self) -> int:
        """Those of the way back: deltas and gradients."""
        return self.deltas + self.gradients

    @property
    def ratio(self) -> float | None:
        """The way back over the way forward; None while nothing has gone forward."""
        return self.backward / self.forward if self.forward else None

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.forward + other.forward, self.deltas + other.deltas, self.gradients + other.gradients
        )

    def __mul__(self, times: int) -> Tally:
        return Tally(self.forward * times, self.deltas * times, self.gradients * times)


@dataclass(frozen=True, slots=True)
class Held:
    """Numbers that a forward pass makes and a backward pass reads, so that they are kept in between.

    Inputs, targets and parameters are there anyway and don't count.
    """

    activations: int
    slopes: int

    @property
    def total(self) -> int:
        """All of them."""
        return self.activations + self.slopes


@dataclass(frozen=True, slots=True)
class Price:
    """What the gradients of one iteration cost: `whole` as done here, and three dearer ways.

    `layers` is `whole` by layer, from layer 1 on. The three ways count all that they do for the
    gradients: the first two need the one forward pass besides, nudges need no other pass. `held_sample`
    is kept when the samples go one after the other (the most that one needs), `held_batch` when the
    batch goes through together.
    """

    weights: int
    whole: Tally
    layers: tuple[Tally, ...]
    each_layer: int
    each_path: int
    each_weight: int
    held_sample: Held
    held_batch: Held


@dataclass(frozen=True, slots=True)
class Cost:
    """The multiply-adds of a step's iteration up to and with the step, and the price of all of it."""

    so_far: Tally
    price: Price


def cost(network: Network, schedule: Schedule, step: int) -> Cost:
    """Return the cost of the iteration that a step is in."""
    shapes = schedule.shapes
    batch = schedule.site(step).iteration % shapes.batches
    return Cost(_so_far(network, schedule, step), _price(network, shapes, batch))


def weights_of(network: Network, layer: int) -> int:
    """Return the number of weights and recurrent weights of a layer 1..L."""
    mine = network.layers[layer - 1]
    return int(mine.weights.size) + (mine.units**2 if mine.recurrent else 0)


def at_site(network: Network, layer: int, *, last_time: bool) -> Tally:
    """Return the multiply-adds of a layer for one sample at one time: forward, delta and gradient."""
    mine = network.layers[layer - 1]
    weights = weights_of(network, layer)
    from_above = int(network.layers[layer].weights.size) if layer < len(network.layers) else 0
    from_future = mine.units**2 if mine.recurrent and not last_time else 0
    return Tally(weights, from_above + from_future, weights)


def _of_sample(network: Network, layer: int, times: int) -> Tally:
    """Return the multiply-adds of a layer for one sample at all times."""
    return at_site(network, layer, last_time=False) * (times - 1) + at_site(network, layer, last_time=True)


def _so_far(network: Network, schedule: Schedule, step: int) -> Tally:
    """Return what has been done in the step's iteration up to and with the step, by arithmetic."""
    shapes, site = schedule.shapes, schedule.anchor(step)
    samples = shapes.batch(site.iteration)
    layers, times = range(1, shapes.layers + 1), shapes.times
    of_sample = sum((_of_sample(network, layer, times) for layer in layers), Tally())
    if site.sample is None or site.time is None:
        return of_sample * len(samples)
    done = of_sample * (site.sample - samples.start)
    of_time = sum(weights_of(network, layer) for layer in layers)
    if site.kind == "forward":
        assert site.layer is not None
        here = sum(weights_of(network, layer) for layer in range(1, site.layer + 1))
        return done + Tally(forward=site.time * of_time + here)
    if site.kind == "loss":
        return done + Tally(forward=(site.time + 1) * of_time)
    assert site.layer is not None
    deltas = gradients = 0
    for layer in layers:
        first, later = (at_site(network, layer, last_time=last) for last in (True, False))
        # How many times of this layer have their delta: those after this one, and perhaps this one.
        back = times - 1 - site.time + int(layer >= site.layer)
        formed = back - int(layer == site.layer and site.kind == "delta")
        deltas += (first.deltas + (back - 1) * later.deltas) if back else 0
        gradients += formed * first.gradients
    return done + Tally(times * of_time, deltas, gradients)


# Keyed by identity: networks and shapes never change.
@lru_cache(maxsize=64)
def _price(network: Network, shapes: Shapes, batch: int) -> Price:
    """Return the price of an iteration over a batch, by the batch's number."""
    samples = shapes.batch(batch)
    numbers = range(1, shapes.layers + 1)
    layers = tuple(_of_sample(network, layer, shapes.times) * len(samples) for layer in numbers)
    whole = sum(layers, Tally())
    weights = sum(weights_of(network, layer) for layer in numbers)
    # Samples with targets at the same times cost the same: each pattern of targets is counted once.
    patterns, counts = np.unique(shapes.has_target[samples.start : samples.stop], axis=0, return_counts=True)
    kinds = [
        ([bool(target) for target in pattern], int(count))
        for pattern, count in zip(patterns, counts, strict=True)
    ]
    held = [(_held(network, targets), count) for targets, count in kinds]
    return Price(
        weights=weights,
        whole=whole,
        layers=layers,
        each_layer=whole.gradients + sum(place * tally.deltas for place, tally in enumerate(layers, start=1)),
        each_path=sum(_by_paths(network, targets) * count for targets, count in kinds),
        each_weight=2 * weights * whole.forward,
        held_sample=max((one for one, _ in held), key=lambda one: one.total),
        held_batch=Held(
            sum(one.activations * count for one, count in held),
            sum(one.slopes * count for one, count in held),
        ),
    )


def _by_paths(network: Network, targets: list[bool]) -> int:
    """Return the multiplications of all paths of one sample, each multiplied out on its own."""
    return sum(
        weights_of(network, layer) * way.multiplications
        for ways in ways_to_losses(network, targets)
        for layer, way in enumerate(ways, start=1)
    )


def _held(network: Network, targets: list[bool]) -> Held:
    """Return what one sample's forward pass makes and its backward pass reads.

    Nothing reads the last layer's activation at a time without a target, unless the layer is
    recurrent and there is a time after it. Softmax has no slope.
    """
    last, times = network.layers[-1], len(targets)
    read = times if last.recurrent else sum(targets)
    if last.recurrent and not targets[-1]:
        read -= 1
    below = sum(layer.units for layer in network.layers[:-1]) * times
    slopes = sum(layer.units for layer in network.layers if layer.activation != "softmax") * times
    return Held(below + last.units * read, slopes)
