"""Does a follower make the runs that the leader has branched, and none where it can't?"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from engine import load, trace
from engine.branching.making import branch
from engine.branching.tree import Entry, Runs
from engine.catalog import find, shipped_shelf
from engine.facts.broken.breaking import break_rule, set_by_hand
from engine.looking.cursor import start
from engine.order.schedule import Poke
from engine.read.changed import with_mistake
from engine.run.change import SETTABLE, Change
from tests.telling.states import COUNTS
from tui.commands import opening
from tui.telling.digest import digest
from tui.telling.looking import state_of
from tui.telling.runs import Made, OnTheWay, root_of, told
from tui.telling.state import Chosen, Otherwise, RunOf, SetByHand


def of_the_leader() -> Runs:
    run = trace(load(find("mazur")))
    first = branch(run, 3, Change("weights", 0.75, 1, (0, 1)))
    second = branch(first, 5, Change("optimizer", "adam"))
    third = branch(run, 2, Change("input", -0.5, None, (1,), 0))
    wrong = second.otherwise(with_mistake(second.scenario, "sign"), second.order)
    at = third.schedule.first_step(4) + 1
    by_hand = set_by_hand(break_rule(third, at + 3, 2), at, 1, Poke("weights", (0, 1), 0.1))
    every = (run, None), (first, 0), (second, 1), (third, 0), (wrong, 1), (by_hand, 0)
    return Runs(tuple(Entry(one, at) for one, at in every))


def test_the_runs_are_the_same() -> None:
    runs = of_the_leader()
    opened = load(find("mazur"))
    shown, made = trace(opened), Made()
    assert made.runs(opened, shown, told(runs)) == OnTheWay(shown, 3)
    shown.advance(10)
    found = made.runs(opened, shown, told(runs))
    assert isinstance(found, OnTheWay)
    assert found.iteration == 5
    found.trace.advance(10)
    found = made.runs(opened, shown, told(runs))
    assert isinstance(found, OnTheWay)  # to the iteration of an update out of turn
    assert found.iteration == 4
    found.trace.advance(10)
    found = made.runs(opened, shown, told(runs))
    assert isinstance(found, list)
    assert [digest(*one.made_of) for one in found] == [digest(*one.trace.made_of) for one in runs.entries]
    assert len({digest(*one.made_of) for one in found}) == 6
    for mine, theirs in zip(found, runs.entries, strict=True):
        assert mine.parameters(9).flat().tolist() == theirs.trace.parameters(9).flat().tolist()
        assert root_of(mine) is shown
    again = made.runs(opened, shown, told(runs))
    assert isinstance(again, list)
    assert all(one is other for one, other in zip(found, again, strict=True))


def test_one_run_alone_is_not_told_of() -> None:
    assert told(Runs((Entry(trace(load(find("mazur")))),))) == ()


PLAIN = Chosen("sgd", 0.5, None)
CHANGES = st.builds(
    Otherwise,
    what=st.sampled_from(["weights", "biases", "recurrent_weights", "input", "target", "seed", *SETTABLE]),
    value=st.sampled_from([0.5, -1.0, "adam", "relu", "none", "premature", "softmax"]),
    layer=st.none() | st.integers(0, 4),
    units=st.lists(st.integers(0, 3), max_size=2).map(tuple),
    sample=st.none() | st.integers(0, 2),
    time=st.none() | st.integers(0, 2),
)
BY_HAND = st.builds(
    SetByHand,
    update=st.integers(0, 2),
    what=st.sampled_from(["weights", "biases", "recurrent_weights", "input"]),
    units=st.lists(st.integers(0, 3), max_size=2).map(tuple),
    value=st.floats(),
)


@given(
    st.lists(
        st.builds(
            RunOf,
            st.just(PLAIN),
            st.just("deferred"),
            st.lists(st.tuples(st.integers(0, 30), st.integers(0, 3)), max_size=2).map(tuple),
            st.none() | st.integers(0, 3),
            st.integers(0, 3) | COUNTS,
            st.none() | CHANGES,
            st.lists(BY_HAND, max_size=2).map(tuple),
        ),
        max_size=4,
    )
)
def test_nonsense_makes_no_run_and_does_no_harm(wanted: list[RunOf]) -> None:
    opened = load(find("mazur"))
    shown = trace(opened)
    shown.advance(4)
    found = Made().runs(opened, shown, tuple(wanted))
    if isinstance(found, list):
        for one in found:
            one.parameters(min(one.iterations, one.begins + 1))


@pytest.mark.parametrize("mistake", ["sign", None])
def test_a_mistake_of_the_leader_is_made_too(mistake: str | None) -> None:
    scenario = with_mistake(load(find("mazur")), mistake)
    run = trace(scenario)
    runs = Runs((Entry(run), Entry(branch(run, 1, Change("learning_rate", 0.25)), 0)))
    opened = load(find("mazur"))
    mine = trace(opened)
    mine.advance(2)
    found = Made().runs(opened, mine, told(runs))
    if isinstance(found, OnTheWay):
        found.trace.advance(2)
        return
    assert found is not None
    assert digest(*found[1].made_of) == digest(*runs.entries[1].trace.made_of)


def test_who_joins_while_the_leader_is_in_a_branch_opens_its_scenario(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    runs = of_the_leader().entered(1)
    state = state_of(runs.here, start(runs.here))
    said = replace(state, scenario="mazur", runs=told(runs), run=runs.at)
    monkeypatch.setattr(opening, "_told", lambda *_, **__: said)
    scenario, lesson = opening._follow("lesson", None, shipped_shelf(), None, None)
    lesson.end()
    assert scenario.name == "mazur"
    made = Made()
    shown = trace(scenario)
    for _ in range(9):
        found = made.runs(scenario, shown, said.runs)
        if isinstance(found, OnTheWay):
            found.trace.advance(10)
    assert isinstance(found, list)
    assert digest(*found[said.run].made_of) == said.digest
