"""Which matrices is a step about?

The one that it forms, or that its numbers come through; the row of the neuron looked at as a picture, if
the inputs can be one; and the layer's activations, or on the way back its deltas, over the batch. Where
another number is selected, those matrices that it is in.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from typing import TYPE_CHECKING, NamedTuple, get_args

import numpy as np

from engine.facts.beside.right import wrong_entries
from engine.facts.beside.standing import apart_in, theirs_at
from engine.facts.beside.waited import waited
from engine.facts.entry import Number
from engine.facts.number import Traced
from engine.looking.choosing import look_at_focus
from engine.looking.cursor import active_layer, within
from engine.looking.known.contributions import formed_reference
from engine.looking.known.numbers import Known
from engine.looking.selection import known as is_known
from engine.looking.selection import selected
from engine.numerals import counted
from engine.order.quantities import CHANGE_OF, GRADIENT_OF, TOTAL_OF, Quantity
from engine.run.iteration import Stored

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.arrays import Array, Mask
    from engine.looking.cursor import Cursor
    from engine.order.quantities import Reference
    from engine.run.tracing import Trace

_LEAST_PICTURE = 64
_RECURRENT: dict[Quantity, Quantity] = {
    "weights": "recurrent_weights",
    **{of["weights"]: of["recurrent_weights"] for of in (GRADIENT_OF, TOTAL_OF, CHANGE_OF)},
}
"""What belongs to the weights of a layer, and the same of its recurrent ones."""


class Matrix(NamedTuple):
    """A matrix that is looked at: its title, its entries, and the place in it that the cursor points at.

    `number` is which one an entry is; the one at that place is `selected` if it is what is looked at. Columns
    from `known` on are not known yet. A `picture` has pixels, no units along its sides. `wrong` says which
    entries differ from what stands beside them.
    """

    title: str
    values: Array
    row: int
    column: int
    known: int
    number: Callable[[int, int], Number]
    picture: bool = False
    wrong: Mask | None = None
    selected: bool = False

    @property
    def name(self) -> str:
        """The symbol of the whole matrix."""
        return self.title.partition("  ")[0]

    @property
    def wrong_ones(self) -> int:
        """How many of the known entries differ from what stands beside them."""
        return 0 if self.wrong is None else int(self.wrong[:, : self.known].sum())


def matrices_of(known: Known) -> list[Matrix]:
    """Return the matrices of a step, the one that it is about first and the batch last."""
    reference, index = matrix_of(known)
    return [*_of_layer(known, reference, index), *_pictures(known, reference, index), _over_batch(known)]


def matrices_elsewhere(known: Known) -> list[Matrix]:
    """Return the weights of all layers but the one of the step's matrix."""
    shown, units = _layer_of(matrix_of(known)[0]), known.cursor.units
    layers = [layer for layer in range(1, known.trace.shapes.layers + 1) if layer != shown]
    return [
        one
        for layer in layers
        for one in _of_layer(known, known.reference("weights", layer), (units[layer], units[layer - 1]))
    ]


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
    columns = _array(known, reference).shape[1]
    return look_at_focus(cursor, trace, Number(reference, (row, within(column + by, columns))))


def _of_layer(known: Known, reference: Reference, index: tuple[int, int]) -> list[Matrix]:
    """Return a matrix and, of a recurrent layer, what belongs to its other weights, if that is known."""
    first, layer = _matrix(known, reference, index), _layer_of(reference)
    other = reference._replace(quantity=_RECURRENT[reference.quantity])
    if not known.trace.shapes.recurrent[layer - 1] or known.at(other) is None:
        return [first]
    number, unit = selected(known.trace, known.cursor), known.cursor.units[layer]
    to, source = number.index if number.reference == other else (unit, unit)
    return [first, _matrix(known, other, (to, source))]


def _matrix(known: Known, reference: Reference, index: tuple[int, int]) -> Matrix:
    values, number = _array(known, reference), Number(reference, index)
    rows, columns = values.shape
    return Matrix(
        f"{_name(known.trace, number)}  {rows:,}×{columns:,}",
        values,
        *index,
        columns,
        lambda row, column: Number(reference, (row, column)),
        wrong=apart_in(known.trace, reference),
        selected=number == selected(known.trace, known.cursor),
    )


def _layer_of(reference: Reference) -> int:
    assert reference.layer is not None
    return reference.layer


def _array(known: Known, reference: Reference) -> Array:
    """Return what a reference names that is known."""
    found = known.at(reference)
    assert found is not None
    return found


def _name(trace: Trace, number: Number) -> str:
    """Return the symbol of a whole vector or matrix."""
    return re.sub(r"\[[\d,]+\]", "", Traced(trace, number).symbol)


def _pictures(known: Known, reference: Reference, index: tuple[int, int]) -> list[Matrix]:
    """Return the row of the neuron looked at, and the input, as pictures if the inputs can be one."""
    matrix, (to, source) = _array(known, reference), index
    side, shape = math.isqrt(matrix.shape[1]), known.trace.scenario.data.shape
    high, wide = shape or (side, side)
    square = high * wide == matrix.shape[1] >= _LEAST_PICTURE
    if reference.layer != 1 or not (shape or square):
        return []
    given, place = known.reference("input", 0), divmod(source, wide)

    def in_row(row: int, column: int) -> Number:
        return Number(reference, (to, row * wide + column))

    def in_input(row: int, column: int) -> Number:
        return Number(given, (row * wide + column,))

    here = selected(known.trace, known.cursor) == in_input(*place)
    pixels = _array(known, given).reshape(high, wide)
    title = f"{_name(known.trace, Number(reference, index))}[{to + 1}] as {high:,}×{wide:,}"
    return [
        Matrix(title, matrix[to].reshape(high, wide), *place, wide, in_row, picture=True),
        Matrix(f"x as {high:,}×{wide:,}", pixels, *place, wide, in_input, picture=True, selected=here),
    ]


def _vector_of(known: Known) -> Reference:
    """Return the vector that is shown over the batch: one that was chosen, else an activation or a delta."""
    cursor, number = known.cursor, selected(known.trace, known.cursor)
    chosen = bool(cursor.part) or cursor.focus is not None or cursor.term is not None
    if chosen and number.reference.quantity in get_args(Stored) and is_known(known.trace, cursor, number):
        return number.reference
    back = known.site.kind not in ("forward", "loss")
    return known.reference("delta" if back else "activation", active_layer(known.trace, known.step))


def _over_batch(known: Known) -> Matrix:
    """Return a vector over the batch, a column for each sample: activations, from its delta on its deltas."""
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
    straight = waited(trace, known.step)
    wrong = None
    if straight is not None:
        right = straight[0].iteration(shown.iteration).every_sample(name, layer, time)
        wrong = wrong_entries(values, right)
    elif theirs_at(trace, shown) is not None:
        wrong = np.array([apart_in(trace, reference(sample)) for sample in range(len(values))])
    number = selected(trace, cursor)
    unit = number.index[0] if number.reference == shown else cursor.units[layer]
    sample = (shown.sample or 0) - numbers.samples.start
    samples = counted(len(values), "sample")
    return Matrix(
        f"{_name(trace, Number(shown, (unit,)))}  {values.shape[1]:,}×{samples}",
        values.T,
        unit,
        sample,
        done,
        lambda row, column: Number(reference(column), (row,)),
        wrong=None if wrong is None else wrong.T,
        selected=number.reference == shown,
    )
