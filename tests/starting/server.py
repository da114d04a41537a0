"""What has imported all that the program imports, and forks for each start of it?

It runs isolated, as a restricted session does, and ends with the socket that it is asked through.
"""

from __future__ import annotations

import fcntl
import gc
import json
import os
import socket
import sys
import termios
import time
from importlib import import_module
from typing import IO, TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from collections.abc import Sequence

LARGEST = 1 << 18  # bytes of what is asked for: the environment is the most of it
_IN, _OUT, _ERROR = range(3)

#: What an app imports only as it reads a file, draws its first picture, meets its terminal, leads or follows
#: a lesson, asks something, and is left.
_LATER = (
    "engine.program.floats.machine",
    "engine.program.rows",
    "engine.read.build",
    "engine.read.sense",
    "textual.drivers.headless_driver",
    "textual.layouts.factory",
    "textual.pilot",
    "textual.scrollbar",
    "tui.cli",
    "tui.commands.line.overriding",
    "tui.draw.network.network",
    "tui.following.attending",
    "tui.telling.runs",
    "tui.following.teaching",
    "tui.screens.dialogs.pressing",
    "tui.screens.picker",
    "tui.screens.questions",
    "tui.sessions.returning",
    "encodings.ascii",
    "encodings.utf_8_sig",
)


def serve(channel: socket.socket) -> None:
    """Start the program as often as it is asked for."""
    _import_the_program()
    while True:
        asked, files, _, _ = socket.recv_fds(channel, LARGEST, 3)
        if not asked:
            return
        between = os.fork()
        if between == 0:
            # It ends at once, so that the program becomes a child of who has asked, and then begins.
            first = os.getpid()
            pid = os.fork()
            if pid == 0:
                channel.close()
                while os.getppid() == first:
                    time.sleep(0.001)
                _become(json.loads(asked), files)
            channel.send(str(pid).encode())
            os._exit(0)
        os.waitpid(between, 0)
        for file in files:
            os.close(file)
        channel.send(b"started")


def _import_the_program() -> None:
    for name in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"):
        os.environ[name] = "1"  # as tui.cli has it: who forks has no threads
    gc.disable()
    from tui.commands.omitting import load_asyncio_and_textual, load_numpy

    load_numpy()
    load_asyncio_and_textual()
    import tui.app
    import tui.classroom.app
    import tui.commands.headless
    import tui.commands.line.parsers
    import tui.commands.opening
    import tui.commands.outcome
    import tui.commands.plain
    import tui.terminal.driver  # noqa: F401

    for name in _LATER:
        import_module(name)
    gc.freeze()


def _become(asked: dict[str, Any], files: Sequence[int]) -> NoReturn:
    """Be what was asked for, in the place, the environment and with the files of who has asked."""
    if asked["terminal"]:
        os.setsid()
        fcntl.ioctl(files[_IN], termios.TIOCSCTTY, 0)
    for number, file in enumerate(files):
        os.dup2(file, number)
    os.closerange(_ERROR + 1, os.sysconf("SC_OPEN_MAX"))
    os.chdir(asked["folder"])
    os.environ.clear()
    os.environ.update(asked["environment"])
    encoding, errors = asked["letters"]
    for name, number, mode, unsayable in (
        ("stdin", _IN, "r", errors),
        ("stdout", _OUT, "w", errors),
        ("stderr", _ERROR, "w", "backslashreplace"),
    ):
        stream = _opened(number, mode, encoding, unsayable)
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)
    sys.argv = ["bp-tui", *asked["words"]]
    code = 1
    try:
        exec(asked["first"], {})
        from tui.cli import main

        code = main()
    except BaseException:  # noqa: BLE001  as the interpreter does at the end
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stdout.flush()
        os._exit(code)


def _opened(number: int, mode: str, encoding: str, errors: str) -> IO[str]:
    """Open a stream as the interpreter does: buffered by lines on a terminal and for errors."""
    buffering = 1 if number == _ERROR or os.isatty(number) else -1
    return open(number, mode, buffering, encoding, errors, closefd=False)


if __name__ == "__main__":
    serve(socket.socket(fileno=int(sys.argv[1])))
