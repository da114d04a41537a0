"""In which orders can the axes of an array stand, and how does it look in ours?"""

from __future__ import annotations

from itertools import permutations
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from engine.arrays import Array

AXES: Final = {"s": "sample", "t": "time", "u": "unit"}
"""The axes of what is of each sample, by the letters of a layout."""
OURS = "stu"


def layouts(shape: tuple[int, ...]) -> list[str]:
    """Return the layouts of an array [time, sample, unit] that differ, by their letters: ours first."""
    sizes = dict(zip("tsu", shape, strict=True))
    found: dict[str, str] = {}
    for letters in permutations(OURS):
        # Where there are no times, all stands at one; an axis of a single place says nothing.
        seen = "".join(letter for letter in letters if sizes[letter] != 1)
        found.setdefault(seen, "".join(letters))
    return list(found.values())


def of_batch(array: Array, shape: tuple[int, ...], layout: str) -> Array | None:
    """Return an array as [time, sample, unit]."""
    sizes = dict(zip("tsu", shape, strict=True))
    found = squeezed(array, tuple(sizes[letter] for letter in layout))
    return None if found is None else found.transpose([layout.index(letter) for letter in "tsu"])


def squeezed(array: Array, shape: tuple[int, ...]) -> Array | None:
    """Return an array in a shape that it has already, but for axes of length 1."""
    mine, wanted = ([length for length in one if length != 1] for one in (array.shape, shape))
    return array.reshape(shape) if mine == wanted else None
