"""What arrays does a file of somebody's numbers hold?

An .npz file as `numpy.savez` writes it, a .safetensors file, or JSON. Nothing in a file is run, and sizes are
taken from what a file says of itself before anything is read.
"""

from __future__ import annotations

from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from engine.named_arrays.files.jsonfile import read_json
from engine.named_arrays.files.limits import LIMIT, REMEDY, too_many, twice
from engine.named_arrays.files.safetensorsfile import read_safetensors
from engine.read.complaints import ScenarioError
from engine.read.data.npzfile import ARRAYS, ZipError, opened_zip, stored
from engine.read.data.opened import DataFile
from engine.read.document.source import open_regular, refusal
from engine.read.findings import Findings, TooManyFindingsError
from engine.read.numbers import NUMBERS

if TYPE_CHECKING:
    import os
    import zipfile
    from collections.abc import Callable, Iterator

    from engine.named_arrays.files.limits import Arrays

_SAVE = "Write it with numpy.savez(name, dW1=..., db1=...)."


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
        ".json": partial(read_json, lists=lists, texts={} if texts is None else texts),
        ".safetensors": read_safetensors,
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
    with opened_archive(path, "an .npz", _SAVE, REMEDY) as (archive, file):
        total = 0
        for member in archive.namelist():
            name = member.removesuffix(".npy")
            array = stored(archive, name, file)
            if array is None:
                break
            total += array.size
            if total > NUMBERS or name in found:
                raise too_many(path) if total > NUMBERS else twice(path, name)
            found[name] = array
    return found
