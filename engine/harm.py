"""Did breaking the rule do harm, and how much?

Everything the iteration computed is held against the undisturbed run: how many deltas and gradients are
no longer right, how far the worst is off, and by how much the whole change turned away from -∇C. The
loss is reported beside it and is no judge: it may well end lower.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import numpy as np

from engine.broken_trace import BrokenTrace
from engine.compare import Angle, angle_between
from engine.falsified import differs
from engine.flow import PARAMETERS, TOTAL_OF, Reference
from engine.numbers import Number, symbol_of
from engine.run import loss_of

if TYPE_CHECKING:
    from engine.arrays import Array
    from engine.tracing import Trace


@dataclass(frozen=True, slots=True)
class Count:
    """How many numbers of a sort are no longer right, how many of those have the wrong sign, of how many."""

    wrong: int = 0
    flipped: int = 0
    of: int = 0

    def __add__(self, other: Count) -> Count:
        return Count(self.wrong + other.wrong, self.flipped + other.flipped, self.of + other.of)


@dataclass(frozen=True, slots=True)
class Deviation:
    """A falsified number, with what it should be (not 0)."""

    number: Number
    value: float
    right: float

    @property
    def relative(self) -> float:
        """How far the value is off, as a share of what it should be."""
        return abs(self.value - self.right) / abs(self.right)


@dataclass(frozen=True, slots=True, eq=False)
class Harm:
    """What the updates out of turn did to their iteration.

    `gradients` are the totals of the whole iteration, of the parameters that are trained; `angle` is that
    between all that was applied and -∇C. `worst` is the delta or gradient whose relative deviation is
    the largest; None if none is wrong. The losses are over all data, after the iteration.
    """

    iteration: int
    pre_activations: Count
    deltas: Count
    gradients: Count
    worst: Deviation | None
    angle: Angle
    loss_right: float
    loss_broken: float

    @property
    def harmless(self) -> bool:
        """Whether every number of the iteration is still right."""
        return self.pre_activations.wrong == self.deltas.wrong == self.gradients.wrong == 0


def harm(trace: Trace) -> Harm | None:
    """Return the harm done in the broken iteration; None for a trace in which no rule is broken."""
    if not isinstance(trace, BrokenTrace):
        return None
    found = _MADE.get(trace)
    if found is None:
        found = _MADE[trace] = _weighed(trace)
    return found


_MADE: WeakKeyDictionary[BrokenTrace, Harm] = WeakKeyDictionary()


def words_of_harm(trace: Trace, harm: Harm) -> tuple[str, ...]:
    """Return the harm in sentences, the most important first."""
    if harm.harmless:
        return ("No harm: every delta and gradient of this iteration is what it would have been.",)
    flipped = harm.deltas.flipped + harm.gradients.flipped
    sentences = [
        f"{harm.deltas.wrong} of {harm.deltas.of} deltas and {harm.gradients.wrong} of "
        f"{harm.gradients.of} gradients are no longer right"
        + (f", {flipped} with the wrong sign." if flipped else ", none with the wrong sign.")
    ]
    if harm.deltas.wrong == harm.gradients.wrong == 0:
        sentences = ["Later pre-activations are no longer the same, but every delta and gradient is right."]
    if harm.worst is not None:
        symbol, worst = symbol_of(trace, harm.worst.number), harm.worst
        ratio = worst.value / worst.right
        share = f"{100.0 * ratio:.4g} % of it" if abs(ratio) < 10.0 else f"{ratio:.4g} times that"
        sentences.append(
            f"Farthest off: {symbol} is {worst.value:.4g} instead of {worst.right:.4g}, {share}."
        )
    if harm.angle.degrees is not None:
        degrees = f"{harm.angle.degrees:.{2 if harm.angle.degrees < 10.0 else 3}g}"
        sentences.append(f"The whole change points {degrees}° away from -∇C.")
    return (*sentences, _words_of_loss(harm))


def _words_of_loss(harm: Harm) -> str:
    both = f"Loss over all data after it: {harm.loss_broken:.8g}, without the break {harm.loss_right:.8g}"
    difference = abs(harm.loss_broken - harm.loss_right)
    by = f" by {difference:.2g}" if math.isfinite(difference) else ""
    if harm.loss_broken > harm.loss_right:
        return f"{both}: higher{by}."
    if harm.loss_broken < harm.loss_right:
        return f"{both}: lower{by}, though the change was not the negative gradient."
    return f"{both}."


@np.errstate(all="ignore")
def _weighed(trace: BrokenTrace) -> Harm:
    number = trace.broken_iteration
    broken, right = trace.iteration(number), trace.right
    last = broken.samples.stop - 1
    pre_activations = deltas = gradients = Count()
    worst: Deviation | None = None
    totals: list[tuple[Array, Array]] = []
    for layer in range(1, trace.shapes.layers + 1):
        z, as_it_should = broken.vectors("pre_activation", layer), right.vectors("pre_activation", layer)
        pre_activations += _count(z, as_it_should)
        found, expected = broken.vectors("delta", layer), right.vectors("delta", layer)
        deltas += _count(found, expected)
        place = _farthest(found, expected)
        if place is not None:
            sample, time, unit = place
            reference = Reference("delta", number, layer, broken.samples.start + sample, time)
            worst = _worse(worst, Number(reference, (unit,)), found[place], expected[place])
        both = broken.totals(layer, last, 0), right.totals(layer, last, 0)
        for parameter in PARAMETERS:
            if parameter == "biases" and not broken.network.layers[layer - 1].train_biases:
                continue
            found, expected = (getattr(one, parameter) for one in both)
            if found is None:
                continue
            totals.append((expected, found))
            gradients += _count(found, expected)
            place = _farthest(found, expected)
            if place is not None:
                reference = Reference(TOTAL_OF[parameter], number, layer, last, 0)
                worst = _worse(worst, Number(reference, place), found[place], expected[place])
    return Harm(
        iteration=number,
        pre_activations=pre_activations,
        deltas=deltas,
        gradients=gradients,
        worst=worst,
        angle=angle_between([expected for expected, _ in totals], [found for _, found in totals]),
        loss_right=loss_of(trace.scenario, trace.shapes, trace.undisturbed.iteration(number).after),
        loss_broken=loss_of(trace.scenario, trace.shapes, broken.after),
    )


def _count(found: Array, right: Array) -> Count:
    wrong = differs(found, right)
    flipped = wrong & (np.sign(found) * np.sign(right) < 0)
    return Count(int(wrong.sum()), int(flipped.sum()), found.size)


def _farthest(found: Array, right: Array) -> tuple[int, ...] | None:
    """Return the index of the largest relative deviation that is one; None if no number is wrong."""
    relative = np.where(differs(found, right), np.abs(found - right) / np.abs(right), 0.0)
    relative[~np.isfinite(relative)] = 0.0
    place = int(np.argmax(relative))
    if relative.flat[place] == 0.0:
        return None
    return tuple(int(index) for index in np.unravel_index(place, relative.shape))


def _worse(worst: Deviation | None, number: Number, value: float, right: float) -> Deviation:
    found = Deviation(number, float(value), float(right))
    return worst if worst is not None and worst.relative >= found.relative else found
