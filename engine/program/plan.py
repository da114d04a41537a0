"""What of an order can be done at once?

Steps between two updates read the same parameters, so they can be done layer by layer for all samples and
times at once. An order whose updates stand inside the loop over the samples is done sample by sample;
inside the loop over the times, time by time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from engine.equations.equation import Home
from engine.update_orders import Each, kinds, updates_within

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from engine.update_orders import Item


class Stretch(NamedTuple):
    """Kinds of steps that are done without an update between, for all samples and times that are at hand."""

    homes: tuple[Home, ...]


class Update(NamedTuple):
    """The update of a layer with what has been gathered since the one before."""

    layer: int


class Times(NamedTuple):
    """What is done time by time."""

    items: tuple[Done, ...]
    back: bool


Done: TypeAlias = Stretch | Update | Times


class Plan(NamedTuple):
    """What an iteration does: for the whole batch, or for each sample in turn."""

    items: tuple[Done, ...]
    by_sample: bool


def plan_of(order: tuple[Item, ...], layers: int) -> Plan:
    """Return what of an order's steps can be done at once, in a network of so many layers.

    Of a list that is sound (`engine.order.sound`): with an update inside the loop over the samples that loop
    is all there is.
    """
    if not updates_within(order, "sample"):
        return Plan(_walked(order, layers), by_sample=False)
    (loop,) = order
    assert isinstance(loop, Each)
    return Plan(_walked(loop.body, layers), by_sample=True)


def without(items: tuple[Done, ...], home: Home) -> tuple[Done, ...]:
    """Return what is done, without one kind of step."""
    found: list[Done] = []
    for item in items:
        if isinstance(item, Stretch):
            item = Stretch(tuple(one for one in item.homes if one != home))
        elif isinstance(item, Times):
            item = Times(without(item.items, home), item.back)
        found.append(item)
    return tuple(found)


def homes_of(items: Sequence[Done]) -> set[Home]:
    """Return the kinds of steps that items do."""
    found: set[Home] = set()
    for item in items:
        match item:
            case Stretch(homes=homes):
                found.update(homes)
            case Update(layer=layer):
                found.add(Home("update", layer))
            case Times(items=inner):
                found |= homes_of(inner)
    return found


def _walked(items: tuple[Item, ...], layers: int) -> tuple[Done, ...]:
    found: list[Done] = []
    together: list[Home] = []

    def close() -> None:
        if together:
            found.append(Stretch(tuple(sorted(set(together), key=_rank))))
            together.clear()

    def walk(some: tuple[Item, ...], layer: int | None) -> None:
        for item in some:
            if not isinstance(item, Each):
                if item == "update":
                    close()
                    assert layer is not None
                    found.append(Update(layer))
                else:
                    together.append(Home(item, None if item == "loss" else layer))
            elif item.over == "layer":
                numbers = range(1, layers + 1)
                for number in reversed(numbers) if item.back else numbers:
                    walk(item.body, number)
            elif item.over == "time" and "update" in kinds(item.body):
                close()
                found.append(Times(_walked(item.body, layers), item.back))
            else:
                walk(item.body, layer)

    walk(items, None)
    close()
    return tuple(found)


def updates_of(item: Done, times: int) -> Iterator[tuple[int, int | None]]:
    """Yield the updates of an item in turn: the layer, and the time where it is done time by time."""
    match item:
        case Update(layer=layer):
            yield layer, None
        case Times(items=inner, back=back):
            for time in reversed(range(times)) if back else range(times):
                yield from ((layer, time) for one in inner for layer, _ in updates_of(one, times))


def _rank(home: Home) -> tuple[int, int, int]:
    """Return the place of a kind of step in the table: forward up, the loss, then back down."""
    layer = home.layer or 0
    if home.kind in ("forward", "loss"):
        return (0 if home.kind == "forward" else 1), layer, 0
    return 2, -layer, int(home.kind == "gradient")
