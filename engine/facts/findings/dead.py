"""Which neurons of a run are dead: 0, and flat, for all the data with the weights that it has come to?

When each of them died is asked of the iterations themselves, which meet the samples of their batches.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from engine.equations.equation import Variable
from engine.equations.functions.activations import ACTIVATIONS
from engine.facts.entry import Number
from engine.facts.findings.finding import TO_THE_END, Finding, Near
from engine.facts.findings.since import Since, since
from engine.order.quantities import PARAMETER_LETTERS, PARAMETERS, Reference
from engine.order.site import Site
from engine.program.arrays.machine import ForwardPass

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping, Sequence

    from engine.arrays import Mask
    from engine.parameters import Parameters
    from engine.run.tracing import Trace

_ROWS = 1024
_WORK = 2_000_000_000
"""Samples at their times that go forward at once, and multiply-adds that are worth it: about a second."""


class Dead(NamedTuple):
    """The neurons that are dead, of each layer that has any; and for how many samples that was seen."""

    units: dict[int, Mask]
    samples: int


def dead_with(trace: Trace, parameters: Parameters) -> Generator[float, None, Dead]:
    """Return the neurons that are 0 and flat for every sample, all with the same parameters.

    It yields after each piece of the data, and asks no more once every neuron has been seen alive.
    """
    scenario, times = trace.scenario, trace.shapes.times
    layers = [
        number
        for number, layer in enumerate(scenario.network.layers, start=1)
        if not ACTIVATIONS[layer.activation].coupled
    ]
    most = _WORK // (times * max(1, scenario.network.parameters))
    samples = max(min(scenario.data.samples, most), trace.shapes.batch_size)
    step = max(1, _ROWS // times)
    parts = [range(first, min(first + step, samples)) for first in range(0, samples, step)]
    units: dict[int, Mask] = {}
    if not layers:
        return Dead(units, samples)
    forward = iter(ForwardPass(scenario, times, parts).each(parameters))
    for done in range(1, len(parts) + 1):
        # Around a piece, not around the yield: who goes on may be another task, with another context.
        with np.errstate(all="ignore"):
            arrays = next(forward)
            for layer in layers:
                both = (arrays(Variable(name, layer)) for name in ("activation", "slope"))
                zero: Mask = np.logical_and.reduce([(one == 0.0).all(axis=(0, 1)) for one in both])
                units[layer] = units[layer] & zero if layer in units else zero
        if not any(mask.any() for mask in units.values()):
            break
        yield done / len(parts)
    return Dead({layer: mask for layer, mask in units.items() if mask.any()}, samples)


def dead(trace: Trace, places: Sequence[int]) -> Generator[Finding | Near | None, None, None]:
    """Yield the neurons of each layer that are dead after the last of some places; None between two pieces.

    `values` are the samples that it was seen for, and for each neuron the iteration from which on the batches
    have it at 0. Where none is dead now those that were at the start come near to it.
    """
    stop = places[-1] + 1
    found = yield from _pieces(trace, stop)
    if not found.units:
        begun = yield from _pieces(trace, trace.begins)
        for layer, mask in begun.units.items():
            site = Site("forward", trace.begins, trace.shapes.batch(trace.begins).start, 0, layer)
            yield Near("dead", trace.schedule.step(site), (float(mask.sum()),), (f"layer {layer}",))
        return
    dates = iter(since(trace, lambda at: _zero(trace, found.units, at), places))
    for layer, mask in found.units.items():
        units = tuple(int(unit) for unit in np.flatnonzero(mask))
        mine = [next(dates) or Since(stop, TO_THE_END) for _ in units]
        first = min(range(len(units)), key=lambda one: mine[one].iteration)
        began, seen = mine[first].iteration, max(one.seen for one in mine)
        number = None
        if began < stop:
            sample = trace.shapes.batch(began).start
            number = Number(Reference("activation", began, layer, sample, 0), (units[first],))
            step = trace.schedule.step(Site("forward", began, sample, 0, layer))
        else:  # the last update has done it
            step = trace.schedule.first_step(stop) - 1
        values = (float(found.samples), *(float(one.iteration) for one in mine))
        words = _last_blow(trace, layer, units[first], began) if trace.shapes.batches == 1 else ()
        yield Finding("dead", step, layer, units, values, words, number, seen)


def _pieces(trace: Trace, iteration: int) -> Generator[None, None, Dead]:
    """Return the neurons that are dead before an iteration."""
    looking = dead_with(trace, trace.parameters(iteration))
    while True:
        try:
            next(looking)
        except StopIteration as end:
            found: Dead = end.value
            return found
        yield None


def _zero(trace: Trace, units: Mapping[int, Mask], iteration: int) -> Mask:
    """Return which of some neurons, layer after layer, are 0, and flat, for the samples of an iteration."""
    numbers, found = trace.iteration(iteration), []
    for layer, mask in units.items():
        both = (numbers.vectors(name, layer)[..., mask] for name in ("activation", "slope"))
        found.append(np.logical_and.reduce([(one == 0.0).all(axis=(0, 1)) for one in both]))
    return np.concatenate(found)


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
    _, name, *values = max(found)
    was, now = (f"{one:.4g}" for one in values)
    return (name, was, now) if was != now else ()  # else what it comes from has moved
