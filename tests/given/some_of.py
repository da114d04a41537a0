"""Which of many like cases are tried? All of a few; of more, some by chance: the same ones in every run."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence

Case = TypeVar("Case")


def some_of(cases: Sequence[Case], most: int) -> list[Case]:
    """At most so many of the cases, in order: the first, the last, and others by chance.

    By chance, as a fixed stride could meet the same layer or sample each time.
    """
    if len(cases) <= most:
        return list(cases)
    chance = Random(f"{most} of {len(cases)}")
    between = chance.sample(range(1, len(cases) - 1), most - 2)
    return [cases[0], *(cases[place] for place in sorted(between)), cases[-1]]
