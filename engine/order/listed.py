"""Which step is which in an iteration that is short enough to be written out?

Looking a place up takes a tenth of the time of working it out (`engine.order.loops`), and most iterations
that somebody looks at are short.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from engine.order.site import Site

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.order.site import Sort
    from engine.update_orders import Kind


class Listed:
    """The steps of an iteration over a batch, by their places in it.

    `times` is the length of the sequences.
    """

    def __init__(self, sites: Sequence[Site], times: int) -> None:
        self._sites = sites
        self._times = times
        self._place = {site[:1] + site[2:]: place for place, site in enumerate(sites)}
        self._of_sort: dict[Sort, list[int]] = {}
        self._of_layer: dict[tuple[Kind, int | None], list[int]] = {}
        for place, site in enumerate(sites):
            self._of_layer.setdefault((site.kind, site.layer), []).append(place)

    def site(self, place: int, iteration: int) -> Site:
        """Return the site of a step by its place in the iteration."""
        site = self._sites[place]
        if site.iteration == iteration:
            return site
        kind, _, sample, time, layer = site
        return Site(kind, iteration, sample, time, layer)

    def place(self, site: Site) -> int:
        """Return the place of the step that is done at a site."""
        return self._place[site[:1] + site[2:]]

    def of(self, sort: Sort) -> list[int]:
        """Return the places of the steps of a sort."""
        found = self._of_sort.get(sort)
        if found is None:
            found = self._of_layer.get((sort.kind, sort.layer), [])
            if sort.times is not None:
                until = sort.times if sort.times >= 0 else max(0, self._times + sort.times)
                found = [place for place in found if (self._sites[place].time or 0) < until]
            self._of_sort[sort] = found
        return found

    def before(self, place: int, sort: Sort) -> int:
        """Return how many steps of a sort there are before a place."""
        return bisect_left(self.of(sort), place)
