"""How is a run computed straight through, iteration after iteration, as fast as numpy goes?

`train` and the replay of a trace are this same loop; a trace keeps the arrays of the iteration that
is looked at (`engine.replay.iteration`), this loop keeps only the parameters and the losses.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple, overload

import numpy as np

from engine.execute.compile import compiled
from engine.execute.machine import Machine
from engine.execute.passes import Batch, Pass
from engine.execute.program import passes, program
from engine.mathematics.activations import ACTIVATIONS
from engine.parameters import Parameters, initial_parameters

if TYPE_CHECKING:
    import numpy.typing as npt

    from engine.arrays import Array, Mask
    from engine.execute.operations import Operation
    from engine.order.shapes import Shapes
    from engine.scenario import Order, Scenario

_LOSS_BYTES = 1 << 17
_LOSS_ITERATIONS = 256
_CACHED_BATCHES = 1024
_EVALUATED_ROWS = 4096


class _Kit(NamedTuple):
    """The arrays of a pass and the closures that run an order's program on them."""

    arrays: Pass
    operations: list[Operation]


class _Part(NamedTuple):
    """One pass of an iteration: a kit, the batch it takes, and the batch's rows in the iteration."""

    kit: _Kit
    batch: Batch
    rows: slice


class _Plan(NamedTuple):
    """What is the same each time that a batch comes round: all of an iteration but the parameters.

    `parts` are the samples of its passes, `scale` is what its updates multiply totals by. `targets` are
    those of all its rows and `no_target` says which rows have none; a batch that is smaller than the
    others is filled up with such rows.
    """

    parts: list[range]
    scale: Array
    samples: int
    targets: Array
    no_target: Mask


