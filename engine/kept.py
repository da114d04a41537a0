"""How is what was computed kept for the next question, within so many bytes?

A large run's numbers of one iteration take as much as thousands of a small one's: counted are the bytes.
"""

from __future__ import annotations

from collections import OrderedDict
from contextlib import suppress
from typing import TYPE_CHECKING, Generic, TypeVar
from weakref import WeakKeyDictionary, ref

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

Owner = TypeVar("Owner")
T = TypeVar("T")


class Kept(Generic[Owner, T]):
    """What was made of owners, as long as these are there, in `most` bytes; the oldest goes first.

    The latest stays whatever it takes: who looks at it asks again with each key. What is made must not hold
    its owner, or both stay.
    """

    def __init__(self, most: int, bytes_of: Callable[[T], int]) -> None:
        self._most, self._bytes_of = most, bytes_of
        self._made: WeakKeyDictionary[Owner, dict[Hashable, T]] = WeakKeyDictionary()
        self._sizes: OrderedDict[tuple[ref[Owner], Hashable], int] = OrderedDict()  # the latest last

    def of(self, owner: Owner, key: Hashable, make: Callable[[], T]) -> T:
        """Return what was made of an owner under a key, or make it."""
        place = ref(owner), key
        mine = self._made.get(owner, {})
        if key in mine:
            with suppress(KeyError):  # another thread may just have let it go
                self._sizes.move_to_end(place)
                return mine[key]
        made = make()
        self._made.setdefault(owner, {})[key] = made
        self._sizes[place] = self._bytes_of(made)
        self._sizes.move_to_end(place)
        self._make_room()
        return made

    @property
    def nbytes(self) -> int:
        """Bytes of all that is kept."""
        return sum(size for (owner, _), size in list(self._sizes.items()) if owner() is not None)

    def _make_room(self) -> None:
        for place in [one for one in self._sizes if one[0]() is None]:
            self._sizes.pop(place, None)
        while self.nbytes > self._most and len(self._sizes) > 1:
            (at, key), _ = self._sizes.popitem(last=False)
            owner = at()
            if owner is not None:
                self._made.get(owner, {}).pop(key, None)


class Made(Generic[Owner, T]):
    """What was made of owners, as long as these are there. What is made must not hold its owner."""

    def __init__(self) -> None:
        self._made: WeakKeyDictionary[Owner, dict[Hashable, T]] = WeakKeyDictionary()

    def of(self, owner: Owner, key: Hashable, make: Callable[[], T]) -> T:
        """Return what was made of an owner under a key, or make it."""
        mine = self._made.setdefault(owner, {})
        if key not in mine:
            mine[key] = make()
        return mine[key]


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
