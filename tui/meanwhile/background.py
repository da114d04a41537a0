"""How is a long run computed while the user steps through the part that is done?

In small pieces on the event loop: a thread would fight for the interpreter with every key. Each
piece takes a few milliseconds, so a key waits no longer than that and leaving is instant. Of a large run
a single iteration takes longer, and a thread runs it (`tui.meanwhile.maker`). On a crowded
host it steps aside, unless it is waited for: the logins and keys of others come first.
"""

from __future__ import annotations

import asyncio
import os
import time
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from tui.meanwhile.tasks import go_on
from tui.meanwhile.wanted import RUN

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.run.tracing import Trace
    from tui.meanwhile.maker import Maker

PIECE = 0.004  # seconds of computing between two looks at the keyboard
PAUSE = 0.001
_PAUSE_IN_A_CROWD = 0.25
REPORT = 0.25
_FORGETTING = 1.5  # by which what an iteration was seen to take may grow from piece to piece
AT_ONCE = 0.03  # a wait this short is not worth a word
_SHORT = 2.0  # nor is a run this short that nobody waits for: an idle screen is silent


class Background:
    """Runs a trace to its end, and calls back when an iteration that is waited for has been run.

    The `maker` has the thread that runs it, where it is large.
    """

    def __init__(self, trace: Trace, report: Callable[[], None], maker: Maker | None = None) -> None:
        self._trace = trace
        self._maker = maker
        self._report = report
        self._task: asyncio.Task[None] | None = None
        self._wanted: tuple[int, Callable[[], None]] | None = None
        self._seconds_each = 1e-4  # seconds an iteration takes, by the quickest of the last pieces
        self._hurry = asyncio.Event()

    def start(self) -> None:
        """Begin; where everything has been run already, what is waited for is there, and it is reported."""
        if self._task is not None:
            return
        if self._trace.computed < self._trace.iterations:
            self._task = go_on(self._run(), "run in the background")
        else:
            self._arrive()  # a thread may have brought it to its end since somebody looked
            self._report()

    def stop(self) -> None:
        """Give up at once."""
        if self._task is not None:
            self._task.cancel()

    def reaches(self, iteration: int) -> bool:
        """Return whether an iteration can be looked at now; a short way to it is run at once."""
        missing = iteration - self._trace.computed
        if self._maker is None and missing > 0 and missing * self._seconds_each < AT_ONCE:
            self._trace.advance(missing)
        return self._trace.computed >= iteration

    def when(self, iteration: int, do: Callable[[], None]) -> None:
        """Call `do` once the iteration has been run; only the last wish counts."""
        self._wanted = (iteration, do)
        self._hurry.set()

    def forget(self) -> None:
        """Wait for nothing any more."""
        self._wanted = None
        self._hurry.clear()

    def progress(self) -> float | None:
        """Return the share of the run that is done; None when there is nothing to say."""
        if self._trace.computed >= self._trace.iterations:
            return None
        if self._wanted is None and self._trace.iterations * self._seconds_each < _SHORT:
            return None
        return self._trace.computed / self._trace.iterations

    async def _run(self) -> None:
        piece = 1
        reported = time.perf_counter()
        # Another may run the same: who comes back to a session, while its run is on the screen.
        while (left := self._trace.iterations - self._trace.computed) > 0:
            began = time.perf_counter()
            done = min(piece, left)
            if self._maker is None:
                self._trace.advance(done)
            else:
                await self._maker.made(RUN, partial(self._trace.advance, done))
            now = time.perf_counter()
            took = (now - began) / done
            # A piece during which another process had the processor says nothing of an iteration.
            self._seconds_each = min(took, _FORGETTING * self._seconds_each)
            piece = max(1, min(4 * piece, int(PIECE / max(self._seconds_each, 1e-9))))
            self._arrive()
            if self._trace.computed >= self._trace.iterations:
                break
            if self._wanted is None and crowded():
                # Not `wait_for`, which before Python 3.12 may lose that it is stopped.
                with suppress(TimeoutError):
                    async with asyncio.timeout(_PAUSE_IN_A_CROWD):
                        await self._hurry.wait()
                continue
            if now - reported > REPORT:
                reported = now
                self._report()
            await asyncio.sleep(PAUSE)
        self._arrive()
        self._report()

    def _arrive(self) -> None:
        if self._wanted is not None and self._trace.computed >= self._wanted[0]:
            do = self._wanted[1]
            self.forget()
            do()


def crowded() -> bool:
    """Return whether more processes want to run now than there are processors; False if nobody can tell."""
    try:
        running = Path("/proc/loadavg").read_text("ascii").split()[3].partition("/")[0]
        return int(running) > (os.cpu_count() or 1)
    except (OSError, ValueError, IndexError):
        return False
