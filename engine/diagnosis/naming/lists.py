"""Which arrays are a list of those of all layers: `nabla_w`, or an array of three axes?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from engine.diagnosis.naming.names import meanings

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    import numpy.typing as npt

    from engine.diagnosis.naming.shapes import Shapes
    from engine.scenario import Network

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


def in_layers(shapes: Shapes, network: Network, told: Collection[str]) -> Mapping[str, npt.NDArray[Any]]:
    """Return arrays of which those are taken apart that have a part for each layer, and mean nothing else."""
    found: dict[str, npt.NDArray[Any]] = {}
    for name, array in shapes.arrays.items():
        parts = {name: array}
        long = array.ndim > 1 and len(array) - shapes.layers in (0, 1)
        if long and name not in told and meanings([name], network, {})[name] is None:
            parts = _taken_apart(name, array, shapes, network) or parts
        found |= parts
    return found


def _taken_apart(
    name: str, array: npt.NDArray[Any], shapes: Shapes, network: Network
) -> dict[str, npt.NDArray[Any]]:
    """Return the parts of an array by their names; none if one of them isn't what its layer has there."""
    parts = {place_in(name, place): one for place, one in enumerate(array)}
    own = shapes._replace(arrays=parts)
    for part, meant in meanings(parts, network, {}).items():
        if meant is not None and meant.name == "a0":
            continue
        quantity = None if meant is None else shapes.known.get(meant.name)
        if quantity is None or not own.fits(part, quantity):
            return {}
    return parts
