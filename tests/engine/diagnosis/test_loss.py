"""Is a loss held against that of the batch, and is it said what it is if it is another?"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from engine import diagnose, trace
from engine.diagnosis.beside import stood_beside
from engine.equations.functions.losses import LOSSES
from tests.commands.running import call
from tests.engine.diagnosis.planted import of_scenario
from tests.engine.diagnosis.test_diagnosing import RIGHT, THREE

if TYPE_CHECKING:
    from pathlib import Path

TOTAL = float(trace(THREE).iteration(0).loss())


@pytest.mark.parametrize("loss", LOSSES)
def test_it_is_the_total_of_the_batch_or_the_mean(loss: str) -> None:
    outputs = replace(THREE.network.layers[-1], activation="sigmoid")
    layers = (*THREE.network.layers[:-1], outputs)
    data = replace(THREE.data, targets=np.abs(THREE.data.targets))
    scenario = replace(THREE, network=replace(THREE.network, loss=loss, layers=layers), data=data)
    total = trace(scenario).iteration(0).loss()
    for theirs, name in ((total, "loss"), (total / 4, "Cost"), (np.float32(total / 4), "total_loss")):
        found = diagnose(scenario, {name: theirs})
        assert (found.agrees, found.wrong, found.left) == (("loss",), (), ())
    assert diagnose(scenario, {"loss": total * 1.001}).wrong == ("loss",)


def test_what_a_name_means_may_be_told_and_a_few_digits_are_enough() -> None:
    assert diagnose(THREE, {"mine": [TOTAL]}, names={"mine": "loss"}).agrees == ("loss",)
    assert diagnose(THREE, {"loss": float(f"{TOTAL:.3g}")}).agrees == ("loss",)
    assert diagnose(THREE, {"loss": float(f"{TOTAL * 1.02:.3g}")}).wrong == ("loss",)
    # An array is no loss, and a curve not of one batch.
    assert diagnose(THREE, {"gW1": RIGHT["gW1"], "loss": np.ones(7)}).left == ("loss",)


@pytest.mark.parametrize(
    ("theirs", "said"),
    [
        (TOTAL / 2, "the mean over outputs"),
        (TOTAL * 2, "twice the total of the batch"),
        (TOTAL / 8, "the mean over samples and outputs"),
        (TOTAL * 7, f"{TOTAL * 7:.6g}"),
        (trace(THREE).iteration(0).loss_at(2, 0), "that of sample 3 alone"),
        (trace(THREE).iteration(1).loss(), "that of iteration 1 (they are counted from 0)"),
        (-TOTAL, "the other sign"),
        (np.nan, "nan"),
    ],
)
def test_it_is_said_what_else_it_is(theirs: float, said: str) -> None:
    found = diagnose(THREE, {"gW1": RIGHT["gW1"], "loss": theirs})
    assert (found.agrees, found.wrong, found.first_wrong) == (("gW1",), ("loss",), "loss")
    (remark,) = found.remarks
    assert said in remark
    assert f"right is {TOTAL / 4:.6g}, the mean over the batch, or {TOTAL:.6g}, the total" in remark
    assert stood_beside(THREE, found).verdict == f"C alone is wrong, and no gradient is made of it: {remark}."


def test_it_is_that_of_their_outputs() -> None:
    outputs = RIGHT["a3"] ** 3 + 0.1
    theirs = float(((outputs - THREE.data.targets[:, 0]) ** 2).sum() / 2.0)
    found = diagnose(THREE, {"a3": outputs, "loss": theirs})
    assert found.wrong == ("a3", "loss")
    assert found.remarks[-1] == "loss is what comes of your a3"


def test_what_makes_all_else_makes_it_too_or_it_is_said() -> None:
    wrong = of_scenario(THREE, "no-slope")
    given = {name: wrong[name] for name in ("delta2", "gW1", "gW2")}
    found = diagnose(THREE, {**given, "loss": TOTAL})
    assert (found.mistakes, found.agrees, found.wrong[0]) == (("no-slope",), ("loss",), "delta2")
    assert not any("loss" in remark for remark in found.remarks)
    other = diagnose(THREE, {**given, "loss": TOTAL * 2})
    assert (other.mistakes, other.wrong) == (("no-slope",), (*found.wrong, "loss"))
    assert "loss is twice the total of the batch" in other.remarks[-1]


def test_a_right_one_speaks_against_what_would_make_another_of_it() -> None:
    first = THREE.network.layers[0]
    given = {"z1": RIGHT["z1"] - first.biases}
    found = diagnose(THREE, {**given, "loss": TOTAL})
    assert len(found.further) == 1
    assert found.remarks[-1] == "loss is right, though what makes the other numbers makes another of it"
    assert not any("loss" in remark for remark in diagnose(THREE, given).remarks)


def test_it_is_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "mine.json"
    file.write_text(json.dumps({"loss": 0.5}))
    found = call(capsys, "diagnose", "mazur", file)
    assert found.code == 3
    assert "The loss alone is wrong, and no gradient is made of its value." in found.lines
    assert "loss is 0.5; right is 0.298371." in found.lines
    assert found.lines[-1] == "As it should be: bp-tui mazur --step 3"
