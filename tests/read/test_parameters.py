"""Are parameters taken from a file, and is what is wrong with it said in one sentence?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from engine.read import load
from engine.read.build import checked
from engine.read.schema import schema
from engine.run.tracing import trace
from tests.read.files import PLAIN, SEQUENCES, changed, complaint, complaints, write
from tests.read.test_schema import fits

if TYPE_CHECKING:
    from pathlib import Path

W1 = np.array([[0.15, 0.2], [0.25, 0.3], [0.35, 0.4]])
W2 = np.array([[0.5, 0.6, 0.7]])
B1 = np.array([0.1, 0.2, 0.3])

LISTED = "weights = [[0.15, 0.2], [0.25, 0.3], [0.35, 0.4]]\nbiases = [0.1, 0.2, 0.3]\n"
FROM_FILE = changed(
    changed(PLAIN, LISTED, "units = 3\n").replace('units = 1\ninit = "uniform"', "units = 1"),
    'loss = "half-squared-error"\n',
    'loss = "half-squared-error"\nparameters = "weights.npz"\n',
)


def written(folder: Path, text: str = FROM_FILE, **arrays: Any) -> Path:
    """A scenario beside a file of parameters."""
    np.savez(folder / "weights.npz", allow_pickle=False, **arrays)
    return write(folder, text)


def test_a_layer_takes_what_it_does_not_give_itself(tmp_path: Path) -> None:
    first, second = load(written(tmp_path, W1=W1, b1=B1, W2=W2.astype(np.float32))).network.layers
    np.testing.assert_array_equal(first.weights, W1)
    np.testing.assert_array_equal(first.biases, B1)
    np.testing.assert_array_equal(second.weights, W2.astype(np.float32).astype(np.float64))
    np.testing.assert_array_equal(second.biases, [0.0])
    assert not first.weights.flags.writeable
    own = changed(FROM_FILE, "units = 3\n", LISTED.replace("0.15", "9"))
    assert load(written(tmp_path, own, W2=W2)).network.layers[0].weights[0, 0] == 9.0


def test_recurrent_weights_make_a_layer_recurrent(tmp_path: Path) -> None:
    text = changed(
        changed(
            SEQUENCES, "weights = [[0.5], [-0.5]]\nrecurrent_weights = [[0.1, 0.2], [0.3, 0.4]]", "units = 2"
        ),
        'loss = "squared-error"',
        'loss = "squared-error"\nparameters = "weights.npz"',
    )
    file = written(tmp_path, text, W1=[[0.5], [-0.5]], U1=[[0.1, 0.2], [0.3, 0.4]])
    same = trace(load(file)), trace(load(write(tmp_path, SEQUENCES, "listed.toml")))
    assert [str(one) for one in same[0]] == [str(one) for one in same[1]]


def test_a_large_network_is_read(tmp_path: Path) -> None:
    text = changed(FROM_FILE, "inputs = 2", "inputs = 784").replace("units = 3", "units = 256")
    text = changed(text, "inputs = [[0.0, 1.0], [1.0, 0.0]]", "inputs = [" + f"[{'0.5,' * 784}]," * 2 + "]")
    file = written(tmp_path, text, W1=np.full((256, 784), 0.25), b1=np.ones(256), W2=np.ones((1, 256)))
    assert load(file).network.parameters == 256 * 785 + 257


@pytest.mark.parametrize(
    ("arrays", "key", "says", "remedy"),
    [
        (
            {"W1": W1, "fc2.weight": W2},
            "",
            'expected the array W2, found "W1" or "fc2.weight"',
            "bp-tui import ",
        ),
        ({"W1": W1.T, "W2": W2}, "W1", "found (2, 3), which fits when turned over", "save W1.T"),
        ({"W1": W1[:2], "W2": W2}, "W1", "expected the shape (3, 2), [to, from], found (2, 2)", ""),
        ({"W1": W1, "W2": W2, "b1": B1[None]}, "b1", "expected the shape (3,), a number", "Save b1.ravel()"),
        ({"W1": W1, "W2": W2 * [1, np.nan, 1]}, "W2[0][1]", "expected finite numbers, found nan", ""),
        ({"W1": W1, "W2": np.array([["a"]])}, "W2", "expected real numbers", ""),
    ],
)
def test_what_is_wrong_is_one_sentence(
    tmp_path: Path, arrays: dict[str, Any], key: str, says: str, remedy: str
) -> None:
    found = complaint(written(tmp_path, **arrays))
    assert found.file == str(tmp_path / "weights.npz")
    assert found.key == key
    assert says in found.says
    assert remedy in found.remedy


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("../weights.npz", 'a file of parameters is not named with ".."'),
        ("/weights.npz", "expected a relative path"),
        ("weights.csv", "expected the name of a .npz file"),
        ("none.npz", "the file of parameters none.npz: there is no such file"),
        ("link.npz", "a link to a file outside the folder"),
    ],
)
def test_it_lies_beside_the_scenario(tmp_path: Path, name: str, says: str) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    np.savez(tmp_path / "weights.npz", W1=W1, W2=W2)
    (folder / "link.npz").symlink_to(tmp_path / "weights.npz")
    found = complaint(write(folder, changed(FROM_FILE, "weights.npz", name)))
    assert found.key == "network.parameters"
    assert says in found.says


def test_a_damaged_file_and_none(tmp_path: Path) -> None:
    file = written(tmp_path, W1=W1, W2=W2)
    content = (tmp_path / "weights.npz").read_bytes()
    write(tmp_path, content[:60] + b"\0" * 40 + content[100:], "weights.npz")
    assert complaint(file).says
    write(tmp_path, "W1", "weights.npz")
    assert complaint(file).says == "this is not an .npz file"


def test_what_a_layer_still_has_to_say(tmp_path: Path) -> None:
    found = complaints(written(tmp_path, changed(FROM_FILE, "units = 3\n", ""), W1=W1, W2=W2))
    assert [one.key for one in found] == ["network.layers[0].units"]
    plain = changed(FROM_FILE, 'parameters = "weights.npz"\n', "")
    assert "network.parameters" in complaints(write(tmp_path, plain))[0].remedy


def test_arrays_that_nothing_reads_are_told_by_check(tmp_path: Path) -> None:
    found = checked(written(tmp_path, W1=W1, W2=W2, W3=W2, step=np.array(3)))[1]
    (warning,) = [one for one in found if one.key == "network.parameters"]
    assert "nothing in the network reads W3, step of this file" in warning.says


def test_the_schema_knows_it() -> None:
    layer = {"activation": "tanh", "units": 3}
    network = {"inputs": 2, "loss": "squared-error", "layers": [layer]}
    part = schema()["$defs"]["NetworkTable"]
    assert not fits(network, part)
    assert fits(network | {"parameters": "weights.npz"}, part)
    assert fits(network | {"layers": [layer | {"init": "normal"}]}, part)


@pytest.mark.parametrize("name", ["W1", "b1"])
def test_a_number_that_is_none_is_no_sample(name: str, tmp_path: Path) -> None:
    """A run that has diverged has been saved: there is no sample to leave out."""
    arrays: dict[str, Any] = {"W1": W1.copy(), "b1": B1.copy(), "W2": W2}
    arrays[name].flat[1] = np.nan
    found = complaint(written(tmp_path, **arrays))
    assert "expected finite numbers, found nan" in found.says
    assert "diverged" in found.remedy
    assert "sample" not in found.remedy


@pytest.mark.parametrize("data", ["listed", "a table", "arrays"])
def test_what_makes_a_network_recurrent_is_named_where_the_data_are_no_sequences(
    data: str, tmp_path: Path
) -> None:
    inputs, targets = np.array([[0.0, 1.0], [1.0, 0.0]]), np.array([[1.0], [0.0]])
    np.savez(tmp_path / "data.npz", inputs=inputs, targets=targets)
    np.savetxt(tmp_path / "data.csv", np.hstack([inputs, targets]), delimiter=",")
    text = FROM_FILE
    if data != "listed":
        kind = "csv" if data == "a table" else "npz"
        text = re.sub(r"(?s)\[data\].*?(?=\n\[)", f'[data]\nfile = "data.{kind}"\n', text)
    assert load(written(tmp_path, text, W1=W1, W2=W2)).data.times == 1
    found = complaints(written(tmp_path, text, W1=W1, W2=W2, U1=np.eye(3)))
    (one,) = [each for each in found if each.key == "network.parameters"]
    assert "its U1 makes layer 1 recurrent" in one.says
    assert one.remedy == "If no layer is recurrent, save the file without U1."
