"""Which number is explained, and which of those that it comes from is selected?

Any number can be looked at from any step: without a `focus` the numbers that the step itself wrote are
gone through, with one all numbers of the focus's layer, at its sample and time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.equations.activations import ACTIVATIONS
from engine.explain.origins import origins
from engine.order.quantities import CHANGE_OF, Quantity, Reference
from engine.replay.numbers import Number

if TYPE_CHECKING:
    from engine.looking.cursor import Cursor
    from engine.replay.tracing import Trace

_MATRICES = frozenset(
    {"weights", "recurrent_weights", "weights_change", "recurrent_change"}
    | {"weight_gradient", "recurrent_gradient", "weight_total", "recurrent_total"}
)


def numbers_of_step(trace: Trace, cursor: Cursor) -> list[Number]:
    """Return the numbers that the step wrote, at the units that the cursor looks at."""
    return [
        Number(reference, index_at(trace, cursor, reference)) for reference in trace.flow.writes(cursor.step)
    ]


def index_at(trace: Trace, cursor: Cursor, reference: Reference) -> tuple[int, ...]:
    """Return the entry of a vector or matrix that the cursor looks at."""
    if reference.quantity == "loss":
        return ()
    layer = reference.layer if reference.layer is not None else trace.shapes.layers
    unit = cursor.units[layer]
    if reference.quantity not in _MATRICES:
        return (unit,)
    return (unit, cursor.units[layer if reference.quantity.startswith("recurrent") else layer - 1])


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
    """Return the numbers among which the focus is one."""
    assert cursor.focus is not None
    return numbers_of_layer(trace, cursor, layer_of(trace, cursor.focus), *sample_and_time(trace, cursor))


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
    found = origins(trace, number)[cursor.term].number
    assert found is not None
    return found


def layer_of(trace: Trace, number: Number) -> int:
    """Return the layer 0..L that a number belongs to; what belongs to the loss is the last layer's."""
    layer = number.reference.layer
    return trace.shapes.layers if layer is None else layer


def known(trace: Trace, cursor: Cursor, number: Number) -> bool:
    """Return whether a number has been made by the cursor's step."""
    writer = trace.flow.writer(number.reference)
    return writer is None or writer <= cursor.step


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
    recurrent = trace.shapes.recurrent[layer - 1]
    names: list[Quantity] = ["pre_activation", "activation"]
    if not ACTIVATIONS[trace.scenario.network.layers[layer - 1].activation].coupled:
        names.append("slope")
    found = [delta._replace(quantity=name) for name in names]
    if layer == trace.shapes.layers and trace.shapes.has_target[sample, time]:
        of_loss: list[Quantity] = ["target", "terms", "loss"]
        found += [Reference(name, delta.iteration, None, sample, time) for name in of_loss]
    names = ["from_above", "from_future"] if recurrent else []
    names += ["error", "delta", "weight_gradient", "bias_gradient"]
    names += ["recurrent_gradient"] if recurrent else []
    names += ["weight_total", "bias_total"]
    names += ["recurrent_total"] if recurrent else []
    found += [delta._replace(quantity=name) for name in names]
    version = 0
    if delta.iteration == trace.schedule.site(step).iteration:
        site = trace.schedule.site(step)
        version = trace.schedule.updates_before(step, layer)
        version += int(site.kind == "update" and site.layer == layer)
    for group in trace.shapes.groups(layer):
        if version:
            found.append(Reference(CHANGE_OF[group], delta.iteration, layer, version=version))
        found.append(Reference(group, delta.iteration, layer, version=version))
    return found
