"""Which two runs of an iteration are held against each other, and which can be?

What is right, as the order that waits makes it, and any order that does not wait; or any two orders, or one
and what the user has made of the iteration.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

from engine.update_orders import ORDERS, WAITING, not_waiting

if TYPE_CHECKING:
    from engine.run.tracing import Trace
    from engine.scenario import Order


class Two(NamedTuple):
    """Two runs of an iteration by their orders, from the same parameters.

    `second` is None for what the run itself does: updates out of turn and a mistake come with it. `first` is
    None for what is right, in the order that waits and without a mistake.
    """

    second: Order | None = None
    first: Order | None = None


NOBODY_CHOSE = Two()
"""Is also what a run itself does against what is right, and where that is no choice the first that is."""


def choices(trace: Trace, iteration: int) -> tuple[Two, ...]:
    """Return which two can be held against each other in an iteration; the first are, if nobody chooses.

    First come those against what is right, then any other two. The run itself is one of them where the user
    has broken the rule or a mistake is made. A run that clips has no other order.
    """
    broken = iteration == trace.broken_iteration
    mine: tuple[Order | None, ...] = (None,) if broken or trace.mistake else ()
    others: tuple[Order | None, ...] = () if trace.shapes.clips else not_waiting(trace.order)
    if trace.mistake and others:
        # With a mistake the order that waits is not right either; unbroken, the run itself is of an order.
        others = tuple(one for one in (*others, WAITING) if broken or one != trace.order)
    every = (*mine, *others)
    return (*map(Two, every), *(_in_turn(*pair) for pair in combinations(every, 2)))


def next_choice(trace: Trace, iteration: int, two: Two) -> Two:
    """Return which two come after others, round and round."""
    offered = choices(trace, iteration)
    place = offered.index(two) if two in offered else 0
    return offered[(place + 1) % len(offered)] if offered else NOBODY_CHOSE


def _in_turn(one: Order | None, other: Order | None) -> Two:
    """Return two orders as the table has them; what the run itself does comes second."""
    first, second = sorted((one, other), key=lambda order: len(ORDERS) if order is None else _place(order))
    return Two(second, first)


def _place(order: Order) -> int:
    return [*ORDERS].index(order)
