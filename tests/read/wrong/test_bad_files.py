"""Each wrong file: where is the error said to be, and what is said about it?"""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, NamedTuple

import pytest

from engine.read import ScenarioError, load
from tests.read.files import PLAIN, SEQUENCES, changed, complaint, complaints, write

if TYPE_CHECKING:
    from pathlib import Path


class Bad(NamedTuple):
    """A change to a good file, and the line, key path and words of the one complaint about it.

    The caret must stand below the text `at`.
    """

    old: str
    new: str
    line: int
    key: str
    at: str
    words: tuple[str, ...]


PLAIN_CASES = {
    "format newer": Bad(
        "format = 1", "format = 2", 1, "format", "2", ("format 2 is newer", "reads format 1")
    ),
    "format older": Bad("format = 1", "format = 0", 1, "format", "0", ("expected 1", "0")),
    "format a text": Bad("format = 1", 'format = "1"', 1, "format", '"1"', ("expected 1", 'the text "1"')),
    "format true": Bad("format = 1", "format = true", 1, "format", "true", ("the truth value true",)),
    "format missing": Bad("format = 1\n", "", 1, "format", "", ("this key is missing; expected 1",)),
    "title missing": Bad('title = "Two layers"\n', "", 1, "title", "", ("this key is missing",)),
    "title empty": Bad('"Two layers"', '" \\n\\u200b"', 2, "title", '"', ("expected a title",)),
    "title a number": Bad('"Two layers"', "5", 2, "title", "5", ("expected a text in quotes", "number 5")),
    "unknown at the top": Bad(
        'title = "Two', 'titel = 1\ntitle = "Two', 2, "titel", "titel", ("unknown key", "The keys here are")
    ),
    "misspelt at the top": Bad("[network]", 'abuot = "x"\n[network]', 4, "abuot", "abuot", ('"about"',)),
    "misspelt key": Bad(
        "iterations", "iteration", 24, "training.iteration", "iteration", ("unknown key", '"iterations"')
    ),
    "hyphen for underscore": Bad(
        "seed = 1", "seed = 1\nbatch-size = 2", 26, "training.batch-size", "batch", ('"batch_size"',)
    ),
    "training missing": Bad(
        "[training]\nlearning_rate = 0.5\niterations = 10\nseed = 1\n",
        "",
        1,
        "training",
        "",
        ("this key is missing; expected a table",),
    ),
    "misspelt loss": Bad(
        '"half-squared-error"', '"half-squared"', 6, "network.loss", '"half', ('"half-squared-error"?',)
    ),
    "loss in capitals": Bad(
        '"half-squared-error"', '"Cross_Entropy"', 6, "network.loss", '"Cross', ('"cross-entropy"?',)
    ),
    "misspelt activation": Bad(
        '"sigmoid"', '"sigmiod"', 9, "network.layers[0].activation", '"sig', ("expected one of", '"sigmoid"?')
    ),
    "activation a list": Bad(
        '"sigmoid"', '["relu"]', 9, "network.layers[0].activation", "[", ("a list of 1",)
    ),
    "softmax inside": Bad(
        '"sigmoid"', '"softmax"', 9, "network.layers[0].activation", '"soft', ("last layer only",)
    ),
    "activation missing": Bad(
        'activation = "sigmoid"\n',
        "",
        8,
        "network.layers[0].activation",
        "network",
        ("key is missing; expected one of",),
    ),
    "inputs zero": Bad(
        "inputs = 2", "inputs = 0", 5, "network.inputs", "0", ("a whole number from 1", "number 0")
    ),
    "inputs a float": Bad("inputs = 2", "inputs = 2.0", 5, "network.inputs", "2.0", ("a whole number",)),
    "inputs true": Bad("inputs = 2", "inputs = true", 5, "network.inputs", "true", ("whole number", "true")),
    "weight a text": Bad(
        "[0.25, 0.3]", '[0.25, "0.3"]', 10, "network.layers[0].weights[1][1]", '"0.3"', ("expected a number",)
    ),
    "weight true": Bad(
        "[0.25, 0.3]",
        "[0.25, true]",
        10,
        "network.layers[0].weights[1][1]",
        "true",
        ("the truth value true",),
    ),
    "weight nan": Bad(
        "[0.25, 0.3]", "[0.25, nan]", 10, "network.layers[0].weights[1][1]", "nan", ("finite", "nan")
    ),
    "weight inf": Bad(
        "[0.25, 0.3]", "[-inf, 0.3]", 10, "network.layers[0].weights[1][0]", "-inf", ("finite", "-inf")
    ),
    "weight too large": Bad(
        "[0.25, 0.3]", "[1e999, 0.3]", 10, "network.layers[0].weights[1][0]", "1e999", ("finite", "1.8e308")
    ),
    "weight a huge whole number": Bad(
        "[0.25, 0.3]",
        f"[1{'0' * 400}, 0.3]",
        10,
        "network.layers[0].weights[1][0]",
        "1000",
        ("below 1.8e308", "more than 20 digits"),
    ),
    "rows too long": Bad(
        "[[0.15, 0.2], [0.25, 0.3], [0.35, 0.4]]",
        "[[1, 2, 3], [4, 5, 6], [7, 8, 9]]",
        10,
        "network.layers[0].weights",
        "[[1",
        ("expected rows of 2 numbers", "one per input (network.inputs)", "found rows of 3"),
    ),
    "a ragged row": Bad(
        "[0.25, 0.3]",
        "[0.25]",
        10,
        "network.layers[0].weights[1]",
        "[0.25]",
        ("expected 2 numbers", "found 1"),
    ),
    "a row that is no list": Bad(
        "[0.25, 0.3]",
        "0.25",
        10,
        "network.layers[0].weights[1]",
        "0.25",
        ("a list of numbers", "number 0.25"),
    ),
    "a vector for a matrix": Bad(
        "[[0.15, 0.2], [0.25, 0.3], [0.35, 0.4]]",
        "[0.15, 0.2]",
        10,
        "network.layers[0].weights",
        "[0.15",
        ("a list of rows", "found a list of numbers", "[[...]]"),
    ),
    "no rows": Bad(
        "[[0.15, 0.2], [0.25, 0.3], [0.35, 0.4]]",
        "[]",
        10,
        "network.layers[0].weights",
        "[]",
        ("at least one row", "empty list"),
    ),
    "empty rows": Bad(
        "[[0.15, 0.2], [0.25, 0.3], [0.35, 0.4]]",
        "[[], [], []]",
        10,
        "network.layers[0].weights",
        "[[]",
        ("rows of 2 numbers", "rows of 0"),
    ),
    "biases too short": Bad(
        "[0.1, 0.2, 0.3]",
        "[0.1]",
        11,
        "network.layers[0].biases",
        "[0.1]",
        ("3 numbers", "one per neuron", "found 1"),
    ),
    "biases a number": Bad(
        "[0.1, 0.2, 0.3]", "0.1", 11, "network.layers[0].biases", "0.1", ("a list of numbers", "number 0.1")
    ),
    "no biases in a sum": Bad(
        "biases = [",
        "bias_copies = 0\nbiases = [",
        11,
        "network.layers[0].bias_copies",
        "0",
        ("expected a whole number from 1 to 16, found the number 0",),
    ),
    "too many biases in a sum": Bad(
        "biases = [",
        "bias_copies = 17\nbiases = [",
        11,
        "network.layers[0].bias_copies",
        "17",
        ("from 1 to 16",),
    ),
    "so many biases as a text": Bad(
        "biases = [",
        'bias_copies = "2"\nbiases = [',
        11,
        "network.layers[0].bias_copies",
        '"2"',
        ("a whole number", "Write it without quotes."),
    ),
    "a name of others for the biases of a sum": Bad(
        "biases = [",
        "bias_copy = 2\nbiases = [",
        11,
        "network.layers[0].bias_copy",
        "bias_copy",
        ('"bias_copies"',),
    ),
    "train_biases a text": Bad(
        "biases = [",
        'train_biases = "no"\nbiases = [',
        11,
        "network.layers[0].train_biases",
        '"no"',
        ("true or false",),
    ),
    "train_biases too short": Bad(
        "biases = [",
        "train_biases = [true]\nbiases = [",
        11,
        "network.layers[0].train_biases",
        "[true]",
        (
            "3 truth values, one per neuron of this layer",
            "found 1",
        ),
    ),
    "train_biases with a number": Bad(
        "biases = [",
        "train_biases = [true, 1, false]\nbiases = [",
        11,
        "network.layers[0].train_biases[1]",
        "1",
        ("expected true or false, found the number 1",),
    ),
    "train_biases with a list": Bad(
        "biases = [",
        "train_biases = [true, [false], false]\nbiases = [",
        11,
        "network.layers[0].train_biases[1]",
        "[false]",
        ("expected true or false, found a list of 1",),
    ),
    "train_weights a row": Bad(
        "biases = [",
        "train_weights = [true, false]\nbiases = [",
        11,
        "network.layers[0].train_weights",
        "[true",
        (
            "a list of rows, each a list of truth values, found a list of truth values",
            "[[...]]",
        ),
    ),
    "train_weights too few rows": Bad(
        "biases = [",
        "train_weights = [[true, false]]\nbiases = [",
        11,
        "network.layers[0].train_weights",
        "[[true",
        (
            "3 rows, one per neuron of this layer",
            "found 1",
        ),
    ),
    "train_weights too wide": Bad(
        "biases = [",
        "train_weights = [[true, true, true], [true, true, true], [true, true, true]]\nbiases = [",
        11,
        "network.layers[0].train_weights",
        "[[true",
        (
            "rows of 2 truth values, one per input (network.inputs)",
            "rows of 3",
        ),
    ),
    "train_weights ragged": Bad(
        "biases = [",
        "train_weights = [[true, true], [true], [true, true]]\nbiases = [",
        11,
        "network.layers[0].train_weights[1]",
        "[true]",
        (
            "2 truth values",
            "found 1",
        ),
    ),
    "train_weights of drawn weights": Bad(
        "units = 1\n",
        "units = 1\ntrain_weights = [[true, false]]\n",
        16,
        "network.layers[1].train_weights",
        "[[true",
        (
            "rows of 3 truth values, one per neuron of layer 1",
            "rows of 2",
        ),
    ),
    "train_weights empty": Bad(
        "biases = [",
        "train_weights = []\nbiases = [",
        11,
        "network.layers[0].train_weights",
        "[]",
        (
            "at least one row of truth values",
            "empty list",
        ),
    ),
    "train_weights a text": Bad(
        "biases = [",
        'train_weights = "false"\nbiases = [',
        11,
        "network.layers[0].train_weights",
        '"false"',
        (
            "true or false or a list of rows",
            "without quotes",
        ),
    ),
    "train_recurrent_weights without recurrence": Bad(
        "biases = [",
        "train_recurrent_weights = false\nbiases = [",
        11,
        "network.layers[0].train_recurrent_weights",
        "train",
        (
            "train_recurrent_weights is for recurrent layers",
            "Add recurrent_weights",
        ),
    ),
    "weights and units": Bad(
        "biases = [", "units = 3\nbiases = [", 11, "network.layers[0].units", "units", ("lists its weights",)
    ),
    "neither weights nor units": Bad(
        'units = 1\ninit = "uniform"\n', "", 13, "network.layers[1].weights", "network", ("missing",)
    ),
    "units without init": Bad(
        'init = "uniform"\n', "", 15, "network.layers[1].units", "units", ("needs init",)
    ),
    "init without units": Bad("units = 1\n", "", 15, "network.layers[1].init", "init", ("needs units",)),
    "misspelt init": Bad(
        '"uniform"', '"xavier"', 16, "network.layers[1].init", '"xav', ("Did you mean", "xavier-")
    ),
    "no seed": Bad("seed = 1\n", "", 16, "network.layers[1].init", '"uniform"', ("need a seed", "seed = 1")),
    "seed negative": Bad("seed = 1", "seed = -1", 25, "training.seed", "-1", ("from 0", "-1")),
    "units negative": Bad("units = 1\n", "units = -1\n", 15, "network.layers[1].units", "-1", ("from 1",)),
    "state without recurrence": Bad(
        "biases = [",
        "initial_state = [0, 0, 0]\nbiases = [",
        11,
        "network.layers[0].initial_state",
        "init",
        ("recurrent",),
    ),
    "a picture of three": Bad(
        "[data]", "[data]\nshape = [1, 2, 1]", 19, "data.shape", "[1", ("rows and the columns", "[8, 8]")
    ),
    "a picture of nothing": Bad(
        "[data]", "[data]\nshape = [0, 2]", 19, "data.shape[0]", "0", ("a whole number from 1",)
    ),
    "a picture of other inputs": Bad(
        "[data]",
        "[data]\nshape = [3, 1]",
        19,
        "data.shape",
        "[3",
        ("3 × 1 has 3 pixels", "the network 2 inputs", "Each pixel is an input"),
    ),
    "targets missing": Bad("targets = [[1.0], [0.0]]\n", "", 18, "data.targets", "data", ("missing",)),
    "one target too few": Bad(
        "[[1.0], [0.0]]", "[[1.0]]", 20, "data.targets", "[[", ("2 rows", "per sample", "found 1")
    ),
    "targets too wide": Bad(
        "[[1.0], [0.0]]",
        "[[1, 2], [3, 4]]",
        20,
        "data.targets",
        "[[1",
        ("neuron of the last layer", "rows of 2"),
    ),
    "targets a vector": Bad(
        "[[1.0], [0.0]]", "[1.0, 0.0]", 20, "data.targets", "[1", ("list of samples", "[[...]]")
    ),
    "a sample too short": Bad(
        "[1.0, 0.0]]", "[1.0]]", 19, "data.inputs[1]", "[1.0]", ("2 numbers", "found 1")
    ),
    "no samples": Bad("[[0.0, 1.0], [1.0, 0.0]]", "[]", 19, "data.inputs", "[]", ("at least one", "empty")),
    "sequences for a plain network": Bad(
        "[[0.0, 1.0], [1.0, 0.0]]",
        "[[[0, 1]], [[1, 0]]]",
        19,
        "data.inputs[0][0]",
        "[0",
        ("no times", "recurrent"),
    ),
    "data nan": Bad("[1.0, 0.0]]", "[1.0, nan]]", 19, "data.inputs[1][1]", "nan", ("finite",)),
    "learning rate missing": Bad(
        "learning_rate = 0.5\n", "", 22, "training.learning_rate", "training", ("missing",)
    ),
    "learning rate negative": Bad(
        "rate = 0.5", "rate = -0.5", 23, "training.learning_rate", "-0.5", ("0 or more",)
    ),
    "learning rate inf": Bad(
        "rate = 0.5", "rate = inf", 23, "training.learning_rate", "inf", ("finite", "inf")
    ),
    "learning rate a text": Bad(
        "rate = 0.5", 'rate = "0.5"', 23, "training.learning_rate", '"', ("without quotes",)
    ),
    "no iterations": Bad("iterations = 10", "iterations = 0", 24, "training.iterations", "0", ("from 1",)),
    "too many iterations": Bad(
        "iterations = 10",
        "iterations = 10_000_000_000",
        24,
        "training.iterations",
        "10_",
        ("to 1,000,000,000",),
    ),
    "batch too large": Bad(
        "seed = 1", "seed = 1\nbatch_size = 3", 26, "training.batch_size", "3", ("at most 2",)
    ),
    "batch of none": Bad("seed = 1", "seed = 1\nbatch_size = 0", 26, "training.batch_size", "0", ("from 1",)),
    "misspelt order": Bad(
        "seed = 1", 'seed = 1\norder = "defered"', 26, "training.order", '"def', ('"deferred"?',)
    ),
    "misspelt reduction": Bad(
        "seed = 1", 'seed = 1\nreduction = "avg"', 26, "training.reduction", '"', ('"sum"',)
    ),
    "note at step 0": Bad(
        "seed = 1", 'seed = 1\n[[notes]]\nstep = 0\ntext = ""', 27, "notes[0].step", "0", ("from 1",)
    ),
    "note after the last step": Bad(
        "seed = 1",
        'seed = 1\n[[notes]]\nstep = 160\ntext = ""\n[[notes]]\nstep = 161\ntext = ""',
        30,
        "notes[1].step",
        "161",
        ("at most 160, the number of steps", "found 161", "as on the screen"),
    ),
    "note without text": Bad(
        "seed = 1", "seed = 1\n[[notes]]\nstep = 1", 26, "notes[0].text", "notes", ("missing",)
    ),
    "one note as a table": Bad(
        "seed = 1",
        'seed = 1\n[notes]\nstep = 1\ntext = ""',
        26,
        "notes",
        "notes",
        ("list of tables", "[[...]]"),
    ),
    "a date": Bad("seed = 1", "seed = 1979-05-27", 25, "training.seed", "1979", ("a date or time",)),
}

