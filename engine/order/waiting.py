"""Why can't a parameter change yet, and from which step on can it?

An update must come after every step of its iteration that still reads the parameter. Who reads what
is what `flow` says of each step: W of layer l is read by the forward steps of layer l and by the
deltas of layer l-1, of every sample and time, so that of the first layer by no delta; U of layer l
by the forward steps of layer l and by its deltas of all times but the last; biases by forward steps
alone. Here those steps are counted by arithmetic, so a thousand times and a hundred samples cost no
more than one; a test holds the counts against the reads of every step.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

from engine.order.site import Site

if TYPE_CHECKING:
    from engine.order.quantities import Parameter
    from engine.order.schedule import Schedule


@dataclass(frozen=True, slots=True)
class Ahead:
    """Steps of one sort that are still to come in an iteration: how many, the next and the last."""

    count: int = 0
    next: Site | None = None
    last: Site | None = None


class Waiting(NamedTuple):
    """What a parameter group (the weights, biases or recurrent weights of a layer) waits for at a step.

    Everything is of the step's own iteration, with the step itself done. `gathered` of `contributions`
    gradients (one for each sample and time) have been added up; `missing` are the deltas that further
    ones need. `reads` are the later steps that read the group, whatever its version. A change made
    just before step `safe_from`, or later, alters no later forward step, delta or gradient; from
    step `complete_from` on every contribution is there. `changes` updates have been made so far,
    `early` of them before `safe_from`. `read_now` says whether the step itself reads the group.
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

    @property
    def safe(self) -> bool:
        """Whether no later step of the iteration reads the group."""
        return self.reads.count == 0

    @property
    def complete(self) -> bool:
        """Whether every contribution of the iteration has been gathered."""
        return self.gathered == self.contributions


class _Sort(NamedTuple):
    """A sort of steps: one for each sample of the batch and each time before `times`."""

    kind: Literal["forward", "delta", "gradient"]
    layer: int
    times: int


def waiting(schedule: Schedule, step: int, layer: int, parameter: Parameter) -> Waiting:
    """Return what a parameter group of a layer 1..L waits for at a step."""
    shapes = schedule.shapes
    site, anchor = schedule.site(step), schedule.anchor(step)
    times = shapes.times
    contributions = len(shapes.batch(site.iteration)) * times
    readers = _readers(schedule, layer, parameter)
    safe_from = 1 + max(schedule.step(last) for sort in readers for last in _last(schedule, sort, site))
    gradients = _Sort("gradient", layer, times)
    (last_gradient,) = _last(schedule, gradients, site)
    changes = schedule.updates_before(step, layer) + int(site.kind == "update" and site.layer == layer)
    return Waiting(
        parameter=parameter,
        layer=layer,
        step=step,
        gathered=contributions - _ahead(schedule, gradients, anchor).count,
        contributions=contributions,
        missing=_ahead(schedule, _Sort("delta", layer, times), anchor),
        reads=_together(schedule, [_ahead(schedule, sort, anchor) for sort in readers]),
        safe_from=safe_from,
        complete_from=schedule.step(last_gradient) + 1,
        changes=changes,
        # Updates made by now, not counting those made where it was safe. The step asked about lies
        # within the iteration: past its last step it is `safe_from`.
        early=schedule.updates_before(min(step + 1, safe_from), layer),
        read_now=any(
            site.kind == sort.kind
            and site.layer == sort.layer
            and site.time is not None
            and site.time < sort.times
            for sort in readers
        ),
    )


def _readers(schedule: Schedule, layer: int, parameter: Parameter) -> list[_Sort]:
    """Return the sorts of steps that read a parameter group."""
    times = schedule.shapes.times
    found = [_Sort("forward", layer, times)]
    if parameter == "weights" and layer > 1:
        found.append(_Sort("delta", layer - 1, times))
    if parameter == "recurrent_weights":
        # The delta of the last time has no future that an error could come from.
        found.append(_Sort("delta", layer, times - 1))
    return found


def _last(schedule: Schedule, sort: _Sort, site: Site) -> list[Site]:
    """Return the last step of a sort in the iteration of a site; none if there is no such step."""
    if sort.times == 0:
        return []
    sample = schedule.shapes.batch(site.iteration).stop - 1
    time = sort.times - 1 if sort.kind == "forward" else 0
    return [Site(sort.kind, site.iteration, sample, time, sort.layer)]


def _ahead(schedule: Schedule, sort: _Sort, site: Site) -> Ahead:
    """Return the steps of a sort that come after a site, in its iteration."""
    if site.sample is None or sort.times == 0:
        return Ahead()
    further = schedule.shapes.batch(site.iteration).stop - 1 - site.sample
    here = _ahead_in_sample(schedule.shapes.times, sort, site)
    if here + further == 0:
        return Ahead()
    forward = sort.kind == "forward"
    sample, left = (site.sample, here) if here else (site.sample + 1, sort.times)
    time = sort.times - left if forward else left - 1
    (last,) = _last(schedule, sort, site)
    return Ahead(here + further * sort.times, Site(sort.kind, site.iteration, sample, time, sort.layer), last)


def _ahead_in_sample(times: int, sort: _Sort, site: Site) -> int:
    """Return how many steps of a sort come after a site within the site's sample."""
    backward = site.phase not in ("forward", "loss")
    assert site.time is not None
    if sort.kind == "forward":
        if backward:
            return 0
        at_this_time = site.layer is not None and site.layer < sort.layer
        return times - 1 - site.time + int(at_this_time)
    if not backward:
        return sort.times
    assert site.layer is not None
    at_this_time = sort.layer < site.layer
    if sort.kind == "gradient" and sort.layer == site.layer:
        at_this_time = site.kind == "delta"
    return min(sort.times, site.time + int(at_this_time))


def _together(schedule: Schedule, parts: list[Ahead]) -> Ahead:
    """Return the steps of several sorts as one."""
    nexts = [part.next for part in parts if part.next is not None]
    lasts = [part.last for part in parts if part.last is not None]
    if not nexts:
        return Ahead()
    return Ahead(
        sum(part.count for part in parts), min(nexts, key=schedule.step), max(lasts, key=schedule.step)
    )
