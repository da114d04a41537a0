"""Which numbers of two orders are listed, and in which place?

All numbers of a small layer, in their order. Of a large one the number that is looked at, then those that
the two orders change most differently, and a line for all others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from engine.equations.equation import Variable
from engine.facts.beside.applied import update_with_theirs
from engine.facts.beside.right import should_be
from engine.facts.explain.largest import largest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.facts.beside.applied import Update
    from engine.facts.two_orders.compare import Comparison, LayerComparison, Pair
    from engine.run.tracing import Trace

LARGE = 40
"""A layer with more numbers than this shows the largest deviations."""

_DEVIATIONS = 30


class Rest(NamedTuple):
    """The numbers of a large layer that are not listed: how many, and how far apart they are at most.

    So many of them `differ`, by more than rounding.
    """

    numbers: int
    deviation: float
    differ: int


class Line(NamedTuple):
    """One line of the list: a number of a pair, or the rest of a layer."""

    layer: LayerComparison
    pair: Pair | None = None
    entry: tuple[int, ...] = ()
    rest: Rest | None = None


class Lines:
    """All lines of the list around a number of a layer's weights, which is at the place `chosen`.

    A `large` layer of it takes no more lines than there is `room`, the chosen one first.
    """

    def __init__(self, comparison: Comparison, looked_at: tuple[int, tuple[int, int]], room: int) -> None:
        self._lines: list[Line] = []
        self.chosen = 0
        number, index = looked_at
        self.large = comparison.layers[number - 1].angle.numbers > LARGE
        for layer in comparison.layers:
            here = index if layer.layer == number else None
            large = layer.angle.numbers > LARGE
            for line in _largest(layer, here, room) if large else _every(layer):
                if here is not None and _is_weight(line, here):
                    self.chosen = len(self._lines)
                self._lines.append(line)

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


def _largest(layer: LayerComparison, looked_at: tuple[int, int] | None, room: int) -> Iterator[Line]:
    """Yield the number that is looked at, the largest deviations and the rest."""
    with np.errstate(all="ignore"):
        apart = [(pair.second_change - pair.first_change).ravel() for pair in layer.pairs]
    deviations = np.abs(np.concatenate(apart))
    starts = np.cumsum([0, *(len(one) for one in apart)])
    places = [*largest(deviations, max(1, min(_DEVIATIONS, room - 2))).places]
    if looked_at is not None:
        at = next(at for at, pair in enumerate(layer.pairs) if pair.parameter == "weights")
        chosen = int(starts[at] + np.ravel_multi_index(looked_at, layer.pairs[at].first.shape))
        places = [chosen, *(place for place in places if place != chosen)]
    for place in places:
        at = int(np.searchsorted(starts, place, side="right")) - 1
        entry = np.unravel_index(place - starts[at], layer.pairs[at].first.shape)
        yield Line(layer, layer.pairs[at], tuple(int(one) for one in entry))
    others, differ = (
        np.delete(deviations, places),
        np.concatenate([pair.differs.ravel() for pair in layer.pairs]),
    )
    count = int(np.delete(differ, places).sum())
    yield Line(layer, rest=Rest(len(others), float(others.max(initial=0.0)), count))


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
        """Return to how many numbers of a layer that are not listed something else is added."""
        layer = line.layer
        of_layer = [self._changes.get(Variable(pair.parameter, layer.layer)) for pair in layer.pairs]
        many = sum(int(held.apart.sum()) for held in of_layer if held is not None)
        listed = (lines[place] for place in range(len(lines)))
        return many - sum(
            self.of(one.pair, one.entry) is not None
            for one in listed
            if one.pair is not None and one.layer is layer
        )
