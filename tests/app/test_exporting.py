"""Is the scenario of a run written where it is asked for, never over something without asking?"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from engine import load, trace
from engine.catalog import find
from engine.draft import whole
from engine.read import checked
from tests.given.scenarios_at_random import with_training
from tui.exporting import Asked, asked, export

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.run.tracing import Trace


@pytest.fixture(autouse=True)
def in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


class User:
    """Somebody who hears what is said, and is asked."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.questions: list[str] = []
        self.do: Callable[[], object] = lambda: None

    def ask(self, question: str, do: Callable[[], object]) -> None:
        self.questions.append(question)
        self.do = do

    def exports(self, run: Trace, step: int, text: str = "") -> str:
        export(run, step, text, self.heard.append, self.ask)
        return self.heard[-1] if self.heard else ""


def mazur() -> Trace:
    return trace(load(find("mazur")))


@pytest.mark.parametrize(
    ("text", "file", "start"),
    [
        ("", None, False),
        ("start", None, True),
        ("here", None, False),
        ("new.toml", "new.toml", False),
        ("new.toml start", "new.toml", True),
        ("a new one.toml here", "a new one.toml", False),
        ("here.toml", "here.toml", False),
    ],
)
def test_what_is_asked_for(text: str, file: str | None, start: bool) -> None:
    assert asked(text) == Asked(None if file is None else Path(file), start)


def test_here_and_the_start_are_written_and_good() -> None:
    user, run = User(), mazur()
    assert user.exports(run, 30) == "Written: mazur-step-31.toml"
    scenario, warnings = checked("mazur-step-31.toml")
    assert (warnings, trace(scenario).parameters(0).flat().tolist()) == (
        (),
        run.parameters(3).flat().tolist(),
    )
    assert (
        Path("mazur-step-31.toml")
        .read_text()
        .startswith("# mazur: the parameters of step 31, iteration 4\nformat = 1\n")
    )
    assert user.exports(run, 30, "start") == "Written: mazur-start.toml"
    assert trace(load("mazur-start.toml")).parameters(0).flat().tolist() == run.parameters(0).flat().tolist()
    assert user.questions == []


def test_an_optimizer_begins_anew_and_the_file_says_so() -> None:
    run = trace(with_training(load(find("mazur")), optimizer="momentum"))
    assert User().exports(run, 30, "it.toml") == "Written: it.toml, without what momentum remembers"
    lines = Path("it.toml").read_text().split("\n")
    assert lines[1] == "# What momentum remembers (velocity) is not in a scenario: it begins anew."


def test_notes_stay_with_the_start_alone() -> None:
    run = trace(load(find("01-derivative")))
    user = User()
    user.exports(run, 3, "start.toml start")
    user.exports(run, 3, "here.toml")
    assert load("start.toml").notes == run.scenario.notes
    assert load("here.toml").notes == ()


def test_nothing_is_written_over_without_asking(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(whole, "LISTED", 0)
    user, run = User(), mazur()
    Path("it.parameters.npz").write_text("mine")
    assert user.exports(run, 30, "it.toml") == ""
    assert user.questions == ["it.parameters.npz is there already."]
    assert not Path("it.toml").exists()
    user.do()
    assert user.heard == ["Written: it.toml"]
    assert load("it.toml").network.parameters == 12
    assert user.exports(run, 30, "it.toml") == "Written: it.toml"
    assert user.questions[1] == "it.data.npz, it.parameters.npz, it.toml are there already."


def test_what_can_not_be_written_is_said(tmp_path: Path) -> None:
    user, run = User(), mazur()
    assert user.exports(run, 3, "it.txt") == "it.txt: expected a name that ends in .toml."
    assert user.exports(run, 3, "no/it.toml") == "Not written: there is no folder no."
    assert "can be no name" in user.exports(run, 3, "i\0t.toml")
    assert "too long" in user.exports(run, 3, f"{'x' * 300}.toml")
    wild = trace(with_training(load(find("neuron")), learning_rate=1e300))
    assert "nan, and a scenario has finite numbers alone" in user.exports(wild, len(wild) - 1)
    assert list(tmp_path.iterdir()) == []
    Path("it.toml").mkdir()
    user.exports(run, 3, "it.toml")
    user.do()
    assert user.heard[-1] == "Not written: it.toml is a folder."


def test_a_name_that_a_terminal_would_obey_is_shown_clean() -> None:
    user = User()
    run = trace(replace(load(find("mazur")), name="\x1b[2J"))
    assert "\x1b" not in user.exports(run, 3)
