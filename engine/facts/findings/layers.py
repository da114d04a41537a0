"""Which layers of a run do not learn: saturated, of neurons that are alike, or out of an error's reach?

What is not flat or far enough to count is told as well: how near to it the run comes.
"""

from __future__ import annotations

from functools import partial
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from engine.equations.functions.activations import ACTIVATIONS
from engine.equations.functions.reach import is_cut_off
from engine.facts.entry import Number
from engine.facts.findings.factors import ends_in_time, rms, smallest_factor
from engine.facts.findings.finding import Finding, Near, Seen
from engine.facts.findings.since import since
from engine.facts.slopes.steepest import NEARLY_SATURATED, SATURATED, steepest
from engine.order.quantities import PARAMETERS, Reference
from engine.order.site import Site

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from engine.arrays import Array
    from engine.facts.findings.finding import Kind
    from engine.parameters import Parameters
    from engine.run.tracing import Trace

FAR = 1e2
"""How many times smaller or larger the errors of one layer are than those of another, where that is told."""

_NEARLY = 20.0
"""From how many times smaller or larger on that is near to what counts as far.

Tenfold is half of the way to a hundredfold, counted in powers of ten, and as near to no loss at all: what is
near has to be clearly beyond that.
"""

_OFTEN = 3
"""One of so many places at least."""


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
        began, seen = _when(trace, partial(_is_flat, trace, layer), places, held)
        sample, step = trace.shapes.batch(began).start, _forward_step(trace, layer, began)
        z = float(np.abs(trace.iteration(began).vectors("pre_activation", layer)).mean())
        number = Number(Reference("slope", began, layer, sample, 0), (0,))
        values = _share_of_slope(trace, layer, began), shares[places[-1]], z
        yield Finding("saturated", step, layer, (), values, (activation,), number, seen)
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
    first = places[0]
    for layer in range(1, trace.shapes.layers):
        alike = _alike(trace, layer, first)
        for at in places[1:]:
            if not alike:
                break
            alike &= _alike(trace, layer, at)
        if not alike:
            continue
        units = tuple(sorted({unit for pair in alike for unit in pair}))
        # Parameters that are the same at both ends were so on the way: they got the same gradients.
        ends = (trace.parameters(at) for at in (first, places[-1] + 1))
        equal = [_equal(trace, layer, parameters, units) for parameters in ends]
        (found,) = since(
            trace,
            lambda at, layer=layer, alike=alike: np.array([alike <= _alike(trace, layer, at)]),  # type: ignore[misc]
            places,
            sure=all(alike <= pairs for pairs in equal),
        )
        if found is None or found.iteration != first:
            continue
        sample = trace.shapes.batch(first).start
        step = trace.schedule.step(Site("forward", first, sample, 0, layer))
        number = Number(Reference("activation", first, layer, sample, 0), (units[0],))
        value = float(trace.iteration(first).vector("activation", layer, sample, 0)[units[0]])
        yield Finding("symmetric", step, layer, units, (value,), (), number, found.seen)


def _alike(trace: Trace, layer: int, iteration: int) -> set[tuple[int, int]]:
    """Return the pairs of neurons that have the same activations and deltas.

    Where these are all 0, as of dead ones, only those with the same parameters.
    """
    numbers, units = trace.iteration(iteration), trace.scenario.network.layers[layer - 1].units
    both = [numbers.vectors("activation", layer), numbers.vectors("delta", layer)]
    groups: dict[bytes, list[int]] = {}
    columns = np.ascontiguousarray(np.concatenate([one.reshape(-1, units) for one in both]).T)
    for unit, column in enumerate(columns):
        groups.setdefault(column.tobytes(), []).append(unit)
    pairs: set[tuple[int, int]] = set()
    for some in groups.values():
        of_zero = len(some) > 1 and not columns[some[0]].any()
        pairs |= _equal(trace, layer, numbers.before, some) if of_zero else {*combinations(some, 2)}
    return pairs


def _equal(trace: Trace, layer: int, parameters: Parameters, units: Sequence[int]) -> set[tuple[int, int]]:
    """Return the pairs of some neurons of a hidden layer that change places without a difference.

    Into them and out of them lead the same parameters. None where only a part of these is trained.
    """
    mine, above = trace.scenario.network.layers[layer - 1 : layer + 1]
    masks = *(mine.trained(group) for group in PARAMETERS), above.trained("weights")
    if not all(isinstance(mask, bool) for mask in masks):
        return set()
    arrays = parameters.layer(layer)
    both = [arrays.weights, arrays.biases[:, None], parameters.layer(layer + 1).weights.T]
    if mine.initial_state is not None:
        both.append(mine.initial_state[:, None])
    rows = np.ascontiguousarray(np.concatenate(both, axis=1))
    groups: dict[tuple[bytes, int], list[int]] = {}
    for unit in units:
        row = rows[unit].tobytes()
        alike = (some[0] for known, some in groups.items() if known[0] == row)
        same = (one for one in alike if _can_swap(arrays.recurrent_weights, one, unit))
        groups.setdefault((row, next(same, unit)), []).append(unit)
    return {pair for some in groups.values() for pair in combinations(some, 2)}


