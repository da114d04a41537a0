"""Can the process of a restricted session write, start programs or reach the network, whatever it runs?"""

from __future__ import annotations

import subprocess
import sys
import syslog
from itertools import zip_longest
from typing import TYPE_CHECKING

import pytest

from engine.catalog import find
from tests.commands.running import ROOT, run
from tests.terminal.line import APP, Line
from tests.work.patience import PATIENCE
from tui.classroom import confine as confine_module
from tui.classroom.confine import clean
from tui.commands import outcome

if TYPE_CHECKING:
    from pathlib import Path

FORBIDDEN = {
    "open for writing": "open(path, 'w')",
    "append": "open(path, 'ab')",
    "os.open": "os.open(path, os.O_CREAT)",
    "Path.write_text": "pathlib.Path(path).write_text('x')",
    "touch": "pathlib.Path(path).touch()",
    "mkdir": "os.mkdir(path)",
    "a temporary file": "tempfile.NamedTemporaryFile(dir=os.path.dirname(path))",
    "symlink": "os.symlink('/etc/passwd', path)",
    "rename": "os.rename(here, path)",
    "remove": "os.remove(here)",
    "chmod": "os.chmod(here, 0o777)",
    "utime": "os.utime(here)",
    "copy": "shutil.copy(here, path)",
    "system": "os.system('touch ' + path)",
    "subprocess": "subprocess.run(['touch', path])",
    "spawn": "os.posix_spawn('/bin/sh', ['sh', '-c', 'touch ' + path], {})",
    "exec": "os.execv('/bin/sh', ['sh', '-c', 'touch ' + path])",
    "fork": "os.fork()",
    "connect": "socket.create_connection(('127.0.0.1', 1), 1)",
    "listen": "socket.socket().bind(('127.0.0.1', 0))",
}

SCRIPT = """
import os, pathlib, shutil, socket, subprocess, sys, tempfile
sys.path.insert(0, {root!r})
from tui.classroom.confine import confine
path, here = sys.argv[1:]
confine([])
"""

TRIED = """
try:
    {code}
except PermissionError as error:
    print({what!r}, "is refused:", error)
"""


