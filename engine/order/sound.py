"""Can the list of an order be done as it stands, and is an update of it early?

Whoever runs an order, looks at its steps or writes them out takes its list from here: what is refused is
refused for all of them. A list is gone through once, for two layers that are recurrent, two samples and two
times, each with a target. What goes well there goes well with more of each, and with fewer.

- Each kind of step stands in the list once, within all loops that it needs and no other.
- Samples are gone through from the first on, and where updates come within a sample, all is done within it.
- A step comes after those that make what it reads. So times go forward on the way forward, as for the losses,
  and backward on the way back, and a layer's deltas come before those below.
- An update has a gradient to apply that none before it has applied, and none is left over in the end.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from engine.update_orders import ORDERS, Each, kinds, updates_within

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.scenario import Order
    from engine.update_orders import Item, Kind, Over


def steps_of(order: Order) -> tuple[Item, ...]:
    """Return the list of an order by its name.

    Raises:
        ValueError: its steps can't be done as they stand.
    """
    items = ORDERS[order].steps
    fault = _looked_at(items).fault
    if fault is not None:
        raise ValueError(f"The order {order} can't be run. In its list, at {fault}")
    return items


def hurries(order: Order) -> bool:
    """Return whether an update of an order does not wait for every error and every gradient of its layer.

    A forward step or a delta that comes after it may read what it changes; in a network that is small enough
    none does. Of an order in which all updates wait the numbers are right.
    """
    return _looked_at(ORDERS[order].steps).hurries


class _Looked(NamedTuple):
    """What is wrong with a list, after where that is; None if nothing is. And whether an update is early."""

    fault: str | None
    hurries: bool = False


class _Place(NamedTuple):
    """A kind of step in a list, within loops, and the items that they are."""

    kind: Kind
    loops: tuple[Each, ...]

    @property
    def words(self) -> str:
        """The place as it is written."""
        return " › ".join([*(_written(loop) for loop in self.loops), f'"{self.kind}"'])


class _Step(NamedTuple):
    kind: Kind
    sample: int
    time: int
    layer: int
    place: _Place


# Keyed by the list: it is a tuple of tuples.
@lru_cache(maxsize=64)
def _looked_at(items: tuple[Item, ...]) -> _Looked:
    places = list(_places(items, ()))
    fault = _fault_of_places(items, places)
    if fault is not None:
        return _Looked(fault)
    steps = list(_steps(items, {}, ()))
    return _Looked(_fault_of_steps(steps), _hurry(steps))


# -- the list as it is written -------------------------------------------------------------------------

_LOOPS: dict[Kind, frozenset[Over]] = {
    "forward": frozenset(("sample", "time", "layer")),
    "loss": frozenset(("sample", "time")),
    "delta": frozenset(("sample", "time", "layer")),
    "gradient": frozenset(("sample", "time", "layer")),
    "update": frozenset(("layer",)),
}
"""The loops that a step needs. An update may stand in those over samples and times besides."""


def _places(items: tuple[Item, ...], loops: tuple[Each, ...]) -> Iterator[_Place]:
    for item in items:
        if isinstance(item, Each):
            yield from _places(item.body, (*loops, item))
        else:
            yield _Place(item, loops)


def _written(loop: Each) -> str:
    return f'{"back" if loop.back else "each"}("{loop.over}")'


def _fault_of_places(items: tuple[Item, ...], places: list[_Place]) -> str | None:
    by_sample = updates_within(items, "sample")
    for place in places:
        overs = [loop.over for loop in place.loops]
        twice = next((over for over in overs if overs.count(over) > 1), None)
        lacking = sorted(_LOOPS[place.kind].difference(overs))
        if sum(one.kind == place.kind for one in places) > 1:
            return f'{place.words}: "{place.kind}" stands in the list more than once. Leave one.'
        if twice is not None:
            return f"{place.words}: one loop over {twice}s is within another. Leave one."
        if lacking:
            return f'{place.words}: it is done for each {lacking[0]}. Put it into each("{lacking[0]}", …).'
        if place.kind == "loss" and "layer" in overs:
            return f'{place.words}: the loss is of no layer. Put "loss" outside the loop over the layers.'
        if place.kind == "loss" and any(loop.over == "time" and loop.back for loop in place.loops):
            return f'{place.words}: losses are taken from the first time on. Put "loss" into each("time", …).'
        if any(loop.over == "sample" and loop.back for loop in place.loops):
            return f'{place.words}: samples are gone through from the first on. Write each("sample", …).'
        if by_sample and (len(items) > 1 or overs[0] != "sample"):
            return (
                f"{place.words}: where an update comes within a sample, all is done within it. Put all into "
                'one each("sample", …), or the update outside of it.'
            )
        if place.kind == "update" and "time" in overs and overs.index("layer") < overs.index("time"):
            return (
                f"{place.words}: where an update comes within a time, the layers are gone through within the "
                'time. Put the loop over the layers into that over the times, or "update" after the latter.'
            )
    lacks = next((kind for kind in _LOOPS if kind not in kinds(items)), None)
    return None if lacks is None else f'its end: there is no "{lacks}". Put it into the list.'


# -- the list as it is gone through --------------------------------------------------------------------

_LAYERS, _SAMPLES, _TIMES = (1, 2), (0, 1), (0, 1)
_ALL: dict[Over, tuple[int, ...]] = {"sample": _SAMPLES, "time": _TIMES, "layer": _LAYERS}

_READS: dict[Kind, tuple[tuple[Kind, int, int], ...]] = {
    "forward": (("forward", -1, 0), ("forward", 0, -1)),
    "loss": (("forward", 0, 0),),
    "delta": (("forward", 0, 0), ("delta", 1, 0), ("delta", 0, 1)),
    "gradient": (("delta", 0, 0),),
    "update": (),
}
"""The steps of the same sample whose numbers a step reads: how many layers above, how many times after it.

