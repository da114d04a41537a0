"""Does a run whose numbers take long leave the keyboard free, and show in the end what a small one shows?"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest

from engine import apart, trace
from engine.apart import NotAtHandError
from engine.branching import typed_changes
from tests.app.driving import user_of
from tests.given.shipped import lasting, scenario_of
from tui import views
from tui.panes import main
from tui.panes.main import MainPane
from tui.screens import questions

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.scenario import Scenario
    from tests.app.driving import User
    from tui.draw.kit.rows import Row

MADE = "being made"


@pytest.fixture(autouse=True)
def _all_are_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "MOST_PARAMETERS", 0)


def few(iterations: int = 3, of: str = "mazur") -> Scenario:
    return lasting(scenario_of(of), iterations)


async def drawn(user: User) -> str:
    """Return the screen once everything on it is made."""
    makers = [pane.apart() for pane in user.stepping.query(MainPane)]
    while any(maker is not None and maker.busy for maker in makers):
        await user.pilot.pause(0.01)
    await user.settle()
    return user.text()


async def test_each_view_shows_in_the_end_what_that_of_a_small_run_shows(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    keys, small = [*"260P1]4", "down", "n", "a"], []
    with monkeypatch.context() as as_ever:
        as_ever.setattr(apart, "MOST_PARAMETERS", 10**6)
        async with user_of(few()) as user:
            for key in keys:
                await user.press(key)
                await user.until_computed()
                small.append(user.text())
    async with user_of(few()) as user:
        for key, shown in zip(keys, small, strict=True):
            await user.press(key)
            await user.until(shown.__eq__)


@pytest.fixture
def never(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Views but the network are never there, until they are told to be."""
    there = threading.Event()
    rows = views.framed_rows

    def framed_rows(view: str, *given: Any, **named: Any) -> list[Row]:
        while view != "network" and not there.wait(0.01):
            pass
        return rows(view, *given, **named)

    monkeypatch.setattr(main, "framed_rows", framed_rows)
    return there.set


async def test_a_view_that_takes_long_says_so_and_can_be_left(never: Callable[[], None]) -> None:
    async with user_of(few()) as user:
        await drawn(user)
        await user.press("2")
        await user.until(lambda text: f"compare is {MADE}" in text)
        await user.press("n")
        assert user.step() == 2  # keys are answered
        await user.press("5")
        await user.until(lambda text: f"time is {MADE}" in text)
        await user.press("1")
        assert "W1" in await drawn(user)
        await user.press("2")
        never()
        assert MADE not in await drawn(user)


async def test_where_a_key_leads_does_not_wait_for_a_view(never: Callable[[], None]) -> None:
    async with user_of(few()) as user:
        await user.until_computed()
        await drawn(user)
        per = len(user.trace) // 3
        await user.press("2")
        await user.until(lambda text: f"compare is {MADE}" in text)
        for key, step in ((")", 1 + per), (")", 1 + 2 * per), ("(", 1 + per), ("b", 1 + 2 * per)):
            await user.press(key)
            assert user.step() == step
            assert user.trace.schedule.site(user.cursor.step).iteration == (step - 1) // per
        # What asks for numbers is answered by who makes the view, and before it.
        await user.press("t")
        await user.until(lambda _: user.cursor.term == 0)
        await user.until(lambda text: f"compare is {MADE}" in text)
        never()
        assert MADE not in await drawn(user)


async def test_what_is_said_comes_while_everything_else_is_made(never: Callable[[], None]) -> None:
    async with user_of(few()) as user:
        await drawn(user)
        await user.press("6")
        await user.until(lambda text: MADE in text)
        await user.press("z")
        assert "z does nothing here" in user.text()
        never()
        assert "z does nothing here" in await drawn(user)


async def test_a_key_that_changes_nothing_that_is_seen_says_why() -> None:
    """Once the picture is there, and is the same; the next key takes the sentence away."""
    async with user_of(few()) as user:
        await user.until_computed()  # else the curve may grow between the keys, and that is seen
        await user.press("4")
        await drawn(user)
        await user.press("down")
        await user.until(lambda screen: "View 4 shows" in screen)
        await user.press("n")
        assert "View 4 shows" not in await drawn(user)


