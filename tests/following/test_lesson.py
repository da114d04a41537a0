"""Do two running apps show the same, until the follower moves, and again when it returns?"""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from threading import Event, current_thread, main_thread
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace as changed

from engine import load, trace
from engine.catalog import Shelf, find, shipped_shelf
from engine.looking.cursor import start
from engine.read.changed import with_mistake
from tests.app.driving import driven
from tests.following.lessons import until
from tui.app import BackpropApp
from tui.commands import opening
from tui.following import attending as attending_module
from tui.following import follower as following
from tui.following.attending import Attending
from tui.following.names import claim
from tui.following.teaching import Teaching
from tui.meanwhile import reader
from tui.screens.stepping import SteppingScreen
from tui.telling.looking import state_of
from tui.telling.shared import name_of
from tui.usage import UsageError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from engine.scenario import Scenario
    from tests.app.driving import User
    from tui.following.lesson import Lesson


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """A leader that is gone is looked for soon."""
    monkeypatch.setattr(following, "_AGAIN", (0.01, 0.02))


@asynccontextmanager
async def running(
    scenario: Scenario, lesson: Lesson, size: tuple[int, int] = (80, 24)
) -> AsyncIterator[User]:
    app = BackpropApp(scenario, None, None, lesson)
    async with driven(app, size, wait=0.02) as user:
        yield user


def leading(folder: Path, name: str = "bptt") -> tuple[Scenario, Lesson]:
    return load(find(name)), Teaching(claim(folder, "lesson"), "lesson", shipped_shelf())


def attending(folder: Path, name: str = "bptt", *, keeps: bool = False) -> tuple[Scenario, Lesson]:
    return load(find(name)), Attending(folder, "lesson", shipped_shelf(), keeps=keeps)


def follows(follower: User, leader: User) -> Callable[[], bool]:
    """Whether the follower shows what the leader does."""

    def same() -> bool:
        ours, theirs = follower.app.stepping, leader.app.stepping
        assert ours is not None
        assert theirs is not None
        return (
            theirs.cursor is not None
            and ours.cursor == replace(theirs.cursor, past=(), future=())
            and ours.view == theirs.view
            and ours.lesson == "following lesson"
        )

    return same


async def test_a_follower_shows_what_the_leader_does_in_its_own_size(tmp_path: Path) -> None:
    async with (
        running(*leading(tmp_path)) as leader,
        running(*attending(tmp_path), size=(120, 40)) as follower,
    ):
        await until(lambda: "leading lesson · 1 here" in leader.panes())
        for keys in ("n n", "tab", "t", "]", "2", "4", "1", "j", "} n", "a"):
            await leader.press(*keys.split())
            await until(follows(follower, leader))
        await leader.press("4", "l")
        await until(lambda: follower.stepping.along.logarithmic is not None)
        assert follower.stepping.along == leader.stepping.along
        await leader.press(">", ">", "+")
        await until(lambda: follower.stepping.along.at is not None)
        await until(lambda: follower.stepping.along == leader.stepping.along)
        assert follower.app.size == (120, 40)


async def test_a_follower_wanders_off_and_returns_with_one_key_and_bears_a_burst(tmp_path: Path) -> None:
    async with running(*leading(tmp_path)) as leader, running(*attending(tmp_path)) as follower:
        await until(follows(follower, leader))
        for away in ("n", "4", "tab", "4 l", "g 7 enter", "end"):
            await follower.press(*away.split())
            await until(lambda: "on your own · w returns" in follower.panes())
            own = follower.stepping.goal, follower.stepping.view
            await leader.press("n", "n")
            await asyncio.sleep(0.05)
            assert (follower.stepping.goal, follower.stepping.view) == own
            assert leader.cursor != follower.stepping.goal
            await follower.press("w")
            await until(follows(follower, leader))
        await leader.press("home", "1")
        for _ in range(10):
            await leader.press(*["n"] * 20)
        await until(follows(follower, leader))
        assert follower.step() == 201


async def test_who_comes_late_sees_the_present_state(tmp_path: Path) -> None:
    async with running(*leading(tmp_path)) as leader:
        await leader.press("n", "w")  # there is nobody to whom a leader could return
        assert leader.step() == 2
        assert "leading lesson · 0 here" in leader.panes()
        await leader.press("n", "n", "4")
        async with running(*attending(tmp_path)) as follower:
            await until(follows(follower, leader))
            assert follower.step() == 4
        await until(lambda: "0 here" in leader.panes())


@pytest.mark.parametrize("looks", ["a", "t", "tab"])
async def test_who_comes_late_sees_what_is_looked_at_in_an_iteration_that_is_still_to_be_computed(
    tmp_path: Path, looks: str
) -> None:
    async with running(*leading(tmp_path, "mazur")) as leader:
        await leader.until_computed()
        await leader.press(")", ")", ")", looks)
        async with running(*attending(tmp_path, "mazur")) as follower:
            await until(follows(follower, leader))


