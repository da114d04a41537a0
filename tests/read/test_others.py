"""Is a name of another library answered with ours, by its meaning?"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from engine.catalog import find
from engine.equations.functions.activations import ACTIVATIONS
from engine.equations.functions.losses import LOSSES
from engine.equations.optimizers import OPTIMIZERS
from engine.read import ScenarioError, load
from engine.read.initialise import INITS
from engine.read.schema import schema
from engine.spelling import others
from engine.spelling.others import meant
from tests.read.files import PLAIN, changed, complaint, write

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize(
    ("old", "new", "ours"),
    [
        ('"half-squared-error"', '"mse"', "mean-squared-error"),
        ('"half-squared-error"', '"MSELoss"', "mean-squared-error"),
        ('"half-squared-error"', '"categorical_crossentropy"', "cross-entropy"),
        ('"half-squared-error"', '"CrossEntropyLoss"', "cross-entropy"),
        ('"half-squared-error"', '"binary_crossentropy"', "binary-cross-entropy"),
        ('"half-squared-error"', '"log_loss"', "binary-cross-entropy"),
        ('"half-squared-error"', '"mae"', "absolute-error"),
        ('"identity"', '"linear"', "identity"),
        ('"sigmoid"', '"logistic"', "sigmoid"),
        ('"sigmoid"', '"swish"', "silu"),
        ('"sigmoid"', '"LeakyReLU"', "leaky-relu"),
        ('"uniform"', '"glorot_uniform"', "xavier-uniform"),
        ('"uniform"', '"kaiming_normal_"', "he-normal"),
        ("iterations = 10", "epochs = 10", "iterations"),
        ("learning_rate", "lr", "learning_rate"),
        ("learning_rate", "eta", "learning_rate"),
        ("learning_rate", "learningrate", "learning_rate"),
        ("iterations = 10", 'optimizer = "adam"\nbetas = 1', "beta1"),
        ("iterations = 10", "eps = 1", "epsilon"),
        ("iterations = 10", "optimiser = 10", "optimizer"),
        ("iterations = 10", 'optimizer = "nag"', "nesterov"),
        ("iterations = 10", 'optimizer = "gd"', "sgd"),
        ("iterations = 10", 'reduction = "average"', "mean"),
        ("iterations = 10", "batchsize = 1", "batch_size"),
        ("inputs = 2", "in_features = 2", "inputs"),
        ("weights = ", "W = ", "weights"),
        ("biases = ", "bias = ", "biases"),
        ("units = 1", "neurons = 1", "units"),
        ("targets = ", "labels = ", "targets"),
        ("title = ", "name = ", "title"),
    ],
)
def test_ours_is_named_and_nothing_else_is_said(old: str, new: str, ours: str, tmp_path: Path) -> None:
    found = complaint(write(tmp_path, changed(PLAIN, old, new)))
    assert found.remedy.startswith(f'Did you mean "{ours}"?')


WRITTEN = {
    (name, word)
    for name in ("elman", "mazur", "digits", "16-adam")
    for word in re.findall(r"^\[*(?:\w+\.)?([a-z_]+)(?: =|\])", find(name).read_text("utf-8"), re.MULTILINE)
}
"""Every heading and every key of some scenarios."""


@pytest.mark.parametrize(("name", "word"), sorted(WRITTEN))
@pytest.mark.parametrize("other", [str.upper, str.capitalize, "{}_".format])
def test_a_heading_or_a_key_that_is_written_otherwise_is_named(
    name: str, word: str, other: Callable[[str], str], tmp_path: Path
) -> None:
    """Also that of a whole table, without which nothing else can be read."""
    text, key = find(name).read_text("utf-8"), re.compile(rf"^(\[*(?:\w+\.)?){word}\b", re.MULTILINE)
    text = key.sub(rf"\g<1>{other(word)}", text)
    if (beside := find(name).with_suffix(".npz")).exists():
        (tmp_path / beside.name).write_bytes(beside.read_bytes())
    with pytest.raises(ScenarioError) as caught:
        load(write(tmp_path, text))
    assert f"{other(word)}: unknown key" in str(caught.value)


@pytest.mark.parametrize("theirs", ["lr", "eta", "LearningRate"])
def test_a_name_beside_ours_is_told_as_the_second_one(theirs: str, tmp_path: Path) -> None:
    found = complaint(write(tmp_path, changed(PLAIN, "iterations = 10", f"{theirs} = 0.1")))
    assert found.remedy == f"It is learning_rate here, which stands here too: leave {theirs} out."


def test_a_word_of_two_meanings_has_both(tmp_path: Path) -> None:
    other = "scikit-learn's alpha is another: weight_decay = alpha / batch_size."
    found = complaint(write(tmp_path, changed(PLAIN, "learning_rate", "alpha")))
    assert found.remedy == f'Did you mean "learning_rate"? {other}'
    found = complaint(write(tmp_path, changed(PLAIN, "iterations = 10", "alpha = 0.1")))
    assert found.remedy == f"It is learning_rate here, which stands here too: leave alpha out. {other}"


def test_the_case_of_a_loss_of_keras() -> None:
    found = complaint(Path(__file__).parents[1] / "cases" / "read" / "names-of-others.toml")
    assert found.remedy == 'Did you mean "cross-entropy"?'


@pytest.mark.parametrize(("old", "name"), [
    ('"half-squared-error"', "hinge"), ('"sigmoid"', "gelu"), ('"sigmoid"', "selu"), ('"uniform"', "ones"),
])  # fmt: skip
def test_nothing_is_suggested_for_what_is_not_there(old: str, name: str, tmp_path: Path) -> None:
    found = complaint(write(tmp_path, changed(PLAIN, old, f'"{name}"')))
    assert "Did you mean" not in found.remedy


def test_a_key_of_another_table(tmp_path: Path) -> None:
    found = complaint(write(tmp_path, changed(PLAIN, "seed = 1", "seed = 1\nfile = 3")))
    assert found.remedy == "It belongs to [data]."
    found = complaint(write(tmp_path, changed(PLAIN, "seed = 1", "seed = 1\nrecurrent_init = 3")))
    assert found.remedy == "It belongs to [[network.layers]]."
    found = complaint(write(tmp_path, changed(PLAIN, "seed = 1", "seed = 1\nsource = 3")))
    assert found.remedy == "It belongs to the top of the file, above the first heading."


def test_the_table_is_of_names_that_there_are() -> None:
    values = {*ACTIVATIONS, *LOSSES, *OPTIMIZERS, *INITS, "mean", "deferred", "premature"}
    made = schema()
    keys = {*made["$defs"]["ScenarioFile"]["properties"]}
    for table in made["$defs"].values():
        keys |= {*table["properties"]}
    assert set(others._OTHERS) <= values | keys
    for ours in others._OTHERS:
        assert meant(ours, [ours]) is None, f"{ours} is a name of its own"


def test_no_word_of_others_is_a_name_here_or_means_two_things() -> None:
    for names in (ACTIVATIONS, LOSSES, OPTIMIZERS, INITS):
        words = [word for ours in names for word in others._OTHERS.get(ours, "").split()]
        assert len(words) == len(set(words))
        assert not set(words) & set(names)
    for table in schema()["$defs"].values():
        words = [word for ours in table["properties"] for word in others._OTHERS.get(ours, "").split()]
        assert sorted(words) == sorted(set(words))
