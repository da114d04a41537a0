"""What happens between a command line and an exit code?

Exit codes: 0 done, 1 a fault of ours, 2 wrong usage or a bad scenario, 3 what was searched for is not there,
130 interrupted. Errors go to stderr as a sentence. Textual is imported only when the app opens, numpy only
when numbers are needed.
"""

from __future__ import annotations

import errno
import gc
import os
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, cast

from engine.read.complaints import ScenarioError
from engine.spelling.text import shortened
from tui.commands.line.no_options import NoOptions
from tui.commands.line.table import COMMANDS
from tui.commands.streams import drop_output, has_no_name, prepare, say, whoever_reads
from tui.usage import UsageError

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable, Sequence

DONE, FAULT, USAGE, INTERRUPTED = 0, 1, 2, 130

_REPORT = "bp-tui-fault-"
_KEPT = 30 * 24 * 3600  # seconds


def carry_out(words: Sequence[str]) -> int:
    """Run the command line; turn whatever stops it into a sentence and an exit code."""
    prepare()
    code = DONE
    try:
        code = _run(list(words))
        with whoever_reads():
            sys.stdout.flush()
    except (ScenarioError, UsageError) as error:
        say(str(error))
        return USAGE
    except BrokenPipeError:
        # The reader has seen enough (`bp-tui trace mazur | head`).
        drop_output()
    except KeyboardInterrupt:
        drop_output()
        return INTERRUPTED
    except SystemExit as stop:  # argparse has printed the help or the version
        return stop.code if isinstance(stop.code, int) else USAGE
    except Exception as error:  # noqa: BLE001  the last line of defence
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            drop_output()
            say(f"bp-tui: the output can't be written: {error.strerror}.")
            return FAULT
        return _fault(error)
    return code


def _run(words: list[str]) -> int:
    if words and words[0] in COMMANDS:
        gc.enable()
        from tui.commands.line.parsers import command_parser
        from tui.commands.line.values import with_tail

        _need_output(f"`{words[0]}`")
        taken = command_parser(words[0]).parse_intermixed_args(with_tail(words[1:]))
        return function_of(words[0])(taken)
    _catch_misspelling(words)
    chosen = _chosen(words)
    if chosen.completions is not None:
        from tui.commands.completing import print_completions

        _need_output("--completions")
        print_completions(chosen.completions)
        return DONE
    if chosen.restricted:
        if chosen.lead is not None:
            raise UsageError("bp-tui: a restricted session can follow a lesson, not lead one.")
        if chosen.plain:
            raise UsageError("bp-tui: a restricted session is the app on a terminal, not lines of text.")
        if chosen.mine is not None or chosen.resume is not None:
            raise UsageError("bp-tui: a restricted session opens no files but the scenarios at hand.")
        from tui.classroom.confine import confine

        confine(words)
    if chosen.plain:
        if chosen.resume is not None or chosen.view is not None:
            option = "view" if chosen.resume is None else "resume"
            raise UsageError(f"bp-tui: --{option} is for the app on a terminal: leave out --plain.")
        gc.enable()
        _need_output("--plain")
        from tui.commands.headless import plain_command

        return plain_command(chosen)
    if chosen.scenario == "-":
        raise UsageError("bp-tui: the app reads its keys from standard input, so it can't be a scenario too.")
    _need_terminal("" if chosen.restricted else ", in a pipe use `bp-tui trace` or `bp-tui train`")
    from tui.commands.line.overriding import check_mine, check_overrides, check_resume, overridden
    from tui.commands.opening import Meeting, open_app

    if chosen.resume is None:
        check_overrides(chosen)
    check_resume(chosen)
    check_mine(chosen)
    return open_app(
        chosen.scenario,
        chosen.step,
        chosen.order,
        lambda scenario: overridden(scenario, chosen),
        mouse=chosen.mouse,
        light=chosen.light,
        watch=chosen.watch,
        ascii_only=chosen.ascii,
        folder=chosen.folder,
        restricted=chosen.restricted,
        meeting=Meeting(chosen.lead, chosen.follow, chosen.meeting and Path(chosen.meeting)),
        mine=chosen.mine,
        names=chosen.name or (),
        view=chosen.view,
        resume=chosen.resume,
    )


def _chosen(words: list[str]) -> Namespace:
    """Take the words that open the app apart."""
    if len(words) < 2 and not any(word.startswith("-") for word in words):
        return cast("Namespace", NoOptions(words[0] if words else None))  # it has the same names
    from tui.commands.line.parsers import app_parser

    return app_parser().parse_args(words)


def function_of(command: str) -> Callable[[Namespace], int]:
    """Return what carries out a command: it takes the words as they were taken apart, and returns a code."""
    row = COMMANDS[command]
    found: Callable[[Namespace], int] = getattr(import_module(row.room), row.function)
    return found


def _catch_misspelling(words: list[str]) -> None:
    """Refuse `bp-tui trian mazur`: the app is opened with one word, a command takes more."""
    if len(words) < 2 or any(word.startswith("-") for word in words[:2]):
        return
    from difflib import get_close_matches

    close = get_close_matches(words[0], COMMANDS, n=1)
    hint = f"did you mean `{close[0]}`?" if close else f"the commands are {', '.join(COMMANDS)}."
    said = f"the app opens one scenario, and there is no command {shortened(words[0])!r}"
    raise UsageError(f"bp-tui: {said}; {hint}")


def _need_output(asked: str) -> None:
    if sys.stdout is None:
        raise UsageError(f"bp-tui: {asked} has nowhere to print: standard output is closed.")


def _need_terminal(otherwise: str) -> None:
    """Refuse what would hang or garble: the app reads stdin and draws on stderr."""
    if not all(stream and stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr)):
        raise UsageError(
            f"bp-tui: the app needs a terminal for input and output; over ssh add -t{otherwise}."
        )
    if has_no_name():
        raise UsageError(
            "bp-tui: the terminal has no name (TERM is empty, dumb or unknown); "
            "set it, for example TERM=xterm-256color."
        )


def _fault(error: Exception) -> int:
    """Say in a sentence that the fault is ours; the traceback goes where who can mend it finds it."""
    import traceback

    report = "".join(traceback.format_exception(error))
    say(f"bp-tui: a fault of ours ({type(error).__name__}); {_put_down(report)}.")
    return FAULT


def _put_down(report: str) -> str:
    """Write a report, and return where it is."""
    confine = sys.modules.get("tui.classroom.confine")
    if confine is not None and confine.is_confined():
        confine.tell_administrator(report)
        return "the administrator finds the report with `journalctl -t bp-tui`"
    import tempfile

    try:
        _remove_old_reports(Path(tempfile.gettempdir()))
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", prefix=_REPORT, suffix=".txt", delete=False
        ) as file:
            file.write(report)
    except OSError:
        return "no report could be written"
    return f"the report is in {file.name}"


def _remove_old_reports(folder: Path) -> None:
    """Remove the reports that nobody has asked for in a month."""
    import time
    from contextlib import suppress

    for file in folder.glob(f"{_REPORT}*.txt"):
        with suppress(OSError):
            status = file.lstat()
            if status.st_uid == os.getuid() and time.time() - status.st_mtime > _KEPT:
                file.unlink()
