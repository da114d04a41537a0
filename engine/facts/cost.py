"""What does an iteration cost in multiply-adds, and what would it cost without reuse?

One multiply-add for each weight that is used once, for one sample at one time: forward in W a and
U h, in a delta in Wᵀ δ and Uᵀ δ, in a gradient in δ aᵀ. What is done once for each neuron or for each
parameter (biases, activations, slopes, the loss, updates) is not counted. All of this is read off the
equations (`engine.equations.counting`). Every step of the schedule counts in full, also where a number
happens to be zero. All orders cost the same.

Three dearer ways to the same gradients stand beside it:

- each layer separately: for the gradients of a layer the deltas are formed anew, from the loss down to it;
- each path separately: a weight's gradient is the sum over all paths from the weight to a loss, and
  each path is multiplied out on its own: a multiplication for each weight on the path and one by
  the number that the first weight carries;
- each weight by a nudge: the loss with the weight a little larger and a little smaller, two forward
  passes over the batch for each weight.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from engine.equations.counting import works
from engine.equations.links import gathered_from, needed_for
from engine.equations.table import table_of
from engine.facts.chain.ways import ways_to_losses
from engine.order.flow import reads_of
from engine.order.site import Sort

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from engine.arrays import Mask
    from engine.equations.counting import Work
    from engine.equations.equation import Variable
    from engine.order.schedule import Schedule
    from engine.order.shapes import Shapes
    from engine.scenario import Scenario


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


def cost(scenario: Scenario, schedule: Schedule, step: int) -> Cost:
    """Return the cost of the iteration that a step is in."""
    shapes = schedule.shapes
    batch = schedule.site(step).iteration % shapes.batches
    return Cost(_so_far(scenario, schedule, step), _price(scenario, shapes, batch))


def at_site(scenario: Scenario, layer: int, *, last_time: bool) -> Tally:
    """Return the multiply-adds of a layer for one sample at one time: forward, delta and gradient."""
    mine = [work for work in _works(scenario) if work.home.layer == layer]
    return _tally(mine, lambda work: 0 if work.later and last_time else work.multiply_adds)


# Keyed by identity: a scenario never changes.
@lru_cache(maxsize=64)
def _works(scenario: Scenario) -> tuple[Work, ...]:
    return tuple(works(table_of(scenario)))


def _tally(some: Sequence[Work], count: Callable[[Work], int]) -> Tally:
    """Return works added up by what they are done for, each counted in some way."""

    def of(kind: str) -> int:
        return sum(count(work) for work in some if work.home.kind == kind)

    return Tally(of("forward"), of("delta"), of("gradient"))


def _so_far(scenario: Scenario, schedule: Schedule, step: int) -> Tally:
    """Return what has been done in the step's iteration up to and with the step, by arithmetic."""

    def done(work: Work) -> int:
        assert work.home.layer is not None
        sort = Sort(work.home.kind, work.home.layer, -work.later or None)
        return work.multiply_adds * (schedule.before(step, sort) + int(schedule.is_of(step, sort)))

    return _tally(_works(scenario), done)


# Keyed by identity: scenarios and shapes never change.
@lru_cache(maxsize=64)
def _price(scenario: Scenario, shapes: Shapes, batch: int) -> Price:
    """Return the price of an iteration over a batch, by the batch's number."""
    samples, every = shapes.batch(batch), _works(scenario)
    numbers = range(1, shapes.layers + 1)

    def over_batch(work: Work) -> int:
        return work.over(shapes.times) * len(samples)

    layers = tuple(
        _tally([work for work in every if work.home.layer == layer], over_batch) for layer in numbers
    )
    whole = sum(layers, Tally())
    weights = sum(at_site(scenario, layer, last_time=True).gradients for layer in numbers)
    # Samples with targets at the same times cost the same: each pattern of targets is counted once.
    kinds = _patterns(shapes.has_target[samples.start : samples.stop])
    held = [(_held(scenario, targets), count) for targets, count in kinds]
    return Price(
        whole=whole,
        layers=layers,
        each_layer=whole.gradients + sum(_formed_for(scenario, layer, layers) for layer in numbers),
        each_path=sum(_by_paths(scenario, targets.tolist()) * count for targets, count in kinds),
        each_weight=2 * weights * whole.forward,
        held_sample=max((one for one, _ in held), key=lambda one: one.total),
        held_batch=Held(
            sum(one.activations * count for one, count in held),
            sum(one.slopes * count for one, count in held),
        ),
    )


def _patterns(targets: Mask) -> list[tuple[Mask, int]]:
    """Return which times have a target, in all ways that samples have them, and how many samples each has."""
    if targets.all():
        return [(targets[0], len(targets))]
    counts = Counter(one.tobytes() for one in targets)
    return [(np.frombuffer(one, dtype=np.bool_), count) for one, count in counts.items()]


def _formed_for(scenario: Scenario, layer: int, layers: Sequence[Tally]) -> int:
    """Return what all deltas take that the gradients of one layer need."""
    return sum(layers[_layer(delta) - 1].deltas for delta in needed_for(table_of(scenario), layer))


def _layer(variable: Variable) -> int:
    assert variable.layer is not None
    return variable.layer


def _by_paths(scenario: Scenario, targets: list[bool]) -> int:
    """Return the multiplications of all paths of one sample, each multiplied out on its own."""
    table, found = table_of(scenario), 0
    # One multiplication of a gradient is one weight's: it goes on along each path of the delta that it takes.
    carried = [
        (work.multiply_adds, _layer(delta) - 1)
        for layer in range(1, len(scenario.network.layers) + 1)
        for delta in gathered_from(table, layer)
        for work in _works(scenario)
        if work.home.kind == "gradient" and work.home.layer == layer
    ]
    for ways in ways_to_losses(scenario, targets):
        found += sum(weights * ways[place].multiplications for weights, place in carried)
    return found


def _held(scenario: Scenario, targets: Mask) -> Held:
    """Return what one sample's forward pass makes and its backward pass reads, at the times of `targets`."""
    table, times = table_of(scenario), len(targets)
    read: dict[Variable, Mask] = {}
    for home in table.at:
        if home.kind not in ("delta", "gradient"):
            continue
        for one, factor in reads_of(table, home):
            made = table.making.get(factor.variable)
            if made is None or made.home is None or made.home.kind != "forward":
                continue
            done = targets if one.where_target else np.ones(times, dtype=np.bool_)
            there = np.zeros(times, dtype=np.bool_)
            first, last = max(0, factor.shift), times + min(0, factor.shift)
            there[first:last] = done[first - factor.shift : last - factor.shift]
            read[factor.variable] = read.get(factor.variable, np.zeros(times, dtype=np.bool_)) | there

    def numbers(*, slopes: bool) -> int:
        return sum(
            scenario.network.sizes[_layer(variable)] * int(there.sum())
            for variable, there in read.items()
            if (variable.name == "slope") == slopes
        )

    return Held(numbers(slopes=False), numbers(slopes=True))
