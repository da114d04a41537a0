"""What is one case of the fuzzer? A scenario file, the files beside it, and how they were spoilt."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

SCENARIO = "scenario.toml"
ODD = ("a pipe", "a directory", "a link out", "a link to itself", "nothing")


@dataclass(frozen=True, slots=True)
class Case:
    """Files by name, one of them the scenario; `odd` are names that are no regular file."""

    files: dict[str, bytes]
    odd: dict[str, str] = field(default_factory=dict)
    spoilt: tuple[str, ...] = ()

    def with_file(self, name: str, content: bytes, how: str) -> Case:
        """The case with one file changed."""
        return replace(self, files=self.files | {name: content}, spoilt=(*self.spoilt, f"{name}: {how}"))

    def with_odd(self, name: str, kind: str) -> Case:
        """The case with something odd in the place of a file."""
        files = {other: content for other, content in self.files.items() if other != name}
        return Case(files, self.odd | {name: kind}, (*self.spoilt, f"{name}: {kind}"))

    def write(self, folder: Path) -> Path:
        """Write the files into an empty folder; return the path of the scenario."""
        for name, content in self.files.items():
            (folder / name).write_bytes(content)
        for name, kind in self.odd.items():
            _make(folder / name, kind)
        return folder / SCENARIO


def _make(path: Path, kind: str) -> None:
    match kind:
        case "a pipe":
            os.mkfifo(path)
        case "a directory":
            path.mkdir()
        case "a link out":
            path.symlink_to("/etc/hostname")
        case "a link to itself":
            path.symlink_to(path.name)


def remove(folder: Path) -> None:
    """Empty the folder of a case."""
    for path in folder.iterdir():
        if path.is_dir() and not path.is_symlink():
            path.rmdir()
        else:
            path.unlink()
