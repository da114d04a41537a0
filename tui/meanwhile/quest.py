"""How is something long looked for while the user can go on, or give up at any moment?

In pieces on the event loop, as a run in the background is: see there. In a large run a thread looks.
"""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Generic, TypeVar

from tui.meanwhile.background import AT_ONCE, PAUSE, REPORT
from tui.meanwhile.tasks import go_on

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from tui.meanwhile.maker import Maker

Answer = TypeVar("Answer")


class Quest(Generic[Answer]):
    """Looks for an answer; `told` is called with it, `report` now and then on the way, and at the end.

    `looking` yields how much is done. The `maker`, if there is one, has the thread that looks.
    """

    def __init__(
        self,
        looking: Generator[float, None, Answer],
        told: Callable[[Answer], None],
        report: Callable[[], None],
        maker: Maker | None = None,
    ) -> None:
        self._maker = maker
        self._looking, self._told, self._report = looking, told, report
        self.share = 0.0
        self._task: asyncio.Task[None] | None = None

    def start(self, *, calmly: bool = False) -> None:
        """Begin; what is found at once is told at once, unless nobody waits for it."""
        if not calmly and self._maker is None and not self._goes_on_for(AT_ONCE):
            return
        self._task = go_on(self._go_on(), "search in the background")
        self._report()

    def stop(self) -> None:
        """Give up at once."""
        if self._task is not None:
            self._task.cancel()
            self._task = None

    @property
    def runs(self) -> bool:
        """Whether it is still looking."""
        return self._task is not None

    def _goes_on_for(self, seconds: float) -> bool:
        """Look for so long; return whether there is no answer yet."""
        until = time.perf_counter() + seconds
        while True:
            try:
                self.share = next(self._looking)
            except StopIteration as end:
                self._task = None
                self._told(end.value)
                return False
            if time.perf_counter() >= until:
                return True

    async def _goes_on_apart(self, maker: Maker) -> bool:
        """Have it looked for in the thread of a maker; return whether there is no answer yet."""
        found = await maker.made("search", self._step)
        if isinstance(found, float):
            self.share = found
            return True
        self._task = None
        self._told(found.value)
        return False

    def _step(self) -> float | StopIteration:
        try:
            return next(self._looking)
        except StopIteration as end:
            return end

    async def _go_on(self) -> None:
        reported = time.perf_counter()
        maker = self._maker
        while self._goes_on_for(0.0) if maker is None else await self._goes_on_apart(maker):
            if time.perf_counter() - reported > REPORT:
                reported = time.perf_counter()
                self._report()
            await asyncio.sleep(PAUSE)
        self._report()  # that it is over, also where what was found leads nowhere else
