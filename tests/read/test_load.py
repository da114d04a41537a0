from __future__ import annotations

import subprocess
import sys
from dataclasses import FrozenInstanceError
from typing import TYPE_CHECKING

import numpy as np
import pytest

from engine.read import load
from engine.scenario import Training
from tests.read.files import PLAIN, SEQUENCES, changed, write

if TYPE_CHECKING:
    from pathlib import Path


def test_plain(tmp_path: Path) -> None:
    scenario = load(write(tmp_path, PLAIN))
    assert (scenario.title, scenario.about, scenario.source, scenario.notes) == ("Two layers", "", "", ())
    assert scenario.network.sizes == (2, 3, 1)
    first, last = scenario.network.layers
    np.testing.assert_array_equal(first.weights, [[0.15, 0.2], [0.25, 0.3], [0.35, 0.4]])
    np.testing.assert_array_equal(first.biases, [0.1, 0.2, 0.3])
    assert (first.activation, first.train_biases, first.recurrent) == ("sigmoid", True, False)
    assert last.weights.shape == (1, 3)
    np.testing.assert_array_equal(last.biases, [0.0])
    np.testing.assert_array_equal(scenario.data.inputs, [[[0, 1]], [[1, 0]]])
    np.testing.assert_array_equal(scenario.data.targets, [[[1]], [[0]]])
    assert scenario.data.has_target.tolist() == [[True], [True]]
    assert scenario.training == Training(0.5, 10, 2, "sum", "deferred", 1)


def test_sequences(tmp_path: Path) -> None:
    scenario = load(str(write(tmp_path, SEQUENCES)))
    layer = scenario.network.layers[0]
    assert layer.recurrent
    assert layer.recurrent_weights is not None
    assert layer.initial_state is not None
    np.testing.assert_array_equal(layer.recurrent_weights, [[0.1, 0.2], [0.3, 0.4]])
    np.testing.assert_array_equal(layer.initial_state, [0.5, 0.25])
    assert scenario.data.inputs.shape == (2, 3, 1)
    np.testing.assert_array_equal(scenario.data.targets[:, :, 0], [[0.1, 0.2, 0.3], [0, 0, 9]])
    assert scenario.data.has_target.tolist() == [[True] * 3, [False, False, True]]
    assert scenario.training.iterations == 1


def test_a_recurrent_layer_by_init(tmp_path: Path) -> None:
    text = changed(SEQUENCES, "recurrent_weights = [[0.1, 0.2], [0.3, 0.4]]", 'recurrent_init = "zeros"')
    text = changed(text, "initial_state = [0.5, 0.25]\n", "")
    layer = load(write(tmp_path, text)).network.layers[0]
    assert layer.recurrent_weights is not None
    assert layer.initial_state is not None
    assert layer.recurrent_weights.tolist() == [[0, 0], [0, 0]]
    assert layer.initial_state.tolist() == [0, 0]


def test_what_is_trained(tmp_path: Path) -> None:
    said = "train_weights = [[true], [false]]\ntrain_recurrent_weights = [[false, true], [true, true]]\n"
    text = changed(SEQUENCES, "initial_state", said + "train_biases = [false, true]\ninitial_state")
    text = changed(text, "weights = [[1.0, 1.0]]", "weights = [[1.0, 1.0]]\ntrain_weights = false")
    first, last = load(write(tmp_path, text)).network.layers
    shown = []
    for mask in (first.train_weights, first.train_recurrent_weights, first.train_biases):
        assert isinstance(mask, np.ndarray)
        assert mask.dtype == np.bool_
        assert not mask.flags.writeable
        shown.append(mask.tolist())
    assert shown == [[[True], [False]], [[False, True], [True, True]], [False, True]]
    assert (last.train_weights, last.train_recurrent_weights, last.train_biases) == (False, True, True)
    text = changed(SEQUENCES, "initial_state", "train_recurrent_weights = false\ninitial_state")
    assert load(write(tmp_path, text)).network.layers[0].train_recurrent_weights is False


def test_so_many_biases_as_one_stands_for(tmp_path: Path) -> None:
    text = changed(SEQUENCES, "initial_state", "bias_copies = 2\ninitial_state")
    assert [layer.bias_copies for layer in load(write(tmp_path, text)).network.layers] == [2, 1]
    assert [layer.bias_copies for layer in load(write(tmp_path, SEQUENCES)).network.layers] == [1, 1]


