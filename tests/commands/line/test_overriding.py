"""Do --optimizer, --mistake and --learning-rate stand in for what the file says, for one run?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from engine import load
from engine.catalog import find
from engine.equations.mistakes.mistakes import MISTAKES
from engine.equations.optimizers import OPTIMIZERS
from engine.update_orders import WAITING, not_waiting
from tests.commands.running import call, strict
from tests.commands.scenarios import MINI_BATCHES, SEQUENCES, write
from tui.commands import headless
from tui.commands.line import overriding, parsers
from tui.usage import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from engine.scenario import Scenario

COMMANDS = ("trace", "train", "program")
WORDS = {"--optimizer": "adam", "--mistake": "sign", "--learning-rate": "0.25"}


def scenario_of(*words: str) -> Scenario:
    """The scenario that a command runs."""
    return headless._scenario(parsers.command_parser(words[0]).parse_args(words[1:]))


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_runs_what_is_asked_for(command: str) -> None:
    words = [word for pair in WORDS.items() for word in pair]
    training = scenario_of(command, "batch", *words).training
    assert (training.optimizer, training.mistake, training.learning_rate) == ("adam", "sign", 0.25)
    assert scenario_of(command, "batch").training == load(find("batch")).training


def test_plain_and_the_app_too() -> None:
    chosen = parsers.app_parser().parse_args(["batch", "--mistake", "sign"])
    assert overriding.overridden(load(find("batch")), chosen).training.mistake == "sign"


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_every_optimizer_over_a_file_with_settings(tmp_path: Path, optimizer: str) -> None:
    path = write(tmp_path, MINI_BATCHES + 'optimizer = "momentum"\nmomentum = 0.5\n')
    assert scenario_of("train", str(path), "--optimizer", optimizer).training.optimizer == optimizer


def test_another_rate_is_another_run(capsys: pytest.CaptureFixture[str]) -> None:
    done = call(capsys, "train", "neuron", "--learning-rate", "0", "--json")
    found: dict[str, Any] = strict(done.lines[-1])
    assert (done.code, done.err) == (0, "")
    assert found["loss_before"] == found["loss_after"]
    (layer,) = load(find("neuron")).network.layers
    assert found["layers"][0]["weights"] == layer.weights.tolist()
    assert call(capsys, "train", "neuron", "--json").lines[-1] != done.lines[-1]


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--optimizer", "adma"), 'Did you mean "adam"?'),
        (("--optimizer", "\x1b[2J"), ", ".join(OPTIMIZERS)),
        (("--mistake", "no_slope"), 'Did you mean "no-slope"?'),
        (("--mistake", "#"), ", ".join(MISTAKES)),
        (("--learning-rate", "-0.5"), "0 or more, not '-0.5'"),
        (("--learning-rate", "nan"), "a finite number"),
        (("--learning-rate", "inf"), "a finite number"),
        (("--learning-rate", "1e999"), "a finite number"),
        (("--learning-rate", "\u0661"), "a finite number"),
        (("--learning-rate", "fast"), "a finite number of 0 or more, not 'fast'"),
    ],
)
def test_wrong_words(
    command: str, words: tuple[str, str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    done = call(capsys, command, "mazur", f"{words[0]}={words[1]}")
    assert (done.code, done.out) == (2, "")
    assert said in done.err
    assert "\x1b" not in done.err


@pytest.mark.parametrize("command", [*COMMANDS, "--plain"])
def test_what_does_not_fit_the_scenario(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    done = call(capsys, command, "mazur", "--mistake", "mean-twice")
    assert (done.code, done.out) == (2, "")
    assert '"mean-twice" needs the mean of a batch; here its sum is applied' in done.err
    path = write(tmp_path, f"{MINI_BATCHES}clip_norm = 1\n")
    done = call(capsys, command, path, "--order", not_waiting(WAITING)[0])
    assert (done.code, done.out) == (2, "")
    assert "every gradient of the batch" in done.err


def test_a_mistake_that_changes_nothing_is_a_warning(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    done = call(capsys, "train", "neuron", "--mistake", "future-dropped", "--json")
    assert done.code == 0
    assert done.err == 'bp-tui: warning: "future-dropped" changes nothing here: no layer is recurrent.\n'
    assert call(capsys, "train", write(tmp_path, SEQUENCES), "--mistake", "future-dropped").err == ""


def test_check_warns_and_says_good(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    odd = write(tmp_path, MINI_BATCHES + 'mistake = "future-dropped"\n', "odd.toml")
    done = call(capsys, "check", odd)
    assert (done.code, done.out) == (0, f"{odd}: good\n")
    number = len(MINI_BATCHES.splitlines()) + 1
    assert done.err.startswith(
        f'{odd}:{number}:11: training.mistake: warning: "future-dropped" changes nothing'
    )


@pytest.mark.parametrize(("option", "word"), WORDS.items())
def test_without_a_scenario_there_is_nothing_to_change(option: str, word: str) -> None:
    chosen = parsers.app_parser().parse_args([option, word])
    with pytest.raises(UsageError, match=f"{option} needs a scenario"):
        overriding.check_overrides(chosen)
    overriding.check_overrides(parsers.app_parser().parse_args(["mazur", option, word]))
    overriding.check_overrides(parsers.app_parser().parse_args([]))


@pytest.mark.parametrize("command", [*COMMANDS, "app"])
def test_the_help_names_all_of_them_whole(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    done = call(capsys, *([] if command == "app" else [command]), "--help")
    for name in (*WORDS, *OPTIMIZERS, *MISTAKES):
        assert name in done.out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--view", "4"], "--view needs a scenario"),
        (["--resume", "it.toml", "--learning-rate", "0.1"], "as it was left: leave out --learning-rate"),
        (["--resume", "--order", "premature"], "leave out --order"),
        (["mazur", "--resume", "--mine", "it.npz"], "leave out --mine"),
        (["--resume", "--follow", "algebra"], "leave out --follow"),
    ],
)
def test_a_session_is_gone_on_in_as_it_was_left(words: list[str], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        overriding.check_resume(parsers.app_parser().parse_args(words))


def test_a_session_takes_a_step_a_view_and_a_leader() -> None:
    words = ["mazur", "--resume", "--step", "3", "--view", "E", "--lead", "algebra"]
    chosen = parsers.app_parser().parse_args(words)
    overriding.check_resume(chosen)
    assert (chosen.resume, chosen.step, chosen.view) == ("", 3, "branches")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["mazur", "--view", "los"], 'Did you mean "loss"?'),
        (["mazur", "--view", "x"], "The names are: network, compare"),
        (["mazur", "--plain", "--view", "4"], "--view is for the app on a terminal"),
        (["mazur", "--plain", "--resume"], "--resume is for the app on a terminal"),
        (["--restricted", "--resume"], "opens no files but the scenarios at hand"),
    ],
)
def test_views_and_sessions_are_those_of_the_app(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    done = call(capsys, *words)
    assert (done.code, done.out) == (2, "")
    assert said in " ".join(done.err.split())


@pytest.mark.parametrize(
    ("words", "key", "remedy"),
    [
        (("--order", "premature"), "training.clip_norm: ", "leave out clip_norm, or use order ="),
        (("--mistake", "mean-twice"), "", 'use reduction = "mean", or choose another mistake.'),
    ],
)
def test_what_does_not_fit_is_the_options_fault_not_the_files(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, str], key: str, remedy: str
) -> None:
    """It names both, and the option first that is to be left out."""
    text = find("neuron").read_text("utf-8").replace("[training]", "[training]\nclip_norm = 1", 1)
    path = write(tmp_path, text)
    done = call(capsys, "train", str(path), *words)
    assert done.code == 2
    assert done.err.startswith(f"{path} with {' '.join(words)}: {key}")
    assert f"  Leave out {' '.join(words)}; or change the file: {remedy}" in done.err
