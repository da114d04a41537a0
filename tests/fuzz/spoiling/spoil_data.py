"""How are the data beside a scenario spoilt: the cells of a CSV file, the arrays of an .npz file?"""

from __future__ import annotations

import io
import warnings
import zipfile
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import numpy as np

from tests.fuzz.spoiling.hostile import NUMBERS, TEXTS

if TYPE_CHECKING:
    from random import Random

_HEADERS = (
    "{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000, 1000000000), }",
    "{'descr': '<f8', 'fortran_order': False, 'shape': (-1, 2), }",
    "{'descr': '<f8', 'fortran_order': False, 'shape': (5000000, 2), }",
    "{'descr': '<f8', 'fortran_order': False, 'shape': (True, 2), }",
    "{'descr': '<f8', 'fortran_order': False, 'shape': (0, 9999999999999999999999), }",
    "{'descr': '<f8', 'fortran_order': 1, 'shape': (1, 2), }",
    "{'descr': '|O', 'fortran_order': False, 'shape': (1, 2), }",
    "{'descr': [('a', '<f8')], 'fortran_order': False, 'shape': (1, 2), }",
    "{'descr': ('<f8', (1000000000,)), 'fortran_order': False, 'shape': (1,), }",
    "{'descr': '<f8', 'shape': (1, 2), }",
    "{'descr': '\x1b]52;c;eA==\x07', 'fortran_order': False, 'shape': (1, 2), }",
    "{'descr': 'm8', 'fortran_order': False, 'shape': (1, 2), }",
    "{'descr': '<f8', 'fortran_order': False, 'shape': (1L, 2L), }",
    "(" * 3000,
    "-" * 3000 + "1",
    "__import__('os').getcwd()",
    "[" * 200 + "]" * 200,
    "\udcff",
    "",
)


def spoil_csv(content: bytes, chance: Random) -> tuple[bytes, str]:
    """Return the table with one change, and what it was."""
    rows = [line.split(",") for line in content.decode("utf-8", "replace").split("\n")]
    how = chance.choice((cell, cell, cell, row, column, separator, quote))
    how(rows, chance)
    ends = chance.choice(("\n", "\n", "\r\n", "\r"))
    return ends.join(",".join(row) for row in rows).encode("utf-8", "surrogatepass"), how.__name__


def cell(rows: list[list[str]], chance: Random) -> None:
    line = chance.choice(rows)
    value = chance.choice(
        (chance.choice(NUMBERS), chance.choice(NUMBERS), chance.choice(TEXTS), "", '"1"', " 1 ")
    )
    line[chance.randrange(len(line))] = value


def row(rows: list[list[str]], chance: Random) -> None:
    place = chance.randrange(len(rows))
    match chance.randrange(4):
        case 0:
            del rows[place]
        case 1:
            rows.insert(chance.randint(0, len(rows)), list(rows[place]))
        case 2:
            rows.insert(chance.randint(0, len(rows)), [""] * chance.randrange(5))
        case _:
            chance.shuffle(rows)


def column(rows: list[list[str]], chance: Random) -> None:
    place = chance.randrange(len(rows[0]) + 1)
    for line in rows if chance.random() < 0.5 else rows[:1]:
        line[place : place + chance.randrange(2)] = [chance.choice(("0.5", "", "x"))] * chance.randrange(2)


def separator(rows: list[list[str]], chance: Random) -> None:
    sign = chance.choice((";", "\t", "|", ", ", ",,"))
    rows[:] = [[sign.join(line)] for line in rows]


def quote(rows: list[list[str]], chance: Random) -> None:
    line = chance.choice(rows)
    place = chance.randrange(len(line))
    line[place] = chance.choice(('"{}"', '"{}', '{}"', '""{}""', "'{}'", '"{}\n"')).format(line[place])


def spoil_npz(content: bytes, chance: Random) -> tuple[bytes, str]:
    """Return the archive with one change, and what it was; the same if it is no archive."""
    arrays: dict[str, Any] = {}
    with warnings.catch_warnings(), suppress(Exception):
        warnings.simplefilter("ignore")
        with np.load(io.BytesIO(content)) as archive:
            arrays = {name: np.asarray(archive[name]) for name in archive.files}
    if not arrays:
        return content, "as it is"
    name = chance.choice(list(arrays))
    if chance.random() < 0.35:
        header = chance.choice(_HEADERS)
        return _archive(
            arrays, {name: _with_header(arrays[name], header, chance)}, chance
        ), f"header {header[:60]!r}"
    how = chance.choice((kind, kind, shape, shape, value, member))
    how(arrays, name, chance)
    return _archive(arrays, {}, chance), how.__name__


def kind(arrays: dict[str, Any], name: str, chance: Random) -> None:
    code = chance.choice(["f2", "f4", ">f8", "f16", "i1", "u8", "c16", "?", "S5", "U3", "O", "M8[s]", "V8"])
    with warnings.catch_warnings(), suppress(ValueError, TypeError, RuntimeError):
        warnings.simplefilter("ignore")
        arrays[name] = arrays[name].astype(code)


def shape(arrays: dict[str, Any], name: str, chance: Random) -> None:
    array = np.atleast_1d(arrays[name])
    arrays[name] = chance.choice(
        (
            array.ravel(),
            array.T,
            array[None],
            array[:0],
            array[..., :0],
            array[1:],
            array[..., None],
            np.array(1.0),
        )
    )


def value(arrays: dict[str, Any], name: str, chance: Random) -> None:
    array = arrays[name].copy()
    if array.dtype.kind != "f":
        return
    if array.size:
        with np.errstate(all="ignore"):
            array.flat[chance.randrange(array.size)] = chance.choice(
                (np.nan, np.inf, -np.inf, 1e308, 1e-320, -0.0, 1e9)
            )
    with np.errstate(all="ignore"):
        arrays[name] = array * chance.choice((1.0, 1.0, -1.0, 1e150))


def member(arrays: dict[str, Any], name: str, chance: Random) -> None:
    array = arrays.pop(name)
    if other := chance.choice(("", "x", "\x1b[31m", "../inputs", "inputs", "targets", "[/]", "\u202e")):
        arrays[other] = array


def _with_header(array: Any, header: str, chance: Random) -> bytes:
    version = chance.choice((b"\x01\x00", b"\x01\x00", b"\x02\x00", b"\x03\x00", b"\xff\xff"))
    text = header.encode("utf-8", "surrogateescape") + b"\n"
    length = len(text).to_bytes(2 if version[0] == 1 else 4, "little")
    return (
        b"\x93NUMPY" + version + length + text + chance.choice((np.ascontiguousarray(array).tobytes(), b""))
    )


def _archive(arrays: dict[str, Any], raw: dict[str, bytes], chance: Random) -> bytes:
    file = io.BytesIO()
    pressed = chance.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA))
    with zipfile.ZipFile(file, "w", pressed) as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name, array in arrays.items():
            content = io.BytesIO()
            np.lib.format.write_array(content, np.asanyarray(array), allow_pickle=True)
            archive.writestr(_entry(f"{name}.npy", pressed), raw.get(name, content.getvalue()))
        if chance.random() < 0.1:
            archive.writestr(_entry(chance.choice(("inputs.npy", "x", "a/b.npy")), pressed), b"\0" * 1000)
    return file.getvalue()


def _entry(name: str, pressed: int) -> zipfile.ZipInfo:
    """Return an entry that bears no time of day: a number makes the same file whenever it is asked."""
    entry = zipfile.ZipInfo(name)
    entry.compress_type = pressed
    return entry
