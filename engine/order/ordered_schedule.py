"""In which order are the operations of a run done?

A schedule depends on shapes alone: layers, times, which times have a target, batches, order. It
maps a step number to its site (what is done, for which sample, time and layer) and back by
arithmetic, so a run of a million iterations costs no more than a run of one.

Within an iteration, for each sample: for each time, `forward` 1..L and then `loss` where there is
a target; then for each time from the last to the first, for each layer from L to 1, `delta` and
`gradient`. In the deferred order `update` L..1 follows when every sample is done; in the premature
order each `gradient` is followed at once by the `update` of its layer.
"""

from __future__ import annotations

from bisect import bisect_right
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from engine.order.site import Kind, Site

if TYPE_CHECKING:
    from engine.order.shapes import Shapes
    from engine.scenario import Order


_SITES = 512  # steps whose sites are kept


class OrderedSchedule:
    """The schedule of the `deferred` or the `premature` order."""

    def __init__(self, shapes: Shapes, order: Order) -> None:
        self.shapes = shapes
        self.order: Order = order
        layers, times = shapes.layers, shapes.times
        self._batches = shapes.batches
        # A screen asks for the sites around a step again and again.
        self._sites = lru_cache(maxsize=_SITES)(self._site)
        self._per_site = 3 if order == "premature" else 2
        self._updates = layers if order == "deferred" else 0
        # _targets[s, t]: how many of the times before t have a target.
        self._targets: npt.NDArray[np.int64] = np.zeros((shapes.samples, times + 1), dtype=np.int64)
        np.cumsum(shapes.has_target, axis=1, out=self._targets[:, 1:])
        steps = times * layers + self._targets[:, -1] + times * layers * self._per_site
        self._starts: list[int] = [0, *np.cumsum(steps).tolist()]
        self._ends_of_batches: list[int] = [0]
        for batch in range(shapes.batches):
            samples = shapes.batch(batch)
            length = self._starts[samples.stop] - self._starts[samples.start] + self._updates
            self._ends_of_batches.append(self._ends_of_batches[-1] + length)

    def __len__(self) -> int:
        return self.first_step(self.shapes.iterations)

    def first_step(self, iteration: int) -> int:
        """Return the first step of an iteration (the length of the run for the one past the last)."""
        rounds, batch = divmod(iteration, self._batches)
        return rounds * self._ends_of_batches[-1] + self._ends_of_batches[batch]

    def site(self, step: int) -> Site:
        """Return the site of a step in 0..len-1."""
        return self._sites(step)

    def anchor(self, step: int) -> Site:
        """Return the site of a step: each is done in turn."""
        return self.site(step)

    def _site(self, step: int) -> Site:
        rounds, rest = divmod(step, self._ends_of_batches[-1])
        batch = bisect_right(self._ends_of_batches, rest) - 1
        local = rest - self._ends_of_batches[batch]
        iteration = rounds * self._batches + batch
        samples = self.shapes.batch(batch)
        length = self._starts[samples.stop] - self._starts[samples.start]
        if local >= length:
            return Site("update", iteration, None, None, self.shapes.layers - (local - length))
        sample = bisect_right(self._starts, self._starts[samples.start] + local) - 1
        return self._site_of_sample(
            iteration, sample, local + self._starts[samples.start] - self._starts[sample]
        )

    def _site_of_sample(self, iteration: int, sample: int, local: int) -> Site:
        layers, times = self.shapes.layers, self.shapes.times
        targets = self._targets[sample]
        forward = times * layers + int(targets[-1])
        if local < forward:
            # The last time whose forward steps begin at or before `local`.
            time = _last_at_most(local, targets, layers, times)
            rest = local - time * layers - int(targets[time])
            if rest < layers:
                return Site("forward", iteration, sample, time, rest + 1)
            return Site("loss", iteration, sample, time, None)
        site, part = divmod(local - forward, self._per_site)
        back, down = divmod(site, layers)
        kinds: tuple[Kind, ...] = ("delta", "gradient", "update")
        return Site(kinds[part], iteration, sample, times - 1 - back, layers - down)

    def step(self, site: Site) -> int:
        """Return the step that is done at a site."""
        layers, times = self.shapes.layers, self.shapes.times
        samples = self.shapes.batch(site.iteration)
        begin = self.first_step(site.iteration) - self._starts[samples.start]
        if site.sample is None:
            assert site.layer is not None
            return begin + self._starts[samples.stop] + layers - site.layer
        assert site.time is not None
        begin += self._starts[site.sample]
        targets = self._targets[site.sample]
        if site.kind == "forward":
            assert site.layer is not None
            return begin + site.time * layers + int(targets[site.time]) + site.layer - 1
        if site.kind == "loss":
            return begin + (site.time + 1) * layers + int(targets[site.time])
        assert site.layer is not None
        place = (times - 1 - site.time) * layers + layers - site.layer
        part = {"delta": 0, "gradient": 1, "update": 2}[site.kind]
        return begin + times * layers + int(targets[-1]) + place * self._per_site + part

    def updates_before(self, step: int, layer: int) -> int:
        """Return how often `layer` has been updated in this step's iteration before this step."""
        if self.order == "deferred":
            site = self.site(step)
            return int(site.kind == "update" and site.layer is not None and site.layer < layer)
        site = self.site(step)
        assert site.sample is not None
        assert site.time is not None
        done = (site.sample - self.shapes.batch(site.iteration).start) * self.shapes.times
        if site.phase in ("forward", "loss"):
            return done
        done += self.shapes.times - 1 - site.time
        assert site.layer is not None
        return done + int(site.layer < layer)

    def update_step(self, iteration: int, layer: int, update: int) -> int:
        """Return the step of the given update (0-based) of a layer within an iteration."""
        if self.order == "deferred":
            return self.step(Site("update", iteration, None, None, layer))
        sample, back = divmod(update, self.shapes.times)
        first = self.shapes.batch(iteration).start
        return self.step(Site("update", iteration, first + sample, self.shapes.times - 1 - back, layer))


def _last_at_most(local: int, targets: npt.NDArray[np.int64], layers: int, times: int) -> int:
    """Return the last time t with t·layers + targets[t] <= local (bisection)."""
    low, high = 0, times - 1
    while low < high:
        middle = (low + high + 1) // 2
        if middle * layers + int(targets[middle]) <= local:
            low = middle
        else:
            high = middle - 1
    return low
