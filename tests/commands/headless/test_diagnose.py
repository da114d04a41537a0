"""What does `bp-tui diagnose` print, and with which exit code?"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pytest

from engine import load
from engine.catalog import find
from tests.commands.running import call, strict
from tests.engine.diagnosis.planted import in_layers, of_scenario

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from engine.arrays import Array
    from tests.commands.running import Outcome

MAZUR = load(find("mazur"))


def saved(folder: Path, mistake: str | None = None, **further: object) -> Path:
    """A file of what a program with a mistake has computed."""
    file = folder / "mine.json"
    numbers = {name: array.tolist() for name, array in of_scenario(MAZUR, mistake).items()}
    file.write_text(json.dumps(numbers | further))
    return file


def kept(folder: Path, numbers: Mapping[str, Array]) -> Path:
    """A file of some arrays."""
    file = folder / "kept.json"
    file.write_text(json.dumps({name: array.tolist() for name, array in numbers.items()}))
    return file


def test_all_agrees(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = call(capsys, "diagnose", "mazur", saved(tmp_path))
    assert found.code == 0
    assert found.out.startswith("All agrees, ")
    assert found.err == ""


def test_a_mistake_is_told_with_both_lines_and_both_numbers(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = call(capsys, "diagnose", "mazur", saved(tmp_path, "no-slope"))
    assert found.code == 3
    lines = found.lines
    assert any(line.startswith("wrong   delta1 gW1") for line in lines)
    assert "  no-slope in layer 1" in lines
    assert "    wrong  δ = ∂C/∂a in every layer but the last" in lines
    assert "    right  δ = f'(z) ∂C/∂a" in lines
    assert "δ1[2] of sample 1: yours 0.0413703226, right 0.00995425471" in lines
    assert any(line.startswith("  right  δ1[2] = f'(z1[2])") for line in lines)
    assert any(line.startswith("  yours  δ1[2] = ∂C/∂a1[2]") for line in lines)
    assert lines[-1] == "See it: bp-tui mazur --mistake no-slope --step 6"
    assert max(map(len, lines)) <= 100


def test_two_numbers_that_differ_late_are_shown_until_they_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    right = of_scenario(MAZUR)
    (delta, _), late = right["delta2"][0], 1.0 + 2e-11
    found = call(
        capsys, "diagnose", "mazur", kept(tmp_path, right | {"delta2": right["delta2"] * [late, 1.0]})
    )
    (line,) = (line for line in found.lines if line.startswith("δ2[1] of sample 1: yours "))
    yours, ours = (float(part.split()[-1]) for part in line.split(", right"))
    assert yours > ours
    assert ours == pytest.approx(delta, rel=1e-11)


def test_an_early_update_is_shown_in_its_order(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = call(capsys, "diagnose", "mazur", saved(tmp_path, "premature"))
    assert found.lines[-1].startswith("See it: bp-tui mazur --order premature --step ")


def test_the_command_that_is_told_opens_where_the_number_is_made(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = call(capsys, "diagnose", "mazur", saved(tmp_path, "sign")).lines[-1]
    words = told.removeprefix("See it: bp-tui ").split()
    shown = call(capsys, "explain", *words)
    assert shown.code == 0
    assert "new W2" in shown.out


def test_the_object_is_that_of_the_contract(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = call(capsys, "diagnose", "mazur", saved(tmp_path, "target-first"), "--json")
    assert found.code == 3
    record = strict(found.out)
    assert record["first_wrong"] == "error2"
    assert record["mistakes"] == ["target-first"]
    assert record["where"] == {"target-first": [2]}
    assert record["agrees"][:3] == ["z1", "a1", "slope1"]
    right = strict(call(capsys, "diagnose", "mazur", saved(tmp_path), "--json").out)
    assert right["first_wrong"] is None
    assert right["mistakes"] == []


def test_of_nothing_known_it_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wrong = (of_scenario(MAZUR)["gW1"] * 1.37).tolist()
    found = call(capsys, "diagnose", "mazur", saved(tmp_path, None, gW1=wrong, accuracy=0.9))
    assert found.code == 3
    assert "No known mistake makes exactly these numbers" in found.out
    assert any(line.startswith("  right  Σ∂C/∂W1[2,2] = δ1[2] × x[2] = ") for line in found.lines)
    assert "  yours  Σ∂C/∂W1[2,2] = 0.001364  as it was found" in found.lines
    assert "Every number of gW1 is 1.37 times the right one." in found.lines
    assert any(line.startswith("As it should be: bp-tui mazur --step ") for line in found.lines)
    assert "Not looked at, for it isn't known what is meant: accuracy" in found.out


def test_what_is_seen_exactly_heads_the_answer(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    half = (of_scenario(MAZUR)["gW1"] * 0.5**2).tolist()
    found = call(capsys, "diagnose", "mazur", saved(tmp_path, None, gW1=half, gb1=half[0]))
    assert "No known mistake" not in found.out
    assert found.out.count("every number") == 1
    assert any(
        line.startswith(
            "gW1 is the first that is wrong: every number is η² times the right one, with η = the"
        )
        for line in found.lines
    )
    record = strict(call(capsys, "diagnose", "mazur", tmp_path / "mine.json", "--json").out)
    assert record["told"].startswith("every number of gW1 is η² times the right one")
    assert record["told"] in record["remarks"]


def test_digits_are_counted_in_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    few = {"gW1": np.round(of_scenario(MAZUR)["gW1"], 4)}
    assert (
        call(capsys, "diagnose", "mazur", kept(tmp_path, few))
        .lines[0]
        .startswith("All agrees, to 1 digit at least; your numbers are printed to 4 d")
    )


def test_the_object_has_all_that_was_found(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    twice = {name: 2 * array for name, array in of_scenario(MAZUR).items() if name[0] == "g"}
    record = strict(call(capsys, "diagnose", "mazur", kept(tmp_path, twice), "--json").out)
    assert record["mistakes"] == []
    assert [one["name"] for one in record["causes"]] == [one["name"] for one in record["further"]]
    assert record["causes"][0] == {"name": "loss-doubled", "where": [2], "listed": False}
    assert (record["read_as"], record["rounding"], record["digits"]) == ([], "", {})


def test_what_is_not_looked_at_does_not_agree(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = saved(tmp_path, None, accuracy=0.9)
    assert (
        call(capsys, "diagnose", "mazur", file).lines[0].startswith("All agrees of what was looked at, to ")
    )
    assert strict(call(capsys, "diagnose", "mazur", file, "--json").out)["not_looked_at"] == ["accuracy"]
    assert call(capsys, "diagnose", "mazur", saved(tmp_path)).lines[0].startswith("All agrees, to ")


def test_a_mistake_of_one_layer_is_worked_out_down_to_where_it_is_made(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    deep = load(find("deep"))
    wrong = in_layers(deep, "no-slope", [2])
    file = kept(tmp_path, {name: wrong[name] for name in wrong if name[0] == "g"})
    found = call(capsys, "diagnose", "deep", file)
    assert "  no-slope in layer 2" in found.lines
    assert "  yours  Σ∂C/∂W2[1,2] = δ2[1]#1  × a1[2]#1 + " in found.out
    assert "It begins in δ2[1] of sample 2:" in found.lines
    assert any(line.startswith("  yours  δ2[1] = ∂C/∂a2[1] = -0.00657") for line in found.lines)
    assert "Behind # stands the sample." in found.lines
    assert max(map(len, found.lines)) <= 100


def test_a_further_mistake_and_a_pair_are_worked_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    right = of_scenario(MAZUR)
    twice = {name: 2 * right[name] for name in right if name[0] == "g"}
    delta = {"delta2": right["delta2"]}  # without it 2 (a - y) is as likely
    found = call(capsys, "diagnose", "mazur", kept(tmp_path, delta | twice))
    assert "  gradient-twice in the layers 1, 2" in found.lines
    assert any(line.startswith("  yours  Σ∂C/∂W2[1,2] = 2 × δ2[1] × a1[2] = 2 × ") for line in found.lines)
    after = {name: right[name] for name in right if name.endswith("_after")}
    found = call(capsys, "diagnose", "mazur", kept(tmp_path, after | {name: -right[name] for name in twice}))
    assert found.out.startswith("agrees  W2_after")
    assert any(line.startswith("  yours  ∂C/∂a2[1] = -(a2[1] - y[1]) = ") for line in found.lines)


def test_a_mean_is_worked_out_as_a_mean(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    deep = load(find("deep"))
    wrong = of_scenario(deep, "z-for-activation")
    file = kept(tmp_path, {f"dW{layer}": wrong[f"gW{layer}"] / 4 for layer in (1, 2, 3, 4)})
    found = call(capsys, "diagnose", "deep", file)
    assert "Read as: gradients as means over the batch." in found.lines
    (shown,) = (line for line in found.lines if line.startswith("  yours  "))
    assert shown.startswith("  yours  Σ∂C/∂W4[1,1]/B = (")


def test_a_later_iteration_and_a_name_that_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    np.savez(tmp_path / "mine.npz", mine=of_scenario(MAZUR, None, 2)["gW1"].T)
    words = ("diagnose", "mazur", tmp_path / "mine.npz", "--name", "mine=gW1")
    assert call(capsys, *words).code == 3
    assert call(capsys, *words, "--iteration", "2").code == 0


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("diagnose", "mazur", "nowhere.npz"), "no such file"),
        (("diagnose", "mazur", "mine.txt"), "expected an .npz, .safetensors or .json file"),
        (("diagnose", "mazur", "mine.json", "--name", "gW1"), "--name takes theirs=ours"),
        (("diagnose", "mazur", "mine.json", "--iteration", "-1"), "from 0"),
        (("diagnose", "mazur", "mine.json", "--iteration", "999999999"), "there is no iteration"),
        (("diagnose", "mazur"), "NUMBERS"),
    ],
)
def test_what_can_not_be_done_is_said_in_a_sentence(
    words: tuple[str, ...], says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    saved(tmp_path)
    placed = [tmp_path / word if word.endswith((".json", ".npz", ".txt")) else word for word in words]
    found: Outcome = call(capsys, *placed)
    assert found.code == 2
    assert says in found.err
    assert found.out == ""
