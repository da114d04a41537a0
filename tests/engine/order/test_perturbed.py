"""Does a step read what it says it reads, and nothing else? Its numbers are changed, to see what follows.

A step is its equations, evaluated on a store of numbers that belong to no run (`steps`). Changing what
`flow.reads` names changes something that the step writes, for some numbers at least: behind a kink it need
not, nor where the other factor is 0 because no target is there or no time after the last. Changing everything
else of the iteration changes no bit of it.
"""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import numpy as np
import pytest

from engine import trace
from engine.facts.broken.breaking import break_rule, why_not
from engine.facts.entry import array_of
from engine.order.flow import Flow
from tests.engine.order.steps import Iteration
from tests.given import further_orders
from tests.given.further_orders import FURTHER
from tests.given.scenarios_at_random import LOSSES, ORDERS, OUTPUTS, Wanted, scenario_at_random
from tests.given.some_of import EVERY_CASE

if TYPE_CHECKING:
    from engine.arrays import Array
    from engine.order.quantities import Reference
    from engine.order.schedule import Schedule
    from engine.run.tracing import Trace
    from engine.scenario import Scenario
    from tests.engine.order.steps import Store

TRIES = 12
EVERY_ORDER = (*ORDERS, *FURTHER)


@pytest.fixture(autouse=True)
def further(monkeypatch: pytest.MonkeyPatch) -> None:
    further_orders.put(monkeypatch)


# -- the judge is right --------------------------------------------------------------------------------


def run_step_by_step(iteration: Iteration, run: Trace) -> Store:
    """All numbers of an iteration, each step on what those before it have made."""
    store = {reference: array_of(run, reference) for reference, _ in iteration.given()}
    for step in iteration.steps:
        store |= iteration.make(step, store)
    return store


def assert_as_in(run: Trace, number: int) -> None:
    iteration = Iteration(run.scenario, run.schedule, number)
    for reference, found in run_step_by_step(iteration, run).items():
        expected = array_of(run, reference)
        assert found.shape == expected.shape
        scale = 1e-11 * max(1.0, float(np.abs(expected).max(initial=0.0)))
        np.testing.assert_allclose(found, expected, rtol=1e-8, atol=scale, err_msg=str(reference))


@pytest.mark.parametrize("order", EVERY_ORDER)
def test_step_by_step_it_is_the_run(order: str) -> None:
    """Whatever the program does at once, in place or rewritten: its numbers are those of the steps."""
    for seed in range(3) if EVERY_CASE else (1, EVERY_ORDER.index(order) % 2 * 2):
        wanted = Wanted(
            order=order,
            recurrent=seed != 1,
            depth=1 + seed,
            samples=4,
            batch_size=3,
            iterations=2,
            steps=120,
            parameters=30,
        )
        run = trace(scenario_at_random(seed, wanted))
        for number in range(2) if EVERY_CASE else (seed % 2,):
            assert_as_in(run, number)


@pytest.mark.parametrize("seed", range(6))
def test_step_by_step_it_is_the_run_with_updates_out_of_turn(seed: int) -> None:
    run = broken(seed)
    number = run.broken_iteration
    assert number is not None
    assert_as_in(run, number)


# -- reads and writes ----------------------------------------------------------------------------------


def at_random(
    reference: Reference, shape: tuple[int, ...], random: np.random.Generator, *, tame: bool
) -> Array:
    """Numbers that a quantity might have; `tame` ones let a logarithm and a square have a value."""
    if tame and reference.quantity in ("activation", "target"):
        return random.uniform(0.05, 0.95, size=shape)
    return random.normal(size=shape) * (1.0 if tame else 3.0)


class Tries:
    """Pairs of stores of an iteration that have no number in common, as many as are asked for."""

    def __init__(self, iteration: Iteration, seed: int) -> None:
        self.every = dict(iteration.every())
        self._seed = seed
        self._made: list[tuple[Store, Store]] = []

    def __getitem__(self, place: int) -> tuple[Store, Store]:
        while place >= len(self._made):
            random = np.random.default_rng((self._seed, len(self._made)))
            self._made.append((self._store(random), self._store(random)))
        return self._made[place]

    def _store(self, random: np.random.Generator) -> Store:
        tame = len(self._made) % 2 == 0
        return {key: at_random(key, shape, random, tame=tame) for key, shape in self.every.items()}


def same(one: Store, other: Store) -> bool:
    return all(one[key].tobytes() == other[key].tobytes() for key in one)


