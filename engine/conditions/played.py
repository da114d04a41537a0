"""What was any number of an iteration? Each iteration is played, and its numbers are looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.conditions.given import Reading, asked, finite, is_parameter, places_of
from engine.conditions.words import WORDS
from engine.facts.slopes.steepest import share_of_steepest
from engine.run.play import Shared

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from engine.arrays import Array
    from engine.conditions.given import Rows
    from engine.conditions.layout import Layout, Layouts
    from engine.conditions.meaning import Leaf
    from engine.parameters import ParameterArrays
    from engine.run.iteration import Iteration
    from engine.run.tracing import Trace


_NEARLY_INFINITE = 1e300
"""What is below this is finite, in whatever order it is added up."""


class Played(Reading):
    """Reads every number of an iteration that is played."""

    def __init__(self, trace: Trace, leaves: Sequence[Leaf], layouts: Layouts) -> None:
        super().__init__(trace, leaves, layouts)
        self._shared = Shared(trace.scenario, trace.schedule.base)
        self._before = trace.parameters(0)
        self._asked = asked(leaves)

    def seek(self, iteration: int) -> None:
        """Go on from an iteration of the run."""
        if iteration != self.iteration:
            self._before = self._trace.parameters(iteration)
            self.iteration = iteration

    def read(self, count: int) -> list[Rows]:
        """Read some iterations."""
        first, self.iteration = self.iteration, self.iteration + count
        groups = self._layouts.groups(first, count)
        layout_of = {number: layout for layout, some in groups for number in some.tolist()}
        found: dict[Layout, dict[Leaf, list[Array]]] = {layout: {} for layout, _ in groups}
        for number in range(first, first + count):
            played = self._shared.play(number, self._before)
            self._before = played.after
            layout = layout_of[number]
            for leaf in self._asked:
                found[layout].setdefault(leaf, []).append(values_in(played, layout, leaf))
        return [
            self.rows(layout, some, {leaf: np.array(one) for leaf, one in found[layout].items()})
            for layout, some in groups
        ]


def values_in(numbers: Iteration, layout: Layout, leaf: Leaf) -> Array:
    """Return the values [value, ...] of a leaf in an iteration."""
    if not leaf.finite:
        return _numbers_in(numbers, layout, leaf)
    if _surely_finite(numbers, leaf):
        return np.ones(len(layout.of(leaf).keys))
    if WORDS[leaf.word].group is not None:  # one array after the other: each may be large
        arrays = _by_group(numbers, layout, leaf)
        return np.array([np.isfinite(one).all() for one in arrays], dtype=np.float64)
    found: Array = finite(_numbers_in(numbers, layout, leaf)[None])[0]
    return found


def _surely_finite(numbers: Iteration, leaf: Leaf) -> bool:
    """Return whether sums of many numbers are known to be finite without each being formed."""
    word = WORDS[leaf.word]
    if word.kind == "gradient":
        assert leaf.layer is not None
        assert word.group is not None
        return numbers.gathered_below(leaf.layer, word.group) < _NEARLY_INFINITE
    if leaf.word != "sample_loss":
        return False
    return float(np.abs(numbers.vectors("terms", None)).sum()) < _NEARLY_INFINITE


def _numbers_in(numbers: Iteration, layout: Layout, leaf: Leaf) -> Array:
    if leaf.word == "loss":
        return np.array([numbers.reduced_loss()])
    start, layer = numbers.samples.start, leaf.layer
    if leaf.word == "sample_loss":
        losses = [numbers.loss_at(start + sample, time) for sample, time in layout.sites_of(leaf)]
        return np.array(losses if leaf.sample is None else [sum(losses)])
    if leaf.word not in WORDS:
        assert layer is not None
        slope = numbers.vectors("slope", layer)
        if leaf.word == "saturated":
            return share_of_steepest(numbers.scenario, layer, np.array([slope.mean()]))
        both = leaf.of(np.stack([numbers.vectors("activation", layer), slope]))
        return np.array([np.abs(both).max()])
    word = WORDS[leaf.word]
    if word.group is not None:
        assert layer is not None
        found: Array = np.array([*_by_group(numbers, layout, leaf)])
    else:
        samples, times = places_of(layout.of(leaf).keys)
        if leaf.word == "prediction":
            found = numbers.vectors("activation", len(numbers.network.layers))[samples, times]
        else:
            found = numbers.vectors(word.quantity, layer)[samples, times]  # type: ignore[arg-type]
    return leaf.of(found)


def _by_group(numbers: Iteration, layout: Layout, leaf: Leaf) -> Iterator[Array]:
    """Yield the parameters, changes, gradients or totals of a group, value by value."""
    group = WORDS[leaf.word].group
    assert group is not None
    for one in _of_layer(numbers, layout, leaf):
        yield getattr(one, group)


def _of_layer(numbers: Iteration, layout: Layout, leaf: Leaf) -> Iterator[ParameterArrays]:
    layer, start = leaf.layer, numbers.samples.start
    assert layer is not None
    for value, (sample, time) in enumerate(layout.sites_of(leaf)):
        if is_parameter(leaf):
            yield numbers.parameters(layer, value + 1)
        elif leaf.word.startswith("change"):
            yield numbers.change_of_update(layer, value)
        elif leaf.word.startswith("total"):
            yield numbers.totals(layer, start + sample, time)
        else:
            yield numbers.gradients(layer, start + sample, time)