SEQUENCE_CASES = {
    "not square": Bad(
        "[[0.1, 0.2], [0.3, 0.4]]",
        "[[0.1], [0.3]]",
        11,
        "network.layers[0].recurrent_weights",
        "[[",
        ("rows of 2 numbers", "rows of 1"),
    ),
    "a row too many": Bad(
        "[[0.1, 0.2], [0.3, 0.4]]",
        "[[0.1, 0.2], [0.3, 0.4], [0, 0]]",
        11,
        "network.layers[0].recurrent_weights",
        "[[",
        ("2 rows", "found 3"),
    ),
    "state too long": Bad(
        "[0.5, 0.25]",
        "[0.5, 0.25, 0]",
        12,
        "network.layers[0].initial_state",
        "[0.5",
        ("2 numbers", "found 3"),
    ),
    "train_recurrent_weights too wide": Bad(
        "initial_state",
        "train_recurrent_weights = [[true, true, true], [true, true, true]]\ninitial_state",
        12,
        "network.layers[0].train_recurrent_weights",
        "[[",
        ("rows of 2 truth values, one per neuron of this layer", "rows of 3"),
    ),
    "train_recurrent_weights not square": Bad(
        "initial_state",
        "train_recurrent_weights = [[true, false]]\ninitial_state",
        12,
        "network.layers[0].train_recurrent_weights",
        "[[",
        (
            "2 rows, one per neuron of this layer",
            "found 1",
        ),
    ),
    "both kinds": Bad(
        "initial_state",
        'recurrent_init = "zeros"\ninitial_state',
        12,
        "network.layers[0].recurrent_init",
        "rec",
        ("two",),
    ),
    "drawn without a seed": Bad(
        "recurrent_weights = [[0.1, 0.2], [0.3, 0.4]]",
        'recurrent_init = "orthogonal"',
        11,
        "network.layers[0].recurrent_init",
        '"orth',
        ("need a seed",),
    ),
    "drawn in a way that there is not": Bad(
        "recurrent_weights = [[0.1, 0.2], [0.3, 0.4]]",
        'recurrent_init = "orthogonl"',
        11,
        "network.layers[0].recurrent_init",
        '"orth',
        ('Did you mean "orthogonal"?',),
    ),
    "plain samples": Bad(
        "[[[1], [2], [3]], [[4], [5], [6]]]",
        "[[1], [2]]",
        19,
        "data.inputs[0][0]",
        "1",
        ("this network is recurrent",),
    ),
    "another length": Bad(
        "[[4], [5], [6]]", "[[4], [5]]", 19, "data.inputs[1]", "[[4", ("3 rows", "one length", "found 2")
    ),
    "no time at all": Bad("[[4], [5], [6]]", "[]", 19, "data.inputs[1]", "[]", ("at least one time",)),
    "no sequence at all": Bad(
        "[[[1], [2], [3]], [[4], [5], [6]]]", "[]", 19, "data.inputs", "[]", ("one sample",)
    ),
    "a vector too wide": Bad(
        "[[4], [5], [6]]",
        "[[4], [5, 5], [6]]",
        19,
        "data.inputs[1][1]",
        "[5",
        ("1 number, one per input", "found 2"),
    ),
    "too few times": Bad(
        "[[0.1], [0.2], [0.3]]", "[[0.1], [0.2]]", 20, "data.targets[0]", "[[0.1", ("3 rows", "found 2")
    ),
    "neither all nor last": Bad(
        "[[0.1], [0.2], [0.3]]", "[[0.1], [0.2], 0.3]", 20, "data.targets[0]", "[[0.1", ("found both",)
    ),
    "last too wide": Bad("[9]", "[9, 8]", 20, "data.targets[1]", "[9", ("1 number", "found 2")),
    "last nan": Bad("[9]", "[nan]", 20, "data.targets[1][0]", "nan", ("finite",)),
    "a sample without targets": Bad(", [9]]", "]", 20, "data.targets", "[[[", ("2 samples", "found 1")),
}


