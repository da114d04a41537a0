"""Is a wrong word on the command line answered by a sentence, and a right one by what it asks for?"""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

import pytest

from tests.commands.running import ROOT, call, run
from tui.commands.line.no_options import NoOptions
from tui.commands.line.parsers import app_parser
from tui.commands.line.table import COMMANDS
from tui.commands.outcome import function_of

if TYPE_CHECKING:
    from pathlib import Path


def test_the_version() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    done = run("--version", new=True)
    assert (done.code, done.out, done.err) == (0, f"bp-tui {project['version']}\n", "")


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_can_be_carried_out(command: str) -> None:
    assert callable(function_of(command))


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    done = call(capsys, "--help")
    assert (done.code, done.err) == (0, "")
    for command in (*COMMANDS, "--step", "--order", "--version", "SCENARIO"):
        assert command in done.out


def test_help_is_asked_for_by_a_word_too(capsys: pytest.CaptureFixture[str]) -> None:
    assert call(capsys, "help") == call(capsys, "--help")
    assert call(capsys, "help", "trace") == call(capsys, "trace", "--help")


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_has_help(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    done = call(capsys, command, "--help")
    assert (done.code, done.err) == (0, "")
    assert f"bp-tui {command}" in done.out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--nonsense"], "--nonsense"),
        (["check"], "FILE"),
        (["trace"], "SCENARIO"),
        (["train"], "SCENARIO"),
        (["program"], "SCENARIO"),
        (["explain"], "SCENARIO"),
        (["explain", "mazur", "--step", "0"], "counted from 1"),
        (["explain", "mazur", "--step", "9999999"], "there is no step 9999999"),
        (["explain", "mazur", "--terms", "0"], "expected how many, 1 or more"),
        (["program", "mazur", "--order", "sideways"], "sideways"),
        (["program", "mazur", "--iterations", "0:1"], "--iterations"),
        (["list", "more"], "more"),
        (["train", "mazur", "xor"], "xor"),
        (["train", "mazur", "--order", "sideways"], "sideways"),
        (["trace", "mazur", "--iterations", "3"], "expected A:B"),
        (["trace", "mazur", "--iterations", "a:b"], "expected A:B"),
        (["trace", "mazur", "--iterations", "1:2:3"], "expected A:B"),
        (["trace", "mazur", "--iterations=-1:2"], "none is negative"),
        (["trace", "mazur", "--iterations", "-1:2"], "none is negative"),
        (["trace", "mazur", "--iterations", "1:-2"], "The last ten are -10:"),
        (["trace", "mazur", "--iterations", "-:"], "--iterations"),
        (["help", "trian"], "trian"),
        (["mazur", "--step", "0"], "counted from 1"),
        (["mazur", "--step", "first"], "expected the number of a step, not 'first'"),
        (["trace", "mazur", "--iterations", "1_0:2_0"], "expected A:B"),
        (["trace", "mazur", "--iterations", " 1:2"], "expected A:B"),
        (["trace", "mazur", "--iterations", "\u0663:"], "expected A:B"),
        (["trace", "mazur", "--iterations", "9" * 5000 + ":"], "expected A:B"),
        (["mazur", "--step", "1_0"], "expected the number of a step, not '1_0'"),
        (["mazur", "--step", "\u0663"], "expected the number of a step"),
        (["trian", "mazur"], "did you mean `train`"),
        (["frobnicate", "mazur"], "list, check, trace, train"),
    ],
)
def test_wrong_usage(words: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    done = call(capsys, *words)
    assert done.code == 2
    assert done.out == ""
    assert said in done.err
    assert "Traceback" not in done.err


@pytest.mark.parametrize(
    "words",
    [
        ["--\x1b]52;c;AAAA\a"],
        ["\x1b[2J", "mazur"],
        ["mazur", "--order", "\x1b[2J"],
        ["mazur", "--step", "\x1b[2J"],
        ["mazur", "--step=\x9b2J\u202e"],
        ["trace", "mazur", "--iterations", "\x1b[2J\u202e"],
        ["trace", "\x1b[2J"],
        ["explain", "mazur", "\x1b[2J\u202e" * 1000],
        ["list", "\x1b[2J" * 10_000],
    ],
)
def test_a_word_that_a_terminal_would_obey(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    done = call(capsys, *words)
    assert done.code == 2
    assert not set(done.out + done.err) & set("\x1b\x07\x9b\u202e")
    assert len(done.err) < 1000


def test_wrong_usage_in_a_process_of_its_own() -> None:
    done = run("trace", "mazur", "--iterations", "3")
    assert (done.code, done.out) == (2, "")
    assert "expected A:B" in done.err
    assert "Traceback" not in done.err


@pytest.mark.parametrize("command", ["trace", "train", "explain", "program"])
def test_an_unknown_scenario(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    done = call(capsys, command, "mazr")
    assert (done.code, done.out) == (2, "")
    assert 'Did you mean "mazur"?' in done.err


def test_a_file_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    done = call(capsys, "train", tmp_path / "gone.toml")
    assert (done.code, done.out) == (2, "")
    assert "gone.toml" in done.err
    assert "no such file" in done.err


@pytest.mark.parametrize("scenario", [None, "mazur"])
def test_without_options_the_parser_chooses_the_same(scenario: str | None) -> None:
    words = [] if scenario is None else [scenario]
    assert NoOptions(scenario)._asdict() == vars(app_parser().parse_args(words))
