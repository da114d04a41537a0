"""Is a session the same after it has been saved and read, and is of another scenario kept what fits?"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace as changed

from engine import load
from engine.catalog import find
from engine.looking.cursor import go_to
from engine.looking.selection import explained
from engine.run.change import Change
from engine.run.tracing import trace
from tests.given.scenarios_at_random import with_training
from tests.given.some_of import EVERY_CASE, some_of
from tests.sessions.test_reading import SESSIONS
from tests.sessions.walks import CONDITIONS, came_back, do_something, kept, screen_on, taken_up
from tests.telling.states import COUNTS
from tests.telling.test_looking import FOCUSES
from tui.commands.line.parsers import app_parser
from tui.meanwhile.maker import Maker
from tui.screens.resumed import Resumed
from tui.sessions.document import Kept, Session, without_place
from tui.sessions.reading import session_of, text_of
from tui.sessions.resuming import Resuming
from tui.sessions.returning import training_words

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.run.tracing import Trace
    from engine.scenario import Scenario
    from tui.telling.state import Focus
    from tui.walking.walk import Walk

T = TypeVar("T")

MAZUR = load(find("mazur"))
FEW = with_training(MAZUR, iterations=12)
NOWHERE = Path("session.toml")


def saved_and_read(session: Session) -> Session:
    return session_of(text_of(session), NOWHERE)


@pytest.mark.parametrize("seed", some_of(range(12), 7))
async def test_whatever_was_done_comes_back(seed: int) -> None:
    chance = Random(seed)
    screen = screen_on(trace(FEW))
    for _ in range(25):
        do_something(screen, chance)
    session = kept(screen, FEW)
    read = saved_and_read(session)
    assert read == session
    resumed = await came_back(read, load_few())
    assert resumed.whole, resumed.says
    again = taken_up(resumed)
    assert kept(again, FEW) == session
    assert made_of(again.walk) == made_of(screen.walk)
    back = app_parser().parse_args(["mazur", *training_words(screen, FEW, "network")])  # type: ignore[arg-type]
    assert (back.step or 1) <= len(screen.walk.runs.entries[0].trace.undisturbed)
    mine, theirs = screen.walk.runs.entries, resumed.runs.entries
    for one, other in zip(mine, theirs, strict=True):
        assert one.parent == other.parent
        assert one.trace.parameters(12).flat().tolist() == other.trace.parameters(12).flat().tolist()
    screen.walk.end()
    again.walk.end()


def made_of(walk: Walk) -> tuple[object, ...]:
    """What a user sees of a walk, runs aside."""
    breakpoints = [(one.number, one.text, one.off) for one in walk.breakpoints.every]
    marks = {letter: (one.run, one.cursor.step) for letter, one in walk.marks.items()}
    here = replace(walk.place.cursor, past=(), future=())
    return here, walk.runs.at, breakpoints, marks, walk.watches.texts


def load_few() -> Scenario:
    """The scenario as another process reads it."""
    return with_training(load(find("mazur")), iterations=12)


async def test_a_mark_in_a_run_that_has_not_come_there_looks_at_its_number_once_it_has() -> None:
    screen = screen_on(trace(FEW))
    walk = screen.walk
    walk.go(go_to(walk.place.cursor, walk.place.trace, 9 * 9 + 5))
    walk.move("layer-down")
    looked = walk.place.cursor
    assert looked.focus is not None
    walk.mark("a")
    walk.go(go_to(looked, walk.place.trace, 3))
    walk.branch(Change("biases", 0.5, 2, (1,)))
    session = saved_and_read(kept(screen, FEW))
    resumed = await came_back(session, load_few())
    assert resumed.marks["a"].cursor.focus is None
    again = taken_up(resumed)
    assert kept(again, FEW) == session
    again.walk.runs.entries[0].trace.advance(12)
    again.walk.to_mark("a")
    assert again.walk.place.cursor.focus == looked.focus
    screen.walk.end()
    again.walk.end()


def session_with_all() -> Session:
    """A run with another rate, a branch of a weight of layer 2, one of that, a mark in each, and the rest."""
    screen = screen_on(trace(FEW))
    walk = screen.walk
    walk.watches.add(walk.place.trace, "weight[2][2,1]")
    walk.watches.add(walk.place.trace, "loss")
    walk.breakpoints.add(CONDITIONS[0])
    walk.breakpoints.add("delta[2][2] > 0")
    for letter, change in (("a", None), ("b", ("weights", 0.5, 2, (1, 0))), ("c", ("learning_rate", 0.1))):
        if change is not None:
            walk.branch(Change(*change))
        walk.mark(letter)
        walk.move("next-iteration")
    session = kept(screen, FEW)
    walk.end()
    return session


async def test_what_is_kept_counts_and_where_the_user_looks_does_not() -> None:
    session = session_with_all()
    looking, runs = session.looking, session.looking.runs
    for other in (
        changed(session, watches=()),
        changed(session, breakpoints=session.breakpoints[:1]),
        changed(session, marks=()),
        changed(session, looking=changed(looking, runs=runs[:-1], run=1)),
        changed(session, looking=changed(looking, runs=runs[:-1])),
        changed(session, looking=changed(looking, breaks=((3, 1),))),
    ):
        assert without_place(other) != without_place(session)
    elsewhere = changed(looking, step=3, view="heat", page=2, units=(1, 1, 1), zoom=2)
    assert without_place(changed(session, looking=elsewhere)) == without_place(session)


async def test_of_another_rate_all_is_kept_and_it_is_said() -> None:
    slower = with_training(FEW, learning_rate=0.3125)
    resumed = await came_back(session_with_all(), slower)
    assert not resumed.whole
    assert resumed.says == "The scenario has changed; all that was made of it is kept."
    rates = [one.trace.scenario.training.learning_rate for one in resumed.runs.entries]
    assert rates == [0.3125, 0.3125, 0.1]
    assert sorted(resumed.marks) == ["a", "b", "c"]


async def test_of_another_network_what_fits_is_kept_and_the_rest_counted() -> None:
    """There is one output: neither the weight is there that was changed nor what was watched of it."""
    network, data = FEW.network, FEW.data
    last = network.layers[-1]
    layers = (network.layers[0], replace(last, weights=last.weights[:1], biases=last.biases[:1]))
    smaller = replace(
        FEW, network=replace(network, layers=layers), data=replace(data, targets=data.targets[..., :1])
    )
    resumed = await came_back(session_with_all(), smaller)
    assert [one.trace.scenario for one in resumed.runs.entries] == [smaller]
    assert (resumed.watches, [one.number for one in resumed.breakpoints]) == (("loss",), [1])
    assert list(resumed.marks) == ["a"]
    says = "The scenario has changed; without 2 runs, 1 watch, 1 breakpoint and 2 marks."
    assert resumed.says == says
    assert len(says) < 79  # there is a row for it


async def test_a_condition_that_is_none_is_left_out_and_said() -> None:
    session = changed(session_with_all(), breakpoints=(Kept(7, "loss <"),))
    resumed = await came_back(session, FEW)
    assert resumed.says == "Back where you were, without 1 breakpoint that can't be had."
    assert not resumed.whole
    assert len(resumed.runs.entries) == 3


@settings(max_examples=25 if EVERY_CASE else 10)
@given(SESSIONS, st.none() | FOCUSES, st.integers(0, 60), st.none() | COUNTS, st.integers(0, 3))
def test_whatever_a_session_says_it_comes_back_to_a_place_in_a_run(
    session: Session, focus: Focus | None, step: int, term: int | None, at: int
) -> None:
    few = with_training(MAZUR, iterations=4)
    runs = [
        changed(one, parent=0 if place else None, iteration=one.iteration % 5)
        for place, one in enumerate(session.looking.runs)
    ]
    run = min(at, max(0, len(runs) - 1))
    looking = changed(session.looking, focus=focus, step=step, term=term, runs=tuple(runs), run=run)
    resumed = asyncio.run(came_back(changed(session, looking=looking), few))
    here, cursor = resumed.runs.here, resumed.cursor
    assert here.first_step <= cursor.step < len(here)
    assert explained(here, cursor).index is not None
    assert all(place < size for place, size in zip(cursor.units, few.network.sizes, strict=True))


class Late(Maker):
    """Makes things at once, and tells of them when the run has come to its end meanwhile."""

    def __init__(self, run: Trace) -> None:
        super().__init__()
        self._run = run

    def make(self, name: str, what: Callable[[], T], done: Callable[[T], None], wait: float = 0.0) -> None:
        found = what()
        self._run.advance(self._run.iterations)
        done(found)


async def test_a_run_that_came_to_its_end_for_another_meanwhile_is_not_waited_for() -> None:
    screen = screen_on(trace(FEW))
    screen.walk.go(go_to(screen.walk.place.cursor, screen.walk.place.trace, 9 * 9))
    screen.walk.branch(Change("biases", 0.5, 2, (1,)))
    session, filed = kept(screen, FEW), load_few()
    screen.walk.end()
    shown, arrived = trace(filed), list[Resumed]()
    Resuming(session, filed, shown, arrived.append, Late(shown)).go_on()
    assert [one.whole for one in arrived] == [True]
