from __future__ import annotations

import io
import struct
import warnings
import zipfile
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from engine.read import ScenarioError, load
from tests.given.some_of import EVERY_CASE
from tests.read.data.test_csv import SEQUENCE_DATA
from tests.read.data.test_datafile import naming
from tests.read.files import SEQUENCES, assert_read_only, changed, complaint, complaints, write
from tests.work.work import million_rounds

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from engine.scenario import Data

INPUTS = np.array([[0.0, 1.0], [1.0, 0.0]])
TARGETS = np.array([[1.0], [0.0]])


def plain(folder: Path) -> Path:
    return write(folder, naming("rows.npz"))


def recurrent(folder: Path) -> Path:
    return write(folder, changed(SEQUENCES, SEQUENCE_DATA, 'file = "rows.npz"\n'))


def save(folder: Path, **arrays: Any) -> None:
    np.savez(folder / "rows.npz", **arrays)


def good(path: Path) -> Data:
    return load(path).data


@pytest.mark.parametrize("kind", ["f2", "f4", "f8", "g", ">f8", "i1", "u2", ">i8"])
@pytest.mark.parametrize("writer", [np.savez, np.savez_compressed])
def test_kinds(tmp_path: Path, kind: str, writer: Any) -> None:
    writer(tmp_path / "rows.npz", inputs=np.asfortranarray(INPUTS.astype(kind)), targets=TARGETS.astype(kind))
    data = good(plain(tmp_path))
    assert data.inputs.tolist() == INPUTS[:, None].tolist()
    assert data.targets.tolist() == TARGETS[:, None].tolist()
    assert data.inputs.dtype == data.targets.dtype == np.float64
    assert_read_only(data)


def test_sequences(tmp_path: Path) -> None:
    save(tmp_path, inputs=np.arange(6).reshape(2, 3, 1), targets=np.arange(6).reshape(2, 3, 1))
    data = good(recurrent(tmp_path))
    assert data.inputs.shape == data.targets.shape == (2, 3, 1)
    assert data.has_target.all()


def test_sequences_with_last_targets(tmp_path: Path) -> None:
    save(tmp_path, inputs=np.arange(6).reshape(2, 3, 1), targets=[[7], [8]])
    data = good(recurrent(tmp_path))
    assert data.targets.tolist() == [[[0], [0], [7]], [[0], [0], [8]]]
    assert data.has_target.tolist() == [[False, False, True]] * 2


@pytest.mark.parametrize(
    ("inputs", "targets", "key", "words"),
    [
        (INPUTS[0], TARGETS, "inputs", "expected the shape [sample, unit] with 2 units, found (2,)"),
        (INPUTS[:, :1], TARGETS, "inputs", "with 2 units, found (2, 1)"),
        (INPUTS[:, None], TARGETS, "inputs", "found (2, 1, 2)"),
        (INPUTS, TARGETS[:1], "targets", "expected the shape (2, 1), found (1, 1)"),
        (INPUTS + 1j, TARGETS, "inputs", "type complex128"),
        (INPUTS.astype(str), TARGETS, "inputs", "type <U"),
        (INPUTS.astype("M8[s]"), TARGETS, "inputs", "type datetime64"),
        (np.zeros(2, dtype="f8,f8"), TARGETS, "inputs", "expected real numbers"),
        (np.where(INPUTS, np.nan, 0), TARGETS, "inputs[0][1]", "finite numbers, found nan"),
        (INPUTS, np.where(TARGETS, np.inf, 0), "targets[0][0]", "finite numbers, found inf"),
        (INPUTS[:0], TARGETS[:0], "inputs", "an array of shape (0, 2)"),
        (5.0, TARGETS, "inputs", "an array of shape ()"),
    ],
)
def test_wrong_arrays(tmp_path: Path, inputs: Any, targets: Any, key: str, words: str) -> None:
    save(tmp_path, inputs=inputs, targets=targets)
    found = complaints(plain(tmp_path))[0]
    assert (found.file, found.key) == (str(tmp_path / "rows.npz"), key)
    assert words in str(found)


