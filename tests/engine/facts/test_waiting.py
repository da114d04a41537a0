"""Is it exact what a parameter waits for, and from which step on a change is safe?

Two judges. The counts are held against the reads of every step, one after the other. And the scalar
run of the oracle is disturbed: a change just before the step named must alter nothing that the
iteration still computes, and one step earlier it must.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from random import Random
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import load, trace
from engine.catalog import find
from engine.facts.entry import array_of
from engine.facts.waiting import Ahead, Waiting, waiting
from engine.order import loops
from engine.order.flow import Flow
from engine.order.schedule import Schedule
from engine.order.shapes import Shapes
from engine.words.waits.must_wait import reasons
from engine.words.waits.waiting import Layer
from tests.given.scenarios_at_random import ORDERS, Wanted, scenario_at_random
from tests.given.some_of import EVERY_CASE, in_turns, some_of
from tests.golden.examples import mazur
from tests.oracle.number import Matrix, Number, exact
from tests.oracle.run import Oracle, printed
from tests.work.work import lines_run

if TYPE_CHECKING:
    from engine.order.quantities import Parameter
    from engine.order.site import Site
    from engine.scenario import Order, Scenario

TOTAL_OF = {"weights": "weight", "biases": "bias", "recurrent_weights": "recurrent"}


@st.composite
def shapes_at_random(draw: st.DrawFn) -> Shapes:
    layers, samples = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    recurrent = tuple(draw(st.lists(st.booleans(), min_size=layers, max_size=layers)))
    times = draw(st.integers(1, 3)) if any(recurrent) else 1
    has_target = np.array(draw(st.lists(st.booleans(), min_size=samples * times, max_size=samples * times)))
    return Shapes(
        layers=layers,
        recurrent=recurrent,
        has_target=has_target.reshape(samples, times),
        batch_size=draw(st.integers(1, samples)),
        iterations=draw(st.integers(1, 3)),
    )


@given(shapes_at_random(), st.sampled_from(ORDERS))
@settings(max_examples=60 if EVERY_CASE else 25, deadline=None)
def test_everything_agrees_with_the_reads_of_every_step(shapes: Shapes, order: Order) -> None:
    schedule = Schedule(shapes, order)
    for iteration in range(shapes.iterations):
        hold_against_reads(schedule, iteration)


def hold_against_reads(schedule: Schedule, iteration: int) -> None:
    """Hold what each parameter waits for at each step of an iteration against the reads of them all."""
    flow = Flow(schedule)
    steps = range(schedule.first_step(iteration), schedule.first_step(iteration + 1))
    sites = {step: schedule.site(step) for step in steps}
    reads = {
        step: {(read.quantity, read.layer) for read in flow.reads(step)}
        for step in steps
        if sites[step].kind != "update"
    }
    for layer in range(1, schedule.shapes.layers + 1):
        for parameter in schedule.shapes.groups(layer):
            readers = [step for step, read in reads.items() if (parameter, layer) in read]
            hold_against_readers(schedule, sites, readers, layer, parameter)


def hold_against_readers(
    schedule: Schedule, sites: dict[int, Site], readers: list[int], layer: int, parameter: Parameter
) -> None:
    steps = list(sites)
    of_layer = {
        kind: [step for step in steps if (sites[step].kind, sites[step].layer) == (kind, layer)]
        for kind in ("delta", "gradient", "update")
    }
    safe_from = readers[-1] + 1
    for step in steps:
        updates = [update for update in of_layer["update"] if update <= step]
        assert waiting(schedule, step, layer, parameter) == Waiting(
            parameter=parameter,
            layer=layer,
            step=step,
            gathered=sum(gradient <= step for gradient in of_layer["gradient"]),
            contributions=len(of_layer["gradient"]),
            missing=ahead(schedule, of_layer["delta"], step),
            reads=ahead(schedule, readers, step),
            safe_from=safe_from,
            complete_from=of_layer["gradient"][-1] + 1,
            changes=len(updates),
            early=sum(update < safe_from for update in updates),
            read_now=step in readers,
            cleared=updates == of_layer["update"] and schedule.shapes.mistake != "gradient-kept",
        )


def ahead(schedule: Schedule, steps: list[int], step: int) -> Ahead:
    later = [other for other in steps if other > step]
    if not later:
        return Ahead()
    return Ahead(len(later), schedule.site(later[0]), schedule.site(later[-1]))


@pytest.mark.parametrize(
    ("order", "recurrent", "seed"),
    [
        (order, recurrent, seed)
        for turn, (order, recurrent) in enumerate(product(ORDERS, [False, True]))
        for seed in in_turns(range(6), turn, 6)
    ],
)
def test_a_change_alters_what_follows_until_it_is_safe(order: Order, recurrent: bool, seed: int) -> None:
    scenario = scenario_at_random(seed, Wanted(order=order, recurrent=recurrent, steps=80, parameters=30))
    whole = trace(scenario)
    iteration = min(1, whole.iterations - 1)
    begin = whole.schedule.first_step(iteration)
    untouched = disturbed(scenario, iteration, None, "weights", 1, gathered=False)
    for layer in range(1, whole.shapes.layers + 1):
        for parameter in whole.schedule.shapes.groups(layer):
            safe = waiting(whole.schedule, begin, layer, parameter).safe_from - begin
            for gathered in (False, True):
                after = disturbed(scenario, iteration, safe, parameter, layer, gathered=gathered)
                assert after == untouched
            before = disturbed(scenario, iteration, safe - 1, parameter, layer, gathered=False)
            assert before[: safe - 1] == untouched[: safe - 1]
            if multiplies_something(scenario, begin + safe - 1, layer, parameter):
                assert before[safe - 1] != untouched[safe - 1]


def test_the_gathered_gradient_applied_one_step_too_early_spoils_the_last_delta() -> None:
    # Mazur's network: W2 is last read by the delta of layer 1, the sixth step.
    scenario = mazur("deferred", 1)
    safe = waiting(trace(scenario).schedule, 0, 2, "weights").safe_from
    assert safe == 6
    untouched = disturbed(scenario, 0, None, "weights", 2, gathered=True)
    assert disturbed(scenario, 0, safe, "weights", 2, gathered=True) == untouched
    early = disturbed(scenario, 0, safe - 1, "weights", 2, gathered=True)
    assert early[:5] == untouched[:5]
    assert early[5] != untouched[5]
    assert early[6] != untouched[6]


def disturbed(
    scenario: Scenario,
    iteration: int,
    before: int | None,
    parameter: Parameter,
    layer: int,
    *,
    gathered: bool,
) -> list[object]:
    """What the steps of an iteration hold if the group is changed just before one of them.

    The change is the update with what has been gathered by then, or an arbitrary one. Updates hold
    None: they are meant to see the change.
    """
    oracle = Oracle(scenario)
    for earlier in range(iteration):
        for _ in oracle.iteration(earlier):
            pass
    chance = Random(f"{parameter} {layer}")
    held: list[object] = []
    running = oracle.iteration(iteration)
    while True:
        if len(held) == before:
            old = values(oracle, parameter, layer)
            totals = oracle.totals.get(layer) if before and gathered else None
            for unit, row in enumerate(old):
                for place, number in enumerate(row):
                    if totals is None:
                        change = exact(chance.uniform(0.1, 0.3))
                    else:
                        change = exact(-oracle.rate) * totals[TOTAL_OF[parameter]][unit][place]
                    row[place] = number + change
            put(oracle, parameter, layer, old)
        found = next(running, None)
        if found is None:
            return held
        kind, *_, fields = found
        plain = {name: printed(value) for name, value in fields.items()}
        held.append(None if kind == "update" else plain)


def values(oracle: Oracle, parameter: Parameter, layer: int) -> Matrix:
    if parameter == "biases":
        return [list(oracle.biases[layer])]
    found = oracle.weights if parameter == "weights" else oracle.recurrent
    return [list(row) for row in found[layer]]


def put(oracle: Oracle, parameter: Parameter, layer: int, rows: list[list[Number]]) -> None:
    if parameter == "biases":
        oracle.biases[layer] = rows[0]
    elif parameter == "weights":
        oracle.weights[layer] = rows
    else:
        oracle.recurrent[layer] = rows


def multiplies_something(scenario: Scenario, step: int, layer: int, parameter: Parameter) -> bool:
    """Whether what a step multiplies the group by is different from zero; biases are added."""
    if parameter == "biases":
        return True
    whole = trace(scenario)
    reads = whole.flow.reads(step)
    place = next(i for i, read in enumerate(reads) if (read.quantity, read.layer) == (parameter, layer))
    return bool(np.abs(array_of(whole, reads[place + 1])).max() > 1e-9)


@pytest.mark.parametrize("seed", some_of(range(6), 3))
def test_with_clipping_a_change_is_known_when_the_last_gradient_of_all_layers_is_there(seed: int) -> None:
    found = scenario_at_random(seed, Wanted(order="deferred", iterations=2, steps=100))
    whole = trace(replace(found, training=replace(found.training, clip_norm=0.1)))
    freely = trace(found).schedule
    for step in range(len(whole)):
        site = whole.schedule.site(step)
        ahead = [one for one in range(step + 1, len(whole)) if whole.schedule.site(one).kind == "gradient"]
        missing = any(whole.schedule.site(one).iteration == site.iteration for one in ahead)
        for number in range(1, whole.shapes.layers + 1):
            state = waiting(whole.schedule, step, number, "weights")
            assert state.measured == (not missing)
            assert waiting(freely, step, number, "weights").measured
            layer = Layer(whole, step, number)
            if layer.safe and state.complete:
                long, short = reasons(layer)
                assert ("clipping" in long) == ("clipping" in short) == missing
                assert missing or not layer.of_biases(2)


def test_mazur_step_by_step() -> None:
    schedule = trace(mazur("deferred", 1)).schedule
    weights = [waiting(schedule, step, 2, "weights") for step in range(len(schedule))]
    assert [found.reads.count for found in weights] == [2, 1, 1, 1, 1, 0, 0, 0, 0]
    assert [found.gathered for found in weights] == [0, 0, 0, 0, 1, 1, 1, 1, 1]
    assert [found.safe and found.complete for found in weights] == [False] * 5 + [True] * 4
    assert [found.changes for found in weights] == [0] * 7 + [1, 1]
    assert waiting(schedule, 8, 1, "weights").changes == 1
    # No delta reads the weights of the first layer: only its gradient is still to come.
    first = waiting(schedule, 2, 1, "weights")
    assert (first.safe, first.complete, first.safe_from, first.complete_from) == (True, False, 1, 7)


def test_a_long_sequence_costs_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loops, "LONGEST_LIST", 0)  # a short one is looked up otherwise
    work = []
    for samples, times in ((5, 10), (100, 1000)):
        shapes = Shapes(
            layers=3,
            recurrent=(True, True, False),
            has_target=np.ones((samples, times), dtype=np.bool_),
            batch_size=samples,
            iterations=10,
        )
        schedule = Schedule(shapes, "deferred")
        middle = (schedule.first_step(3) + schedule.first_step(4)) // 2
        assert waiting(schedule, middle, 2, "recurrent_weights").contributions == samples * times
        work.append(lines_run(waiting, schedule, middle, 2, "recurrent_weights"))
    assert work[1] < 1.5 * work[0]


@pytest.mark.parametrize(("order", "times"), [("premature", "4 times"), ("layerwise", "once")])
def test_what_has_changed_too_early_is_said_to_have_when_nothing_reads_it_any_more(
    order: Order, times: str
) -> None:
    run = trace(load(find("xor")), order)
    layers = (Layer(run, step, 2) for step in range(run.schedule.first_step(1)))
    layer = next(one for one in layers if one.safe and one.early and not one.left)
    assert reasons(layer)[0].startswith(f"W2 changed {times} while steps of this iteration still read it")
