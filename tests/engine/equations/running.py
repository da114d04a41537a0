"""How does a table run that no scenario file can name?

Twice: as the engine's numpy program, and equation by equation on arrays, one time after the other only
where the equations need it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from engine.equations import forward
from engine.equations.equation import TIME, Variable, factor
from engine.equations.table import pruned
from engine.program.arrays.code import NumpyCode
from engine.program.cycles import cycles, direction
from engine.program.evaluate import evaluate
from engine.program.lean import lean
from engine.program.operations import NO_TARGET, Emitter, Memory

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.arrays import Array
    from engine.equations.equation import Equation, Factor
    from engine.equations.table import Table
    from engine.program.operations import AnyArray
    from tests.engine.equations.networks import Told


class Batch:
    """One batch, in which no target is missing."""

    missing = False

    def __init__(self, inputs: Array, targets: Array) -> None:
        nowhere: AnyArray = np.zeros(inputs.shape[:2], dtype=np.bool_)
        self.given: dict[Variable, AnyArray] = {
            forward.INPUT: inputs,
            forward.TARGET: targets,
            NO_TARGET: nowhere,
        }

    def __len__(self) -> int:
        return 1

    def __getitem__(self, batch: int) -> Mapping[Variable, AnyArray]:
        return self.given


class Program(NamedTuple):
    """A program of the engine's and its arrays."""

    memory: Memory
    code: NumpyCode

    @np.errstate(all="ignore")
    def run(self, iterations: int = 1) -> Memory:
        """Run some iterations; return the arrays."""
        for _ in range(iterations):
            self.code.iterate(*self.code.arguments(0))
        return self.memory


class Case:
    """A table with numbers at random for all that it is given."""

    def __init__(self, told: Told, samples: int, times: int, seed: int = 1, rate: float = 0.1) -> None:
        random = np.random.default_rng(seed)
        self.table: Table = told.table
        self.samples, self.times = samples, times
        sizes = {**self.table.axes}
        inputs = random.normal(size=(times, samples, int(sizes[forward.INPUT][2])))
        targets = random.uniform(size=(times, samples, int(sizes[forward.TARGET][2])))
        self.inputs: Array = inputs
        self.targets: Array = targets / targets.sum(axis=-1, keepdims=True)
        self.batch = Batch(self.inputs, self.targets)
        self.numbers = told.numbers(rate)
        self.initial = {
            factor(name).variable: random.normal(size=units) * 0.5 for name, units in told.initial.items()
        }
        self.parameters: dict[Variable, Array] = {
            one: random.normal(size=self.shape(one)) * 0.7 for one in self.table.parameters
        }

    def shape(self, variable: Variable) -> tuple[int, ...]:
        axes = self.table.axes[variable]
        return tuple(self.table.size(axis, self.samples, self.times) for axis in axes)

    def memory(self) -> Memory:
        parameters = {one: array.copy() for one, array in self.parameters.items()}
        return Memory(
            self.table, self.samples, self.times, self.batch, self.numbers, parameters, self.initial
        )

    def program(self, *, keep: bool = True) -> Program:
        """The engine's program of an iteration, all equations as one list."""
        memory = self.memory()
        equations = list(self.table.equations)
        if not keep:
            roots = [one.variable for one in equations if one.variable.name.endswith("'")]
            equations = lean(equations, roots, self.table.initial)
        return Program(memory, NumpyCode(memory, Emitter(memory).parts(equations)))

    def evaluated(self) -> dict[Variable, Array]:
        """All numbers of an iteration, equation by equation."""
        return _Evaluated(self).known

    def losses(self) -> Losses:
        """The loss of the batch at any parameters: nothing of the way back has a part in it."""
        return Losses(self)


class Losses:
    """The way forward alone, as a program; its parameters may be changed in place."""

    def __init__(self, case: Case) -> None:
        memory = case.memory()
        self.parameters = {one: memory.arrays[one] for one in case.parameters}
        equations = pruned(case.table.equations, [forward.TERMS])
        self._program = Program(memory, NumpyCode(memory, Emitter(memory).parts(equations)))

    def __call__(self) -> float:
        """The loss at the parameters of this moment."""
        return float(self._program.run().array(forward.TERMS).sum())


class _Evaluated:
    def __init__(self, case: Case) -> None:
        self.case = case
        self.known: dict[Variable, Array] = {
            **{one: np.asarray(value) for one, value in case.numbers.items()},
            **{one: np.asarray(array, dtype=np.float64) for one, array in case.batch.given.items()},
            **case.parameters,
        }
        for group in cycles(case.table.equations):
            way = direction(group) or max(
                read.shift for one in group for read in (*one.factors(), one.result)
            )
            if way < 1 and not direction(group):
                (one,) = group
                self.known[one.variable] = self._spread(one, evaluate(one, self._whole))
                continue
            for one in group:
                self.known[one.variable] = np.full(case.shape(one.variable), np.nan)
            for time in range(case.times)[::-way]:
                for one in group:
                    self.known[one.variable][time] = self._at(one, time)

    def _spread(self, one: Equation, found: Array) -> Array:
        return np.broadcast_to(found, self.case.shape(one.variable))

    def _at(self, one: Equation, time: int) -> Array:
        terms = tuple(
            term
            for term in one.terms
            if all(read.shift <= 0 or time + read.shift < self.case.times for read in term.factors)
        )

        def read(factor: Factor) -> Array:
            array = self.known[factor.variable]
            if TIME not in factor.letters:
                return array
            now = time + factor.shift
            return array[now] if now >= 0 else self._before(factor.variable)

        return evaluate(one._replace(terms=terms), read, TIME)

    def _before(self, variable: Variable) -> Array:
        state = self.case.initial[variable]
        return np.broadcast_to(state, (self.case.samples, *state.shape))

    def _whole(self, factor: Factor) -> Array:
        array = self.known[factor.variable]
        if not factor.shift:
            return array
        assert factor.shift == -1
        return np.concatenate([self._before(factor.variable)[None], array[:-1]])
