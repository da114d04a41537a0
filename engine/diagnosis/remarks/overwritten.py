"""Is a total what the last step of a loop leaves that sets it in place of adding to it?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.diagnosis.remarks.seen import Sight
from engine.equations.equation import Variable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.diagnosis.remarks.seen import Seen


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
