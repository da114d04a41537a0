"""How far has the user come in each lesson? It is remembered from one time to the next, if it may be.

A file in the user's state folder, written whole or not at all. What it can't hold or say is no error: the
lessons are then begun anew.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from tui.files import keep

if TYPE_CHECKING:
    from pathlib import Path

_FILE = "lessons.json"
_LARGEST = 2**20  # bytes; far more than any course needs


class Reached(NamedTuple):
    """The furthest note of a lesson that has been read, from 1, of how many."""

    note: int
    of: int

    @property
    def is_done(self) -> bool:
        """Whether its last note has been read."""
        return self.note >= self.of

    @property
    def words(self) -> str:
        """What the picker says."""
        return "done" if self.is_done else f"note {self.note} of {self.of}"


class Done:
    """What has been done; `folder` is where it is kept, None for nowhere: it is forgotten at the end."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder
        self._lessons: dict[str, Reached] | None = None

    def of(self, lesson: str) -> Reached | None:
        """Return how far a lesson has been read; None if not at all."""
        return self._read().get(lesson)

    def reach(self, lesson: str, note: int, of: int) -> None:
        """Remember that a note has been read, unless a later one has."""
        lessons = self._read()
        before = lessons.get(lesson)
        if before is not None and before.note >= note and before.of == of:
            return
        lessons[lesson] = Reached(max(note, 0 if before is None else before.note), of)
        self._write(lessons)

    def _read(self) -> dict[str, Reached]:
        if self._lessons is None:
            self._lessons = {}
            if self.folder is not None:
                with suppress(OSError, msgspec.MsgspecError, RecursionError):
                    self._lessons = _lessons_in(self.folder / _FILE)
        return self._lessons

    def _write(self, lessons: dict[str, Reached]) -> None:
        if self.folder is not None:
            keep(self.folder, _FILE, msgspec.json.encode(lessons))


def _lessons_in(file: Path) -> dict[str, Reached]:
    """Return what a file says, without what makes no sense in it."""
    with file.open("rb") as opened:
        found = msgspec.json.decode(opened.read(_LARGEST))
    if not isinstance(found, dict):
        return {}
    return {
        name: Reached(*entry)
        for name, entry in found.items()
        if isinstance(entry, list) and len(entry) == len(Reached._fields) and all(map(_counts, entry))
    }


def _counts(number: object) -> bool:
    return type(number) is int and 0 <= number < _LARGEST
