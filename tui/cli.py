"""What happens between a command line and an exit code?

Exit codes: 0 done, 1 a fault of ours, 2 wrong usage or a bad scenario, 130 interrupted. Errors go
to stderr as a sentence. Textual is imported only when the app opens, numpy only when numbers are
needed.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from engine.read.complaints import ScenarioError
from tui.usage import COMMANDS, command, opening

if TYPE_CHECKING:
    from collections.abc import Sequence

DONE, FAULT, USAGE, INTERRUPTED = 0, 1, 2, 130


class UsageError(Exception):
    """The command can't be carried out as it was given; the message is the sentence to print."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit code."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    # One thread for the linear algebra: the matrices are small, and a classroom shares the host.
    for name in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    try:
        code = _run(words)
        sys.stdout.flush()
    except (ScenarioError, UsageError) as error:
        return _refuse(str(error))
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # The reader has seen enough (`bp-tui trace mazur | head`); keep the exit quiet.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except SystemExit as stop:  # argparse has printed its sentence
        return stop.code if isinstance(stop.code, int) else USAGE
    except Exception as error:  # noqa: BLE001  the last line of defence
        return _fault(error)
    return code


def _run(words: list[str]) -> int:
    if words and words[0] in COMMANDS:
        from tui import commands

        chosen = command(words[0]).parse_args(words[1:])
        return int(getattr(commands, f"{words[0]}_command")(chosen))
    chosen = opening().parse_args(words)
    _need_terminal()
    from tui.opening import open_app

    return open_app(chosen.scenario, chosen.step, chosen.order)


def _need_terminal() -> None:
    """Refuse what would hang or garble: the app reads stdin and draws on stderr."""
    if not (sys.stdin and sys.stdin.isatty() and sys.stdout.isatty() and sys.stderr.isatty()):
        raise UsageError(
            "bp-tui: the app needs a terminal for input and output; "
            "over ssh add -t, in a pipe use `bp-tui trace` or `bp-tui train`."
        )
    if os.environ.get("TERM", "") in ("", "dumb", "unknown"):
        raise UsageError(
            "bp-tui: the terminal has no name (TERM is empty, dumb or unknown); "
            "set it, for example TERM=xterm-256color."
        )


def _refuse(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return USAGE


def _fault(error: Exception) -> int:
    """Say in a sentence that the fault is ours; the traceback goes to a file."""
    import tempfile
    import traceback

    sentence = f"bp-tui: a fault of ours ({type(error).__name__})"
    try:
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", prefix="bp-tui-", suffix=".txt", delete=False
        ) as report:
            traceback.print_exception(error, file=report)
        sentence += f"; the report is in {report.name}"
    except OSError:
        sentence += "; no report could be written"
    print(f"{sentence}.", file=sys.stderr)
    return FAULT


if __name__ == "__main__":
    sys.exit(main())
