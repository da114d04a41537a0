"""How does the app step on by itself, and never faster than the terminal draws?

After each step the terminal is asked where its cursor is; it answers when it has drawn all that came
before. On a slow line the steps come slower, instead of piling up on the way to the screen.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

from tui.meanwhile.tasks import go_on

if TYPE_CHECKING:
    from collections.abc import Callable

SECONDS_A_STEP = 0.5
_PATIENCE = 3.0  # seconds after which a terminal is taken for one that does not answer


class Player:
    """Steps on until there is no next step; `step` returns whether there was one.

    `ask` has the terminal asked once the step is drawn, and returns whether an answer is to come;
    `answered` is called with it. `ended` is called when playing stops, whoever stopped it.
    """

    def __init__(self, step: Callable[[], bool], ask: Callable[[], bool], ended: Callable[[], None]) -> None:
        self._step = step
        self._ask = ask
        self._ended = ended
        self._task: asyncio.Task[None] | None = None
        self._answer = asyncio.Event()

    @property
    def playing(self) -> bool:
        """Whether it steps on by itself."""
        return self._task is not None

    def start(self) -> None:
        """Begin."""
        if self._task is None:
            self._task = go_on(self._play(), "play")

    def stop(self) -> None:
        """Stand still at once."""
        if self._task is not None:
            self._task.cancel()
            self._task = None
            self._ended()

    def answered(self) -> None:
        """Go on: the terminal has drawn the step."""
        self._answer.set()

    async def _play(self) -> None:
        clock = asyncio.get_running_loop().time
        while True:
            began = clock()
            if not self._step():
                break
            self._answer.clear()
            if self._ask():
                # Not `wait_for`, which before Python 3.12 may lose that it is stopped.
                with suppress(TimeoutError):
                    async with asyncio.timeout(_PATIENCE):
                        await self._answer.wait()
            await asyncio.sleep(max(0.0, SECONDS_A_STEP - (clock() - began)))
        self._task = None
        self._ended()
