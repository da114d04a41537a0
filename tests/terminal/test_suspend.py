"""Does the app come back from a stop as it was, and does the shell get its terminal meanwhile?"""

from __future__ import annotations

import os
import shutil
import signal
from typing import TYPE_CHECKING

import pytest

from tests.terminal.line import APP, Line, in_session

if TYPE_CHECKING:
    from collections.abc import Iterator

BASH = shutil.which("bash")
pytestmark = pytest.mark.skipif(BASH is None, reason="takes a shell that can stop and continue programs")


@pytest.fixture(scope="module")
def bash() -> Iterator[Line]:
    with Line([str(BASH), "--norc", "--noprofile", "-i"], PS1="ready> ", HISTFILE=None) as line:
        line.shows("ready>")
        yield line


@pytest.fixture
def shell(bash: Line) -> Line:
    """A shell in which the app was started, at its second step; again if the test before has ended it."""
    if not apps(bash):
        bash.send(" ".join([*APP, "bptt"]).encode() + b"\r")
        bash.shows("step 1 of ")
        bash.send(b"n")
    bash.shows("step 2 of ")
    bash.settle(0.3, 0.3)  # the run that is still computed shows how far it is
    return bash


def apps(line: Line) -> list[int]:
    return [pid for pid in in_session(line.pid) if pid != line.pid]


def app(line: Line) -> int:
    (pid,) = apps(line)
    return pid


def is_the_shells(line: Line) -> None:
    line.until(lambda _: 1049 not in line.terminal.modes)
    line.watch(0.2)  # what is typed before the shell reads is lost
    at = len(line.output())
    line.send(b"echo $((6*7))\r")
    line.until(lambda _: b"42\r\n" in line.output()[at:])


def test_in_the_background_it_waits(shell: Line) -> None:
    picture = shell.picture()
    shell.send(b"\x1a")
    is_the_shells(shell)
    shell.send(b"bg\r")
    shell.settle(0.3, 1.0)
    is_the_shells(shell)
    shell.send(b"fg\r")
    shell.shows("step 2 of ")
    shell.until(lambda _: shell.picture() == picture)


def test_a_stop_that_the_app_is_not_told_of(shell: Line) -> None:
    picture = shell.picture()
    at = len(shell.output())
    os.kill(app(shell), signal.SIGSTOP)
    shell.until(lambda _: b"Stopped" in shell.output()[at:])
    shell.send(b"echo $((6*7))\r")
    shell.until(lambda _: b"42" in shell.output().rpartition(b"Stopped")[2])
    shell.send(b"fg\r")
    shell.settle(0.3, 1.0)
    shell.shows("step 2 of ")
    shell.until(lambda _: shell.picture() == picture)


def test_ctrl_z_and_fg(shell: Line) -> None:
    picture = shell.picture()
    for _ in range(2):
        shell.send(b"\x1a")
        is_the_shells(shell)
        assert 25 in shell.terminal.modes
        shell.send(b"fg\r")
        shell.shows("step 2 of ")
        shell.until(lambda _: shell.picture() == picture)
    shell.send(b"n")
    shell.shows("step 3 of ")
    shell.send(b"p")


def test_a_stopped_app_ends_without_touching_the_shells_terminal(shell: Line) -> None:
    shell.send(b"\x1a")
    is_the_shells(shell)
    pid, sent = app(shell), len(shell.output())
    os.kill(pid, signal.SIGTERM)
    os.kill(pid, signal.SIGCONT)
    shell.until(lambda _: app_gone(pid))
    shell.watch(0.2)
    assert b"\x1b[?1049" not in shell.output()[sent:]


def test_what_has_started_the_app_is_stopped_with_it(bash: Line) -> None:
    """A shell waits for a job as a whole: one that is half stopped would never give the terminal back."""
    shell = bash
    if apps(shell):
        shell.send(b"q")
        is_the_shells(shell)
    shell.send(f"sh -c '{' '.join(APP)} bptt; echo over'\r".encode())
    shell.shows("step 1 of ")
    shell.send(b"\x1a")
    is_the_shells(shell)
    shell.send(b"fg\r")
    shell.shows("step 1 of ")
    shell.send(b"q")
    shell.until(lambda _: b"over\r\n" in shell.output())
    is_the_shells(shell)
    assert apps(shell) == []


def test_where_no_shell_does_job_control_nothing_stops() -> None:
    with Line([*APP, "bptt"]) as line:
        line.shows("step 1 of ")
        line.send(b"\x1a")
        line.says("No shell is here that could continue a stopped program.")
        line.send(b"n")
        line.shows("step 2 of ")
        line.send(b"q")
        assert line.gone() == 0
        line.is_as_it_was()


def app_gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False
