"""Where do two orders part? The first number, in the order of the run's steps, that they compute otherwise.

Its equation is the same for both, but an operand isn't: a parameter that has been changed too early. With a
mistake the equation itself may be another.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from engine.facts.beside.right import differs, wrong_entries
from engine.facts.entry import Number, array_in
from engine.facts.explain import explain
from engine.facts.explain.expression import leaves, replaced
from engine.facts.explain.shown import digits_of, shortened
from engine.facts.number import Traced
from engine.facts.two_orders.compare import Comparison, right_side, sides
from engine.kept import Made
from engine.numerals import DIGITS, apart
from engine.order.quantities import CHANGE_OF, GRADIENT_OF, PARAMETERS, TOTAL_OF, Reference
from engine.order.site import Site, Sort

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.facts.explain.expression import Equation, Expression, Leaf
    from engine.order.schedule import Schedule
    from engine.run.iteration import Iteration, Stored
    from engine.run.tracing import Trace
    from engine.update_orders import Kind

_TERMS = 8  # of a sum whose operands are held against each other
_VECTORS: tuple[tuple[Kind, Stored], ...] = (
    ("forward", "pre_activation"),
    ("forward", "activation"),
    ("delta", "from_above"),
    ("delta", "from_future"),
    ("delta", "error"),
    ("delta", "delta"),
)
"""The vectors that a step makes, each before those that are made of it."""


class Operand(NamedTuple):
    """A leaf of an equation: its value as the first order reads it, and as the second does.

    `beside` is what somebody has in its place, where the first is the run as it should be.
    """

    symbol: str
    is_parameter: bool
    first: float
    second: float
    beside: float | None = None

    @property
    def differs(self) -> bool:
        """Whether the two are not the same."""
        return bool(differs(np.asarray(self.second), np.asarray(self.first)))


class Parting(NamedTuple):
    """The number and its step in the trace, what each of the two makes of it, and what it should be.

    The `operands` are those of its equation, in their order, with so many `digits` that both results come
    out of them; none where it is another, or a long sum.
    """

    number: Number
    step: int
    first: float
    second: float
    right: float
    operands: tuple[Operand, ...]
    digits: int = DIGITS

    @property
    def wrong(self) -> tuple[bool, bool]:
        """Whether the first and the second are not what it should be."""
        right = np.asarray(self.right)
        return (
            bool(wrong_entries(np.asarray(self.first), right)),
            bool(wrong_entries(np.asarray(self.second), right)),
        )


def parting(trace: Trace, found: Comparison, units: tuple[int, ...]) -> Parting | None:
    """Return where the two part first; None if they don't.

    Of several numbers that the step makes otherwise it is that of the unit that is looked at, if it is one.
    """
    return _MADE.of(found, units, lambda: _parting(trace, found, units)) if found.overall.differ else None


# Kept as long as the comparison is. It holds numbers only: a trace in it would keep itself.
_MADE = Made[Comparison, Parting | None]()


def both_equations(trace: Trace, there: Parting) -> tuple[Expression, Expression] | None:
    """Return the equation with its operands as the first and the second have them; None without operands."""
    if not there.operands:
        return None
    expression = _written(trace, there.number)

    def with_values(values: Iterator[float]) -> Expression:
        return replaced(expression, lambda leaf: _with(leaf, next(values)))

    return (
        with_values(one.first for one in there.operands),
        with_values(one.second for one in there.operands),
    )


def mistaken_equations(trace: Trace, found: Comparison, there: Parting) -> tuple[Equation, Equation] | None:
    """Return the equation of the run without its mistake, and with it; None if it is not in one of them."""
    if trace.mistake is None or found.two.first is not None:
        return None
    # Imported where a mistake is made: most sessions have none.
    from engine.facts.beside.waited import waited

    straight = waited(trace, there.step)
    return None if straight is None else (explain(straight[0], there.number), explain(trace, there.number))


def consequences(trace: Trace, found: Comparison, there: Parting, units: tuple[int, ...]) -> list[Operand]:
    """Return what of the way to one of its unit's weights follows from a number of the way back."""
    reference, unit = there.number.reference, there.number.index[0]
    layer = reference.layer
    if layer is None or len(there.number.index) != 1 or ("delta", reference.quantity) not in _VECTORS:
        return []
    index = unit, units[layer - 1]
    both = sides(trace, found)
    listed: list[Operand] = []
    for quantity, place in (("delta", (unit,)), ("weight_gradient", index)):
        number = Number(reference._replace(quantity=quantity), place)
        first, second = (float(array_in(numbers, number.reference)[place]) for numbers in both)
        if number != there.number:
            beside = theirs_for(trace, found, number)
            listed.append(Operand(Traced(trace, number).symbol, False, first, second, beside))
    pair = next(pair for pair in found.layers[layer - 1].pairs if pair.parameter == "weights").at(index)
    before = float(both[0].before.weights[layer - 1][index])
    first, second = (before + float(change) for change in (pair.first_change, pair.second_change))
    new = Number(Reference("weights", found.iteration, layer, version=1), index)
    name = f"new W{layer}[{index[0] + 1},{index[1] + 1}]"
    return [*listed, Operand(name, True, first, second, theirs_for(trace, found, new))]


