"""A program on a terminal line of its own: is the terminal afterwards what it was before?"""

from __future__ import annotations

import fcntl
import os
import re
import signal
import struct
import sys
import termios
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.bench.vt.pty_session import Session
from tests.bench.vt.vt import PLAIN, Row, seen
from tests.bench.vt.vt_stream import Terminal
from tests.starting.forked import can_fork, forked_on_a_line
from tests.terminal.cells.twin import garbage
from tests.work.patience import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

ROOT = Path(__file__).parents[2]
APP = [sys.executable, "-m", "tui.cli"]
SHELL = b"shell$ bp-tui"


class Line(Session):
    """A program in a pty that showed a shell before, with changes to its environment.

    The app and the commands are forked from a process that has imported them, unless a `new` one is wanted or
    the environment takes one.
    """

    def __init__(
        self,
        command: Sequence[str],
        columns: int = 80,
        rows: int = 24,
        term: str = "xterm-256color",
        *,
        new: bool = False,
        folder: Path | None = None,
        first: str = "",
        **environment: str | None,
    ) -> None:
        self._new, self._folder, self._first = new, folder, first
        super().__init__(command, columns, rows, term, **environment)
        self.terminal.feed(SHELL)
        self._before = self.terminal.text()
        self._attributes = _of_a_new_line()  # the app may have changed its own by now
        self._hung_up = False

    def _start(self, command: Sequence[str], environment: dict[str, str], size: bytes) -> tuple[int, int]:
        words = list(command[len(APP) :])
        if list(command) == [*APP, *words] and not self._new and can_fork(environment):
            return forked_on_a_line(words, environment, size, folder=self._folder, first=self._first)
        assert not self._first
        if self._folder is not None:
            command = ["sh", "-c", 'cd "$0" && exec "$@"', str(self._folder), *command]
            environment = {**environment, "PYTHONPATH": str(ROOT)}
        return super()._start(command, environment, size)

    def attributes(self) -> list[Any]:
        """Return the settings of the line."""
        return termios.tcgetattr(self._fd)

    def output(self) -> bytes:
        return b"".join(data for _, data in self.chunks)

    def until(self, true: Callable[[str], bool]) -> str:
        """Read until the screen is as wished."""
        stop = time.monotonic() + PATIENCE
        while True:
            self.catch_up()
            text = self.terminal.text()
            if true(text):
                return text
            assert time.monotonic() < stop, text
            assert not self.ended, self.output()
            self.read(0.05)

    def shows(self, word: str) -> str:
        return self.until(lambda text: word in text)

    def says(self, sentence: str) -> str:
        """Read until a sentence is there, however its lines break."""
        return self.until(lambda text: sentence in " ".join(text.split()))

    def resize(self, columns: int, rows: int) -> None:
        """Give the terminal another size; what it shows then is anybody's guess."""
        modes = self.terminal.modes
        self.terminal = Terminal(columns, rows)
        self.terminal.modes = modes
        self.terminal.feed(b"\x1b[?7l" + garbage(columns, rows))
        self._fed = len(self.chunks)
        self._before = ""
        fcntl.ioctl(self._fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def fill(self) -> None:
        """Let frames be drawn, and read none, until the program waits for the line to take more."""
        stop = time.monotonic() + PATIENCE
        waiting = keys = 0
        while waiting < 4:
            assert time.monotonic() < stop
            keys += 1
            # Each a view or a step: two that are drawn together still differ from what was there.
            os.write(self._fd, b"2n4n3n1n"[keys % 8 : keys % 8 + 1])
            time.sleep(0.04)
            calls = [task.read_text().split() for task in Path(f"/proc/{self.pid}/task").glob("*/syscall")]
            # `write` to stderr, by its number on two architectures.
            waiting = waiting + 1 if any(call[:2] in (["1", "0x2"], ["64", "0x2"]) for call in calls) else 0

    def picture(self) -> tuple[Row, ...]:
        self.settle(0.15, 0.5)
        self.catch_up()
        return tuple(tuple(map(seen, row)) for row in self.terminal.snapshot())

    def gone(self, *, reading: bool = True) -> int:
        """Return the exit code, as `subprocess` gives it; the program has to end by itself."""
        stop = time.monotonic() + PATIENCE
        while time.monotonic() < stop:
            if reading:
                self.read(0.01)
            else:
                time.sleep(0.01)
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.watch(1.0)  # at the end of the line at once; the kernel hands on the rest in its time
                self.catch_up()
                return os.waitstatus_to_exitcode(status)
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        raise AssertionError("still running")

    def is_as_it_was(self, *, said: str = "") -> None:
        """Check the modes, the colours, the settings and the screen; nothing is left running."""
        assert self.terminal.modes - {7} == {25} or not self.terminal.modes, (
            self.terminal.modes,
            self.ended,
            self.output()[-300:],
        )
        assert self.terminal.wraps
        assert self.terminal.look == PLAIN
        assert self.terminal._rest == ""
        sent = self.output()
        assert len(re.findall(rb"\x1b\[>\d*u", sent)) <= sent.count(b"\x1b[<u")
        assert b"Traceback" not in sent
        assert self.attributes() == self._attributes
        shown = self.terminal.text().rstrip()
        assert shown.startswith(self._before.rstrip())
        assert re.sub(r"\s+", "", said) in re.sub(r"\s+", "", shown)
        assert in_session(self.pid) == []

    def hang_up(self) -> None:
        """Close the other end of the line."""
        os.close(self._fd)
        self.ended = self._hung_up = True

    def close(self, goodbye: bytes = b"q") -> int:
        """End the program if it is still there, and whatever it left running."""
        for pid in in_session(self.pid):
            os.kill(pid, signal.SIGKILL)
        with suppress(ChildProcessError):
            os.waitpid(self.pid, 0)
        with suppress(OSError):
            if not self._hung_up:
                os.close(self._fd)
        return 0


def in_session(leader: int) -> list[int]:
    """Return the processes in the session of a process."""
    found = []
    for entry in Path("/proc").iterdir():
        with suppress(OSError, IndexError, ValueError):
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
            if int(fields[3]) == leader and fields[0] != "Z":
                found.append(int(entry.name))
    return found


def _of_a_new_line() -> list[Any]:
    """Return the settings of a line that no program has had."""
    ends = os.openpty()
    found = termios.tcgetattr(ends[0])
    for end in ends:
        os.close(end)
    return found
