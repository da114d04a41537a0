"""Is what the next key will show made before it comes, but not before what others wait for?"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from tests.work.patience import PATIENCE
from tui.meanwhile import ahead, background
from tui.meanwhile.ahead import Ahead

if TYPE_CHECKING:
    import pytest


async def test_of_several_the_last_is_made_and_none_once_it_is_stopped(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ahead, "SOON", 0.0)
    made: list[str] = []
    there = asyncio.Event()
    one = Ahead()
    one.make(lambda: made.append("first"))

    def second() -> None:
        made.append("second")
        there.set()

    one.make(second)
    await asyncio.wait_for(there.wait(), PATIENCE)
    one.make(lambda: made.append("third"))
    one.stop()
    for _ in range(10):
        await asyncio.sleep(0)
    assert made == ["second"]


async def test_a_crowd_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ahead, "SOON", 0.0)
    monkeypatch.setattr(ahead, "_PAUSE_IN_A_CROWD", 0.0)
    crowd = [True]
    looks: list[bool] = []

    def crowded() -> bool:
        looks.append(crowd[0])
        return crowd[0]

    monkeypatch.setattr(background, "crowded", crowded)
    there = asyncio.Event()
    one = Ahead()
    one.make(there.set)
    while len(looks) < 5:
        await asyncio.sleep(0)
    assert not there.is_set()
    crowd[0] = False
    await asyncio.wait_for(there.wait(), PATIENCE)
    one.stop()
