"""Which lists are arrays of several shapes, such as those of all layers: `nabla_w`?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy.typing as npt

_BIASES: Final = re.compile(r"(?:^|[^a-z]|d)b(?:ias)?$", re.IGNORECASE)


def place_in(name: str, place: int) -> str:
    """Return the name of an array in a list of that name, as Python writes it."""
    return f"{name}[{place}]"


def may_be_layers(name: str, value: Iterable[Any]) -> bool:
    """Return whether a list is of biases or of several, by its name, or of matrices.

    What is neither may be one matrix whose rows are not of one length.
    """
    return (
        is_plural(name)
        or _BIASES.search(name) is not None
        or all(isinstance(one, np.ndarray) or _is_matrix(one) for one in value)
    )


def is_plural(name: str) -> bool:
    """Return whether a name is that of several."""
    return name.rstrip("_").endswith("s")


def _is_matrix(value: Any) -> bool:
    return isinstance(value, list | tuple) and any(
        isinstance(row, list | tuple | np.ndarray) for row in value
    )


def parts_of(name: str, value: npt.ArrayLike) -> dict[str, npt.ArrayLike]:
    """Return the arrays that are in a list of arrays of several shapes, or one array as it is."""
    try:
        array = np.asarray(value)
    except ValueError:
        array = None
    if array is not None and (array.dtype != object or array.ndim != 1):
        return {name: array}
    some: list[Any] = [*value]  # type: ignore[misc]
    whole = not some or not all(isinstance(one, list | tuple | np.ndarray) for one in some)
    if whole or not may_be_layers(name, some):
        return {name: value}
    return {place_in(name, place): one for place, one in enumerate(some)}
