"""Which breaks of the rule could there be in a scenario? Any, from a seed."""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from random import Random
from typing import TYPE_CHECKING, NamedTuple

from engine import trace
from engine.facts.broken.breaking import break_rule, set_by_hand, why_not, why_not_by_hand
from engine.order.schedule import Poke
from tests.given.scenarios_at_random import Wanted, scenario_at_random
from tests.oracle.number import exact, zeros_like
from tests.oracle.run import Oracle

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from engine.run.tracing import Trace
    from engine.scenario import Scenario
    from tests.oracle.number import Matrix
    from tests.oracle.run import Step


class ByHand(NamedTuple):
    """A parameter of a layer that is set by hand."""

    layer: int
    poke: Poke


Marks = list[int | ByHand | None]
"""The steps of an iteration in order: None for an ordinary one, the layer for an update out of turn, and what
is set by hand."""


def layer_of(mark: int | ByHand | None) -> int | None:
    """The layer that a step out of turn changes."""
    return mark.layer if isinstance(mark, ByHand) else mark


class Case(NamedTuple):
    """A broken trace of a scenario, the iteration, and its steps as the user saw them come about."""

    trace: Trace
    scenario: Scenario
    iteration: int
    marks: Marks


def breaks_at_random(wanted: Wanted, fits: Callable[[Scenario], bool] = lambda _: True) -> Iterator[Case]:
    """Cases without end of scenarios that fit: those in which updates only come at the end are left out."""
    for seed in count():
        if not fits(_deferred(seed, wanted)):
            continue
        case = _broken(seed, Random(seed), wanted)
        if case.trace.breaks:
            yield case


def break_at_random(seed: int, chance: Random, wanted: Wanted | None = None, breaks: int = 3) -> Case:
    """Up to `breaks` breaks in one iteration of a deferred scenario, each at any step that allows it."""
    found = _broken(seed, chance, wanted, breaks)
    assert found.trace.breaks
    return found


def _broken(seed: int, chance: Random, wanted: Wanted | None = None, breaks: int = 3) -> Case:
    scenario = _deferred(seed, wanted or Wanted())
    found: Trace = trace(scenario)
    iteration = chance.randrange(found.iterations)
    begin = found.schedule.first_step(iteration)
    marks: Marks = [None] * (found.schedule.first_step(iteration + 1) - begin)
    for place in range(chance.randint(1, breaks)):
        if place % 2 == 1 and (by_hand := _set_at_random(found, begin, marks, chance)) is not None:
            found = by_hand
            continue
        layers = range(1, found.shapes.layers + 1)
        choices = [
            (place, layer)
            for place in range(len(marks))
            for layer in layers
            if why_not(found, begin + place, layer) is None
        ]
        if not choices:
            break
        place, layer = chance.choice(choices)
        found = break_rule(found, begin + place, layer)
        marks.insert(place + 1, layer)
    return Case(found, scenario, iteration, marks)


def _deferred(seed: int, wanted: Wanted) -> Scenario:
    return scenario_at_random(seed, replace(wanted, order="deferred"))


def _set_at_random(run: Trace, begin: int, marks: Marks, chance: Random) -> Trace | None:
    """Any parameter set by hand at any place of the iteration; None where that is not."""
    layer = chance.randint(1, run.shapes.layers)
    group = chance.choice(run.shapes.groups(layer))
    array = getattr(run.parameters(0).layer(layer), group)
    poke = Poke(group, tuple(chance.randrange(size) for size in array.shape), chance.uniform(-2.0, 2.0))
    places = [
        place for place in range(len(marks)) if why_not_by_hand(run, begin + place, layer, poke) is None
    ]
    if not places:
        return None
    place = chance.choice(places)
    marks.insert(place + 1, ByHand(layer, poke))
    return set_by_hand(run, begin + place, layer, poke)


class BrokenOracle(Oracle):
    """The scalar run with updates put in: each update applies what is gathered and not yet applied.

    One with nothing left to apply changes nothing, neither a parameter nor what the optimiser remembers.
    """

    def __init__(self, scenario: Scenario, iteration: int, marks: Marks) -> None:
        super().__init__(scenario)
        self.broken = iteration
        self.marks = marks

    def iteration(self, iteration: int) -> Iterator[tuple[str, int | None, int | None, int | None, Step]]:
        self.applied: dict[int, dict[str, Matrix]] = {}
        self.waiting: set[int | None] = set()
        ordinary = self.ordinary(iteration)
        if iteration != self.broken:
            yield from ordinary
            return
        latest: dict[int | None, tuple[int | None, int | None]] = {}
        here: tuple[int | None, int | None] = (None, None)
        for layer in self.marks:
            if layer is None:
                found = next(ordinary)
                here = found[1], found[2]
                if found[0] == "gradient":
                    latest[found[3]] = here
                yield found
            elif isinstance(layer, ByHand):
                yield "update", *here, layer.layer, self.set(*layer)
            else:
                yield "update", *latest[layer], layer, self.update(layer, self.totals[layer])

    def ordinary(self, iteration: int) -> Iterator[tuple[str, int | None, int | None, int | None, Step]]:
        """The steps in turn; which layers have something to apply is remembered."""
        for found in super().iteration(iteration):
            if found[0] == "gradient":
                self.waiting.add(found[3])
            yield found

    def update(self, layer: int, gradient: dict[str, Matrix]) -> Step:
        if layer not in self.waiting:
            return self.idle(layer)
        self.waiting.remove(layer)
        before = self.applied.get(layer)
        self.applied[layer] = dict(gradient)
        if before is not None:
            gradient = {
                name: [
                    [x - y for x, y in zip(new, old, strict=True)]
                    for new, old in zip(rows, before[name], strict=True)
                ]
                for name, rows in gradient.items()
            }
        return super().update(layer, gradient)

    def set(self, layer: int, poke: Poke) -> Step:
        """A parameter that becomes what it is set to; everything else stays."""
        fields, name = self.idle(layer), poke.group.replace("_weights", "")
        *row, column = poke.units
        before = self.parameter(layer, name)
        after, change = [list(one) for one in before], zeros_like(before)
        after[row[0] if row else 0][column] = exact(poke.value)
        change[row[0] if row else 0][column] = exact(poke.value) - before[row[0] if row else 0][column]
        if name == "biases":
            self.biases[layer] = after[0]
            return {**fields, "biases_change": change[0], "biases_after": after[0]}
        (self.weights if name == "weights" else self.recurrent)[layer] = after
        return {**fields, f"{name}_change": change, f"{name}_after": after}

    def idle(self, layer: int) -> Step:
        """An update that has nothing to apply."""
        fields: Step = {}
        for name in self.groups(layer):
            old = self.parameter(layer, name)
            found = {f"{name}_before": old, f"{name}_change": zeros_like(old), f"{name}_after": old}
            for state, rows in self.states[layer, name].items():
                found |= {f"{name}_{state}_before": rows, f"{name}_{state}_after": rows}
            if self.tells_applied:
                found[f"{name}_applied"] = zeros_like(old)
            fields |= {field: rows[0] for field, rows in found.items()} if name == "biases" else found
        return fields
