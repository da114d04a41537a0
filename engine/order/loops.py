"""Which step is which in a list that is written with loops?

That depends on shapes alone: layers, times, which times have a target, batches, and the list
(`engine.update_orders`). Loops map a step number to its site (what is done, for which sample, time and
layer) and back, and counts steps of a sort, by arithmetic: so a run of a million iterations costs
no more than a run of one, and a sequence of a thousand times no more than one of ten.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from engine.order.listed import Listed
from engine.order.site import PHASES, Site, Sort
from engine.update_orders import Each, kinds

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import numpy.typing as npt

    from engine.order.shapes import Shapes
    from engine.update_orders import Item, Kind, Over

_SITES = 512  # steps whose sites are kept
_LISTS = 64  # batches whose steps are written out
_ROWS = 8  # sorts whose samples and times are kept

LONGEST_LIST = 8192
"""Steps of an iteration at most that is written out; where there are more, places are worked out."""


class _At(NamedTuple):
    """Where a walk through the loops is: one sample and time, or all of them, and the layer."""

    samples: range
    times: range
    sample: int | None = None
    time: int | None = None
    layer: int | None = None

    def within(self, over: Over, value: int) -> _At:
        samples, times, sample, time, layer = self
        if over == "sample":
            return _At(range(value, value + 1), times, value, time, layer)
        if over == "time":
            return _At(samples, range(value, value + 1), sample, value, layer)
        return _At(samples, times, sample, time, value)


class Loops:
    """The steps of a list with loops, over the iterations of a run."""

    def __init__(self, shapes: Shapes, items: tuple[Item, ...]) -> None:
        self.shapes = shapes
        self._items = items
        self._batches = shapes.batches
        # A screen asks for the sites around a step again and again.
        self._sites = lru_cache(maxsize=_SITES)(self._site)
        self._listed = lru_cache(maxsize=_LISTS)(self._list)
        self._counts = lru_cache(maxsize=_SITES)(self._count_over)
        self._places_of = lru_cache(maxsize=_SITES)(self._nth_over)
        self._rows_of = lru_cache(maxsize=_ROWS)(self._samples_and_times)
        # _targets[s, t]: how many of the samples before s have how many targets before time t.
        self._targets: npt.NDArray[np.int64] = np.zeros(
            (shapes.samples + 1, shapes.times + 1), dtype=np.int64
        )
        np.cumsum(np.cumsum(shapes.has_target, axis=0), axis=1, out=self._targets[1:, 1:])
        self._ends_of_batches: list[int] = [0]
        for batch in range(shapes.batches):
            length = self._lengths(self._items, self._whole(batch))
            self._ends_of_batches.append(self._ends_of_batches[-1] + length)

    def __len__(self) -> int:
        return self.first_step(self.shapes.iterations)

    def first_step(self, iteration: int) -> int:
        """Return the first step of an iteration (the length of the run for the one past the last)."""
        rounds, batch = divmod(iteration, self._batches)
        return rounds * self._ends_of_batches[-1] + self._ends_of_batches[batch]

    def first_steps(self, iterations: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """Return the first step of each of some iterations."""
        if self._batches == 1:
            return iterations * self._ends_of_batches[-1]
        rounds, batch = np.divmod(iterations, self._batches)
        ends = np.array(self._ends_of_batches, dtype=np.int64)
        found: npt.NDArray[np.int64] = rounds * ends[-1] + ends[batch]
        return found

    def site(self, step: int) -> Site:
        """Return the site of a step in 0..len-1."""
        return self._sites(step)

    def _site(self, step: int) -> Site:
        iteration, local = self._iteration(step)
        listed = self._listed(iteration % self._batches)
        return self._walked_to(iteration, local) if listed is None else listed.site(local, iteration)

    def sites(self, iteration: int) -> Iterator[Site]:
        """Yield the sites of all steps of an iteration, in order."""
        return self._walked(self._items, self._whole(iteration), iteration)

    def _list(self, batch: int) -> Listed | None:
        """Return the steps over a batch written out, if they are not too many."""
        if self._ends_of_batches[batch + 1] - self._ends_of_batches[batch] > LONGEST_LIST:
            return None
        return Listed(list(self.sites(batch)), self.shapes.times)

    def step(self, site: Site) -> int:
        """Return the step that is done at a site."""
        listed = self._listed(site.iteration % self._batches)
        if listed is not None:
            return self.first_step(site.iteration) + listed.place(site)
        found = self._step(self._items, site, self._whole(site.iteration))
        assert found is not None
        return self.first_step(site.iteration) + found

    # -- sorts of steps ---------------------------------------------------------------------------

    def is_of(self, site: Site, sort: Sort) -> bool:
        """Return whether a step is of a sort."""
        alike = (site.kind, site.layer) == (sort.kind, sort.layer)
        return alike and (site.time is None or site.time < self._until(sort))

    def count(self, iteration: int, sort: Sort) -> int:
        """Return how many steps of a sort an iteration has."""
        listed = self._listed(iteration % self._batches)
        if listed is not None:
            return len(listed.of(sort))
        return self._counts(iteration % self._batches, sort)

    def before(self, step: int, sort: Sort) -> int:
        """Return how many steps of a sort there are in a step's iteration before the step."""
        iteration, local = self._iteration(step)
        listed = self._listed(iteration % self._batches)
        if listed is not None:
            return listed.before(local, sort)
        return self._before(self._items, sort, self._whole(iteration), local)

    def nth(self, iteration: int, sort: Sort, place: int) -> int:
        """Return the step of the n-th (0-based) of a sort of steps in an iteration."""
        listed = self._listed(iteration % self._batches)
        if listed is not None:
            return self.first_step(iteration) + listed.of(sort)[place]
        return self.first_step(iteration) + self._places_of(iteration % self._batches, sort, place)

    def places(self, iteration: int, sort: Sort) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
        """Return the samples and times of the steps of a sort in an iteration, in the order of the steps."""
        return self._rows_of(iteration % self._batches, sort)

    def _samples_and_times(self, batch: int, sort: Sort) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
        at, items = self._whole(batch), self._items
        ranges: list[tuple[Over, range]] = []
        while True:
            item = next(
                one
                for one in items
                if one == sort.kind or (isinstance(one, Each) and sort.kind in kinds(one.body))
            )
            if not isinstance(item, Each):
                break
            if item.over != "layer":
                ranges.append((item.over, self._places(item, at)))
            items = item.body
        grids = np.meshgrid(*(np.array(some, dtype=np.intp) for _, some in ranges), indexing="ij")
        found = {over: grid.ravel() for (over, _), grid in zip(ranges, grids, strict=True)}
        for places in found.values():
            places.setflags(write=False)
        return found["sample"], found["time"]

    # -- stretches of steps -----------------------------------------------------------------------

    def alike(self, step: int) -> range:
        """Return the steps around one that are of its iteration, sample and phase, with no other between."""
        iteration, local = self._iteration(step)
        site, at = self.site(step), self._whole(iteration)
        length, first = self._lengths(self._items, at), step - local
        if site.kind == "loss":  # which times have one, only the data tell; few stand side by side
            return around(step, range(first, first + length), lambda n: self.site(n)[:3] == site[:3])
        of = frozenset(kind for kind, phase in PHASES.items() if phase == site.phase)

        def before(place: int) -> int:
            return self._alike_before(self._items, of, site.sample, at, place)

        here = before(local)
        later = bisect_left(range(length - local), 1, key=lambda n: before(local + n + 1) - here <= n)
        earlier = bisect_left(range(local), 1, key=lambda n: here - before(local - n - 1) <= n)
        return range(step - earlier, step + later)

    def _alike_before(
        self, items: tuple[Item, ...], of: frozenset[Kind], sample: int | None, at: _At, local: int
    ) -> int:
        """Return how many of the first steps of a list are of some kinds (no losses) and of a sample."""
        found = 0
        for item in items:
            length = self._length(item, at)
            if local >= length:
                found += self._all_alike(item, of, sample, at)
                local -= length
                continue
            if not local or not isinstance(item, Each):
                break
            inner, rest = self._entered(item, at, local)
            value = {"sample": inner.sample, "time": inner.time, "layer": inner.layer}[item.over]
            assert value is not None
            found += self._first_alike(item, of, sample, at, self._places(item, at).index(value))
            return found + self._alike_before(item.body, of, sample, inner, rest)
        return found

    def _all_alike(self, item: Item, of: frozenset[Kind], sample: int | None, at: _At) -> int:
        if isinstance(item, Each):
            return self._first_alike(item, of, sample, at, len(self._places(item, at)))
        return int(item in of and at.sample == sample)

    def _first_alike(self, loop: Each, of: frozenset[Kind], sample: int | None, at: _At, places: int) -> int:
        """Return how many steps of some kinds and of a sample the first places of a loop have."""
        every = self._places(loop, at)
        if not places or of.isdisjoint(kinds(loop.body)):
            return 0
        if loop.over != "sample":  # all times and layers have as many
            inner, times = at.within(loop.over, every[0]), places
        elif sample is not None and sample in every[:places]:
            inner, times = at.within("sample", sample), 1
        else:
            return 0
        return times * sum(self._all_alike(item, of, sample, inner) for item in loop.body)

    # -- walking through the loops ----------------------------------------------------------------

    def _whole(self, iteration: int) -> _At:
        return _At(self.shapes.batch(iteration), range(self.shapes.times))

    def _iteration(self, step: int) -> tuple[int, int]:
        """Return the iteration of a step and its place in it."""
        rounds, rest = divmod(step, self._ends_of_batches[-1])
        batch = bisect_right(self._ends_of_batches, rest) - 1
        return rounds * self._batches + batch, rest - self._ends_of_batches[batch]

    def _places(self, loop: Each, at: _At) -> range:
        """Return what a loop runs over, in the order in which it does."""
        layers = range(1, self.shapes.layers + 1)
        every = {"sample": at.samples, "time": at.times, "layer": layers}[loop.over]
        return every[::-1] if loop.back else every

    def _lengths(self, items: tuple[Item, ...], at: _At) -> int:
        return sum(self._length(item, at) for item in items)

    def _length(self, item: Item, at: _At) -> int:
        if isinstance(item, Each):
            return self._offset(item, at, len(self._places(item, at)))
        return self._losses(at.samples, at.times) if item == "loss" else 1

    def _losses(self, samples: range, times: range) -> int:
        """Return how many targets there are at some samples and times."""
        found = self._targets
        s, t = (samples.start, samples.stop), (times.start, times.stop)
        return int(found[s[1], t[1]] - found[s[0], t[1]] - found[s[1], t[0]] + found[s[0], t[0]])

    def _offset(self, loop: Each, at: _At, place: int) -> int:
        """Return how many steps a loop does before its n-th place."""
        if not place:
            return 0
        plain = sum(
            _plain(item, self.shapes.layers, len(at.samples), len(at.times), loop.over) for item in loop.body
        )
        if "loss" not in kinds(loop.body):
            return place * plain
        if loop.over == "layer":
            return place * self._lengths(loop.body, at)
        first = self._places(loop, at)[:place]
        some = first[::-1] if loop.back else first
        samples, times = (some, at.times) if loop.over == "sample" else (at.samples, some)
        return place * plain + self._losses(samples, times)

    def _entered(self, loop: Each, at: _At, local: int) -> tuple[_At, int]:
        """Return the place of a loop that a step is in, and the step's place within it."""
        places = self._places(loop, at)
        low, high = 0, len(places) - 1
        if "loss" not in kinds(loop.body):  # every place takes as many steps
            low = high = local // self._offset(loop, at, 1)
        while low < high:
            middle = (low + high + 1) // 2
            if self._offset(loop, at, middle) <= local:
                low = middle
            else:
                high = middle - 1
        return at.within(loop.over, places[low]), local - self._offset(loop, at, low)

    def _walked_to(self, iteration: int, local: int) -> Site:
        """Return the site of a step by its place in the iteration."""
        at, items = self._whole(iteration), self._items
        while True:
            for item in items:
                length = self._length(item, at)
                if local < length:
                    break
                local -= length
            if not isinstance(item, Each):
                return Site(item, iteration, at.sample, at.time, None if item == "loss" else at.layer)
            at, local = self._entered(item, at, local)
            items = item.body

    def _walked(self, items: tuple[Item, ...], at: _At, iteration: int) -> Iterator[Site]:
        for item in items:
            if isinstance(item, Each):
                for place in self._places(item, at):
                    yield from self._walked(item.body, at.within(item.over, place), iteration)
            elif item != "loss":
                yield Site(item, iteration, at.sample, at.time, at.layer)
            elif self.shapes.has_target[at.sample, at.time]:
                yield Site(item, iteration, at.sample, at.time, None)

    def _step(self, items: tuple[Item, ...], site: Site, at: _At) -> int | None:
        done = 0
        for item in items:
            if isinstance(item, Each):
                value = {"sample": site.sample, "time": site.time, "layer": site.layer}[item.over]
                if value is not None and site.kind in kinds(item.body):
                    place = self._places(item, at).index(value)
                    found = self._step(item.body, site, at.within(item.over, value))
                    if found is not None:
                        return done + self._offset(item, at, place) + found
            elif item == site.kind:
                return done
            done += self._length(item, at)
        return None

    def _count_over(self, batch: int, sort: Sort) -> int:
        return self._count(self._items, sort, self._whole(batch))

    def _nth_over(self, batch: int, sort: Sort, place: int) -> int:
        return self._nth(self._items, sort, self._whole(batch), place)

    def _count(self, items: tuple[Item, ...], sort: Sort, at: _At) -> int:
        return sum(
            self._counted(item, sort, at, len(self._places(item, at)))
            if isinstance(item, Each)
            else int(item == sort.kind and at.layer == sort.layer)
            for item in items
        )

    def _until(self, sort: Sort) -> int:
        """Return the time before which the steps of a sort are."""
        if sort.times is None:
            return self.shapes.times
        return sort.times if sort.times >= 0 else max(0, self.shapes.times + sort.times)

    def _counted(self, loop: Each, sort: Sort, at: _At, places: int) -> int:
        """Return how many steps of a sort the first places of a loop have."""
        if sort.kind not in kinds(loop.body):
            return 0
        every = self._places(loop, at)
        if loop.over == "layer":
            if sort.layer not in every[:places]:
                return 0
            return self._count(loop.body, sort, at.within("layer", sort.layer))
        if loop.over == "time":
            until = self._until(sort)
            without = len(every) - until  # they come first on the way back, last on the way forward
            places = max(0, places - without) if loop.back else min(places, until)
        if not places:
            return 0
        # All samples and times have as many.
        first = at.within(loop.over, 0 if loop.over == "time" else every[0])
        return places * self._count(loop.body, sort, first)

    def _before(self, items: tuple[Item, ...], sort: Sort, at: _At, local: int) -> int:
        found = 0
        for item in items:
            length = self._length(item, at)
            if local >= length:
                found += self._count((item,), sort, at)
                local -= length
                continue
            if not isinstance(item, Each):
                return found
            inner, rest = self._entered(item, at, local)
            value = {"sample": inner.sample, "time": inner.time, "layer": inner.layer}[item.over]
            assert value is not None
            found += self._counted(item, sort, at, self._places(item, at).index(value))
            if item.over == "time" and value >= self._until(sort):
                return found
            return found + self._before(item.body, sort, inner, rest)
        return found

    def _nth(self, items: tuple[Item, ...], sort: Sort, at: _At, place: int) -> int:
        done = 0
        for item in items:
            count = self._count((item,), sort, at)
            if place >= count:
                place -= count
                done += self._length(item, at)
                continue
            if not isinstance(item, Each):
                return done
            every = self._places(item, at)
            if item.over == "layer":
                low, rest = every.index(sort.layer), place
            else:  # all samples and times have as many
                first = at.within(item.over, 0 if item.over == "time" else every[0])
                low, rest = divmod(place, self._count(item.body, sort, first))
                if item.over == "time" and item.back:
                    low += len(every) - self._until(sort)
            inner = at.within(item.over, every[low])
            return done + self._offset(item, at, low) + self._nth(item.body, sort, inner, rest)
        raise IndexError("there are not so many steps of that sort")


def around(step: int, within: range, alike: Callable[[int], bool]) -> range:
    """Return the steps around one that are alike, gone through one by one."""
    begin = next((n for n in range(step, within.start, -1) if not alike(n - 1)), within.start)
    return range(begin, next((n for n in range(step + 1, within.stop) if not alike(n)), within.stop))


# Loops are tuples of tuples, a few of them in all.
@lru_cache(maxsize=4096)
def _plain(item: Item, layers: int, samples: int, times: int, over: Over | None = None) -> int:
    """Return how many steps, losses left out, an item has within one place of a loop over `over`."""
    samples, times = (1 if over == "sample" else samples), (1 if over == "time" else times)
    if not isinstance(item, Each):
        return int(item != "loss")
    size = {"sample": samples, "time": times, "layer": layers}[item.over]
    return size * sum(_plain(one, layers, samples, times, item.over) for one in item.body)
