"""How does a program behave in a terminal? Starts it in a pty, types, and times what comes back."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time
import warnings
from contextlib import suppress
from typing import TYPE_CHECKING, Final, Self

from tests.bench.vt.vt_stream import Terminal

if TYPE_CHECKING:
    from collections.abc import Sequence

#: What programs ask a terminal: a mode, its attributes, the place of the cursor.
_QUESTION: Final = re.compile(rb"\x1b\[\?(?P<mode>\d+)\$p|\x1b\[(?P<kind>>?)0?c|\x1b\[6n")

#: Variables that would change what is measured; without its bytecode a program compiles at every start.
_REMOVED: Final = (
    "COLUMNS", "LINES", "NO_COLOR", "COLORTERM", "FORCE_COLOR", "TMUX", "STY", "PYTHONDONTWRITEBYTECODE",
)  # fmt: skip

#: One read on a slow line; smaller than what that line carries between two keys.
_SIP: Final = 256


class Session:
    """A program in a pty, and every chunk of its output with the time at which it came."""

    def __init__(
        self,
        command: Sequence[str],
        columns: int,
        rows: int,
        term: str = "xterm-256color",
        **changes: str | None,
    ) -> None:
        self.terminal = Terminal(columns, rows)
        self.chunks: list[tuple[float, bytes]] = []
        self.ended = False
        #: Read no faster than this, as over a slow line; 0 is as fast as possible.
        self.bytes_per_second = 0
        self._line_free = 0.0
        self._fed = 0
        self._asked = b""
        environment = {key: value for key, value in os.environ.items() if key not in _REMOVED}
        environment = {k: v for k, v in environment.items() if not k.startswith("TEXTUAL")}
        changed = {"TERM": term or None, **changes}
        environment |= {name: value for name, value in changed.items() if value is not None}
        for name in changed:
            if changed[name] is None:
                environment.pop(name, None)
        self.started = time.perf_counter()
        self.pid, self._fd = self._start(command, environment, struct.pack("HHHH", rows, columns, 0, 0))
        os.set_blocking(self._fd, False)

    def _start(self, command: Sequence[str], environment: dict[str, str], size: bytes) -> tuple[int, int]:
        """Start the program on a new line; return its process and our end of the line."""
        with warnings.catch_warnings():
            # Later Pythons warn of a fork while threads run; the child does nothing but become the program.
            warnings.simplefilter("ignore", DeprecationWarning)
            pid, line = pty.fork()
        if pid == 0:
            try:
                fcntl.ioctl(0, termios.TIOCSWINSZ, size)
                os.execvpe(command[0], list(command), environment)
            finally:
                os._exit(127)
        return pid, line

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def send(self, keys: bytes) -> None:
        """Type."""
        while keys and not self.ended:
            try:
                keys = keys[os.write(self._fd, keys) :]
            except BlockingIOError:
                self.read(0.01)
            except OSError:
                self.ended = True

    def escape(self) -> None:
        """Press Escape so that the next key isn't taken for one with Alt, however late the program reads.

        A terminal's report that it has the focus follows: a whole sequence, after which nothing is open.
        """
        self.send(b"\x1b\x1b[I")

    def read(self, timeout: float) -> bool:
        """Wait for output up to `timeout` seconds; say if there was some."""
        if self.ended:
            return False
        if self.bytes_per_second:
            wait = self._line_free - time.perf_counter()
            if wait > 0:
                time.sleep(min(wait, max(0.0, timeout)))
                if wait > timeout:
                    return False
        if not select.select([self._fd], [], [], max(0.0, timeout))[0]:
            return False
        data = b""
        with suppress(OSError):  # Linux says EIO when the program has gone
            data = os.read(self._fd, _SIP if self.bytes_per_second else 65536)
        now = time.perf_counter()
        if not data:
            self.ended = True
            return False
        if self.bytes_per_second:
            self._line_free = max(now, self._line_free) + len(data) / self.bytes_per_second
        self.chunks.append((now, data))
        self._answer(data)
        return True

    def _answer(self, data: bytes) -> None:
        asked = self._asked + data
        end = 0
        for question in _QUESTION.finditer(asked):
            end = question.end()
            if mode := question["mode"]:
                # Synchronized output is known and off; no other mode is.
                self.send(b"\x1b[?%s;%d$y" % (mode, 2 if mode == b"2026" else 0))
            elif question[0].endswith(b"c"):
                self.send(b"\x1b[>41;354;0c" if question["kind"] else b"\x1b[?62;22c")
            else:
                self.catch_up()
                self.send(b"\x1b[%d;%dR" % (self.terminal.y + 1, self.terminal.x + 1))
        # A question may have been cut in two by the chunk's end.
        start = asked.rfind(b"\x1b", max(end, len(asked) - 12))
        self._asked = (
            asked[start:] if start >= 0 and not re.search(rb"[@-Z\\-~]", asked[start + 2 :]) else b""
        )

    def settle(self, quiet: float, longest: float) -> list[tuple[float, bytes]]:
        """Read until nothing has come for `quiet` seconds; wait for the first byte up to `longest`."""
        first = len(self.chunks)
        deadline = time.perf_counter() + longest
        while not self.ended:
            left = deadline - time.perf_counter()
            if left <= 0:
                break
            if self.read(left):
                deadline = time.perf_counter() + quiet
        return self.chunks[first:]

    def watch(self, seconds: float) -> int:
        """Read for a while; return how many bytes came."""
        first = len(self.chunks)
        end = time.perf_counter() + seconds
        while not self.ended and (left := end - time.perf_counter()) > 0:
            self.read(left)
        return sum(len(data) for _, data in self.chunks[first:])

    def catch_up(self) -> None:
        """Bring the model of the terminal up to date; not while reading, to keep the times honest."""
        for _, data in self.chunks[self._fed :]:
            self.terminal.feed(data)
        self._fed = len(self.chunks)

    def wait_for_picture(self, longest: float = 20.0, quiet: float = 0.4) -> float:
        """Wait until the first cell shows and the output has settled; return when the first cell came."""
        end = time.perf_counter() + longest
        shown = 0.0
        while not shown and not self.ended and time.perf_counter() < end:
            if self.read(0.2):
                self.catch_up()
                shown = self.chunks[-1][0] if self.terminal.text().strip() else 0.0
        self.settle(quiet, quiet)
        self.catch_up()
        if not shown:
            raise RuntimeError(
                "nothing was shown; the output was:\n" + repr(b"".join(d for _, d in self.chunks))
            )
        return shown

    def close(self, goodbye: bytes = b"q") -> int:
        """End the program, by its own key if that works; return its exit code."""
        self.bytes_per_second = 0
        self.send(goodbye)
        code = self._reap(2.0)
        for number in (signal.SIGTERM, signal.SIGKILL):
            if code is None:
                os.kill(self.pid, number)
                code = self._reap(2.0)
        os.close(self._fd)
        return -1 if code is None else code

    def _reap(self, longest: float) -> int | None:
        end = time.perf_counter() + longest
        while time.perf_counter() < end:
            self.read(0.02)
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                return os.waitstatus_to_exitcode(status)
            if self.ended:
                time.sleep(0.01)
        return None
