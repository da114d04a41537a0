"""What if an update had not waited? Two orders from the same parameters, number by number.

What each applied in the whole iteration is compared: per number the ratio and the sign, per layer and overall
the angle between the two. The order that waits applies the gradient of the batch's loss: the angle to it is
that to the negative gradient. Any other one applies gradients of which some were formed from parameters
already changed; of two of these each has its own angle to what is right. The loss is no judge: it may end
lower either way. A run that makes a mistake is held likewise against the one that is right.
The slope of the loss itself is (`engine.facts.slopes.measured`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from engine.arrays import Array, Mask, frozen, length, sealed
from engine.equations.forward import divisor
from engine.equations.updates import is_descent, is_plain
from engine.facts.beside.right import differs, right_iteration
from engine.facts.two_orders.chosen import NOBODY_CHOSE, choices
from engine.kept import Kept, Made
from engine.order.quantities import PARAMETER_LETTERS, PARAMETERS
from engine.order.site import Sort
from engine.parameters import ParameterArrays
from engine.run.iteration import Iteration
from engine.run.straight import loss_of, losses_of
from engine.run.tracing import Trace
from engine.update_orders import ONLY_WAITING, WAITING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from engine.facts.two_orders.chosen import Two
    from engine.order.quantities import Parameter
    from engine.scenario import Order


_EXACT = 14
"""Decimals of a cosine that do not depend on how its sum is rounded."""


@dataclass(frozen=True, slots=True, eq=False)
class Pair:
    """One matrix or vector of parameters: the gradient that each order applied, and the change it made.

    `first` is of what is right or, of two that are not, the one that the table of orders has first.

    For a batch the gradient is the sum of all that was applied in the iteration: -change/η, or
    -B·change/η for the mean over a batch of B.
    """

    layer: int
    parameter: Parameter
    first: Array
    second: Array
    first_change: Array
    second_change: Array

    @property
    def ratio(self) -> Array:
        """The second change over the first, per number; nan where both are zero.

        Of what is applied where no number is changed, for the rate is 0.
        """
        changed = self.first_change.any() or self.second_change.any()
        over, under = (self.second_change, self.first_change) if changed else (self.second, self.first)
        with np.errstate(all="ignore"):
            return frozen(over / under)

    @property
    def flipped(self) -> Mask:
        """Where the two change it in opposite directions; a zero has none."""
        return sealed(np.asarray(np.sign(self.first_change) * np.sign(self.second_change) < 0))

    @property
    def differs(self) -> Mask:
        """Where the two change it otherwise, by more than rounding."""
        return sealed(np.asarray(differs(self.second_change, self.first_change)))

    def at(self, index: tuple[int, ...]) -> Pair:
        """Return one number of the pair, as arrays without a dimension."""
        arrays = self.first, self.second, self.first_change, self.second_change
        return Pair(self.layer, self.parameter, *(np.asarray(array[index]) for array in arrays))


class Angle(NamedTuple):
    """How two changes lie to each other; None where one of them is 0 or not finite.

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
    """The pairs of one layer (of what is trained, and the weights), and the angle over all of them.

    So many numbers are `moved`, by one of the two at least. The second change is so many `times_as_long` as
    the first; None where that is no number. `to_right` are the angles of the first and of the second to what
    is right, -∇C; None if the first is that.
    """

    layer: int
    pairs: tuple[Pair, ...]
    angle: Angle
    moved: int
    times_as_long: float | None
    to_right: tuple[Angle, Angle] | None = None


@dataclass(frozen=True, slots=True, weakref_slot=True, eq=False)
class Comparison:
    """Two orders in one iteration from the same parameters. The losses are over all samples.

    In `plain` gradient descent a change that is right points along -∇C, else along what its optimiser makes
    of it. `overall_to_right` is to all numbers what `to_right` is to those of a layer.
    """

    iteration: int
    two: Two
    mistake: str | None
    plain: bool
    layers: tuple[LayerComparison, ...]
    overall: Angle
    overall_to_right: tuple[Angle, Angle] | None
    loss_before: float
    loss_first: float
    loss_second: float
    same: bool
    """Whether the two change every number alike to the last digit, and not just but for roundings."""
    same_as_right: tuple[bool, ...]
    """Whether the first and the second do so and what is right; nothing if the first is that."""

    @property
    def names(self) -> tuple[str, str]:
        """What the two are called in the head of a column."""
        right, mine = (WAITING, "yours") if self.mistake is None else ("right", "mistaken")
        return self.two.first or right, self.two.second or mine

    @property
    def called(self) -> tuple[str, str]:
        """What the two are called in a sentence."""
        right, mine = self.right, "your order" if self.mistake is None else "the run with the mistake"
        which = "the" if self.mistake is None else "the mistaken"
        first, second = (order and f"{which} {order} order" for order in (self.two.first, self.two.second))
        return first or right, second or mine

    @property
    def right(self) -> str:
        """What that which is right is called in a sentence."""
        return f"the {WAITING} order" if self.mistake is None else "the right run"


