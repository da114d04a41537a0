"""In which order are the steps of an iteration done?

An order is a list of steps, written with loops: over the samples of the batch, over the times of a sequence,
over the layers, to and fro. A new order is one row here, its list and what it means. Nothing else knows an
order by its name: whether an update comes too early, what it falsifies, what is applied at once, all that is
worked out from the list.

- `deferred`: an update waits until every error of the iteration has been computed.
- `premature`: each gradient is applied at once; everything after it reads the changed parameters.
- `layerwise`: the early update of vectorised code: a layer is updated as soon as its gradients are there,
  before the deltas of the layer below.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Literal, NamedTuple, TypeAlias

Kind = Literal["forward", "loss", "delta", "gradient", "update"]
"""What is done at a step."""

Over = Literal["sample", "time", "layer"]


class Each(NamedTuple):
    """What is done for each sample, time or layer, from the first to the last."""

    over: Over
    body: tuple[Item, ...]
    back: bool = False


Item: TypeAlias = "Each | Kind"


def each(over: Over, *body: Item) -> Each:
    """Return a loop from the first to the last."""
    return Each(over, body)


def back(over: Over, *body: Item) -> Each:
    """Return a loop from the last to the first."""
    return Each(over, body, back=True)


_FORWARD = each("time", each("layer", "forward"), "loss")


class UpdateOrder(NamedTuple):
    """An order: the list of its steps, and in a few words what it does."""

    steps: tuple[Item, ...]
    meaning: str


ORDERS: dict[str, UpdateOrder] = {
    "deferred": UpdateOrder(
        (
            each("sample", _FORWARD, back("time", back("layer", "delta", "gradient"))),
            back("layer", "update"),
        ),
        "updates wait until every error is computed",
    ),
    "premature": UpdateOrder(
        (each("sample", _FORWARD, back("time", back("layer", "delta", "gradient", "update"))),),
        "each gradient is applied at once, the mistake",
    ),
    "layerwise": UpdateOrder(
        (
            each("sample", _FORWARD),
            back("layer", each("sample", back("time", "delta", "gradient")), "update"),
        ),
        "each layer is updated before the deltas below it, the mistake of vectorised code",
    ),
}
"""Every order by its name in a scenario file."""

WAITING = "deferred"
"""The order whose updates wait: what it makes is right."""

ONLY_WAITING = (
    "Clipping takes the length of all gradients of the batch together: no update can come before the last."
)
"""Why a run that clips its gradients has no other order than the one that waits."""


def following(order: str, places: int = 1) -> str:
    """Return the order so many places after another in the table, round and round; before it if negative."""
    names = list(ORDERS)
    return names[(names.index(order) + places) % len(names)]


def compared_with(order: str) -> str:
    """Return what an order is compared with: the one that waits, and that with the first that does not."""
    return WAITING if order != WAITING else not_waiting(order)[0]


def not_waiting(order: str) -> tuple[str, ...]:
    """Return the orders that do not wait: `order` first, if it is one of them."""
    return tuple(sorted((name for name in ORDERS if name != WAITING), key=lambda name: name != order))


@lru_cache(maxsize=256)
def kinds(items: tuple[Item, ...]) -> frozenset[Kind]:
    """Return the kinds of steps in a list, loops looked into."""
    found: set[Kind] = set()
    for item in items:
        found |= kinds(item.body) if isinstance(item, Each) else {item}
    return frozenset(found)


def updates_within(items: tuple[Item, ...], over: Over) -> bool:
    """Return whether a loop over samples, times or layers has an update inside."""
    for item in items:
        if isinstance(item, Each):
            if item.over == over and "update" in kinds(item.body):
                return True
            if updates_within(item.body, over):
                return True
    return False
