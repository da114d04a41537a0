"""How is the same thing not formed twice in a row?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

T = TypeVar("T")


class Latest(Generic[T]):
    """What was formed latest: one who looks at a step asks for the same matrices again and again."""

    def __init__(self) -> None:
        self._kept: tuple[Hashable, T] | None = None

    def __call__(self, key: Hashable, form: Callable[[], T]) -> T:
        """Return what a key stands for, formed anew only if another key was asked for in between."""
        kept = self._kept
        if kept is None or kept[0] != key:
            kept = self._kept = key, form()
        return kept[1]