def theirs_for(trace: Trace, found: Comparison, number: Number) -> float | None:
    """Return what somebody has in the place of a number of the run as it should be.

    None if that is no other, nobody's is held, or neither of the two is that run.
    """
    return None if trace.disturbed or found.two.first is not None else Traced(trace, number).beside


def _written(trace: Trace, number: Number) -> Expression:
    return shortened(explain(trace, number).expression, _TERMS)


def _with(leaf: Leaf, value: float) -> Leaf:
    """Return a leaf with another value; of a parameter that one alone reads early the name."""
    if not isinstance(leaf, Traced):
        return leaf
    return Traced(leaf.trace, leaf.number, leaf.symbol.removeprefix("early "), value)


def _parting(trace: Trace, found: Comparison, units: tuple[int, ...]) -> Parting | None:
    first, second = both = sides(trace, found)
    made = min(_vectors(trace.schedule, second, first), default=None, key=lambda one: one[0])
    reference = _of_gradients(trace.schedule, found, second, first) if made is None else made[1]
    if reference is None:
        return None
    some, others = (array_in(numbers, reference) for numbers in both)
    apart_there = np.asarray(wrong_entries(others, some))
    index = (units[reference.layer or 0], units[(reference.layer or 1) - 1])[: some.ndim]
    if not apart_there[index]:
        index = tuple(int(i) for i in np.unravel_index(int(np.argmax(apart_there)), apart_there.shape))
    number = Number(reference, index)
    step = trace.flow.writer(reference)
    assert step is not None
    mistaken = found.mistake is not None and found.two.first is None
    operands = () if mistaken else _operands(trace, number, step, both)
    results = float(some[index]), float(others[index])
    right = results[0]
    if found.two.first is not None:
        right = float(array_in(right_side(trace, found), reference)[index])
    found_there = Parting(number, step, *results, right, operands)
    digits = apart(*results)
    for one, result in zip(both_equations(trace, found_there) or (), results, strict=False):
        digits = max(digits, digits_of(one, result, apart(*results)))
    return found_there._replace(digits=digits)


def _operands(
    trace: Trace, number: Number, step: int, both: tuple[Iteration, Iteration]
) -> tuple[Operand, ...]:
    """Return what the step of a number reads in both iterations; nothing where a sum is too long."""
    every = [*leaves(_written(trace, number))]
    if any(not isinstance(leaf, Traced) and leaf.symbol.startswith("the other") for leaf in every):
        return ()
    site = trace.schedule.site(step)
    return tuple(
        Operand(
            leaf.symbol,
            isinstance(leaf, Traced) and leaf.reference.quantity in PARAMETERS,
            *(_read(numbers, site, leaf) for numbers in both),
        )
        for leaf in every
    )


def _read(numbers: Iteration, site: Site, leaf: Leaf) -> float:
    """Return what the step at a site reads in an iteration where its equation has a leaf."""
    if not isinstance(leaf, Traced):
        return leaf.value
    reference = leaf.reference
    if reference.quantity in PARAMETERS:
        assert reference.layer is not None
        schedule = numbers.schedule
        reference = reference._replace(version=schedule.updates_before(schedule.step(site), reference.layer))
    return float(array_in(numbers, reference)[leaf.index])


def _vectors(
    schedule: Schedule, second: Iteration, first: Iteration
) -> Iterator[tuple[tuple[int, int], Reference]]:
    """Yield for each vector of each layer the first step that makes it otherwise, and what it makes."""
    begin = second.samples.start
    for layer in range(1, len(second.network.layers) + 1):
        for place, (kind, name) in enumerate(_VECTORS):
            if name.startswith("from_") and not second.network.layers[layer - 1].recurrent:
                continue
            others, some = (numbers.vectors(name, layer) for numbers in (second, first))
            wrong = np.asarray(wrong_entries(others, some).any(axis=2))
            if not wrong.any():
                continue
            samples, times = schedule.places(second.number, Sort(kind, layer))
            earliest = int(np.argmax(wrong[samples - begin, times]))
            sample, time = int(samples[earliest]), int(times[earliest])
            step = schedule.step(Site(kind, second.number, sample, time, layer))
            yield (step, place), Reference(name, second.number, layer, sample, time)


def _of_gradients(
    schedule: Schedule, found: Comparison, second: Iteration, first: Iteration
) -> Reference | None:
    """Return what is another in a gradient or an update, where all deltas are the same."""
    for layer in reversed(found.layers):
        samples, times = schedule.places(second.number, Sort("gradient", layer.layer))
        begin, end = ((int(samples[at]), int(times[at])) for at in (0, -1))
        for pair in layer.pairs:
            group = pair.parameter
            for reference in (
                Reference(GRADIENT_OF[group], second.number, layer.layer, *begin),
                Reference(TOTAL_OF[group], second.number, layer.layer, *end),
                Reference(CHANGE_OF[group], second.number, layer.layer, version=1),
            ):
                if wrong_entries(array_in(second, reference), array_in(first, reference)).any():
                    return reference
    return None
