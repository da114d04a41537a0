"""As what is an array read by a convention, and does it fit?"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from engine.diagnosis.layouts.axes import OURS, of_batch, squeezed
from engine.diagnosis.layouts.conventions import Convention, asked_of
from engine.diagnosis.quantities import BACKWARD

if TYPE_CHECKING:
    from engine.arrays import Array
    from engine.diagnosis.iteration.ground import Ground
    from engine.diagnosis.layouts.given import Given
    from engine.diagnosis.precision import Precision
    from engine.diagnosis.quantities import Quantity
    from engine.equations.equation import Variable


class Reading(NamedTuple):
    """An array as it is read: of a quantity, the variable that it is held against, and the share of it.

    `array` has the axes of the variable, or its own where it can't be read so (`fits`).
    """

    theirs: str
    quantity: Quantity
    variable: Variable
    array: Array
    share: float
    precision: Precision
    fits: bool


def read(one: Given, by: Convention, ground: Ground) -> Reading:
    """Return an array as a convention reads it."""
    by = asked_of(one, by)
    quantity = one.quantity if one.after is None or by.before else one.after
    variable, share = quantity.variable, 1.0
    if by.averaged and quantity.mean is not None:
        variable = quantity.mean
    if by.shares and variable.name in BACKWARD:
        share = 1.0 / ground.samples
    shape = ground.shape(variable)
    if quantity.is_of_samples:
        array = of_batch(one.array, shape, by.layout or OURS)
    elif one.part:
        array = _of_part(one, by, shape)
    else:
        array = _of_matrix(one.array, shape, turned=by.from_first)
    return Reading(
        one.theirs,
        quantity,
        variable,
        one.array if array is None else array,
        share,
        one.precision,
        fits=array is not None,
    )


def _of_part(one: Given, by: Convention, shape: tuple[int, ...]) -> Array:
    """Return the weights or the biases of an array that has both: the biases in a column, turned in a row."""
    to, columns = one.array.shape
    turned = by.from_first if to == columns else to != shape[0]
    array = one.array.T if turned else one.array
    if one.part == "biases":
        return array[:, -1 if by.biases_last else 0]
    return array[:, :-1] if by.biases_last else array[:, 1:]


def _of_matrix(array: Array, shape: tuple[int, ...], *, turned: bool) -> Array | None:
    found = squeezed(array, shape[::-1] if turned else shape)
    return found.T if found is not None and turned else found
