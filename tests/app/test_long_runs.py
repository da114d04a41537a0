"""Can a run be stepped through, and left, while it is still being computed?"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from tests.app.driving import user_of
from tests.given.shipped import lasting, scenario_of
from tui.panes.main import MainPane

if TYPE_CHECKING:
    from engine.scenario import Scenario

EACH = 9  # steps of an iteration


def long_run(iterations: int) -> Scenario:
    return lasting(scenario_of("mazur"), iterations)


async def test_the_share_that_is_done_is_shown() -> None:
    async with user_of(long_run(200_000_000), wait=0.02) as user:
        await user.until(lambda text: "run   0%" in text or "run   1%" in text)
        await user.press("n", "n")
        assert user.step() == 3


async def test_end_waits_for_the_run_and_home_calls_it_off() -> None:
    iterations = 10_000_000
    async with user_of(long_run(iterations), wait=0.02) as user:
        await user.press("end")
        assert user.trace.computed < iterations
        assert user.step() == 1
        await user.press("n")
        assert user.step() == 2
        await user.press("end", "home")
        assert user.step() == 1
        await user.pilot.pause(0.1)
        assert user.step() == 1


async def test_end_arrives_when_the_run_is_done() -> None:
    iterations = 30_000
    async with user_of(long_run(iterations), wait=0.02) as user:
        await user.press("end")
        await user.until_computed()
        assert user.step() == EACH * iterations
        await user.press("home")
        assert user.step() == 1


async def test_go_to_what_is_computed_is_at_once() -> None:
    async with user_of(long_run(10_000_000), wait=0.02) as user:
        await user.press("g", *"901", "enter")
        assert user.step() == 901


async def test_quitting_waits_for_no_run() -> None:
    async with user_of(long_run(10_000_000), wait=0.02) as user:
        trace = user.trace
        await user.press("end")
        await user.press("q")
        assert user.app._exit
    done = trace.computed
    assert done < trace.iterations / 10
    await asyncio.sleep(0.05)
    assert trace.computed == done


async def test_opening_another_scenario_stops_the_run() -> None:
    async with user_of(long_run(10_000_000), wait=0.02) as user:
        first = user.trace
        await user.press("end")
        await user.press("o", "enter")
        await user.pilot.pause(0.1)
        assert user.trace is not first
        done = first.computed
        await user.pilot.pause(0.1)
        assert first.computed == done


@pytest.mark.parametrize("view", ["2", "4"])
async def test_what_the_run_brings_is_drawn_without_a_key(view: str) -> None:
    async with user_of(long_run(3_000), wait=0.02) as user:
        await user.press(view)
        await user.until_all_computed()
        seen = user.panes()
        main = user.stepping.query_one(MainPane)
        main.redraw()
        assert user.panes() == seen
