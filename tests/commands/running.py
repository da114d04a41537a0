"""How does a test run a command: in a process of its own, on a terminal, or in this one?

A process of its own is forked from one that has imported the program, unless a new one is wanted.
"""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.starting.expecting import Forked
from tests.starting.forked import can_fork, forked
from tests.work.patience import PATIENCE, wait_until
from tui import cli

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pytest

ROOT = Path(__file__).parents[2]
COMMAND = (sys.executable, "-m", "tui.cli")


@dataclass(frozen=True)
class Outcome:
    """What a command did."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()


def environment(**changes: str) -> dict[str, str]:
    """The environment of a command: this one's, with the project importable from anywhere."""
    return {**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm-256color", **changes}


def run(
    *words: str | Path, cwd: Path | None = None, new: bool = False, typed: str = "", **changes: str
) -> Outcome:
    """Run `bp-tui WORDS` in a process whose input, with what is typed, and output are no terminal."""
    if not new and can_fork(environment(**changes)):
        return _run_forked(list(map(str, words)), cwd, typed, environment(**changes))
    done = subprocess.run(
        [*COMMAND, *map(str, words)],
        **({"input": typed} if typed else {"stdin": subprocess.DEVNULL}),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        cwd=cwd,
        env=environment(**changes),
    )
    return Outcome(done.returncode, done.stdout, done.stderr)


def python(code: str) -> subprocess.CompletedProcess[str]:
    """Run Python in a fresh process, in which nothing of the project is imported yet."""
    return subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        timeout=PATIENCE,
        env=environment(),
    )


def _run_forked(words: list[str], cwd: Path | None, typed: str, variables: dict[str, str]) -> Outcome:
    given, typing = os.pipe()
    out, printing = os.pipe()
    err, complaining = os.pipe()
    said: dict[int, list[bytes]] = {out: [], err: []}
    os.write(typing, typed.encode())  # not more than a pipe takes; who does not read it may be gone at once
    os.close(typing)
    try:
        try:
            pid = forked(words, variables, (given, printing, complaining), folder=cwd)
        finally:
            for end in (given, printing, complaining):
                os.close(end)
        still = [out, err]
        while still:
            ready, _, _ = select.select(still, [], [], PATIENCE)
            if not ready:
                os.kill(pid, signal.SIGKILL)
            for end in ready:
                said[end].append(os.read(end, 1 << 16))
                if not said[end][-1]:
                    still.remove(end)
        _, status = os.waitpid(pid, 0)
    finally:
        os.close(out)
        os.close(err)
    return Outcome(os.waitstatus_to_exitcode(status), _text(said[out]), _text(said[err]))


def _text(pieces: list[bytes]) -> str:
    return b"".join(pieces).decode().replace("\r\n", "\n").replace("\r", "\n")  # as `subprocess` reads it


def on_a_terminal(
    *words: str | Path, cwd: Path | None = None, dimensions: tuple[int, int] = (24, 80), **changes: str
) -> Any:
    """Start `bp-tui WORDS` on a terminal."""
    return Forked(
        list(map(str, words)), environment(**changes), dimensions, cwd, encoding="utf-8", timeout=PATIENCE
    )


class Started:
    """`bp-tui WORDS` on its way: its process, and what it prints."""

    def __init__(self, words: Sequence[str], first: str, out: int | None, err: int | None) -> None:
        printed, printing = os.pipe()
        complained, complaining = os.pipe()
        self.stdout, self.stderr = os.fdopen(printed, "rb"), os.fdopen(complained, "rb")
        with Path(os.devnull).open("rb") as nothing:
            files = nothing.fileno(), printing if out is None else out, complaining if err is None else err
            try:
                self.pid = forked(words, environment(), files, first=first)
            finally:
                os.close(printing)
                os.close(complaining)
        self.code: int | None = None

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal, unless it has ended."""
        if not self.ended():
            os.kill(self.pid, number)

    def ended(self) -> bool:
        """Return whether it has ended by itself."""
        if self.code is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            self.code = os.waitstatus_to_exitcode(status) if pid else None
        return self.code is not None

    def wait(self) -> int:
        """Wait for its end and return its exit code."""
        wait_until(self.ended)
        assert self.code is not None
        return self.code


@contextmanager
def started(
    *words: str | Path, first: str = "", out: int | None = None, err: int | None = None
) -> Iterator[Started]:
    """Start `bp-tui WORDS` with pipes; end it with the `with` block if it hasn't ended by itself.

    `first` is Python to be run in the process before the program; `out` and `err` are files for pipes.
    """
    process = Started(list(map(str, words)), first, out, err)
    try:
        yield process
    finally:
        process.signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
        process.stderr.close()


def call(capsys: pytest.CaptureFixture[str], *words: str | Path) -> Outcome:
    """Run `bp-tui WORDS` in this process."""
    capsys.readouterr()
    code = cli.main([str(word) for word in words])
    out, err = capsys.readouterr()
    return Outcome(code, out, err)


def strict(line: str) -> Any:
    """Read a line of strict JSON; NaN and Infinity, which Python's reader lets through, are errors."""

    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} is not JSON")

    return json.loads(line, parse_constant=refuse)
