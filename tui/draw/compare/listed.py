"""Which numbers does the list of two orders have, and in which place?

All numbers of a small layer, in their order. Of a large one the number that is looked at, then those that
the two orders change most differently, and a line for all others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from engine.facts.explain.largest import largest
from tui.draw.kit.window import around

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.facts.compare import Comparison, LayerComparison, Pair

LARGE = 40
"""A layer with more numbers than this shows the largest deviations."""

_DEVIATIONS = 30


class Rest(NamedTuple):
    """The numbers of a large layer that are not listed: how many, and how far apart they are at most."""

    numbers: int
    deviation: float


class Line(NamedTuple):
    """One line of the list: a number of a pair, or the rest of a layer."""

    layer: LayerComparison
    pair: Pair | None = None
    entry: tuple[int, ...] = ()
    rest: Rest | None = None


class Lines:
    """All lines of the list around a number of a layer's weights, which is at the place `chosen`.

    A large layer takes no more lines than there is `room`.
    """

    def __init__(self, comparison: Comparison, looked_at: tuple[int, tuple[int, int]], room: int) -> None:
        self._room = room
        self._lines: list[Line] = []
        self.chosen = 0
        number, index = looked_at
        for layer in comparison.layers:
            here = index if layer.layer == number else None
            large = layer.angle.numbers > LARGE
            for line in _largest(layer, here, room) if large else _every(layer):
                if here is not None and _is_weight(line, here):
                    self.chosen = len(self._lines)
                self._lines.append(line)

    def __len__(self) -> int:
        return len(self._lines)

    def window(self) -> range:
        """Return the places of the lines around the chosen one for which there is room."""
        # In a large layer the chosen one is the first: what follows is of its layer.
        large = self._lines[self.chosen].layer.angle.numbers > LARGE
        return around(self.chosen + self._room // 2 * large, len(self), self._room)

    def __getitem__(self, place: int) -> Line:
        return self._lines[place]


def _is_weight(line: Line, index: tuple[int, int]) -> bool:
    return line.pair is not None and line.pair.parameter == "weights" and line.entry == index


def _every(layer: LayerComparison) -> Iterator[Line]:
    for pair in layer.pairs:
        for entry in np.ndindex(*pair.waited.shape):
            yield Line(layer, pair, entry)


def _largest(layer: LayerComparison, looked_at: tuple[int, int] | None, room: int) -> Iterator[Line]:
    """Yield the number that is looked at, the largest deviations and the rest."""
    with np.errstate(all="ignore"):
        apart = [(pair.early_change - pair.waited_change).ravel() for pair in layer.pairs]
    deviations = np.abs(np.concatenate(apart))
    listed = [_at(layer, place) for place in largest(deviations, max(1, min(_DEVIATIONS, room - 2))).places]
    if looked_at is not None:
        chosen = Line(layer, next(pair for pair in layer.pairs if pair.parameter == "weights"), looked_at)
        listed = [chosen, *(line for line in listed if not _is_weight(line, looked_at))]
    yield from listed
    places = [_place(layer, line) for line in listed]
    others = np.delete(deviations, places)
    yield Line(layer, rest=Rest(len(others), float(others.max(initial=0.0))))


def _at(layer: LayerComparison, place: int) -> Line:
    """Return the line of a place in all numbers of a layer, pair after pair."""
    for pair in layer.pairs:
        if place < pair.waited.size:
            return Line(layer, pair, tuple(int(i) for i in np.unravel_index(place, pair.waited.shape)))
        place -= pair.waited.size
    raise IndexError(place)


def _place(layer: LayerComparison, line: Line) -> int:
    assert line.pair is not None
    before = 0
    for pair in layer.pairs:
        if pair is line.pair:
            return before + int(np.ravel_multi_index(line.entry, pair.waited.shape))
        before += pair.waited.size
    raise IndexError(line.entry)
