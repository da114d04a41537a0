"""How does a larger scenario run, as operations on arrays?"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

import numpy as np
from numpy import copyto

from engine.arrays import sealed
from engine.equations.equation import Home, Variable
from engine.equations.forward import INPUT, OTHERS, OUTPUTS, TARGET, TERMS, is_mean
from engine.equations.table import table_of
from engine.equations.updates import constants, masks
from engine.order.site import Sort
from engine.order.sound import steps_of
from engine.parameters import initial_parameters
from engine.program.arrays.by_sample import PIECE, Applied, Begun, Singles, Wholes
from engine.program.arrays.code import NumpyCode, parts_of
from engine.program.arrays.patched import Patched
from engine.program.arrays.together import side_by_side
from engine.program.evaluate import compute
from engine.program.operations import CACHED_BATCHES, NO_TARGET, Memory
from engine.program.plan import Stretch, plan_of, updates_of, without
from engine.program.played import Played

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from engine.arrays import Array
    from engine.order.schedule import Schedule
    from engine.order.shapes import Shapes
    from engine.parameters import Parameters
    from engine.program.arrays.code import Iterate
    from engine.program.operations import AnyArray
    from engine.program.plan import Done
    from engine.scenario import Network, Scenario

_LOSS_BYTES = 127 << 10  # from 128 KiB on the pages of an array are given back at once
_LOSS_ITERATIONS = 256

_FEW = 16
"""So many iterations are run by a program that plays, if there is one: one that only trains is quicker, but
to make it takes as long as these."""


class _Program(NamedTuple):
    memory: Memory
    code: NumpyCode


class _Pass(NamedTuple):
    """A call of a program, the last layer's pre-activations after it, and which rows of a batch these are."""

    run: Iterate
    arguments: tuple[object, ...]
    last: Array
    place: slice | None


_CACHED_PASSES = 1 << 14
"""Calls that are kept with their arguments: two kilobytes each."""

_Kind: TypeAlias = Literal["straight", "straight and keeping", "played"]


class Batches:
    """Inputs and targets [time, sample, unit] of each of some ranges of samples, made when asked for."""

    def __init__(self, scenario: Scenario, parts: Sequence[range]) -> None:
        self._data, self._parts = scenario.data, parts
        self.missing = not bool(scenario.data.has_target.all())
        self._made = lru_cache(CACHED_BATCHES)(self._of)

    def __len__(self) -> int:
        return len(self._parts)

    def __getitem__(self, batch: int) -> dict[Variable, AnyArray]:
        return self._made(batch)

    def _of(self, batch: int) -> dict[Variable, AnyArray]:
        samples = self._parts[batch]
        part = slice(samples.start, samples.stop)
        return {
            INPUT: sealed(np.ascontiguousarray(self._data.inputs[part].transpose(1, 0, 2))),
            TARGET: sealed(np.ascontiguousarray(self._data.targets[part].transpose(1, 0, 2))),
            NO_TARGET: sealed(np.ascontiguousarray(~self._data.has_target[part].T)),
        }


