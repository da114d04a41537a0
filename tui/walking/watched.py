"""Has the file of the scenario changed since it was read?"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from engine.scenario import Scenario

EVERY = 0.5
"""Seconds between two looks."""


class Opened:
    """The file that a scenario came from, and how to read it again: with what the command line changes.

    `filed` is the scenario as the file said it when it was read last, None before.
    """

    def __init__(
        self,
        file: Path,
        load: Callable[[], Scenario],
        change: Callable[[Scenario], Scenario] | None = None,
        filed: Scenario | None = None,
    ) -> None:
        self.file = file
        self._load, self._change = load, change
        self.filed = filed

    def read(self) -> Scenario:
        """Return the scenario as it is to be opened.

        Raises:
            ScenarioError: it can't be read.
        """
        self.filed = self._load()
        return self.filed if self._change is None else self._change(self.filed)


class Watched:
    """Notices each change of a file once. One that is away, as while an editor replaces it, is none yet."""

    def __init__(self, opened: Opened) -> None:
        self.opened = opened
        self._stamp = stamp(opened.file)

    def changed(self) -> bool:
        """Return whether it is another file, or has other contents, than at the last look."""
        now = stamp(self.opened.file)
        if now is None or now == self._stamp:
            return False
        self._stamp = now
        return True


def stamp(file: Path) -> tuple[int, int, int] | None:
    """Return what is another after each change of a file; None if it isn't there."""
    try:
        status = file.stat()
    except (OSError, ValueError):
        return None
    return status.st_ino, status.st_size, status.st_mtime_ns
