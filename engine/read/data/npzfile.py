"""What arrays does an .npz file hold, and do they fit the network?

An .npz file is a zip file of .npy files, as `numpy.savez` writes it. Nothing in it is run (no pickles), and
sizes are taken from the headers before anything is read.
"""

from __future__ import annotations

import struct
import tokenize
import warnings
import zipfile
import zlib
from typing import TYPE_CHECKING

import numpy as np
from numpy.lib import format as npy

from engine.arrays import frozen, sealed
from engine.read.data.numbers import NUMBERS
from engine.read.document.text import shortened
from engine.read.findings import quoted
from engine.scenario import Data

if TYPE_CHECKING:
    from typing import BinaryIO

    from engine.arrays import Array
    from engine.read.data.opened import DataFile, Expected

_DAMAGED = (
    EOFError,
    KeyError,
    MemoryError,
    NotImplementedError,
    OSError,
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
_COMPRESSIONS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # a file of another one may ask for any memory


def read_npz(file: DataFile, expected: Expected) -> Data | None:
    """Return the samples of an .npz file, or None with each error noted."""
    if not _is_small_zip(file.file):
        file.complain("this is not an .npz file", "Write it with numpy.savez(name, inputs=..., targets=...).")
        return None
    try:
        with zipfile.ZipFile(file.file) as archive, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what numpy has to say of odd headers would stand on the screen
            inputs = _array(archive, "inputs", file, NUMBERS)
            targets = _array(archive, "targets", file, NUMBERS - (0 if inputs is None else inputs.size))
    except _DAMAGED as error:
        file.complain(f"the file is damaged: {shortened(str(error) or type(error).__name__)}")
        return None
    if inputs is None or targets is None:
        return None
    return _data(inputs, targets, file, expected)


def _is_small_zip(file: BinaryIO) -> bool:
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
    return bool(signature == b"PK\5\6") and comment == 0 and members <= _MEMBERS and length <= 2**16


def _array(archive: zipfile.ZipFile, name: str, file: DataFile, room: int) -> Array | None:
    """Return an array of at most `room` numbers, all of them finite, or None with an error noted."""
    member = f"{name}.npy"
    names = archive.namelist()
    if member not in names:
        found = quoted(shortened(other.removesuffix(".npy"), 40) for other in names[:5]) or "none"
        file.complain(f'expected arrays "inputs" and "targets", found {found}', key=name)
        return None
    if archive.getinfo(member).compress_type not in _COMPRESSIONS:
        file.complain("expected an array as numpy writes it, found another compression", key=name)
        return None
    with archive.open(member) as stream:
        version = npy.read_magic(stream)
        read_header = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}.get(version)
        if read_header is None:
            file.complain("expected the .npy format 1 or 2, found another version", key=name)
            return None
        shape, _, kind = read_header(stream)
    if kind.kind not in "fiu":
        file.complain(f"expected real numbers, found values of the type {shortened(str(kind))}", key=name)
        return None
    size = 1
    for length in shape:
        size *= length
    if size > room:
        beside = "" if room == NUMBERS else f" beside {NUMBERS - room:,} inputs"
        says = f"the array has {size:,} numbers{beside}; the limit is {NUMBERS:,}"
        file.complain(says, "Take fewer samples.", key=name)
        return None
    if size == 0 or not shape:
        file.complain(f"expected numbers, found an array of shape {shape}", key=name)
        return None
    with archive.open(member) as stream:
        array = frozen(npy.read_array(stream, allow_pickle=False))
    if bool(np.isfinite(array).all()):
        return array
    index = np.argwhere(~np.isfinite(array))[0]
    place = "".join(f"[{part}]" for part in index)
    file.complain(f"expected finite numbers, found {array[tuple(index)]}", key=name + place)
    return None


def _data(inputs: Array, targets: Array, file: DataFile, expected: Expected) -> Data | None:
    """Return the arrays as data, if their shapes are those that the network asks for."""
    samples, outputs = inputs.shape[0], expected.outputs
    if expected.sequences:
        wanted = f"[sample, time, unit] with {expected.inputs} units"
        good = inputs.ndim == 3 and inputs.shape[2] == expected.inputs
        times = inputs.shape[1] if inputs.ndim == 3 else 1
    else:
        wanted = f"[sample, unit] with {expected.inputs} units"
        good = inputs.ndim == 2 and inputs.shape[1] == expected.inputs
        times = 1
    if not good:
        file.complain(f"expected the shape {wanted}, found {inputs.shape}", key="inputs")
    shapes = [(samples, outputs)] + ([(samples, times, outputs)] if expected.sequences else [])
    if targets.shape not in shapes:
        words = " or ".join(map(str, shapes))
        file.complain(f"expected the shape {words}, found {targets.shape}", key="targets")
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
    return Data(frozen(inputs), frozen(targets), sealed(has_target))
