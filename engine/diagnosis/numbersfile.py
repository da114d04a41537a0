"""What arrays does a file of somebody's numbers hold?

An .npz file as `numpy.savez` writes it, a .safetensors file, or JSON: an object of numbers and lists of
numbers, in objects of their own if he likes. Nothing in a file is run, and sizes are taken from what a file
says of itself before anything is read.
"""

from __future__ import annotations

import json
import struct
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from engine.diagnosis.naming.lists import is_plural, may_be_layers, place_in
from engine.read.complaints import ScenarioError
from engine.read.data.npzfile import ARRAYS, ZipError, opened_zip, stored
from engine.read.data.numbers import NUMBERS
from engine.read.data.opened import DataFile
from engine.read.document.source import decode, open_regular, read_bytes, refusal
from engine.read.document.text import shortened
from engine.read.findings import Findings, TooManyFindingsError

if TYPE_CHECKING:
    import os
    import zipfile
    from collections.abc import Callable, Iterable, Iterator

    import numpy.typing as npt

    Arrays = dict[str, npt.NDArray[Any]]

LIMIT: Final = 128 * 2**20
_TEXT = 32 * 2**20
_SAVE = "Write it with numpy.savez(name, dW1=..., db1=...)."
_HEADER = 2**20
_REMEDY = "Leave out what isn't asked for."
_DTYPES: Final = {
    "F64": "<f8",
    "F32": "<f4",
    "F16": "<f2",
    "I64": "<i8",
    "I32": "<i4",
    "I16": "<i2",
    "I8": "|i1",
    "U8": "|u1",
}
_WORDS: Final = {"nan": np.nan, "inf": np.inf, "-inf": -np.inf}
"""Texts that stand for numbers, as `bp-tui trace` writes them."""


def read_numbers(
    name: str | os.PathLike[str], *, lists: bool = False, texts: dict[str, str] | None = None
) -> Arrays:
    """Return the arrays of a file by their names.

    With `lists` a list of arrays of several shapes in JSON, under a name in the plural, is each of them:
    {"weights": [[[1, 2]], [[3]]]} has weights.0 and weights.1. What JSON has of texts is put into `texts`.

    Raises:
        ScenarioError: it can't be read, or there is something in it that is no array of real numbers.
    """
    path = Path(name)
    suffix = path.suffix.lower()
    readers: dict[str, Callable[[Path], Arrays]] = {
        ".npz": _npz,
        ".json": partial(_json, lists=lists, texts={} if texts is None else texts),
        ".safetensors": _safetensors,
    }
    reader = readers.get(suffix)
    if reader is None:
        hint = f"{_SAVE} Or write JSON."
        if suffix in (".pt", ".pth", ".pkl", ".pickle"):
            hint = (
                "A pickle can run anything, and is not opened. In your program: "
                "numpy.savez('mine.npz', **{name: p.grad.numpy() for name, p in model.named_parameters()})"
            )
        raise refusal(path, "expected an .npz, .safetensors or .json file", hint)
    found = reader(path)
    if not found:
        raise refusal(path, "there are no numbers in this file")
    return found


@contextmanager
def opened_archive(
    path: Path, kind: str, write: str, smaller: str
) -> Iterator[tuple[zipfile.ZipFile, DataFile]]:
    """Open a zip file of arrays; `kind`, `write` and `smaller` are said where it is none, or too large.

    Raises:
        ScenarioError: it is, or what is read of it within the `with` is found wrong.
    """
    findings = Findings()
    try:
        with open_regular(path, LIMIT, smaller) as stream, opened_zip(stream, kind, write, ARRAYS) as archive:
            yield archive, DataFile(stream, str(path), findings, smaller)
    except ZipError as error:
        raise refusal(path, error.says, error.remedy) from None
    except TooManyFindingsError:
        pass
    if findings:
        raise ScenarioError(*findings.elsewhere)


def _npz(path: Path) -> Arrays:
    found: Arrays = {}
    with opened_archive(path, "an .npz", _SAVE, _REMEDY) as (archive, file):
        total = 0
        for member in archive.namelist():
            name = member.removesuffix(".npy")
            array = stored(archive, name, file)
            if array is None:
                break
            total += array.size
            if total > NUMBERS or name in found:
                raise _too_many(path) if total > NUMBERS else _twice(path, name)
            found[name] = array
    return found


def _too_many(path: Path) -> ScenarioError:
    return refusal(path, f"there are more than {NUMBERS:,} numbers", _REMEDY)


def _twice(path: Path, name: str) -> ScenarioError:
    return refusal(path, f"there are two arrays of the name {shortened(name)!r}")


def _safetensors(path: Path) -> Arrays:
    content = read_bytes(path, LIMIT, _REMEDY)
    if len(content) < 8:
        raise refusal(path, "this is not a .safetensors file")
    (length,) = struct.unpack("<Q", content[:8])
    if not 2 <= length <= min(_HEADER, len(content) - 8):
        raise refusal(path, "the file is damaged: its header has no size that it can have")
    header = parsed(content[8 : 8 + length], path)
    if not isinstance(header, dict) or len(header) > ARRAYS + 1:
        raise refusal(path, f"the file is damaged: expected a header of at most {ARRAYS} arrays")
    body = memoryview(content)[8 + length :]
    found: Arrays = {}
    for name, about in header.items():
        if name != "__metadata__":
            found[name] = _tensor(name, about, body, path)
    return found


