"""Is a forked process what a new one would be, with nothing of who forks it or of the one before?"""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.commands.running import environment
from tests.starting.forked import ROOT, can_fork, forked
from tests.terminal.line import APP, Line

#: What a process knows of itself, written to a file: its output is one of the things that are looked at.
REPORT = """
import json, os, resource, signal, sys, tempfile, threading
with open({path!r}, "w") as file:
    json.dump({{
        "environment": dict(os.environ),
        "folder": os.getcwd(),
        "limits": resource.getrlimit(resource.RLIMIT_NOFILE),
        "mask": os.umask(0o22),
        "nice": os.nice(0),
        "open": [name for name in os.listdir("/proc/self/fd") if os.path.exists("/proc/self/fd/" + name)],
        "parent": os.getppid(),
        "leads a session": os.getsid(0) == os.getpid(),
        "has a terminal": os.path.exists("/dev/tty") and not os.system("exec 2>&-; : < /dev/tty"),
        "signals": {{name: str(signal.getsignal(name)) for name in signal.valid_signals() - {{9, 19}}}},
        "streams": [
            [stream.encoding, stream.errors, stream.isatty(), stream.line_buffering, stream.fileno()]
            for stream in (sys.stdin, sys.stdout, sys.stderr, sys.__stdin__, sys.__stdout__, sys.__stderr__)
        ],
        "temporary": tempfile.gettempdir(),
        "threads": threading.active_count(),
        "words": sys.argv[1:],
    }}, file)
"""


def told(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text())
    path.unlink()
    return found


@pytest.mark.parametrize(
    "further",
    [{}, {"PYTHONUTF8": "1"}, {"PYTHONIOENCODING": "latin-1"}, {"PYTHONIOENCODING": "ascii:replace"}],
    ids=["as here", "UTF-8", "Latin-1", "ASCII"],
)
def test_on_a_terminal_as_a_new_process(further: dict[str, Any], tmp_path: Path) -> None:
    path = tmp_path / "told"
    report = REPORT.format(path=str(path))
    variables: dict[str, Any] = {
        "TMPDIR": str(tmp_path),
        "ONLY_HERE": "é",
        "PYTHONUNBUFFERED": None,
        **further,
    }
    with Line([*APP, "--version"], first=report, folder=tmp_path, **variables) as line:
        assert line.gone() == 0
        line.is_as_it_was(said="bp-tui")
        fork = told(path)
    start = [sys.executable, "-c", report + "from tui.cli import main\nsys.exit(main())", "--version"]
    with Line(start, folder=tmp_path, **variables) as line:
        assert line.gone() == 0
        new = told(path)
    assert set(fork.pop("open")) <= set(new.pop("open"))  # who starts this test may have left more open
    for mine in (fork, new):
        assert mine["parent"] == os.getpid()
        for name in ("PYTHONPATH", "PWD", "OLDPWD", "_", "SHLVL"):  # a shell has gone to the folder
            mine["environment"].pop(name, None)
    assert fork == new


def ended(pid: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def test_nothing_is_left_of_the_one_before(tmp_path: Path) -> None:
    with (tmp_path / "out").open("w+") as out:
        for number in range(2):
            spoil = "import os, sys, tui.cli; assert not hasattr(tui.cli, 'spoilt'); tui.cli.spoilt = 1"
            pid = forked(["--version"], environment(), (0, out.fileno(), 2), first=spoil)
            assert ended(pid) == 0
            out.seek(0)
            assert len(out.readlines()) == number + 1


def test_an_exception_is_an_end_as_of_a_new_process(tmp_path: Path) -> None:
    with (tmp_path / "err").open("w+") as err:
        pid = forked([], environment(), (0, 1, err.fileno()), first="raise ValueError('of the test')")
        assert ended(pid) == 1
        err.seek(0)
        assert err.read().endswith("ValueError: of the test\n")
        pid = forked([], environment(), (0, 1, err.fileno()), first="import os; os.kill(os.getpid(), 9)")
        assert ended(pid) == -signal.SIGKILL


@pytest.mark.parametrize(
    ("name", "value", "can"),
    [
        ("TERM", "x", True),
        ("PYTHONIOENCODING", "latin-1", True),
        ("PYTHONMALLOC", "debug", False),
        ("LC_ALL", "x", False),
        ("LD_X", "", False),
    ],
)
def test_what_is_read_only_at_a_start_takes_one(name: str, value: str, can: bool) -> None:
    assert can_fork({**os.environ, name: value}) is can


def test_the_project_is_this_one() -> None:
    assert Path(__file__).is_relative_to(ROOT)
