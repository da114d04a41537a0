"""Does a network of scikit-learn predict and learn here as there, and is a bad file refused?

What scikit-learn does is in files that `python -m tests.engine.importing` has written.
"""

from __future__ import annotations

import json
import zipfile
from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from engine import load, trace
from engine.arrays import frozen, sealed
from engine.importing.reading import read_network
from engine.importing.written import text
from engine.read import ScenarioError
from engine.scenario import Data
from tests.engine.importing.__main__ import FOLDER

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

TOLD: dict[str, Any] = json.loads((FOLDER / "mlp.json").read_text())
EXPECTED = {
    "softmax": ("tanh", "softmax", "cross-entropy", "sgd"),
    "binary": ("relu", "sigmoid", "binary-cross-entropy", "adam"),
    "values": ("sigmoid", "identity", "half-squared-error", "nesterov"),
}


@pytest.mark.parametrize("name", TOLD)
def test_predictions_and_the_first_update_are_those_of_scikit_learn(name: str, tmp_path: Path) -> None:
    found = read_network(str(FOLDER / f"{name}.skops"))
    (tmp_path / "made.toml").write_text(text(found, name, name))
    scenario = load(tmp_path / "made.toml")
    layers, training = scenario.network.layers, scenario.training
    assert (layers[0].activation, layers[-1].activation) == EXPECTED[name][:2]
    assert (scenario.network.loss, training.optimizer) == EXPECTED[name][2:]

    told = TOLD[name]
    inputs, targets = (frozen(told[key])[:, None] for key in ("inputs", "targets"))
    count = len(inputs)
    alpha = {"softmax": 0.01, "binary": 0.0, "values": 0.0001}[name]
    if alpha:
        assert any(f"weight_decay = {alpha:g} / batch_size" in remark for remark in found.remarks)
    run = trace(
        replace(
            scenario,
            data=Data(frozen(inputs), frozen(targets), sealed(np.ones((count, 1), dtype=np.bool_))),
            training=replace(training, batch_size=count, weight_decay=alpha / count),
        )
    )
    predicted = run.iteration(0).vectors("activation", len(layers))[:, 0]
    np.testing.assert_allclose(predicted, told["predicted"], rtol=1e-12)
    after = run.parameters(1)
    for ours, theirs in ((after.weights, told["weights"]), (after.biases, told["biases"])):
        for one, other in zip(ours, theirs, strict=True):
            np.testing.assert_allclose(one, other, rtol=1e-12, atol=1e-14)


def spoilt(folder: Path, change: Callable[[dict[str, Any]], None]) -> str:
    """A file whose schema is changed: what is changed are the nodes of the attributes."""
    file = folder / "spoilt.skops"
    with zipfile.ZipFile(FOLDER / "values.skops") as good, zipfile.ZipFile(file, "w") as bad:
        for name in good.namelist():
            content = good.read(name)
            if name == "schema.json":
                schema = json.loads(content)
                change(schema)
                content = json.dumps(schema).encode()
            bad.writestr(name, content)
    return str(file)


def attribute(name: str, value: object) -> Callable[[dict[str, Any]], None]:
    def change(schema: dict[str, Any]) -> None:
        schema["content"]["content"][name] = {"__loader__": "JsonNode", "content": json.dumps(value)}

    return change


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (attribute("activation", "gelu"), "activation is 'gelu': there is no such activation here"),
        (attribute("activation", "softmax"), "activation is 'softmax'"),
        (attribute("out_activation_", "exp"), "out_activation_ is 'exp'"),
        (attribute("loss", "poisson"), "loss is 'poisson': expected log_loss or squared_error"),
        (attribute("coefs_", None), "has not been fitted"),
        (attribute("momentum", 1.5), "momentum is 1.5: expected a number from 0 to below 1"),
        (attribute("learning_rate_init", float("nan")), "learning_rate_init is nan"),
        (attribute("alpha", "much"), "alpha is 'much'"),
        (attribute("alpha", 10**400), "alpha is 1000"),
        (attribute("loss", [1]), "loss is missing"),
        (lambda schema: schema.update({"__class__": "Pipeline"}), "found a Pipeline"),
        (lambda schema: schema.clear(), "describes no object"),
        (
            lambda schema: schema["content"]["content"]["coefs_"]["content"].pop(),
            r"intercepts_\[2\] has no weights beside it",
        ),
        (
            lambda schema: schema["content"]["content"]["coefs_"]["content"].reverse(),
            "the layers don't fit one another",
        ),
        (
            lambda schema: schema["content"]["content"]["coefs_"]["content"][1].update(file="no.npy"),
            "the file is damaged",
        ),
        (
            lambda schema: schema["content"]["content"]["coefs_"]["content"][1].update({"__loader__": "Any"}),
            r"coefs_\[1\] is no array of real numbers",
        ),
    ],
)
def test_what_cannot_be_taken_is_named(
    change: Callable[[dict[str, Any]], None], said: str, tmp_path: Path
) -> None:
    with pytest.raises(ScenarioError, match=said):
        read_network(spoilt(tmp_path, change))


def test_a_file_of_skops_says_itself_what_it_is() -> None:
    with pytest.raises(ScenarioError, match="says itself"):
        read_network(str(FOLDER / "values.skops"), loss="huber")


def test_spoilt_bytes_get_a_sentence(tmp_path: Path) -> None:
    good = (FOLDER / "binary.skops").read_bytes()
    random = Random(3)
    file = tmp_path / "spoilt.skops"
    for _ in range(200):
        bad = bytearray(good)
        for _ in range(random.randint(1, 20)):
            bad[random.randrange(len(bad))] = random.randrange(256)
        file.write_bytes(bad)
        try:
            found = read_network(str(file))
        except ScenarioError:
            continue
        (tmp_path / "made.toml").write_text(text(found, "spoilt", "spoilt"))
        load(tmp_path / "made.toml")