@pytest.mark.parametrize(
    ("inputs", "targets", "words"),
    [
        ((2, 3), (2, 1), "[sample, time, unit] with 1 units, found (2, 3)"),
        ((2, 3, 2), (2, 1), "found (2, 3, 2)"),
        ((2, 3, 1), (2, 2, 1), "expected the shape (2, 1) or (2, 3, 1), found (2, 2, 1)"),
        ((2, 3, 1), (2,), "expected the shape (2, 1) or (2, 3, 1), found (2,)"),
    ],
)
def test_wrong_sequences(tmp_path: Path, inputs: Any, targets: Any, words: str) -> None:
    save(tmp_path, inputs=np.zeros(inputs), targets=np.zeros(targets))
    assert words in "\n".join(map(str, complaints(recurrent(tmp_path))))


@pytest.mark.parametrize(
    "names", [("x_train", "y_train"), ("X", "y"), ("Inputs", "labels"), ("train_images", "train_labels")]
)
@pytest.mark.parametrize("kind", ["f8", "i8", "?"])
def test_names_that_people_use_and_flat_targets(tmp_path: Path, names: tuple[str, str], kind: str) -> None:
    save(
        tmp_path,
        **{names[0]: INPUTS.astype(kind), names[1]: TARGETS[:, 0].astype(kind), "x_test": INPUTS + 5},
    )
    data = good(plain(tmp_path))
    assert data.inputs.tolist() == INPUTS[:, None].tolist()
    assert data.targets.tolist() == TARGETS[:, None].tolist()


def test_ours_come_before_other_names(tmp_path: Path) -> None:
    save(tmp_path, x=INPUTS + 1, inputs=INPUTS, targets=TARGETS, y=TARGETS + 1)
    assert good(plain(tmp_path)).targets.tolist() == TARGETS[:, None].tolist()


def test_other_names(tmp_path: Path) -> None:
    save(tmp_path, a=INPUTS, b=TARGETS)
    found = complaint(plain(tmp_path))
    assert 'expected arrays "inputs" and "targets", found "a" or "b"' in found.says
    assert 'inputs = ["..."] and targets = ["..."]' in found.remedy
    text = changed(naming("rows.npz"), "[data]", '[data]\ninputs = ["a"]\ntargets = ["b"]')
    assert good(write(tmp_path, text)).inputs.tolist() == INPUTS[:, None].tolist()
    wrong = complaint(write(tmp_path, text.replace('["b"]', '["c"]')))
    assert 'expected arrays "a" and "c", found "a" or "b"' in wrong.says


def test_two_arrays_that_may_be_the_inputs(tmp_path: Path) -> None:
    save(tmp_path, x=INPUTS + 1, X_train=INPUTS, y=TARGETS)
    found = complaint(plain(tmp_path))
    assert '"x" or "X_train" may be the inputs' in found.says
    assert 'inputs = ["x"]' in found.remedy


def three_classes(folder: Path, more: str = "one_hot = true") -> Path:
    text = changed(naming("rows.npz"), "units = 1", "units = 3")
    return write(folder, changed(text, "[data]", f"[data]\n{more}"))


@pytest.mark.parametrize(
    "labels", [[5, 7, 9, 7], [5.0, 7.0, 9.0, 7.0], ["a", "bb", "c", "bb"], [[5], [7], [9], [7]]]
)
def test_labels(tmp_path: Path, labels: list[Any]) -> None:
    save(tmp_path, X=np.ones((4, 2)), y=np.array(labels))
    scenario = load(three_classes(tmp_path))
    assert scenario.data.targets[:, 0].tolist() == [[1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 1, 0]]
    words = ("a", "bb", "c") if "a" in labels else ("5", "7", "9")
    assert scenario.names.classes == scenario.names.outputs == words
    assert f"targets: y → 3 classes: {', '.join(words)}" in scenario.names.columns


def test_labels_that_are_wrong(tmp_path: Path) -> None:
    save(tmp_path, X=np.ones((4, 2)), y=np.array([5, 7, 9, 7]))
    found = complaint(three_classes(tmp_path, "one_hot = false"))
    assert found.says == "expected the shape (4, 3), found (4,)"
    assert "one_hot = true" in found.remedy
    assert 'found the text "9"' in complaint(three_classes(tmp_path, "classes = [5, 7, 8]")).says
    assert load(three_classes(tmp_path, "classes = [9, 7, 5]")).data.targets[0, 0].tolist() == [0, 0, 1]
    save(tmp_path, X=np.ones((4, 2)), y=np.array([5, 7, 7, 7]))
    found = complaint(three_classes(tmp_path))
    assert "expected 3 classes for 3 neurons of the last layer, found 2 classes: 5, 7" in found.says
    assert load(three_classes(tmp_path, "classes = [5, 7, 8]")).names.classes == ("5", "7", "8")
    save(tmp_path, X=np.ones((4, 2)), y=np.array(["a", "b", "c", "c"]))
    assert "one_hot = true" in complaint(three_classes(tmp_path, "one_hot = false")).remedy