def _can_swap(recurrent: Array | None, one: int, other: int) -> bool:
    if recurrent is None:
        return True
    order = np.arange(len(recurrent))
    order[[one, other]] = other, one
    return bool((recurrent[np.ix_(order, order)] == recurrent).all())


def out_of_reach(trace: Trace, places: Sequence[int]) -> Iterator[Finding | Near]:
    """Yield a network whose lowest errors are far smaller or larger than the last ones, and not just once.

    Where they are not, but come near to it, how far they go at most. `values` are how large errors start and
    arrive, and the smallest factor on the way; `words` from where to where, and of which factor that is and
    of which layer.
    """
    ratios = {at: ratio for at in places if (ratio := _ratio(trace, at)) is not None}
    kinds: dict[Kind, list[int]] = {
        kind: [at for at, ratio in ratios.items() if far(ratio)] for kind, far in _FAR.items()
    }
    through_time = ends_in_time(trace)
    if through_time:
        layer, time = trace.shapes.recurrent.index(True) + 1, 0
        words = (f"time {trace.shapes.times - 1}", "time 0")
    else:
        layer, time = 1, trace.shapes.times - 1
        words = (f"layer {trace.shapes.layers}", "layer 1")

    def step_of(at: int) -> int:
        return trace.schedule.step(Site("delta", at, trace.shapes.batch(at).start, time, layer))

    counted = {kind: held for kind, held in kinds.items() if held and len(held) * _OFTEN >= len(ratios)}
    for kind, held in counted.items():
        at, seen = _when(trace, partial(_is_far, trace, kind), places, held)
        low, top = _sizes(trace, at)
        number = Number(Reference("delta", at, layer, trace.shapes.batch(at).start, time), (0,))
        factor = smallest_factor(trace, at)
        values, more = (top, low, factor.size), (factor.of, str(factor.layer))
        yield Finding(kind, step_of(at), layer, (), values, (*words, *more), number, seen)
    if counted or not ratios:
        return
    least, most = (choice(ratios, key=lambda at: ratios[at]) for choice in (min, max))
    shares = ratios[least], ratios[most]
    if shares[0] < 1.0 / _NEARLY:
        yield Near("vanishing", step_of(least), shares, words)
    elif shares[1] > _NEARLY:
        yield Near("exploding", step_of(most), shares, words)


_FAR: dict[Kind, Callable[[float], bool]] = {
    "vanishing": lambda ratio: ratio < 1.0 / FAR,
    "exploding": lambda ratio: ratio > FAR,
}


def _ratio(trace: Trace, iteration: int) -> float | None:
    """Return how much arrives of the errors of an iteration; None where none start, or one is not finite."""
    low, top = _sizes(trace, iteration)
    return low / top if top > 0.0 and np.isfinite([low, top]).all() else None


def _is_far(trace: Trace, kind: Kind, iteration: int) -> bool:
    ratio = _ratio(trace, iteration)
    return ratio is not None and _FAR[kind](ratio)


def _when(
    trace: Trace, holds: Callable[[int], bool], places: Sequence[int], held: Sequence[int]
) -> tuple[int, Seen]:
    """Return the iteration from which on something holds to the end, as it does at `held` of some places.

    Or the first of these, and how many they are, where it doesn't at the end.
    """
    (found,) = since(trace, lambda at: np.array([holds(at)]), places)
    return (held[0], Seen(len(held), len(places))) if found is None else found


@np.errstate(all="ignore")
def _sizes(trace: Trace, iteration: int) -> tuple[float, float]:
    """Return how large errors arrive, and how large they start.

    Root mean squares of δ over the batch: of the lowest layer and of the last; in a recurrent network whose
    only targets are at the last time, of time 0 and of the last.
    """
    numbers, shapes = trace.iteration(iteration), trace.shapes
    if ends_in_time(trace):
        delta = numbers.vectors("delta", shapes.recurrent.index(True) + 1)
        return rms(delta[:, 0]), rms(delta[:, -1])
    return rms(numbers.vectors("delta", 1)), rms(numbers.vectors("delta", shapes.layers))
