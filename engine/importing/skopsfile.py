"""What are the attributes of the object in a .skops file?

It is a zip file of schema.json, which says of each attribute what it is, and .npy files. Lists, numbers,
texts and arrays are read; what skops would make objects of is left alone.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from engine.named_arrays.files.jsonfile import parsed
from engine.named_arrays.files.numbersfile import opened_archive
from engine.read.data.npzfile import COMPRESSIONS, stored
from engine.read.document.source import refusal
from engine.read.numbers import NUMBERS

if TYPE_CHECKING:
    import zipfile
    from collections.abc import Collection
    from pathlib import Path

    from engine.read.data.opened import DataFile

_SCHEMA = "schema.json"
_SCHEMA_LIMIT = 4 * 2**20


class Stored(NamedTuple):
    """The class of an object, and those of its attributes that were asked for."""

    kind: str
    values: dict[str, Any]


def read_skops(path: Path, names: Collection[str]) -> Stored:
    """Return the object in a file, with the attributes of these names.

    Raises:
        ScenarioError: it can't be read.
    """
    write = "Write it with skops.io.dump(mlp, name)."
    with opened_archive(path, "a .skops", write, "Take a smaller network.") as (archive, file):
        return _Reader(archive, file, path).read(names)


class _Reader:
    def __init__(self, archive: zipfile.ZipFile, file: DataFile, path: Path) -> None:
        self._archive = archive
        self._file = file
        self._path = path
        self._room = NUMBERS

    def read(self, names: Collection[str]) -> Stored:
        about = self._archive.getinfo(_SCHEMA)
        if about.compress_type not in COMPRESSIONS or about.file_size > _SCHEMA_LIMIT:
            raise refusal(self._path, f"{_SCHEMA} is too large, or compressed in another way")
        with self._archive.open(about) as stream:
            schema = parsed(stream.read(_SCHEMA_LIMIT), self._path)
        match schema:
            case {"__class__": str(kind), "content": {"content": dict(content)}}:
                return Stored(
                    kind, {name: self._value(content[name], name) for name in names if name in content}
                )
            case {"__class__": str(kind)}:
                return Stored(kind, {})
        raise refusal(self._path, f"the file is damaged: {_SCHEMA} describes no object")

    def _value(self, node: object, name: str, *, inside: bool = False) -> Any:
        """Return a text, a number, an array or a list of them; None for anything else."""
        match node:
            case {"__loader__": "JsonNode", "content": str(text)}:
                return json.loads(text)
            case {"__loader__": "ListNode" | "TupleNode", "content": list(nodes)} if not inside:
                return [self._value(one, f"{name}[{place}]", inside=True) for place, one in enumerate(nodes)]
            case {"__loader__": "NdArrayNode", "type": "numpy", "file": str(member)}:
                return self._array(member, name)
        return None

    def _array(self, member: str, name: str) -> Any:
        labels = name == "classes_"
        array = stored(
            self._archive, member.removesuffix(".npy"), self._file, name, self._room, labels=labels
        )
        self._room -= 0 if array is None else array.size
        return array if array is None or array.shape else array.item()