def test_everything_is_read_only(tmp_path: Path) -> None:
    scenario = load(write(tmp_path, SEQUENCES))
    first, last = scenario.network.layers
    data = scenario.data
    arrays = [first.weights, first.biases, first.recurrent_weights, first.initial_state, last.biases]
    for array in [*arrays, data.inputs, data.targets, data.has_target]:
        assert array is not None
        assert not array.flags.writeable
    with pytest.raises(FrozenInstanceError):
        scenario.title = "other"  # type: ignore[misc]


def test_every_optional_key(tmp_path: Path) -> None:
    text = changed(PLAIN, "[network]", 'about = "A"\nsource = "S"\n\n[network]')
    text = changed(text, "iterations = 10", 'batch_size = 1\nreduction = "mean"\norder = "premature"')
    text += '[[notes]]\nstep = 3\ntext = "Look."\n'
    text = changed(text, "biases =", "train_biases = false\nbiases =")
    scenario = load(write(tmp_path, text))
    assert (scenario.about, scenario.source) == ("A", "S")
    assert [(note.step, note.text) for note in scenario.notes] == [(3, "Look.")]
    assert scenario.training == Training(0.5, 1, 1, "mean", "premature", 1)
    assert [layer.train_biases for layer in scenario.network.layers] == [False, True]


def test_whole_numbers_are_numbers(tmp_path: Path) -> None:
    text = changed(PLAIN, "[0.1, 0.2, 0.3]", "[1, -2, 0x10]")
    assert load(write(tmp_path, text)).network.layers[0].biases.tolist() == [1.0, -2.0, 16.0]


def test_zeros_need_no_seed(tmp_path: Path) -> None:
    text = changed(changed(PLAIN, "seed = 1\n", ""), '"uniform"', '"zeros"')
    assert load(write(tmp_path, text)).network.layers[1].weights.tolist() == [[0, 0, 0]]


def test_inline_tables_and_dotted_keys(tmp_path: Path) -> None:
    layers = '{activation="relu", weights=[[1, 2]]}'
    text = f'format=1\ntitle="T"\nnetwork = {{inputs=2, loss="squared-error", layers=[{layers}]}}\n'
    text += "data.inputs=[[1,2]]\ndata.targets=[[1]]\ntraining.learning_rate=0\n"
    scenario = load(write(tmp_path, text))
    assert scenario.network.sizes == (2, 1)
    assert scenario.training.learning_rate == 0


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["plain", "byte order mark"])
@pytest.mark.parametrize("end", [b"\n", b"\r\n"], ids=["lf", "crlf"])
def test_marks_and_line_ends(tmp_path: Path, mark: bytes, end: bytes) -> None:
    assert load(write(tmp_path, mark + PLAIN.encode().replace(b"\n", end))).title == "Two layers"


def test_texts_are_cleaned_where_they_are_read(tmp_path: Path) -> None:
    text = changed(PLAIN, '"Two layers"', r'"\u001b[31mTwo\n\u202elay\u200bers\u009b\u0007 [/] "')
    text = changed(text, "[network]", 'about = "a\\r\\nb\\tc\\u001b"\nsource = "\\ufeffs"\n[network]')
    text += '[[notes]]\nstep = 1\ntext = "\\u2066x\\u0000"\n'
    scenario = load(write(tmp_path, text))
    assert scenario.title == "\ufffd[31mTwo layers\ufffd\ufffd [/]"
    assert scenario.about == "a\nb\tc\ufffd"
    assert scenario.source == "s"
    assert scenario.notes[0].text == "x\ufffd"


def test_errors_can_be_caught_without_numpy() -> None:
    code = "import sys, engine.read, engine.catalog as c; c.shipped(); engine.read.ScenarioError\n"
    code += "print(sorted({'numpy', 'msgspec', 'tree_sitter', 'rich', 'textual'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout == b"[]\n"


def test_a_good_file_loads_no_grammar(tmp_path: Path) -> None:
    path = write(tmp_path, PLAIN)
    code = f"import sys, engine.read; engine.read.load({str(path)!r}); print('tree_sitter' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout == b"False\n"
