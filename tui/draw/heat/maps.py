"""Which matrices is a step about?

The one that it forms, or that its numbers come through; the row of the neuron looked at as a picture, if
the inputs can be one; and the layer's activations, or on the way back its deltas, over the batch.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal

from engine.facts.right import rightly, wrong_entries, wrong_in
from engine.looking.cursor import active_layer
from engine.order.quantities import Reference
from tui.draw.heat.heatmap import Map
from tui.draw.marks.contributions import formed_reference

if TYPE_CHECKING:
    from engine.arrays import Array
    from tui.draw.kit.rows import Style
    from tui.draw.marks.known import Known

_LEAST_PICTURE = 64


def maps_of(known: Known) -> list[Map]:
    """Return the maps of a step, the matrix first and the batch last."""
    reference, index = matrix_of(known)
    matrix = known.at(reference)
    assert matrix is not None
    maps = [_matrix_map(known, reference, matrix, index)]
    if known.trace.shapes.recurrent[_layer_of(reference) - 1]:
        maps += _recurrent_map(known, reference)
    maps += _pictures(known, reference, matrix, index)
    return [*maps, _batch_map(known)]


def matrix_of(known: Known) -> tuple[Reference, tuple[int, int]]:
    """Return the matrix that a step is about, and which entry of it the cursor looks at.

    A gradient and an update are about what they form; a delta about the weights that it comes back
    through; every other step about the weights of its layer.
    """
    layer = active_layer(known.trace, known.step)
    kind = known.site.kind
    if kind == "delta" and layer < known.trace.shapes.layers:
        layer += 1
    if kind in ("gradient", "update"):
        reference = formed_reference(known, layer)
    else:
        reference = known.reference("weights", layer)
    return reference, (known.cursor.units[layer], known.cursor.units[layer - 1])


def _layer_of(reference: Reference) -> int:
    assert reference.layer is not None
    return reference.layer


def _name(reference: Reference) -> str:
    """Return the symbol of a whole matrix."""
    letter = "U" if reference.quantity.startswith("recurrent") else "W"
    if reference.quantity.endswith("gradient"):
        return f"∂C/∂{letter}{reference.layer}"
    return f"{'Δ' if reference.quantity.endswith('change') else ''}{letter}{reference.layer}"


def _matrix_map(known: Known, reference: Reference, matrix: Array, index: tuple[int, int]) -> Map:
    def style(row: int, column: int, style: Style) -> Style:
        return known.linked(style, reference, row, column)

    rows, columns = matrix.shape
    title, wrong = f"{_name(reference)}  {rows}×{columns}", wrong_in(known.trace, reference)
    return Map(title, matrix, *index, rows, style, wrong=wrong)


def _recurrent_map(known: Known, weights: Reference) -> list[Map]:
    layer = _layer_of(weights)
    if weights.quantity == "weights":
        reference = known.reference("recurrent_weights", layer)
    else:
        reference = formed_reference(known, layer, "recurrent_weights")
    matrix, unit = known.at(reference), known.cursor.units[layer]
    return [] if matrix is None else [_matrix_map(known, reference, matrix, (unit, unit))]


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

    def of_row(row: int, column: int, style: Style) -> Style:
        return known.linked(style, reference, to, row * wide + column)

    def of_input(row: int, column: int, style: Style) -> Style:
        return known.linked(style, known.reference("input", 0), row * wide + column)

    title = f"{_name(reference)}[{to + 1}] as {high}×{wide}"
    return [
        Map(title, matrix[to].reshape(high, wide), *place, high, of_row, picture=True),
        Map(f"x as {high}×{wide}", found.reshape(high, wide), *place, high, of_input, picture=True),
    ]


def _batch_map(known: Known) -> Map:
    """Return the layer's activations over the batch; from its delta on, its deltas."""
    trace, layer = known.trace, active_layer(known.trace, known.step)
    name: Literal["activation", "delta"] = "activation" if known.site.kind in ("forward", "loss") else "delta"
    numbers = trace.iteration(known.iteration)
    values = numbers.every_sample(name, layer, known.time)

    def reference(sample: int) -> Reference:
        return Reference(name, known.iteration, layer, numbers.samples.start + sample, known.time)

    def style(row: int, column: int, style: Style) -> Style:
        return known.linked(style, reference(row), column)

    # Samples come one after the other: bisect for the first one whose step is still to come.
    done, later = 0, len(values)
    while done < later:
        middle = (done + later) // 2
        writer = trace.flow.writer(reference(middle))
        if writer is not None and writer <= known.step:
            done = middle + 1
        else:
            later = middle
    straight = rightly(trace, known.step)
    wrong = None
    if straight is not None:
        right = straight[0].iteration(known.iteration).every_sample(name, layer, known.time)
        wrong = wrong_entries(values, right)
    letter = "δ" if name == "delta" else "h" if trace.shapes.recurrent[layer - 1] else "a"
    at = f"@{known.time}" if trace.shapes.sequences else ""
    samples = f"{len(values)} sample{'s' if len(values) > 1 else ''}"
    here = known.sample - numbers.samples.start
    return Map(
        f"{letter}{layer}{at}  {samples}×{values.shape[1]}",
        values,
        here,
        known.cursor.units[layer],
        done,
        style,
        wrong=wrong,
    )
