"""By what number is an array another than the right one, multiplied or added?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.diagnosis.remarks.factors import factor, is_one
from engine.diagnosis.remarks.seen import Seen, Sight, parameter_of
from engine.equations.equation import Variable
from engine.equations.updates import old

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.arrays import Array

_SUMMED = 64
"""Roundings of the right numbers within which a sum that cancels is 0."""


def ratio(seen: Seen) -> Iterator[Sight]:
    """Say by what number every one of the right ones is multiplied."""
    ratio = ratio_of(seen.array, seen.right)
    if seen.array.size and np.all(np.abs(seen.array) <= np.spacing(np.abs(seen.right).max()) * _SUMMED):
        rounding = " but for rounding" if seen.array.any() else ""
        yield Sight(f"every number of {seen.name} is 0{rounding}", tells=False)
        return
    if ratio is None or not seen.same(seen.right * ratio, ratio) or seen.same(np.zeros(())):
        return
    if is_one(ratio):  # they are nearly right, and that is said as such
        return
    words = factor(seen, ratio)
    if words.tells or _is_of_several(seen.array, seen.right):
        yield words._replace(words=f"every number of {seen.name} is {words.words}")


def of_change(seen: Seen) -> Iterator[Sight]:
    """Say the same of what an update has added to a parameter."""
    group = seen.reading.quantity.group
    if group is None or seen.reading.variable.name != f"{group}'":
        return
    before = seen.bench.right.remembered[old(seen.reading.variable)]
    mine, right = seen.array - before, seen.right - before
    if seen.same(before):
        yield Sight(f"{seen.name} is what it was before the update")
        return
    ratio = ratio_of(mine, right)
    if ratio is not None and not is_one(ratio) and seen.same(before + right * ratio, ratio):
        words = factor(seen, ratio)
        if words.tells or _is_of_several(mine, right):
            yield words._replace(words=f"the change of {parameter_of(seen.name)} is {words.words}")


def offset(seen: Seen) -> Iterator[Sight]:
    """Say what is added to every number: one number, or a multiple of the parameter."""
    more = seen.array - seen.right
    first = float(more.ravel()[0]) if more.size else 0.0
    if seen.array.size > 1 and first and np.isfinite(first) and seen.same(seen.right + first):
        side = f"large by {first:.6g}" if first > 0 else f"small by {-first:.6g}"
        yield Sight(f"every number of {seen.name} is too {side}", tells=False)
    group = seen.reading.quantity.group
    if group is None or not seen.reading.quantity.is_total:
        return
    parameter = seen.bench.right.remembered[Variable(group, seen.reading.quantity.layer)]
    ratio = ratio_of(more, parameter)
    if ratio is not None and seen.array.size > 1 and seen.same(seen.right + ratio * parameter):
        letter = seen.name[1:]
        yield Sight(f"{seen.name} is the right one plus {ratio:.6g} times {letter}: a decay of the weights")


def _is_of_several(mine: Array, right: Array) -> bool:
    """Return whether it says something that numbers are in one ratio to the right ones.

    One number always is, and so are two that add up to 0, such as those of two outputs of a softmax.
    """
    if mine.size > 2:
        return True
    return mine.size == 2 and not all(
        abs(float(one.sum())) <= _SUMMED * float(np.spacing(np.abs(one).max())) for one in (mine, right)
    )


def ratio_of(mine: Array, right: Array) -> float | None:
    """Return what the right ones would be multiplied by, judged by the largest; None if that is no number."""
    if not right.size or not np.isfinite(mine).all() or not np.isfinite(right).all():
        return None
    place = np.unravel_index(int(np.argmax(np.abs(right))), right.shape)
    if not right[place]:
        return None
    ratio = float(mine[place] / right[place])
    return ratio if np.isfinite(ratio) else None
