"""How is what the next key will show made before it comes?

Most keys go on as the one before did. While nothing is asked for there is time to make what the next one
will show; on a crowded host, only when the others have made theirs.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from tui.meanwhile import background
from tui.meanwhile.tasks import go_on

if TYPE_CHECKING:
    from collections.abc import Callable

SOON = 0.01
"""Seconds in which the terminal is sent what is shown now."""

_PAUSE_IN_A_CROWD = 0.1


class Ahead:
    """Makes one thing a little later, unless it is stopped before."""

    def __init__(self) -> None:
        self._task: asyncio.Task[None] | None = None

    def make(self, make: Callable[[], None]) -> None:
        """Make something soon, instead of what was to be made."""
        self.stop()
        self._task = go_on(self._make(make), "make ahead")

    def stop(self) -> None:
        """Make nothing any more."""
        if self._task is not None:
            self._task.cancel()
            self._task = None

    async def _make(self, make: Callable[[], None]) -> None:
        await asyncio.sleep(SOON)
        while background.crowded():
            await asyncio.sleep(_PAUSE_IN_A_CROWD)
        make()
