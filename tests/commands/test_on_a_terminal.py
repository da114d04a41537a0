"""What is different on a terminal: a progress bar for a long run, and a name that the app needs?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pexpect  # type: ignore[import-untyped]
import pytest

from tests.commands.running import COMMAND, on_a_terminal, run
from tests.commands.scenarios import long_run
from tests.terminal.line import Line

if TYPE_CHECKING:
    from pathlib import Path

BAR = r"\d+/100000000\S* [\d,]+/s loss [0-9.e-]+ \S*\d+:\d\d"


def iterations_shown(child: Any) -> int:
    child.expect(re.compile(BAR))
    return int(child.after.split("/")[0])


def test_a_bar_shows_rate_loss_and_time_left(tmp_path: Path) -> None:
    child = on_a_terminal("train", long_run(tmp_path))
    try:
        first = iterations_shown(child)
        later = (
            iterations_shown(child) for _ in range(100)
        )  # a repaint may come before the run's next report
        assert any(count > first for count in later)
        child.sendintr()
        child.expect(pexpect.EOF)
        assert "Traceback" not in child.before
        assert child.before.rfind("\x1b[?25h") > child.before.rfind("\x1b[?25l")  # the cursor is back
    finally:
        child.close()
    assert child.exitstatus == 130


def test_the_result_follows_the_bar() -> None:
    child = on_a_terminal("train", "mazur")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0
    assert "10000/10000" in child.before
    assert "loss before 0.2983711088" in child.before


def test_no_bar_elsewhere() -> None:
    done = run("train", "mazur")
    assert (done.code, done.err) == (0, "")
    assert "10000/10000" not in done.out
    assert "\x1b" not in done.out


@pytest.mark.parametrize("name", ["dumb", "", "unknown"])
def test_the_app_on_a_terminal_without_a_name(name: str) -> None:
    child = on_a_terminal("mazur", TERM=name)
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 2
    assert child.before.count("\n") == 1
    assert "TERM" in child.before
    assert "\x1b" not in child.before


def test_the_app_is_told_of_a_bad_scenario_before_it_draws() -> None:
    child = on_a_terminal("mazr")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 2
    assert 'Did you mean "mazur"?' in child.before
    assert "\x1b" not in child.before


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("mazur", "--step", "90001"), "there is no step 90001: the run has 90000"),
        (("mazur", "--step", "90001", "--order", "premature"), "there is no step 90001"),
        (("--step", "2"), "--step needs a scenario"),
    ],
)
def test_a_step_that_the_run_does_not_have(words: tuple[str, ...], said: str) -> None:
    child = on_a_terminal(*words)
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 2
    assert said in child.before
    assert "\x1b" not in child.before


def test_the_last_step_is_opened() -> None:
    # The first step stands there until the last one is computed: what comes then are the cells that differ.
    with Line([*COMMAND, "mazur", "--step", "90000", "--order", "deferred"]) as line:
        line.shows("step 90,000 of 90,000")
        line.send(b"q")
        assert line.gone() == 0
