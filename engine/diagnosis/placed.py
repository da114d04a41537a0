"""Which number of a run is it that differs, and at which step can it be looked at?"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from engine.facts.entry import Number
from engine.order.quantities import Reference

if TYPE_CHECKING:
    from engine.diagnosis.quantities import Quantity
    from engine.run.tracing import Trace


class Placed(NamedTuple):
    """A number of a run, and the step (from 0) at which it is looked at: the one that has written it."""

    number: Number
    step: int


def beginning(quantity: Quantity) -> tuple[int, ...]:
    """Return the first place of a quantity's array: where one is looked at that differs as a whole."""
    return {None: (0, 0, 0), "biases": (0,)}.get(quantity.group, (0, 0))


def placed(trace: Trace, quantity: Quantity, iteration: int, place: tuple[int, ...]) -> Placed:
    """Return the number at a place of a quantity's array: [time, sample of the batch, unit] or [to, from]."""
    word, layer = quantity.variable.name.removesuffix("'"), quantity.layer
    if quantity.group is None:
        time, sample, unit = place
        first = trace.shapes.batch(iteration).start
        number = Number(Reference(word, iteration, layer, first + sample, time), (unit,))
    elif quantity.is_total:
        site = trace.schedule.last_gradient(iteration, layer)
        number = Number(Reference(word, iteration, layer, site.sample, site.time), place)
    else:
        updates = trace.flow.updates(iteration, layer) if quantity.variable.name != word else 0
        number = Number(Reference(word, iteration, layer, version=updates), place)
    if number.reference.version == 0:  # the iteration begins with it
        return Placed(number, trace.schedule.first_step(iteration))
    step = trace.flow.writer(number.reference)
    assert step is not None
    return Placed(number, step)
