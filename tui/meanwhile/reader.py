"""How are files read while the keyboard is answered?"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from engine.read.complaints import ScenarioError
from tui.meanwhile.maker import Maker

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.scenario import Scenario

T = TypeVar("T")

WAIT = 0.15
"""Seconds that a key waits for a file."""


class Reader(Maker):
    """Reads one file after the other in a thread."""

    def __init__(self) -> None:
        super().__init__(computes=False)

    def read(
        self, name: str, what: Callable[[], T], then: Callable[[T], None], wait: float | None = None
    ) -> bool:
        """Have something read under a name, then do something with it; return whether that is done.

        What is read in no time is at hand before the next key.
        """
        found: list[T] = []

        def finish(_: object = None) -> None:
            if found and not self._ended:
                then(found.pop())

        self.make(name, lambda: found.append(what()), finish, WAIT if wait is None else wait)
        if not found:  # it comes later, though it may be there in a moment
            return False
        finish()
        return True


def tried(load: Callable[[], Scenario]) -> Scenario | ScenarioError:
    """Return what is read, or why it can't be."""
    try:
        return load()
    except ScenarioError as error:
        return error
