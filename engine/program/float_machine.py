"""How does a small scenario run, as straight-line code on floats?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.arrays import sealed
from engine.equations.equation import Home, Variable
from engine.equations.forward import INPUT, LOSS, OUTPUTS, TARGET
from engine.equations.table import table_of
from engine.equations.updates import RATE
from engine.parameters import initial_parameters
from engine.program.entries import Leaf
from engine.program.float_code import SPACE, FloatCode, Site
from engine.program.machine import Played, rate

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.arrays import Array
    from engine.order.schedule import Schedule
    from engine.order.shapes import Shapes
    from engine.parameters import Parameters
    from engine.scenario import Scenario


class FloatMachine:
    """Parameters as a row of floats, and a program for each size of batch and pattern of targets."""

    in_turn = True

    def __init__(self, scenario: Scenario, shapes: Shapes, schedule: Schedule) -> None:
        self._scenario, self._shapes, self._schedule = scenario, shapes, schedule
        self._table = table_of(scenario.network)
        self._start = initial_parameters(scenario.network)
        self._programs: dict[tuple[object, ...], Callable[..., tuple[object, ...]]] = {}
        self._of_batch: dict[tuple[int, bool], tuple[Callable[..., tuple[object, ...]], FloatCode]] = {}
        self._data = [self._rows(batch) for batch in range(shapes.batches)]
        self._values: tuple[float, ...] = ()
        self.put(self._start)

    def put(self, parameters: Parameters) -> None:
        """Go on from these parameters."""
        self._values = tuple(self._flat(parameters).tolist())

    def parameters(self) -> Parameters:
        """Return the parameters of this moment, read-only."""
        return self._made(self._values)

    def advance(self, first: int, iterations: int, *, keep: bool = False) -> Array:
        """Run iterations from `first` on; return the loss of each."""
        losses: list[float] = []
        batches, stop = self._shapes.batches, first + iterations
        while first < stop:
            run, code = self._program(first % batches, keep=keep)
            last = first + 1
            while (
                last < stop and self._program(last % batches, keep=keep)[1] is code and last - first < batches
            ):
                last += 1
            if last - first >= batches:  # all batches alike: no need to look again
                last = stop
            self._values, some, *_ = run(self._values, self._data, first, last - first)  # type: ignore[assignment]
            losses += some  # type: ignore[arg-type]
            first = last
        return np.array(losses)

    def play(self, iteration: int) -> Played:
        """Run an iteration with all of its numbers kept."""
        run, code = self._program(iteration % self._shapes.batches, keep=True)
        if iteration == self._schedule.iteration:  # updates out of turn: a list of its own
            code = code_of(self._scenario, self._shapes, self._schedule, iteration, keep=True)
            run = compiled(self._scenario, self._shapes, code, iteration, keep=True)
        self._values, _, numbers = run(self._values, self._data, iteration, 1)  # type: ignore[assignment]
        every: Array = np.array(numbers, dtype=np.float64)
        every.setflags(write=False)
        arrays: dict[Variable, Array] = {}
        start = 0
        for variable in kept(code):
            shape = code.shape(variable)
            size = int(np.prod(shape))
            arrays[variable] = every[start : start + size].reshape(shape)
            start += size
        return Played(arrays, self.parameters(), {})

    # -- programs ---------------------------------------------------------------------------------

    def _program(self, batch: int, *, keep: bool) -> tuple[Callable[..., tuple[object, ...]], FloatCode]:
        found = self._of_batch.get((batch, keep))
        if found is None:
            found = self._of_batch[batch, keep] = self._made_for(batch, keep=keep)
        return found

    def _made_for(self, batch: int, *, keep: bool) -> tuple[Callable[..., tuple[object, ...]], FloatCode]:
        mine = self._pattern(batch)
        for other in range(batch):
            known = self._of_batch.get((other, keep))
            if known is not None and self._pattern(other) == mine:
                return known
        code = code_of(self._scenario, self._shapes, self._schedule, batch, keep=keep)
        return compiled(self._scenario, self._shapes, code, batch, keep=keep), code

    def _pattern(self, batch: int) -> tuple[int, bytes]:
        samples = self._shapes.batch(batch)
        return len(samples), self._shapes.has_target[samples.start : samples.stop].tobytes()

    def _rows(self, batch: int) -> tuple[float, ...]:
        samples, data = self._shapes.batch(batch), self._scenario.data
        part = slice(samples.start, samples.stop)
        arrays = (data.inputs[part].transpose(1, 0, 2), data.targets[part].transpose(1, 0, 2))
        return tuple(value for array in arrays for value in array.ravel().tolist())

    def _flat(self, parameters: Parameters) -> Array:
        return np.concatenate([parameters.array(one).ravel() for one in self._table.parameters])

    def _made(self, values: tuple[float, ...]) -> Parameters:
        every = sealed(np.array(values, dtype=np.float64))
        arrays, start = {}, 0
        for one in self._table.parameters:
            like = self._start.array(one)
            arrays[one] = every[start : start + like.size].reshape(like.shape)
            start += like.size
        return self._start.replaced(arrays)


def code_of(
    scenario: Scenario, shapes: Shapes, schedule: Schedule, iteration: int, *, keep: bool
) -> FloatCode:
    """Return the statements of an iteration, in the order of a schedule."""
    samples = shapes.batch(iteration)
    sites = sites_of(schedule, iteration)
    constants = {
        RATE: rate(scenario, len(samples)),
        OUTPUTS: float(scenario.network.layers[-1].units),
    }
    has_target = shapes.has_target[samples.start : samples.stop]
    table = table_of(scenario.network)
    left = iteration == schedule.iteration
    return FloatCode(table, sites, len(samples), shapes.times, has_target, constants, keep=keep, left=left)


def sites_of(schedule: Schedule, iteration: int) -> list[Site]:
    """Return the steps of an iteration, with samples counted within its batch."""
    start = schedule.shapes.batch(iteration).start
    found = []
    for step in range(schedule.first_step(iteration), schedule.first_step(iteration + 1)):
        kind, _, sample, time, layer = schedule.site(step)
        found.append(Site(Home(kind, layer), None if sample is None else sample - start, time))
    return found


def kept(code: FloatCode) -> list[Variable]:
    """Return the variables of samples and times that a trace shows."""
    return [
        one.variable
        for one in code.table.equations
        if one.home is not None
        and one.home.kind in ("forward", "loss", "delta")
        and not one.helper
        and one.variable != LOSS
    ]


def compiled(
    scenario: Scenario, shapes: Shapes, code: FloatCode, iteration: int, *, keep: bool
) -> Callable[..., tuple[object, ...]]:
    """Return the function that runs the statements: of parameters, batches.

    A first iteration and a number of them.
    """
    samples = shapes.batch(iteration)
    table = code.table
    values = ", ".join(code.names(table.parameters))
    data = ", ".join([*code.names([INPUT]), *code.names([TARGET])])
    losses = " + ".join(code.losses) or "0.0"
    if scenario.training.reduction == "mean":
        losses = f"({losses}) / {float(len(samples))!r}"
    unpack = f"{data}, = batches[k % {shapes.batches}]"
    lines = ["def run(values, batches, first, count):", f"  {values}, = values"]
    lines += [f"  {name} = {value!r}" for name, value in _initial(scenario, code)]
    lines += ["  losses = []", "  append = losses.append"]
    if shapes.batches == 1:
        lines.append(f"  {unpack.replace('k % 1', '0')}")
    lines.append("  for k in range(first, first + count):")
    if shapes.batches > 1:
        lines.append(f"    {unpack}")
    lines += [f"    {line.text}" for line in code.lines]
    lines.append(f"    append({losses})")
    result = f"  return ({values},), losses"
    if keep:
        names = code.names(kept(code))
        made = {name for line in code.lines for name in line.text.partition(" = ")[0].split(", ")}
        made = {name.rstrip(",") for name in made}
        result += f", ({', '.join(name if name in made else '0.0' for name in names)},)"
    lines.append(result)
    space = dict(SPACE)
    exec(compile("\n".join(lines), "<floats>", "exec"), space)  # noqa: S102 - text of our own
    return space["run"]  # type: ignore[return-value]


def _initial(scenario: Scenario, code: FloatCode) -> list[tuple[str, float]]:
    """Return the activations before time 0, by the names that the statements give them."""
    found = []
    for number, layer in enumerate(scenario.network.layers, start=1):
        if not layer.recurrent:
            continue
        state = np.zeros(layer.units) if layer.initial_state is None else layer.initial_state
        for unit in range(layer.units):
            name = code.name(Leaf(Variable("activation", number), (-1, 0, unit)))
            found.append((name, float(state[unit])))
    return found
