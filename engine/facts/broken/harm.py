"""Did breaking the rule do harm, and how much?

Everything the iteration computed is held against the undisturbed run: how many deltas and gradients are
no longer right, how far the worst is off, and by how much all that was gathered turned away from ∇C. The
loss is reported beside it and is no judge: it may well end lower.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.facts.beside.right import differs
from engine.facts.entry import Number
from engine.facts.number import Traced
from engine.facts.through_time import sample_of, times_done
from engine.facts.two_orders.compare import Angle, angle_between
from engine.kept import Made
from engine.order.quantities import PARAMETERS, Reference, total_with
from engine.run.straight import losses_of
from engine.run.tracing import Trace

if TYPE_CHECKING:
    import numpy.typing as npt

    from engine.arrays import Array

    Counts = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Count:
    """How many numbers of a sort are no longer right, how many of those have the wrong sign, of how many."""

    wrong: int = 0
    flipped: int = 0
    of: int = 0

    def __add__(self, other: Count) -> Count:
        return Count(self.wrong + other.wrong, self.flipped + other.flipped, self.of + other.of)


@dataclass(frozen=True, slots=True, eq=False)
class Harm:
    """What the updates out of turn did to their iteration.

    `gradients` are the totals of the whole iteration, of the parameters that are trained; `angle` is that
    between all of them, where they change a number, and ∇C. `worst` is the delta or gradient whose relative
    deviation from what it is in the undisturbed run is the largest; None if none is wrong. The losses are
    over all data, after the iteration.
    """

    iteration: int
    pre_activations: Count
    deltas: Count
    gradients: Count
    worst: Traced | None
    angle: Angle
    loss_right: float
    loss_broken: float
    untouched: bool
    """Whether they are all what they would have been, to the last digit."""
    wrong_deltas: Counts
    """How many deltas are wrong of each layer, sample of the batch and time: [layer, sample, time]."""
    wrong_gradients: tuple[int, ...]
    """How many totals are wrong of each layer."""

    @property
    def harmless(self) -> bool:
        """Whether every number of the iteration is still right, but for roundings."""
        return self.pre_activations.wrong == self.deltas.wrong == self.gradients.wrong == 0


def wrong_by(trace: Trace, harm: Harm, step: int) -> tuple[int, int]:
    """Return how many of the wrong deltas and of the wrong gradients have been computed by a step.

    A total is a gradient when the last share has been added.
    """
    iteration = trace.schedule.site(step).iteration
    if iteration != harm.iteration:
        done = iteration > harm.iteration
        return (harm.deltas.wrong, harm.gradients.wrong) if done else (0, 0)
    samples = trace.shapes.batch(iteration)
    here = sample_of(trace, step) - samples.start
    deltas = gradients = 0
    for layer in range(1, trace.shapes.layers + 1):
        counts, times = harm.wrong_deltas[layer - 1], times_done(trace, step, "delta", layer)
        deltas += int(counts[:here].sum() + counts[here, times.start : times.stop].sum())
        if trace.schedule.step(trace.schedule.last_gradient(iteration, layer)) <= step:
            gradients += harm.wrong_gradients[layer - 1]
    return deltas, gradients


def harm(trace: Trace) -> Harm | None:
    """Return the harm done in the broken iteration; None for a trace in which no rule is broken."""
    return _MADE.of(trace, None, lambda: _weighed(trace)) if trace.breaks else None


_MADE = Made[Trace, Harm]()


@np.errstate(all="ignore")
def _weighed(trace: Trace) -> Harm:
    number = trace.broken_iteration
    assert number is not None
    broken, right = trace.iteration(number), trace.undisturbed.iteration(number)
    pre_activations = deltas = gradients = Count()
    off: dict[Number, tuple[float, float]] = {}
    totals: list[tuple[Array, Array]] = []
    untouched = True
    wrong_deltas = np.zeros((trace.shapes.layers, len(broken.samples), trace.shapes.times), dtype=np.int64)
    wrong_gradients = [0] * trace.shapes.layers
    for layer in range(1, trace.shapes.layers + 1):
        z, as_it_should = broken.vectors("pre_activation", layer), right.vectors("pre_activation", layer)
        pre_activations += _count(z, as_it_should)
        found, expected = broken.vectors("delta", layer), right.vectors("delta", layer)
        deltas += _count(found, expected)
        untouched = untouched and all(map(_same, (z, found), (as_it_should, expected)))
        wrong_deltas[layer - 1] = differs(found, expected).sum(axis=2)
        if farthest := _farthest(found, expected):
            (sample, time, unit), far = farthest
            reference = Reference("delta", number, layer, broken.samples.start + sample, time)
            off[Number(reference, (unit,))] = far
        both = broken.whole_totals(layer), right.whole_totals(layer)
        last = trace.schedule.last_gradient(number, layer)
        for parameter in PARAMETERS:
            if not broken.network.layers[layer - 1].trains(parameter):
                continue
            found, expected = (getattr(one, parameter) for one in both)
            if found is None:
                continue
            changed = broken.network.layers[layer - 1].trained(parameter)
            totals.append((np.where(changed, expected, 0.0), np.where(changed, found, 0.0)))
            untouched = untouched and _same(found, expected)
            counted = _count(found, expected)
            gradients += counted
            wrong_gradients[layer - 1] += counted.wrong
            if farthest := _farthest(found, expected):
                place, far = farthest
                off[Number(total_with(last, parameter), place)] = far
    loss_right, loss_broken = losses_of(trace.scenario, trace.shapes, (right.after, broken.after))
    return Harm(
        iteration=number,
        pre_activations=pre_activations,
        deltas=deltas,
        gradients=gradients,
        worst=Traced(trace, max(off, key=off.__getitem__)) if off else None,
        angle=angle_between([expected for expected, _ in totals], [found for _, found in totals]),
        loss_right=loss_right,
        loss_broken=loss_broken,
        untouched=untouched,
        wrong_deltas=wrong_deltas,
        wrong_gradients=tuple(wrong_gradients),
    )


def _same(found: Array, right: Array) -> bool:
    return np.array_equal(found, right, equal_nan=True)


def _count(found: Array, right: Array) -> Count:
    wrong = differs(found, right)
    flipped = wrong & (np.sign(found) * np.sign(right) < 0)
    return Count(int(wrong.sum()), int(flipped.sum()), found.size)


@np.errstate(all="ignore")
def _farthest(found: Array, right: Array) -> tuple[tuple[int, ...], tuple[float, float]] | None:
    """Return the index of the largest relative deviation and how far that is off; None if no number is wrong.

    Where the right value is 0, it is off beyond all; of those it is the one that is off by most.
    """
    wrong = differs(found, right)
    if not wrong.any():
        return None
    apart = np.abs(found - right)
    relative = np.where(wrong, apart / np.abs(right), -1.0)
    relative[np.isnan(relative)] = np.inf
    beyond = np.where(np.isinf(relative), np.where(np.isnan(apart), np.inf, apart), 0.0)
    place = int(np.argmax(np.where(relative == relative.max(), beyond, -1.0)))
    index = tuple(int(one) for one in np.unravel_index(place, relative.shape))
    return index, (float(relative[index]), float(beyond[index]))
