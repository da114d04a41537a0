"""Which shapes can a schedule have? Any, drawn by hypothesis; and the list of sites, written out.

The list is written from the public description of the order of steps, in plain loops, so that it shares
nothing with the arithmetic of `engine.order.loops`.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np
from hypothesis import strategies as st

from engine.order.shapes import Shapes
from engine.order.site import Site
from tests.given.scenarios_at_random import ORDERS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.scenario import Order

orders = st.sampled_from(ORDERS)


@st.composite
def shapes(draw: st.DrawFn, min_layers: int = 1) -> Shapes:
    """Shapes of up to 3 layers, 4 samples, 3 times and 5 iterations, with targets at some of the times."""
    layers = draw(st.integers(min_layers, 3))
    recurrent = tuple(draw(st.lists(st.booleans(), min_size=layers, max_size=layers)))
    samples = draw(st.integers(1, 4))
    times = draw(st.integers(1, 3)) if any(recurrent) else 1
    targets = draw(st.lists(st.booleans(), min_size=samples * times, max_size=samples * times))
    has_target = np.array(targets).reshape(samples, times)
    if times == 1:
        has_target[:] = True
    return Shapes(layers, recurrent, has_target, draw(st.integers(1, samples)), draw(st.integers(1, 5)))


def listed(shapes: Shapes, order: Order) -> list[Site]:
    """Every site of the run, in order."""
    return [site for iteration in range(shapes.iterations) for site in _iteration(shapes, order, iteration)]


def _iteration(shapes: Shapes, order: str, iteration: int) -> Iterator[Site]:
    samples, times = shapes.has_target.shape
    starts = list(range(0, samples, shapes.batch_size))
    start = starts[iteration % len(starts)]
    downwards = list(range(1, shapes.layers + 1))[::-1]
    batch = range(start, min(start + shapes.batch_size, samples))
    assert order in {"deferred", "premature", "layerwise"}
    if order == "layerwise":
        for sample in batch:
            yield from _forward(shapes, iteration, sample)
        for layer in downwards:
            for sample in batch:
                for time in reversed(range(times)):
                    yield Site("delta", iteration, sample, time, layer)
                    yield Site("gradient", iteration, sample, time, layer)
            yield Site("update", iteration, None, None, layer)
        return
    for sample in batch:
        yield from _forward(shapes, iteration, sample)
        for time in reversed(range(times)):
            for layer in downwards:
                yield Site("delta", iteration, sample, time, layer)
                yield Site("gradient", iteration, sample, time, layer)
                if order == "premature":
                    yield Site("update", iteration, sample, time, layer)
    if order == "deferred":
        for layer in downwards:
            yield Site("update", iteration, None, None, layer)


def _forward(shapes: Shapes, iteration: int, sample: int) -> Iterator[Site]:
    for time in range(shapes.has_target.shape[1]):
        for layer in range(1, shapes.layers + 1):
            yield Site("forward", iteration, sample, time, layer)
        if shapes.has_target[sample, time]:
            yield Site("loss", iteration, sample, time, None)


def stretches(sites: list[Site]) -> list[range]:
    """Return, for each step, the steps around it of its iteration, sample and phase."""
    found: list[range] = []
    for _, some in groupby(sites, key=lambda site: (site.iteration, site.sample, site.phase)):
        around = range(len(found), len(found) + len(list(some)))
        found += [around] * len(around)
    return found
