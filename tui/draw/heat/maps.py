"""Which matrices is a step about?

The one that it forms, or that its numbers come through; the row of the neuron looked at as a picture, if
the inputs can be one; and the layer's activations, or on the way back its deltas, over the batch. Where
another number is selected, those maps that it is in.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from typing import TYPE_CHECKING, get_args

import numpy as np

from engine.facts.beside.right import apart_in, rightly, wrong_entries
from engine.facts.beside.theirs import theirs_at
from engine.facts.number import Number, Traced
from engine.looking.choosing import look_at_focus
from engine.looking.contributions import formed_reference
from engine.looking.cursor import active_layer, within
from engine.looking.known import Known
from engine.looking.selection import known as is_known
from engine.looking.selection import selected
from engine.run.iteration import Stored
from tui.draw.heat.heatmap import Map

if TYPE_CHECKING:
    from engine.arrays import Array
    from engine.looking.cursor import Cursor
    from engine.order.quantities import Quantity, Reference
    from engine.run.tracing import Trace

_LEAST_PICTURE = 64
_RECURRENT: dict[Quantity, Quantity] = {
    "weights": "recurrent_weights",
    "weight_gradient": "recurrent_gradient",
    "weight_total": "recurrent_total",
    "weights_change": "recurrent_change",
}


def maps_of(known: Known) -> list[Map]:
    """Return the maps of a step, the matrix first and the batch last."""
    reference, index = matrix_of(known)
    matrix = known.at(reference)
    assert matrix is not None
    maps = _of_layer(known, reference, index)
    maps += _pictures(known, reference, matrix, index)
    return [*maps, _batch_map(known)]


def maps_elsewhere(known: Known) -> list[Map]:
    """Return the maps of the weights of all layers but the one of the step's matrix."""
    shown, units = _layer_of(matrix_of(known)[0]), known.cursor.units
    layers = [layer for layer in range(1, known.trace.shapes.layers + 1) if layer != shown]
    return [
        one
        for layer in layers
        for one in _of_layer(known, known.reference("weights", layer), (units[layer], units[layer - 1]))
    ]


def _of_layer(known: Known, reference: Reference, index: tuple[int, int]) -> list[Map]:
    """Return the map of a matrix and, of a recurrent layer, that of what belongs to its other weights."""
    matrix = known.at(reference)
    assert matrix is not None
    first = _matrix_map(known, reference, matrix, index)
    recurrent = known.trace.shapes.recurrent[_layer_of(reference) - 1]
    return [first, *(_recurrent_map(known, reference) if recurrent else [])]


def matrix_of(known: Known) -> tuple[Reference, tuple[int, int]]:
    """Return the matrix that a step is about, and which entry of it the cursor looks at.

    A gradient and an update are about what they form; a delta about the weights that it comes back
    through; every other step about the weights of its layer. An entry that is selected is of the matrix.
    """
    number = selected(known.trace, known.cursor)
    if number.reference.quantity in _RECURRENT and is_known(known.trace, known.cursor, number):
        return number.reference, (number.index[0], number.index[1])
    layer = active_layer(known.trace, known.step)
    kind = known.site.kind
    if kind == "delta" and layer < known.trace.shapes.layers:
        layer += 1
    if kind in ("gradient", "update"):
        reference = formed_reference(known, layer)
    else:
        reference = known.reference("weights", layer)
    return reference, (known.cursor.units[layer], known.cursor.units[layer - 1])


def in_matrix(trace: Trace, cursor: Cursor, by: int) -> Cursor:
    """Return the cursor looking at the matrix of the step, `by` columns on from the marked one.

    The same where one of its entries is looked at already.
    """
    known = Known(trace, cursor)
    reference, (row, column) = matrix_of(known)
    if selected(trace, cursor) == Number(reference, (row, column)):
        return cursor
    matrix = known.at(reference)
    assert matrix is not None
    return look_at_focus(cursor, trace, Number(reference, (row, within(column + by, matrix.shape[1]))))


def _layer_of(reference: Reference) -> int:
    assert reference.layer is not None
    return reference.layer


def _name(trace: Trace, number: Number) -> str:
    """Return the symbol of a whole vector or matrix."""
    return re.sub(r"\[[\d,]+\]", "", Traced(trace, number).symbol)


