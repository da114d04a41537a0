"""How does a small scenario run, as straight-line code on floats?

Its functions are Python's own as long as they give a number. What leaves the range of floats (exp of 710, a
division by 0, a sum that is inf) runs again from where the call began, with functions that go on as numpy's
do, and from then on with these. Up to there both are the same bit for bit.
"""

from __future__ import annotations

import math
import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeAlias

import numpy as np
from msgspec import Struct

from engine.arrays import sealed
from engine.equations.equation import Home, Variable
from engine.equations.forward import INPUT, OUTPUTS, TARGET, is_mean
from engine.equations.table import table_of
from engine.equations.updates import constants, masks
from engine.parameters import initial_parameters
from engine.program.floats.code import PLAIN, TOTAL, FloatCode, Site
from engine.program.names import Leaf
from engine.program.played import Played
from engine.program.rows import float_functions

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
    from types import CodeType

    from engine.arrays import Array
    from engine.equations.table import Table
    from engine.order.schedule import Schedule
    from engine.order.shapes import Shapes
    from engine.parameters import Parameters
    from engine.scenario import Scenario

Note: TypeAlias = "float | tuple[float, ...]"
"""What is noted of an iteration: a number alone is no tuple."""


_FEW = 256
"""So many iterations are run by a program that plays, if there is one: one that only trains is quicker, but
to make it takes as long as these."""


class FloatMachine:
    """Parameters as a row of floats, and a program for each size of batch and pattern of targets.

    With `noting` the programs of `advance` also note what it asks for: a row for each iteration, in `notes`.
    """

    in_turn = True

    def __init__(
        self, scenario: Scenario, shapes: Shapes, schedule: Schedule, noting: Noting | None = None
    ) -> None:
        self._scenario, self._shapes, self._schedule = scenario, shapes, schedule
        self._noting = noting
        self.notes: list[Note] = []
        self._table = table_of(scenario)
        self._start = initial_parameters(scenario)
        self._of_batch: dict[tuple[int, bool], Program] = {}
        self._data = [self._rows(batch) for batch in range(shapes.batches)]
        self._few = _FEW
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
        self._few -= iterations
        keep = keep or (self._few >= 0 and self._has_played)
        while first < stop:
            program = self._program(first % batches, keep=keep)
            last = first + 1
            while (
                last < stop and self._program(last % batches, keep=keep) is program and last - first < batches
            ):
                last += 1
            if last - first >= batches:  # all batches alike: no need to look again
                last = stop
            self._values, some, *more = program.run(self._values, self._data, first, last - first)  # type: ignore[assignment]
            losses += some  # type: ignore[arg-type]
            if self._noting is not None:
                self.notes += more[-1]  # type: ignore[arg-type]
            first = last
        return np.array(losses)

    def play(self, iteration: int) -> Played:
        """Run an iteration with all of its numbers kept."""
        if iteration == self._schedule.iteration:  # updates out of turn: a list of its own
            program = Program(self._scenario, self._shapes, self._schedule, iteration, keep=True)
        else:
            program = self._program(iteration % self._shapes.batches, keep=True)
        self._values, _, numbers = program.run(self._values, self._data, iteration, 1)  # type: ignore[assignment]
        every: Array = sealed(np.array(numbers, dtype=np.float64))
        arrays: dict[Variable, Array] = {}
        start = 0
        for variable in self._table.kept:
            shape = program.code.shape(variable)
            size = int(np.prod(shape))
            arrays[variable] = every[start : start + size].reshape(shape)
            start += size
        return Played(arrays, self.parameters(), {})

    # -- programs ---------------------------------------------------------------------------------

    @property
    def _has_played(self) -> bool:
        """Whether there are programs that keep all, and none yet that only train."""
        return bool(self._of_batch) and all(keep for _, keep in self._of_batch)

    def _program(self, batch: int, *, keep: bool) -> Program:
        found = self._of_batch.get((batch, keep))
        if found is None:
            found = self._of_batch[batch, keep] = self._made_for(batch, keep=keep)
        return found

    def _made_for(self, batch: int, *, keep: bool) -> Program:
        mine = self._pattern(batch)
        for other in range(batch):
            known = self._of_batch.get((other, keep))
            if known is not None and self._pattern(other) == mine:
                return known
        noting = None if keep else self._noting
        return Program(self._scenario, self._shapes, self._schedule, batch, keep=keep, noting=noting)

    def _pattern(self, batch: int) -> tuple[int, bytes]:
        samples = self._shapes.batch(batch)
        return len(samples), self._shapes.has_target[samples.start : samples.stop].tobytes()

    def _rows(self, batch: int) -> tuple[float, ...]:
        samples, data = self._shapes.batch(batch), self._scenario.data
        part = slice(samples.start, samples.stop)
        arrays = (data.inputs[part].transpose(1, 0, 2), data.targets[part].transpose(1, 0, 2))
        return tuple(value for array in arrays for value in array.ravel().tolist())

    def _flat(self, parameters: Parameters) -> Array:
        return np.concatenate([parameters.array(one).ravel() for one in self._table.remembered])

    def _made(self, values: tuple[float, ...]) -> Parameters:
        every = sealed(np.array(values, dtype=np.float64))
        arrays, start = {}, 0
        for one in self._table.remembered:
            like = self._start.array(one)
            arrays[one] = every[start : start + like.size].reshape(like.shape)
            start += like.size
        return self._start.replaced(arrays)