def test_what_is_forbidden(tmp_path: Path) -> None:
    """All in one process: nothing that is refused makes it another."""
    here = tmp_path / "here"
    here.write_text("here")
    before = here.stat()
    script = SCRIPT.format(root=str(ROOT))
    script += "".join(TRIED.format(what=what, code=code) for what, code in FORBIDDEN.items())
    done = subprocess.run(
        [sys.executable, "-I", "-c", script, str(tmp_path / "escaped"), str(here)],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    for what, line in zip_longest(FORBIDDEN, done.stdout.splitlines(), fillvalue=""):
        assert line.startswith(f"{what} is refused: a restricted session"), done
    assert list(tmp_path.iterdir()) == [here]
    assert (here.stat().st_mtime_ns, here.stat().st_mode) == (before.st_mtime_ns, before.st_mode)


def test_the_kernel_refuses_too(tmp_path: Path) -> None:
    """A descriptor that was open before takes nothing."""
    code = SCRIPT.format(root=str(ROOT)).replace("confine([])", "f = open(path, 'w'); confine([])")
    done = subprocess.run(
        [sys.executable, "-I", "-c", code + "f.write('x'); f.flush()\n", str(tmp_path / "open"), "-"],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    assert "File too large" in done.stderr
    assert (tmp_path / "open").read_bytes() == b""


def test_what_is_kept_of_an_environment() -> None:
    given = {
        "TERM": "xterm-256color",
        "LANG": "de_DE.UTF-8@euro",
        "LC_ALL": "$(sh)",
        "COLORTERM": "truecolor",
        "HOME": "/root",
        "PATH": "/evil",
        "PYTHONPATH": "/evil",
        "TEXTUAL_LOG": "x",
        "LD_PRELOAD": "/evil.so",
        "NO_COLOR": "",
        "OPENBLAS_NUM_THREADS": "64",
    }
    kept = clean(given)
    assert {name: value for name, value in kept.items() if not name.endswith("THREADS")} == {
        "TERM": "xterm-256color",
        "LANG": "de_DE.UTF-8@euro",
        "COLORTERM": "truecolor",
    }
    assert kept["OPENBLAS_NUM_THREADS"] == "1"


# -- the app -------------------------------------------------------------------------------------------


def test_restricted_without_a_server(tmp_path: Path) -> None:
    """The environment has no say, a fault writes no report, and there is no prompt after it."""
    evil = tmp_path / "evil"
    evil.mkdir()
    (evil / "evil.py").write_text(f"open({str(tmp_path / 'escaped')!r}, 'w')\n")
    with Line(
        [*APP, "--restricted", "mazur"],
        PYTHONINSPECT="1",
        TEXTUAL_DRIVER="evil:Driver",
        TEXTUAL_LOG=str(tmp_path / "log"),
        PYTHONPATH=f"{ROOT}:{evil}",
        TMPDIR=str(tmp_path),
    ) as line:
        line.shows("step 1 of ")
        line.send(b"\x1a")
        line.send(b"n")
        line.shows("step 2 of ")
        line.send(b"q")
        assert line.gone() == 0
        line.is_as_it_was()
        assert b">>>" not in line.output()
    assert list(tmp_path.iterdir()) == [evil]


def test_a_fault_in_a_restricted_session_is_one_sentence(tmp_path: Path) -> None:
    code = (
        "import tui.screens.stepping as s\n"
        "def fall(self, view): raise ZeroDivisionError('hidden')\n"
        "s.SteppingScreen.action_view = fall\n"
    )
    with Line([*APP, "--restricted", "mazur"], first=code, TMPDIR=str(tmp_path)) as line:
        line.shows("step 1 of ")
        line.send(b"2")
        assert line.gone() == 1
        line.is_as_it_was(
            said="bp-tui: a fault of ours (ZeroDivisionError); the administrator finds the report with "
            "`journalctl -t bp-tui`."
        )
    assert list(tmp_path.iterdir()) == []


def test_the_report_of_a_restricted_session_goes_to_the_journal(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    monkeypatch.setattr(syslog, "syslog", lambda _, line: told.append(line))
    monkeypatch.setattr(confine_module, "_confined", True)
    try:
        raise ZeroDivisionError("nobody thought of this")
    except ZeroDivisionError as error:
        outcome._fault(error)
    assert told[0].startswith("Traceback")
    assert told[-1] == "ZeroDivisionError: nobody thought of this"


def test_a_confined_process_may_tell_the_journal() -> None:
    code = (
        "from tui.classroom import confine\n"
        "confine.confine([])\n"
        "confine.tell_administrator('one\\ntwo')\n"
        "print('told')\n"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-c", f"import sys; sys.path.insert(0, {str(ROOT)!r})\n{code}"],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    assert done.stdout == "told\n", done


def test_a_student_is_told_no_path_of_the_host(tmp_path: Path) -> None:
    (tmp_path / "broken.toml").write_text("title = \n")
    (tmp_path / "rows.toml").write_text(
        find("iris").read_text("utf-8").replace("iris.csv", "rows.csv"), encoding="utf-8"
    )
    (tmp_path / "rows.csv").write_text("a,b\n")
    for name, said in (("broken", "broken.toml:1:9: this is not TOML"), ("rows", "rows.csv:")):
        with Line([*APP, "--restricted", "--folder", str(tmp_path), name]) as line:
            assert line.gone() == 2
            line.is_as_it_was(said=said)
            assert str(tmp_path).encode() not in line.output()
    with Line([*APP, "--restricted", "--class", str(tmp_path), "--follow", "monday"]) as line:
        assert line.gone() == 2
        line.is_as_it_was(said="nobody leads 'monday' now")
        assert str(tmp_path).encode() not in line.output()
        assert b"SCENARIO" not in line.output()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--restricted", "--lead", "lesson"), "can follow a lesson, not lead one"),
        (("--restricted", "--plain", "mazur"), "not lines of text"),
        (("--restricted", "mazur"), "needs a terminal"),
        (("--folder", "/none", "mazur"), "needs a terminal"),
    ],
)
def test_refusals(words: tuple[str, ...], said: str) -> None:
    done = run(*words)
    assert (done.code, done.out) == (2, "")
    assert said in done.err
    assert done.err.count("\n") == 1
    assert ("bp-tui trace" in done.err) is ("--folder" in words)


def test_only_the_scenarios_of_the_folder(tmp_path: Path) -> None:
    for name, said in (
        (str(find("mazur")), "only the scenarios that are listed"),
        ("mazur", "The scenarios at hand are: none."),
    ):
        with Line([*APP, "--restricted", "--folder", str(tmp_path), name]) as line:
            assert line.gone() == 2
            line.is_as_it_was(said=said)
            assert b"\x1b" not in line.output()
    with Line([*APP, "--restricted", "--folder", str(tmp_path / "none")]) as line:
        assert line.gone() == 2
        line.is_as_it_was(said="bp-tui: the scenarios of this class are gone; tell who has set it up.")
    with Line([*APP, "--restricted", "--folder", str(tmp_path)]) as line:
        line.shows("which scenario?")
        line.send(b"\r")
        line.escape()
        line.send(b"q")
        assert line.gone() == 0


def test_a_restricted_session_follows_a_lesson(tmp_path: Path) -> None:
    with Line([*APP, "mazur", "--lead", "monday", "--class", str(tmp_path)]) as leader:
        leader.shows("step 1 of ")
        with Line([*APP, "--restricted", "--follow", "monday", "--class", str(tmp_path)]) as follower:
            follower.shows("step 1 of ")
            leader.send(b"n")
            follower.shows("step 2 of ")
            follower.send(b"q")
            assert follower.gone() == 0
            follower.is_as_it_was()
        leader.send(b"q")
        assert leader.gone() == 0
