"""Which numbers of two orders are listed, and in which place?

All numbers of small layers, in their order. Where one is large each layer has a share of the list, that which
is looked at the first and the largest: the number looked at, then those that the two orders change most
differently, and a line for all others.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from engine.equations.equation import Variable
from engine.facts.beside.applied import update_with_theirs
from engine.facts.beside.right import should_be
from engine.facts.explain.largest import largest

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from engine.arrays import Array
    from engine.facts.beside.applied import Update
    from engine.facts.two_orders.compare import Comparison, LayerComparison, Pair
    from engine.run.tracing import Trace

LARGE = 40
"""A layer with more numbers than this shows the largest deviations."""

_DEVIATIONS = 30


class Rest(NamedTuple):
    """The numbers of some `layers` that are not listed: how many, and how far apart they are at most.

    So many of them `differ`, by more than rounding.
    """

    numbers: int
    deviation: float
    differ: int
    layers: tuple[int, ...]


class Line(NamedTuple):
    """One line of the list: a number of a pair, or the rest of a layer, or of all from it on."""

    layer: LayerComparison
    pair: Pair | None = None
    entry: tuple[int, ...] = ()
    rest: Rest | None = None


class Lines:
    """All lines of the list around a number of a layer's weights, which is at the place `chosen`.

    Where a layer is large they are no more than there is `room` (3 or more).
    """

    def __init__(self, comparison: Comparison, looked_at: tuple[int, tuple[int, int]], room: int) -> None:
        layers, (number, index) = comparison.layers, looked_at
        large = any(layer.angle.numbers > LARGE for layer in layers)
        every = _shares(layers, number, index, room) if large else chain.from_iterable(map(_every, layers))
        self._lines = [*every]
        mine = layers[number - 1]
        self.chosen = next(
            at for at, line in enumerate(self._lines) if line.layer is mine and _is_weight(line, index)
        )

    def __len__(self) -> int:
        return len(self._lines)

    def __getitem__(self, place: int) -> Line:
        return self._lines[place]


def _is_weight(line: Line, index: tuple[int, int]) -> bool:
    return line.pair is not None and line.pair.parameter == "weights" and line.entry == index


def _every(layer: LayerComparison) -> Iterator[Line]:
    for pair in layer.pairs:
        for entry in np.ndindex(*pair.first.shape):
            yield Line(layer, pair, entry)


def _shares(
    layers: Sequence[LayerComparison], number: int, index: tuple[int, int], room: int
) -> Iterator[Line]:
    """Yield the lines of the layer that is looked at, then of the others: one for all if room is short."""
    mine, others = layers[number - 1], [layer for layer in layers if layer.layer != number]
    each = room // (len(others) + 2)  # and two such shares for the one looked at
    shares = [min(each, layer.angle.numbers) for layer in others] if each else [1]
    yield from _largest(mine, room - sum(shares), index)
    if each:
        for layer, rows in zip(others, shares, strict=True):
            yield from _largest(layer, rows)
    elif others:
        yield _rest(others, [])


def _largest(layer: LayerComparison, rows: int, looked_at: tuple[int, int] | None = None) -> Iterator[Line]:
    """Yield all of a layer in so many rows, or the number looked at, the largest deviations and the rest."""
    if layer.angle.numbers <= rows:
        yield from _every(layer)
        return
    starts = np.cumsum([0, *(pair.first.size for pair in layer.pairs)])
    places = list[int]()
    if looked_at is not None:
        at = next(at for at, pair in enumerate(layer.pairs) if pair.parameter == "weights")
        places = [int(starts[at] + np.ravel_multi_index(looked_at, layer.pairs[at].first.shape))]
    if (count := min(_DEVIATIONS, rows - 1 - len(places))) > 0:
        places += (place for place in largest(_deviations([layer]), count).places if place not in places)
    for place in places:
        at = int(np.searchsorted(starts, place, side="right")) - 1
        entry = np.unravel_index(place - starts[at], layer.pairs[at].first.shape)
        yield Line(layer, layer.pairs[at], tuple(int(one) for one in entry))
    yield _rest([layer], places)


def _deviations(layers: Sequence[LayerComparison]) -> Array:
    """Return how far the two orders change each number of layers apart."""
    with np.errstate(all="ignore"):  # of two that are inf there is none
        apart = [pair.second_change - pair.first_change for layer in layers for pair in layer.pairs]
    deviations: Array = np.abs(np.concatenate([one.ravel() for one in apart]))
    return deviations


def _rest(layers: Sequence[LayerComparison], places: Sequence[int]) -> Line:
    """Return a line for all numbers of layers but those at some places."""
    others = np.delete(_deviations(layers), places)
    differ = np.concatenate([pair.differs.ravel() for layer in layers for pair in layer.pairs])
    count = int(np.delete(differ, places).sum())
    names = tuple(layer.layer for layer in layers)
    return Line(layers[0], rest=Rest(len(others), float(others.max(initial=0.0)), count, names))


def theirs_beside(trace: Trace, found: Comparison) -> Update | None:
    """Return what the user's own numbers make an update apply, where the first of the two is right."""
    return update_with_theirs(trace, found.iteration) if found.two.first is None else None


def loss_with_theirs(trace: Trace, found: Comparison) -> float | None:
    """Return the loss after the iteration with what the user's own numbers change; None if it is that."""
    update = theirs_beside(trace, found)
    if update is None or not update.changed_otherwise:
        return None
    return should_be(found.loss_first, update.loss_after(trace))


class TheirChanges:
    """What the user's own numbers make an update add, if that is another for any parameter."""

    def __init__(self, trace: Trace, found: Comparison) -> None:
        update = theirs_beside(trace, found)
        self._changes = {} if update is None else {one: of.change for one, of in update.by_parameter.items()}
        self.there = any(held.apart.any() for held in self._changes.values())

    def of(self, pair: Pair, index: tuple[int, ...]) -> float | None:
        """Return what is added to a number; None if it is what the run adds."""
        held = self._changes.get(Variable(pair.parameter, pair.layer))
        return float(held.array[index]) if held is not None and held.apart[index] else None

    def in_rest(self, line: Line, lines: Lines) -> int:
        """Return to how many numbers of layers that are not listed something else is added."""
        assert line.rest is not None
        of, held = line.rest.layers, self._changes.items()
        many = sum(int(one.apart.sum()) for variable, one in held if variable.layer in of)
        listed = (lines[place] for place in range(len(lines)))
        return many - sum(
            self.of(one.pair, one.entry) is not None
            for one in listed
            if one.pair is not None and one.layer.layer in of
        )
