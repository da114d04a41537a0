"""Is a file of numbers read as it is, and does a bad one get a sentence, whatever is in it?"""

from __future__ import annotations

import json
import pickle
import zipfile
from random import Random
from typing import TYPE_CHECKING

import numpy as np
import pytest

from engine.diagnosis.precision import precisions
from engine.named_arrays.files.numbersfile import read_numbers
from engine.read import ScenarioError

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any, TypeAlias

    import numpy.typing as npt

    AnyArray: TypeAlias = npt.NDArray[Any]


def safetensors(**arrays: AnyArray) -> bytes:
    kinds = {"float64": "F64", "float32": "F32", "float16": "F16", "int64": "I64"}
    header, body = {}, b""
    for name, array in arrays.items():
        data = array.tobytes()
        place = [len(body), len(body) + len(data)]
        header[name] = {"dtype": kinds[array.dtype.name], "shape": list(array.shape), "data_offsets": place}
        body += data
    text = json.dumps({"__metadata__": {"format": "pt"}, **header}).encode()
    return len(text).to_bytes(8, "little") + text + body


ARRAYS: dict[str, AnyArray] = {
    "z1": np.array([[1.5, -2.0]]),
    "dW1": np.array([[1.0, 2.0], [3.0, 4.0]], dtype=np.float32),
}


def test_the_three_kinds_of_files_hold_the_same(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", allow_pickle=False, **ARRAYS)
    np.savez_compressed(tmp_path / "b.npz", allow_pickle=False, **ARRAYS)
    (tmp_path / "c.safetensors").write_bytes(safetensors(**ARRAYS))
    (tmp_path / "d.json").write_text(json.dumps({name: array.tolist() for name, array in ARRAYS.items()}))
    for name in ("a.npz", "b.npz", "c.safetensors", "d.json"):
        found = read_numbers(tmp_path / name)
        assert list(found) == list(ARRAYS)
        for key, array in ARRAYS.items():
            np.testing.assert_array_equal(found[key], array)
            if not name.endswith("json"):
                assert found[key].dtype == array.dtype


def test_half_numbers_of_torch_are_read(tmp_path: Path) -> None:
    header = json.dumps({"a": {"dtype": "BF16", "shape": [2], "data_offsets": [0, 4]}}).encode()
    body = (np.array([1.5, -2.0], dtype=np.float32).view("<u4") >> 16).astype("<u2").tobytes()
    (tmp_path / "a.safetensors").write_bytes(len(header).to_bytes(8, "little") + header + body)
    found = read_numbers(tmp_path / "a.safetensors")
    assert found["a"].tolist() == [1.5, -2.0]
    assert precisions(found)["a"].words == "in bfloat16"  # as the file says, however few they are


def test_objects_in_objects_and_words_for_numbers(tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    file.write_text('{"about": "mine", "grads": {"W1": [[1, 2.5]]}, "z1": [["nan", "-inf"]], "b": NaN}')
    found = read_numbers(file)
    assert list(found) == ["grads.W1", "z1", "b"]
    assert found["z1"][0, 1] == -np.inf


def test_a_list_of_arrays_of_several_shapes_is_each_of_them(tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    file.write_text('{"dW": [[[1, 2]], [[3]]], "nabla_b": [[1, 2], [3]], "weights": [[[1, 2]], [[3]]]}')
    assert list(read_numbers(file)) == [
        f"{name}[{place}]" for name in ("dW", "nabla_b", "weights") for place in (0, 1)
    ]
    file.write_text('{"weights": [[[1, 2]], [[3]]]}')
    assert list(read_numbers(file, lists=True)) == ["weights.0", "weights.1"]


BAD = {
    "[1]": "an object",
    '{"a": [[1], [1, 2]]}': "not of one length",
    '{"a": 1, "a": 2}': "two arrays",
    '{"a": ' + "[" * 9999 + "]" * 9999 + "}": "too deep",
    '{"a": ' + "9" * 9999 + "}": "too long",
    '{"a": [1' + "0" * 30 + "]}": "too large",
    '{"a": [true]}': "expected numbers",
    '{"a": ["x"]}': "expected numbers",
    '{"a": [{}]}': "expected numbers",
    '{"a": []}': "found nothing",
    "{}": "no numbers",
    '{"a": {"b": {}}}': "no numbers",
    "": "not JSON",
    "{": "not JSON",
    '{"a": ' * 12 + "1" + "}" * 12: "too deep",
}


@pytest.mark.parametrize("text", BAD)
def test_bad_json_gets_a_sentence(text: str, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(text)
    with pytest.raises(ScenarioError, match=BAD[text]) as error:
        read_numbers(tmp_path / "a.json")
    assert len(str(error.value)) < 300 + len(str(tmp_path))


@pytest.mark.parametrize("name", ["a.pt", "a.pkl"])
def test_a_pickle_is_not_opened(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(pickle.dumps({"a": 1}))
    with pytest.raises(ScenarioError, match=r"numpy\.savez"):
        read_numbers(tmp_path / name)


def test_an_array_of_objects_is_not_unpickled(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", allow_pickle=True, **{"a\u202eb\x1b[31m": np.array([{}], dtype=object)})
    with pytest.raises(ScenarioError, match=r"real numbers.*if arrays, each under its own name") as error:
        read_numbers(tmp_path / "a.npz")
    assert str(error.value).isprintable()


def test_what_says_that_it_is_large_is_not_read(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.npz", "w") as archive, archive.open("a.npy", "w") as stream:
        np.lib.format.write_array_header_1_0(
            stream, {"descr": "<f8", "fortran_order": False, "shape": (10**6, 10**6)}
        )
    with pytest.raises(ScenarioError, match="the limit is"):
        read_numbers(tmp_path / "a.npz")


@pytest.mark.parametrize("kind", ["npz", "safetensors", "json"])
def test_spoilt_files_get_a_sentence_or_are_read(kind: str, tmp_path: Path) -> None:
    good = tmp_path / f"good.{kind}"
    if kind == "npz":
        np.savez(good, allow_pickle=False, **ARRAYS)
    elif kind == "json":
        good.write_text(json.dumps({name: array.tolist() for name, array in ARRAYS.items()}))
    else:
        good.write_bytes(safetensors(**ARRAYS))
    content, file = good.read_bytes(), tmp_path / f"bad.{kind}"
    chance, refused = Random(kind), 0
    for _ in range(400):
        spoilt = bytearray(content)
        for _ in range(chance.randint(1, 4)):
            place = chance.randrange(len(spoilt))
            spoilt[place : place + chance.randint(0, 3)] = chance.randbytes(chance.randint(0, 3))
        file.write_bytes(spoilt)
        try:
            read_numbers(file)
        except ScenarioError:
            refused += 1
    assert refused > 40