class FinalLosses(NamedTuple):
    """The loss over all samples after the whole run: of the first, and of the second."""

    first: float
    second: float


def compare(trace: Trace, iteration: int, two: Two = NOBODY_CHOSE) -> Comparison:
    """Return two orders side by side, from the parameters with which the trace begins an iteration.

    The two that are chosen or, if they are not among the `choices`, the first of these.

    Raises:
        ValueError: there are no choices.
    """
    numbers = trace.iteration(iteration)
    offered = choices(trace, iteration)
    if not offered:
        raise ValueError(ONLY_WAITING)
    chosen = two if two in offered else offered[0]
    return _MADE.of(numbers, chosen, lambda: _compared(trace, numbers, chosen))


def angle_between(some: Iterable[Array], others: Iterable[Array]) -> Angle:
    """Return the angle between two lists of arrays of the same shapes, taken as two long vectors."""
    u = np.concatenate([array.ravel() for array in some])
    v = np.concatenate([array.ravel() for array in others])
    pair = Pair(0, "weights", u, v, u, v)
    signed = np.abs(np.sign(u) * np.sign(v)) == 1.0
    counts = len(u), *(int(mask.sum()) for mask in (pair.differs, pair.flipped, signed))
    unit_u, unit_v = _unit(u), _unit(v)
    if unit_u is None or unit_v is None:
        return Angle(None, None, *counts)
    # The arc cosine has no digits left near 0; the lengths of the sum and the difference have all.
    radians = 2.0 * math.atan2(float(np.linalg.norm(unit_u - unit_v)), float(np.linalg.norm(unit_u + unit_v)))
    cosine = round(float(unit_u @ unit_v), _EXACT)  # further digits are those of its roundings
    return Angle(cosine, math.degrees(radians), *counts)


def whole_runs(trace: Trace, found: Comparison, others: Iterable[Trace]) -> tuple[Trace | None, Trace | None]:
    """Return the runs whose ends are held against each other, as far as they have been begun.

    They are found among the trace and `others` of its scenario; a broken one is in no order.
    """
    every = sorted((trace, *others), key=lambda one: one.computed)
    runs = {(one.order, one.mistake): one for one in every if not one.breaks}
    order = found.two.second or (trace.order if found.mistake else "")
    first = (WAITING, None) if found.two.first is None else (found.two.first, found.mistake)
    return runs.get(first), runs.get((order, found.mistake))


def final_losses(trace: Trace, found: Comparison, others: Iterable[Trace]) -> FinalLosses | None:
    """Return the losses after all iterations of what is compared; None until both are known."""
    ends = [
        _final_loss(run)
        for run in whole_runs(trace, found, others)
        if run is not None and run.computed == run.iterations
    ]
    return FinalLosses(*ends) if len(ends) == 2 else None


# What was computed of an iteration is kept as long as the trace keeps the iteration.
_MADE = Made[Iteration, Comparison]()
_FINAL = Made[Trace, float]()


@np.errstate(all="ignore")
def _compared(trace: Trace, numbers: Iteration, two: Two) -> Comparison:
    first, second = _sides(trace, numbers, two)
    pairs = _by_layer(trace, first, second)
    # What is right too, where it is neither of them: what each makes beside it.
    beside = [] if two.first is None else _beside_right(trace, numbers, first, second)
    layers = tuple(
        LayerComparison(
            place + 1,
            mine,
            _angle(mine),
            _moved(mine),
            _times_as_long(mine),
            _angles([one[place] for one in beside]),
        )
        for place, mine in enumerate(pairs)
    )
    places = (numbers.before, first.after, second.after)
    before, after_first, after_second = losses_of(trace.scenario, trace.shapes, places)
    return Comparison(
        iteration=numbers.number,
        two=two,
        mistake=trace.mistake,
        plain=is_descent(trace.scenario),
        layers=layers,
        overall=_angle(_flat(pairs)),
        overall_to_right=_angles([_flat(one) for one in beside]),
        loss_before=before,
        loss_first=after_first,
        loss_second=after_second,
        same=_same(_flat(pairs)),
        same_as_right=tuple(_same(_flat(one)) for one in beside),
    )


