"""What exactly is wrong with an array, seen as a ratio or a shape?

Where no known mistake makes somebody's numbers, and beside one that does: every number is 1/m of the right
one, the right ones stand turned over, it is the sum over all, it is another quantity.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from engine.diagnosis.remarks.another import another, of_one
from engine.diagnosis.remarks.arrangement import reordered, summed, turned
from engine.diagnosis.remarks.differing import nearly, where
from engine.diagnosis.remarks.harmless import harmless
from engine.diagnosis.remarks.ratios import of_change, offset, ratio
from engine.diagnosis.remarks.seen import Seen, Sight, parameter_of, seen_of
from engine.diagnosis.remarks.shapes import of_shape
from engine.diagnosis.remarks.zeros import dropped, overwritten

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from engine.diagnosis.judging.bench import Bench
    from engine.diagnosis.layouts.readings import Reading
    from engine.diagnosis.quantities import Quantity

_SEVERAL = 2
"""Sentences at most about one array."""
_LOOKS = (
    turned,
    summed,
    of_change,
    ratio,
    overwritten,
    dropped,
    another,
    harmless,
    of_one,
    reordered,
    offset,
)
"""What is looked for in an array of the right shape, the most telling first."""


def likenesses(reading: Reading, bench: Bench, known: dict[str, Quantity]) -> Iterator[Sight]:
    """Yield sentences about what an array is instead of the right one, the most telling first.

    Of an array of another shape that is the last.
    """
    seen = seen_of(reading, bench, known)
    found = list(_every(seen))
    if reading.fits:
        found = found[:_SEVERAL] or [Sight(one, tells=False) for one in (*where(seen), *nearly(seen))]
    yield from found


def beside(
    first: Reading, others: Sequence[Reading], bench: Bench, known: dict[str, Quantity]
) -> Iterator[str]:
    """Yield what is seen of other arrays than the `first` that is wrong, of each the most telling.

    What is the same of several is said once.
    """
    most = next(_every(seen_of(first, bench, known)), None)
    same: dict[str, list[str]] = {} if most is None else {_unnamed(most.words, first): []}
    said: dict[str, str] = {}
    for reading in others:
        sight = next(_every(seen_of(reading, bench, known)), None)
        if sight is not None:
            sentence = sight.words
            kind = _unnamed(sentence, reading)
            if kind in same:
                same[kind].append(reading.quantity.name)
            else:
                same[kind], said[kind] = [], sentence
    for kind, names in same.items():
        of_these = f"the same of {', '.join(dict.fromkeys(names))}" if names else ""
        if text := "; ".join(part for part in (said.get(kind), of_these) if part):
            yield text


def unseen(some: Sequence[Reading], bench: Bench, known: dict[str, Quantity]) -> list[str]:
    """Return the names of arrays of which nothing is seen but that they differ."""
    silent = (one for one in some if next(_every(seen_of(one, bench, known)), None) is None)
    return list(dict.fromkeys(one.quantity.name for one in silent))


def _unnamed(sentence: str, reading: Reading) -> str:
    """Return a sentence without the name of what it is about, to be held against that about another."""
    name = reading.quantity.name
    return re.sub(rf"\b({name}|{parameter_of(name)})\b", "", sentence)


def _every(seen: Seen) -> Iterator[Sight]:
    """Yield all that is seen of an array, the most telling first."""
    strange = ~np.isfinite(seen.array)
    if seen.reading.fits and strange.any() and np.isfinite(seen.right).all():
        count = int(strange.sum())
        verb = "is" if count == 1 else "are"
        yield Sight(f"{count:,} of {strange.size:,} numbers of {seen.name} {verb} nan or infinite")
        return
    for look in _LOOKS if seen.reading.fits else (of_shape,):
        yield from look(seen)
