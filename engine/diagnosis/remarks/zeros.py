"""What has made numbers 0 that should be none?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.diagnosis.remarks.seen import Sight
from engine.equations.equation import Variable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.diagnosis.remarks.seen import Seen

_FEWEST = 3
"""Numbers of each kind from which on it is none by chance."""
_EQUAL = 1e-6


def dropped(seen: Seen) -> Iterator[Sight]:
    """Say whether every activation is 0 or one multiple of the right one: dropout, which makes them so."""
    if seen.reading.variable.name != "activation":
        return
    there = (seen.array != 0.0) & (seen.right != 0.0)
    gone = (seen.array == 0.0) & (np.abs(seen.right) > seen.within)
    if min(int(there.sum()), int(gone.sum())) < _FEWEST:
        return
    largest = np.unravel_index(int(np.argmax(np.where(there, np.abs(seen.right), 0.0))), there.shape)
    ratio = float(seen.array[largest] / seen.right[largest])
    if ratio < 1.0 - _EQUAL or not seen.same(np.where(gone, 0.0, seen.right * ratio), ratio):
        return
    words = "the right one" if abs(ratio - 1.0) <= _EQUAL else f"{ratio:.6g} times the right one"
    yield Sight(f"every number of {seen.name} is 0 or {words}, as dropout makes them")


def overwritten(seen: Seen) -> Iterator[Sight]:
    """Say whether the zeros of a recurrent gradient are what time 0 gives it, with no state before.

    Many mistakes make zeros: so it is no cause.
    """
    quantity = seen.reading.quantity
    if quantity.group != "recurrent_weights" or not quantity.is_total or seen.array.any():
        return
    state = seen.bench.ground.initial.get(Variable("activation", quantity.layer))
    if state is not None and not state.any():
        yield Sight(
            f"time 0 alone gives {seen.name} nothing but 0, for the state before it is 0: "
            "so does a loop back through time with = for +=",
            tells=False,
        )