async def test_who_leaves_waits_for_no_view(never: Callable[[], None]) -> None:
    async with user_of(few()) as user:
        await user.press("6")
        await user.until(lambda text: MADE in text)
        await user.press("q")
        assert user.app._exit


async def test_the_end_of_the_run_is_come_to_and_another_run_entered() -> None:
    async with user_of(few(40)) as user:
        await user.press("end")
        await user.until(lambda _: user.step() == len(user.trace))
        await user.press("home", "u")
        await user.until(lambda _: user.trace.order == "premature")
        await user.press("u")
        await user.until(lambda _: user.trace.order == "deferred")
        await user.press("home", *"nnnn", "x")
        await user.until(lambda _: user.trace.breaks != ())
        await user.press("X")
        await user.until(lambda _: user.trace.breaks == ())


async def test_another_scenario_is_not_drawn_over_by_what_was_made_of_this(
    never: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    async with user_of(few()) as user:
        await user.press("2")
        await user.until(lambda text: MADE in text)
        monkeypatch.setattr(apart, "MOST_PARAMETERS", 10**6)
        user.app.step_through(trace(few(of="xor")))
        await user.until(lambda text: "sample 1 of 4" in text and "W1 must wait" in text)
        never()
        await user.until_computed()
        assert "W1 must wait" in user.text()
        assert "compare" not in user.text()


async def test_a_nudge_in_it_is_computed_apart_and_told() -> None:
    async with user_of(few(40), 300) as user:
        await user.until(lambda _: user.stepping.cursor is not None and user.step() == 300)
        await user.press(":")
        await user.type("nudge W1[1,2] 0.001")
        await user.press("enter")
        await user.until(lambda text: "W1[1,2] moved by 0.001" in text and "any key goes on" in text)
        await user.press("n")
        assert user.step() == 300


async def test_a_question_whose_answer_needs_a_number_that_is_not_there_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refused(*_: object) -> None:
        raise NotAtHandError

    async with user_of(few()) as user:
        await drawn(user)
        monkeypatch.setattr(questions, "find", refused)
        monkeypatch.setattr(typed_changes, "change_named", refused)
        for asks, text in (("/", "W1[1,1]"), (":", "set W1[1,1] = 3")):
            await user.press(asks)
            await user.type(text)
            await user.press("enter")
            assert "numbers that are still being computed" in user.dialog()
            await user.press("escape")


async def test_a_search_in_it_is_answered() -> None:
    async with user_of(few()) as user:
        await user.press(":")
        await user.type("find loss > 0")
        await user.press("enter")
        await user.until(lambda text: "In 3 of 3 iterations: steps 3" in text)


async def test_a_search_that_ends_where_the_user_is_says_that_it_is_over() -> None:
    async with user_of(few()) as user:
        await user.until_computed()
        await user.press("n")
        await drawn(user)
        await user.press(":")
        await user.type("until step == 5")
        await user.press("enter")
        await user.until(lambda _: user.cursor.step == 4)
        await user.until(lambda _: "searching" not in user.stepping.progress)


async def test_each_of_many_keys_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    bursts, small = ("tab", "tt", "tT", "jn", "nj", "aa", "jjn", "aAj"), []
    with monkeypatch.context() as as_ever:
        as_ever.setattr(apart, "MOST_PARAMETERS", 10**6)
        async with user_of(few(), 4) as user:
            for keys in bursts:
                await user.press(*([keys, keys] if keys == "tab" else keys))
                small.append(user.cursor)
    async with user_of(few(), 4) as user:
        await drawn(user)
        for keys, there in zip(bursts, small, strict=True):
            await user.press(*([keys, keys] if keys == "tab" else keys))
            await drawn(user)
            assert user.cursor == there, keys
            assert "It comes from no other" not in user.text()
