"""Does `bp-tui import` make a good scenario of somebody's network, and of a bad file a sentence?"""

from __future__ import annotations

import json
import pickle
from random import Random
from typing import TYPE_CHECKING

import numpy as np
import pytest

from engine.read import load
from tests.commands.running import call
from tests.engine.named_arrays.test_numbersfile import safetensors

if TYPE_CHECKING:
    from pathlib import Path

    from engine.scenario import Scenario

ELMAN = {
    "rnn.weight_ih_l0": np.array([[0.1, 0.2], [0.3, 0.4], [0.5, 0.6]]),
    "rnn.weight_hh_l0": np.eye(3) / 4,
    "rnn.bias_ih_l0": np.array([0.1, 0.2, 0.3]),
    "rnn.bias_hh_l0": np.array([0.4, 0.5, 0.6]),
    "fc.weight": np.array([[0.7, 0.8, 0.9]]),
    "fc.bias": np.array([1.0]),
}
LISTS = {
    "weights": [[[0.1, 0.2], [0.3, 0.4], [0.5, 0.6]], [[0.7, -0.8, 0.9]]],
    "biases": [[[0.1], [0.2], [0.3]], [[0.4]]],
}


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def imported(capsys: pytest.CaptureFixture[str], *words: str) -> Scenario:
    """The scenario that is written, which is good."""
    done = call(capsys, "import", *words, "-o", "made.toml")
    assert (done.code, done.err) == (0, "")
    assert done.lines[0].split(",")[0] == "made.toml: written"
    assert call(capsys, "check", "made.toml").code == 0
    return load("made.toml")


