"""Where do two runs of the same network part, and how far are they apart at an iteration?

Two branches of one run are the same up to where the first of them begins; runs that have nothing in common
part at the first step.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from engine.order.quantities import PARAMETER_LETTERS
from engine.run.steps import StepBase

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.arrays import Array
    from engine.order.quantities import Parameter
    from engine.run.steps import Step
    from engine.run.tracing import Trace

_OF_EVERY_STEP = {field.name for field in fields(StepBase)}
_LOOKED_THROUGH = 2  # iterations in which the first difference is looked for


class FirstStep(NamedTuple):
    """The first step that differs: its number in each run, and the field of the record that does.

    No field where the two steps are not of the same kind and place.
    """

    one: int
    other: int
    field: str | None


class Apart(NamedTuple):
    """A parameter of an iteration's start in two runs: its group and layer, its place, and its two values."""

    group: Parameter
    layer: int
    units: tuple[int, ...]
    one: float
    other: float

    @property
    def symbol(self) -> str:
        """What it is called, such as W2[1,3]."""
        at = ",".join(str(unit + 1) for unit in self.units)
        return f"{PARAMETER_LETTERS[self.group]}{self.layer}[{at}]"


@dataclass(frozen=True, slots=True)
class Parted:
    """How two runs differ at an iteration that both have come to.

    `begins` is the iteration in which they part. `largest` are the parameters that differ most, of `numbers`
    of which `differ` do. `losses` are those of the iteration.
    """

    iteration: int
    begins: int
    first: FirstStep | None
    losses: tuple[float, float]
    largest: tuple[Apart, ...]
    numbers: int
    differ: int


def parting(one: Trace, other: Trace) -> int:
    """Return the iteration at whose start two runs part."""
    mine, theirs = list(_line(one)), list(_line(other))
    known = {id(run): begins for run, begins in mine}
    for run, begins in theirs:
        if id(run) in known:
            # Either goes on from here as it is, or has left it at an iteration.
            left = [at for at in (known[id(run)], begins) if at is not None]
            return min(left) if left else one.iterations
    return 0


def _line(run: Trace) -> Iterator[tuple[Trace, int | None]]:
    """Yield a run and those that it branched off, each with the iteration at which it was left."""
    left: int | None = None
    while True:
        yield run, left
        if run.origin is None:
            return
        left = run.origin.iteration if left is None else min(left, run.origin.iteration)
        run = run.origin.parent


@lru_cache(maxsize=4)
def parted(one: Trace, other: Trace, iteration: int, listed: int = 12) -> Parted:
    """Return how two runs differ at an iteration that both have come to; kept for the steps of it."""
    pairs = list(_apart(one, other, iteration))
    sizes = [np.abs(a - b) for _, _, a, b in pairs]
    with np.errstate(all="ignore"):
        every = np.concatenate([size.ravel() for size in sizes])
    ranked = np.argsort(-np.where(np.isnan(every), np.inf, every), kind="stable")[:listed]
    starts = np.cumsum([0, *(size.size for size in sizes)])
    largest = []
    for flat in ranked.tolist():
        place = int(np.searchsorted(starts, flat, side="right")) - 1
        group, layer, mine, theirs = pairs[place]
        index = tuple(int(i) for i in np.unravel_index(flat - int(starts[place]), mine.shape))
        if mine[index] != theirs[index]:
            largest.append(Apart(group, layer, index, float(mine[index]), float(theirs[index])))
    differ = sum(int((a != b).sum()) for _, _, a, b in pairs)
    losses = one.iteration(iteration).reduced_loss(), other.iteration(iteration).reduced_loss()
    begins = parting(one, other)
    return Parted(iteration, begins, first_difference(one, other), losses, tuple(largest), len(every), differ)


def _apart(one: Trace, other: Trace, iteration: int) -> Iterator[tuple[Parameter, int, Array, Array]]:
    mine, theirs = one.parameters(iteration), other.parameters(iteration)
    for layer in range(1, one.shapes.layers + 1):
        for group in one.shapes.groups(layer):
            arrays = (getattr(two.layer(layer), group) for two in (mine, theirs))
            yield group, layer, *arrays


@lru_cache(maxsize=8)
def first_difference(one: Trace, other: Trace) -> FirstStep | None:
    """Return the first step that differs in two runs; None if none does where they part, and right after.

    Both are run up to there.
    """
    begins = parting(one, other)
    for iteration in range(begins, min(begins + _LOOKED_THROUGH, one.iterations)):
        ours, theirs = (_steps(run, iteration) for run in (one, other))
        for mine, yours in zip(ours, theirs, strict=False):
            a, b = one[mine], other[yours]
            if a.site != b.site:
                return FirstStep(mine, yours, None)
            field = _differing(a, b)
            if field is not None:
                return FirstStep(mine, yours, field)
    return None


def _steps(run: Trace, iteration: int) -> range:
    return range(run.schedule.first_step(iteration), run.schedule.first_step(iteration + 1))


def _differing(one: Step, other: Step) -> str | None:
    """Return the first field of two steps of a kind that is not the same."""
    for field in fields(one):
        if field.name in _OF_EVERY_STEP or field.name == "further":
            continue
        a, b = getattr(one, field.name), getattr(other, field.name)
        if (a is None) != (b is None):
            return field.name
        if a is not None and not np.array_equal(a, b, equal_nan=True):
            return field.name
    return None
