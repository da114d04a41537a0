"""Which neurons and layers of a run do not learn: dead, saturated, all alike, or out of an error's reach?

What is not flat or far enough to count is told as well: how near to it the run comes.
"""

from __future__ import annotations

import math
from functools import partial
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from engine.conditions.steepest import NEARLY_SATURATED, SATURATED, steepest
from engine.equations.activations import ACTIVATIONS
from engine.equations.reach import is_cut_off
from engine.facts.findings.finding import Finding, Kind, Near, begins_at
from engine.facts.number import Number
from engine.facts.unrolled.gain import Gain
from engine.order.quantities import PARAMETER_LETTERS, PARAMETERS, Reference
from engine.order.site import Site

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from engine.arrays import Array, Mask
    from engine.run.tracing import Trace

FAR = 1e2
"""How many times smaller or larger the errors of one layer are than those of another, where that is told."""

_OFTEN = 3
"""One of so many places at least."""

_BATCHES = 8  # iterations that are looked at, so that each sample is met


def dead(trace: Trace, places: Sequence[int]) -> Iterator[Finding]:
    """Yield the neurons of each layer whose activation and slope are 0 for every sample, to the end."""
    for layer in range(1, trace.shapes.layers + 1):
        if ACTIVATIONS[trace.scenario.network.layers[layer - 1].activation].coupled:
            continue
        last = _dead_at(trace, layer, places[-1])
        if not last.any():
            continue
        units = tuple(int(unit) for unit in np.flatnonzero(last))
        began = _first(partial(_is_dead, trace, layer, units[0]), places)
        sample = trace.shapes.batch(began).start
        step = trace.schedule.step(Site("forward", began, sample, 0, layer))
        number = Number(Reference("activation", began, layer, sample, 0), (units[0],))
        words = _last_blow(trace, layer, units[0], began)
        yield Finding("dead", step, layer, units, (), words, number, places[-1])


def _dead_at(trace: Trace, layer: int, iteration: int) -> Mask:
    """Return which neurons of a layer are 0, and flat, for the samples of an iteration and those after it."""
    found: Mask = np.ones(trace.scenario.network.layers[layer - 1].units, dtype=np.bool_)
    for at in range(iteration, min(iteration + min(trace.shapes.batches, _BATCHES), trace.computed)):
        numbers = trace.iteration(at)
        both = np.abs(numbers.vectors("activation", layer)) + np.abs(numbers.vectors("slope", layer))
        found = found & (both == 0.0).all(axis=(0, 1))
        if not found.any():
            break
    return found


def _is_dead(trace: Trace, layer: int, unit: int, iteration: int) -> bool:
    return bool(_dead_at(trace, layer, iteration)[unit])


def _last_blow(trace: Trace, layer: int, unit: int, iteration: int) -> tuple[str, ...]:
    """Return which of a neuron's parameters the update before moved most, and from where to where."""
    if iteration <= trace.begins:
        return ()
    before, after = (trace.parameters(at).layer(layer) for at in (iteration - 1, iteration))
    found: list[tuple[float, str, float, float]] = []
    for group in PARAMETERS[:2]:
        old, new = (np.atleast_1d(getattr(one, group)[unit]) for one in (before, after))
        place = int(np.argmax(np.abs(new - old)))
        at = f"{unit + 1},{place + 1}" if group == "weights" else f"{unit + 1}"
        name = f"{PARAMETER_LETTERS[group]}{layer}[{at}]"
        found.append((abs(float(new[place] - old[place])), name, float(old[place]), float(new[place])))
    _, name, was, now = max(found)
    return name, f"{was:.4g}", f"{now:.4g}"


def saturated(trace: Trace, places: Sequence[int]) -> Iterator[Finding | Near]:
    """Yield the layers that are flat on average, at more than one of some places; else the flattest."""
    flattest: Near | None = None
    found = False
    for layer in range(1, trace.shapes.layers + 1):
        activation = trace.scenario.network.layers[layer - 1].activation
        if ACTIVATIONS[activation].coupled or is_cut_off(activation):  # neurons that are flat are dead
            continue
        shares = {at: _share_of_slope(trace, layer, at) for at in places}
        held = [at for at, share in shares.items() if share < SATURATED]
        if len(held) < min(2, len(places)):
            at = min(shares, key=lambda at: shares[at])
            if shares[at] < (NEARLY_SATURATED if flattest is None else flattest.values[0]):
                words = (f"layer {layer}",)
                flattest = Near("saturated", _forward_step(trace, layer, at), (shares[at],), words)
            continue
        found = True
        began = held[0]
        earlier = [at for at in places if at < began]
        if earlier:
            began = begins_at(partial(_is_flat, trace, layer), earlier[-1], began)
        sample, step = trace.shapes.batch(began).start, _forward_step(trace, layer, began)
        z = float(np.abs(trace.iteration(began).vectors("pre_activation", layer)).mean())
        number = Number(Reference("slope", began, layer, sample, 0), (0,))
        values = _share_of_slope(trace, layer, began), shares[places[-1]], z
        yield Finding("saturated", step, layer, (), values, (activation,), number, held[-1])
    if flattest is not None and not found:
        yield flattest


def _forward_step(trace: Trace, layer: int, iteration: int) -> int:
    """Return the step that makes a layer's numbers of the first sample of an iteration."""
    return trace.schedule.step(Site("forward", iteration, trace.shapes.batch(iteration).start, 0, layer))