class Run:
    """A run that moves forward: `iteration` iterations are done, `parameters()` are the result.

    `seek` puts it back to any iteration whose parameters are known.
    """

    def __init__(self, scenario: Scenario, shapes: Shapes, order: Order) -> None:
        self.scenario = scenario
        self.shapes = shapes
        self.order: Order = order
        self.iteration = 0
        self._machine = Machine(scenario.network, initial_parameters(scenario.network), lean=True)
        self._kits: dict[int, _Kit] = {}
        # What depends on the batch alone is made once: by the batch's number, and by a pass's samples.
        self._batches = shapes.batches
        self._plan = lru_cache(_CACHED_BATCHES)(self._new_plan)
        self._part = lru_cache(_CACHED_BATCHES)(self._new_part)
        rows = scenario.training.batch_size * shapes.times
        outputs = scenario.network.layers[-1].units
        self._chunk = max(1, min(_LOSS_ITERATIONS, _LOSS_BYTES // (8 * rows * outputs)))
        # The last layer's pre-activations of a chunk of iterations: their losses are computed together.
        self._last: Array = np.zeros((self._chunk, rows, outputs))

    def parameters(self) -> Parameters:
        """Return the parameters after `iteration` iterations."""
        return self._machine.parameters()

    def seek(self, iteration: int, parameters: Parameters) -> None:
        """Go on from `parameters`, those before `iteration`."""
        self.iteration = iteration
        self._machine.put(parameters)

    def advance(self, iterations: int) -> Array:
        """Run further iterations and return the loss of each: of its batch, before its update."""
        losses: Array = np.empty(iterations)
        with np.errstate(all="ignore"):
            for first in range(0, iterations, self._chunk):
                count = min(self._chunk, iterations - first)
                for place in range(count):
                    self._iterate(place)
                losses[first : first + count] = self._losses(self.iteration - count, count)
        return losses

    def skip(self, iterations: int) -> None:
        """Run further iterations for their parameters alone."""
        with np.errstate(all="ignore"):
            for _ in range(iterations):
                self._iterate(0)

    def _iterate(self, place: int) -> None:
        plan = self._plan(self.iteration % self._batches)
        self._machine.scale = plan.scale
        for part in plan.parts:
            (arrays, operations), batch, rows = self._part(part)
            arrays.load(batch)
            for operation in operations:
                operation()
            self._last[place, rows] = arrays.layers[-1].pre_activation
        self.iteration += 1

    def _new_plan(self, batch: int) -> _Plan:
        samples = self.shapes.batch(batch)
        parts = passes(self.order, samples)
        targets = np.zeros_like(self._last[0])
        no_target = np.ones(len(targets), dtype=np.bool_)
        for part in parts:
            _, numbers, rows = self._part(part)
            targets[rows] = numbers.targets
            no_target[rows] = False if numbers.no_target is None else numbers.no_target
        by = np.array(scale(self.scenario, len(samples)))
        return _Plan(parts, by, len(samples), targets, no_target)

    def _new_part(self, samples: range) -> _Part:
        kit = self._kits.get(len(samples)) or self._kit(len(samples))
        times = self.shapes.times
        begin = (samples.start % self.scenario.training.batch_size) * times
        return _Part(kit, Batch(self.scenario.data, samples), slice(begin, begin + len(samples) * times))

    def _kit(self, samples: int) -> _Kit:
        times = self.shapes.times
        arrays = Pass(self.scenario.network, samples, times)
        blocks = program(self.order, self.shapes.layers, times)
        operations = compiled(self._machine, (block for block in blocks if block.kind != "loss"), arrays)
        kit = self._kits[samples] = _Kit(arrays, operations)
        return kit

    def _losses(self, first: int, count: int) -> Array:
        """Return the losses of the chunk of iterations from `first` on."""
        plans = [self._plan(iteration % self._batches) for iteration in range(first, first + count)]
        targets = np.concatenate([plan.targets for plan in plans])
        no_target = np.concatenate([plan.no_target for plan in plans])
        terms = self._terms(self._last[:count].reshape(targets.shape), targets)
        if no_target.any():
            terms[no_target] = 0.0
        total: Array = terms.reshape(count, -1).sum(axis=1)
        return reduced(self.scenario, total, np.array([plan.samples for plan in plans]))

    def _terms(self, z: Array, targets: Array) -> Array:
        output = self._machine.output
        a = np.empty_like(z)
        if not output.simplified:  # else the terms are formed from z alone
            ACTIVATIONS[self.scenario.network.layers[-1].activation].forward(z, a)
        return output.terms(z, a, targets)


def scale(scenario: Scenario, samples: int) -> float:
    """Return what a total is multiplied by in an update: η, or η/B for the mean over a batch of B."""
    rate = scenario.training.learning_rate
    return rate / samples if scenario.training.reduction == "mean" else rate


@overload
def reduced(scenario: Scenario, loss: float, samples: int) -> float: ...
@overload
def reduced(scenario: Scenario, loss: Array, samples: npt.NDArray[np.int64]) -> Array: ...
def reduced(scenario: Scenario, loss: float | Array, samples: int | npt.NDArray[np.int64]) -> float | Array:
    """Return the loss of `samples` samples as the scenario's reduction states it, from their sum."""
    return loss / samples if scenario.training.reduction == "mean" else loss


def loss_of(scenario: Scenario, shapes: Shapes, parameters: Parameters) -> float:
    """Return the loss over all samples at these parameters, summed or averaged as `reduction` says."""
    data = scenario.data
    step = max(1, _EVALUATED_ROWS // shapes.times)
    total = 0.0
    for first in range(0, data.samples, step):
        samples = range(first, min(first + step, data.samples))
        total += summed_loss(scenario, shapes, parameters, Batch(data, samples))
    return reduced(scenario, total, data.samples)


@np.errstate(all="ignore")
def summed_loss(scenario: Scenario, shapes: Shapes, parameters: Parameters, batch: Batch) -> float:
    """Return the sum of the losses of a batch's samples at these parameters, by one forward pass."""
    arrays = Pass(scenario.network, len(batch.samples), shapes.times)
    arrays.load(batch)
    blocks = program("deferred", shapes.layers, shapes.times)
    forward = [block for block in blocks if block.kind in ("forward", "loss")]
    for operation in compiled(Machine(scenario.network, parameters), forward, arrays):
        operation()
    return float(arrays.terms.sum())
