"""Can every number be looked at from every step, and do jumps lead where the trace says, and back?"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from engine import load, trace
from engine.catalog import find
from engine.facts import readers
from engine.facts.entry import Number
from engine.facts.explain import explain
from engine.facts.explain.origins import origins
from engine.facts.number import Traced
from engine.facts.readers import next_reader, previous_reader
from engine.looking.choosing import look_at_number
from engine.looking.cursor import go_to, start
from engine.looking.selection import (
    explained,
    known,
    numbers_around,
    numbers_of_layer,
    numbers_of_step,
    selected,
)
from engine.looking.ways.moves import move
from engine.order.quantities import Reference
from tests.given.scenarios_at_random import ORDERS, Wanted, scenario_at_random
from tests.given.some_of import EVERY_CASE

if TYPE_CHECKING:
    from engine.looking.cursor import Cursor
    from engine.run.tracing import Trace
    from engine.scenario import Order


@pytest.fixture(scope="module")
def mazur() -> Trace:
    scenario = load(find("mazur"))
    return trace(replace(scenario, training=replace(scenario.training, iterations=3)))


@pytest.fixture(scope="module", params=range(6 if EVERY_CASE else 3))
def steps(request: pytest.FixtureRequest) -> Trace:
    seed: int = request.param
    wanted = Wanted(
        order=ORDERS[seed % len(ORDERS)], iterations=2, recurrent=seed % 3 == 0, steps=64, parameters=30
    )
    return trace(scenario_at_random(seed, wanted))


def at_once(cursor: Cursor) -> Cursor:
    """A cursor without what it remembers."""
    return replace(cursor, past=(), future=())


@pytest.mark.parametrize("gone_through", [readers.MOST_STEPS, 0])
def test_readers_are_those_of_the_whole_run(
    steps: Trace, gone_through: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By brute force over every step; a version that the next iteration begins with goes by two names."""
    monkeypatch.setattr(readers, "MOST_STEPS", gone_through)
    every = [steps.flow.reads(step) for step in range(len(steps))]
    for step in range(len(steps)):
        for reference in steps.flow.writes(step):
            names = {reference}
            if reference.version is not None:
                names |= {one for reads in every for one in reads if is_the_same(steps, one, reference)}
            reading = [place for place, reads in enumerate(every) if names & set(reads)]
            for here in {0, step, (step + len(steps)) // 2, len(steps) - 1}:
                later = [place for place in reading if place > here]
                earlier = [place for place in reading if place < here]
                assert next_reader(steps, reference, here) == (later[0] if later else None)
                assert previous_reader(steps, reference, here) == (earlier[-1] if earlier else None)


def is_the_same(steps: Trace, one: Reference, other: Reference) -> bool:
    if one.version is None or one.quantity != other.quantity or one.layer != other.layer:
        return False
    return steps.flow.writer(one) == steps.flow.writer(other)


def test_every_term_leads_to_the_step_that_made_it(steps: Trace) -> None:
    for step in range(len(steps)):
        cursor = go_to(start(steps), steps, step)
        for place, term in enumerate(origins(steps, explained(steps, cursor))):
            at = replace(cursor, term=place)
            assert selected(steps, at) == term.number
            there = move(at, steps, "to-maker")
            assert explained(steps, there) == term.number
            maker = steps.flow.writer(term.number.reference)
            assert there.step == (step if maker is None else maker)
            written = maker is not None and term.number.reference in steps.flow.writes(maker)
            if written and not term.number.reference.quantity.startswith("recurrent"):
                assert there.focus is None
            if there != at:
                assert at_once(move(there, steps, "back")) == at


def test_a_reader_shows_what_it_makes_of_the_number(steps: Trace) -> None:
    found = 0
    for step in range(len(steps)):
        cursor = go_to(start(steps), steps, step)
        for part, number in enumerate(numbers_of_step(steps, cursor)):
            at = replace(cursor, part=part)
            there = move(at, steps, "to-next-reader")
            if there == at:
                continue
            assert there.step > step
            if there.term is not None:
                found += 1
                term = selected(steps, there)
                assert term.index == number.index
                assert Traced(steps, term).value == pytest.approx(Traced(steps, number).value, nan_ok=True)
            here = move(there, steps, "back")
            assert at_once(here) == at
            assert move(here, steps, "forward") == there
    assert found > 0


def test_every_number_of_a_layer_can_be_looked_at_from_another_step(mazur: Trace) -> None:
    cursor = move(go_to(start(mazur), mazur, 0), mazur, "layer-up")
    looked_at: set[Number] = set()
    for _ in range(30):
        looked_at.add(explained(mazur, cursor))
        cursor = move(cursor, mazur, "next-part")
    assert looked_at == set(numbers_of_layer(mazur, cursor, 2, 0, 0))
    quantities = {number.reference.quantity for number in looked_at}
    assert {
        "activation",
        "terms",
        "loss",
        "delta",
        "weights",
        "weight_gradient",
        "weight_total",
    } <= quantities


def test_what_is_not_known_yet_is_said_to_be_made_by_a_later_step(mazur: Trace) -> None:
    cursor = start(mazur)
    (delta,) = [n for n in numbers_of_layer(mazur, cursor, 1, 0, 0) if n.reference.quantity == "delta"]
    there = look_at_number(cursor, mazur, delta)
    assert there.step == 0
    assert not known(mazur, there, delta)
    assert move(there, mazur, "next-term") == there
    made = move(there, mazur, "to-maker")
    assert made.step == 5
    assert explained(mazur, made) == delta


def test_stepping_returns_to_what_the_step_wrote(mazur: Trace) -> None:
    away = move(move(start(mazur), mazur, "layer-up"), mazur, "next-term")
    assert away.focus is not None
    assert move(away, mazur, "next").focus is None
    assert move(away, mazur, "release").focus is None


def test_a_weight_is_looked_at_entry_by_entry(mazur: Trace) -> None:
    cursor = start(mazur)
    (weight,) = [n for n in numbers_of_layer(mazur, cursor, 2, 0, 0) if n.reference.quantity == "weights"]
    there = look_at_number(cursor, mazur, weight)
    assert there.focus is not None
    seen = [there.focus.index]
    for command in ("source-down", "unit-down", "source-up", "unit-down"):
        there = move(there, mazur, command)
        assert there.focus is not None
        seen.append(there.focus.index)
    assert seen == [(0, 0), (0, 1), (1, 1), (1, 0), (1, 0)]
    assert there.units[2] == 1


@pytest.mark.parametrize("order", ORDERS)
def test_around_a_parameter_of_the_next_iteration_stand_numbers_of_its_own_batch(order: Order) -> None:
    scenario = scenario_at_random(
        5, Wanted(order=order, samples=3, batch_size=1, iterations=3, recurrent=True)
    )
    steps = trace(scenario)
    for layer in range(1, steps.shapes.layers + 1):
        for iteration in (1, 2):
            step = steps.schedule.update_step(iteration - 1, layer, 0)
            number = Number(Reference("weights", iteration, layer, version=0), (0, 0))
            cursor = replace(start(steps, step), focus=number)
            for other in numbers_around(steps, cursor):
                assert explain(steps, other).words
                assert other.reference.sample in (None, *steps.shapes.batch(iteration))


def test_what_is_remembered_of_parameters_that_nothing_changes_is_not_looked_at() -> None:
    scenario = load(find("mazur"))  # its biases are not trained
    run = trace(replace(scenario, training=replace(scenario.training, optimizer="adam", iterations=1)))
    made = [number.reference.quantity for number in numbers_of_step(run, start(run, len(run) - 1))]
    assert "weights_first_moment" in made
    assert [one for one in made if one.startswith("biases")] == ["biases_change", "biases"]