def check(folder: Path, good: str, bad: Bad) -> None:
    text = changed(good, bad.old, bad.new)
    path = write(folder, text)
    found = complaint(path)
    assert (found.line, found.key) == (bad.line, bad.key), str(found)
    assert found.file == str(path)
    if bad.at:
        assert found.source == text.split("\n")[bad.line - 1]
        assert found.column is not None
        assert found.source[found.column - 1 :].startswith(bad.at), str(found)
    else:  # the file as a whole
        assert (found.source, found.column) == (None, None)
    for word in bad.words:
        assert word in str(found), str(found)
    place = f"{found.line}:{found.column}" if found.column else f"{found.line}"
    assert str(found).startswith(f"{path}:{place}: {found.key}: ")


@pytest.mark.parametrize("name", PLAIN_CASES)
def test_plain(tmp_path: Path, name: str) -> None:
    check(tmp_path, PLAIN, PLAIN_CASES[name])


@pytest.mark.parametrize("name", SEQUENCE_CASES)
def test_sequences(tmp_path: Path, name: str) -> None:
    check(tmp_path, SEQUENCES, SEQUENCE_CASES[name])


@pytest.mark.parametrize(
    ("weights", "key", "says"),
    [
        (
            "[[1.0, 2.0]]",
            "network.layers[1].weights",
            "expected rows of 3 numbers, one per neuron of layer 1 (this is layer 2), found rows of 2",
        ),
        (
            "[[1.0, 2.0, 3.0], [1.0, 2.0]]",
            "network.layers[1].weights[1]",
            "expected 3 numbers for neuron 2, one per neuron of layer 1 (this is layer 2), found 2",
        ),
    ],
)
def test_a_path_that_counts_from_0_has_beside_it_what_screens_count_from_1(
    tmp_path: Path, weights: str, key: str, says: str
) -> None:
    text = PLAIN.replace('units = 1\ninit = "uniform"', f"weights = {weights}")
    found = complaints(write(tmp_path, text))[0]
    assert (found.key, found.says) == (key, says)


