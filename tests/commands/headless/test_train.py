"""Does `train` end at the right parameters, and say so in text and in JSON?"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from engine import load, trace
from engine.catalog import find
from engine.equations.optimizers import OPTIMIZERS
from engine.read.changed import changed
from engine.run.steps import LossStep
from tests.commands.running import call, run, strict
from tests.commands.scenarios import DIVERGING, MINI_BATCHES, SEQUENCES, write
from tests.given.scenarios_at_random import ORDERS
from tests.given.some_of import in_turns
from tui.commands import progress

if TYPE_CHECKING:
    from pathlib import Path

    from engine.scenario import Order, Scenario

GROUPS = ("weights", "biases", "recurrent")
KEYS = ["iterations", "loss_before", "loss_after", "layers"]


def result(capsys: pytest.CaptureFixture[str], *words: str | Path) -> dict[str, Any]:
    """The object on the last line."""
    done = call(capsys, "train", *words, "--json")
    assert (done.code, done.err) == (0, "")
    found: dict[str, Any] = strict(done.lines[-1])
    return found


def test_mazur_in_a_process_of_its_own() -> None:
    done = run("train", "mazur", "--json", new=True)
    assert (done.code, done.err) == (0, "")
    found = strict(done.lines[-1])
    assert list(found) == KEYS
    assert found["iterations"] == 10_000
    assert found["loss_before"] == pytest.approx(0.2983711087600027, abs=1e-12, rel=0)
    assert found["loss_after"] == pytest.approx(3.510187782978859e-05, abs=1e-12, rel=0)
    assert [list(layer) for layer in found["layers"]] == [["weights", "biases"]] * 2
    assert [layer["biases"] for layer in found["layers"]] == [[0.35, 0.35], [0.6, 0.6]]


def test_mazur_updated_too_early_ends_elsewhere(capsys: pytest.CaptureFixture[str]) -> None:
    """The outputs that the article prints, 0.015912196 and 0.984065734, are the premature order's."""
    found = result(capsys, "mazur", "--order", "premature")
    assert found["loss_before"] == pytest.approx(0.2983711087600027, abs=1e-12, rel=0)
    errors = 0.015912196 - 0.01, 0.984065734 - 0.99
    assert found["loss_after"] == pytest.approx(0.5 * sum(e * e for e in errors), rel=1e-6)
    assert found["loss_after"] < 3.51e-05


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("text", [MINI_BATCHES, SEQUENCES])
def test_the_parameters_are_those_after_the_last_step(
    text: str, order: Order, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(tmp_path, text)
    found = result(capsys, path, "--order", order)
    after: dict[tuple[int, str], Any] = {}
    names = {"weights_after": "weights", "biases_after": "biases", "recurrent_after": "recurrent_weights"}
    for step in trace(load(path), order):
        record: dict[str, Any] = step.record()
        for field, name in names.items():
            if field in record:
                after[record["layer"], name] = record[field]
    layers = [
        {name: after[layer, name] for name in names.values() if (layer, name) in after} for layer in (1, 2)
    ]
    assert found["layers"] == layers
    assert list(found) == KEYS
    assert ("recurrent_weights" in found["layers"][0]) == (text == SEQUENCES)
    assert "recurrent_weights" not in found["layers"][1]


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("text", [MINI_BATCHES, SEQUENCES])
def test_what_the_optimizer_remembers_is_that_after_the_last_step(
    text: str, optimizer: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(tmp_path, text)
    found = result(capsys, path, "--optimizer", optimizer)
    states = [f"{group}_{state}" for group in GROUPS for state in OPTIMIZERS[optimizer].states]
    after: dict[tuple[int, str], Any] = {}
    for step in trace(changed(load(path), optimizer=optimizer)):
        record: dict[str, Any] = step.record()
        after |= {
            (record["layer"], name): record[f"{name}_after"] for name in states if f"{name}_after" in record
        }
    for number, layer in enumerate(found["layers"], start=1):
        of_layer = {name: after[number, name] for name in states if (number, name) in after}
        assert {name: value for name, value in layer.items() if name in states} == of_layer
        groups = GROUPS if "recurrent_weights" in layer else GROUPS[:2]
        assert len(of_layer) == len(groups) * len(OPTIMIZERS[optimizer].states)
        named = {"weights", "biases", *of_layer, *OPTIMIZERS[optimizer].powers}
        assert set(layer) - {"recurrent_weights"} == named


def test_the_losses_are_over_all_samples_not_over_a_batch(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mean = result(capsys, write(tmp_path, MINI_BATCHES))
    scenario = load(write(tmp_path, MINI_BATCHES))
    first = [(layer.weights, layer.biases) for layer in scenario.network.layers]
    last = [(np.array(layer["weights"]), np.array(layer["biases"])) for layer in mean["layers"]]
    assert mean["loss_before"] == pytest.approx(_cross_entropy(scenario, first) / 3, rel=1e-12)
    assert mean["loss_after"] == pytest.approx(_cross_entropy(scenario, last) / 3, rel=1e-12)
    summed = result(capsys, write(tmp_path, MINI_BATCHES.replace('"mean"', '"sum"')))
    assert summed["loss_before"] == pytest.approx(3 * mean["loss_before"], rel=1e-12)


def test_the_loss_of_sequences_counts_the_times_with_a_target(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(tmp_path, SEQUENCES.replace("batch_size = 1", "batch_size = 2"))
    losses = [step.loss for step in trace(load(path)) if isinstance(step, LossStep) and step.iteration == 0]
    assert len(losses) == 2
    assert result(capsys, path)["loss_before"] == pytest.approx(sum(losses), rel=1e-12)


def test_divergence_is_said_in_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(tmp_path, DIVERGING)
    found = result(capsys, path)
    assert found["loss_before"] == pytest.approx(0.5 * 19**2)
    assert found["loss_after"] == "nan"
    assert found["layers"] == [{"weights": [["nan"]], "biases": ["nan"]}]
    text = call(capsys, "train", path)
    assert text.code == 0
    assert "loss after  nan" in text.out
    few = result(capsys, write(tmp_path, DIVERGING.replace("iterations = 45", "iterations = 20")))
    assert few["loss_after"] == "inf"


@pytest.mark.parametrize(("iterations", "code"), [(60, 3), (20, 3), (2, 0)])
def test_a_script_can_ask_whether_it_stayed_finite(
    iterations: int, code: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(tmp_path, DIVERGING.replace("iterations = 45", f"iterations = {iterations}"))
    assert call(capsys, "train", path, "--strict").code == code
    assert call(capsys, "train", path, "--json").code == 0


# Each order with each optimizer, and with each length of the pieces.
@pytest.mark.parametrize(
    ("order", "optimizer", "pieces"),
    [
        (order, optimizer, pieces)
        for place, order in enumerate(ORDERS)
        for turn, optimizer in enumerate(("sgd", "momentum", "rmsprop"))
        for pieces in in_turns((1, 7, 4096), place + turn, 3)
    ],
)
def test_where_numbers_cease_to_be_finite(
    order: Order,
    optimizer: str,
    pieces: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """As the first record of the trace says in which a number is a word, however long the pieces are."""
    rate = "1e200" if optimizer == "rmsprop" else "1e6"
    path = write(tmp_path, DIVERGING.replace("1e6", rate))
    monkeypatch.setattr(progress._Silent, "pace", lambda self: pieces)
    words = (path, "--order", order, "--optimizer", optimizer)
    records: list[dict[str, Any]] = [
        step.record() for step in trace(changed(load(path), optimizer=optimizer), order)
    ]
    first = next(record for record in records if set(_words(list(record.values()))) & {"inf", "-inf", "nan"})
    found = result(capsys, *words)["not_finite"]
    assert {name: first[name] for name in found if name != "field"} == {
        name: value for name, value in found.items() if name != "field"
    }
    assert set(_words([first[found["field"]]])) & {"inf", "-inf", "nan"}
    step = first["step"]
    assert f"--step {step + 1} opens the app there" in call(capsys, "train", *words).lines[-1]


def _words(value: Any) -> list[str]:
    if isinstance(value, list):
        return [word for one in value for word in _words(one)]
    return [value] if isinstance(value, str) else []


def test_only_the_last_loss_is_not_finite(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(tmp_path, DIVERGING.replace("iterations = 45", "iterations = 20"))
    assert "not_finite" not in result(capsys, path)
    assert "only the loss after the last update" in call(capsys, "train", path).lines[-1]


def test_the_text_says_the_same_as_the_object(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(tmp_path, SEQUENCES)
    found = result(capsys, path)
    text = call(capsys, "train", path)
    assert (text.code, text.err) == (0, "")
    assert "Two sequences, a target at the last time: 6 iterations" in text.out
    assert f"loss before {found['loss_before']:.10g}" in text.out
    assert f"loss after  {found['loss_after']:.10g}" in text.out
    assert f"{found['layers'][0]['recurrent_weights'][0][1]:+.8g}" in text.out
    assert [line.split()[0] for line in text.lines if line[0] in "WUb"] == ["W1", "U1", "b1", "W2", "b2"]


def test_one_iteration_is_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(tmp_path, SEQUENCES.replace("iterations = 6", "iterations = 1"))
    assert call(capsys, "train", path).lines[0].endswith(": 1 iteration")


def test_a_large_matrix_is_cut_short_in_text_only(capsys: pytest.CaptureFixture[str]) -> None:
    text = call(capsys, "train", "iris")
    units = [layer.units for layer in load(find("iris")).network.layers]
    assert len(text.lines) < 60
    assert [len(layer["weights"]) for layer in result(capsys, "iris")["layers"]] == units


def _cross_entropy(scenario: Scenario, layers: list[tuple[Any, Any]]) -> float:
    """The summed loss of a tanh and a softmax layer, computed here."""
    (W1, b1), (W2, b2) = layers
    total = 0.0
    for x, y in zip(scenario.data.inputs[:, 0], scenario.data.targets[:, 0], strict=True):
        z = W2 @ np.tanh(W1 @ x + b1) + b2
        total -= math.fsum(y * (z - np.log(np.exp(z).sum())))
    return total
