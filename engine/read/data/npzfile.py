"""What arrays does an .npz file hold, and do they fit the network?

An .npz file is a zip file of .npy files, as `numpy.savez` writes it. Nothing in it is run (no pickles), and
sizes are taken from the headers before anything is read.
"""

from __future__ import annotations

import struct
import sys
import tokenize
import warnings
import zipfile
import zlib
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.lib import format as npy

from engine.arrays import frozen, sealed
from engine.read.data.labels import (
    MOST,
    NAME_IT,
    complain_misfit,
    in_order,
    label,
    listed,
    meant,
    too_many_targets,
)
from engine.read.data.labels import targets as targets_of
from engine.read.data.unreadable import UnreadableError
from engine.read.findings import describe, quoted
from engine.read.numbers import NUMBERS, counted
from engine.scenario import Data, Names
from engine.spelling.text import one_line, shortened

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    import numpy.typing as npt

    from engine.arrays import Array
    from engine.read.data.opened import DataFile, Expected

_DAMAGED = (
    EOFError,
    KeyError,
    MemoryError,
    NotImplementedError,
    OSError,
    OverflowError,
    RecursionError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
    struct.error,
    tokenize.TokenError,
    zipfile.BadZipFile,
    zlib.error,
)
_END = struct.Struct("<4s4H2LH")  # the record that ends a zip file without comment
_LOCATOR = 20  # bytes before it, where a zip64 file says so
_MEMBERS = 64
ARRAYS = 1000
"""Arrays of a file of somebody's numbers, or of a network's parameters."""
_LARGEST = 16 * NUMBERS  # bytes; no number is longer than 16
COMPRESSIONS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # a file of another one may ask for any memory


_NAMES = {
    "inputs": ["inputs", "x_train", "xtrain", "train_x", "x", "data", "features", "train_images", "images"],
    "targets": ["targets", "y_train", "ytrain", "train_y", "y", "labels", "target", "train_labels"],
}
"""What people call the two arrays; capitals don't count."""

_WRITE = "Write it with numpy.savez(name, inputs=..., targets=...)."


def read_npz(file: DataFile, expected: Expected) -> tuple[Data, Names] | None:
    """Return the samples of an .npz file and the names in it, or None with each error noted."""
    try:
        with opened_zip(file.file, "an .npz", _WRITE) as archive:
            names = _chosen(archive, file, expected)
            if names is None:
                return None
            inputs = numbers_in(archive, names[0], "inputs", file)
            room = NUMBERS - (0 if inputs is None else inputs.size)
            labels = expected.asked.labels
            texts = f"If these are labels, {expected.asked.saying('one_hot = true')}."
            targets = numbers_in(archive, names[1], "targets", file, room, labels=labels, texts=texts)
    except ZipError as error:
        file.complain(error.says, error.remedy)
        return None
    if inputs is None or targets is None:
        return None
    return _data(inputs, targets, names, file, expected)


def _chosen(archive: zipfile.ZipFile, file: DataFile, expected: Expected) -> tuple[str, str] | None:
    """Return the names of the two arrays, or None if it isn't clear which they are."""
    there = [name.removesuffix(".npy") for name in archive.namelist()]
    chosen: dict[str, str] = {}
    for key, usual in _NAMES.items():
        asked = getattr(expected.asked, key)
        if asked is not None and len(asked) != 1:
            says = f"expected the name of one array, found {len(asked)}"
            file.findings.add(("data", key), says, "A file of arrays has one for all inputs.")
            return None
        found = [name for name in there if name in asked] if asked is not None else _usual(there, usual)
        if len(found) > 1:
            says = f"{quoted(shortened(name, 40) for name in found)} may be the {key}"
            keys = expected.asked.saying(f'{key} = ["{shortened(found[0], 40)}"]')
            file.complain(says, f"Say which: {keys}.", key=key)
            return None
        if found:
            chosen[key] = found[0]
    if len(chosen) == len(_NAMES):
        return chosen["inputs"], chosen["targets"]
    what = quoted(shortened(name, 40) for name in there[:5]) or "none"
    wanted = " and ".join(f'"{(getattr(expected.asked, key) or [key])[0]}"' for key in _NAMES)
    blanks = (f'{key} = ["..."]' for key in _NAMES)
    remedy = f"{_WRITE[:-1]}, or name its arrays: {expected.asked.saying(*blanks)}."
    file.complain(f"expected arrays {shortened(wanted, 100)}, found {what}", remedy)
    return None


def _usual(there: list[str], usual: list[str]) -> list[str]:
    """Return the arrays with a usual name: the one with our own, else every one of them."""
    found = [name for name in there if name.lower() in usual]
    return [name for name in found if name == usual[0]] or found


class ZipError(UnreadableError):
    """The file is no zip file as `numpy.savez` writes one."""


