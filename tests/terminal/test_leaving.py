"""Whatever ends the app, it is soon gone and the terminal is as it was."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest

from tests.terminal.line import APP, Line, in_session
from tests.work.patience import wait_until
from tui.terminal import leaving

ENDINGS = (signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGINT, signal.SIGUSR1)
LARGE = (200, 60)  # few frames fill the line


def opened(*, first: str = "", size: tuple[int, int] = (80, 24)) -> Line:
    line = Line([*APP, "mazur"], *size, first=first)
    line.shows("step 1 of ")
    return line


def test_it_waits_no_longer_than_half_a_second_for_a_terminal_that_takes_nothing() -> None:
    """The only wait on the way out; how long the rest takes depends on the machine."""
    assert leaving._PATIENCE <= 0.5


def test_the_end_by_a_key_while_the_terminal_takes_nothing_can_be_cut_short() -> None:
    with opened(size=LARGE) as line:
        line.fill()
        os.write(line._fd, b"q")
        time.sleep(0.3)
        os.kill(line.pid, signal.SIGTERM)
        assert line.gone(reading=False) == 128 + signal.SIGTERM
        line.is_as_it_was()


def ends(line: Line, number: int) -> None:
    os.kill(line.pid, number)
    assert line.gone() == 128 + number
    line.is_as_it_was()


@pytest.mark.parametrize("number", ENDINGS)
def test_a_signal(number: signal.Signals) -> None:
    with opened() as line:
        assert 1049 in line.terminal.modes
        ends(line, number)


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGTERM])
def test_a_signal_that_a_parent_ignores(number: signal.Signals) -> None:
    """What is ignored stays so in whatever is started: the program begins with it."""
    ignoring = "from signal import *; signal(SIGHUP, SIG_IGN), signal(SIGTERM, SIG_IGN)"
    with opened(first=ignoring) as line:
        ends(line, number)


def test_a_signal_while_the_terminal_takes_nothing() -> None:
    """As over a network that has died, or after ctrl+s: the app's output waits, and so does its loop."""
    with opened(size=LARGE) as line:
        line.fill()
        os.kill(line.pid, signal.SIGTERM)
        assert line.gone(reading=False) == 128 + signal.SIGTERM
        line.is_as_it_was()


def test_a_hang_up() -> None:
    with opened() as line:
        line.hang_up()
        assert line.gone(reading=False) == 128 + signal.SIGHUP
        assert in_session(line.pid) == []


def test_a_hang_up_that_nobody_is_told_of(tmp_path: Path) -> None:
    """The app is not in the foreground session: it sees only the end of its input."""
    note = tmp_path / "pid"
    script = f"exec 3<&0; setsid \"$@\" <&3 & echo $! > {note}; trap '' HUP; wait"
    with Line(["sh", "-c", script, "sh", *APP, "mazur"]) as line:
        line.shows("step 1 of ")
        pid = int(note.read_text())
        line.hang_up()
        wait_until(lambda: not Path(f"/proc/{pid}").exists())


def test_a_signal_before_the_first_picture() -> None:
    for wait in (0.1, 0.2, 0.3):
        with Line([*APP, "mazur"], new=True) as line:
            line.watch(wait)
            os.kill(line.pid, signal.SIGTERM)
            assert line.gone() in (-signal.SIGTERM, 128 + signal.SIGTERM)
            line.is_as_it_was()


def test_a_fault_of_ours(tmp_path: Path) -> None:
    code = (
        "import tui.screens.stepping as s\n"
        "def fall(self, view): secret = 'local value'; raise ZeroDivisionError('hidden')\n"
        "s.SteppingScreen.action_view = fall\n"
    )
    with Line([*APP, "mazur"], first=code, TMPDIR=str(tmp_path)) as line:
        line.shows("step 1 of ")
        line.send(b"2")
        assert line.gone() == 1
        (report,) = tmp_path.iterdir()
        line.is_as_it_was(said=f"bp-tui: a fault of ours (ZeroDivisionError); the report is in {report}.")
        assert b"local value" not in line.output()
        assert "hidden" in report.read_text()


def test_the_usual_way_out() -> None:
    with opened() as line:
        line.send(b"q")
        assert line.gone() == 0
        line.is_as_it_was()


def test_a_terminal_that_was_not_put_right_is_noticed() -> None:
    with opened() as line:
        os.kill(line.pid, signal.SIGKILL)
        assert line.gone() == -signal.SIGKILL
        with pytest.raises(AssertionError):
            line.is_as_it_was()
