"""Does `find` print where a condition holds, and say with its exit code whether it does?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.commands.running import call, run, strict
from tests.commands.scenarios import DIVERGING, SEQUENCES, write

if TYPE_CHECKING:
    from pathlib import Path


def test_the_first_step_in_a_process_of_its_own() -> None:
    done = run("find", "mazur", "loss < 0.01", "--json")
    assert (done.code, done.err) == (0, "")
    (line,) = done.lines
    found = strict(line)
    assert (found["step"], found["iteration"]) == (9 * 173 + 2, 173)
    assert found["value"] == pytest.approx(0.009967898860211731, rel=1e-12)
    assert list(found) == ["step", "iteration", "value"]


def test_the_first_step_of_each_iteration_is_that_of_the_trace(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(tmp_path, SEQUENCES)
    records = [strict(line) for line in call(capsys, "trace", path).lines]
    done = call(capsys, "find", path, "activation[1][2] > 0", "--all", "--json")
    found = [strict(line) for line in done.lines]
    expected: dict[int, tuple[int, float]] = {}
    for record in records:
        if record["kind"] == "forward" and record["layer"] == 1 and record["activation"][1] > 0:
            expected.setdefault(record["iteration"], (record["step"], record["activation"][1]))
    assert {one["iteration"]: (one["step"], one["value"]) for one in found} == expected
    assert expected


def test_what_is_nowhere_is_code_3(capsys: pytest.CaptureFixture[str]) -> None:
    done = call(capsys, "find", "mazur", "loss > 1")
    assert (done.code, done.out) == (3, "")
    assert done.err == "bp-tui: it holds at no step of 10,000 iterations: loss > 1\n"


def test_a_condition_may_be_several_words(capsys: pytest.CaptureFixture[str]) -> None:
    done = call(capsys, "find", "xor", "loss", "falls")
    assert (done.code, done.err) == (0, "")


def test_in_text_both_ways_of_counting_are_said(capsys: pytest.CaptureFixture[str]) -> None:
    (line,) = call(capsys, "find", "mazur", "iteration == 12").lines
    assert line == "step 99, iteration 11: 12.0   (on the screen step 100, iteration 12)"


def test_all_of_them_are_counted(capsys: pytest.CaptureFixture[str]) -> None:
    done = call(capsys, "find", "mazur", "iteration > 9990", "--all")
    assert len(done.lines) == 10
    assert done.err == "bp-tui: it holds in 10 of 10,000 iterations.\n"


@pytest.mark.parametrize(("condition", "said"), [
    ("loss > 0", "it holds in 1 of 1 iteration."),
    ("loss < 0", "it holds at no step of 1 iteration: loss < 0"),
])  # fmt: skip
def test_one_iteration_is_one(
    condition: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(tmp_path, DIVERGING.replace("iterations = 45", "iterations = 1"))
    assert call(capsys, "find", path, condition, "--all").err == f"bp-tui: {said}\n"


def test_a_condition_that_cannot_be_read_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    done = call(capsys, "find", "mazur", "los < 1")
    assert (done.code, done.out) == (2, "")
    assert done.err == "bp-tui: Column 1: there is no 'los'. Did you mean \"loss\"?\n  los < 1\n  ^\n"


def test_the_overrides_change_what_is_searched(capsys: pytest.CaptureFixture[str]) -> None:
    assert call(capsys, "find", "mazur", "loss rises", "--json").code == 3
    done = call(capsys, "find", "mazur", "loss rises", "--mistake", "sign", "--json")
    assert strict(done.lines[0])["iteration"] == 1
    early = call(capsys, "find", "mazur", "weight[2][1,1] > 0", "--order", "premature", "--json")
    assert strict(early.lines[0])["step"] == 5


def test_what_is_not_finite_is_a_word(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(tmp_path, DIVERGING)
    done = call(capsys, "find", path, "not finite(loss)", "--json")
    assert strict(done.lines[0])["value"] == "inf"
    assert call(capsys, "find", path, "loss > 0", "--json", "--all").lines[0].startswith('{"step": 1, ')


def test_no_value_where_the_condition_is_about_an_array(capsys: pytest.CaptureFixture[str]) -> None:
    done = call(capsys, "find", "mazur", "any(delta[1] > 0)", "--json")
    assert strict(done.lines[0])["value"] is None