Those at least that nothing else comes after anyhow. The loss reads the last layer.
"""

_REMEDIES: dict[tuple[Kind, Kind, int, int], str] = {
    ("forward", "forward", -1, 0): 'Go up through the layers, with each("layer", …).',
    ("forward", "forward", 0, -1): 'Go forward through the times, with each("time", …).',
    ("delta", "delta", 1, 0): 'Go down through the layers, in a back("layer", …) of its own.',
    ("delta", "delta", 0, 1): 'Go back through the times, in a back("time", …) of its own.',
}


def _steps(items: tuple[Item, ...], at: dict[Over, int], loops: tuple[Each, ...]) -> Iterator[_Step]:
    for item in items:
        if isinstance(item, Each):
            every = _ALL[item.over]
            for value in reversed(every) if item.back else every:
                yield from _steps(item.body, {**at, item.over: value}, (*loops, item))
        else:
            of = at.get("layer", _LAYERS[-1])
            yield _Step(item, at.get("sample", -1), at.get("time", -1), of, _Place(item, loops))


def _hurry(steps: list[_Step]) -> bool:
    updated: set[int] = set()
    for step in steps:
        if step.kind == "update":
            updated.add(step.layer)
        elif step.layer in updated if step.kind == "gradient" else updated and step.kind != "loss":
            return True
    return False


def _fault_of_steps(steps: list[_Step]) -> str | None:
    done: set[tuple[Kind, int, int, int]] = set()
    waiting: dict[int, _Step | None] = dict.fromkeys(_LAYERS)
    for step in steps:
        kind, sample, time, layer, place = step
        for read, above, after in _READS[kind]:
            of, then = layer + above, time + after
            if of in _LAYERS and then in _TIMES and (read, sample, then, of) not in done:
                # Of its own layer and time it can only stand before it.
                remedy = _REMEDIES.get((kind, read, above, after), f'Put "{kind}" after "{read}".')
                at = " of the layer " + ("above" if above > 0 else "below") if above else ""
                at += " of the time " + ("after" if after > 0 else "before") if after else ""
                return f'{place.words}: it reads what "{read}"{at} makes, which comes later. {remedy}'
        if kind == "gradient":
            waiting[layer] = step
        if kind == "update":
            if waiting[layer] is None:
                return (
                    f"{place.words}: a layer is updated of which no gradient has been gathered since its "
                    'last update. Put "update" after "gradient", in no further loop.'
                )
            waiting[layer] = None
        done.add((kind, sample, time, layer))
    left = next((step for step in waiting.values() if step is not None), None)
    return None if left is None else f'{left.place.words}: no update applies it. Put "update" after it.'