@pytest.mark.parametrize("dialog", ["m", "F", "o", "ctrl+p", "g"])
async def test_a_dialog_that_closes_before_it_is_painted_takes_no_word_to_the_class_with_it(
    tmp_path: Path, dialog: str
) -> None:
    async with running(*leading(tmp_path, "mazur")) as leader, running(*attending(tmp_path)) as follower:
        await until(follows(follower, leader))
        await leader.press("n", dialog, "escape")
        await leader.press("n")
        await until(follows(follower, leader))


async def test_the_presenter_s_page_is_the_leader_s_own(tmp_path: Path) -> None:
    async with running(*leading(tmp_path)) as leader, running(*attending(tmp_path)) as follower:
        await leader.press("3", "P", "n")
        await until(lambda: follower.stepping.cursor == leader.stepping.cursor)
        await until(lambda: follower.stepping.view == "network")
        assert "F O R W A R D" in leader.panes()
        assert "1 here" in leader.panes()
        await leader.press("P")
        assert leader.stepping.view == "cost"
        await until(follows(follower, leader))


async def test_a_leader_that_leaves_is_told_and_a_new_one_is_followed(tmp_path: Path) -> None:
    async with running(*attending(tmp_path)) as follower:
        await until(lambda: "waiting for lesson" in follower.panes())
        async with running(*leading(tmp_path)) as leader:
            await leader.press("n")
            await until(follows(follower, leader))
        await until(lambda: "the leader is gone" in follower.panes())
        await follower.press("n")
        assert follower.step() == 3
        async with running(*leading(tmp_path)) as leader:
            await until(lambda: "on your own" in follower.panes())
            await follower.press("w")
            await until(follows(follower, leader))
            assert follower.step() == 1


async def test_another_scenario_is_opened_from_the_follower_s_own_catalogue(tmp_path: Path) -> None:
    async with running(*leading(tmp_path)) as leader, running(*attending(tmp_path, "xor")) as follower:
        await until(lambda: follower.trace.scenario.title == load(find("bptt")).title)
        await until(follows(follower, leader))
        assert follower.trace.scenario.title == leader.trace.scenario.title
        leader.app.step_through(trace(load(find("batch")), "premature"))
        await leader.press("n")
        await until(follows(follower, leader))
        assert follower.trace.scenario.title == load(find("batch")).title
        assert follower.trace.order == "premature"


async def test_keys_are_answered_while_what_the_leader_has_opened_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there, at_once = Event(), Shelf.load
    async with running(*leading(tmp_path)) as leader, running(*attending(tmp_path)) as follower:
        await until(follows(follower, leader))

        def slowly(shelf: Shelf, path: Path) -> Scenario:
            while current_thread() is not main_thread() and not there.wait(0.01):
                pass
            return at_once(shelf, path)

        monkeypatch.setattr(Shelf, "load", slowly)
        monkeypatch.setattr(reader, "WAIT", 0.05)
        leader.app.step_through(trace(load(find("batch"))))
        await leader.press("n")
        await until(lambda: "reading what lesson has opened" in follower.panes())
        await follower.press("3")
        assert "on your own" in follower.panes()
        await follower.press("1", "w")
        assert follower.trace.scenario.title == load(find("bptt")).title
        await leader.press("n", "n")
        there.set()
        await until(follows(follower, leader))
        assert (follower.trace.scenario.title, follower.step()) == (load(find("batch")).title, 4)


