"""What if an update had not waited? Two orders from the same parameters, number by number.

One is the order that waits: it applies the gradient of the batch's loss. The other one, any that does not
wait, applies gradients of which some were formed from parameters already changed. What each applied in the
whole iteration is compared: per number the ratio and the sign, per layer and overall the angle between
the two, which is the angle to the negative gradient. The loss is no judge: it may end lower either way.
A run that makes a mistake is held likewise against the one that is right.
The slope of the loss itself is (`engine.facts.measured`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING, NamedTuple
from weakref import WeakKeyDictionary

import numpy as np

from engine.arrays import Array, Mask, frozen, sealed
from engine.equations.updates import is_descent, is_plain
from engine.facts.beside.right import differs, right_iteration
from engine.kept import Kept
from engine.order.loops import Sort
from engine.order.orders import ONLY_WAITING, WAITING, not_waiting
from engine.order.quantities import PARAMETER_LETTERS, PARAMETERS
from engine.parameters import ParameterArrays
from engine.run.straight import loss_of, losses_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from engine.order.quantities import Parameter
    from engine.run.iteration import Iteration
    from engine.run.tracing import Trace
    from engine.scenario import Order


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
        """The early change over the other, per number; nan where both are zero.

        Of what is applied where no number is changed, for the rate is 0.
        """
        changed = self.waited_change.any() or self.early_change.any()
        over, under = (self.early_change, self.waited_change) if changed else (self.early, self.waited)
        with np.errstate(all="ignore"):
            return frozen(over / under)

    @property
    def flipped(self) -> Mask:
        """Where the two change it in opposite directions; a zero has none."""
        return sealed(np.asarray(np.sign(self.waited_change) * np.sign(self.early_change) < 0))

    @property
    def differs(self) -> Mask:
        """Where the two change it otherwise, by more than rounding."""
        return sealed(np.asarray(differs(self.early_change, self.waited_change)))

    def at(self, index: tuple[int, ...]) -> Pair:
        """Return one number of the pair, as arrays without a dimension."""
        arrays = self.waited, self.early, self.waited_change, self.early_change
        return Pair(self.layer, self.parameter, *(np.asarray(array[index]) for array in arrays))


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
    """The pairs of one layer (of what is trained, and the weights), and the angle over all of them."""

    layer: int
    pairs: tuple[Pair, ...]
    angle: Angle


@dataclass(frozen=True, slots=True, weakref_slot=True, eq=False)
class Comparison:
    """Two orders in one iteration from the same parameters. The losses are over all samples.

    In `plain` gradient descent a change that is right points along -∇C, else along what its optimiser makes
    of it. `against` is the order that is held against the one that waits; None is what the run itself does:
    what the user made of the iteration by updates out of turn, or with a `mistake`. Then the other is right.
    """

    iteration: int
    against: Order | None
    mistake: str | None
    plain: bool
    layers: tuple[LayerComparison, ...]
    overall: Angle
    loss_before: float
    loss_waited: float
    loss_early: float

    @property
    def names(self) -> tuple[str, str]:
        """What the two are called in the head of a column."""
        if self.mistake is None:
            return WAITING, self.against or "yours"
        return "right", self.against or "mistaken"

    @property
    def called(self) -> tuple[str, str]:
        """What the two are called in a sentence."""
        if self.mistake is None:
            return f"the {WAITING} order", f"the {self.against} order" if self.against else "your order"
        return (
            "the right run",
            f"the mistaken {self.against} order" if self.against else "the run with the mistake",
        )


class FinalLosses(NamedTuple):
    """The loss over all samples after the whole run: in the waiting order, and in the one held against it."""

    against: Order
    waited: float
    early: float


def choices(trace: Trace, iteration: int) -> tuple[Order | None, ...]:
    """Return what can be held against the order that waits in an iteration; the first is, if nobody chooses.

    None is the run itself, where the user has broken the rule or a mistake is made. A run that clips has no
    other order.
    """
    own: list[Order | None] = [None] if iteration == trace.broken_iteration or trace.mistake else []
    return (*own, *(() if trace.shapes.clips else not_waiting(trace.order)))


def compare(trace: Trace, iteration: int, against: Order | None = None) -> Comparison:
    """Return two orders side by side, from the parameters with which the trace begins an iteration.

    The one that waits, and the one that is chosen or, if that is not among the `choices`, the first of these.
    ValueError if there is none.
    """
    numbers = trace.iteration(iteration)
    offered = choices(trace, iteration)
    if not offered:
        raise ValueError(ONLY_WAITING)
    chosen = against if against in offered else offered[0]
    made = _MADE.setdefault(numbers, {})
    if chosen not in made:
        made[chosen] = _compared(trace, numbers, chosen)
    return made[chosen]


def next_choice(trace: Trace, iteration: int, against: Order | None) -> Order | None:
    """Return what is held against the order that waits after `against`, round and round."""
    offered = choices(trace, iteration)
    place = offered.index(against) if against in offered else 0
    return offered[(place + 1) % len(offered)] if offered else None


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


def final_losses(trace: Trace, found: Comparison, others: Iterable[Trace]) -> FinalLosses | None:
    """Return the losses after all iterations of what is compared; None until both are known.

    They are found among the trace and `others` of its scenario; a broken one is in no order.
    """
    runs = {
        (one.order, one.mistake): one
        for one in (trace, *others)
        if not one.breaks and one.computed == one.iterations
    }
    own = found.mistake is not None and found.against is None
    waited = runs.get((WAITING, None))
    early = runs.get((trace.order if own else found.against or "", found.mistake))
    if waited is None or early is None:
        return None
    return FinalLosses(early.order, _final_loss(waited), _final_loss(early))


# What was computed of an iteration is kept as long as the trace keeps the iteration.
_MADE: WeakKeyDictionary[Iteration, dict[Order | None, Comparison]] = WeakKeyDictionary()
_FINAL: WeakKeyDictionary[Trace, float] = WeakKeyDictionary()


@np.errstate(all="ignore")
def _compared(trace: Trace, numbers: Iteration, against: Order | None) -> Comparison:
    waited = _waited(trace, numbers)
    early = numbers if against is None else _in_order(trace, numbers, against)
    layers = []
    for layer in range(1, trace.shapes.layers + 1):
        pairs = tuple(_pairs(trace, layer, waited, early))
        angle = angle_between([pair.waited_change for pair in pairs], [pair.early_change for pair in pairs])
        layers.append(LayerComparison(layer, pairs, angle))
    every = [pair for layer in layers for pair in layer.pairs]
    places = (numbers.before, waited.after, early.after)
    before, after_waiting, after_early = losses_of(trace.scenario, trace.shapes, places)
    return Comparison(
        iteration=numbers.number,
        against=against,
        mistake=trace.mistake,
        plain=is_descent(trace.scenario),
        layers=tuple(layers),
        overall=angle_between([pair.waited_change for pair in every], [pair.early_change for pair in every]),
        loss_before=before,
        loss_waited=after_waiting,
        loss_early=after_early,
    )


def sides(trace: Trace, found: Comparison) -> tuple[Iteration, Iteration]:
    """Return the iteration as it should be, and the one that is held against it."""
    numbers = trace.iteration(found.iteration)
    early = numbers if found.against is None else _in_order(trace, numbers, found.against)
    return _waited(trace, numbers), early


def _waited(trace: Trace, numbers: Iteration) -> Iteration:
    """Return an iteration of the trace as it should be: in the order that waits, without a mistake."""
    return right_iteration(trace, numbers.number) or numbers


def _in_order(trace: Trace, numbers: Iteration, order: Order) -> Iteration:
    """Return an iteration of the trace in an order, without updates out of turn."""
    if numbers.order == order:
        return trace.undisturbed.iteration(numbers.number) if numbers.schedule.breaks else numbers
    return _PLAYED.of(numbers, order, lambda: trace.in_order(order, numbers.number, numbers.before))


# Of a large run an iteration takes long, and the comparison is not all that is asked of it.
_PLAYED: Kept[Iteration, Iteration] = Kept(6 << 20, lambda iteration: iteration.nbytes)


def _pairs(trace: Trace, layer: int, waited: Iteration, early: Iteration) -> Iterable[Pair]:
    last, training = waited.samples.stop - 1, trace.scenario.training
    totals = [one.totals(layer, last, 0) for one in (waited, early)]
    if trace.mistake is None and is_plain(training):
        # The change is a number times the total, at once or in pieces: the pieces only round otherwise.
        changes = [waited.change(layer, total) for total in totals]
    else:
        changes = [_changed(one, layer) for one in (waited, early)]
    mine = trace.scenario.network.layers[layer - 1]
    if trace.mistake is not None and is_plain(training) and training.learning_rate:
        # A mistake of the update is none of the total: what was applied is read off the change.
        batch = len(waited.samples) if training.reduction == "mean" else 1
        factor = -batch / training.learning_rate
        factors = ParameterArrays(**{one: np.asarray(factor / mine.copies(one)) for one in PARAMETERS})
        totals = [change.each(np.multiply, factors) for change in changes]
    for parameter in PARAMETER_LETTERS:
        if parameter == "recurrent_weights" and not mine.recurrent:
            continue
        if parameter != "weights" and not mine.trains(parameter):
            continue
        # Of what is not trained nothing is applied.
        mask = mine.trained(parameter)
        arrays = [np.where(mask, getattr(gradients, parameter), 0.0) for gradients in (*totals, *changes)]
        yield Pair(layer, parameter, *map(frozen, arrays))


def _changed(numbers: Iteration, layer: int) -> ParameterArrays:
    """Return what all updates of a layer in an iteration have added to its parameters."""
    updates = range(numbers.schedule.count(numbers.number, Sort("update", layer)))
    every = (numbers.change_of_update(layer, update) for update in updates)
    return reduce(lambda some, more: some.each(np.add, more), every)


def change_with(
    trace: Trace, found: Comparison, pair: Pair, index: tuple[int, ...], gradient: float
) -> float:
    """Return what an update would add to one number if its gradient over the batch were another."""
    numbers = _waited(trace, trace.iteration(found.iteration))
    totals = numbers.totals(pair.layer, numbers.samples.stop - 1, 0)
    array = getattr(totals, pair.parameter).copy()
    array[index] = gradient
    change = numbers.change(pair.layer, totals._replace(**{pair.parameter: array}))
    return float(getattr(change, pair.parameter)[index])


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
