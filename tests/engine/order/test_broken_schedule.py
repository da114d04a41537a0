"""Does the arithmetic of a broken schedule give the list of sites with the updates put in by hand?

The list is written out from that of the deferred order. What waits, and what is read and written, must
agree with it step by step.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.order.flow import Flow
from engine.order.quantities import PARAMETERS, Reference
from engine.order.schedule import Break, Poke, Schedule, latest_gradient
from engine.order.shapes import Shapes
from engine.order.site import Site
from tests.engine.facts.test_waiting import hold_against_reads
from tests.engine.order.shapes import listed, shapes, stretches
from tests.given.some_of import EVERY_CASE


class Broken(NamedTuple):
    """Shapes, the breaks of one iteration, and every site of the run, in order."""

    shapes: Shapes
    breaks: tuple[Break, ...]
    sites: list[Site]

    @property
    def schedule(self) -> Schedule:
        return Schedule(self.shapes, "deferred").broken(self.breaks)

    @property
    def inserted(self) -> list[int]:
        return [
            step for step, site in enumerate(self.sites) if site.kind == "update" and site.sample is not None
        ]


@st.composite
def broken(draw: st.DrawFn) -> Broken:
    """One to three breaks, each with at least one gradient that the layer has not yet applied."""
    of = draw(shapes())
    sites = listed(of, "deferred")
    iteration = draw(st.integers(0, of.iterations - 1))
    choices: list[tuple[int, Site]] = []
    gathered: dict[int, Site] = {}
    for step, site in enumerate(sites):
        if site.iteration != iteration or site.kind == "update":
            continue
        if site.kind == "gradient" and site.layer is not None:
            gathered[site.layer] = site._replace(kind="update")
        choices += [(step, update) for update in gathered.values()]
    chosen = draw(
        st.lists(st.sampled_from(choices), min_size=1, max_size=3, unique_by=lambda choice: choice[1])
    )
    chosen.sort(key=lambda choice: choice[0])
    for step, update in reversed(chosen):
        sites.insert(step + 1, update)
    return Broken(of, tuple(Break(step, update.layer or 0) for step, update in chosen), sites)


@given(broken())
def test_each_step_is_done_at_its_site(case: Broken) -> None:
    schedule = case.schedule
    assert len(schedule) == len(case.sites)
    assert [schedule.site(step) for step in range(len(schedule))] == case.sites
    assert [schedule.step(site) for site in case.sites] == list(range(len(schedule)))
    assert list(schedule.inserted) == case.inserted
    begins = [
        next(step for step, site in enumerate(case.sites) if site.iteration == iteration)
        for iteration in range(case.shapes.iterations)
    ]
    assert [schedule.first_step(iteration) for iteration in range(len(begins))] == begins
    assert schedule.first_step(case.shapes.iterations) == len(case.sites)


@settings(max_examples=25 if EVERY_CASE else 8)
@given(broken())
def test_the_steps_of_one_phase_around_each(case: Broken) -> None:
    schedule = case.schedule
    assert [schedule.alike(step) for step in range(len(schedule))] == stretches(case.sites)


@given(broken())
def test_what_is_done_by_a_step(case: Broken) -> None:
    schedule = case.schedule
    counts: dict[tuple[int, int], int] = {}
    latest: dict[tuple[int, int], Site] = {}
    anchor = case.sites[0]
    for step, site in enumerate(case.sites):
        if step not in case.inserted:
            anchor = site
        assert schedule.anchor(step) == anchor
        for layer in range(1, case.shapes.layers + 1):
            place = site.iteration, layer
            assert schedule.updates_before(step, layer) == counts.get(place, 0)
            if site.layer == layer and site.kind == "gradient":
                latest[place] = site
            assert latest_gradient(schedule, step, layer) == latest.get(place)
            if site.layer == layer and site.kind == "update":
                assert schedule.update_step(site.iteration, layer, counts.get(place, 0)) == step
                counts[place] = counts.get(place, 0) + 1


@given(broken())
@settings(max_examples=50 if EVERY_CASE else 10, deadline=None)
def test_what_a_parameter_waits_for_agrees_with_the_reads_of_every_step(case: Broken) -> None:
    schedule = case.schedule
    for iteration in range(case.shapes.iterations):
        hold_against_reads(schedule, iteration)


@given(broken())
@settings(max_examples=50 if EVERY_CASE else 15, deadline=None)
def test_each_number_is_written_once_before_it_is_read(case: Broken) -> None:
    flow = Flow(case.schedule)
    written: dict[Reference, int] = {}
    latest: dict[int, int] = {}
    for step, site in enumerate(case.sites):
        reads = flow.reads(step)
        assert len(set(reads)) == len(reads)
        for read in reads:
            writer = flow.writer(read)
            if read.quantity in PARAMETERS:
                assert writer == latest.get(read.layer or 0)
            elif writer is not None:
                assert writer == written[read]
        for reference in flow.writes(step):
            assert reference not in written
            written[reference] = step
            assert flow.writer(reference) == step
        if site.kind == "update":
            latest[site.layer or 0] = step


@given(broken())
def test_an_update_reads_what_is_gathered_and_what_was_applied_before(case: Broken) -> None:
    flow = Flow(case.schedule)
    gathered: dict[tuple[int, int], Site] = {}
    applied: dict[tuple[int, int], Site] = {}
    for step, site in enumerate(case.sites):
        place = site.iteration, site.layer or 0
        if site.kind == "gradient":
            gathered[place] = site
        if site.kind == "update":
            totals = [read for read in flow.reads(step) if read.quantity == "weight_total"]
            expected = [gathered[place]]
            if place in applied and applied[place] != gathered[place]:
                expected.append(applied[place])
            assert [(read.sample, read.time) for read in totals] == [(at.sample, at.time) for at in expected]
            applied[place] = gathered[place]


def test_a_million_iterations_cost_nothing() -> None:
    base = Schedule(Shapes(3, (False,) * 3, np.ones((4, 1), dtype=np.bool_), 4, 1_000_000), "deferred")
    after = base.step(Site("gradient", 500_000, 1, 0, 3))
    schedule = base.broken((Break(after, 3),))
    assert schedule.inserted == (after + 1,)
    assert schedule.site(after + 1) == Site("update", 500_000, 1, 0, 3)
    assert schedule.site(len(schedule) - 1) == base.site(len(base) - 1)
    assert schedule.first_step(500_001) == base.first_step(500_001) + 1


def test_what_is_set_by_hand_is_an_update_that_applies_nothing() -> None:
    base = Schedule(Shapes(2, (False,) * 2, np.ones((2, 1), dtype=np.bool_), 2, 3), "deferred")
    begin, poke = base.first_step(1), Poke("weights", (0, 1), 0.7)
    gradient = base.step(Site("gradient", 1, 0, 0, 2))
    schedule = base.broken((Break(begin, 2, poke), Break(gradient, 2), Break(gradient, 2, poke)))
    first, applied, again = schedule.inserted
    last = schedule.step(Site("update", 1, None, None, 2))
    assert [schedule.poke(step) for step in (first, applied, again, last)] == [poke, None, poke, None]
    assert [schedule.gathered(1, 2, update) for update in range(4)] == [
        range(0),
        range(1),
        range(1, 1),
        range(1, 2),
    ]
    assert schedule.site(first) == base.site(begin)._replace(kind="update", layer=2)
    assert schedule.anchor(again) == base.site(gradient)
    flow = Flow(schedule)
    for version, step in enumerate((first, again), start=0):
        before = Reference("weights", 1, 2, version=version * 2)
        assert before in flow.reads(step)
        assert all(read.quantity in PARAMETERS for read in flow.reads(step))
        assert before._replace(version=version * 2 + 1) in flow.writes(step)
        assert flow.writer(before._replace(version=version * 2 + 1)) == step
    assert Reference("weights", 1, 2, version=1) in flow.reads(first + 1)
