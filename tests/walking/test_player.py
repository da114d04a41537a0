"""Does playing step on by itself, stop at a key and at the end, and wait for a slow terminal?"""

from __future__ import annotations

import asyncio

import pytest
from textual.events import CursorPosition

import tui.walking.player
from tests.app.driving import user_of
from tests.following.lessons import until
from tests.work.patience import PATIENCE
from tui.screens.stepping import SteppingScreen
from tui.walking.player import Player


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tui.walking.player, "SECONDS_A_STEP", 0.01)


async def test_playing_steps_on_until_a_key() -> None:
    async with user_of("bptt", 1, wait=0.02) as user:
        await user.press(" ")
        while user.step() < 5:
            await user.pilot.pause(0.01)
        assert "playing" in user.text()
        await user.press("p")
        stopped = user.step()
        await user.pilot.pause(0.1)
        assert user.step() == stopped
        assert "playing" not in user.text()


async def test_space_stops_too_and_the_end_does() -> None:
    async with user_of("bptt", 318, wait=0.02) as user:
        await user.press(" ", " ")
        assert user.step() <= 319
        await user.press(" ")
        while user.step() < 320 or "playing" in user.text():
            await user.pilot.pause(0.01)
        assert user.step() == 320


async def test_no_step_before_the_terminal_has_drawn_the_last() -> None:
    steps = asked = 0

    def step() -> bool:
        nonlocal steps
        steps += 1
        return True

    def ask() -> bool:
        nonlocal asked
        asked += 1
        return True

    player = Player(step, ask, lambda: None)
    player.start()
    await asyncio.sleep(0.1)
    assert (steps, asked) == (1, 1)
    player.answered()
    await asyncio.sleep(0.1)
    assert (steps, asked) == (2, 2)
    player.stop()
    player.answered()
    await asyncio.sleep(0.05)
    assert steps == 2


async def test_a_terminal_that_never_answers_does_not_stop_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tui.walking.player, "_PATIENCE", 0.02)
    steps = 0

    def step() -> bool:
        nonlocal steps
        steps += 1
        return steps < 3

    ended: list[int] = []
    player = Player(step, lambda: True, lambda: ended.append(steps))
    player.start()
    await asyncio.sleep(0.3)
    assert ended == [3]
    assert not player.playing


@pytest.mark.parametrize("turns", range(5))
async def test_it_stands_still_also_if_the_terminal_answers_as_it_is_stopped(turns: int) -> None:
    steps = 0

    def step() -> bool:
        nonlocal steps
        steps += 1
        return True

    player = Player(step, lambda: True, lambda: None)
    player.start()
    await asyncio.sleep(0.01)
    player.answered()
    for _ in range(turns):  # of the loop, before the player comes to hear of it
        await asyncio.sleep(0)
    before = steps
    player.stop()
    await asyncio.sleep(0.05)
    assert steps == before


async def test_behind_a_dialog_it_hears_the_terminal_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SteppingScreen, "ask_terminal", lambda _: True)
    monkeypatch.setattr(tui.walking.player, "_PATIENCE", 2 * PATIENCE)
    async with user_of("bptt", 1) as user:
        await user.press(" ", "?")
        walk = user.app.stepping.walk if user.app.stepping is not None else None
        assert walk is not None

        def answer() -> bool:
            user.app.post_message(CursorPosition(0, 0))
            return walk.journey.here.step > 3

        await until(answer)