def _is_flat(trace: Trace, layer: int, iteration: int) -> bool:
    return _share_of_slope(trace, layer, iteration) < SATURATED


def _share_of_slope(trace: Trace, layer: int, iteration: int) -> float:
    """Return the mean slope of a layer over a batch, as a share of the steepest that it can be."""
    slopes = np.abs(trace.iteration(iteration).vectors("slope", layer))
    return float(slopes.mean()) / steepest(trace.scenario.network.layers[layer - 1].activation)


def symmetric(trace: Trace, places: Sequence[int]) -> Iterator[Finding]:
    """Yield the neurons of hidden layers that say the same, and get the same error, at all times."""
    for layer in range(1, trace.shapes.layers):
        alike = _alike(trace, layer, places[0])
        for at in places[1:]:
            if not alike:
                break
            alike &= _alike(trace, layer, at)
        if not alike:
            continue
        units = tuple(sorted({unit for pair in alike for unit in pair}))
        first = places[0]
        sample = trace.shapes.batch(first).start
        step = trace.schedule.step(Site("forward", first, sample, 0, layer))
        number = Number(Reference("activation", first, layer, sample, 0), (units[0],))
        value = float(trace.iteration(first).vector("activation", layer, sample, 0)[units[0]])
        yield Finding("symmetric", step, layer, units, (value,), (), number, places[-1])


def _alike(trace: Trace, layer: int, iteration: int) -> set[tuple[int, int]]:
    """Return the pairs of neurons that have the same activations and deltas, not all of them 0."""
    numbers, units = trace.iteration(iteration), trace.scenario.network.layers[layer - 1].units
    both = [numbers.vectors("activation", layer), numbers.vectors("delta", layer)]
    groups: dict[bytes, list[int]] = {}
    for unit, column in enumerate(np.concatenate([one.reshape(-1, units) for one in both]).T):
        if column.any():
            groups.setdefault(np.ascontiguousarray(column).tobytes(), []).append(unit)
    return {pair for some in groups.values() for pair in combinations(some, 2)}


def out_of_reach(trace: Trace, places: Sequence[int]) -> Iterator[Finding | Near]:
    """Yield a network whose lowest errors are far smaller or larger than the last ones, and not just once.

    Where they are not, but what a step back leaves has that tendency, how far it goes at most.
    """
    sizes = {at: _sizes(trace, at) for at in places}
    ratios = {
        at: low / top for at, (low, top, _) in sizes.items() if top > 0.0 and np.isfinite([low, top]).all()
    }
    kinds: dict[Kind, list[int]] = {
        "vanishing": [at for at, ratio in ratios.items() if ratio < 1.0 / FAR],
        "exploding": [at for at, ratio in ratios.items() if ratio > FAR],
    }
    through_time = any(found[2] for found in sizes.values())
    if through_time:
        layer, time, steps = trace.shapes.recurrent.index(True) + 1, 0, trace.shapes.times - 1
        words = (f"time {steps}", "time 0")
    else:
        layer, time, steps = 1, trace.shapes.times - 1, trace.shapes.layers - 1
        words = (f"layer {trace.shapes.layers}", "layer 1")

    def step_of(at: int) -> int:
        return trace.schedule.step(Site("delta", at, trace.shapes.batch(at).start, time, layer))

    counted = {kind: held for kind, held in kinds.items() if held and len(held) * _OFTEN >= len(ratios)}
    for kind, held in counted.items():
        at = held[0]
        low, top, _ = sizes[at]
        number = Number(Reference("delta", at, layer, trace.shapes.batch(at).start, time), (0,))
        yield Finding(kind, step_of(at), layer, (), (top, low), words, number, held[-1])
    if counted or not ratios or not steps:
        return
    least, most = (choice(ratios, key=lambda at: ratios[at]) for choice in (min, max))
    for kind, at in (("vanishing", least), ("exploding", most)):
        log = math.log(ratios[at]) if ratios[at] else -math.inf
        if Gain(log, steps).tendency == kind:
            yield Near(kind, step_of(at), (ratios[least], ratios[most]), words)
            return


def _sizes(trace: Trace, iteration: int) -> tuple[float, float, bool]:
    """Return how large errors arrive, how large they start, and whether that is along time.

    Root mean squares of δ over the batch: of the lowest layer and of the last; in a recurrent network whose
    only targets are at the last time, of time 0 and of the last.
    """
    numbers, shapes = trace.iteration(iteration), trace.shapes
    ends = shapes.has_target[:, -1].all() and not shapes.has_target[:, :-1].any()
    with np.errstate(all="ignore"):
        if any(shapes.recurrent) and ends and shapes.times > 2:
            delta = numbers.vectors("delta", shapes.recurrent.index(True) + 1)
            return _rms(delta[:, 0]), _rms(delta[:, -1]), True
        return _rms(numbers.vectors("delta", 1)), _rms(numbers.vectors("delta", shapes.layers)), False


def _rms(array: Array) -> float:
    return float(np.sqrt(np.mean(np.square(array))))


def _first(holds: Callable[[int], bool], places: Sequence[int]) -> int:
    """Return the iteration from which on something holds that does at the last of some places."""
    at = places[-1]
    for place in reversed(places[:-1]):
        if not holds(place):
            return begins_at(holds, place, at)
        at = place
    return at