SYNTAX_CASES = {
    "no value": ("x =\n", 1, 4, ("Invalid value",)),
    "no quotes": ("title = hello\n", 1, 9, ("Invalid value", "quotes")),
    "point first": ("x = [0.5, .5]\n", 1, 11, ("digits around the point",)),
    "no comma": ("x = [1\n2]\n", 2, 1, ("Unclosed array", "comma")),
    "open list": ("x = [1,\n2,\n", 2, 3, ("Invalid value",)),
    "open text": ('x = "a\ny = 1\n', 1, 7, ('"""',)),
    "no sign": ("x 1\n", 1, 3, ("Expected '='", "Each line is a key")),
    "table twice": ("[a]\nx = 1\n[a]\ny = 2\n", 3, 3, ("Cannot declare", "[[network.layers]]")),
    "capital true": ("x = True\n", 1, 5, ("lower case",)),
    "null byte": ("x = \0\n", 1, 5, ("Invalid value",)),
    "escape": ("# a\x1b[31m\nx = 1\n", 1, 4, ("invalid character",)),
    "after a wide character": ('"\u4e2d" = ?\n', 1, 7, ("Invalid value",)),
    "comma for a point": ("x = 0,5\n", 1, 6, ("expected newline", "0.5")),
    "carriage return": ("x = 1\r\ny = ?\r\n", 2, 5, ("Invalid value",)),
}