def faults(scenario: Scenario, schedule: Schedule, number: int, seed: int = 0) -> list[str]:
    """What the lists of reads and writes say otherwise than the equations do, of an iteration."""
    iteration, flow = Iteration(scenario, schedule, number), Flow(schedule, scenario)
    tries = Tries(iteration, seed)
    found: list[str] = []
    for step in iteration.steps:
        reads, writes, site = flow.reads(step), flow.writes(step), schedule.site(step)
        made = [reference for reference, _ in iteration.made(step)]
        if sorted(map(str, writes)) != sorted(map(str, made)):
            found.append(f"{site} writes {writes}")
        for read in reads:
            if read not in tries.every:
                found.append(f"{site} reads {read}, which there is not")
            elif not any(changes(iteration, step, tries, place, read) for place in range(TRIES)):
                found.append(f"{site} does not read {read}")
        for place in range(2):
            one, other = tries[place]
            changed = {key: array if key in reads else other[key] for key, array in one.items()}
            if not same(iteration.make(step, one), iteration.make(step, changed)):
                found.append(f"{site} reads more than {reads}")
    return found


def changes(iteration: Iteration, step: int, tries: Tries, place: int, read: Reference) -> bool:
    """Whether another number in one place alone changes what a step makes, in a try."""
    one, other = tries[place]
    # In the first tries nothing comes from a target or a time that is not there, then anything may.
    nothing = max(0.0, place - 1.0)
    now, then = (iteration.make(step, store, nothing) for store in (one, {**one, read: other[read]}))
    return not same(now, then)


@pytest.mark.parametrize("order", EVERY_ORDER)
def test_each_step_reads_what_it_says_and_nothing_else(order: str) -> None:
    for seed in range(5) if EVERY_CASE else [(0, 1), (2, 3)][EVERY_ORDER.index(order) % 2]:
        wanted = Wanted(
            order=order,
            recurrent=seed % 2 == 0,
            depth=1 + seed % 3,
            samples=1 + seed % 2,
            batch_size=2 - seed % 2,
            steps=60,
            parameters=30,
        )
        scenario = scenario_at_random(seed, wanted)
        assert faults(scenario, trace(scenario).schedule, number=0) == []


@pytest.mark.parametrize("recurrent", [False, True], ids=["dense", "recurrent"])
@pytest.mark.parametrize("output", OUTPUTS)
def test_each_output_activation_with_each_loss(output: str, recurrent: bool) -> None:
    # Of a layer over time fewer pairs: what its future adds is the same for all losses.
    apart = (2 if recurrent else 1) if EVERY_CASE else (4 if recurrent else 3)
    some = LOSSES[OUTPUTS.index(output) % apart :: apart]
    for seed, loss in enumerate(some):
        wanted = Wanted(output, loss, recurrent=recurrent, depth=1, samples=1, steps=40, parameters=30)
        scenario = scenario_at_random(seed, wanted)
        assert faults(scenario, trace(scenario).schedule, number=0) == [], loss


def broken(seed: int) -> Trace:
    """A run with some updates out of turn in one iteration."""
    chance = Random(f"perturbed {seed}")
    wanted = Wanted(
        order="deferred",
        depth=2,
        samples=2,
        batch_size=2,
        recurrent=seed % 2 == 0,
        iterations=2,
        steps=120,
        parameters=30,
    )
    run = trace(scenario_at_random(seed, wanted))
    begin, end = (run.schedule.first_step(number) for number in (1, 2))
    for _ in range(1 + seed % 3):
        choices = [
            (step, layer)
            for step in range(begin, end + len(run.breaks))
            for layer in (1, 2)
            if why_not(run, step, layer) is None
        ]
        if choices:
            run = break_rule(run, *chance.choice(choices))
    return run


@pytest.mark.parametrize("seed", range(6))
def test_updates_out_of_turn(seed: int) -> None:
    run = broken(seed)
    number = run.broken_iteration
    assert number is not None
    assert faults(run.scenario, run.schedule, number) == []


# -- the test would see it -----------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["forward", "loss", "delta", "gradient", "update"])
def test_a_read_too_few_and_a_read_too_many_are_found(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = Wanted(
        "tanh",
        "huber",
        order="premature",
        recurrent=True,
        depth=2,
        samples=1,
        hidden="sigmoid",
        steps=40,
        parameters=30,
    )
    scenario = scenario_at_random(2, wanted)
    schedule = trace(scenario).schedule
    honest = Flow.reads
    step = next(step for step in range(len(schedule)) if schedule.site(step).kind == kind)
    every = [key for key, _ in Iteration(scenario, schedule, 0).given()]
    more = next(key for key in every if key not in honest(Flow(schedule, scenario), step))

    def without(flow: Flow, asked: int) -> tuple[Reference, ...]:
        return honest(flow, asked)[1:] if asked == step else honest(flow, asked)

    def beside(flow: Flow, asked: int) -> tuple[Reference, ...]:
        return (*honest(flow, asked), more) if asked == step else honest(flow, asked)

    site = schedule.site(step)
    monkeypatch.setattr(Flow, "reads", without)
    assert {fault.partition(" than ")[0] for fault in faults(scenario, schedule, 0)} == {f"{site} reads more"}
    monkeypatch.setattr(Flow, "reads", beside)
    assert faults(scenario, schedule, 0) == [f"{site} does not read {more}"]
