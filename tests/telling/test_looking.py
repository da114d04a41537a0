"""Does a follower look at what the leader looks at, and never outside of its own trace?"""

from __future__ import annotations

import math
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace as changed

from engine import load, trace
from engine.catalog import Shelf, find, shipped_shelf
from engine.looking.cursor import go_to, start
from engine.looking.selection import explained, known, selected
from engine.looking.ways.moves import Command, move
from engine.order.quantities import QUANTITIES
from engine.order.schedule import Break, Poke
from engine.read.changed import changed as changed_scenario
from engine.read.changed import with_mistake
from tests.given.shipped import NAMES, SHIPPED
from tests.given.some_of import some_of
from tests.telling.states import STATES
from tui.commands.line import overriding
from tui.draw.page import presenter_rows
from tui.draw.reasons.equation import equation_rows
from tui.following.protocol import decode_state, encode
from tui.telling.digest import digest
from tui.telling.looking import cursor_of, state_of
from tui.telling.shared import breaks_of, broken, chosen_in, made, name_of, run_of, scenario_of
from tui.telling.state import Chosen, Focus

if TYPE_CHECKING:
    from pathlib import Path

    from engine.run.tracing import Trace
    from engine.scenario import Order, Scenario
    from tui.telling.state import State

COMMANDS: tuple[Command, ...] = get_args(Command)


@cache
def steps_of(name: str) -> Trace:
    return trace(load(find(name)))


@given(
    st.sampled_from(["mazur", "batch", "bptt", "premature"]),
    st.integers(0, 200),
    st.lists(st.sampled_from(COMMANDS), max_size=12),
)
def test_whatever_the_leader_looks_at_the_follower_does_too(
    name: str, step: int, commands: list[Command]
) -> None:
    steps = steps_of(name)
    cursor = go_to(start(steps), steps, step)
    for command in commands:
        if command not in ("last", "next-iteration"):  # far away
            cursor = move(cursor, steps, command)
    steps.advance(steps.schedule.site(cursor.step).iteration - steps.computed)
    said = decode_state(encode(state_of(steps, cursor))[:-1])
    assert cursor_of(steps, said) == replace(cursor, past=(), future=())


def test_what_an_update_made_is_looked_at_as_the_next_iteration_reads_it() -> None:
    steps = steps_of("mazur")
    cursor = go_to(start(steps), steps, 14)
    for command in ("next-term", "to-maker"):
        cursor = move(cursor, steps, command)
    assert cursor.focus is not None
    assert cursor.focus.reference.iteration == steps.schedule.site(cursor.step).iteration + 1
    assert cursor_of(steps, state_of(steps, cursor)).focus == cursor.focus
    fresh = trace(load(find("mazur")))
    assert cursor_of(fresh, state_of(steps, cursor)).focus is None  # not computed there yet


FOCUSES = st.builds(
    Focus,
    quantity=st.sampled_from([*QUANTITIES, "weights_velocity", "biases_applied"]),
    iteration=st.integers(0, 2),
    layer=st.none() | st.integers(0, 4),
    sample=st.none() | st.integers(0, 5),
    time=st.none() | st.integers(0, 4),
    version=st.none() | st.integers(0, 3),
    index=st.lists(st.integers(0, 4), max_size=2).map(tuple),
)


@given(st.sampled_from(["mazur", "iris", "bptt"]), STATES, st.none() | FOCUSES, st.integers(0, 300))
def test_a_state_of_nonsense_is_a_cursor_within_the_trace(
    name: str, state: State, focus: Focus | None, step: int
) -> None:
    steps = steps_of(name)
    for said in (state, changed(state, focus=focus, step=step)):
        if said is state:
            far = cursor_of(steps, state)
            assert 0 <= far.step < len(steps)
            continue
        cursor = cursor_of(steps, said)
        assert cursor.step == min(step, len(steps) - 1)
        assert all(0 <= u < size for u, size in zip(cursor.units, steps.scenario.network.sizes, strict=True))
        if known(steps, cursor, explained(steps, cursor)):
            selected(steps, cursor)
        equation_rows(steps, cursor, 80, 8)
        presenter_rows(steps, cursor, 80, 20)


def test_a_number_of_the_future_or_of_nowhere_is_not_looked_at() -> None:
    steps = steps_of("mazur")
    state = state_of(steps, start(steps, 3))
    good = Focus("activation", 0, 1, 0, 0, index=(1,))
    assert cursor_of(steps, changed(state, focus=good)).focus is not None
    for bad in (
        changed(good, iteration=1),
        changed(good, layer=3),
        changed(good, sample=1),
        changed(good, time=None),
        changed(good, index=(2,)),
        changed(good, index=()),
        changed(good, index=(0, 0)),
        changed(good, quantity="initial_state"),
    ):
        assert cursor_of(steps, changed(state, focus=bad)).focus is None, bad


def told(scenario: Scenario, order: Order | None = None) -> State:
    """What a leader tells at the first step of a run."""
    run = trace(scenario, order)
    return state_of(run, start(run))


def of(scenario: Scenario) -> str:
    return told(scenario, "deferred").digest