@pytest.mark.parametrize("name", SYNTAX_CASES)
def test_what_is_not_toml(tmp_path: Path, name: str) -> None:
    text, line, column, words = SYNTAX_CASES[name]
    found = complaint(write(tmp_path, text))
    assert (found.line, found.column) == (line, column), str(found)
    for word in ("this is not TOML", *words):
        assert word.lower() in str(found).lower(), str(found)


SLIPS = {
    "a path of Windows": (r'x = "C:\data\x.csv"', r"x = 'C:\data\x.csv'", "C:\\data\\rows.csv'"),
    "a path of users": (r'x = "C:\Users\x.csv"', r'x = "C:/Users/x.csv"', "In a path write /"),
    "two commas": ("x = [1,, 2]", "x = [1, 2]", "Two commas in a row"),
    "a comment of C": ("x = 2 // two", "x = 2 # two", "A comment begins with #."),
    "a comment of SQL": ("x = 2 -- two", "x = 2 # two", "A comment begins with #."),
    "a comment of ini": ("x = 2 ; two", "x = 2 # two", "A comment begins with #."),
    "an end of C": ("x = 2;", "x = 2", "leave ; out"),
    "two on a line": ("x = 2; y = 3", "x = 2\ny = 3", "begin another line"),
    "rows of Matlab": ("x = [1, 2; 3, 4]", "x = [[1, 2], [3, 4]]", "brackets around each row"),
    "braces over lines": ("x = {a = 1,\n b = 2}", "[x]\na = 1\nb = 2", "ends on the line where it began"),
    "CR alone": ("x = 1\ry = 2", "x = 1\ny = 2", "CR alone"),
    "a separator of lines": ("x = 1\u2028y = 2", "x = 1\ny = 2", "Press Enter in its place"),
    "a letter of Cyrillic": ("b\u0430d = 1", "bad = 1", "Type a in its place"),
    "a letter of Greek": ("w\u03b9de = 1", "wide = 1", "Type i in its place"),
    "a letter of German": ("gr\u00fcn = 1", "grun = 1", "letters A to Z"),
}


