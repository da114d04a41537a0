"""Which number is explained, and which of those that it comes from is selected?

Any number can be looked at from any step: without a `focus` the numbers that the step itself wrote are
gone through, with one all numbers of the focus's layer, at its sample and time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.facts.entry import Number
from engine.facts.explain.origins import origins
from engine.facts.number import Traced
from engine.order.quantities import TOTAL_OF, Reference, group_of, part_of
from engine.order.site import Site

if TYPE_CHECKING:
    from engine.looking.cursor import Cursor
    from engine.run.tracing import Trace
    from engine.update_orders import Kind

_OF_ALL = ("loss", "norm", "clip_scale")
"""Single numbers: of a sample, or of all layers together."""


def numbers_of_step(trace: Trace, cursor: Cursor) -> list[Number]:
    """Return the numbers that the step wrote, at the units that the cursor looks at.

    But for what an optimiser remembers of parameters that no update changes.
    """
    return [
        Number(reference, index_at(trace, cursor, reference))
        for reference in trace.flow.writes(cursor.step)
        if not _is_idle(trace, reference)
    ]


def _is_idle(trace: Trace, reference: Reference) -> bool:
    group, part = group_of(reference.quantity), part_of(reference.quantity)
    if reference.layer is None or group is None or part in ("", "change"):
        return False
    return not trace.scenario.network.layers[reference.layer - 1].trains(group)


def index_at(trace: Trace, cursor: Cursor, reference: Reference) -> tuple[int, ...]:
    """Return the entry of a vector or matrix that the cursor looks at."""
    if reference.quantity in _OF_ALL:
        return ()
    layer = reference.layer if reference.layer is not None else trace.shapes.layers
    unit = cursor.units[layer]
    match group_of(reference.quantity):
        case "weights":
            return unit, cursor.units[layer - 1]
        case "recurrent_weights":
            return unit, cursor.units[layer]
        case _:
            return (unit,)


def numbers_of_layer(trace: Trace, cursor: Cursor, layer: int, sample: int, time: int) -> list[Number]:
    """Return the numbers of a layer 0..L at a sample and time, in the order in which they are made.

    Among them those that a later step will make. Parameters are those of the cursor's step, or if
    another iteration is looked at, those that it begins with.
    """
    iteration = trace.schedule.site(cursor.step).iteration
    if cursor.focus is not None:
        iteration = cursor.focus.reference.iteration
    if layer == 0:
        references = [Reference("input", iteration, 0, sample, time)]
    else:
        references = _of_layer(trace, cursor.step, Reference("delta", iteration, layer, sample, time))
    return [Number(reference, index_at(trace, cursor, reference)) for reference in references]


def numbers_around(trace: Trace, cursor: Cursor) -> list[Number]:
    """Return the numbers among which the focus is one.

    Where the step that made it is of an earlier iteration than itself, those that are known there.
    """
    focus = cursor.focus
    assert focus is not None
    found = numbers_of_layer(trace, cursor, layer_of(trace, focus), *sample_and_time(trace, cursor))
    if focus.reference.iteration > trace.schedule.site(cursor.step).iteration:
        found = [number for number in found if number == focus or known(trace, cursor, number)]
    return found


def explained(trace: Trace, cursor: Cursor) -> Number:
    """Return the number that is explained."""
    if cursor.focus is not None:
        return cursor.focus
    numbers = numbers_of_step(trace, cursor)
    return numbers[min(cursor.part, len(numbers) - 1)]


def selected(trace: Trace, cursor: Cursor) -> Number:
    """Return the selected one of the numbers that the explained one comes from; without one, that one."""
    number = explained(trace, cursor)
    if cursor.term is None:
        return number
    return origins(trace, number)[cursor.term].number


def layer_of(trace: Trace, number: Number) -> int:
    """Return the layer 0..L that a number belongs to; what belongs to the loss is the last layer's."""
    return Traced(trace, number).layer


def known(trace: Trace, cursor: Cursor, number: Number) -> bool:
    """Return whether a number has been made by the cursor's step."""
    return Traced(trace, number).known(cursor.step)


def is_cleared(trace: Trace, step: int, total: Reference) -> bool:
    """Return whether a total is 0: the update before the step has cleared it, and nothing is gathered yet."""
    if (
        total.quantity not in TOTAL_OF.values()
        or not 0 < total.iteration == trace.schedule.site(step).iteration
    ):
        return False
    writer = trace.flow.writer(total)
    if writer is None or writer <= step:
        return False
    return all(one.quantity != total.quantity for one in trace.flow.reads(writer))


def sample_and_time(trace: Trace, cursor: Cursor) -> tuple[int, int]:
    """Return the sample and time of the focus, else of the step, else the last that were worked on.

    The sample is one of the batch of the iteration that is looked at, which may not be the step's.
    """
    sample, time = None, None
    site = trace.schedule.anchor(cursor.step)
    iteration = site.iteration
    if cursor.focus is not None:
        sample, time = cursor.focus.reference.sample, cursor.focus.reference.time
        iteration = cursor.focus.reference.iteration
    sample = site.sample if sample is None else sample
    time = site.time if time is None else time
    batch = trace.shapes.batch(iteration)
    return (batch.stop - 1 if sample is None or sample not in batch else sample), (time or 0)


def _of_layer(trace: Trace, step: int, delta: Reference) -> list[Reference]:
    """Return what there is of a layer at the iteration, sample and time of its delta."""
    layer, sample, time = delta.layer, delta.sample, delta.time
    assert layer is not None
    assert sample is not None
    assert time is not None
    flow, schedule, k = trace.flow, trace.schedule, delta.iteration

    def made(kind: Kind, of: int | None) -> tuple[Reference, ...]:
        return flow.writes(schedule.step(Site(kind, k, sample, time, of)))

    found = [*made("forward", layer)]
    if layer == trace.shapes.layers and trace.shapes.has_target[sample, time]:
        found += [Reference("target", k, None, sample, time), *made("loss", None)]
    found += [*made("delta", layer), *made("gradient", layer)]
    site = schedule.site(step)
    version = 0
    if k == site.iteration:
        version = schedule.updates_before(step, layer)
        version += int(site.kind == "update" and site.layer == layer)
    if version:
        return [*found, *flow.writes(schedule.update_step(k, layer, version - 1))]
    return [*found, *flow.remembered(k, layer)]
