"""Which step is which in a run? What every order of the operations can be asked.

An order is a list with loops (`engine.update_orders`), the same for every iteration. The user may put updates
out of turn into one iteration, or set a parameter by hand there: those are one more list of the same steps.
Every other step keeps its place in the order; numbers before an inserted update stay as they are, those after
it move by one.
"""

from __future__ import annotations

from bisect import bisect_left
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from engine.order.loops import Loops, around
from engine.order.shapes import Shapes
from engine.order.site import Site, Sort
from engine.order.sound import steps_of

if TYPE_CHECKING:
    import numpy.typing as npt

    from engine.arrays import Mask
    from engine.order.quantities import Parameter
    from engine.scenario import Order
    from engine.update_orders import Item


class Poke(NamedTuple):
    """A parameter of a layer that is set by hand: its group, its place (unit,) or (to, from), its value."""

    group: Parameter
    units: tuple[int, ...]
    value: float


class Break(NamedTuple):
    """An update of `layer` 1..L out of turn, right after step `after` of the undisturbed schedule.

    It applies what is gathered by then; with a `poke` nothing of that, but sets one number by hand.
    """

    after: int
    layer: int
    poke: Poke | None = None


class Schedule:
    """A list of sites, one a step, that answers by arithmetic.

    An update applies what has been gathered for its layer in the iteration and not yet applied. `breaks`
    are updates out of turn, all of one `iteration` and in the order of their steps; none of them may lack a
    gradient to apply, unless it sets a number by hand. `inserted` are their steps, `base` is the schedule
    without them. The site of such an update has the sample and time of the last gradient that it applies; by
    hand those of the step that it comes after.
    """

    def __init__(
        self, shapes: Shapes, order: Order, base: Schedule | None = None, breaks: tuple[Break, ...] = ()
    ) -> None:
        self.shapes = shapes
        self.order: Order = order
        self.breaks = breaks
        self.loops: Loops = Loops(shapes, steps_of(order)) if base is None else base.loops
        self.base: Schedule = base or self
        self.iteration = self.loops.site(breaks[0].after).iteration if breaks else None
        self.inserted = tuple(one.after + 1 + place for place, one in enumerate(breaks))
        self._after = [one.after for one in breaks]
        self._inserted_sites = [_site_of(self.base, one) for one in breaks]

    def broken(self, breaks: tuple[Break, ...]) -> Schedule:
        """Return the schedule with updates out of turn."""
        return Schedule(self.shapes, self.order, self.base, breaks)

    def same_as(self, order: Order) -> bool:
        """Return whether the steps of an iteration, none out of turn, are those of another order.

        An update applies what is there, inside a loop over samples or times or behind it.
        """
        mine, other = ([*map(_told, self._few(one))] for one in (self.order, order))
        return mine == other

    def gathers_as(self, order: Order) -> bool:
        """Return whether the gradients of each layer are gathered in the turn in which another order does."""
        if order == self.order:
            return True
        mine, other = (
            sorted((site for site in self._few(one) if site.kind == "gradient"), key=_layer_of)
            for one in (self.order, order)
        )
        return mine == other

    def _few(self, order: Order) -> tuple[Site, ...]:
        """Return an iteration's steps: of more than two layers, samples or times those of two tell all."""
        shapes = self.shapes
        return _sites_of(
            steps_of(order), *(min(many, 2) for many in (shapes.layers, shapes.batch_size, shapes.times))
        )

    def __len__(self) -> int:
        return len(self.loops) + len(self.breaks)

    def first_step(self, iteration: int) -> int:
        """Return the first step of an iteration (the length of the run for the one past the last)."""
        return self._moved(self.loops.first_step(iteration))

    def first_steps(self, iterations: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """Return the first step of each of some iterations."""
        found = self.loops.first_steps(iterations)
        return found + np.searchsorted(np.array(self._after), found) if self._after else found

    def site(self, step: int) -> Site:
        """Return the site of a step in 0..len-1."""
        if not self.inserted:
            return self.loops.site(step)
        place = bisect_left(self.inserted, step)
        if place < len(self.inserted) and self.inserted[place] == step:
            return self._inserted_sites[place]
        return self.loops.site(step - place)

    def poke(self, step: int) -> Poke | None:
        """Return what a step sets by hand; None if it does not."""
        place = bisect_left(self.inserted, step)
        there = place < len(self.inserted) and self.inserted[place] == step
        return self.breaks[place].poke if there else None

    def anchor(self, step: int) -> Site:
        """Return the site up to which all is done with a step: its own, unless it is out of turn."""
        return self.loops.site(self.undisturbed_step(step))

    def undisturbed_step(self, step: int) -> int:
        """Return the step of `base` that `anchor` is the site of."""
        place = bisect_left(self.inserted, step)
        if place < len(self.inserted) and self.inserted[place] == step:
            return self._after[place]
        return step - place

    def alike(self, step: int) -> range:
        """Return the steps around one that are of its iteration, sample and phase, with no other between."""
        if not self.inserted:
            return self.loops.alike(step)
        site = self.site(step)
        key = site.iteration, site.sample, site.phase

        def like(step: int) -> bool:
            there = self.site(step)
            return (there.iteration, there.sample, there.phase) == key

        if site.phase == "update":  # one out of turn may stand beside others
            return around(step, range(len(self)), like)
        ordinary = self.loops.alike(self.undisturbed_step(step))
        place = bisect_left(self.inserted, step)
        begin = max(self._moved(ordinary[0]), self.inserted[place - 1] + 1 if place else 0)
        return range(begin, min(self._moved(ordinary[-1]) + 1, *self.inserted[place : place + 1], len(self)))

    def step(self, site: Site) -> int:
        """Return the step that is done at a site."""
        if site in self._inserted_sites:
            return self.inserted[self._inserted_sites.index(site)]
        return self._moved(self.loops.step(site))

    # -- sorts of steps ---------------------------------------------------------------------------

    def is_of(self, step: int, sort: Sort) -> bool:
        """Return whether a step is of a sort."""
        return self.loops.is_of(self.site(step), sort)

    def count(self, iteration: int, sort: Sort) -> int:
        """Return how many steps of a sort an iteration has."""
        early = (
            len(self._inserted_for(sort.layer))
            if sort.kind == "update" and iteration == self.iteration
            else 0
        )
        return self.loops.count(iteration, sort) + early

    def before(self, step: int, sort: Sort) -> int:
        """Return how many steps of a sort there are in a step's iteration before the step."""
        place = bisect_left(self.inserted, step)
        if place < len(self.inserted) and self.inserted[place] == step:
            ordinary = self._before_out_of_turn(self._after[place], sort)
        elif step - place == len(self.loops):
            ordinary = 0
        else:
            ordinary = self.loops.before(step - place, sort)
        if sort.kind != "update" or not self.inserted or self.anchor(step).iteration != self.iteration:
            return ordinary
        return ordinary + sum(update < step for update in self._inserted_for(sort.layer))

    def done(self, step: int, sort: Sort) -> int:
        """Return how many steps of a sort there are in a step's iteration up to and with the step."""
        return self.before(step, sort) + int(self.is_of(step, sort))

    def _before_out_of_turn(self, after: int, sort: Sort) -> int:
        """Return how many steps of a sort there are up to and with a step of `base`."""
        return self.loops.before(after, sort) + int(self.loops.is_of(self.loops.site(after), sort))

    def nth(self, iteration: int, sort: Sort, place: int) -> int:
        """Return the step of the n-th (0-based) of a sort of steps in an iteration."""
        if sort.kind == "update" and iteration == self.iteration:
            early = self._inserted_for(sort.layer)
            ordinary = [
                self._moved(self.loops.nth(iteration, sort, one))
                for one in range(self.loops.count(iteration, sort))
            ]
            return sorted([*early, *ordinary])[place]
        return self._moved(self.loops.nth(iteration, sort, place))

    def places(self, iteration: int, sort: Sort) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
        """Return the samples and times of the steps of a sort (not updates), in the order of the steps."""
        return self.loops.places(iteration, sort)

    def updates_before(self, step: int, layer: int) -> int:
        """Return how often `layer` has been updated in this step's iteration before this step."""
        return self.before(step, Sort("update", layer))

    def update_step(self, iteration: int, layer: int, update: int) -> int:
        """Return the step of the given update (0-based) of a layer within an iteration."""
        return self.nth(iteration, Sort("update", layer), update)

    def gathered(self, iteration: int, layer: int, update: int) -> range:
        """Return which of the layer's gradients (by their place in the iteration) an update applies."""
        sort = Sort("gradient", layer)
        steps = (self.update_step(iteration, layer, one) for one in range(update, -1, -1))
        step = next(steps)
        now = self.before(step, sort)
        if self.poke(step) is not None:
            return range(now, now)
        earlier = next((one for one in steps if self.poke(one) is None), None)
        return range(0 if earlier is None else self.before(earlier, sort), now)

    def alone(self, iteration: int, layer: int, update: int) -> bool:
        """Return whether an update of the list itself applies the one gradient at its site alone."""
        step = self.update_step(iteration, layer, update)
        site = self.site(step)
        if step in self.inserted or site.sample is None or site.time is None:
            return False
        return len(self.gathered(iteration, layer, update)) == 1

    def gradient_site(self, iteration: int, layer: int, place: int) -> Site:
        """Return the site of a layer's n-th (0-based) gradient in an iteration."""
        return self.loops.site(self.loops.nth(iteration, Sort("gradient", layer), place))

    def last_gradient(self, iteration: int, layer: int) -> Site:
        """Return the site of a layer's last gradient in an iteration: with it all of them are gathered."""
        return self.gradient_site(iteration, layer, self.count(iteration, Sort("gradient", layer)) - 1)

    def last_loss(self, iteration: int) -> int:
        """Return the step at which the loss of an iteration is known.

        Samples and times are gone through from the first on: it is of the last sample or of the last time.
        """
        batch = self.shapes.batch(iteration)
        samples, times = np.nonzero(self.shapes.has_target[batch.start : batch.stop])
        latest = [(samples[-1], times[-1]), (samples[times == times.max()][-1], times.max())]
        sites = (Site("loss", iteration, batch.start + int(one), int(time), None) for one, time in latest)
        return max(map(self.step, sites))

    def _inserted_for(self, layer: int) -> list[int]:
        return [step for step, one in zip(self.inserted, self.breaks, strict=True) if one.layer == layer]

    def _moved(self, step: int) -> int:
        """Return the number that a step of `base` has here."""
        return step + bisect_left(self._after, step)


@lru_cache(maxsize=256)
def _sites_of(items: tuple[Item, ...], layers: int, samples: int, times: int) -> tuple[Site, ...]:
    has_target: Mask = np.ones((samples, times), np.bool_)
    return tuple(Loops(Shapes(layers, (times > 1,) * layers, has_target, samples, 1), items).sites(0))


def _layer_of(site: Site) -> int:
    return site.layer or 0


def _told(site: Site) -> Site:
    """Return a site, of an update without the sample and the time that it comes after."""
    return site if site.kind != "update" else site._replace(sample=None, time=None)


def _site_of(base: Schedule, one: Break) -> Site:
    if one.poke is not None:
        return base.site(one.after)._replace(kind="update", layer=one.layer)
    gathered = latest_gradient(base, one.after, one.layer)
    assert gathered is not None
    return gathered._replace(kind="update")


def latest_gradient(schedule: Schedule, step: int, layer: int) -> Site | None:
    """Return the gradient of a layer gathered last in a step's iteration, with the step itself done."""
    anchor = schedule.anchor(step)
    done = schedule.done(step, Sort("gradient", layer))
    return schedule.gradient_site(anchor.iteration, layer, done - 1) if done else None
