"""What if an update had not waited? Both orders from the same parameters, number by number.

The deferred order applies the gradient of the batch's loss. The premature order applies, one after
the other, gradients that were formed from parameters already changed. What each applied in the whole
iteration is compared: per number the ratio and the sign, per layer and overall the angle between
the two, which is the angle to the negative gradient. The loss is no judge: it may end lower either way.
The slope of the loss itself is (`engine.measured`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple
from weakref import WeakKeyDictionary

import numpy as np

from engine.arrays import Array, Mask, frozen
from engine.order.quantities import PARAMETER_LETTERS
from engine.replay.iteration import Iteration
from engine.replay.run import loss_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from engine.order.quantities import Parameter
    from engine.replay.tracing import Trace
    from engine.scenario import Order

_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Pair:
    """One matrix or vector of parameters: the gradient that each order applied, and the change it made.

    `early` is of the order whose updates did not wait.

    For a batch the gradient is the sum of all that was applied in the iteration: -change/η, or
    -B·change/η for the mean over a batch of B.
    """

    layer: int
    parameter: Parameter
    deferred: Array
    early: Array
    deferred_change: Array
    early_change: Array

    @property
    def ratio(self) -> Array:
        """Premature over deferred, per number; nan where both are zero."""
        with np.errstate(all="ignore"):
            return frozen(self.early / self.deferred)

    @property
    def flipped(self) -> Mask:
        """Where the two have opposite signs; a zero has none."""
        mask: Mask = np.sign(self.deferred) * np.sign(self.early) < 0
        mask.setflags(write=False)
        return mask

    @property
    def differs(self) -> Mask:
        """Where the two differ by more than rounding."""
        mask: Mask = ~np.isclose(self.early, self.deferred, rtol=_ROUNDING, atol=0.0, equal_nan=True)
        mask.setflags(write=False)
        return mask

    def at(self, index: tuple[int, ...]) -> Entry:
        """Return one number; cheap however large the matrix is."""
        deferred, early = float(self.deferred[index]), float(self.early[index])
        place = tuple(slice(entry, entry + 1) for entry in index)
        one = Pair(self.layer, self.parameter, *(array[place] for array in (self.deferred, self.early) * 2))
        return Entry(
            deferred,
            early,
            float(self.deferred_change[index]),
            float(self.early_change[index]),
            one.ratio.item(),
            one.flipped.item(),
            one.differs.item(),
        )


class Entry(NamedTuple):
    """One number of a pair, as `Pair` has it for all."""

    deferred: float
    early: float
    deferred_change: float
    early_change: float
    ratio: float
    flipped: bool
    differs: bool


class Angle(NamedTuple):
    """How the premature change lies to the negative gradient; None where either is zero or not finite.

    Of so many `numbers`, `signed` have a sign in both orders (neither 0 nor nan), and `flipped` another.
    """

    cosine: float | None
    degrees: float | None
    numbers: int
    differ: int
    flipped: int
    signed: int


@dataclass(frozen=True, slots=True, eq=False)
class LayerComparison:
    """The pairs of one layer (biases only if they are trained), and the angle over all of them."""

    layer: int
    pairs: tuple[Pair, ...]
    angle: Angle


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """Both orders in one iteration from the same parameters. The losses are over all samples.

    What is held against the deferred order is the premature one, or where the user has broken the
    rule (`broken`), what the user made of the iteration.
    """

    iteration: int
    broken: bool
    layers: tuple[LayerComparison, ...]
    overall: Angle
    loss_before: float
    loss_deferred: float
    loss_early: float


class FinalLosses(NamedTuple):
    """The loss over all samples after the whole run in each order."""

    deferred: float
    premature: float


def compare(trace: Trace, iteration: int) -> Comparison:
    """Return both orders side by side, from the parameters with which the trace begins an iteration.

    Where the user has broken the rule, the user's order stands in for the premature one.
    """
    numbers = trace.iteration(iteration)
    found = _MADE.get(numbers)
    if found is None:
        found = _MADE[numbers] = _compared(trace, numbers)
    return found


def angle_between(deferred: Iterable[Array], premature: Iterable[Array]) -> Angle:
    """Return the angle between two lists of arrays of the same shapes, taken as two long vectors."""
    u = np.concatenate([array.ravel() for array in deferred])
    v = np.concatenate([array.ravel() for array in premature])
    pair = Pair(0, "weights", u, v, u, v)
    signed = np.abs(np.sign(u) * np.sign(v)) == 1.0
    counts = len(u), *(int(mask.sum()) for mask in (pair.differs, pair.flipped, signed))
    unit_u, unit_v = _unit(u), _unit(v)
    if unit_u is None or unit_v is None:
        return Angle(None, None, *counts)
    # The arc cosine has no digits left near 0; the lengths of the sum and the difference have all.
    radians = 2.0 * math.atan2(float(np.linalg.norm(unit_u - unit_v)), float(np.linalg.norm(unit_u + unit_v)))
    return Angle(float(unit_u @ unit_v), math.degrees(radians), *counts)


def final_losses(trace: Trace, other: Trace) -> FinalLosses | None:
    """Return the losses after all iterations of two runs; None until both have been computed.

    None also unless one of them is deferred and the other premature; a broken trace is neither.
    """
    by_order = {one.order: one for one in (trace, other) if not one.breaks}
    if set(by_order) != {"deferred", "premature"}:
        return None
    if any(one.computed < one.iterations for one in by_order.values()):
        return None
    return FinalLosses(_final_loss(by_order["deferred"]), _final_loss(by_order["premature"]))


# What was computed of an iteration is kept as long as the trace keeps the iteration.
_MADE: WeakKeyDictionary[Iteration, Comparison] = WeakKeyDictionary()
_FINAL: WeakKeyDictionary[Trace, float] = WeakKeyDictionary()


@np.errstate(all="ignore")
def _compared(trace: Trace, numbers: Iteration) -> Comparison:
    broken = numbers.number == trace.broken_iteration
    deferred = (
        trace.undisturbed.iteration(numbers.number) if broken else _in_order(trace, numbers, "deferred")
    )
    early = numbers if broken else _in_order(trace, numbers, "premature")
    layers = []
    for layer in range(1, trace.shapes.layers + 1):
        pairs = tuple(_pairs(trace, layer, deferred, early))
        angle = angle_between([pair.deferred for pair in pairs], [pair.early for pair in pairs])
        layers.append(LayerComparison(layer, pairs, angle))
    every = [pair for layer in layers for pair in layer.pairs]
    return Comparison(
        iteration=numbers.number,
        broken=broken,
        layers=tuple(layers),
        overall=angle_between([pair.deferred for pair in every], [pair.early for pair in every]),
        loss_before=loss_of(trace.scenario, trace.shapes, numbers.before),
        loss_deferred=loss_of(trace.scenario, trace.shapes, deferred.after),
        loss_early=loss_of(trace.scenario, trace.shapes, early.after),
    )


def _in_order(trace: Trace, numbers: Iteration, order: Order) -> Iteration:
    if numbers.order == order:
        return numbers
    return Iteration(trace.scenario, trace.shapes, order, numbers.number, numbers.before)


def _pairs(trace: Trace, layer: int, deferred: Iteration, early: Iteration) -> Iterable[Pair]:
    last = deferred.samples.stop - 1
    totals = [one.totals(layer, last, 0) for one in (deferred, early)]
    changes = [deferred.change(layer, total) for total in totals]
    mine = trace.scenario.network.layers[layer - 1]
    for parameter in PARAMETER_LETTERS:
        if parameter == "recurrent_weights" and not mine.recurrent:
            continue
        if parameter == "biases" and not mine.train_biases:
            continue
        arrays = [getattr(gradients, parameter) for gradients in (*totals, *changes)]
        yield Pair(layer, parameter, *arrays)


def _unit(vector: Array) -> Array | None:
    largest = float(np.max(np.abs(vector), initial=0.0))
    if largest == 0.0 or not math.isfinite(largest):
        return None
    scaled: Array = vector / largest
    unit: Array = scaled / np.linalg.norm(scaled)
    return unit


def _final_loss(trace: Trace) -> float:
    found = _FINAL.get(trace)
    if found is None:
        found = loss_of(trace.scenario, trace.shapes, trace.parameters(trace.iterations))
        _FINAL[trace] = found
    return found
