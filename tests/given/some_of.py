"""Which of many like cases are tried? All of a few; of more, some by chance: the same ones in every run.

With EVERY_CASE=1 in the environment all of them are.
"""

from __future__ import annotations

import os
from itertools import product
from random import Random
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Case = TypeVar("Case")

EVERY_CASE = os.environ.get("EVERY_CASE", "") not in ("", "0")


def some_of(cases: Sequence[Case], most: int) -> list[Case]:
    """At most so many of the cases, in order: the first, the last, and others by chance.

    By chance, as a fixed stride could meet the same layer or sample each time.
    """
    if len(cases) <= most or EVERY_CASE:
        return list(cases)
    chance = Random(f"{most} of {len(cases)}")
    between = chance.sample(range(1, len(cases) - 1), most - 2)
    return [cases[0], *(cases[place] for place in sorted(between)), cases[-1]]


def each_of(*lists: Iterable[Any]) -> list[tuple[Any, ...]]:
    """So many combinations that each entry of each list is in one at least; they are paired by chance.

    For tests of what a row does alone. Where two rows meet, as an activation and a loss do, all pairs have
    to be tried.
    """
    rows = [list(entries) for entries in lists]
    if EVERY_CASE:
        return [*product(*rows)]
    longest = max(map(len, rows))
    chance = Random(" by ".join(str(len(entries)) for entries in rows))
    columns = []
    for entries in rows:
        column = [
            entry for _ in range(0, longest, len(entries)) for entry in chance.sample(entries, len(entries))
        ]
        columns.append(column[:longest])
    return [*zip(*columns, strict=True)]


def in_turns(cases: Sequence[Case], turn: int, shares: int) -> list[Case]:
    """One of so many shares of the cases: tests of one kind that take turns try all of them together."""
    return list(cases) if EVERY_CASE else list(cases[turn % shares :: shares])
