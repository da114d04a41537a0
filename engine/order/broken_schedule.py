"""Which step is which when the user applies a layer's gradients out of turn?

The deferred order with updates put in between: a third list of the same operations. Every other step
keeps its place in the order; the deferred updates stay at the end and apply what is left. Step
numbers before an inserted update stay as they are, those after it move by one, so a run of a million
iterations still costs no more than a run of one.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, NamedTuple

from engine.order.reads import gradient_before
from engine.order.site import Site

if TYPE_CHECKING:
    from engine.order.schedule import Schedule
    from engine.scenario import Order


class Break(NamedTuple):
    """An update of `layer` 1..L out of turn, right after step `after` of the undisturbed schedule."""

    after: int
    layer: int


class BrokenSchedule:
    """The schedule `base`, of the deferred order, with updates inserted in one of its iterations.

    The breaks are those of `iteration`, in the order of their steps, and none of them may lack a
    gradient to apply. `inserted` are the steps of the inserted updates. The site of such an update has the
    sample and time of the last gradient that it applies.
    """

    def __init__(self, base: Schedule, breaks: tuple[Break, ...]) -> None:
        self.base = base
        self.breaks = breaks
        self.shapes = base.shapes
        self.order: Order = base.order
        self.iteration = base.site(breaks[0].after).iteration
        self.inserted = tuple(found.after + 1 + place for place, found in enumerate(breaks))
        self._after = [found.after for found in breaks]
        self._sites = [self._site_of(found) for found in breaks]

    def _site_of(self, found: Break) -> Site:
        gathered = latest_gradient(self.base, found.after, found.layer)
        assert gathered is not None
        return gathered._replace(kind="update")

    def __len__(self) -> int:
        return len(self.base) + len(self.breaks)

    def first_step(self, iteration: int) -> int:
        """Return the first step of an iteration (the length of the run for the one past the last)."""
        return self._moved(self.base.first_step(iteration))

    def site(self, step: int) -> Site:
        """Return the site of a step in 0..len-1."""
        place = bisect_left(self.inserted, step)
        if place < len(self.inserted) and self.inserted[place] == step:
            return self._sites[place]
        return self.base.site(step - place)

    def anchor(self, step: int) -> Site:
        """Return the site of the last step at or before this one that is not an inserted update."""
        return self.base.site(self.undisturbed_step(step))

    def undisturbed_step(self, step: int) -> int:
        """Return the step of `base` that `anchor` is the site of."""
        place = bisect_left(self.inserted, step)
        if place < len(self.inserted) and self.inserted[place] == step:
            return self._after[place]
        return step - place

    def step(self, site: Site) -> int:
        """Return the step that is done at a site."""
        if site.kind == "update" and site.sample is not None:
            return self.inserted[self._sites.index(site)]
        return self._moved(self.base.step(site))

    def updates_before(self, step: int, layer: int) -> int:
        """Return how often `layer` has been updated in this step's iteration before this step."""
        ordinary = self.base.updates_before(self.undisturbed_step(step), layer)
        if self.anchor(step).iteration != self.iteration:
            return ordinary
        return ordinary + sum(update < step for update in self._inserted_for(layer))

    def update_step(self, iteration: int, layer: int, update: int) -> int:
        """Return the step of the given update (0-based) of a layer within an iteration."""
        early = self._inserted_for(layer) if iteration == self.iteration else []
        if update < len(early):
            return early[update]
        return self._moved(self.base.update_step(iteration, layer, update - len(early)))

    def _inserted_for(self, layer: int) -> list[int]:
        return [step for step, found in zip(self.inserted, self.breaks, strict=True) if found.layer == layer]

    def _moved(self, step: int) -> int:
        """Return the number that a step of `base` has here."""
        return step + bisect_left(self._after, step)


def latest_gradient(schedule: Schedule, step: int, layer: int) -> Site | None:
    """Return the gradient of a layer gathered last in a step's iteration, with the step itself done."""
    site = schedule.anchor(step)
    last = schedule.shapes.times - 1
    if site.sample is None or site.time is None:
        return Site("gradient", site.iteration, schedule.shapes.batch(site.iteration).stop - 1, 0, layer)
    time = last if site.phase in ("forward", "loss") else site.time
    here = Site("gradient", site.iteration, site.sample, time, layer)
    return here if schedule.step(here) <= step else gradient_before(schedule.shapes, here)
