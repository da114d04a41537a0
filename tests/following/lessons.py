"""What do the tests of following need? States, a directory to lead in, a quick way to wait."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from tests.work.patience import PATIENCE
from tui.telling.state import Chosen, State

if TYPE_CHECKING:
    from collections.abc import Callable


def a_state(step: int = 0) -> State:
    return State("0" * 64, "deferred", Chosen("sgd", 0.5, None), step, scenario="mazur", units=(0, 1, 0))


async def until(true: Callable[[], bool]) -> None:
    """Wait until something is so."""
    stop = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < stop
        await asyncio.sleep(0.002)
