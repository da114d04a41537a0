"""How far is a long run? A bar on a terminal, silence elsewhere."""

from __future__ import annotations

import signal
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.progress import Progress, TaskID

_FRAME = 0.1  # seconds between two looks at the clock


class Shown(Protocol):
    """What a long run tells while it goes on."""

    def pace(self) -> int:
        """Return how many iterations to do before the next `at`."""

    def at(self, iteration: int, said: str) -> None:
        """Say that so many iterations are done, and something about them."""


class _Silent:
    def pace(self) -> int:
        """Return how many iterations to do before the next `at`."""
        return 4096

    def at(self, iteration: int, said: str) -> None:
        """Say nothing."""


class _Bar:
    def __init__(self, bar: Progress, task: TaskID) -> None:
        self._bar = bar
        self._task = task
        self._pace = 1
        self._iteration = 0
        self._last = self._start = time.perf_counter()

    def pace(self) -> int:
        """Return as many iterations as fit between two frames, by the speed so far."""
        return self._pace

    def at(self, iteration: int, said: str) -> None:
        """Move the bar; state the rate and what is to be said."""
        now = time.perf_counter()
        taken, self._last = now - self._last, now
        done, self._iteration = iteration - self._iteration, iteration
        self._pace = max(1, min(4 * done, int(done * _FRAME / max(taken, 1e-6))))
        rate = iteration / max(now - self._start, 1e-6)
        self._bar.update(self._task, completed=iteration, rate=f"{rate:,.0f}/s", said=said)


@contextmanager
def progress(iterations: int, what: str, *, shown: bool = True) -> Iterator[Shown]:
    """Show a bar on stderr for the time of a `with` block if stderr is a terminal.

    The bar itself takes what width the figures leave, so that they are whole on 80 columns.
    """
    if not shown or not sys.stderr.isatty():
        yield _Silent()
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        BarColumn(bar_width=None),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TextColumn("{task.fields[said]}"),
        TimeRemainingColumn(),
    )
    with (
        _interruptible(),
        # What is printed goes where it belongs, not through the bar.
        Progress(
            *columns,
            console=Console(stderr=True),
            refresh_per_second=8,
            expand=True,
            redirect_stdout=False,
        ) as bar,
    ):
        yield _Bar(bar, bar.add_task(what, total=iterations, rate="", said=""))


@contextmanager
def _interruptible() -> Iterator[None]:
    """Let Ctrl-C be an exception for the time of a `with` block: the bar has hidden the cursor."""
    before = signal.getsignal(signal.SIGINT)
    if before is not signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
