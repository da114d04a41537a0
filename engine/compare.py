"""What if an update had not waited? Two orders from the same parameters, number by number.

One is the order that waits: it applies the gradient of the batch's loss. The other one, any that does not
wait, applies gradients of which some were formed from parameters already changed. What each applied in the
whole iteration is compared: per number the ratio and the sign, per layer and overall the angle between
the two, which is the angle to the negative gradient. The loss is no judge: it may end lower either way.
The slope of the loss itself is (`engine.measured`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple
from weakref import WeakKeyDictionary

import numpy as np

from engine.arrays import Array, Mask, frozen, sealed
from engine.order.orders import WAITING, not_waiting
from engine.order.quantities import PARAMETER_LETTERS
from engine.replay.run import loss_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from engine.order.quantities import Parameter
    from engine.replay.iteration import Iteration
    from engine.replay.tracing import Trace
    from engine.scenario import Order

_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Pair:
    """One matrix or vector of parameters: the gradient that each order applied, and the change it made.

    `waited` is of the order whose updates waited, `early` of the one that is held against it.

    For a batch the gradient is the sum of all that was applied in the iteration: -change/η, or
    -B·change/η for the mean over a batch of B.
    """

    layer: int
    parameter: Parameter
    waited: Array
    early: Array
    waited_change: Array
    early_change: Array

    @property
    def ratio(self) -> Array:
        """Early over waited, per number; nan where both are zero."""
        with np.errstate(all="ignore"):
            return frozen(self.early / self.waited)

    @property
    def flipped(self) -> Mask:
        """Where the two change it in opposite directions; a zero has none."""
        mask: Mask = np.sign(self.waited_change) * np.sign(self.early_change) < 0
        return sealed(mask)

    @property
    def differs(self) -> Mask:
        """Where the two change it otherwise, by more than rounding."""
        changes = self.early_change, self.waited_change
        mask: Mask = ~np.isclose(*changes, rtol=_ROUNDING, atol=0.0, equal_nan=True)
        return sealed(mask)

    def at(self, index: tuple[int, ...]) -> Entry:
        """Return one number; cheap however large the matrix is."""
        waited, early = float(self.waited[index]), float(self.early[index])
        place = tuple(slice(entry, entry + 1) for entry in index)
        arrays = self.waited, self.early, self.waited_change, self.early_change
        one = Pair(self.layer, self.parameter, *(array[place] for array in arrays))
        return Entry(
            waited,
            early,
            float(self.waited_change[index]),
            float(self.early_change[index]),
            one.ratio.item(),
            one.flipped.item(),
            one.differs.item(),
        )


class Entry(NamedTuple):
    """One number of a pair, as `Pair` has it for all."""

    waited: float
    early: float
    waited_change: float
    early_change: float
    ratio: float
    flipped: bool
    differs: bool


class Angle(NamedTuple):
    """How a change lies to that of updates that waited, -∇C; None where one of them is 0 or not finite.

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
    """Two orders in one iteration from the same parameters. The losses are over all samples.

    `against` is the order that is held against the one that waits; None is what the user made of the
    iteration by updates out of turn.
    """

    iteration: int
    against: Order | None
    layers: tuple[LayerComparison, ...]
    overall: Angle
    loss_before: float
    loss_waited: float
    loss_early: float


class FinalLosses(NamedTuple):
    """The loss over all samples after the whole run: in the waiting order, and in the one held against it."""

    against: Order
    waited: float
    early: float


def choices(trace: Trace, iteration: int) -> tuple[Order | None, ...]:
    """Return what can be held against the order that waits in an iteration; the first is, if nobody chooses.

    None is the user's own order, where the user has broken the rule.
    """
    own: list[Order | None] = [None] if iteration == trace.broken_iteration else []
    return (*own, *not_waiting(trace.order))