async def test_whose_file_differs_is_told_and_keeps_it(tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    text = find("bptt").read_text("utf-8")
    file.write_text(text.replace("iterations = ", "iterations = 1"), encoding="utf-8")
    (tmp_path / "class").mkdir()
    async with AsyncExitStack() as stack:
        _, lesson = leading(tmp_path / "class")
        leader = await stack.enter_async_context(running(load(file), lesson))
        kept = await stack.enter_async_context(running(*attending(tmp_path / "class")))
        own = await stack.enter_async_context(running(*attending(tmp_path / "class", "xor", keeps=True)))
        _, same = attending(tmp_path / "class", keeps=True)
        other = await stack.enter_async_context(running(load(file), same))
        await leader.press("n")
        for user in (kept, own):
            await until(lambda user=user: "lesson is on another run" in user.panes())  # type: ignore[misc]
            assert user.step() == 1
        await until(follows(other, leader))
        await kept.press("n")
        assert kept.step() == 2
        assert kept.trace.scenario.title == load(find("bptt")).title
        leader.app.step_through(trace(load(find("bptt"))))
        await until(follows(kept, leader))
        await until(lambda: "on another run" in own.panes())
        assert own.trace.scenario.title == load(find("xor")).title


async def test_a_mistake_of_the_leader_is_made_by_the_follower_too(tmp_path: Path) -> None:
    async with (
        running(*leading(tmp_path, "06-batch")) as leader,
        running(*attending(tmp_path, "06-batch")) as follower,
    ):
        await until(follows(follower, leader))
        await leader.press("n", "4", "m", "j", "enter")
        await until(lambda: leader.trace.mistake == "no-slope")
        await until(lambda: follower.trace.mistake == "no-slope")
        await until(follows(follower, leader))
        await leader.press("u", "n")
        await until(lambda: follower.trace.order == "premature")
        await until(follows(follower, leader))
        assert follower.trace.mistake == "no-slope"
        async with running(*attending(tmp_path, "xor")) as late:
            await until(lambda: late.trace.mistake == "no-slope")
            await until(follows(late, leader))
        await leader.press("u", "M")
        await until(lambda: follower.trace.mistake is None)
        await until(follows(follower, leader))
        assert follower.trace.scenario.notes == leader.trace.scenario.notes != ()


async def test_a_mistake_in_a_file_that_the_follower_brought(tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    text = find("06-batch").read_text("utf-8")
    file.write_text(text.replace("iterations = ", "iterations = 1"), encoding="utf-8")
    (tmp_path / "class").mkdir()
    _, lesson = leading(tmp_path / "class")
    _, follows_it = attending(tmp_path / "class", keeps=True)
    async with running(load(file), lesson) as leader, running(load(file), follows_it) as follower:
        for keys, mistake, order in (
            ("m j enter", "no-slope", "deferred"),
            ("m j enter", "no-output-slope", "deferred"),
            ("u", "no-output-slope", "premature"),
            ("M", None, "premature"),
        ):
            await leader.press(*keys.split())
            run = mistake, order
            await until(lambda run=run: (follower.trace.mistake, follower.trace.order) == run)  # type: ignore[misc]
            await until(follows(follower, leader))
        assert follower.trace.scenario.notes


async def test_who_comes_late_sees_a_break_of_the_rule_far_on_in_the_run(tmp_path: Path) -> None:
    async with running(*leading(tmp_path, "mazur")) as leader:
        await leader.until_computed()
        await leader.press("g", *"81005", "enter")
        await until(lambda: leader.step() == 81005)
        await leader.press("x")
        await until(lambda: bool(leader.trace.breaks))
        async with running(*attending(tmp_path, "mazur")) as follower:
            await until(follows(follower, leader))
            assert follower.trace.breaks == leader.trace.breaks
            await follower.press("X")
            await until(lambda: "on your own" in follower.panes())
            assert follower.trace.breaks == ()
            await follower.press("w")
            await until(follows(follower, leader))
            # Another scenario, broken at the same steps.
            leader.app.step_through(trace(load(find("premature")), "deferred"))
            while not leader.trace.breaks:
                await leader.press("n", "x")
            await until(follows(follower, leader))
            assert follower.trace.scenario.title == leader.trace.scenario.title


async def test_who_goes_on_in_another_run_is_on_their_own_until_they_return(tmp_path: Path) -> None:
    async with (
        running(*leading(tmp_path, "mazur")) as leader,
        running(*attending(tmp_path, "mazur")) as follower,
    ):
        await until(follows(follower, leader))
        for keys in ("m j enter", "u", "n n n n x"):
            await follower.press(*keys.split())
            await until(lambda: "on your own · w returns" in follower.panes())
            await follower.press("w")
            await until(follows(follower, leader))
            trace = follower.trace
            assert (trace.mistake, trace.order, trace.breaks) == (None, "deferred", ()), keys


async def test_a_mistake_that_nobody_here_knows_is_told_and_no_other_run_is_shown(tmp_path: Path) -> None:
    scenario, lesson = attending(tmp_path)
    async with running(scenario, lesson) as follower:
        state = changed(state_of(follower.trace, follower.cursor), scenario="bptt", step=3)
        assert isinstance(lesson, Attending)
        for other in ({"mistake": "of-tomorrow"}, {"optimizer": "of-tomorrow"}):
            lesson._told(changed(state, digest="f" * 64, chosen=changed(state.chosen, **other)))
            await until(lambda: "lesson does what is unknown here" in follower.panes())
            assert follower.step() == 1
        # The same fields, and the digest of a run of which something is told in a field of tomorrow.
        for other in ({"mistake": "sign"}, {}):
            lesson._told(changed(state, digest="f" * 64, chosen=changed(state.chosen, **other)))
            await until(lambda: "lesson is on another run" in follower.panes())
            assert follower.step() == 1


def test_who_opens_the_app_during_a_mistake_opens_it_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mistaken = trace(with_mistake(load(find("mazur")), "sign"))
    state = state_of(mistaken, start(mistaken))
    state = changed(state, scenario=name_of(shipped_shelf(), mistaken.scenario, mistaken.order))
    assert state.scenario == "mazur"
    monkeypatch.setattr(following, "ask", lambda *_: state)
    scenario, _ = opening._follow("lesson", tmp_path, shipped_shelf(), None, None)
    assert scenario.training.mistake == "sign"
    unknown = changed(state.chosen, mistake="of-tomorrow")
    monkeypatch.setattr(following, "ask", lambda *_: changed(state, chosen=unknown))
    with pytest.raises(UsageError, match="does what is unknown here"):
        opening._follow("lesson", tmp_path, shipped_shelf(), None, None)


@pytest.mark.parametrize("answers", [True, False])
async def test_a_follower_goes_no_faster_than_its_terminal_draws(
    answers: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = 0

    def ask(_: SteppingScreen) -> bool:
        nonlocal asked
        asked += 1
        return True

    monkeypatch.setattr(SteppingScreen, "ask_terminal", ask)
    monkeypatch.setattr(attending_module, "_PATIENCE", 60 if answers else 0.05)
    scenario, lesson = attending(tmp_path)
    async with running(*leading(tmp_path)) as leader, running(scenario, lesson) as follower:
        await until(follows(follower, leader))
        await leader.press("n")
        await until(follows(follower, leader))
        assert asked == 1
        for _ in range(3):
            await leader.press("n")
        if answers:
            await asyncio.sleep(0.05)
            assert follower.step() == 2
            lesson.drawn()
        await until(follows(follower, leader))
        assert follower.step() == 5
        # A terminal that doesn't answer is not asked again, until it does after all.
        assert asked == (2 if answers else 1)
        before = asked
        lesson.drawn()
        await leader.press("n")
        await until(follows(follower, leader))
        assert asked == before + 1


async def test_a_terminal_that_has_answered_is_asked_again_also_by_who_returned_meanwhile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []

    def ask(screen: SteppingScreen) -> bool:
        asked.append(screen.goal.step)
        return True

    monkeypatch.setattr(SteppingScreen, "ask_terminal", ask)
    monkeypatch.setattr(attending_module, "_PATIENCE", 0.5)
    scenario, lesson = attending(tmp_path)
    async with running(*leading(tmp_path)) as leader, running(scenario, lesson) as follower:
        await leader.press("n")
        await until(follows(follower, leader))
        await follower.press("n", "w")
        lesson.drawn()
        await asyncio.sleep(0.6)
        asked.clear()
        await leader.press("n")
        await until(follows(follower, leader))
        assert asked == [2]


async def test_a_key_counts_also_if_the_terminal_answers_before_it_is_drawn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SteppingScreen, "ask_terminal", lambda _: True)
    monkeypatch.setattr(attending_module, "_PATIENCE", 60)
    scenario, lesson = attending(tmp_path)
    async with running(*leading(tmp_path)) as leader, running(scenario, lesson) as follower:
        await leader.press("n")
        await until(follows(follower, leader))
        follower.stepping.action_move("previous")
        lesson.drawn()
        await follower.settle()
        assert follower.step() == 1
        assert "This is the first step" not in follower.text()
        assert "on your own · w returns" in follower.panes()


async def test_a_fault_of_who_follows_ends_the_app_as_any_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is not taken for one of the connection, which the app would do without."""

    def fault() -> None:
        raise ZeroDivisionError

    async def follow(leader: User) -> None:
        scenario, lesson = attending(tmp_path)
        async with running(scenario, lesson) as follower:
            await until(follows(follower, leader))
            monkeypatch.setattr(lesson, "_follow", fault)
            await leader.press("n")
            await until(lambda: follower.app.fault is not None)

    async with running(*leading(tmp_path)) as leader:
        with pytest.raises(ZeroDivisionError):
            await follow(leader)


async def test_of_a_key_that_was_overtaken_nothing_is_said(tmp_path: Path) -> None:
    async with running(*leading(tmp_path)) as leader, running(*attending(tmp_path)) as follower:
        await leader.press("n", "n")
        await until(follows(follower, leader))
        await follower.press("p", "w")
        assert follower.step() == 3
        assert "This is the first step" not in follower.text()


async def test_a_follower_waits_for_what_it_has_not_computed(tmp_path: Path) -> None:
    async with running(*leading(tmp_path, "mazur")) as leader:
        await leader.until_computed()
        await leader.press("end")
        async with running(*attending(tmp_path, "mazur")) as follower:
            await until(follows(follower, leader))
            assert follower.step() == 90_000
