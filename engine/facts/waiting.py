"""Why can't a parameter change yet, and from which step on can it?

An update must come after every step of its iteration that still reads the parameter. Which sorts of steps
read it follows from the equations; in which order they come, from the list of the order. They are counted by
arithmetic, so a thousand times and a hundred samples cost no more than one; a test holds the counts against
the reads of every step.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from engine.equations.equation import Variable
from engine.order.flow import readers
from engine.order.site import Sort

if TYPE_CHECKING:
    from engine.order.quantities import Parameter
    from engine.order.schedule import Schedule
    from engine.order.site import Site


KEPT = "gradient-kept"
"""The mistake by which no update clears what has been gathered."""


class Ahead(Struct, frozen=True):
    """Steps of one sort that are still to come in an iteration: how many, the next and the last."""

    count: int = 0
    next: Site | None = None
    last: Site | None = None


class Waiting(Struct, frozen=True):
    """What a parameter group (the weights, biases or recurrent weights of a layer) waits for at a step.

    Everything is of the step's own iteration, with the step itself done. `gathered` of `contributions`
    gradients (one for each sample and time) have been added up; `missing` are the deltas that further
    ones need. `reads` are the later steps that read the group, whatever its version. A change made
    just before step `safe_from`, or later, alters no later forward step, delta or gradient; from
    step `complete_from` on every contribution is there, and from step `length_from` on every gradient of all
    layers, whose length clipping takes (None without clipping). `changes` updates have been made so far,
    `early` of them before `safe_from`. `read_now` says whether the step itself reads the group, `cleared`
    whether the last update of the iteration has been made, with which the sum begins from 0 again.
    """

    parameter: Parameter
    layer: int
    step: int
    gathered: int
    contributions: int
    missing: Ahead
    reads: Ahead
    safe_from: int
    complete_from: int
    changes: int
    early: int
    read_now: bool
    cleared: bool = False
    length_from: int | None = None

    @property
    def safe(self) -> bool:
        """Whether no later step of the iteration reads the group."""
        return self.reads.count == 0

    @property
    def complete(self) -> bool:
        """Whether every contribution of the iteration has been gathered."""
        return self.gathered == self.contributions

    @property
    def measured(self) -> bool:
        """Whether what clipping shortens each gradient by could be known, or there is no clipping."""
        return self.length_from is None or self.step + 1 >= self.length_from


def waiting(schedule: Schedule, step: int, layer: int, parameter: Parameter) -> Waiting:
    """Return what a parameter group of a layer 1..L waits for at a step."""
    site = schedule.site(step)
    k = site.iteration
    sorts, updates = _readers(schedule, k, layer, parameter), Sort("update", layer)
    gradients = Sort("gradient", layer)
    contributions = schedule.count(k, gradients)
    ahead = _ahead(schedule, step, gradients)
    # Where there is clipping no update comes before the last gradient, and layer L's comes first.
    length_from = schedule.update_step(k, schedule.shapes.layers, 0) if schedule.shapes.clips else None
    changes = _changes(schedule, step, layer, parameter)
    changes += schedule.is_of(step, updates) and not is_of_another(schedule, step, parameter)
    done = changes > 0 and schedule.done(step, updates) == schedule.count(k, updates)
    return Waiting(
        parameter=parameter,
        layer=layer,
        step=step,
        gathered=contributions - ahead.count,
        contributions=contributions,
        missing=_ahead(schedule, step, Sort("delta", layer)),
        reads=_together(schedule, [_ahead(schedule, step, sort) for sort in sorts]),
        safe_from=safe_from(schedule, step, layer, parameter),
        complete_from=schedule.nth(k, gradients, contributions - 1) + 1,
        length_from=length_from,
        changes=changes,
        early=early(schedule, step, layer, parameter),
        read_now=any(schedule.is_of(step, sort) for sort in sorts),
        cleared=done and schedule.shapes.mistake != KEPT,
    )


def safe_from(schedule: Schedule, step: int, layer: int, parameter: Parameter) -> int:
    """Return `Waiting.safe_from` alone: it is the same for all steps of an iteration."""
    k = schedule.site(step).iteration
    sorts = _readers(schedule, k, layer, parameter)
    return 1 + max(schedule.nth(k, sort, schedule.count(k, sort) - 1) for sort in sorts)


def early(schedule: Schedule, step: int, layer: int, parameter: Parameter) -> int:
    """Return `Waiting.early` alone: updates made by now, not counting those made where it was safe."""
    # The step asked about lies within the iteration: past its last step it is `safe_from`.
    return _changes(schedule, min(step + 1, safe_from(schedule, step, layer, parameter)), layer, parameter)


def is_of_another(schedule: Schedule, step: int, parameter: Parameter) -> bool:
    """Return whether an update sets a number of another group by hand, and this one stays."""
    poke = schedule.poke(step)
    return poke is not None and poke.group != parameter


def _changes(schedule: Schedule, step: int, layer: int, parameter: Parameter) -> int:
    """Return how often a parameter group has been changed in a step's iteration before the step."""
    others = sum(
        one.layer == layer and other < step and is_of_another(schedule, other, parameter)
        for other, one in zip(schedule.inserted, schedule.breaks, strict=True)
    )
    here = others and schedule.anchor(step).iteration == schedule.iteration
    return schedule.updates_before(step, layer) - (others if here else 0)


def _readers(schedule: Schedule, iteration: int, layer: int, parameter: Parameter) -> list[Sort]:
    """Return the sorts of steps that read a parameter, of which an iteration has any."""
    shapes = schedule.shapes
    sorts = readers(shapes.recurrent, shapes.mistake, Variable(parameter, layer))
    return [sort for sort in sorts if schedule.count(iteration, sort)]


def _ahead(schedule: Schedule, step: int, sort: Sort) -> Ahead:
    """Return the steps of a sort that come after a step, in its iteration."""
    k = schedule.site(step).iteration
    count = schedule.count(k, sort)
    done = schedule.done(step, sort)
    if done == count:
        return Ahead()
    first, last = (schedule.site(schedule.nth(k, sort, place)) for place in (done, count - 1))
    return Ahead(count - done, first, last)


def _together(schedule: Schedule, parts: list[Ahead]) -> Ahead:
    """Return the steps of several sorts as one."""
    nexts = [part.next for part in parts if part.next is not None]
    lasts = [part.last for part in parts if part.last is not None]
    if not nexts:
        return Ahead()
    return Ahead(
        sum(part.count for part in parts), min(nexts, key=schedule.step), max(lasts, key=schedule.step)
    )
