"""How does the app come through noise, hang-ups, stops and signals at the terminal?

Textual's driver for Unix ends on the first byte that isn't UTF-8, spins at the end of the input, takes
sizes and clicks from whatever is typed, and is killed in the middle of its modes.
"""

from __future__ import annotations

import asyncio
import os
import selectors
import signal
import sys
import time
from codecs import getincrementaldecoder
from concurrent.futures import CancelledError
from contextlib import suppress
from threading import Event
from typing import TYPE_CHECKING, Any, Final

from textual._xterm_parser import XTermParser
from textual.drivers.linux_driver import LinuxDriver
from textual.events import MouseEvent, Resize
from textual.messages import InBandWindowResize

from tui.terminal.leaving import leave_on_signals, put_right
from tui.terminal.pasting import Pasting

if TYPE_CHECKING:
    from concurrent.futures import Future
    from types import FrameType

    from textual.message import Message

_LONGEST_READ: Final = 4096
_PENDING: Final = 1000  # events that wait to be handled; what is typed beyond is noise
_LARGEST_SIZE: Final = (1000, 400)  # cells; a terminal may claim to have 65535 by 65535
_TICK: Final = 0.1  # seconds between two looks at unfinished sequences
_SILENCE: Final = 2.0  # seconds after which no more of a pasted text is to come


class _Ending(Event):
    """That the reading is to end; who waits for input finds `told` readable then."""

    def __init__(self) -> None:
        super().__init__()
        self.told, self._tell = os.pipe()

    def set(self) -> None:
        """End the reading."""
        super().set()
        os.write(self._tell, b"e")

    def clear(self) -> None:
        """Let it begin again."""
        if self.is_set():
            os.read(self.told, _LONGEST_READ)
        super().clear()


class SteadyDriver(LinuxDriver):
    """Textual's driver for Unix, made steady."""

    _modes_on = False
    _continued = 0
    _sent: Future[bool] | None = None

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.exit_event = self._ending = _Ending()
        # Before the first event with a size the app would ask the terminal itself.
        self._size = self._size or self._get_terminal_size()

    @property
    def can_suspend(self) -> bool:
        """Whether there is a shell that does job control, and could continue what is stopped.

        It gives each of its jobs a process group; in that of who has begun the session there is none.
        """
        return os.getpgrp() != os.getsid(0)

    # -- coming and going -------------------------------------------------------------------------

    def start_application_mode(self) -> None:
        """Take the terminal; from now on signals leave it as it was."""
        leave_on_signals(self._put_right)
        self._modes_on = True
        super().start_application_mode()  # type: ignore[no-untyped-call]
        # In the background of a shell Textual gives up half way, to be continued.
        self._modes_on = self._key_thread is not None

    def stop_application_mode(self) -> None:
        """Give the terminal back."""
        super().stop_application_mode()
        self._key_thread = None

    def close(self) -> None:
        """Wait until the terminal has taken everything."""
        super().close()
        self._modes_on = False

    def _put_right(self) -> None:
        if self._modes_on:
            put_right(sys.__stderr__.fileno() if sys.__stderr__ else 2, self.attrs_before)

    def _sigtstp_application(self, *_: int | FrameType | None) -> None:
        """Give the terminal back, then stop with all that this program was started together with.

        A shell that runs a script, or `uv run`, would be waited for by who has to continue it.
        """
        if self._auto_restart:
            self.suspend_application_mode()
            self._must_signal_resume = True
        ours = signal.signal(signal.SIGTSTP, signal.SIG_IGN)
        os.killpg(os.getpgrp(), signal.SIGTSTP)
        signal.signal(signal.SIGTSTP, ours)
        os.kill(os.getpid(), signal.SIGSTOP)

    def _sigcont_application(self, *_: int | FrameType | None) -> None:
        if not self._auto_restart:
            return
        self._continued += 1
        if self._continued > 1:  # continued in the background, so stopped again, and now continued once more
            return
        while self._continued:
            handled = self._continued
            if self._modes_on:
                # Stopped by SIGSTOP, the app couldn't give the terminal back, and a shell has changed it.
                self.suspend_application_mode()
                self._must_signal_resume = True
            self.resume_application_mode()
            self._continued -= handled

    # -- size -------------------------------------------------------------------------------------

    def _get_terminal_size(self) -> tuple[int, int]:
        width, height = super()._get_terminal_size()
        return min(width, _LARGEST_SIZE[0]), min(height, _LARGEST_SIZE[1])

    def _query_in_band_window_resize(self) -> None:
        """Don't ask: a size that is typed can be any; the kernel's signal tells of each change."""

    # -- input ------------------------------------------------------------------------------------

    def process_message(self, message: Message) -> None:
        """Hand on what a keyboard can send, and the mouse if it was asked for."""
        if isinstance(message, Resize | InBandWindowResize):
            return
        if isinstance(message, MouseEvent) and not self._mouse:
            return
        if self._pending() > _PENDING:
            return
        super().process_message(message)

    def send_message(self, message: Message) -> None:
        """Hand a message to the app."""
        self._sent = asyncio.run_coroutine_threadsafe(
            self._app._post_message(message),  # noqa: SLF001
            loop=self._loop,
        )

    def _pending(self) -> int:
        """Return how many events wait to be handled by the app or what has the focus."""
        stack = self._app.screen_stack
        pumps = (self._app, *stack[-1:], *(screen.focused for screen in stack[-1:] if screen.focused))
        return sum(pump.message_queue_size for pump in pumps)

    def _let_the_app_catch_up(self) -> None:
        """Wait until the app has what was read: this thread can read faster than the app's loop turns."""
        while self._sent is not None and not self._sent.done() and not self.exit_event.is_set():
            with suppress(TimeoutError, CancelledError):
                self._sent.exception(_TICK)

    def run_input_thread(self) -> None:
        """Read until the driver stops; the end of the input is a hang-up.

        Where nothing is unfinished it sleeps until a key: sixty sessions that idle share one host.
        """
        decode = getincrementaldecoder("utf-8")("replace").decode
        parser, pasting = XTermParser(self._debug), Pasting()
        last = 0.0
        with selectors.DefaultSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            selector.register(self._ending.told, selectors.EVENT_READ)
            while not self.exit_event.is_set():
                text = ""
                ready = selector.select(_TICK if last else None)
                if any(key.fd == self.fileno for key, _ in ready):
                    data = self._read()
                    if not data:
                        os.kill(os.getpid(), signal.SIGHUP)
                        return
                    text = pasting.through(decode(data))
                    last = time.monotonic()
                elif last and time.monotonic() - last > _SILENCE:
                    text, last = pasting.end(), 0.0
                if not self._parse(parser, text):
                    parser = XTermParser(self._debug)
                self._let_the_app_catch_up()

    def _read(self) -> bytes:
        try:
            return os.read(self.fileno, _LONGEST_READ)
        except OSError:  # the other end of the line has gone
            return b""

    def _parse(self, parser: XTermParser, text: str) -> bool:
        """Return whether the parser can go on: numbers that are out of range make it fall over."""
        try:
            if text:
                for message in parser.feed(text):
                    self.process_message(message)
            for message in parser.tick():
                self.process_message(message)
        except Exception:  # noqa: BLE001  whatever is typed, the next key counts again
            return False
        return True