def _matrix_map(known: Known, reference: Reference, matrix: Array, index: tuple[int, int]) -> Map:
    number = selected(known.trace, known.cursor)
    rows, columns = matrix.shape
    return Map(
        f"{_name(known.trace, Number(reference, index))}  {rows}×{columns}",
        matrix,
        *index,
        rows,
        lambda row, column: Number(reference, (row, column)),
        wrong=apart_in(known.trace, reference),
        selected=number == Number(reference, index),
    )


def _recurrent_map(known: Known, weights: Reference) -> list[Map]:
    reference = weights._replace(quantity=_RECURRENT[weights.quantity])
    number, unit = selected(known.trace, known.cursor), known.cursor.units[_layer_of(weights)]
    matrix = known.at(reference)
    if matrix is None:
        return []
    index = (number.index[0], number.index[1]) if number.reference == reference else (unit, unit)
    return [_matrix_map(known, reference, matrix, index)]


def _pictures(known: Known, reference: Reference, matrix: Array, index: tuple[int, int]) -> list[Map]:
    """Return the row of the neuron looked at, and the input, as pictures if the inputs can be one."""
    side = math.isqrt(matrix.shape[1])
    high, wide = known.trace.scenario.data.shape or (side, side)
    square = high * wide == matrix.shape[1] >= _LEAST_PICTURE
    if reference.layer != 1 or not (known.trace.scenario.data.shape or square):
        return []
    to, source = index
    found = known.array("input", 0)
    assert found is not None
    place = divmod(source, wide)

    def in_row(row: int, column: int) -> Number:
        return Number(reference, (to, row * wide + column))

    def in_input(row: int, column: int) -> Number:
        return Number(known.reference("input", 0), (row * wide + column,))

    here = selected(known.trace, known.cursor) == in_input(*place)
    pixels = found.reshape(high, wide)
    title = f"{_name(known.trace, Number(reference, index))}[{to + 1}] as {high}×{wide}"
    return [
        Map(title, matrix[to].reshape(high, wide), *place, high, in_row, picture=True),
        Map(f"x as {high}×{wide}", pixels, *place, side, in_input, picture=True, selected=here),
    ]


def _vector_of(known: Known) -> Reference:
    """Return the vector that is shown over the batch: one that was chosen, else an activation or a delta."""
    cursor, number = known.cursor, selected(known.trace, known.cursor)
    chosen = bool(cursor.part) or cursor.focus is not None or cursor.term is not None
    if chosen and number.reference.quantity in get_args(Stored) and is_known(known.trace, cursor, number):
        return number.reference
    back = known.site.kind not in ("forward", "loss")
    return known.reference("delta" if back else "activation", active_layer(known.trace, known.step))


def _batch_map(known: Known) -> Map:
    """Return a vector over the batch: the layer's activations, from its delta on its deltas."""
    trace, cursor = known.trace, known.cursor
    shown = _vector_of(known)
    numbers, layer, time = trace.iteration(shown.iteration), _layer_of(shown), shown.time or 0
    name: Stored = shown.quantity  # type: ignore[assignment]
    values = numbers.every_sample(name, layer, time)

    def reference(sample: int) -> Reference:
        return shown._replace(sample=numbers.samples.start + sample)

    def is_later(sample: int) -> bool:
        writer = trace.flow.writer(reference(sample))
        return writer is None or writer > known.step

    # Samples come one after the other.
    done = bisect_left(range(len(values)), True, key=is_later)
    straight = rightly(trace, known.step)
    wrong = None
    if straight is not None:
        right = straight[0].iteration(shown.iteration).every_sample(name, layer, time)
        wrong = wrong_entries(values, right)
    elif theirs_at(trace, shown) is not None:
        wrong = np.array([apart_in(trace, reference(sample)) for sample in range(len(values))])
    number = selected(trace, cursor)
    unit = number.index[0] if number.reference == shown else cursor.units[layer]
    sample = (shown.sample or 0) - numbers.samples.start
    samples = f"{len(values)} sample{'s' if len(values) > 1 else ''}"
    return Map(
        f"{_name(trace, Number(shown, (unit,)))}  {samples}×{values.shape[1]}",
        values,
        sample,
        unit,
        done,
        lambda row, column: Number(reference(row), (column,)),
        wrong=wrong,
        selected=number.reference == shown,
    )
