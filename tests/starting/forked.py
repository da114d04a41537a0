"""How does a test start the program in a process of its own that has imported it already?

By a server that forks. Where the start itself is looked at, or what an interpreter reads only when it
starts, a test starts a new one.
"""

from __future__ import annotations

import atexit
import codecs
import ctypes
import fcntl
import json
import os
import pty
import socket
import subprocess
import sys
import termios
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ROOT = Path(__file__).parents[2]

#: What an interpreter or Textual reads only when it starts. That the project is found has been seen to, and
#: that the streams are in the encoding that is asked for.
_READ_AT_THE_START = ("PYTHON", "LANG", "LC_", "LD_", "TEXTUAL")
_OF_NO_ACCOUNT = ("PYTHONPATH", "PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED", "PYTHONIOENCODING")
_SET_CHILD_SUBREAPER = 36  # of Linux' prctl


def can_fork(environment: Mapping[str, str]) -> bool:
    """Return whether a fork is as good as a new process: what is read only at its start is as it is here."""

    def read(variables: Mapping[str, str]) -> dict[str, str]:
        return {
            name: value
            for name, value in variables.items()
            if name.startswith(_READ_AT_THE_START)
            and name not in _OF_NO_ACCOUNT
            and (name, value) != ("PYTHONUTF8", "1")  # the server is in that mode
        }

    return read(environment) == read(os.environ)


def forked(
    words: Sequence[str],
    environment: Mapping[str, str],
    files: tuple[int, int, int],
    *,
    folder: Path | None = None,
    terminal: bool = False,
    first: str = "",
) -> int:
    """Start `bp-tui WORDS` and return its process, a child of this one.

    `files` are its standard input, output and errors; they are its own terminal if there is one. `first` is
    Python to be run in the process before the program.
    """
    asked = {
        "words": list(words),
        "environment": dict(environment),
        "folder": str(folder or Path.cwd()),
        "terminal": terminal,
        "first": first,
        "letters": _letters(environment),
    }
    channel = _server()
    # The server's own child ends at once. What that leaves behind becomes a child of the next who wants it.
    _adopt(True)
    try:
        socket.send_fds(channel, [json.dumps(asked).encode()], files)
        pid = int(channel.recv(64))
        assert channel.recv(64) == b"started"
    finally:
        _adopt(False)
    return pid


def forked_on_a_line(
    words: Sequence[str],
    environment: Mapping[str, str],
    size: bytes,
    *,
    folder: Path | None = None,
    first: str = "",
) -> tuple[int, int]:
    """Start `bp-tui WORDS` on a new line with a terminal of this size; return it and our end of the line."""
    ours, its = pty.openpty()
    try:
        fcntl.ioctl(its, termios.TIOCSWINSZ, size)
        pid = forked(words, environment, (its, its, its), folder=folder, terminal=True, first=first)
    finally:
        os.close(its)
    return pid, ours


def _letters(environment: Mapping[str, str]) -> tuple[str, str]:
    """Return the encoding of what is read and written, and what becomes of letters that it lacks."""
    encoding, _, errors = environment.get("PYTHONIOENCODING", "").partition(":")
    if encoding:
        return codecs.lookup(encoding).name, errors or "strict"
    if environment.get("PYTHONUTF8") == "1":
        return "utf-8", errors or "surrogateescape"
    assert sys.__stdout__ is not None
    return sys.__stdout__.encoding, errors or sys.__stdout__.errors or "strict"  # as this process found them


def _adopt(orphans: bool) -> None:
    if ctypes.CDLL(None, use_errno=True).prctl(_SET_CHILD_SUBREAPER, int(orphans), 0, 0, 0):
        raise OSError(ctypes.get_errno(), "prctl")


@cache
def _server() -> socket.socket:
    here, there = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    start = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r}); import runpy; "
        "runpy.run_module('tests.starting.server', run_name='__main__')"
    )
    process = subprocess.Popen(
        [sys.executable, "-I", "-X", "utf8", "-c", start, str(there.fileno())],
        pass_fds=[there.fileno()],
        stdin=subprocess.DEVNULL,
    )
    there.close()

    def end() -> None:
        here.close()
        process.wait()

    atexit.register(end)
    return here
