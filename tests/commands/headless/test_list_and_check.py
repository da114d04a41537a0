"""Do `list` and `check` say what there is, and whether it is good?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from engine import load
from engine.catalog import shipped
from tests.commands.running import Outcome, call, run
from tests.commands.scenarios import BAD, MINI_BATCHES, SEQUENCES, write

if TYPE_CHECKING:
    from pathlib import Path


def test_list_has_a_line_for_each_scenario(capsys: pytest.CaptureFixture[str]) -> None:
    done = call(capsys, "list")
    assert done.code == 0
    assert done.err == ""
    listed = [line.split(None, 1) for line in done.lines]
    assert listed == [[entry.name, load(entry.path).title] for entry in shipped()]
    assert "mazur" in [name for name, _ in listed]


def test_list_from_another_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    elsewhere = run("list", cwd=tmp_path, new=True)
    assert (elsewhere.code, elsewhere.err) == (0, "")
    assert elsewhere.out == call(capsys, "list").out


def test_every_shipped_scenario_is_good(capsys: pytest.CaptureFixture[str]) -> None:
    paths = [entry.path for entry in shipped()]
    done = call(capsys, "check", *paths)
    assert done.code == 0
    assert done.err == ""
    assert len(done.lines) == len(paths)


def test_good_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    paths = [write(tmp_path, MINI_BATCHES, "one.toml"), write(tmp_path, SEQUENCES, "two.toml")]
    done = call(capsys, "check", *paths)
    assert (done.code, done.err) == (0, "")
    assert all(str(path) in done.out for path in paths)


def test_a_bad_file_in_a_process_of_its_own(tmp_path: Path) -> None:
    done = run("check", write(tmp_path, BAD, "bad.toml"))
    assert done.code == 2
    assert done.out == ""
    number = 1 + next(i for i, line in enumerate(BAD.splitlines()) if "learning_rate" in line)
    assert f"bad.toml:{number}:" in done.err
    assert "training.learning_rate" in done.err
    assert "Traceback" not in done.err


def test_good_and_bad_files_mixed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good, bad = write(tmp_path, SEQUENCES, "good.toml"), write(tmp_path, BAD, "bad.toml")
    missing = tmp_path / "missing.toml"
    for files in ((good, bad, missing), (bad, missing, good)):
        done = call(capsys, "check", *files)
        assert done.code == 2
        assert len(done.lines) == 1
        assert "good.toml" in done.out
        assert "good.toml" not in done.err
        assert "bad.toml" in done.err
        assert "missing.toml" in done.err


def test_each_error_of_a_file_is_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = BAD.replace('"identity"', '"identty"').replace("iterations = 45", "iterations = -1")
    done = call(capsys, "check", write(tmp_path, text))
    assert done.code == 2
    for key in ("activation", "training.learning_rate", "training.iterations"):
        assert key in done.err


@pytest.mark.parametrize("command", ["trace", "train"])
def test_the_other_commands_refuse_a_bad_file_too(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    done = call(capsys, command, write(tmp_path, BAD))
    assert done.code == 2
    assert done.out == ""
    assert "training.learning_rate" in done.err


def test_every_error_is_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = SEQUENCES + "".join(f"\n[unknown{number}]" for number in range(30))
    done = call(capsys, "check", write(tmp_path, text, "bad.toml"))
    assert done.code == 2
    assert all(f"unknown{number}: unknown key" in done.err for number in range(30))
    assert "more" not in done.err


@pytest.mark.parametrize(("words", "said"), [("check", "/?.toml: good"), ("train", "sigma U: ")])
def test_a_locale_without_the_letters_of_a_text(tmp_path: Path, words: str, said: str) -> None:
    path = write(tmp_path, re.sub('title = ".*"', 'title = "\u03c3 \u00dc"', SEQUENCES), "\u00fc.toml")
    done = run(words, path, PYTHONIOENCODING="ascii")
    assert (done.code, done.err) == (0, "")
    assert said in done.out


def test_a_scenario_from_standard_input(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(tmp_path, MINI_BATCHES)
    for words in (("trace", "-"), ("train", "--json", "-"), ("-", "--plain", "--step", "3")):
        named = [str(path) if word == "-" else word for word in words]
        assert run(*words, cwd=tmp_path, typed=MINI_BATCHES) == call(capsys, *named)
    good = run("check", "-", cwd=tmp_path, typed=MINI_BATCHES)
    assert good == Outcome(0, "-: good\n", "")
    bad = run("check", "-", cwd=tmp_path, typed=BAD)
    assert bad.code == 2
    assert bad.err.startswith("-:")
    app = run("-", cwd=tmp_path, typed=MINI_BATCHES)
    assert app.code == 2
    assert "reads its keys from standard input" in app.err


def test_the_data_of_standard_input_lie_where_one_is(tmp_path: Path) -> None:
    write(tmp_path, "0,1,1,0\n1,0,0,1\n", "rows.csv")
    text = re.sub(r"inputs = \[\[0.*\n.*", 'file = "rows.csv"', MINI_BATCHES)
    assert run("check", "-", cwd=tmp_path, typed=text).out.startswith("-: good (2 inputs")


def test_check_takes_shipped_names_but_a_file_comes_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    done = call(capsys, "check", "mazur", "5")
    assert (done.code, done.out) == (0, "mazur: good\n5: good\n")
    monkeypatch.chdir(tmp_path)
    write(tmp_path, BAD, "mazur")
    assert call(capsys, "check", "mazur").code == 2
    assert 'Did you mean "iris"?' in call(capsys, "check", "irs").err


def test_what_is_found_in_a_run_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    done = call(capsys, "check", "--run", "13-vanishing", "xor")
    assert (done.code, done.err) == (0, "")
    assert done.lines[0] == (
        "13-vanishing: step 33, iteration 1: The error vanishes on its way from time 10 to time 0"
    )
    assert (
        "  At the start δ is 0.9990 at time 10 and 0.0009756 at time 0, 1,024 times smaller, most by U1 "
        "(× 0.5); less than 1 % arrives in 11 of 13 iterations looked at, the first of them iteration 1."
    ) in done.lines
    assert done.lines[-1] == "xor: good"
    assert not any(line.startswith("xor: step") for line in done.lines)
    assert call(capsys, "check", "--run", "--strict", "13-vanishing").code == 2
