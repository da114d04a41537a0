"""What is computed of many numbers at once, because it couples them? A layer, and the length of a vector.

What a formula of a row says (`engine.equations.functions.rows`) is made of that formula; beside it there is
`length`(g, ...) of all given numbers as one vector, for clipping: √Σ g².
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from engine.equations.functions.rows import row_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from engine.arrays import Array
    from engine.equations.equation import Equation
    from engine.equations.functions.rows import Row


def length(*given: Array) -> None:
    """Fill the third last of the arrays with the length of all before it together, as one vector."""
    *every, out, _, _ = given
    with np.errstate(all="ignore"):
        out[...] = length_of(*every)


def length_of(*arrays: Array) -> float:
    """Return the length of arrays as one vector: √Σ x², over the largest where it over- or underflows."""
    total = sum(float(np.dot(one.ravel(), one.ravel())) for one in arrays)
    if not 1e-250 < total < 1e250:
        largest = max((float(np.max(np.abs(one))) for one in arrays), default=0.0)
        if 0.0 < largest < math.inf:
            scaled = [one.ravel() / largest for one in arrays]
            return largest * math.sqrt(sum(float(np.dot(one, one)) for one in scaled))
    return math.sqrt(total) if total >= 0.0 else math.nan


_NUMPY: dict[str, Callable[..., None]] = {
    "length": length,
}


def is_row(name: str) -> bool:
    """Return whether a function of an operation is one of whole rows."""
    return name in _NUMPY or row_of(name) is not None


def numpy_of(name: str) -> Callable[..., None]:
    """Return a function of rows by the name that an equation has for it: of arrays, with what it fills."""
    if name in _NUMPY:
        return _NUMPY[name]
    # Imported where units are coupled: most networks have none.
    from engine.program.row_code import numpy_function

    return numpy_function(_known(name))


def floats_of(name: str) -> Callable[..., list[float]]:
    """Return the same function of tuples of floats."""
    if name in _FLOATS:
        return _FLOATS[name]
    from engine.program.row_code import float_function  # as above

    return float_function(_known(name))


def _known(name: str) -> Row:
    row = row_of(name)
    assert row is not None, name
    return row


def float_functions(equations: Iterable[Equation]) -> dict[str, Callable[..., list[float]]]:
    """Return the functions of floats that equations call, by their names."""
    return {one.row: floats_of(one.row) for one in equations if one.row is not None}


def of_rows(function: Callable[..., None], *given: Array) -> Array:
    """Return what a function of whole rows of units makes of them."""
    out = np.empty_like(given[-1])
    function(*given, out, np.empty((*out.shape[:-1], 1)), np.ones((out.shape[-1], 1)))
    return out


_FLOATS: dict[str, Callable[..., list[float]]] = {
    "length": lambda *groups: [math.hypot(*(x for group in groups for x in group))],
}