def sides(trace: Trace, found: Comparison) -> tuple[Iteration, Iteration]:
    """Return the iteration as the first makes it and as the second does."""
    return _sides(trace, trace.iteration(found.iteration), found.two)


def right_side(trace: Trace, found: Comparison) -> Iteration:
    """Return the iteration as it should be: in the order that waits, without a mistake."""
    return _waited(trace, trace.iteration(found.iteration))


def _sides(trace: Trace, numbers: Iteration, two: Two) -> tuple[Iteration, Iteration]:
    first = _waited(trace, numbers) if two.first is None else _in_order(trace, numbers, two.first)
    return first, numbers if two.second is None else _in_order(trace, numbers, two.second)


def _beside_right(
    trace: Trace, numbers: Iteration, first: Iteration, second: Iteration
) -> list[list[tuple[Pair, ...]]]:
    right = _waited(trace, numbers)
    return [_by_layer(trace, right, one) for one in (first, second)]


def _by_layer(trace: Trace, first: Iteration, second: Iteration) -> list[tuple[Pair, ...]]:
    return [tuple(_pairs(trace, layer, first, second)) for layer in range(1, trace.shapes.layers + 1)]


def _flat(pairs: list[tuple[Pair, ...]]) -> tuple[Pair, ...]:
    return tuple(pair for layer in pairs for pair in layer)


def _angle(pairs: tuple[Pair, ...]) -> Angle:
    return angle_between([pair.first_change for pair in pairs], [pair.second_change for pair in pairs])


def _moved(pairs: tuple[Pair, ...]) -> int:
    """Return how many numbers are changed, by one of the two at least."""
    return sum(int(np.count_nonzero((one.first_change != 0) | (one.second_change != 0))) for one in pairs)


def _times_as_long(pairs: tuple[Pair, ...]) -> float | None:
    """Return the length of the second change over that of the first; None where that is no number."""
    with np.errstate(all="ignore"):
        first, second = (
            length(np.concatenate([change.ravel() for change in side]))
            for side in zip(*((one.first_change, one.second_change) for one in pairs), strict=True)
        )
    ratio = second / first if first else math.inf
    return ratio if math.isfinite(ratio) else None


def _same(pairs: tuple[Pair, ...]) -> bool:
    return all(np.array_equal(one.first_change, one.second_change, equal_nan=True) for one in pairs)


def _angles(both: list[tuple[Pair, ...]]) -> tuple[Angle, Angle] | None:
    return (_angle(both[0]), _angle(both[1])) if both else None


def _waited(trace: Trace, numbers: Iteration) -> Iteration:
    """Return an iteration of the trace as it should be: in the order that waits, without a mistake."""
    return right_iteration(trace, numbers.number) or _in_order(trace, numbers, WAITING)


def _in_order(trace: Trace, numbers: Iteration, order: Order) -> Iteration:
    """Return an iteration of the trace in an order, without updates out of turn."""
    if numbers.order == order:
        return trace.undisturbed.iteration(numbers.number) if numbers.schedule.breaks else numbers
    return _PLAYED.of(numbers, order, lambda: trace.in_order(order, numbers.number, numbers.before))


# Of a large run an iteration takes long, and the comparison is not all that is asked of it.
_PLAYED: Kept[Iteration, Iteration] = Kept(6 << 20, lambda iteration: iteration.nbytes)


def _pairs(trace: Trace, layer: int, first: Iteration, second: Iteration) -> Iterable[Pair]:
    training = trace.scenario.training
    totals = [one.whole_totals(layer) for one in (first, second)]
    if trace.mistake is None and is_plain(training):
        # The change is a number times the total, at once or in pieces: the pieces only round otherwise.
        changes = [first.change(layer, total) for total in totals]
    else:
        changes = [_changed(one, layer) for one in (first, second)]
    mine = trace.scenario.network.layers[layer - 1]
    if trace.mistake is not None and is_plain(training) and training.learning_rate:
        # A mistake of the update is none of the total: what was applied is read off the change.
        factor = -divisor(training, len(first.samples)) / training.learning_rate
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
    numbers = right_side(trace, found)
    totals = numbers.whole_totals(pair.layer)
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
    def after() -> float:
        return loss_of(trace.scenario, trace.shapes, trace.parameters(trace.iterations))

    return _FINAL.of(trace, None, after)
