"""What does a condition read that no run is needed for? Places of steps, and what the data give."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from engine.conditions.words import OF_DATA, PLACES, WORDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from engine.arrays import Array, Mask
    from engine.conditions.layout import Indices, Layout, Layouts
    from engine.conditions.meaning import Leaf
    from engine.run.tracing import Trace


class Rows(NamedTuple):
    """What is read of iterations with the same steps: which they are, and by leaf [iteration, value, ...]."""

    layout: Layout
    iterations: Indices
    arrays: Mapping[Leaf, Array]

    def last(self) -> Rows:
        """Return the last iteration alone."""
        return Rows(self.layout, self.iterations[-1:], {leaf: one[-1:] for leaf, one in self.arrays.items()})


class Reading:
    """What all readers have in common: numbers that the data give, and places."""

    def __init__(self, trace: Trace, leaves: Sequence[Leaf], layouts: Layouts) -> None:
        self._trace, self._leaves, self._layouts = trace, leaves, layouts
        self._scenario, self._shapes = trace.scenario, trace.shapes
        self.iteration = 0

    def _given(self, leaf: Leaf, layout: Layout, iterations: Indices) -> Array:
        """Return a place, or what the data give."""
        keys = layout.of(leaf).keys
        starts = (iterations % self._shapes.batches) * self._shapes.batch_size
        if leaf.word == "iteration":
            return np.add(iterations[:, None], 1.0)
        if leaf.word == "step":
            first = self._layouts.schedule.first_steps(iterations).astype(np.float64)
            return first[:, None] + np.arange(1.0, len(layout) + 1)
        if leaf.word == "sample":
            return np.add(starts[:, None], np.array(keys, dtype=np.float64) + 1.0)
        if leaf.word == "time":
            return np.broadcast_to(np.array(keys, dtype=np.float64), (len(iterations), len(keys)))
        samples, times = places_of(keys)
        data = self._scenario.data
        every = data.inputs if leaf.word == "input" else data.targets
        return leaf.of(every[starts[:, None] + samples, times])

    def rows(self, layout: Layout, iterations: Indices, made: Mapping[Leaf, Array]) -> Rows:
        """Return what was read of iterations, with what is given of them."""
        given = {leaf: self._given(leaf, layout, iterations) for leaf in self._leaves if leaf not in made}
        return Rows(layout, iterations, {**made, **given})


def those(array: Array, places: Indices) -> Array:
    """Return some rows of an array, which are often all."""
    return array if len(places) == len(array) else array[places]


def finite(array: Array) -> Array:
    """Return which values of [iteration, value, unit, ...] are finite in all their units, 1 or 0."""
    units = tuple(range(2, array.ndim))
    found: Mask = np.all(np.isfinite(array), axis=units)
    return found.astype(np.float64)


def places_of(keys: Iterable[object]) -> tuple[Indices, Indices]:
    """Return the samples and times of what was written at them."""
    places = np.array(list(keys), dtype=np.intp).reshape(-1, 2)
    return places[:, 0], places[:, 1]


def asked(leaves: Sequence[Leaf]) -> list[Leaf]:
    """Return the leaves that a run is needed for."""
    return [leaf for leaf in leaves if leaf.word not in (*PLACES, *OF_DATA)]


def is_parameter(leaf: Leaf) -> bool:
    """Return whether a leaf is of the parameters themselves."""
    return leaf.word in WORDS and WORDS[leaf.word].group == WORDS[leaf.word].quantity
