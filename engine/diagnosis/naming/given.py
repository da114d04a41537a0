"""Which arrays are looked at, and which of them are two quantities in one?

Who writes weights and biases in one array has a column or row more, and a 1 beside his activations.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.diagnosis.layouts.axes import layouts, of_batch
from engine.diagnosis.layouts.given import Given

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    from engine.diagnosis.iteration.ground import Ground
    from engine.diagnosis.naming.names import Meant
    from engine.diagnosis.precision import Precision
    from engine.diagnosis.quantities import Quantity


def given(
    arrays: Mapping[str, npt.NDArray[np.generic]],
    meant: Mapping[str, Meant | None],
    known: Mapping[str, Quantity],
    exactness: Mapping[str, Precision],
    beside: Mapping[str, str],
    ground: Ground,
) -> list[Given]:
    """Return the arrays whose names mean a quantity of the network; what is `beside` one is added to it.

    Weights with a column or row too many have the biases in it.
    """
    found = []
    for name, array in arrays.items():
        one = meant.get(name)
        quantity = None if one is None else known.get(one.name)
        if one is None or quantity is None:
            continue
        numbers, exact, theirs = np.asarray(array, dtype=np.float64), exactness[name], name
        other = beside.get(name, "")
        if other and arrays[other].shape == numbers.shape:
            if one.half is not None and one.half.side != "ih":  # it is added to the other
                continue
            both = numbers, np.asarray(arrays[other], dtype=np.float64)
            numbers, exact, theirs = both[0] + both[1], exact.of_sum(both), f"{name} + {other}"
        whole = Given(theirs, quantity, _after(one.kind, one.name, known), numbers, exact, one.exact)
        found += _parts(_without_ones(whole, ground), known, ground)
    return found


def _after(kind: str, name: str, known: Mapping[str, Quantity]) -> Quantity | None:
    """Return the quantity after the update that a name without a mark may mean, too."""
    return known.get(f"{name}_after") if kind in ("W", "U", "b") else None


def _without_ones(one: Given, ground: Ground) -> Given:
    """Return activations without the 1 that stands beside them, to be multiplied by a bias in one array."""
    quantity = one.quantity
    if quantity.variable.name != "activation":
        return one
    shape = ground.shape(quantity.variable)
    larger = (*shape[:2], shape[2] + 1)
    for layout in layouts(larger)[: 1 if one.exact else None]:
        found = of_batch(one.array, larger, layout)
        if found is not None and of_batch(one.array, shape, layout) is None:
            for ones, others in ((found[..., :1], found[..., 1:]), (found[..., -1:], found[..., :-1])):
                if np.all(ones == 1.0):
                    array = others.transpose(["tsu".index(letter) for letter in layout])
                    return one._replace(array=array, layout="" if one.exact else layout)
    return one


def _parts(one: Given, known: Mapping[str, Quantity], ground: Ground) -> list[Given]:
    """Return weights and biases that are in one array, each as what it is; any other array as it is."""
    quantity = one.quantity
    if one.exact or quantity.group != "weights":
        return [one]
    to, below = ground.shape(quantity.variable)
    if one.array.shape not in ((to, below + 1), (below + 1, to)):
        return [one]
    name = quantity.name.replace("W", "b")
    biases = known[name]
    after = None if one.after is None else known[one.after.name.replace("W", "b")]
    one = one._replace(whole=one.theirs)
    return [
        one._replace(theirs=f"{one.whole} without its biases", part="weights"),
        one._replace(theirs=f"the biases of {one.whole}", quantity=biases, after=after, part="biases"),
    ]