@pytest.mark.parametrize("name", some_of(NAMES, 6))
def test_a_shipped_scenario_is_known_by_its_name_and_digest(name: str) -> None:
    scenario, shelf = load(find(name)), shipped_shelf()
    state = told(scenario)
    assert name_of(shelf, scenario, state.order) == name
    found = scenario_of(shelf, name, state)
    assert found is not None
    assert found.run.title == found.opened.title == scenario.title
    assert scenario_of(shelf, name, changed(state, digest="0" * 64)) is None
    assert scenario_of(shelf, str(find(name)), state) is None
    assert scenario_of(shelf, None, state) is None


def test_what_a_shelf_has_given_out_is_known_without_reading_it_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shelf = shipped_shelf()
    scenario = shelf.load(find("mazur"))
    with monkeypatch.context() as patch:
        patch.setattr(Shelf, "load", None)
        assert name_of(shelf, scenario, "deferred") == "mazur"
    assert name_of(Shelf(find("mazur").parent / "none"), scenario, "deferred") is None


@pytest.mark.parametrize("mistake", ["sign", "gradient-kept", None])
def test_a_run_with_a_mistake_is_that_of_the_scenario_at_hand_with_it(mistake: str | None) -> None:
    scenario, shelf = load(find("mazur")), shipped_shelf()
    state = told(with_mistake(scenario, mistake))
    assert name_of(shelf, with_mistake(scenario, mistake), state.order) == "mazur"
    found = scenario_of(shelf, "mazur", state)
    assert found is not None
    assert found.opened.training.mistake is None
    for have in (found.opened, found.run, with_mistake(found.opened, "target-first")):
        theirs = made(have, run_of(state))
        assert theirs is not None
        assert theirs.run.training == found.run.training
    other = changed(state, chosen=changed(state.chosen, mistake="target-first"))
    assert made(found.opened, run_of(other)) is None


def test_all_that_can_be_chosen_on_the_command_line_is_told() -> None:
    assert set(Chosen.__struct_fields__) == set(overriding._KEYS)
    scenario, shelf = load(find("mazur")), shipped_shelf()
    for chosen in (
        {"optimizer": "adam"},
        {"learning_rate": 0.25},
        {"optimizer": "momentum", "mistake": "sign"},
    ):
        run = changed_scenario(scenario, **chosen)
        found = scenario_of(shelf, "mazur", told(run, "premature"))
        assert found is not None
        assert found.run.training == run.training


def test_a_mistake_that_can_not_be_made_here_makes_no_other_run() -> None:
    scenario = load(find("mazur"))
    for mistake in ("mean-twice", "of-tomorrow"):
        claimed = replace(scenario, training=replace(scenario.training, mistake=mistake))
        state = told(scenario)
        lie = changed(state, digest=digest(claimed, state.order, ()), chosen=chosen_in(claimed))
        assert made(scenario, run_of(lie)) is None


def test_a_name_is_looked_up_on_the_own_shelf_alone(tmp_path: Path) -> None:
    scenario = load(find("mazur"))
    empty, state = Shelf(tmp_path, closed=True), told(scenario)
    assert name_of(empty, scenario, state.order) is None
    assert scenario_of(empty, "mazur", state) is None
    (tmp_path / "mazur.toml").symlink_to(find("mazur"))
    assert scenario_of(empty, "mazur", state) is None
    assert scenario_of(Shelf(tmp_path), "mazur", state) is not None


def test_digests_tell_every_scenario_apart() -> None:
    assert len({of(load(find(name))) for name in NAMES}) == len(NAMES)
    assert len({of(load(entry.path)) for entry in SHIPPED}) == len(SHIPPED)


def test_a_digest_is_that_of_the_numbers_alone() -> None:
    scenario = load(find("mazur"))
    same = of(scenario)
    assert of(load(find("mazur"))) == same
    assert of(replace(scenario, title="Another", about="x", notes=())) == same
    training = scenario.training
    assert of(replace(scenario, training=replace(training, order="premature"))) == same
    assert told(scenario, "premature").digest != same
    for other in (
        replace(training, learning_rate=0.6),
        replace(training, iterations=9),
        replace(training, reduction="mean"),
        replace(training, mistake="sign"),
    ):
        assert of(replace(scenario, training=other)) != same
    layers = scenario.network.layers
    weights = layers[0].weights.copy()
    weights[0, 0] += 1e-16
    for layer in (
        replace(layers[0], weights=weights),
        replace(layers[0], activation="tanh"),
        replace(layers[0], train_biases=not layers[0].train_biases),
    ):
        network = replace(scenario.network, layers=(layer, *layers[1:]))
        assert of(replace(scenario, network=network)) != same


def test_breaks_of_nonsense_make_no_run() -> None:
    steps = trace(load(find("mazur")))
    assert broken(steps, (Break(4, 2),)) is not None
    for breaks in (((10**9, 1),), ((0, 1),), ((4, 0),), ((4, 9),), ((4, 2), (4, 2)), ((4, 2), (40, 2))):
        assert broken(steps, tuple(Break(*one) for one in breaks)) is None
    whole = Poke("weights", (0, 1), 0.5)
    made = broken(steps, (Break(1, 2, whole),))
    assert made is not None
    state = state_of(made, start(made))
    assert breaks_of(state) == made.breaks
    assert digest(*made.made_of) == state.digest != state_of(steps, start(steps)).digest
    for poke in (
        whole._replace(units=(0, 2)),
        whole._replace(units=(0,)),
        whole._replace(group="recurrent_weights"),
        whole._replace(value=math.nan),
    ):
        assert broken(steps, (Break(1, 2, poke),)) is None
