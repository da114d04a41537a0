"""What does each unit of a layer, or of another time, add to the number that is looked at?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct

from engine.facts.number import letter_of
from engine.looking.cursor import active_layer
from engine.order.quantities import CHANGE_OF, GRADIENT_OF, Quantity, Reference

if TYPE_CHECKING:
    from engine.arrays import Array
    from engine.looking.known.numbers import Known


class Heard(Struct, frozen=True):
    """What a layer hears of another time: the time before or, on the way `back`, the time after.

    `layer` is the one that hears it, `values` [unit] are None if they are not known yet.
    """

    layer: int
    symbol: str
    reference: Reference
    values: Array | None
    back: bool


def heard_beside(known: Known, layer: int) -> Heard | None:
    """Return what stands beside a layer as if it were of it: it goes by the same way.

    What the layer above hears of the time before; on the way back to the layer below what that one hears of
    the time after. None if there is none, or no such time.
    """
    shapes, site = known.trace.shapes, known.site
    if site.kind == "delta" and site.layer == layer - 1:
        if not shapes.recurrent[layer - 2] or known.time + 1 >= shapes.times:
            return None
        return _heard(known, layer - 1, known.time + 1, back=True)
    if layer >= shapes.layers or not shapes.recurrent[layer]:
        return None
    return _heard(known, layer + 1, known.time - 1, back=False)


def _heard(known: Known, layer: int, time: int, *, back: bool) -> Heard:
    name: Quantity = "delta" if back else "activation"
    reference = Reference(name, known.iteration, layer, known.sample, time)
    if time < 0:
        reference = Reference("initial_state", known.iteration, layer)
    return Heard(layer, f"{'δ' if back else 'h'}@{time}", reference, known.at(reference), back)


def sum_heard(known: Known, heard: Heard) -> float | None:
    """Return what all that is heard comes to in the neuron that is looked at; None if it is not known yet."""
    matrix, unit = known.array("recurrent_weights", heard.layer), known.cursor.units[heard.layer]
    if heard.values is None or matrix is None:
        return None
    with np.errstate(all="ignore"):
        return float((matrix[:, unit] if heard.back else matrix[unit]) @ heard.values)


def contributions(known: Known, layer: int) -> Array | None:
    """Return what each unit of a layer adds to the number that is looked at; None if it adds to none.

    Below a layer that is W[to,from]×a[from], a term of its pre-activation (or, where this step forms or
    applies them, the gradient or change of W[to,from]); above a delta it is W[to,from]×δ[to], a term of
    the error that comes back.
    """
    units, site = known.cursor.units, known.site
    if layer == active_layer(known.trace, known.step):
        return None
    if comes_back(known, layer):
        delta = known.array("delta", layer)
        weights = known.array("weights", layer)
        return None if delta is None or weights is None else product(weights[:, units[layer - 1]], delta)
    if layer == known.trace.shapes.layers:
        return None
    to = units[layer + 1]
    if site.layer == layer + 1 and site.kind in ("gradient", "update"):
        formed = known.at(formed_reference(known, layer + 1))
        return None if formed is None else formed[to]
    values = known.array("input" if layer == 0 else "activation", layer)
    weights = known.array("weights", layer + 1)
    return None if values is None or weights is None else product(weights[to], values)


def comes_back(known: Known, layer: int) -> bool:
    """Return whether this step brings an error from a layer back to the one below."""
    return known.site.kind == "delta" and known.site.layer == layer - 1


def product(weights: Array, values: Array) -> Array:
    """Return weights times values, also where they are beyond all numbers."""
    with np.errstate(all="ignore"):
        terms: Array = weights * values
    return terms


def formed_reference(known: Known, layer: int, group: Quantity = "weights") -> Reference:
    """Return the matrix of a group of parameters that a gradient or an update of a layer forms."""
    if known.site.kind == "gradient":
        return known.reference(GRADIENT_OF[group], layer)
    return known.reference(group, layer)._replace(quantity=CHANGE_OF[group])


def read_or_formed(known: Known, layer: int) -> tuple[str, Reference]:
    """Return the weights of a layer, or the gradient or change of them that this step forms, with a name."""
    if known.site.layer == layer and known.site.kind in ("gradient", "update"):
        name = "∂C/∂W" if known.site.kind == "gradient" else "ΔW"
        return f"{name}{layer}", formed_reference(known, layer)
    reference = known.reference("weights", layer)
    return letter_of(known.trace, reference), reference
