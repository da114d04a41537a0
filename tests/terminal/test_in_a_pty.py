"""A cell-diff app in a real terminal line: it survives being stopped and leaves no colours behind."""

from __future__ import annotations

import os
import signal
import sys
import time
from typing import TYPE_CHECKING

from tests.bench import measure
from tests.bench.measure import Costs, run_once
from tests.bench.terminal import CURSES, PROGRAM, TEXTUAL, figures, report
from tests.bench.vt.pty_session import Session
from tests.bench.vt.vt import PLAIN

if TYPE_CHECKING:
    import pytest

DEMO = [sys.executable, "-m", "tests.bench.apps.line_demo"]
CURSES_APP = [sys.executable, "-m", "tests.bench.apps.bare_curses"]


def test_a_step_is_a_few_bytes_the_picture_comes_back_after_a_stop_and_the_end_is_clean() -> None:
    session = Session(DEMO, 80, 24)
    session.wait_for_picture(quiet=0.15)
    session.send(b"n")
    chunks = session.settle(0.1, 1.0)
    assert 0 < sum(len(data) for _, data in chunks) < 1500
    session.send(b"n")
    session.settle(0.1, 1.0)
    session.catch_up()
    picture = session.terminal.text()
    os.kill(session.pid, signal.SIGTSTP)
    session.settle(0.2, 1.0)
    session.catch_up()
    assert session.terminal.text().strip() == ""  # the shell's own screen
    time.sleep(0.05)
    os.kill(session.pid, signal.SIGCONT)
    session.settle(0.2, 2.0)
    session.catch_up()
    assert session.terminal.text() == picture
    assert session.close() == 0
    session.catch_up()
    assert session.terminal.look == PLAIN
    assert session.terminal.modes & {25, 1049} == {25}


def test_the_measurement_measures(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (("WARM_UP", 1), ("IDLE", 0.1), ("HELD", 0.2)):
        monkeypatch.setattr(measure, name, value)
    costs = Costs()
    run_once(CURSES_APP, 40, 10, b"n", 3, costs)
    assert costs.silent == 0
    assert len(costs.step) == len(costs.sent) == 3
    assert costs.idle == [0]
    assert 0 < sum(costs.needed) <= sum(costs.sent) < 300
    report((80, 24), {PROGRAM: costs, TEXTUAL: costs, CURSES: costs})
    printed = capsys.readouterr().out
    assert all(figure.name in printed for figure in figures((80, 24)))
    assert "1.00x, <= 3x bare Textual" in printed


def test_a_key_that_shows_nothing_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measure, "WARM_UP", 0)
    monkeypatch.setattr(measure, "PATIENCE", 0.3)
    costs = Costs()
    with Session(CURSES_APP, 40, 10) as session:
        session.wait_for_picture(quiet=0.15)
        measure._step(session, b"x", 1, costs)
    assert costs.silent == 1
    assert not costs.step