def _tensor(name: str, about: object, body: memoryview, path: Path) -> npt.NDArray[Any]:
    match about:
        case {"dtype": str(kind), "shape": list(shape), "data_offsets": [int(first), int(stop)]}:
            pass
        case _:
            raise refusal(path, f"the file is damaged: {shortened(name)!r} has no type, shape and place")
    if not all(type(one) is int and 0 <= one <= NUMBERS for one in shape) or len(shape) > 8:
        raise refusal(path, f"the file is damaged: {shortened(name)!r} has no shape that it can have")
    size = 1
    for one in shape:
        size *= one
    if not 0 <= first <= stop <= len(body):
        raise refusal(path, f"the file is damaged: {shortened(name)!r} lies outside of it")
    part = body[first:stop]
    if kind == "BF16":
        if len(part) != 2 * size:
            raise refusal(path, f"the file is damaged: {shortened(name)!r} has not the size of its shape")
        wide = np.frombuffer(part, dtype="<u2").astype("<u4") << 16
        return wide.view("<f4").reshape(shape)
    if kind not in _DTYPES:
        raise refusal(path, f"expected real numbers, found the type {shortened(kind)} in {shortened(name)!r}")
    dtype = np.dtype(_DTYPES[kind])
    if len(part) != dtype.itemsize * size:
        raise refusal(path, f"the file is damaged: {shortened(name)!r} has not the size of its shape")
    return np.frombuffer(part, dtype=dtype).reshape(shape)


def _json(path: Path, *, lists: bool, texts: dict[str, str]) -> Arrays:
    document = parsed(read_bytes(path, _TEXT, _REMEDY), path)
    if not isinstance(document, dict):
        raise refusal(path, 'expected an object of arrays by their names, such as {"dW1": [[0.1, 0.2]]}')
    found: Arrays = {}
    flat = _flat(document, path, texts)
    for name, value in _each(flat, plural=lists):
        if name in found:
            raise _twice(path, name)
        if len(found) >= ARRAYS:
            raise refusal(path, f"there are more than {ARRAYS} arrays", _REMEDY)
        found[name] = _array(name, value, path)
    return found


def parsed(content: bytes, path: Path) -> Any:
    """Return a JSON document in which no name stands twice.

    Raises:
        ScenarioError: it is none.
    """

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(pairs)
        if len(made) != len(pairs):
            seen: set[str] = set()
            again = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
            raise _twice(path, again)
        return made

    text = decode(content, path)
    try:
        return json.loads(text, object_pairs_hook=once)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise refusal(path, f"this is not JSON: {error.msg}, {place}") from None
    except (RecursionError, ValueError):
        raise refusal(path, "this JSON is too deep, or a number in it too long") from None


def _flat(
    document: dict[str, Any], path: Path, texts: dict[str, str], before: str = "", depth: int = 0
) -> Iterator[tuple[str, Any]]:
    """Yield the arrays of an object and of the objects in it: {"grads": {"W1": ...}} has grads.W1.

    Texts are no arrays, and put into `texts`.
    """
    if depth > 8:
        raise refusal(path, "objects lie in one another too deep")
    for name, value in document.items():
        if isinstance(value, dict):
            yield from _flat(value, path, texts, f"{before}{name}.", depth + 1)
        elif isinstance(value, str):
            texts[before + name] = value
        elif value is not None:
            yield before + name, value


def _each(flat: Iterable[tuple[str, Any]], *, plural: bool) -> Iterator[tuple[str, Any]]:
    """Yield the arrays of lists of arrays of several shapes, and all others as they are."""
    for name, value in flat:
        several = isinstance(value, list) and (is_plural(name) if plural else may_be_layers(name, value))
        if several and _is_uneven(value):
            for place, one in enumerate(value):
                yield f"{name}.{place}" if plural else place_in(name, place), one
        else:
            yield name, value


def _is_uneven(value: list[Any]) -> bool:
    try:
        np.asarray(value)
    except (ValueError, OverflowError, RecursionError):
        return all(isinstance(one, list) for one in value)
    return False


def _array(name: str, value: Any, path: Path) -> npt.NDArray[Any]:
    if isinstance(value, list) and any(isinstance(one, str) for one in _leaves(value)):
        value = _with_numbers(value)
    try:
        array = np.asarray(value)
    except (ValueError, OverflowError, RecursionError):
        raise refusal(path, f"the rows of {shortened(name)!r} are not of one length") from None
    if array.dtype == object and array.size and all(type(one) is int for one in array.ravel()):
        raise refusal(path, f"a number of {shortened(name)!r} is too large")
    if array.dtype.kind not in "fiu" or array.size == 0:
        found = "nothing" if array.size == 0 else "something else"
        raise refusal(path, f"expected numbers in {shortened(name)!r}, found {found}")
    return array.astype(np.float64)


def _leaves(value: Any) -> Iterator[Any]:
    stack = [value]
    while stack:
        one = stack.pop()
        if isinstance(one, list):
            stack += one
        else:
            yield one


def _with_numbers(value: Any) -> Any:
    if isinstance(value, list):
        return [_with_numbers(one) for one in value]
    return _WORDS.get(value.lower(), value) if isinstance(value, str) else value
