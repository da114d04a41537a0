"""What happens between a command line and an exit code?

Exit codes: 0 done, 1 a fault of ours, 2 wrong usage or a bad scenario, 130 interrupted. Errors go
to stderr as a sentence. Textual is imported only when the app opens, numpy only when numbers are
needed.
"""

from __future__ import annotations

import errno
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from engine.read.complaints import ScenarioError
from tui.usage import COMMANDS, UsageError, command, opening

if TYPE_CHECKING:
    from collections.abc import Sequence

DONE, FAULT, USAGE, INTERRUPTED = 0, 1, 2, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit code."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    # One thread for the linear algebra: the matrices are small, and a classroom shares the host.
    for name in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    try:
        return _carry_out(words)
    except KeyboardInterrupt:
        _drop_output()
        return INTERRUPTED


def _carry_out(words: list[str]) -> int:
    """Run the command line; turn whatever stops it, but Ctrl-C, into a sentence and an exit code."""
    try:
        code = _run(words)
        sys.stdout.flush()
    except (ScenarioError, UsageError) as error:
        return _refuse(str(error))
    except BrokenPipeError:
        # The reader has seen enough (`bp-tui trace mazur | head`).
        _drop_output()
        return DONE
    except SystemExit as stop:  # argparse has printed its sentence
        return stop.code if isinstance(stop.code, int) else USAGE
    except Exception as error:  # noqa: BLE001  the last line of defence
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            _drop_output()
            print(f"bp-tui: the output can't be written: {error.strerror}.", file=sys.stderr)
            return FAULT
        return _fault(error)
    return code


def _drop_output() -> None:
    """Keep the exit quiet and quick: what is still to be printed goes nowhere."""
    with suppress(OSError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _run(words: list[str]) -> int:
    if words and words[0] in COMMANDS:
        from tui import commands

        if sys.stdout is None:
            raise UsageError(f"bp-tui: `{words[0]}` has nowhere to print: standard output is closed.")
        chosen = command(words[0]).parse_args(words[1:])
        return int(getattr(commands, f"{words[0].replace('-', '_')}_command")(chosen))
    _catch_misspelling(words)
    chosen = opening().parse_args(words)
    if chosen.restricted:
        if chosen.lead is not None:
            raise UsageError("bp-tui: a restricted session can follow a lesson, not lead one.")
        if chosen.plain:
            raise UsageError("bp-tui: a restricted session is the app on a terminal, not lines of text.")
        from tui.classroom.confine import confine

        confine(words)
    if chosen.plain:
        from tui.commands import plain_command

        return plain_command(chosen)
    _need_terminal()
    from tui.opening import Meeting, open_app

    return open_app(
        chosen.scenario,
        chosen.step,
        chosen.order,
        mouse=chosen.mouse,
        ascii_only=chosen.ascii,
        shelf=chosen.shelf,
        restricted=chosen.restricted,
        meeting=Meeting(chosen.lead, chosen.follow, chosen.folder and Path(chosen.folder)),
    )


def _catch_misspelling(words: list[str]) -> None:
    """Refuse `bp-tui trian mazur`: the app is opened with one word, a command takes more."""
    if len(words) < 2 or any(word.startswith("-") for word in words[:2]):
        return
    from difflib import get_close_matches

    close = get_close_matches(words[0], COMMANDS, n=1)
    hint = f"did you mean `{close[0]}`?" if close else f"the commands are {', '.join(COMMANDS)}."
    raise UsageError(f"bp-tui: there is no command {words[0]!r}; {hint}")


def _need_terminal() -> None:
    """Refuse what would hang or garble: the app reads stdin and draws on stderr."""
    if not all(stream and stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr)):
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