@contextmanager
def opened_zip(file: BinaryIO, kind: str, remedy: str, most: int = _MEMBERS) -> Iterator[zipfile.ZipFile]:
    """Open a zip file of at most so many members, to be read within the `with`; `kind` is what it should be.

    Raises:
        ZipError: it is none, or what is read of it shows that it is damaged.
    """
    if not _is_small_zip(file, most):
        raise ZipError(f"this is not {kind} file", remedy)
    try:
        with zipfile.ZipFile(file) as archive, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what numpy has to say of odd headers would stand on the screen
            yield archive
    except _DAMAGED as error:
        raise ZipError(f"the file is damaged: {shortened(str(error) or type(error).__name__)}") from None


def _is_small_zip(file: BinaryIO, most: int) -> bool:
    """Return whether the file ends as `numpy.savez` ends it, with a list of few members.

    The zip module reads that list as a whole, which in a hostile file would take minutes.
    """
    size = file.seek(0, 2)
    file.seek(max(0, size - _END.size - _LOCATOR))
    tail = file.read()
    file.seek(0)
    if len(tail) < _END.size:
        return False
    signature, _, _, _, members, length, _, comment = _END.unpack(tail[-_END.size :])
    if tail[: -_END.size].startswith(b"PK\6\7"):
        return False
    return bool(signature == b"PK\5\6") and comment == 0 and members <= most and length <= most * 2**10


def numbers_in(
    archive: zipfile.ZipFile,
    array_name: str,
    name: str,
    file: DataFile,
    room: int = NUMBERS,
    *,
    labels: bool = False,
    texts: str = "",
    missing: str = "A value is missing: write it, or leave the sample out.",
) -> Array | None:
    """Return an array of at most `room` numbers, or of labels as texts; `name` is what it becomes.

    `texts` is the remedy where texts are none, `missing` where a number is nan.
    """
    values = stored(archive, array_name, file, name, room, labels=labels, texts=texts)
    if values is None:
        return None
    if values.size == 0 or not values.shape:
        file.complain(f"expected numbers, found an array of shape {values.shape}", key=name)
        return None
    if values.dtype.kind == "U":
        return np.array(values)
    array = frozen(values)
    if bool(np.isfinite(array).all()):
        return array
    index = np.argwhere(~np.isfinite(array))[0]
    place = "".join(f"[{part}]" for part in index)
    remedy = missing if np.isnan(array[tuple(index)]) else ""
    file.complain(f"expected finite numbers, found {array[tuple(index)]}", remedy, key=name + place)
    return None


def stored(
    archive: zipfile.ZipFile,
    array_name: str,
    file: DataFile,
    name: str | None = None,
    room: int = NUMBERS,
    *,
    labels: bool = False,
    texts: str = "",
) -> npt.NDArray[Any] | None:
    """Return an array of an .npz file, of real numbers of any type or of texts too; None with an error noted.

    `name` is what it becomes, if that is another.

    Raises:
        Exception: the file is damaged; `opened_zip` makes a `ZipError` of it.
    """
    name = name or array_name
    member = f"{array_name}.npy"
    if archive.getinfo(member).compress_type not in COMPRESSIONS:
        file.complain("expected an array as numpy writes it, found another compression", key=name)
        return None
    with archive.open(member) as stream:
        version = npy.read_magic(stream)
        read_header = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}.get(version)
        if read_header is None:
            file.complain("expected the .npy format 1 or 2, found another version", key=name)
            return None
        shape, _, kind = read_header(stream)
    if kind.kind not in ("fiubU" if labels else "fiub"):
        remedy = texts if kind.kind == "U" else ""
        says = f"expected real numbers, found values of the type {shortened(str(kind))}"
        if kind.kind == "O":
            says += "; if they are numbers, write it with .astype(float), if arrays, each under its own name"
        file.complain(says, remedy, key=name)
        return None
    size = 1
    for length in shape:
        size *= length
    if size > room:
        beside = "" if room == NUMBERS else f" beside {NUMBERS - room:,} inputs"
        says = f"the array has {size:,} numbers{beside}; the limit is {NUMBERS:,}"
        file.complain(says, file.smaller, key=name)
        return None
    if size * kind.itemsize > _LARGEST:
        file.complain(f"the array takes more than {_LARGEST // 10**6} MB", file.smaller, key=name)
        return None
    with archive.open(member) as stream:
        found: npt.NDArray[Any] = npy.read_array(stream, allow_pickle=False)
    if kind.kind == "U":
        signs = np.frombuffer(found.tobytes(), dtype=np.dtype(np.uint32).newbyteorder(kind.byteorder))
        if signs.max(initial=0) > sys.maxunicode:  # no text: Python would fall over it
            raise ValueError("a text is none")
    return found


