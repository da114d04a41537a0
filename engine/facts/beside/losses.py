"""What does the loss of an iteration come to with somebody's outputs, and what is it made of then?"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from weakref import WeakKeyDictionary

from engine.facts.beside.alongside import as_theirs
from engine.facts.beside.right import should_be
from engine.facts.loss_parts import at_hand, parts_of

if TYPE_CHECKING:
    from engine.facts.loss_parts import Part
    from engine.run.tracing import Trace


class OtherLoss(NamedTuple):
    """A loss with somebody's outputs, None if it is the same, and its shares in the order of the run's.

    `apart` are those of them that are others, by name.
    """

    value: float | None
    parts: list[Part]
    apart: dict[str, float]


def loss_with_theirs(trace: Trace, iteration: int) -> OtherLoss | None:
    """Return the loss of an iteration with somebody's outputs (see `engine.facts.losses.with_theirs`)."""
    other = as_theirs(trace, iteration)
    if other is None:
        return None
    if other not in _MADE:
        if not at_hand(trace, iteration):
            return None
        _MADE[other] = _made(trace, other, iteration)
    return _MADE[other]


# Kept as long as they are held: far from their iteration the curve has their mark, too.
_MADE: WeakKeyDictionary[Trace, OtherLoss | None] = WeakKeyDictionary()


def _made(trace: Trace, other: Trace, iteration: int) -> OtherLoss | None:
    right, found = (parts_of(one, iteration) for one in (trace, other))
    pairs = zip(right, found, strict=True)
    apart = {its.name: its.value for one, its in pairs if should_be(one.value, its.value) is not None}
    losses = (one.iteration(iteration).reduced_loss() for one in (trace, other))
    return OtherLoss(should_be(*losses), found, apart) if apart else None
