"""Which arrays are those of all layers, one after the other?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.diagnosis.naming.names import meanings
from engine.named_arrays.lists import place_in

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    import numpy.typing as npt

    from engine.diagnosis.naming.shapes import Shapes
    from engine.scenario import Network


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
        if meant is not None and meant.is_input:
            continue
        quantity = None if meant is None else shapes.known.get(meant.name)
        if quantity is None or not own.fits(part, quantity):
            return {}
    return parts
