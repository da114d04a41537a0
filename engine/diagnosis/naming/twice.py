"""What becomes of several arrays that are one quantity?"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from engine.read.document.text import shortened

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from engine.diagnosis.layouts.readings import Reading


class Several(NamedTuple):
    """Arrays that are one quantity and of which some are wrong: what is said, and which are `left` aside."""

    words: str
    left: tuple[str, ...]


def told_twice(readings: Sequence[Reading], wrong: Collection[str]) -> Iterator[Several]:
    """Yield where several arrays are one quantity, and not all of them are right.

    All are held against ours. Of which mistake they come is asked of the first wrong one alone: no mistake
    makes two arrays of one quantity.
    """
    alike: dict[str, list[str]] = {}
    for one in readings:
        alike.setdefault(one.quantity.name, []).append(one.theirs)
    for ours, theirs in alike.items():
        bad = [name for name in theirs if name in wrong]
        if len(theirs) < 2 or not bad:
            continue
        good = [name for name in theirs if name not in wrong]
        words = f"{ours} is given {len(theirs)} times: {_listed(bad)} {_are(bad)} wrong"
        if good:
            words += f", {_listed(good)} {_are(good)} right"
        if bad[1:]:
            words += f"; what follows is of {shortened(bad[0], 30)}"
        yield Several(words, (*bad[1:], *good))


def _listed(names: Sequence[str]) -> str:
    some = [shortened(name, 30) for name in names]
    return " and ".join((", ".join(some[:-1]), some[-1])) if some[1:] else some[0]


def _are(names: Sequence[str]) -> str:
    return "are" if names[1:] else "is"