@pytest.mark.parametrize("name", SLIPS)
def test_a_slip_is_told_with_what_mends_it(tmp_path: Path, name: str) -> None:
    text, mended, words = SLIPS[name]
    with pytest.raises(tomllib.TOMLDecodeError):
        tomllib.loads(text)
    assert tomllib.loads(mended)
    file = tmp_path / "scenario.toml"
    file.write_bytes(f"{text}\n".encode())
    found = complaint(file)
    assert "this is not TOML" in found.says
    assert words in str(found)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_a_file_in_utf_16_without_a_mark(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "scenario.toml"
    file.write_bytes(PLAIN.encode(encoding))
    found = complaint(file)
    assert "UTF-16" in found.says
    assert found.remedy == "Save the file as UTF-8."


TWICE = {
    "at the top": ("x = 1\nx = 2\ny = 3\n", 2, "x"),
    "in a table": ("[a.b]\nx = 1\n x = 2", 3, "a.b.x"),
    "in a list of tables": ("[[a]]\nx = 1\n[[b]]\n[[a]]\nx = 1\nx = [\n2]\n", 6, "a[1].x"),
    "over a table": ("x.y = 1\n[z]\na = 1\na.y = 2\n", 4, "z.a.y"),
    "a heading over a key": ("a.b = 1\n[[a.b]]\n", 2, "a.b[0]"),
    "before what is no TOML": ("x = 1\nx = 2\n[[a:]]\nb = [1,\n", 2, "x"),
    "after wide characters": ('"\u4e2d" = "\u4e2d"\r\n"\u4e2d" = "\u4e2d" # \u4e2d\r\n', 2, "\u4e2d"),
}


@pytest.mark.parametrize("name", TWICE)
def test_a_key_that_is_given_twice(tmp_path: Path, name: str) -> None:
    text, line, key = TWICE[name]
    found = complaint(write(tmp_path, text))
    assert (found.line, found.key, found.says) == (line, key, "this key is given twice"), str(found)
    assert found.source is not None
    assert found.column is not None
    assert found.source[found.column - 1 :].startswith((key.split(".")[-1][0], "[", "z", "a", '"'))
    assert "only once" in str(found)


@pytest.mark.parametrize("before", ["", "# \u4e2d\r\n", 'about = """\n[network.layers]\n"""\n'])
def test_single_brackets_before_double_ones_are_what_is_wrong(tmp_path: Path, before: str) -> None:
    """It was put on the line that is right, with the remedy to write what stands there."""
    heading = "[[network.layers]]"
    text = before + PLAIN.replace(heading, heading[1:-1], 1)
    lines = [at for at, line in enumerate(text.split("\n"), 1) if "[network.layers]" in line]
    *_, wrong, right = lines
    found = complaint(write(tmp_path, text))
    assert (found.line, found.column, found.key) == (wrong, 1, "network.layers"), str(found)
    assert found.source is not None
    assert found.source.startswith("[network.layers]")
    assert f"line {right} adds another with [[network.layers]]" in found.says
    assert found.remedy == "Write [[network.layers]] here, too."


def test_a_heading_over_a_table_that_is_no_toml_itself(tmp_path: Path) -> None:
    """What follows must not be read as a part of its name."""
    found = complaint(write(tmp_path, PLAIN.replace("[[network.layers]]", "[[network:]]")))
    assert found.line == 1 + PLAIN.split("\n").index("[[network.layers]]"), str(found)
    assert "[[network.layers]]" in found.remedy


@pytest.mark.parametrize("table", ["data", "training"])
def test_a_table_with_two_brackets_is_one_error(tmp_path: Path, table: str) -> None:
    found = complaint(write(tmp_path, changed(PLAIN, f"[{table}]", f"[[{table}]]")))
    assert found.key == table
    assert "one bracket" in found.remedy


@pytest.mark.parametrize(
    ("key", "written"),
    [
        ("weights", "[[0.15, 0.2], [0.25, 0.3], [0.35, 0.4]]"),
        ("biases", "[0.1, 0.2, 0.3]"),
        ("inputs", "[[0.0, 1.0], [1.0, 0.0]]"),
        ("targets", "[[1.0], [0.0]]"),
    ],
)
def test_one_bracket_too_many_is_one_error(tmp_path: Path, key: str, written: str) -> None:
    deeper = f"[{written}]" if key in ("weights", "biases") else f"[[{written}]]"
    found = complaint(write(tmp_path, changed(PLAIN, f"{key} = {written}", f"{key} = {deeper}")))
    assert found.key.endswith(key)
    assert "in one more pair of brackets" in found.says
    assert found.remedy == "Leave out one bracket on each side."


@pytest.mark.parametrize("number", ["nan", "-inf", "inf", "-1"])
def test_a_learning_rate_that_is_none_is_one_error(tmp_path: Path, number: str) -> None:
    found = complaint(write(tmp_path, changed(PLAIN, "rate = 0.5", f"rate = {number}")))
    assert found.key == "training.learning_rate"
    assert number in found.says


def test_every_error_is_reported_in_file_order(tmp_path: Path) -> None:
    text = PLAIN
    for old, new in (
        ('title = "Two layers"\n', 'titel = "Two layers"\n'),
        ("inputs = 2", "inputs = true"),
        ('"sigmoid"', '"sigmiod"'),
        ("[0.25, 0.3], ", "[0.25, nan, 7], "),
        ("[0.1, 0.2, 0.3]", '[0.1, "a", 0.3, 0.4]'),
        ('"uniform"', '"unifrom"'),
        ("[[1.0], [0.0]]", "[[1.0, 5], [inf]]"),
        ("rate = 0.5", "rate = -1"),
        ("iterations = 10", "iterations = 1.5"),
    ):
        text = changed(text, old, new)
    found = complaints(write(tmp_path, text))
    assert [(complaint.line, complaint.key) for complaint in found] == [
        (1, "title"),
        (2, "titel"),
        (5, "network.inputs"),
        (9, "network.layers[0].activation"),
        (10, "network.layers[0].weights[1]"),
        (10, "network.layers[0].weights[1][1]"),
        (11, "network.layers[0].biases"),
        (11, "network.layers[0].biases[1]"),
        (16, "network.layers[1].init"),
        (20, "data.targets[0]"),
        (20, "data.targets[1][0]"),
        (23, "training.learning_rate"),
        (24, "training.iterations"),
    ]


def test_the_text_to_print(tmp_path: Path) -> None:
    path = write(tmp_path, changed(PLAIN, '"sigmoid"', '"sigmiod"'))
    with pytest.raises(ScenarioError) as caught:
        load(path)
    assert str(caught.value) == (
        f'{path}:9:14: network.layers[0].activation: expected one of "elu", "identity", "leaky-relu", '
        '"relu", "sigmoid", "silu", "softmax", "softplus" or "tanh", found the text "sigmiod"\n'
        '  line 9 | activation = "sigmiod"\n'
        "         |              ^\n"
        '  Did you mean "sigmoid"?'
    )


def test_a_long_line_is_shown_around_the_caret(tmp_path: Path) -> None:
    row = ", ".join(["0.5"] * 200 + ["nan"] + ["0.5"] * 200)
    text = changed(PLAIN, "inputs = 2\n", "inputs = 401\n")
    text = changed(text, "[[0.15, 0.2], [0.25, 0.3], [0.35, 0.4]]", f"[[{row}]]")
    text = changed(text, "[0.1, 0.2, 0.3]", "[0]").replace("[0.0, 1.0]", str([0] * 401))
    text = text.replace("[1.0, 0.0]", str([0] * 401))
    found = complaint(write(tmp_path, text))
    first, source, caret = str(found).split("\n")
    assert "weights[0][200]" in first
    assert len(source) < 100
    assert source[caret.index("^") :].startswith("nan")


def test_the_caret_stands_right_below_wide_characters(tmp_path: Path) -> None:
    found = complaint(write(tmp_path, 'format = 1\nlabel = {"\u4e2d\u6587" = 1}\n' + PLAIN[11:]))
    assert (found.line, found.column) == (2, 1)
    text = changed(
        PLAIN, 'title = "Two layers"\n\n[network]\n', 'title = "\u4e2d"\nnetwork.x\u0301 = 1\n[network]\n'
    )
    assert "not TOML" in str(complaint(write(tmp_path, text)))
    inline = '{"\u4e2d" = 1, activation = "sigmiod", weights = [[1]]}'
    text = f'format = 1\ntitle = "T"\nnetwork = {{inputs = 1, loss = "squared-error", layers = [{inline}]}}\n'
    text += "[data]\ninputs = [[1]]\ntargets = [[1]]\n[training]\nlearning_rate = 1\n"
    unknown, misspelt = complaints(write(tmp_path, text))
    assert (unknown.key, misspelt.key) == ("network.layers[0].\u4e2d", "network.layers[0].activation")
    _, source, caret, _ = str(misspelt).split("\n")
    assert caret.index("^") == source.index('"sigm') + 1  # one character before it is two cells wide


def test_no_control_character_is_printed(tmp_path: Path) -> None:
    text = 'format = 1\n"\\u001b[2J\\u202e" = 1\ntitle = "a" # \u202e\u0085\n'
    path = write(tmp_path, text, "a\x1b]52;c;x\x07\n.toml")
    for found in complaints(path):
        assert not set(str(found)) & set("\x1b\x07\u202e\x85"), repr(str(found))
        assert "\n.toml" not in str(found)


def test_a_flood_of_errors_is_cut(tmp_path: Path) -> None:
    text = PLAIN + "".join(f"[unknown{number}]\n" for number in range(3000))
    with pytest.raises(ScenarioError) as caught:
        load(write(tmp_path, text))
    assert len(caught.value.complaints) == 100
    assert str(caught.value).endswith("... and at least 80 more errors.")
    assert caught.value.in_full().count("unknown key") == 100
    assert caught.value.in_full().endswith("the search ends at 100 errors.")
