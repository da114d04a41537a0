"""In which places can a mistake be made: in all layers, in one, or in some?"""

from __future__ import annotations

from functools import lru_cache
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

from engine.order.quantities import group_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from engine.equations.equation import Equation, Home, Variable

_FEW = 4
"""Layers up to which every choice of some of them is tried."""


class Place(NamedTuple):
    """A layer and, of what is of a group of parameters, the group."""

    layer: int
    group: str | None = None


def place_of(one: Equation) -> Place | None:
    """Return the place that an equation is in; None if it is of no layer.

    What clipping asks of all layers is done in the update of the last: it is of the layer that it is about.
    """
    return _place_of(one.home, one.variable)


@lru_cache(maxsize=2048)
def _place_of(home: Home | None, variable: Variable) -> Place | None:
    if home is None or home.layer is None:
        return None
    if home.kind not in ("gradient", "update"):
        return Place(home.layer)
    return Place(variable.layer or home.layer, group_of(variable.name))


def parts(units: Sequence[Place], *, several: bool = True) -> Iterator[frozenset[Place]]:
    """Yield the places that a mistake may be limited to; `several` layers of many, if they are asked for."""
    layers = sorted({unit.layer for unit in units})
    groups = sorted({unit.group for unit in units if unit.group is not None})
    some: list[set[int]] = [{layer} for layer in layers]
    if several and len(layers) <= _FEW:
        some = [set(part) for size in range(1, len(layers)) for part in combinations(layers, size)]
    elif several:
        some += [set(layers) - one for one in some]
        some += [set(layers[:place]) for place in range(2, len(layers) - 1)]
        some += [set(layers[place:]) for place in range(2, len(layers) - 1)]
    chosen = [{unit for unit in units if unit.layer in part} for part in some]
    if len(groups) > 1:
        chosen += [{unit for unit in units if unit.group == group} for group in groups]
        chosen += [{unit for unit in units if unit.group != group} for group in groups]
        chosen += [{unit} for unit in units]
    every = frozenset(units)
    for part in dict.fromkeys(frozenset(one) for one in chosen):
        if part and part != every:
            yield part