def _data(
    inputs: Array, targets: Array, names: tuple[str, str], file: DataFile, expected: Expected
) -> tuple[Data, Names] | None:
    """Return the arrays as data, if their shapes are those that the network asks for."""
    samples, outputs = inputs.shape[0], expected.outputs
    if not expected.sequences and expected.inputs == 1 and inputs.ndim == 1:
        inputs = inputs[:, None]
    if expected.sequences:
        wanted = f"[sample, time, unit] with {expected.inputs} units"
        good = inputs.ndim == 3 and inputs.shape[2] == expected.inputs
        times = inputs.shape[1] if inputs.ndim == 3 else 1
    else:
        wanted = f"[sample, unit] with {expected.inputs} units"
        good = inputs.ndim == 2 and inputs.shape[1] == expected.inputs
        times = 1
    if not good:
        flat = not expected.sequences and inputs.ndim > 2 and inputs[0].size == expected.inputs
        remedy = f"Each sample is a row: {names[0]}.reshape(len({names[0]}), -1)." if flat else ""
        if not expected.sequences and inputs.ndim == 2 and inputs.shape[0] == expected.inputs:
            across = [name for name, one in zip(names, (inputs, targets), strict=True) if one.ndim == 2]
            remedy = f"Each sample is a row: {' and '.join(f'{name}.T' for name in across)}."
        file.complain(f"expected the shape {wanted}, found {inputs.shape}", remedy, key="inputs")
        if remedy:  # the targets are told once the samples are
            return None
    classes: tuple[str, ...] = ()
    flat = targets.ndim == 1 or (
        targets.ndim == 2 and targets.shape[1] == (times if expected.sequences else 1)
    )
    if expected.asked.labels and flat:
        made = _of_labels(targets, file, expected)
        if made is None:
            return None
        targets, classes = made
    elif targets.dtype.kind == "U":
        file.complain(f"expected a label for each sample, found the shape {targets.shape}", key="targets")
        return None
    elif targets.ndim == 1 and outputs == 1 and not expected.sequences:
        targets = targets[:, None]
    shapes = [(samples, outputs)] + ([(samples, times, outputs)] if expected.sequences else [])
    if targets.shape not in shapes:
        words = " or ".join(map(str, shapes))
        keys = expected.asked.saying("one_hot = true")
        remedy = "" if targets.ndim > 1 else f"If these are class numbers, {keys}."
        remedy = "" if outputs == 1 else remedy
        file.complain(f"expected the shape {words}, found {targets.shape}", remedy, key="targets")
    if not good or targets.shape not in shapes:
        return None
    if (numbers := samples * times * outputs) > NUMBERS:
        file.complain(
            f"the outputs at all times are {numbers:,} numbers; the limit is {NUMBERS:,}", key="targets"
        )
        return None
    inputs, targets = (array if array.ndim == 3 else array[:, None] for array in (inputs, targets))
    has_target = np.ones((samples, times), dtype=np.bool_)
    if (without := times - targets.shape[1]) > 0:
        has_target[:, :without] = False
        targets = np.concatenate([np.zeros((samples, without, outputs)), targets], axis=1)
    classes = classes or expected.asked.classes or ()
    what = f"{counted(expected.inputs, 'input')}: {one_line(names[0])}; targets: {one_line(names[1])}"
    what += f" → {len(classes)} classes: {listed(classes)}" if classes else ""
    said = Names(outputs=classes if len(classes) == outputs else (), classes=classes, columns=what)
    return Data(frozen(inputs), frozen(targets), sealed(has_target)), said


def _of_labels(values: Array, file: DataFile, expected: Expected) -> tuple[Array, tuple[str, ...]] | None:
    """Return the targets that labels mean, and the classes; None with a complaint."""
    if says := too_many_targets(values.size, expected.outputs):
        file.complain(says, file.smaller, key="targets")
        return None
    found = np.unique(values)
    if len(found) > MOST:
        file.complain(f"the array of labels has more than {MOST:,} classes", key="targets")
        return None
    words = [label(str(one)) for one in found.tolist()]
    classes = expected.asked.classes or in_order(words)
    for word in words:
        if word not in classes:
            says = f"expected one of the classes {listed(classes)}, found {describe(word)}"
            remedy = meant(word, classes) or f"{NAME_IT}, or leave the sample out."
            file.complain(says, remedy, key="targets")
            return None
    if complain_misfit(classes, expected, file.findings):
        return None
    order = np.array([classes.index(word) for word in words], dtype=np.float64)
    shape = values.shape if expected.sequences else values.shape[:1]
    codes = order[np.searchsorted(found, values.reshape(-1))]
    return targets_of(codes, expected.outputs).reshape(*shape, expected.outputs), classes