def test_labels_of_more_classes_than_there_is_room_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.read.data.labels.NUMBERS", 11)
    save(tmp_path, X=np.ones((4, 2)), y=np.array([5, 7, 9, 7]))
    found = complaint(three_classes(tmp_path))
    assert found.says == "4 labels for 3 outputs are 12 targets; the limit is 11"
    assert found.remedy == "Take fewer samples."


def test_labels_that_are_no_text(tmp_path: Path) -> None:
    """Numpy takes any four bytes for a sign; Python has 1,114,112 of them."""
    labels = np.array(["a", "b", "c"])
    labels.view(np.uint32)[1] = 0x7FFFFFFF
    np.savez(tmp_path / "rows.npz", inputs=np.eye(3, 2), targets=labels)
    assert complaint(three_classes(tmp_path)).says == "the file is damaged: a text is none"


def test_images_are_told_how_to_become_rows(tmp_path: Path) -> None:
    save(tmp_path, X=np.ones((4, 2, 1)), y=np.ones(4))
    assert "X.reshape(len(X), -1)" in complaint(plain(tmp_path)).remedy


def test_samples_in_columns_are_told_once_how_to_become_rows(tmp_path: Path) -> None:
    save(tmp_path, X=np.ones((2, 5)), y=np.ones((1, 5)))
    found = complaint(plain(tmp_path))
    assert found.says == "expected the shape [sample, unit] with 2 units, found (2, 5)"
    assert found.remedy == "Each sample is a row: X.T and y.T."


def test_a_missing_value_has_a_remedy(tmp_path: Path) -> None:
    save(tmp_path, X=[[1.0, np.nan], [0.0, 1.0]], y=[0.0, 1.0])
    assert complaint(plain(tmp_path)).remedy == "A value is missing: write it, or leave the sample out."


def test_labels_of_sequences(tmp_path: Path) -> None:
    text = changed(SEQUENCES, SEQUENCE_DATA, 'file = "rows.npz"\nclasses = ["no", "yes"]\n')
    for labels, expected in (
        ([["no", "yes", "no"]], [[0], [1], [0]]),
        (["yes"], [[0], [0], [1]]),
    ):
        save(tmp_path, X=np.ones((1, 3, 1)), y=np.array(labels))
        assert load(write(tmp_path, text)).data.targets[0].tolist() == expected


def test_nothing_is_run(tmp_path: Path) -> None:
    class Trap:
        def __reduce__(self) -> tuple[Any, ...]:
            return (pytest.fail, ("a pickle was loaded",))

    save(tmp_path, inputs=np.array([Trap()], dtype=object), targets=TARGETS)
    assert "type object" in str(complaint(plain(tmp_path)))


def header(shape: str, kind: str = "<f8") -> bytes:
    """Return the start of an .npy file that promises `shape`."""
    text = f"{{'descr': '{kind}', 'fortran_order': False, 'shape': {shape}, }}".encode()
    text += b" " * (-(len(text) + 11) % 64) + b"\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text


def packed(inputs: bytes, count: int = 1) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("inputs.npy", inputs)
        for number in range(count):
            archive.writestr("targets.npy" if number == 0 else f"{number}.npy", header("(2, 1)") + bytes(16))
    return file.getvalue()


def halves() -> bytes:
    """Arrays that are each within the limit; four times as large once they are read."""
    file = io.BytesIO()
    zeros = np.zeros((3 * 10**6, 2), dtype=np.float16)
    np.savez_compressed(file, inputs=zeros, targets=zeros)
    return file.getvalue()


HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "a bomb": (lambda: packed(header("(100000000000, 2)") + bytes(50 * 2**20)), "the limit is 10,000,000"),
    "a bomb of half precision": (
        halves,
        "6,000,000 numbers beside 6,000,000 inputs; the limit is 10,000,000",
    ),
    "a bomb in one axis of none": (lambda: packed(header("(0, 100000000000)")), "expected numbers"),
    "negative": (lambda: packed(header("(-1, 2)") + bytes(16)), "damaged"),
    "a shape that is no shape": (lambda: packed(header("'x'")), "damaged"),
    "a shape of truth values": (lambda: packed(header("(True, 2)") + bytes(16)), ""),
    "a nest": (lambda: packed(header("(" * 5000 + ")" * 5000)), "damaged"),
    "a long header": (lambda: packed(header("(" + "1, " * 20000 + ")")), "damaged"),
    "many axes": (lambda: packed(header("(" + "1, " * 100 + ")") + bytes(8)), ""),
    "too short": (lambda: packed(header("(2, 2)") + bytes(8)), "damaged"),
    "no array": (lambda: packed(b"hello"), "damaged"),
    "an unknown version": (lambda: packed(b"\x93NUMPY\x09\x00" + bytes(100)), "format 1 or 2"),
    "an unknown kind": (lambda: packed(header("(2, 2)", "?!")), "damaged"),
    "many members": (lambda: packed(header("(2, 2)") + bytes(32), 5000), "not an .npz file"),
    "no zip file": (lambda: b"x" * 10**6, "not an .npz file"),
    "empty": (lambda: b"", "not an .npz file"),
    "only an end": (lambda: b"PK\5\6" + bytes(18), "found none"),
    "an end that lies": (
        lambda: b"PK\5\6" + struct.pack("<4H2LH", 0, 0, 60, 60, 65000, 4 * 10**9, 0),
        "damaged",
    ),
    "zip64": (lambda: b"PK\6\7" + bytes(16) + b"PK\5\6" + bytes(18), "not an .npz file"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile(tmp_path: Path, name: str) -> None:
    content, words = HOSTILE[name]
    write(tmp_path, content(), "rows.npz")
    path = plain(tmp_path)
    found: list[str] = []
    assert million_rounds(lambda: found.extend(map(str, complaints(path))), most=80) < 80
    assert words in "\n".join(found)


def test_every_changed_byte_is_an_error_or_harmless(tmp_path: Path) -> None:
    save(tmp_path, inputs=INPUTS, targets=TARGETS)
    content = (tmp_path / "rows.npz").read_bytes()
    path = plain(tmp_path)
    for place in range(0, len(content), 3 if EVERY_CASE else 5):
        changed_content = bytearray(content)
        changed_content[place] ^= 0xFF
        (tmp_path / "rows.npz").write_bytes(changed_content)
        with suppress(ScenarioError):
            load(path)


def test_an_encrypted_member(tmp_path: Path) -> None:
    content = bytearray(packed(header("(2, 2)") + bytes(32)))
    content[6] |= 1
    content[content.index(b"PK\1\2") + 8] |= 1
    write(tmp_path, bytes(content), "rows.npz")
    assert "damaged" in str(complaint(plain(tmp_path)))


def repacked(folder: Path, compression: int) -> None:
    """Pack both arrays into `rows.npz` in another way than numpy's."""
    save(folder, inputs=INPUTS, targets=TARGETS)
    with zipfile.ZipFile(folder / "rows.npz") as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(folder / "rows.npz", "w", compression) as archive:
        for name, content in members.items():
            archive.writestr(name, content)


@pytest.mark.parametrize("compression", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_another_compression(tmp_path: Path, compression: int) -> None:
    repacked(tmp_path, compression)
    assert "found another compression" in str(complaints(plain(tmp_path))[0])
    content = (tmp_path / "rows.npz").read_bytes()
    for place in range(30, 200):  # the compressed bytes of the first array
        (tmp_path / "rows.npz").write_bytes(content[:place] + b"\xff\x00" + content[place + 2 :])
        assert complaints(plain(tmp_path))


def headed(folder: Path, header: str) -> Path:
    """Write the array `inputs` under a header of one's own."""
    text = header.encode() + b"\n"
    raw = b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text + INPUTS.tobytes()
    save(folder, targets=TARGETS)
    with zipfile.ZipFile(folder / "rows.npz", "a") as archive:
        archive.writestr("inputs.npy", raw)
    return plain(folder)


@pytest.mark.parametrize(
    "header", ["(" * 3000, "-" * 3000 + "1", "[" * 200 + "]" * 200, "1if 1else 1", '"\\d"']
)
def test_a_header_that_is_nonsense(tmp_path: Path, header: str) -> None:
    assert "the file is damaged" in complaint(headed(tmp_path, header)).says


def test_a_header_of_python_2_is_read_without_a_word(tmp_path: Path) -> None:
    header = "{'descr': '<f8', 'fortran_order': False, 'shape': (2L, 2L), }"
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        assert good(headed(tmp_path, header)).inputs.tolist() == INPUTS[:, None].tolist()
    assert said == []
