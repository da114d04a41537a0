"""Is a file of the user's own numbers held against a run, and is what can't be refused in a sentence?"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine import load, trace
from engine.catalog import find
from tests.commands.headless.test_diagnose import saved
from tests.commands.running import call
from tests.engine.diagnosis.planted import of_scenario
from tests.read.files import PLAIN, write


def test_they_stand_beside_ours_in_lines_of_text(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    done = call(capsys, "mazur", "--plain", "--step", "6", "--mine", saved(tmp_path, "no-slope"))
    assert done.code == 0
    assert done.lines[0].startswith("δ1 is the first that is wrong; no-slope in layer 1 makes exactly")
    assert "= 0.2413 × 0.03635 = 0.008771  ≠ yours 0.03635" in done.out


def test_a_name_that_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    numbers = "mine.json"
    Path(numbers).write_text(json.dumps({"grad out": (-of_scenario(load(find("mazur")))["gW2"]).tolist()}))
    words = ("--mine", numbers, "--name", "grad out=gW2")
    done = call(capsys, "mazur", "--plain", "--step", "5", *words)
    assert done.lines[0].startswith("∂C/∂W2 is the first that is wrong; ")
    assert "≠ yours -0.08217" in done.out
    told = call(capsys, "diagnose", "mazur", numbers, "--name", "grad out=gW2")
    assert f"Yours beside it: bp-tui mazur --mine {numbers} --name 'grad out=gW2'" in told.lines
    alone = call(capsys, "mazur", "--plain", "--name", "grad=gW2")
    assert (alone.code, "it needs --mine" in alone.err) == (2, True)
    wrong = call(capsys, "mazur", "--plain", "--mine", numbers, "--name", "grad")
    assert (wrong.code, "--name takes theirs=ours" in wrong.err) == (2, True)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("mazur", "--mistake", "sign"), "against the run as it should be: leave out --mistake"),
        (("mazur", "--order", "premature"), "leave out --order"),
        (("mazur", "--step", "90001"), "there is no step 90001"),
        (("mazur", "--restricted"), "a restricted session"),
    ],
)
def test_what_it_is_not_for(words: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    done = call(capsys, *words, "--plain", "--mine", "none.npz")
    assert (done.code, said in done.err) == (2, True)


def test_a_step_that_the_right_run_has_not(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = write(tmp_path, PLAIN.replace("seed = 1", 'seed = 1\norder = "premature"'))
    scenario = load(file)
    early, right = (len(trace(scenario, order)) for order in ("premature", "deferred"))
    numbers = tmp_path / "mine.json"
    numbers.write_text(json.dumps({"gW1": of_scenario(scenario)["gW1"].tolist()}))
    assert early > right  # it has an update for each gradient
    done = call(capsys, file, "--plain", "--step", str(early), "--mine", numbers)
    assert (done.code, f"the run has {right}" in done.err) == (2, True)


def test_a_file_that_can_not_be_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    done = call(capsys, "mazur", "--plain", "--mine", tmp_path / "none.npz")
    assert (done.code, "there is no such file" in done.err) == (2, True)
