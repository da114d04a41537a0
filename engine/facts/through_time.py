"""What happens to errors and to shares of a gradient along a sequence, as far as it has been worked out?

A recurrent layer's delta at time t is f'(z) ⊙ (what comes from above + Uᵀ δ of time t+1); what many such
steps back leave of an error is the matter of `engine.facts.unrolled.gain`. The gradient of a weight that is
shared by all times is the sum of one share for each time, gathered from the last time to the first.

All of it belongs to the sample of a step (the last of the batch for the update of a whole batch),
and only to the times that are done by that step: `times` says which.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.arrays import Array, frozen, lengths
from engine.facts.entry import array_of
from engine.order.quantities import TOTAL_OF, Reference
from engine.order.site import Site, Sort

if TYPE_CHECKING:
    from engine.order.quantities import Parameter
    from engine.run.iteration import Iteration, Stored
    from engine.run.tracing import Trace
    from engine.update_orders import Kind


@dataclass(frozen=True, slots=True, eq=False)
class Along:
    """One number at each of `times`: `values` is [time of `times`]."""

    times: range
    values: Array

    def at(self, time: int) -> float | None:
        """Return the value at a time; None if it is not known yet."""
        return float(self.values[time - self.times.start]) if time in self.times else None


@dataclass(frozen=True, slots=True, eq=False)
class Shares:
    """What each time gives to one number of a gradient.

    `running` is the sum over the times from the last one on, upon `before`: what the samples before
    this one have gathered in the iteration, and what a mistake has kept of earlier ones. At each time it is
    the trace's total, also in an order that gathers them otherwise.
    """

    before: float
    share: Along
    running: Along


def sample_of(trace: Trace, step: int) -> int:
    """Return the sample that a step works on; the last of the batch for the update of a whole batch."""
    site = trace.schedule.anchor(step)
    return trace.shapes.batch(site.iteration).stop - 1 if site.sample is None else site.sample


def times_done(trace: Trace, step: int, kind: Kind, layer: int | None) -> range:
    """Return the times at which a kind of step (not an update) of a layer is done for the step's sample.

    The layer of a loss is None.
    """
    times = range(trace.shapes.times)
    if layer is None:
        return times[: bisect_right(times, step, key=lambda time: _loss_step(trace, step, time))]
    iteration, sample = trace.schedule.anchor(step).iteration, sample_of(trace, step)

    def made(time: int) -> int:
        return trace.schedule.step(Site(kind, iteration, sample, time, layer))

    # Every order goes through the times of a sample one after the other, to or fro.
    if made(times[0]) <= made(times[-1]):
        return times[: bisect_right(times, step, key=made)]
    return times[len(times) - bisect_right(times[::-1], step, key=made) :]


def _loss_step(trace: Trace, step: int, time: int) -> int:
    """Return the step with which the losses up to a time are made; without any, that of the prediction."""
    sample, iteration = sample_of(trace, step), trace.schedule.anchor(step).iteration
    found = trace.schedule.step(Site("forward", iteration, sample, time, trace.shapes.layers))
    latest = np.flatnonzero(trace.shapes.has_target[sample, : time + 1])[-1:].tolist()
    losses = [trace.schedule.step(Site("loss", iteration, sample, one, None)) for one in latest]
    return max([found, *losses])


def quantity(trace: Trace, step: int, name: Stored, layer: int, unit: int) -> Along:
    """Return a kept quantity of one unit of a layer at each time where it is known.

    `activation` also has layer 0, the input, which is known at all times.
    """
    if layer == 0:
        times = range(trace.shapes.times)
    else:
        kind: Kind = "forward" if name in ("activation", "pre_activation", "slope", "previous") else "delta"
        times = times_done(trace, step, kind, layer)
    return _along(times, numbers_of(trace, step).sequence(name, layer, sample_of(trace, step))[:, unit])


def sizes(trace: Trace, step: int, layer: int) -> Along:
    """Return ‖δ‖, the Euclidean length of the delta of a layer, at each time."""
    delta = numbers_of(trace, step).sequence("delta", layer, sample_of(trace, step))
    return _along(times_done(trace, step, "delta", layer), lengths(delta))


@np.errstate(all="ignore")
def shares(trace: Trace, step: int, layer: int, parameter: Parameter, index: tuple[int, ...]) -> Shares:
    """Return the shares of one number of a gradient; `index` is (unit,) or (to, from), from 0."""
    numbers, sample = numbers_of(trace, step), sample_of(trace, step)
    share = numbers.shares(layer, parameter, index, sample)
    schedule, sort = trace.schedule, Sort("gradient", layer)
    every = range(trace.shapes.times)
    made = [schedule.step(Site("gradient", numbers.number, sample, time, layer)) for time in (0, every[-1])]
    # What the first gradient of the sample is added to.
    read = trace.flow.reads(min(made))
    gathered = next((one for one in read if one.quantity == TOTAL_OF[parameter]), None)
    before = 0.0 if gathered is None else float(array_of(trace, gathered)[index])
    times = times_done(trace, step, "gradient", layer)
    if schedule.before(made[0], sort) - schedule.before(made[1], sort) == every[-1]:
        running = before + np.cumsum(share[::-1])[::-1]
    else:  # the list gathers them otherwise: between them other samples', or from the first time on
        totals = (Reference(TOTAL_OF[parameter], numbers.number, layer, sample, time) for time in times)
        running = np.full(len(every), np.nan)
        running[times.start : times.stop] = [array_of(trace, one)[index] for one in totals]
    return Shares(before, _along(times, share), _along(times, running))


def numbers_of(trace: Trace, step: int) -> Iteration:
    """Return the numbers of a step's iteration."""
    return trace.iteration(trace.schedule.site(step).iteration)


def _along(times: range, values: Array) -> Along:
    return Along(times, frozen(values[times.start : times.stop]))
