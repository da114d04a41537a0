"""What does an iteration come to with a mistake, made from the first one on or in this one alone?"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from engine.diagnosis.iteration.ground import FULL_BATCH, ground, starting
from engine.diagnosis.iteration.values import Values
from engine.diagnosis.judging.bench import WORK, Bench
from engine.diagnosis.judging.rounding import Played, Rounded
from engine.diagnosis.quantities import FORWARD
from engine.equations.forward import is_mean
from engine.equations.table import table_of
from engine.equations.updates import BATCH, RATE, new, old
from engine.once import once
from engine.read.fitting import why_unfit
from engine.run.tracing import trace

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from engine.arrays import Array
    from engine.diagnosis.judging.ways import Way
    from engine.diagnosis.mistakes.candidates import Tried
    from engine.equations.equation import Variable


class Begun:
    """The iteration of a bench with mistakes that were made from the first on; each is worked out once."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self._started: dict[int, Values | None] = {}
        self._applied_at_once: Values | None = None

    def ways(self, one: Tried, way: Way) -> Iterator[Values]:
        """Yield the iteration with a mistake that was made from the first on, or only in this one."""
        bench = self.bench
        if bench.iteration:
            forward = [reading for reading in way.readings if reading.variable.name in FORWARD]
            as_it_should = bool(forward) and not any(reading.theirs in way.wrong for reading in forward)
            kept = any(equation.gathers == "run" for equation in one.altered.equations)
            if kept or one.candidate.known or not as_it_should:
                made = self._made_from_the_first_on(one)
                if made is not None:
                    yield made
            if forward and not as_it_should:
                return
        # What a mistake has no part in can't be wrong because of it.
        if all(reading.variable in one.depending for reading in way.readings if reading.theirs in way.wrong):
            yield bench.kept(one)

    def at_once(self) -> Values:
        """Return the iteration with each gradient applied at once, from the first on; kept if it is small."""
        if self._applied_at_once is not None:
            return self._applied_at_once
        bench = self.bench
        table = table_of(bench.scenario)
        played = trace(bench.scenario, "premature").iteration(bench.iteration)
        known = {
            one: played.vectors(one.name, one.layer).transpose(1, 0, 2)  # type: ignore[arg-type]
            for one in table.kept
            if one.layer is not None
        }
        for parameter in table.parameters:
            known[new(parameter)] = played.after.array(parameter)
        made = Values(bench.ground, bench.equations.right, bench.remembered, known=known)
        if not bench.is_small:
            return made
        if bench.ground.times == 1:
            before = trace(bench.scenario, "premature").parameters(bench.iteration)
            start = {one: before.array(one) for one in bench.remembered}
            made = Played(made, known, lambda unit, seed: self._one_by_one(start, known, unit, seed))
        self._applied_at_once = made
        return made

    def _one_by_one(
        self, start: Mapping[Variable, Array], known: Collection[Variable], unit: float, seed: int
    ) -> Values:
        """Return it with a unit of rounding: of one sample, at one time, `layerwise` is the same program."""
        bench = self.bench
        every = (one for one in bench.tried() if one.candidate.name == "layerwise" and one.candidate.whole)
        early = next((one.altered for one in every), None)
        equations = bench.equations.right if early is None else early.equations
        axes = bench.equations.axes if early is None else early.axes
        remembered, made = start, list[Values]()
        for sample in bench.shapes.batch(bench.iteration):
            here = ground(bench.scenario, [sample])
            of_batch = {one: bench.ground.given[one] for one in (RATE, BATCH, FULL_BATCH)}
            here = here._replace(axes=axes, given={**here.given, **of_batch})
            one = Values(here, equations, remembered)
            made.append(Rounded.of_values(one, bench.scenario.network, unit, seed, right=bench.right))
            remembered = made[-1].after()
        arrays = {
            one: made[-1].of(one) if old(one) in start else np.concatenate([x.of(one) for x in made], axis=1)
            for one in known
        }
        return Values(bench.ground, bench.equations.right, bench.remembered, known=arrays)

    def _made_from_the_first_on(self, one: Tried) -> Values | None:
        """Return the iteration with a mistake that was made in those before it, too; kept if it is small."""
        key = id(one)
        if key not in self._started:
            remembered = self._own_start(one)
            own = self.bench.ground._replace(axes=one.altered.axes)
            made = None if remembered is None else Values(own, one.altered.equations, remembered)
            if not self.bench.is_small:
                return made
            self._started[key] = made
        return self._started[key]

    def _own_start(self, one: Tried) -> Mapping[Variable, Array] | None:
        """Return what this iteration begins with where the mistake has been made from the first on."""
        bench = self.bench
        candidate = one.candidate
        if candidate.known and candidate.whole and not why_unfit(bench.scenario, candidate.name):
            layerwise = candidate.name == "layerwise"
            training = replace(bench.scenario.training, mistake=None if layerwise else candidate.name)
            made = replace(bench.scenario, training=training)
            before = trace(made, "layerwise" if layerwise else None).parameters(bench.iteration)
            return {one: before.array(one) for one in starting(made)}
        if not candidate.known and not candidate.whole:  # it would take too long
            return None
        own = one.altered
        if bench.work(own.equations) * bench.iteration * self._begun_with > WORK:
            return None
        first = self._first
        here = first.ground._replace(axes=own.axes)
        # In the first iteration all that the mistake has no part in is right.
        remembered = Values(here, own.equations, first.remembered, first, own.depending).after()
        last: Values | None = None
        for iteration in range(1, bench.iteration):
            here = ground(bench.scenario, bench.shapes.batch(iteration))._replace(axes=own.axes)
            last = Values(here, own.equations, remembered, like=last)
            remembered = last.after()
        return remembered

    @once
    def by_means(self) -> Begun | None:
        """The iteration of a program whose updates apply the means over the batch, where these add up.

        None if they apply them anyway, or if no batch has more than one sample.
        """
        bench, scenario = self.bench, self.bench.scenario
        of_one = min(scenario.training.batch_size, scenario.data.samples) == 1
        if of_one or is_mean(scenario.training) or bench.chosen is not None:
            return None
        means = replace(scenario, training=replace(scenario.training, reduction="mean"))
        return Begun(Bench(means, bench.iteration))

    @once
    def _begun_with(self) -> int:
        """How many mistakes are tried as made from the first iteration on."""
        return sum(one.candidate.known or one.candidate.whole for one in self.bench.tried())

    @once
    def _first(self) -> Values:
        """The first iteration as it should be."""
        bench = self.bench
        here = ground(bench.scenario, bench.shapes.batch(0))._replace(axes=bench.equations.axes)
        return Values(here, bench.equations.right, starting(bench.scenario))
