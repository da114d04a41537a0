"""As what can somebody's arrays be read: with which axes, summed or averaged, before the update or after it?

One who writes a program keeps to one way: all of a file is read by one convention, and not each array as it
fits best. But what has not the shape that this asks for, and has it with its axes in one other order alone,
is read so. What bears a name of the public contract has one reading alone; only beside arrays that bear other
names may it stand as they do, for then it is somebody's own name that is ours by chance.
"""

from __future__ import annotations

from itertools import permutations, product
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from engine.arrays import Array
    from engine.diagnosis.naming.given import Given
    from engine.diagnosis.precision import Precision
    from engine.diagnosis.quantities import Quantity
    from engine.diagnosis.values import Ground
    from engine.equations.equation import Variable

AXES: Final = {"s": "sample", "t": "time", "u": "unit"}
"""The axes of what is of each sample, by the letters of a layout."""
OURS = "stu"


class Convention(NamedTuple):
    """How somebody writes his arrays; as none of it says, they are as in the contract.

    `layout`: the axes of what is of each sample, by their letters, where they are not [sample, time, unit];
    `from_first`: weights and gradients [from, to]; `averaged`: gradients are means over the batch; `shares`:
    what is of each sample has 1/B in it; `before`: parameters without a mark are those before the update;
    `ours_too`: what bears our names has that layout, too; `biases_last`: of weights and biases in one array
    the biases are behind.
    """

    layout: str = ""
    from_first: bool = False
    averaged: bool = False
    shares: bool = False
    before: bool = False
    ours_too: bool = False
    biases_last: bool = False


WAYS: Final = tuple(
    Convention("".join(letters), from_first=place > 0) for place, letters in enumerate(permutations(OURS))
)
"""Conventions of which one at least has the shape of an array, if any has."""


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


def conventions(some: Sequence[Given], ground: Ground) -> Iterator[Convention]:
    """Yield every convention that makes a difference: first that of the contract."""
    free = [one for one in some if not one.exact]
    batches = [one for one in free if _is_batch(one.quantity)]
    ours = bool(free) and any(_is_batch(one.quantity) for one in some if one.exact)
    matrices = any(len(ground.axes[one.quantity.variable]) == 2 for one in free)
    totals = ground.samples > 1 and any(one.quantity.is_total for one in free)
    shares = ground.samples > 1 and any(one.quantity.variable.name in ("error", "delta") for one in free)
    before = any(one.after is not None for one in free)
    joined = any(one.part for one in free)
    asked = batches or ([one for one in some if _is_batch(one.quantity)] if ours else [])
    choices = [
        (False, True) if free_to else (False,) for free_to in (matrices, totals, shares, before, ours, joined)
    ]
    every = (
        Convention(layout, *choice)
        for layout in ("", *_layouts_of(asked, ground))
        for choice in product(*choices)
    )
    wanted = (one for one in every if one.layout or not one.ours_too)
    yield from sorted(
        (one for one in wanted if not one.layout or batches or one.ours_too),
        key=lambda one: sum(map(bool, one)),
    )


def _layouts_of(some: Sequence[Given], ground: Ground) -> list[str]:
    """Return the other layouts that one of some arrays at least has the shape of."""
    found: dict[str, None] = {}
    for one in some:
        shape = ground.shape(one.quantity.variable)
        _, *others = layouts(shape)
        found |= {layout: None for layout in others if of_batch(one.array, shape, layout) is not None}
    return list(found)


def layouts(shape: tuple[int, ...]) -> list[str]:
    """Return the layouts of an array [time, sample, unit] that differ, by their letters: ours first."""
    sizes = dict(zip("tsu", shape, strict=True))
    found: dict[str, str] = {}
    for letters in permutations(OURS):
        # Where there are no times, all stands at one; an axis of a single place says nothing.
        seen = "".join(letter for letter in letters if sizes[letter] != 1)
        found.setdefault(seen, "".join(letters))
    return list(found.values())


def own_layouts(one: Given, by: Convention, ground: Ground) -> list[str]:
    """Return the other layouts than that of a convention in which an array can be read by itself."""
    if one.exact or one.layout or not _is_batch(one.quantity):
        return []
    shape = ground.shape(one.quantity.variable)
    common = by.layout or OURS
    every = [layout for layout in layouts(shape) if of_batch(one.array, shape, layout) is not None]
    return [layout for layout in every if layout != common]


def asked_of(one: Given, by: Convention) -> Convention:
    """Return a convention as far as an array is read by it."""
    if one.exact:
        return Convention(layout=by.layout if by.ours_too else "")
    if _is_batch(one.quantity):
        return Convention(layout=one.layout or by.layout, shares=by.shares)
    return by._replace(layout="", shares=False, ours_too=False)


def read(one: Given, by: Convention, ground: Ground) -> Reading:
    """Return an array as a convention reads it."""
    by = asked_of(one, by)
    quantity = one.quantity if one.after is None or by.before else one.after
    variable, share = quantity.variable, 1.0
    if by.averaged and quantity.mean is not None:
        variable = quantity.mean
    if by.shares and variable.name in ("error", "delta"):
        share = 1.0 / ground.samples
    shape = ground.shape(variable)
    if _is_batch(quantity):
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


def _is_batch(quantity: Quantity) -> bool:
    return quantity.group is None


def of_batch(array: Array, shape: tuple[int, ...], layout: str) -> Array | None:
    """Return an array as [time, sample, unit]."""
    sizes = dict(zip("tsu", shape, strict=True))
    found = _squeezed(array, tuple(sizes[letter] for letter in layout))
    return None if found is None else found.transpose([layout.index(letter) for letter in "tsu"])


def _of_part(one: Given, by: Convention, shape: tuple[int, ...]) -> Array:
    """Return the weights or the biases of an array that has both: the biases in a column, turned in a row."""
    to, columns = one.array.shape
    turned = by.from_first if to == columns else to != shape[0]
    array = one.array.T if turned else one.array
    if one.part == "biases":
        return array[:, -1 if by.biases_last else 0]
    return array[:, :-1] if by.biases_last else array[:, 1:]


def _of_matrix(array: Array, shape: tuple[int, ...], *, turned: bool) -> Array | None:
    found = _squeezed(array, shape[::-1] if turned else shape)
    return found.T if found is not None and turned else found


def _squeezed(array: Array, shape: tuple[int, ...]) -> Array | None:
    """Return an array in a shape that it has already, but for axes of length 1."""
    mine, wanted = ([length for length in one if length != 1] for one in (array.shape, shape))
    return array.reshape(shape) if mine == wanted else None
