"""By which conventions can somebody write his arrays: which axes, summed or not, before the update or after?

One who writes a program keeps to one way: all of a file is read by one convention, and not each array as it
fits best. But what has not the shape that this asks for, and has it with its axes in one other order alone,
is read so. What bears a name of the public contract has one reading alone; only beside arrays that bear other
names may it stand as they do, for then it is somebody's own name that is ours by chance.
"""

from __future__ import annotations

from itertools import permutations, product
from typing import TYPE_CHECKING, Final, NamedTuple

from engine.diagnosis.layouts.axes import OURS, layouts, of_batch
from engine.diagnosis.quantities import BACKWARD

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from engine.diagnosis.iteration.ground import Ground
    from engine.diagnosis.layouts.given import Given


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


def conventions(some: Sequence[Given], ground: Ground, *, averaged: bool) -> Iterator[Convention]:
    """Yield every convention that makes a difference: first that of the contract.

    But of gradients it is first that they are means, if it is the mean that updates apply (`averaged`): by
    his own names somebody mostly calls so what he applies.
    """
    free = [one for one in some if not one.exact]
    batches = [one for one in free if one.quantity.is_of_samples]
    ours = bool(free) and any(one.quantity.is_of_samples for one in some if one.exact)
    matrices = any(len(ground.axes[one.quantity.variable]) == 2 for one in free)
    several = ground.samples > 1 or (averaged and ground.is_short)  # one sample may be divided by the others
    totals = several and any(one.quantity.is_total for one in free)
    shares = ground.samples > 1 and any(one.quantity.variable.name in BACKWARD for one in free)
    before = any(one.after is not None for one in free)
    joined = any(one.part for one in free)
    asked = batches or ([one for one in some if one.quantity.is_of_samples] if ours else [])
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
        key=lambda one: sum(map(bool, one._replace(averaged=one.averaged != (averaged and totals)))),
    )


def _layouts_of(some: Sequence[Given], ground: Ground) -> list[str]:
    """Return the other layouts that one of some arrays at least has the shape of."""
    found: dict[str, None] = {}
    for one in some:
        shape = ground.shape(one.quantity.variable)
        _, *others = layouts(shape)
        found |= {layout: None for layout in others if of_batch(one.array, shape, layout) is not None}
    return list(found)


def own_layouts(one: Given, by: Convention, ground: Ground) -> list[str]:
    """Return the other layouts than that of a convention in which an array can be read by itself."""
    if one.exact or one.layout or not one.quantity.is_of_samples:
        return []
    shape = ground.shape(one.quantity.variable)
    common = by.layout or OURS
    every = [layout for layout in layouts(shape) if of_batch(one.array, shape, layout) is not None]
    return [layout for layout in every if layout != common]


def asked_of(one: Given, by: Convention) -> Convention:
    """Return a convention as far as an array is read by it."""
    if one.exact:
        return Convention(layout=by.layout if by.ours_too else "")
    if one.quantity.is_of_samples:
        return Convention(layout=one.layout or by.layout, shares=by.shares)
    return by._replace(layout="", shares=False, ours_too=False)
