"""How does a test run a command: in a process of its own, or in this one?"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.work.patience import PATIENCE
from tui import cli

if TYPE_CHECKING:
    from collections.abc import Iterator

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


def run(*words: str | Path, cwd: Path | None = None, **changes: str) -> Outcome:
    """Run `bp-tui WORDS` in a process whose input and output are no terminal."""
    done = subprocess.run(
        [*COMMAND, *map(str, words)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        cwd=cwd,
        env=environment(**changes),
    )
    return Outcome(done.returncode, done.stdout, done.stderr)


@contextmanager
def started(*words: str | Path) -> Iterator[subprocess.Popen[bytes]]:
    """Start `bp-tui WORDS` with pipes; end it with the `with` block if it hasn't ended by itself."""
    process = subprocess.Popen(
        [*COMMAND, *map(str, words)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        for stream in (process.stdout, process.stderr):
            if stream is not None:
                stream.close()


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