class NumpyMachine:
    """Parameters as arrays, and programs for each size of batch: one that trains, one that keeps all."""

    in_turn = False

    def __init__(self, scenario: Scenario, shapes: Shapes, schedule: Schedule) -> None:
        self._scenario, self._shapes, self._schedule = scenario, shapes, schedule
        self._table = table_of(scenario)
        self._start = initial_parameters(scenario)
        self._arrays = side_by_side((one, self._start.array(one).shape) for one in self._table.parameters)
        for state in self._table.states:
            self._arrays[state] = self._start.array(state).copy()
        self.put(self._start)
        self._plan = plan_of(steps_of(schedule.order), shapes.layers)
        alike: dict[int, Sequence[range]] = {1: Singles(shapes.samples)}
        if not self._plan.by_sample:
            alike = _alike([shapes.batch(batch) for batch in range(shapes.batches)])
        # A program is for batches of one size: those of each, and which place a batch has among them.
        self._batches = {size: Batches(scenario, some) for size, some in alike.items()}
        self._place: dict[range, int] = {}
        if not self._plan.by_sample:
            self._place = {part: place for some in alike.values() for place, part in enumerate(some)}
        self._programs: dict[tuple[int, int, _Kind], _Program] = {}
        self._few = _FEW
        # What goes sample by sample takes long: where it was left.
        self._ran: Begun | None = None
        self._played: Begun | None = None
        each = shapes.batch_size if self._plan.by_sample else 1
        kept = min(CACHED_BATCHES, _CACHED_PASSES // each)
        self._passes = lru_cache(kept)(self._listed) if kept else self._passes_of
        self._last = Variable("pre_activation", shapes.layers)
        outputs = scenario.network.layers[-1].units
        cells = shapes.times * shapes.batch_size * outputs
        self._chunk = max(1, min(_LOSS_ITERATIONS, _LOSS_BYTES // (8 * cells)))
        # The last layer's pre-activations of a chunk of iterations: their losses are computed together.
        self._history: Array = np.zeros((self._chunk, shapes.times, shapes.batch_size, outputs))

    def put(self, parameters: Parameters) -> None:
        """Go on from these parameters."""
        for one, array in self._arrays.items():
            np.copyto(array, parameters.array(one))

    def parameters(self) -> Parameters:
        """Return the parameters of this moment, read-only."""
        return self._start.replaced({one: sealed(array.copy()) for one, array in self._arrays.items()})

    @np.errstate(all="ignore")
    def advance(self, first: int, iterations: int, *, keep: bool = False) -> Array:
        """Run iterations from `first` on; return the loss of each."""
        losses: Array = np.empty(iterations)
        batches = self._shapes.batches
        self._few -= iterations
        kind: _Kind = "straight and keeping" if keep else "straight"
        if self._few >= 0 and all(made == "played" for _, _, made in self._programs) and self._programs:
            kind = "played"
        for done in range(0, iterations, self._chunk):
            chunk = range(first + done, first + min(done + self._chunk, iterations))
            for iteration, history in zip(chunk, self._history, strict=False):
                if self._plan.by_sample and self._shapes.batch_size > PIECE:
                    passes: Iterable[_Pass] = self._in_pieces(iteration, kind)
                else:
                    passes = self._passes(iteration % batches, kind)
                for run, arguments, last, place in passes:
                    run(*arguments)
                    copyto(history if place is None else history[:, place], last)
            losses[done : done + len(chunk)] = self._losses(chunk)
        return losses

    def _listed(self, batch: int, kind: _Kind) -> Iterable[_Pass]:
        return list(self._passes_of(batch, kind))

    def _in_pieces(self, iteration: int, kind: _Kind) -> Iterator[_Pass]:
        """Yield what an iteration runs sample by sample; who was left in it goes on there.

        What is kept of the samples before stands where it is until another iteration is run.
        """
        begun = self._gone_on_with(self._ran, iteration)
        passes = self._passes_of(iteration % self._shapes.batches, kind, begun.place)
        for place, one in enumerate(passes, begun.place):
            if place % PIECE == 0:
                self._ran = begun._replace(place=place, now=self.parameters())
            yield one

    def _gone_on_with(self, left: Begun | None, iteration: int) -> Begun:
        """Return an iteration that was left, with its parameters put, or one that begins if it is another."""
        before = self.parameters()
        if left is None or not left.is_of(iteration, before):
            return Begun(iteration, before, 0, before)
        self.put(left.now)
        return left

    def _passes_of(self, batch: int, kind: _Kind, first: int = 0) -> Iterator[_Pass]:
        """Yield what an iteration over a batch runs: the whole batch at once, or sample by sample.

        From the sample at place `first` on. The terms of the loss are worked out for many iterations
        together, from what is kept of each.
        """
        samples = self._shapes.batch(batch)
        whole = not self._plan.by_sample
        size = len(samples) if whole else 1
        memory, code = self._program(size, len(samples), kind)
        full = size == self._shapes.batch_size
        last = memory.array(self._last)
        for place, part in enumerate([self._place[samples]] if whole else samples[first:], first):
            rows = slice(size) if whole else slice(place, place + 1)
            yield _Pass(code.iterate, code.arguments(part), last, None if full else rows)

    def _losses(self, chunk: range) -> Array:
        """Return the losses of a chunk of iterations."""
        shapes, data, count = self._shapes, self._scenario.data, len(chunk)
        batches = np.array(chunk) % shapes.batches
        samples = batches[:, None] * shapes.batch_size + np.arange(shapes.batch_size)
        real = samples < shapes.samples  # the last batch of the data may be a smaller one
        samples = np.minimum(samples, shapes.samples - 1)
        there = (shapes.has_target.take(samples, axis=0) & real[..., None]).transpose(0, 2, 1)
        targets = data.targets.take(samples, axis=0).transpose(0, 2, 1, 3)
        z = self._history[:count].reshape(-1, *targets.shape[2:])
        terms = _terms(self._scenario, z, targets.reshape(z.shape))
        if not there.all():
            terms = np.where(there[..., None], terms.reshape(targets.shape), 0.0)
        total: Array = terms.reshape(count, -1).sum(axis=1)
        return total / real.sum(axis=1) if is_mean(self._scenario.training) else total

    @np.errstate(all="ignore")
    def play(self, iteration: int) -> Played:
        """Run an iteration with all of its numbers kept."""
        samples = self._shapes.batch(iteration)
        if not self._plan.by_sample:
            memory, code = self._program(len(samples), len(samples), "played")
            batch = self._place[samples]
            if iteration == self._schedule.iteration:
                Patched(memory, self._schedule, batch).play()
            else:
                code.iterate(*code.arguments(batch))
            return Played(self._kept(memory), self.parameters(), self._totals(memory, iteration))
        return self._play_by_sample(iteration)

    def _play_by_sample(self, iteration: int) -> Played:
        """Run an iteration sample by sample; who was left in it goes on there."""
        samples = self._shapes.batch(iteration)
        memory, code = self._program(1, len(samples), "played")
        begun, self._played = self._gone_on_with(self._played, iteration), None
        fresh = Wholes(self._table.kept, len(samples)), Applied(len(samples))
        wholes, applied = begun.numbers or fresh
        sums = bool(list(self._sums(memory, iteration, 0)))
        for place, sample in enumerate(samples[begun.place :], begun.place):
            if place % PIECE == 0:
                self._played = begun._replace(place=place, now=self.parameters(), numbers=(wholes, applied))
            code.iterate(*code.arguments(sample))
            wholes.add(memory, place)
            if sums:
                applied.add(place, list(self._sums(memory, iteration, place)))
        self._played = None
        return Played(wholes.sealed(), self.parameters(), applied.seal())

    def _program(self, samples: int, batch_size: int, kind: _Kind) -> _Program:
        known = self._programs.get((samples, batch_size, kind))
        if known is None:
            memory = self.memory(samples, batch_size)
            items = self._plan.items if kind == "played" else without(self._plan.items, Home("loss", None))
            parts = parts_of(
                memory, items, keep=kind != "straight", also=(self._last,), training=kind != "played"
            )
            known = self._programs[samples, batch_size, kind] = _Program(memory, NumpyCode(memory, parts))
        return known

    def memory(self, samples: int, batch_size: int) -> Memory:
        """Return the arrays of a program over so many samples, of a batch of a size."""
        return memory_of(
            self._scenario,
            samples,
            self._shapes.times,
            self._batches[samples],
            self._arrays,
            batch_size,
        )

    def _kept(self, memory: Memory) -> dict[Variable, Array]:
        """Return copies of what a program has computed, read-only."""
        return {one: sealed(memory.array(one).copy()) for one in self._table.kept}

    def _totals(self, memory: Memory, iteration: int) -> dict[tuple[Variable, range], Array]:
        """Return copies of what the updates of an iteration have applied."""
        sums = self._sums(memory, iteration, 0)
        return {(variable, places): sealed(array.copy()) for variable, places, array in sums}

    def _sums(self, memory: Memory, iteration: int, sample: int) -> Iterator[tuple[Variable, range, Array]]:
        """Yield what the updates of an iteration have applied, or those after its n-th sample, in turn.

        Each with its places among the gradients. The next sample's are written into the same arrays.
        """
        if iteration == self._schedule.iteration:  # updates out of turn: only what is gathered is one sum
            for layer in range(1, self._shapes.layers + 1):
                every = range(self._schedule.count(iteration, Sort("gradient", layer)))
                yield from self._of_layer(memory, layer, every, None)
            return
        kept = any(one.gathers == "run" for one in self._table.equations)
        made: dict[int, list[int | None]] = {}
        for item in self._plan.items:
            for layer, time in updates_of(item, memory.times):
                made.setdefault(layer, []).append(time)
        for layer, mine in sorted(made.items()):
            for place, time in enumerate(mine, start=sample * len(mine)):
                if time is not None and memory.samples == 1 and not kept:
                    continue  # of one gradient no sum is formed
                gathered = self._schedule.gathered(iteration, layer, place)
                yield from self._of_layer(memory, layer, gathered, time)

    def _of_layer(
        self, memory: Memory, layer: int, places: range, time: int | None
    ) -> Iterator[tuple[Variable, range, Array]]:
        for one in self._table.at[Home("gradient", layer)]:
            array = memory.array(one.variable) if time is None else memory.applied(one.variable)[time]
            yield one.variable, places, array


def _alike(parts: Sequence[range]) -> dict[int, Sequence[range]]:
    """Return ranges of samples by their size."""
    found: dict[int, list[range]] = {}
    for part in parts:
        found.setdefault(len(part), []).append(part)
    return {**found}


def memory_of(
    scenario: Scenario,
    samples: int,
    times: int,
    batches: Batches,
    remembered: dict[Variable, Array],
    batch_size: int,
) -> Memory:
    """Return the arrays of a program over so many samples, of a batch of a size.

    `remembered` are the parameters and states in motion.
    """
    network, table = scenario.network, table_of(scenario)
    outputs = network.layers[-1].units
    given: dict[Variable, Array | float] = {**constants(scenario, batch_size), OUTPUTS: float(outputs)}
    given |= masks(scenario)
    if table.making.get(Variable("rest", len(network.layers))) is not None:
        given[OTHERS] = others(outputs)
    return Memory(table, samples, times, batches, given, remembered, states_before(network))


def states_before(network: Network) -> dict[Variable, Array]:
    """Return the activation [unit] of each recurrent layer before time 0."""
    return {
        Variable("activation", number): np.zeros(layer.units)
        if layer.initial_state is None
        else layer.initial_state
        for number, layer in enumerate(network.layers, start=1)
        if layer.recurrent
    }


@lru_cache(maxsize=8)
def others(outputs: int) -> Array:
    """Return the matrix that sums all entries of a row but its own, read-only."""
    return sealed(np.ones((outputs, outputs)) - np.eye(outputs))


def _terms(scenario: Scenario, z: Array, targets: Array) -> Array:
    """Return the terms of the loss [time, sample, output] from pre-activations of the last layer."""
    network = scenario.network
    outputs = network.layers[-1].units
    given: dict[Variable, Array | float] = {
        Variable("pre_activation", len(network.layers)): z,
        TARGET: targets,
        OUTPUTS: float(outputs),
        OTHERS: others(outputs),
    }
    return compute(table_of(scenario), TERMS, given)


class ForwardPass:
    """The way forward and the loss over some ranges of samples, at any parameters."""

    def __init__(self, scenario: Scenario, times: int, parts: Sequence[range]) -> None:
        self._start = initial_parameters(scenario)
        self._arrays = {one: self._start.array(one).copy() for one in table_of(scenario).parameters}
        self._scenario, self._times, self._parts = scenario, times, parts
        self._alike = _alike(parts)
        self._batches = {size: Batches(scenario, some) for size, some in self._alike.items()}
        self._place = {part: place for some in self._alike.values() for place, part in enumerate(some)}
        self._programs: dict[int, _Program] = {}

    @np.errstate(all="ignore")
    def loss(self, parameters: Parameters) -> float:
        """Return the sum of the losses of all samples of the parts."""
        return sum(float(memory.array(TERMS).sum()) for memory in self._run(parameters))

    @np.errstate(all="ignore")
    def outputs(self, parameters: Parameters) -> tuple[Array, Array]:
        """Return the predictions and the terms of the loss of all samples: [time, sample, output] each."""
        last = Variable("activation", len(self._scenario.network.layers))
        parts = [(m.array(last).copy(), m.array(TERMS).copy()) for m in self._run(parameters)]
        predictions, terms = (np.concatenate(some, axis=1) for some in zip(*parts, strict=True))
        return predictions, terms

    def each(self, parameters: Parameters) -> Iterator[Callable[[Variable], Array]]:
        """Yield, part after part, what has its arrays [time, sample, unit], by variable.

        They are overwritten by those of the next part.
        """
        for memory in self._run(parameters):
            yield memory.array

    def _run(self, parameters: Parameters) -> Iterator[Memory]:
        """Yield the arrays of one part after the other; the next part writes into the same."""
        for one, array in self._arrays.items():
            np.copyto(array, parameters.array(one))
        for part in self._parts:
            memory, code = self._program(len(part))
            code.iterate(*code.arguments(self._place[part]))
            yield memory

    def _program(self, samples: int) -> _Program:
        known = self._programs.get(samples)
        if known is None:
            memory = memory_of(
                self._scenario, samples, self._times, self._batches[samples], self._arrays, samples
            )
            layers = range(1, len(self._scenario.network.layers) + 1)
            way: Done = Stretch((*(Home("forward", layer) for layer in layers), Home("loss", None)))
            parts = parts_of(memory, [way], keep=True)
            known = self._programs[samples] = _Program(memory, NumpyCode(memory, parts))
        return known