class Program:
    """The statements of an iteration as a function; `code` are these statements."""

    def __init__(
        self,
        scenario: Scenario,
        shapes: Shapes,
        schedule: Schedule,
        iteration: int,
        *,
        keep: bool,
        noting: Noting | None = None,
    ) -> None:
        self._scenario, self._shapes, self._schedule = scenario, shapes, schedule
        self._iteration, self._keep, self._noting = iteration, keep, noting
        self._guarded = False
        self.code, self._run = self._made()

    def run(
        self, values: tuple[float, ...], batches: list[tuple[float, ...]], first: int, count: int
    ) -> tuple[object, ...]:
        """Run iterations; return the parameters and the losses.

        And the numbers of the last if all is kept, and what was noted of each if anything was.
        """
        if self._guarded:
            return self._run(values, batches, first, count)
        try:
            found = self._run(values, batches, first, count)
            # No function of Python's stops at a number that is inf already.
            if all(map(_are_finite, found)):
                return found
        except (ArithmeticError, ValueError):
            pass
        self._guarded = True
        self.code, self._run = self._made()
        return self._run(values, batches, first, count)

    def _made(self) -> tuple[FloatCode, Callable[..., tuple[object, ...]]]:
        code = code_of(
            self._scenario,
            self._shapes,
            self._schedule,
            self._iteration,
            keep=self._keep,
            guarded=self._guarded,
            asked=() if self._noting is None else self._noting.variables,
        )
        noted = None if self._noting is None else self._noting.noted(code, self._iteration)
        return code, compiled(
            self._scenario, self._shapes, code, self._iteration, keep=self._keep, noted=noted
        )


def _are_finite(numbers: object) -> bool:
    """Return whether a row of numbers, or of rows of them, is finite, and so is its sum."""
    assert isinstance(numbers, tuple | list)
    if numbers and isinstance(numbers[0], tuple):
        return all(map(_are_finite, numbers))
    return math.isfinite(sum(numbers))


class Noting(Protocol):
    """What is to be noted of each iteration: numbers of some variables, by the names in the statements."""

    variables: Collection[Variable]

    def noted(self, code: FloatCode, iteration: int) -> Noted:
        """Return what to note of an iteration like this one."""


class Noted(Struct, frozen=True):
    """Names of statements; `kept` has what is kept under a new name right after a step, by its place.

    Something that an iteration writes more than once has more than one value to note. What no statement makes
    (the change of what is not trained) is 0.
    """

    names: Sequence[str]
    kept: Mapping[int, Mapping[str, str]]


def code_of(
    scenario: Scenario,
    shapes: Shapes,
    schedule: Schedule,
    iteration: int,
    *,
    keep: bool,
    guarded: bool,
    asked: Collection[Variable] = (),
) -> FloatCode:
    """Return the statements of an iteration, in the order of a schedule."""
    samples = shapes.batch(iteration)
    what = _What(
        table_of(scenario),
        tuple(sites_of(schedule, iteration)),
        shapes.times,
        tuple(map(tuple, shapes.has_target[samples.start : samples.stop].tolist())),
        tuple(constants_of(scenario, len(samples)).items()),
        keep,
        iteration == schedule.iteration,
        guarded,
        tuple(asked),
    )
    # 0 and -0 are equal, but what is set by hand to one of them is not written as the other.
    return statements(what) if all(site.by_hand is None for site in what.sites) else _statements(what)


class _What(NamedTuple):
    """All that the statements of an iteration depend on; `targets` says sample by sample where there are any.

    A table is told by its identity.
    """

    table: Table
    sites: tuple[Site, ...]
    times: int
    targets: tuple[tuple[bool, ...], ...]
    constants: tuple[tuple[Variable, str], ...]
    keep: bool
    left: bool
    guarded: bool
    asked: tuple[Variable, ...]


def _statements(what: _What) -> FloatCode:
    return FloatCode(
        what.table,
        what.sites,
        len(what.targets),
        what.times,
        np.array(what.targets, dtype=np.bool_),
        dict(what.constants),
        keep=what.keep,
        left=what.left,
        guarded=what.guarded,
        asked=what.asked,
    )


# They are the same for every trace of a scenario, and for scenarios that differ in their numbers alone.
statements = lru_cache(maxsize=16)(_statements)


