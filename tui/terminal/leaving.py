"""How is a terminal put right when a signal ends the app at any moment, even while output is blocked?

`signal.signal` and not the event loop's handlers: the loop doesn't turn while a frame waits for a
terminal that takes nothing more. For the same reason nothing here goes through the app's own output.
"""

from __future__ import annotations

import os
import signal
import termios
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from tui.terminal.modes import RESET

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

ENDING: Final = (
    signal.SIGHUP,
    signal.SIGINT,
    signal.SIGQUIT,
    signal.SIGTERM,
    signal.SIGUSR1,
    signal.SIGUSR2,
    signal.SIGALRM,
    signal.SIGXCPU,
)
"""The signals that end the app. Python's own answer to each but SIGINT is to die on the spot."""

_PATIENCE: Final = 0.5  # seconds for a terminal that takes nothing
_PAUSE: Final = 0.01


def leave_on_signals(restore: Callable[[], None]) -> None:
    """From now on end the process on each of `ENDING`, after `restore`; the exit code is 128 and the signal.

    This also takes back that a parent has let a hang-up be ignored, as `nohup` does.
    """

    def leave(number: int, frame: FrameType | None) -> None:  # noqa: ARG001
        for ending in ENDING:
            signal.signal(ending, signal.SIG_IGN)  # one is enough, and this takes half a second at most
        try:
            restore()
        finally:
            os._exit(128 + number)

    for ending in ENDING:
        signal.signal(ending, leave)


def put_right(output: int, attributes: list[Any] | None) -> None:
    """Give the terminal of the descriptor `output` its attributes back and turn off every mode.

    Takes at most half a second. What was still to be drawn is dropped if it is in the way. After
    this nothing more that is written to `output` reaches the terminal.
    """
    with suppress(OSError):
        # Another open file: it can be non-blocking without making the shell's own so.
        terminal = os.open(os.ttyname(output), os.O_WRONLY | os.O_NONBLOCK | os.O_NOCTTY)
        with suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), output)
        _interrupt_others()
        with suppress(termios.error):
            if attributes is not None:
                termios.tcsetattr(terminal, termios.TCSANOW, attributes)
            _write(terminal, RESET.encode())


def _interrupt_others() -> None:
    """Wake the threads that wait for the terminal to take a frame: it is locked until they give up."""
    signal.signal(signal.SIGURG, lambda *_: None)
    for thread in threading.enumerate():
        if thread.ident is not None and thread is not threading.main_thread():
            with suppress(OSError):
                signal.pthread_kill(thread.ident, signal.SIGURG)


def _write(terminal: int, data: bytes) -> None:
    start = time.monotonic()
    while data:
        try:
            data = data[os.write(terminal, data) :]
        except BlockingIOError:
            waited = time.monotonic() - start
            if waited > _PATIENCE:
                return
            if waited > _PATIENCE / 4:
                termios.tcflush(terminal, termios.TCOFLUSH)
            time.sleep(_PAUSE)