@pytest.mark.parametrize("kind", ["npz", "json", "safetensors"])
def test_an_elman_network(kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    if kind == "npz":
        np.savez("net.npz", allow_pickle=False, **ELMAN)
    elif kind == "json":
        (tmp_path / "net.json").write_text(json.dumps({name: one.tolist() for name, one in ELMAN.items()}))
    else:
        (tmp_path / "net.safetensors").write_bytes(safetensors(**dict(sorted(ELMAN.items()))))
    scenario = imported(capsys, f"net.{kind}")
    first, second = scenario.network.layers
    assert (first.activation, second.activation) == ("tanh", "identity")
    np.testing.assert_array_equal(first.weights, ELMAN["rnn.weight_ih_l0"])
    assert first.recurrent_weights is not None
    np.testing.assert_array_equal(first.recurrent_weights, ELMAN["rnn.weight_hh_l0"])
    np.testing.assert_array_equal(first.biases, ELMAN["rnn.bias_ih_l0"] + ELMAN["rnn.bias_hh_l0"])
    np.testing.assert_array_equal(second.weights, ELMAN["fc.weight"])
    assert (first.bias_copies, second.bias_copies) == (2, 1)
    assert scenario.network.recurrent
    assert scenario.title == "net"


def test_lists_of_all_layers(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "net.json").write_text(json.dumps({"sizes": [2, 3, 1], **LISTS}))
    scenario = imported(
        capsys,
        "net.json",
        "--activation",
        "sigmoid",
        "--output-activation",
        "sigmoid",
        "--loss",
        "squared-error",
    )
    assert [layer.activation for layer in scenario.network.layers] == ["sigmoid", "sigmoid"]
    assert scenario.network.loss == "squared-error"
    for place, layer in enumerate(scenario.network.layers):
        np.testing.assert_array_equal(layer.weights, LISTS["weights"][place])
        np.testing.assert_array_equal(layer.biases, np.ravel(LISTS["biases"][place]))


def test_texts_among_the_numbers_are_said_not_to_be_taken(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "net.json").write_text(json.dumps({**LISTS, "cost": "CrossEntropyCost", "of": {"x": "y"}}))
    done = call(capsys, "import", "net.json")
    assert (done.code, done.err) == (0, "")
    assert '# not taken, as it is text and no number: cost ("CrossEntropyCost"), of.x ("y")' in done.lines


def test_what_is_assumed_is_said_in_the_words_that_change_it(capsys: pytest.CaptureFixture[str]) -> None:
    np.savez("net.npz", W1=np.ones((3, 2)), b1=np.ones(3), W2=np.ones((2, 3)))
    done = call(capsys, "import", "net.npz")
    assert (done.code, done.err) == (0, "")
    assumed = "--activation relu --output-activation identity --loss half-squared-error"
    assert f"# assumed, as the file doesn't say it: {assumed}" in done.lines
    for words, activation, loss in (
        (("--loss", "cross-entropy"), "softmax", "cross-entropy"),
        (("--output-activation", "sigmoid"), "sigmoid", "binary-cross-entropy"),
        (("--output-activation", "softmax"), "softmax", "cross-entropy"),
    ):
        scenario = imported(capsys, "net.npz", *words, "--force")
        assert (scenario.network.layers[-1].activation, scenario.network.loss) == (activation, loss)
    done = call(capsys, "import", "net.npz", "--activation", "tanh,elu")
    assert done.code == 2
    assert "--activation takes one for all layers before the last, or 1, not 2" in done.err
    assert "sigmoid" in call(capsys, "import", "net.npz", "--activation", "logistic").err


def test_no_file_is_written_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    np.savez("net.npz", W1=np.ones((3, 2)), b1=np.ones(3))
    kept = tmp_path / "kept.toml"
    kept.write_text("mine")
    done = call(capsys, "import", "net.npz", "-o", "kept.toml")
    assert (done.code, done.out) == (2, "")
    assert "there is such a file already (--force)" in done.err
    assert kept.read_text() == "mine"
    assert call(capsys, "import", "net.npz", "-o", "net.npz", "--force").code == 2
    assert call(capsys, "import", "net.npz", "-o", "nowhere/made.toml").code == 2
    assert call(capsys, "import", "net.npz", "-o", "kept.toml", "--force").code == 0
    assert load(kept).network.sizes == (2, 3)


def test_a_network_that_no_scenario_can_list_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    np.savez("net.npz", W1=np.ones((256, 784)), b1=np.ones(256))
    done = call(capsys, "import", "net.npz")
    assert done.code == 2
    assert "the network has 200,960 parameters" in done.err
    assert "with -o NEW.toml they stand in a file beside it" in done.err
    assert imported(capsys, "net.npz").network.sizes == (784, 256)


class Harm:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return print, ("run",)


@pytest.mark.parametrize(
    ("name", "converts"),
    [
        ("net.pt", "torch.load('net.pt'"),
        ("net.pth", "weights_only=True"),
        ("a.pkl", "joblib.load('a.pkl')"),
        ("a.keras", "keras.saving.load_model('a.keras', compile=False)"),
        ("a.h5", "network.npz"),
        ("a.onnx", "onnx.load('a.onnx').graph.initializer"),
    ],
)
def test_what_only_its_own_library_opens_is_told_how_to_convert(
    name: str, converts: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / name).write_bytes(pickle.dumps(Harm()))
    done = call(capsys, "import", name)
    assert (done.code, done.out) == (2, "")
    assert converts in done.err


def test_hostile_names_and_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    odd = {'W1"\n[x]\x1b[2J.weight': [[1.0, 2.0]], "\ud800": 1}
    (tmp_path / "odd\n.json").write_text(json.dumps(odd))
    done = call(capsys, "import", "odd\n.json")
    assert done.code == 0
    assert "\x1b" not in done.out
    (tmp_path / "read.toml").write_text(done.out, encoding="utf-8")
    assert load("read.toml").network.sizes == (2, 1)

    np.savez("net.npz", allow_pickle=False, **ELMAN)
    random = Random(5)
    whole = [
        ("net.npz", (tmp_path / "net.npz").read_bytes()),
        ("net.safetensors", safetensors(**ELMAN)),
        ("net.json", json.dumps({name: one.tolist() for name, one in ELMAN.items()}).encode()),
    ]
    for _ in range(100):
        for name, content in whole:
            spoilt = bytearray(content)
            for _ in range(random.randint(1, 4)):
                spoilt[random.randrange(len(spoilt))] = random.randrange(256)
            (tmp_path / name).write_bytes(
                spoilt[: random.choice([len(spoilt), random.randrange(len(spoilt))])]
            )
            done = call(capsys, "import", name)
            assert done.code in (0, 2), done.err
            if done.code == 0:
                (tmp_path / "read.toml").write_text(done.out, encoding="utf-8")
                load("read.toml")


def test_many_parameters_stand_in_a_file_of_their_own(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arrays = {"W1": np.full((100, 120), 0.25), "b1": np.arange(100.0), "W2": np.ones((1, 100))}
    np.savez("net.npz", allow_pickle=False, **arrays)
    done = call(capsys, "import", "net.npz", "-o", "made.toml")
    assert done.lines[0] == "made.toml: written, its parameters in made.parameters.npz"
    assert call(capsys, "check", "made.toml").code == 0
    first, second = load("made.toml").network.layers
    np.testing.assert_array_equal(first.biases, arrays["b1"])
    np.testing.assert_array_equal(second.weights, arrays["W2"])
    assert not second.trains("biases")
    (tmp_path / "made.toml").unlink()
    again = call(capsys, "import", "net.npz", "-o", "made.toml")
    assert (again.code, "made.parameters.npz can't be written" in again.err) == (2, True)
    assert not (tmp_path / "made.toml").exists()
