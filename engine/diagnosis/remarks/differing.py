"""Which numbers of an array differ, and by what one number if they are multiplied by it?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.diagnosis.judging.close import digits_of_agreement
from engine.diagnosis.precision import largest_of
from engine.diagnosis.remarks.factors import factor, is_one
from engine.diagnosis.remarks.ratios import ratio_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.arrays import Mask
    from engine.diagnosis.layouts.readings import Reading
    from engine.diagnosis.remarks.seen import Seen

_ALMOST = 3
"""Digits to which numbers agree that are nearly right."""
_FEW = 3
"""Numbers of an array that are named when they are all that differs."""


def where(seen: Seen) -> Iterator[str]:
    """Say where the numbers that differ are, if they are few or of one unit or sample, and by what factor."""
    apart = ~seen.bench.right_in(seen.reading)
    count = int(apart.sum())
    if count == apart.size or not count:
        return
    one, each = _alone(seen, apart), _each(seen, apart)
    if each and one:
        yield f"{count:,} of {apart.size:,} numbers of {seen.name} differ{one}: each is {each}"
        return
    if count <= _FEW:
        places = [_index(tuple(int(part) for part in one), seen.reading) for one in np.argwhere(apart)]
        word = "number differs" if count == 1 else "numbers differ"
        yield f"only {count} {word} of {apart.size:,} in {seen.name}: {', '.join(places)}"
        return
    yield f"{count:,} of {apart.size:,} numbers of {seen.name} differ{one}"


def nearly(seen: Seen) -> Iterator[str]:
    """Say to how many digits all numbers agree, if it is to some: by rounding they would to more.

    Numbers that should be 0 have no digits to agree to, and what is infinite has none.
    """
    apart = ~seen.bench.right_in(seen.reading)
    if not largest_of(seen.right) or not np.isfinite((seen.array - seen.right)[apart]).all():
        return
    digits = digits_of_agreement(seen.array, seen.right)
    if digits >= _ALMOST:
        yield f"all numbers of {seen.name} agree to {digits} digits, but they are more exact than that"


def _each(seen: Seen, apart: Mask) -> str:
    """Say by what one number all are multiplied that differ; nothing if by none, or if it is only one."""
    mine, right = seen.array[apart], seen.right[apart]
    found = ratio_of(mine, right) if mine.size > 1 else None
    if found is None or is_one(found):
        return ""
    multiplied = np.where(apart, seen.right * found, seen.array)
    return factor(seen, found).words if seen.same(multiplied, found) else ""


def _alone(seen: Seen, apart: Mask) -> str:
    """Say at which times, of which sample or of which unit all numbers are that differ, if not of all."""
    group = seen.reading.quantity.group
    words: tuple[str, ...] = ("in row {1}", "in column {1}")
    if group is None:
        words = ("at time {0}", "of sample {1}", "of unit {1}")
    elif group == "biases":
        return ""
    for axis, word in enumerate(words):
        (places,) = np.nonzero(apart.any(axis=tuple(one for one in range(apart.ndim) if one != axis)))
        if len(places) == 1 < apart.shape[axis]:
            return ", all " + word.format(places[0], places[0] + 1)
    return _at_times(apart) if group is None else ""


def _at_times(apart: Mask) -> str:
    """Say at which times the numbers are that differ, if it is some from one on or up to one."""
    times = apart.shape[0]
    (places,) = np.nonzero(apart.any(axis=(1, 2)))
    first, last = int(places[0]), int(places[-1])
    if len(places) == times or last - first + 1 > len(places):
        return ""
    return f", all at the times {first} to {last} (of 0 to {times - 1})"


def _index(place: tuple[int, ...], reading: Reading) -> str:
    if not reading.quantity.is_of_samples:
        return "[" + ",".join(str(part + 1) for part in place) + "]"
    time, sample, unit = place
    at = f" at time {time}" if reading.array.shape[0] > 1 else ""
    return f"[{unit + 1}] of sample {sample + 1}{at}"
