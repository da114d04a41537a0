"""How does one process sit at many terminals? It reads what comes to any of them, and when it came.

Nothing is drawn while it is measured: the bytes are kept, and shown on a model of a terminal afterwards.
"""

from __future__ import annotations

import fcntl
import os
import pty
import re
import selectors
import signal
import struct
import termios
import time
import warnings
from contextlib import suppress
from typing import TYPE_CHECKING, Final, Self

from tests.bench.vt.vt_stream import Terminal

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

#: What programs ask a terminal: a mode, its attributes, the place of the cursor.
_QUESTION: Final = re.compile(rb"\x1b\[\?(?P<mode>\d+)\$p|\x1b\[(?P<kind>>?)0?c|\x1b\[6n")


class Seat:
    """A terminal with a program in it, and every chunk of its output with the time at which it came."""

    def __init__(self, command: Sequence[str], columns: int, rows: int) -> None:
        self.size = (columns, rows)
        self.chunks: list[tuple[float, bytes]] = []
        self.shown = b""  # the first bytes, until somebody has found what they look for
        self.ended = False
        self.started = time.perf_counter()
        with warnings.catch_warnings():
            # Later Pythons warn of a fork while threads run; the child does nothing but become the program.
            warnings.simplefilter("ignore", DeprecationWarning)
            self.pid, self.fd = pty.fork()
        if self.pid == 0:
            try:
                os.setpriority(os.PRIO_PROCESS, 0, 0)
                signal.signal(signal.SIGHUP, signal.SIG_DFL)  # as in a terminal, under `nohup` too
                fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
                os.execvpe(command[0], list(command), os.environ | {"TERM": "xterm-256color"})
            finally:
                os._exit(127)
        os.set_blocking(self.fd, False)

    def send(self, keys: bytes) -> None:
        """Type a few keys."""
        with suppress(OSError):
            os.write(self.fd, keys)

    def take(self) -> None:
        """Read what is there, and answer what was asked."""
        data = b""
        with suppress(OSError):  # Linux says EIO when the program has gone
            data = os.read(self.fd, 1 << 16)
        if not data:
            self.ended = True
            return
        self.chunks.append((time.perf_counter(), data))
        if b"\x1b[" in data:
            for question in _QUESTION.finditer(data):
                if mode := question["mode"]:
                    self.send(b"\x1b[?%s;%d$y" % (mode, 2 if mode == b"2026" else 0))
                elif question[0].endswith(b"c"):
                    self.send(b"\x1b[>41;354;0c" if question["kind"] else b"\x1b[?62;22c")
                else:
                    self.send(b"\x1b[1;1R")

    def between(self, begin: float, end: float) -> tuple[int, float | None]:
        """Return the bytes that came in a stretch of time, and when the last did; None if there were none."""
        found = [(when, len(data)) for when, data in self.chunks if begin <= when < end]
        return sum(size for _, size in found), (found[-1][0] if found else None)

    def answered(self, begin: float, end: float, pause: float = 0.05) -> float | None:
        """Return when the first thing in a stretch of time had come; after a pause it is another."""
        last = None
        for when, _ in self.chunks:
            if begin <= when < end and (last is None or when - last < pause):
                last = when
        return last

    def text(self) -> str:
        """Return what is on the screen."""
        return self._terminal().text()

    def is_as_it_was(self) -> bool:
        """Return whether the terminal is as a shell has it: no mode is on, the cursor is there."""
        terminal = self._terminal()
        return terminal.wraps and terminal.modes - {7} in (set(), {25})

    def _terminal(self) -> Terminal:
        terminal = Terminal(*self.size)
        for _, data in self.chunks:
            terminal.feed(data)
        return terminal

    def close(self) -> None:
        """End the program."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGHUP)
        with suppress(ChildProcessError):
            os.waitpid(self.pid, 0)
        os.close(self.fd)


class Room:
    """All the seats."""

    def __init__(self, columns: int = 80, rows: int = 24) -> None:
        self.seats: list[Seat] = []
        self._size = (columns, rows)
        self._selector = selectors.DefaultSelector()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        for seat in self.seats:
            seat.send(b"q")
        self.read(0.5)
        for seat in self.seats:
            seat.close()
        self._selector.close()

    def sit(self, command: Sequence[str]) -> Seat:
        """Begin one more program."""
        seat = Seat(command, *self._size)
        self.seats.append(seat)
        self._selector.register(seat.fd, selectors.EVENT_READ, seat)
        return seat

    def read(self, seconds: float) -> None:
        """Read for so long."""
        stop = time.perf_counter() + seconds
        while (left := stop - time.perf_counter()) > 0:
            self._once(left)

    def until(self, true: Callable[[], bool], patience: float) -> bool:
        """Read until something is so; False if it isn't in time."""
        stop = time.perf_counter() + patience
        while not true():
            if time.perf_counter() > stop:
                return False
            self._once(0.05)
        return True

    def until_quiet(self, quiet: float, patience: float) -> bool:
        """Read until nothing has come for a while."""
        return self.until(
            lambda: all(
                time.perf_counter() - seat.chunks[-1][0] > quiet for seat in self.seats if seat.chunks
            ),
            patience,
        )

    def _once(self, timeout: float) -> None:
        for key, _ in self._selector.select(timeout):
            seat = key.data
            seat.take()
            if seat.ended:
                self._selector.unregister(seat.fd)


def arrivals(room: Room, marks: Sequence[bytes], patience: float) -> list[float | None]:
    """Return for each seat how long after its start its mark was on the screen; None if it never was."""
    found: list[float | None] = [None] * len(room.seats)
    looked = [0] * len(room.seats)

    def all_there() -> bool:
        for place, seat in enumerate(room.seats):
            if found[place] is None and len(seat.chunks) > looked[place]:
                looked[place] = len(seat.chunks)
                seat.shown = b"".join(data for _, data in seat.chunks)
                if marks[place] in seat.shown:
                    found[place] = seat.chunks[-1][0] - seat.started
        return all(time is not None or seat.ended for time, seat in zip(found, room.seats, strict=True))

    room.until(all_there, patience)
    return found
