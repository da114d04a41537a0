"""Which value does a quantity have at each step of an iteration?

A quantity is written at steps of one kind. At any step the value counts that was written last, or of what
belongs to a sample and time that of the step's own; until it is written there is none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from engine.conditions.words import PLACES, WORDS

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable

    from engine.conditions.meaning import Leaf
    from engine.order.schedule import Schedule
    from engine.order.site import Site
    from engine.update_orders import Kind

Indices: TypeAlias = npt.NDArray[np.intp]

NOTHING = -1
"""Where there is no value."""


class Written(NamedTuple):
    """The values of a quantity in an iteration: `keys` tells them apart, `at` has for each step which it is.

    A key is the place of the sample in its batch and the time; or how often it was written before.
    """

    keys: tuple[Hashable, ...]
    at: Indices


class Layout:
    """The steps of an iteration, and what was written by each of them."""

    def __init__(self, schedule: Schedule, iteration: int) -> None:
        start = schedule.shapes.batch(iteration).start
        steps = range(schedule.first_step(iteration), schedule.first_step(iteration + 1))
        self.sites = [_within(schedule.site(step), start) for step in steps]
        self._start = start
        self._written: dict[Hashable, Written] = {}
        self._steps: dict[tuple[Kind, int | None, int | None], list[int]] = {}
        self._pairs: dict[tuple[int, int], tuple[Indices, Indices, Indices]] = {}
        self._kept: list[Indices] = []  # what is known by its identity has to stay
        self._totals: dict[int, Indices] = {}
        self._beside: dict[tuple[Layout, Leaf], tuple[Indices | None, Indices]] = {}
        self.always: Indices = np.zeros(len(self.sites), dtype=np.intp)
        """One value for all steps."""
        self.nowhere: Indices = np.full(len(self.sites), NOTHING, dtype=np.intp)
        """No value at any step."""

    def __len__(self) -> int:
        return len(self.sites)

    def of(self, leaf: Leaf) -> Written:
        """Return where the values of a leaf are."""
        if leaf.word in PLACES:
            return self._once(leaf.word, lambda: self._place(leaf.word))
        kind, layer = _writer(leaf)
        if leaf.word not in WORDS or leaf.word == "loss" or leaf.sample is not None:
            return self._once((kind, layer, "last", leaf.sample), lambda: self._from_last(leaf))
        present = WORDS[leaf.word].present
        return self._once((kind, layer, present), lambda: self._by(kind, layer, present=present))

    def sites_of(self, leaf: Leaf) -> list[tuple[int, int]]:
        """Return the places of the samples, and the times, of all steps that write what a leaf reads.

        0 where a step is for all of them.
        """
        sites = (self.sites[step] for step in self.writing(leaf))
        return [(site.sample or 0, site.time or 0) for site in sites]

    def writing(self, leaf: Leaf) -> list[int]:
        """Return the steps that write what a leaf reads."""
        writer = *_writer(leaf), None if leaf.sample is None else leaf.sample - self._start
        found = self._steps.get(writer)
        if found is None:
            found = self._steps[writer] = [at for at, site in enumerate(self.sites) if _does(site, *writer)]
        return found

    def _once(self, key: Hashable, make: Callable[[], Written]) -> Written:
        found = self._written.get(key)
        if found is None:
            found = self._written[key] = make()
        return found

    def _by(self, kind: Kind, layer: int | None, *, present: bool) -> Written:
        at: list[int] = []
        keys: dict[Hashable, int] = {}
        for site in self.sites:
            here = site.sample, site.time
            if site.kind == kind and site.layer == layer:
                keys[here if present else len(keys)] = len(keys)
            last = len(keys) - 1
            at.append(keys.get(here, NOTHING) if present and site.sample is not None else last)
        return Written(tuple(keys), np.array(at, dtype=np.intp))

    def _from_last(self, leaf: Leaf) -> Written:
        """Return what is known when the last of some steps is done: nothing where there are none."""
        last = max(self.writing(leaf), default=len(self))
        at = np.where(np.arange(len(self)) >= last, 0, NOTHING).astype(np.intp)
        return Written((last < len(self),), at)

    def _place(self, word: str) -> Written:
        if word == "iteration":
            return Written((0,), self.always)
        if word == "step":
            return Written(tuple(range(len(self))), np.arange(len(self), dtype=np.intp))
        keys: dict[Hashable, int] = {}
        for site in self.sites:
            value = site.sample if word == "sample" else site.time
            if value is not None:
                keys.setdefault(value, len(keys))
        at = [
            NOTHING if site.sample is None else keys[site.sample if word == "sample" else site.time]
            for site in self.sites
        ]
        return Written(tuple(keys), np.array(at, dtype=np.intp))

    def beside(self, before: Layout, leaf: Leaf) -> tuple[Indices | None, Indices]:
        """Return where the values of a leaf are in the iteration before (None: at the same places).

        And which of them is seen at each step: none where that iteration has no such place.
        """
        key = before, leaf
        found = self._beside.get(key)
        if found is None:
            mine, theirs = self.of(leaf), before.of(leaf)
            found = None, mine.at
            if mine.keys != theirs.keys:
                place = {one: at for at, one in enumerate(theirs.keys)}
                places = np.array([place.get(one, NOTHING) for one in mine.keys], dtype=np.intp)
                missing = (places == NOTHING)[mine.at] | (mine.at == NOTHING)
                found = places, np.where(missing, NOTHING, mine.at)
            self._beside[key] = found
        return found

    # -- two quantities at once -------------------------------------------------------------------

    def paired(self, one: Indices, other: Indices) -> tuple[Indices, Indices, Indices]:
        """Return the values of two quantities that stand side by side, and which pair it is at each step."""
        key = id(one), id(other)
        found = self._pairs.get(key)
        if found is None:
            both = (one >= 0) & (other >= 0)
            width = int(other.max(initial=0)) + 1
            pairs, which = np.unique(one[both] * width + other[both], return_inverse=True)
            at = np.full(len(one), NOTHING, dtype=np.intp)
            at[both] = which
            found = self._pairs[key] = pairs // width, pairs % width, at
            self._kept += [one, other]
        return found

    def whole(self, at: Indices, values: int) -> Indices:
        """Return which value it is at each step, with one more for where there is none."""
        found = self._totals.get(id(at))
        if found is None:
            found = self._totals[id(at)] = np.where(at < 0, values, at)
            self._kept.append(at)
        return found


class Layouts:
    """The layout of each iteration of a schedule: one for each size of batch and pattern of targets.

    A batch with a sample that one of the `leaves` is about has one of its own.
    """

    def __init__(self, schedule: Schedule, leaves: Iterable[Leaf] = ()) -> None:
        self.schedule = schedule
        self.shapes = schedule.shapes
        self._named = sorted({leaf.sample for leaf in leaves if leaf.sample is not None})
        self._made: dict[int, Layout] = {}
        known: dict[Hashable, int] = {}
        self._of_batch = np.array([self._alike(batch, known) for batch in range(self.shapes.batches)])
        self._all_alike = schedule.iteration is None and not self._of_batch.any()

    def _alike(self, batch: int, known: dict[Hashable, int]) -> int:
        """Return the first batch that has the same steps."""
        named = [sample for sample in self._named if sample in self.shapes.batch(batch)]
        return known.setdefault((self._pattern(batch), *named), batch)

    def _pattern(self, batch: int) -> tuple[int, bytes]:
        samples = self.shapes.batch(batch)
        return len(samples), self.shapes.has_target[samples.start : samples.stop].tobytes()

    def groups(self, first: int, count: int) -> list[tuple[Layout, Indices]]:
        """Return iterations from a first on, those with the same steps together."""
        numbers = np.arange(first, first + count)
        if self._all_alike:
            return [(self._layout(0), numbers)]
        alike = self._of_batch[numbers % self.shapes.batches]
        if self.schedule.iteration is not None:
            alike = np.where(numbers == self.schedule.iteration, -1, alike)
        return [(self._layout(one), numbers[alike == one]) for one in np.unique(alike).tolist()]

    def of_batch(self, batch: int) -> Layout:
        """Return the layout of an iteration over a batch, with no update out of turn."""
        return self._layout(int(self._of_batch[batch]))

    def with_steps_of(self, batch: int) -> list[Layout]:
        """Return the layouts of all iterations that have the steps of one over a batch."""
        mine = self._pattern(batch)
        return [self._layout(one) for one in np.unique(self._of_batch).tolist() if self._pattern(one) == mine]

    def _layout(self, alike: int) -> Layout:
        found = self._made.get(alike)
        if found is None:
            iteration = self.schedule.iteration if alike < 0 else alike
            assert iteration is not None
            if alike == self.schedule.iteration:  # any other iteration over this batch
                iteration += self.shapes.batches
            found = self._made[alike] = Layout(self.schedule, iteration)
        return found


def _writer(leaf: Leaf) -> tuple[Kind, int | None]:
    """Return the kind of steps that write what a leaf reads, and their layer."""
    word = WORDS.get(leaf.word)
    if word is None:  # what is said of the way forward of a layer
        return "forward", leaf.layer
    return word.kind, None if word.kind == "loss" else leaf.layer or 1


def _does(site: Site, kind: Kind, layer: int | None, sample: int | None) -> bool:
    """Return whether a step is of a kind and a layer, and of a sample if one is given."""
    return (site.kind, site.layer) == (kind, layer) and sample in (None, site.sample)


def _within(site: Site, start: int) -> Site:
    return site._replace(iteration=0, sample=None if site.sample is None else site.sample - start)