def compare(trace: Trace, iteration: int, against: Order | None = None) -> Comparison:
    """Return two orders side by side, from the parameters with which the trace begins an iteration.

    The one that waits, and the one that is chosen or, if that is not among the `choices`, the first of these.
    """
    numbers = trace.iteration(iteration)
    offered = choices(trace, iteration)
    chosen = against if against in offered else offered[0]
    made = _MADE.setdefault(numbers, {})
    if chosen not in made:
        made[chosen] = _compared(trace, numbers, chosen)
    return made[chosen]


def next_choice(trace: Trace, iteration: int, against: Order | None) -> Order | None:
    """Return what is held against the order that waits after `against`, round and round."""
    offered = choices(trace, iteration)
    place = offered.index(against) if against in offered else 0
    return offered[(place + 1) % len(offered)]


def angle_between(waited: Iterable[Array], early: Iterable[Array]) -> Angle:
    """Return the angle between two lists of arrays of the same shapes, taken as two long vectors."""
    u = np.concatenate([array.ravel() for array in waited])
    v = np.concatenate([array.ravel() for array in early])
    pair = Pair(0, "weights", u, v, u, v)
    signed = np.abs(np.sign(u) * np.sign(v)) == 1.0
    counts = len(u), *(int(mask.sum()) for mask in (pair.differs, pair.flipped, signed))
    unit_u, unit_v = _unit(u), _unit(v)
    if unit_u is None or unit_v is None:
        return Angle(None, None, *counts)
    # The arc cosine has no digits left near 0; the lengths of the sum and the difference have all.
    radians = 2.0 * math.atan2(float(np.linalg.norm(unit_u - unit_v)), float(np.linalg.norm(unit_u + unit_v)))
    return Angle(float(unit_u @ unit_v), math.degrees(radians), *counts)


def final_losses(against: Order, runs: Iterable[Trace]) -> FinalLosses | None:
    """Return the losses after all iterations in the waiting order and another; None until both are known.

    They are found among `runs` of one scenario; a broken one is in no order.
    """
    by_order = {one.order: one for one in runs if not one.breaks and one.computed == one.iterations}
    if WAITING not in by_order or against not in by_order:
        return None
    return FinalLosses(against, _final_loss(by_order[WAITING]), _final_loss(by_order[against]))


# What was computed of an iteration is kept as long as the trace keeps the iteration.
_MADE: WeakKeyDictionary[Iteration, dict[Order | None, Comparison]] = WeakKeyDictionary()
_FINAL: WeakKeyDictionary[Trace, float] = WeakKeyDictionary()


@np.errstate(all="ignore")
def _compared(trace: Trace, numbers: Iteration, against: Order | None) -> Comparison:
    waited = _in_order(trace, numbers, WAITING)
    early = numbers if against is None else _in_order(trace, numbers, against)
    layers = []
    for layer in range(1, trace.shapes.layers + 1):
        pairs = tuple(_pairs(trace, layer, waited, early))
        angle = angle_between([pair.waited_change for pair in pairs], [pair.early_change for pair in pairs])
        layers.append(LayerComparison(layer, pairs, angle))
    every = [pair for layer in layers for pair in layer.pairs]
    return Comparison(
        iteration=numbers.number,
        against=against,
        layers=tuple(layers),
        overall=angle_between([pair.waited_change for pair in every], [pair.early_change for pair in every]),
        loss_before=loss_of(trace.scenario, trace.shapes, numbers.before),
        loss_waited=loss_of(trace.scenario, trace.shapes, waited.after),
        loss_early=loss_of(trace.scenario, trace.shapes, early.after),
    )


def _in_order(trace: Trace, numbers: Iteration, order: Order) -> Iteration:
    """Return an iteration of the trace in an order, without updates out of turn."""
    if numbers.order == order:
        return trace.undisturbed.iteration(numbers.number) if numbers.schedule.breaks else numbers
    return trace.in_order(order, numbers.number, numbers.before)


def _pairs(trace: Trace, layer: int, waited: Iteration, early: Iteration) -> Iterable[Pair]:
    last = waited.samples.stop - 1
    totals = [one.totals(layer, last, 0) for one in (waited, early)]
    changes = [waited.change(layer, total) for total in totals]
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
