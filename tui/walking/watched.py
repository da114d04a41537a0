"""Has the file of the scenario changed since it was read?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from engine.scenario import Scenario

EVERY = 0.5
"""Seconds between two looks."""


class Opened(Struct, frozen=True):
    """The file that a scenario came from, and how to read it again: with what the command line changes."""

    file: Path
    read: Callable[[], Scenario]


class Watched:
    """Notices each change of a file once. One that is away, as while an editor replaces it, is none yet."""

    def __init__(self, opened: Opened) -> None:
        self.opened = opened
        self._stamp = _stamp(opened.file)

    def changed(self) -> bool:
        """Return whether it is another file, or has other contents, than at the last look."""
        now = _stamp(self.opened.file)
        if now is None or now == self._stamp:
            return False
        self._stamp = now
        return True


def _stamp(file: Path) -> tuple[int, int, int] | None:
    try:
        status = file.stat()
    except (OSError, ValueError):
        return None
    return status.st_ino, status.st_size, status.st_mtime_ns