def constants_of(scenario: Scenario, samples: int) -> dict[Variable, str]:
    """Return the numbers that statements read, as they are written, for a batch of so many samples."""
    given = constants(scenario, samples) | {OUTPUTS: float(scenario.network.layers[-1].units)}
    return {variable: repr(value) for variable, value in given.items()}


def sites_of(schedule: Schedule, iteration: int) -> list[Site]:
    """Return the steps of an iteration, with samples counted within its batch."""
    start = schedule.shapes.batch(iteration).start
    found = []
    for step in range(schedule.first_step(iteration), schedule.first_step(iteration + 1)):
        kind, _, sample, time, layer = schedule.site(step)
        poke = schedule.poke(step)
        by_hand = None if poke is None else (Leaf(Variable(poke.group, layer), poke.units), poke.value)
        found.append(Site(Home(kind, layer), None if sample is None else sample - start, time, by_hand))
    return found


def compiled(
    scenario: Scenario,
    shapes: Shapes,
    code: FloatCode,
    iteration: int,
    *,
    keep: bool,
    noted: Noted | None = None,
) -> Callable[..., tuple[object, ...]]:
    """Return the function that runs the statements: of parameters, batches.

    A first iteration and a number of them.
    """
    samples = len(shapes.batch(iteration))
    values = ", ".join(code.names(code.table.remembered))
    batch = "\n".join(
        [f"{', '.join(code.names([INPUT, TARGET]))}, = batches[k % {shapes.batches}]", *code.before]
    )
    losses = " + ".join(code.losses) or "0.0"
    if is_mean(scenario.training):
        losses = f"({losses}) / {float(samples)!r}"
    given = [*_initial(scenario, code), *_masks(scenario, code)]
    blocks = [block.text for block in code.blocks]
    row: list[str] = []
    if noted is not None:
        made = {name for text in blocks for line in text.split("\n") for name in _targets(line)}
        made |= {*code.names((*code.table.remembered, *code.table.inputs)), *(name for name, _ in given)}
        made |= {new for names in noted.kept.values() for new in names}
        for place, names in noted.kept.items():
            lines = [f"{new} = {name if name in made else '0.0'}" for new, name in names.items()]
            blocks[place] = "\n".join(filter(None, [blocks[place], *lines]))
        row = [name if name in made else "0.0" for name in noted.names]
    every = [*filter(None, blocks), f"append({losses})"]
    once = [f"{name} = {value!r}" for name, value in given]
    if shapes.batches == 1:
        once.append(batch.replace("k % 1", "0", 1))
    else:
        every.insert(0, batch)
    result = f"({values},), losses"
    if keep:
        made = {name for text in every for line in text.split("\n") for name in _targets(line)}
        kept = [name if name in made else "0.0" for name in code.names(code.table.kept)]
        result += f", ({', '.join(kept)},)"
    if noted is not None:
        every.append(f"note({row[0] if len(row) == 1 else '(' + ', '.join(row) + ')'})")
        once += ["notes = []", "note = notes.append"]
        result += ", notes"
    body = "\n    ".join("\n".join(every).split("\n"))
    if shapes.batches == 1:
        body = _without_ones(body, scenario, code)
    functions = "".join(f", {name}={name}" for name in PLAIN if f"{name}(" in body)
    first = "".join(f"  {line}\n" for text in once for line in text.split("\n"))
    text = f"""\
def run(values, batches, first, count{functions}):
  {values}, = values
  losses = []
  append = losses.append
{first}  for k in range(first, first + count):
    {body}
  return {result}
"""
    space = {**(TOTAL if code.guarded else PLAIN), **float_functions(code.table.equations)}
    exec(code_object(text), space)  # noqa: S102 - text of our own
    return space["run"]  # type: ignore[return-value]


def _without_ones(body: str, scenario: Scenario, code: FloatCode) -> str:
    """Return statements in which nothing is multiplied by an input that is 1: that changes no bit."""
    values = scenario.data.inputs.transpose(1, 0, 2).ravel().tolist()
    ones = [name for name, value in zip(code.names([INPUT]), values, strict=True) if value == 1.0]
    return re.sub(rf" \* (?:{'|'.join(ones)})\b", "", body) if ones else body


def _targets(line: str) -> list[str]:
    """Return the variables that a statement makes."""
    return line.partition(" = ")[0].removesuffix(",").split(", ")


@lru_cache(maxsize=64)
def code_object(text: str) -> CodeType:
    """Return compiled text; the same scenario is often made again."""
    return compile(text, "<floats>", "exec")


def _masks(scenario: Scenario, code: FloatCode) -> Iterator[tuple[str, float]]:
    """Yield which numbers are trained, 1 or 0, by the names that the statements give them."""
    for one, mask in masks(scenario).items():
        yield from zip(code.names([one]), mask.ravel().tolist(), strict=True)


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
