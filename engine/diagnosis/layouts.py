"""As what can somebody's arrays be read: turned or not, summed or averaged, before the update or after it?

One who writes a program keeps to one way: all of a file is read by one convention, and not each array as it
fits best. What bears a name of the public contract has one reading alone; only beside arrays that bear other
names may it stand [unit, sample], for then it is somebody's own name that is ours by chance.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import numpy.typing as npt

    from engine.arrays import Array
    from engine.diagnosis.names import Meant
    from engine.diagnosis.precision import Precision
    from engine.diagnosis.quantities import Quantity
    from engine.diagnosis.values import Ground
    from engine.equations.equation import Variable


class Convention(NamedTuple):
    """How somebody writes his arrays; as none of it says, they are as in the contract.

    `turned`: [unit, sample] in place of [sample, unit]; `from_first`: weights and gradients [from, to];
    `averaged`: gradients are means over the batch; `shares`: what is of each sample has 1/B in it; `before`:
    parameters without a mark are those before the update; `all_turned`: so does what bears our names.
    """

    turned: bool = False
    from_first: bool = False
    averaged: bool = False
    shares: bool = False
    before: bool = False
    all_turned: bool = False


class Given(NamedTuple):
    """An array that somebody has given under a name, and what is meant by it."""

    theirs: str
    quantity: Quantity
    after: Quantity | None
    array: Array
    precision: Precision
    exact: bool


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


def given(
    arrays: Mapping[str, npt.NDArray[np.generic]],
    meant: Mapping[str, Meant | None],
    known: Mapping[str, Quantity],
    exactness: Mapping[str, Precision],
    beside: Mapping[str, str],
) -> list[Given]:
    """Return the arrays whose names mean a quantity of the network; what is `beside` one is added to it."""
    found = []
    for name, array in arrays.items():
        one = meant.get(name)
        quantity = None if one is None else known.get(one.name)
        if one is None or quantity is None:
            continue
        after = known.get(f"{one.name}_after") if one.kind in ("W", "U", "b") else None
        numbers, exact, theirs = np.asarray(array, dtype=np.float64), exactness[name], name
        other = beside.get(name, "")
        if other and arrays[other].shape == numbers.shape:
            if one.half is not None and one.half.side != "ih":  # it is added to the other
                continue
            both = numbers, np.asarray(arrays[other], dtype=np.float64)
            numbers, exact, theirs = both[0] + both[1], exact.of_sum(both), f"{name} + {other}"
        found.append(Given(theirs, quantity, after, numbers, exact, one.exact))
    return found


def conventions(some: Sequence[Given], ground: Ground) -> Iterator[Convention]:
    """Yield every convention that makes a difference: first that of the contract."""
    free = [one for one in some if not one.exact]
    batches = any(_is_batch(one.quantity) for one in free)
    ours = bool(free) and any(_is_batch(one.quantity) for one in some if one.exact)
    matrices = any(len(ground.axes[one.quantity.variable]) == 2 for one in free)
    totals = ground.samples > 1 and any(one.quantity.is_total for one in free)
    shares = ground.samples > 1 and any(one.quantity.variable.name in ("error", "delta") for one in free)
    before = any(one.after is not None for one in free)
    choices = [
        (False, True) if free_to else (False,)
        for free_to in (batches, matrices, totals, shares, before, ours)
    ]
    every = (Convention(*choice) for choice in product(*choices))
    yield from sorted((one for one in every if one.turned or not (batches and one.all_turned)), key=sum)


def read(one: Given, by: Convention, ground: Ground) -> Reading:
    """Return an array as a convention reads it."""
    if one.exact:
        by = Convention(turned=by.all_turned)
    quantity = one.quantity if one.after is None or by.before else one.after
    variable, share = quantity.variable, 1.0
    if by.averaged and quantity.mean is not None:
        variable = quantity.mean
    if by.shares and variable.name in ("error", "delta"):
        share = 1.0 / ground.samples
    shape = ground.shape(variable)
    if _is_batch(quantity):
        array = _of_batch(one.array, shape, turned=by.turned)
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


def _is_batch(quantity: Quantity) -> bool:
    return quantity.group is None


def _of_batch(array: Array, shape: tuple[int, ...], *, turned: bool) -> Array | None:
    """Return an array as [time, sample, unit]."""
    times, samples, units = shape
    if times == 1:
        found = _of_matrix(array, (samples, units), turned=turned)
        return None if found is None else found[None]
    if turned:
        found = _squeezed(array, (times, samples, units))
        if found is None and samples == 1:
            across = _squeezed(array, (units, times))
            found = None if across is None else across.T[:, None]
        return found
    found = _squeezed(array, (samples, times, units))
    return None if found is None else found.transpose(1, 0, 2)


def _of_matrix(array: Array, shape: tuple[int, ...], *, turned: bool) -> Array | None:
    found = _squeezed(array, shape[::-1] if turned else shape)
    return found.T if found is not None and turned else found


def _squeezed(array: Array, shape: tuple[int, ...]) -> Array | None:
    """Return an array in a shape that it has already, but for axes of length 1."""
    mine, wanted = ([length for length in one if length != 1] for one in (array.shape, shape))
    return array.reshape(shape) if mine == wanted else None
