"""How is an iteration played on arrays if updates out of turn change parameters in its midst?

Everything is computed for the whole batch, as if nothing was out of turn; then again with the parameters
that each such update leaves behind, and what had been done before the update keeps its numbers. The matrix
products have the same shapes every time, so a number that no changed parameter has a part in keeps every
bit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.equations.equation import TIME, Home, Variable
from engine.equations.updates import new
from engine.order.site import Sort
from engine.program.arrays.code import parts_of
from engine.program.evaluate import added_up, evaluate, updated
from engine.program.operations import Change, Loop, do
from engine.program.plan import Stretch

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.arrays import Array, Mask
    from engine.equations.equation import Equation, Factor
    from engine.order.schedule import Schedule
    from engine.program.operations import Memory


class Patched:
    """An iteration of a schedule with updates out of turn, on the arrays of a memory.

    The batch is given by its number.
    """

    def __init__(self, memory: Memory, schedule: Schedule, batch: int) -> None:
        self._memory, self._schedule, self._batch = memory, schedule, batch
        assert schedule.iteration is not None
        self._iteration = schedule.iteration
        self._samples = schedule.shapes.batch(self._iteration)
        self._layers = range(1, schedule.shapes.layers + 1)
        self._updated = [0] * schedule.shapes.layers
        there = Stretch(
            (
                *(Home("forward", layer) for layer in self._layers),
                Home("loss", None),
                *(Home("delta", layer) for layer in reversed(self._layers)),
            )
        )
        self._parts = parts_of(memory, [there], keep=True)
        # Totals that go on from the iteration before.
        table = memory.table
        self._begin = {
            one.variable: memory.array(one.variable).copy() for one in table.equations if one.gathers == "run"
        }

    def play(self) -> None:
        """Compute everything; the parameters in the memory are those after the iteration then."""
        self._run(None, {})
        for step in self._schedule.inserted:
            layer = self._schedule.site(step).layer
            assert layer is not None
            if (poke := self._schedule.poke(step)) is not None:
                self._updated[layer - 1] += 1
                self._memory.array(Variable(poke.group, layer))[poke.units] = poke.value
            else:
                self._update(layer)
            before = {variable: array.copy() for variable, array in self._memory.arrays.items()}
            self._run(step, before)
        for layer in reversed(self._layers):
            self._update(layer)

    def _run(self, step: int | None, before: dict[Variable, Array]) -> None:
        """Compute all; what lies before a step keeps the numbers of `before`."""
        masks: dict[Home, Mask] = {}

        def keep(one: Equation, time: int | None) -> None:
            if step is None or one.home is None or one.home.kind not in ("forward", "delta"):
                return
            if one.home not in masks:
                masks[one.home] = self._done(step, one.home)
            array, old, mask = self._memory.array(one.variable), before[one.variable], masks[one.home]
            if time is None:
                np.copyto(array, old, where=mask[..., None])
            else:
                np.copyto(array[time], old[time], where=mask[time, :, None])

        for part in self._parts:
            if isinstance(part, Change):
                continue
            if isinstance(part, Loop):
                for time in part.times:
                    self._at(part, time, keep)
                continue
            for operation in part.operations:
                do(operation, self._batch, 0)
            alone = len(part.times) == 1 and self._memory.times > 1
            keep(part.equation, part.times[0] if alone else None)

    def _at(self, loop: Loop, time: int, keep: Callable[[Equation, int | None], None]) -> None:
        for part in loop.body:
            for operation in part.operations:
                do(operation, self._batch, time)
            if not isinstance(part, Change):
                keep(part.equation, time)

    def _done(self, step: int, home: Home) -> Mask:
        """Return what of a kind of step lies before a step: [time, sample of the batch]."""
        assert home.layer is not None
        sort = Sort(home.kind, home.layer)
        samples, times = self._schedule.places(self._iteration, sort)
        count = self._schedule.before(step, sort)
        mask = np.zeros((self._memory.times, self._memory.samples), dtype=np.bool_)
        mask[times[:count], samples[:count] - self._samples.start] = True
        return mask

    def _update(self, layer: int) -> None:
        """Apply what has been gathered for a layer since its last update."""
        places = self._schedule.gathered(self._iteration, layer, self._updated[layer - 1])
        self._updated[layer - 1] += 1
        memory, table = self._memory, self._memory.table
        if not places:
            return
        remembered = [one for one in table.remembered if one.layer == layer]
        values: dict[Variable, Array | float] = {**memory.constants}
        values |= {one: memory.array(one) for one in remembered}
        for one in table.at[Home("gradient", layer)]:
            total = self._gathered(one, places.stop)
            if places.start:
                total = total - self._gathered(one, places.start)
            values[one.variable] = total
        made = updated(table, layer, values)
        for variable in remembered:
            if new(variable) in made:
                np.copyto(memory.array(variable), made[new(variable)])

    def _gathered(self, one: Equation, stop: int) -> Array:
        """Return the sum of a layer's first gradients."""
        assert one.home is not None
        assert one.home.layer is not None
        samples, times = self._schedule.places(self._iteration, Sort("gradient", one.home.layer))
        begin = self._begin.get(one.variable)
        if stop == len(samples):  # the sum over the whole batch is that of the program
            # All totals of a layer are formed together: each begins where it did, whichever is asked for.
            for other in self._memory.table.at[one.home]:
                if other.variable in self._begin:
                    np.copyto(self._memory.array(other.variable), self._begin[other.variable])
            for part in parts_of(self._memory, [Stretch((one.home,))], keep=True):
                assert not isinstance(part, Loop)
                for operation in part.operations:
                    do(operation, self._batch, 0)
            return self._memory.array(one.variable).copy()
        mine = added_up(one, samples, range(stop))
        rows = times[mine], samples[mine] - self._samples.start

        def read(factor: Factor) -> Array:
            array = self._memory.view_of(factor, self._batch)
            found: Array = array[rows]
            return found

        found = np.ascontiguousarray(evaluate(one, read, TIME))
        return found if begin is None else begin + found
