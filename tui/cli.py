"""How does the program start?

Ctrl-C ends it at once and without a word, even while it is still importing: an interrupted import may fail
with any exception. So nothing that takes time is imported before that is arranged.
"""

import gc
import os
import signal
import sys
from contextlib import suppress
from typing import NoReturn


def main(arguments: list[str] | None = None) -> int:
    """Run the command line, by default the one of the process, and return the exit code."""
    of_process = arguments is None
    if arguments is None:
        _leave_when_interrupted()
        arguments = sys.argv[1:]
    # One thread for the linear algebra: the matrices are small, and a classroom shares the host.
    for name in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    gc.disable()  # what is imported stays; a command enables it again, and the app after its first frame
    from tui.commands.outcome import carry_out

    code = carry_out(arguments)
    if of_process and "tui.app" in sys.modules:
        _leave(code)
    return code


def _leave(code: int) -> NoReturn:
    """Leave at once where the app has run: the terminal is right, and all that is to be written is written.

    Python would free a large run number by number, and wait for the thread that still computes one.
    """
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError, AttributeError):  # it may be closed, or have been from the start
            stream.flush()
    os._exit(code)


def _leave_when_interrupted() -> None:
    def leave(number: int, frame: object) -> None:  # noqa: ARG001
        os._exit(128 + number)

    # It is ignored in the background of a script; a restricted session has a script in its own background.
    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN or "--restricted" in sys.argv:
        signal.signal(signal.SIGINT, leave)


if __name__ == "__main__":
    sys.exit(main())
