"""Does the arithmetic of a schedule give the list of sites that the order of steps describes?"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from engine.order.loops import Loops
from engine.order.schedule import Schedule
from engine.order.shapes import Shapes
from engine.order.site import PHASES, Site
from engine.update_orders import ORDERS
from tests.engine.order.shapes import listed, orders, shapes, stretches
from tests.given import further_orders
from tests.given.further_orders import FURTHER
from tests.given.some_of import EVERY_CASE
from tests.work.work import lines_run

if TYPE_CHECKING:
    from engine.scenario import Order


@given(shapes(), orders)
def test_each_step_is_done_at_its_site(shapes: Shapes, order: Order) -> None:
    schedule = Schedule(shapes, order)
    expected = listed(shapes, order)
    assert len(schedule) == len(expected)
    assert [schedule.site(step) for step in range(len(expected))] == expected


@given(shapes(), orders, orders)
def test_which_orders_have_the_same_steps(shapes: Shapes, one: Order, other: Order) -> None:
    """An update has the same to apply, whatever loop it stands in."""
    first, second = (
        [
            (
                site.kind,
                site.iteration,
                site.layer,
                *([] if site.kind == "update" else [site.sample, site.time]),
            )
            for site in listed(shapes, order)
        ]
        for order in (one, other)
    )
    assert Schedule(shapes, one).same_as(other) == (first == second)


@given(shapes(), orders)
def test_the_steps_of_one_phase_around_each(shapes: Shapes, order: Order) -> None:
    schedule = Schedule(shapes, order)
    assert [schedule.alike(step) for step in range(len(schedule))] == stretches(listed(shapes, order))


@settings(max_examples=25 if EVERY_CASE else 8)
@given(shapes(), st.sampled_from(sorted(FURTHER)))
def test_the_steps_of_one_phase_around_each_of_any_list(shapes: Shapes, order: str) -> None:
    loops = Loops(shapes, FURTHER[order])
    sites = [site for iteration in range(shapes.iterations) for site in loops.sites(iteration)]
    assert [loops.alike(step) for step in range(len(loops))] == stretches(sites)


@settings(max_examples=25 if EVERY_CASE else 8)
@given(shapes(), st.sampled_from(sorted(FURTHER)))
def test_the_last_gradient_of_any_list(shapes: Shapes, order: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        further_orders.put(patch)
        schedule = Schedule(shapes, order)
    for iteration in range(shapes.iterations):
        sites = [*schedule.loops.sites(iteration)]
        for layer in range(1, shapes.layers + 1):
            last = [site for site in sites if (site.kind, site.layer) == ("gradient", layer)][-1]
            assert schedule.last_gradient(iteration, layer) == last


def test_the_end_of_a_long_phase_is_found_by_arithmetic() -> None:
    targets = np.zeros((1, 1_000_000), dtype=np.bool_)
    targets[0, -1] = True
    schedule = Schedule(Shapes(3, (True, True, False), targets, 1, 2), "deferred")
    assert schedule.alike(5) == range(3_000_000)
    assert schedule.alike(3_000_005) == range(3_000_001, 9_000_001)
    assert lines_run(schedule.alike, 3_000_006) < 50_000


@given(shapes(), orders)
def test_each_site_is_that_of_its_step(shapes: Shapes, order: Order) -> None:
    schedule = Schedule(shapes, order)
    expected = listed(shapes, order)
    assert [schedule.step(site) for site in expected] == list(range(len(expected)))


@given(shapes(), orders)
def test_where_an_iteration_begins(shapes: Shapes, order: Order) -> None:
    schedule = Schedule(shapes, order)
    iterations = [site.iteration for site in listed(shapes, order)]
    begins = [iterations.index(iteration) for iteration in range(shapes.iterations)]
    assert [schedule.first_step(iteration) for iteration in range(shapes.iterations)] == begins
    assert schedule.first_step(shapes.iterations) == len(iterations)


@given(shapes(), orders)
def test_how_often_a_layer_has_been_updated(shapes: Shapes, order: Order) -> None:
    schedule = Schedule(shapes, order)
    layers = range(1, shapes.layers + 1)
    done = dict.fromkeys(layers, 0)
    iteration = 0
    for step, site in enumerate(listed(shapes, order)):
        if site.iteration != iteration:
            iteration, done = site.iteration, dict.fromkeys(layers, 0)
        assert {layer: schedule.updates_before(step, layer) for layer in layers} == done
        if site.kind == "update" and site.layer is not None:
            assert schedule.update_step(iteration, site.layer, done[site.layer]) == step
            done[site.layer] += 1


@given(shapes(), st.integers(0, 100))
def test_the_batches_are_the_data_in_order(shapes: Shapes, iteration: int) -> None:
    one_round = [shapes.batch(batch) for batch in range(shapes.batches)]
    assert [sample for batch in one_round for sample in batch] == list(range(shapes.samples))
    assert all(len(batch) == shapes.batch_size for batch in one_round[:-1])
    assert 1 <= len(one_round[-1]) <= shapes.batch_size
    assert shapes.batch(iteration) == one_round[iteration % len(one_round)]


@given(shapes(), orders, st.integers(1, 10**12), st.data())
def test_a_run_repeats_itself_round_by_round(
    shapes: Shapes, order: Order, rounds: int, data: st.DataObject
) -> None:
    """Far out in a long run the sites are those of the first round: nothing is counted step by step."""
    once = replace(shapes, iterations=shapes.batches)
    first = Schedule(once, order)
    long = Schedule(replace(shapes, iterations=shapes.batches * (rounds + 1)), order)
    assert len(long) == len(first) * (rounds + 1)
    step = data.draw(st.integers(0, len(first) - 1))
    site = first.site(step)
    later = site.iteration + shapes.batches * rounds
    far = long.site(step + len(first) * rounds)
    assert far == Site(site.kind, later, site.sample, site.time, site.layer)
    assert long.step(far) == step + len(first) * rounds


def test_a_site_asked_for_again_is_the_same() -> None:
    schedule = Schedule(Shapes(2, (False, False), np.ones((3, 1), dtype=bool), 2, 4), "deferred")
    expected = listed(schedule.shapes, "deferred")
    for step in (0, 0, 5, 4, 5, 5, len(schedule) - 1, 0):
        assert schedule.site(step) == expected[step]


def test_each_kind_belongs_to_a_phase() -> None:
    schedule = Schedule(Shapes(1, (False,), np.ones((1, 1), dtype=bool), 1, 1), "deferred")
    sites = [schedule.site(step) for step in range(len(schedule))]
    assert [site.phase for site in sites] == ["forward", "loss", "backward", "backward", "update"]
    assert {site.kind for site in sites} == set(PHASES)


@pytest.mark.parametrize(("layers", "samples", "times"), [(3, 3, 3), (2, 1, 3), (2, 3, 1), (1, 1, 1)])
def test_which_orders_have_the_same_steps_or_gather_alike(
    layers: int, samples: int, times: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    further_orders.put(monkeypatch)
    has_target = np.ones((samples, times), np.bool_)
    shapes = Shapes(layers, (times > 1,) * layers, has_target, samples, 1)
    steps: dict[str, list[Site]] = {}
    gathered: dict[str, list[list[Site]]] = {}
    for order in ORDERS:
        schedule = Schedule(shapes, order)
        sites = [schedule.site(step) for step in range(len(schedule))]
        every = [[site for site in sites if site.layer == layer + 1] for layer in range(layers)]
        gathered[order] = [[site for site in some if site.kind == "gradient"] for some in every]
        # An update has the same to apply, whatever loop it stands in.
        steps[order] = [
            site._replace(sample=None, time=None) if site.kind == "update" else site for site in sites
        ]
    for one, other in product(ORDERS, ORDERS):
        assert Schedule(shapes, one).gathers_as(other) == (gathered[one] == gathered[other])
        assert Schedule(shapes, one).same_as(other) == (steps[one] == steps[other])
    assert samples * times < 4 or not Schedule(shapes, "deferred").gathers_as("each-time-of-all")
