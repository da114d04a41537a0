"""Is a list refused that can't be done as it stands, by all who take it, and which updates are early?

What is accepted runs right: every further order is held to its steps (`test_perturbed`, `test_programs`).
"""

from __future__ import annotations

import re

import pytest

from engine import trace
from engine.facts.waiting import early
from engine.listing.listing import listing
from engine.order.flow import Flow
from engine.order.schedule import Schedule
from engine.order.shapes import Shapes, shapes_of
from engine.order.site import Sort
from engine.order.sound import hurries, steps_of
from engine.program.plan import plan_of
from engine.run.straight import Run
from engine.update_orders import ORDERS, Item, UpdateOrder, back, each
from tests.engine.listing.test_listing import run_on_arrays
from tests.given import further_orders
from tests.given.further_orders import FURTHER
from tests.given.scenarios_at_random import ORDERS as OURS
from tests.given.scenarios_at_random import Wanted, scenario_at_random

FORWARD = each("time", each("layer", "forward"), "loss")
BACKWARD = back("time", back("layer", "delta", "gradient"))
UPDATE = back("layer", "update")
EVERY_ORDER = (*OURS, *FURTHER)

REFUSED: dict[str, tuple[tuple[Item, ...], str]] = {
    "samples backwards": (
        (back("sample", FORWARD, BACKWARD, UPDATE),),
        'back("sample") › each("time") › each("layer") › "forward": samples are gone through from the first '
        'on. Write each("sample", …).',
    ),
    "samples backwards, and updates that wait": (
        (each("sample", FORWARD), back("sample", BACKWARD), UPDATE),
        'back("sample") › back("time") › back("layer") › "delta": samples are gone through from the first '
        'on. Write each("sample", …).',
    ),
    "updates twice": (
        (each("sample", FORWARD, BACKWARD), UPDATE, each("layer", "update")),
        'back("layer") › "update": "update" stands in the list more than once. Leave one.',
    ),
    "an update before the gradient": (
        (each("sample", FORWARD, UPDATE, BACKWARD),),
        'each("sample") › back("layer") › "update": a layer is updated of which no gradient has been '
        'gathered since its last update. Put "update" after "gradient", in no further loop.',
    ),
    "an update in a further loop": (
        (each("sample", FORWARD, BACKWARD), each("sample", UPDATE)),
        "where an update comes within a sample, all is done within it",
    ),
    "an update in a further loop over the times": (
        (each("sample", FORWARD, BACKWARD), each("time", UPDATE)),
        'each("time") › back("layer") › "update": a layer is updated of which no gradient has been gathered',
    ),
    "samples apart from those updated in turn": (
        (each("sample", FORWARD), each("sample", BACKWARD, UPDATE)),
        'each("sample") › each("time") › each("layer") › "forward": where an update comes within a sample, '
        'all is done within it. Put all into one each("sample", …), or the update outside of it.',
    ),
    "times within layers": (
        (each("sample", FORWARD), back("layer", back("time", each("sample", "delta", "gradient"), "update"))),
        'back("layer") › back("time") › "update": where an update comes within a time, the layers are gone '
        "through within the time.",
    ),
    "times backwards on the way forward": (
        (each("sample", back("time", each("layer", "forward")), each("time", "loss"), BACKWARD), UPDATE),
        'each("sample") › back("time") › each("layer") › "forward": it reads what "forward" of the time '
        'before makes, which comes later. Go forward through the times, with each("time", …).',
    ),
    "times forward on the way back": (
        (each("sample", FORWARD, each("time", back("layer", "delta", "gradient"))), UPDATE),
        '"delta" of the time after makes, which comes later. Go back through the times, in a back("time",',
    ),
    "layers down on the way forward": (
        (each("sample", each("time", back("layer", "forward"), "loss"), BACKWARD), UPDATE),
        '"forward" of the layer below makes, which comes later. Go up through the layers, with each("layer",',
    ),
    "layers up on the way back": (
        (each("sample", FORWARD, back("time", each("layer", "delta", "gradient"))), UPDATE),
        '"delta" of the layer above makes, which comes later. Go down through the layers, in a back("layer",',
    ),
    "a gradient before its delta": (
        (each("sample", FORWARD, back("time", back("layer", "gradient", "delta"))), UPDATE),
        '› "gradient": it reads what "delta" makes, which comes later. Put "gradient" after "delta".',
    ),
    "the way back first": (
        (each("sample", BACKWARD, FORWARD), UPDATE),
        '› "delta": it reads what "forward" makes, which comes later. Put "delta" after "forward".',
    ),
    "a loss before its prediction": (
        (each("sample", each("time", "loss", each("layer", "forward")), BACKWARD), UPDATE),
        '› "loss": it reads what "forward" makes, which comes later. Put "loss" after "forward".',
    ),
    "a loss of each layer": (
        (each("sample", each("time", each("layer", "forward", "loss")), BACKWARD), UPDATE),
        '› "loss": the loss is of no layer. Put "loss" outside the loop over the layers.',
    ),
    "losses from the last time on": (
        (each("sample", each("time", each("layer", "forward")), back("time", "loss"), BACKWARD), UPDATE),
        'back("time") › "loss": losses are taken from the first time on. Put "loss" into each("time", …).',
    ),
    "no loss": (
        (each("sample", each("time", each("layer", "forward")), BACKWARD), UPDATE),
        'at its end: there is no "loss". Put it into the list.',
    ),
    "no update": (
        (each("sample", FORWARD, BACKWARD),),
        'at its end: there is no "update". Put it into the list.',
    ),
    "an update of all layers": (
        (each("sample", FORWARD, BACKWARD), "update"),
        'at "update": it is done for each layer. Put it into each("layer", …).',
    ),
    "a loop twice": (
        (each("sample", FORWARD, each("sample", BACKWARD)), UPDATE),
        "one loop over samples is within another. Leave one.",
    ),
}


@pytest.mark.parametrize("arrays", [False, True], ids=["floats", "arrays"])
@pytest.mark.parametrize("name", REFUSED)
def test_what_can_not_be_done_is_refused_by_all(
    name: str, arrays: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    items, why = REFUSED[name]
    monkeypatch.setitem(ORDERS, name, UpdateOrder(items, "as no run can be"))
    if arrays:
        run_on_arrays(monkeypatch)
    scenario = scenario_at_random(0, Wanted(samples=2, batch_size=2, iterations=1, steps=40))
    shapes = shapes_of(scenario)
    for take in (
        lambda: steps_of(name),
        lambda: Schedule(shapes, name),
        lambda: trace(scenario, name),
        lambda: trace(scenario).in_order(name, 0, trace(scenario).parameters(0)),
        lambda: Run(scenario, shapes, name),
        lambda: listing(scenario, name),
    ):
        with pytest.raises(ValueError, match=re.escape(why)) as found:
            take()
        assert str(found.value).startswith(f"The order {name} can't be run. In its list, at ")


@pytest.mark.parametrize("order", EVERY_ORDER)
def test_what_a_step_reads_has_been_made(order: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """By its equations, in larger networks than the one that a list is tried on."""
    further_orders.put(monkeypatch)
    for seed in range(2):
        wanted = Wanted(recurrent=not seed, depth=3, samples=3, batch_size=3, iterations=1, steps=150)
        schedule = Schedule(shapes_of(scenario_at_random(seed, wanted)), order)
        flow = Flow(schedule)
        for step in range(len(schedule)):
            assert all((flow.writer(one) or -1) < step for one in flow.reads(step))
    assert plan_of(steps_of(order), 3)


@pytest.mark.parametrize("order", EVERY_ORDER)
def test_an_order_hurries_if_an_update_of_it_is_early_or_lacks_a_gradient(
    order: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    further_orders.put(monkeypatch)
    wanted = Wanted(recurrent=True, depth=3, samples=3, batch_size=3, iterations=1, steps=200)
    found = (scenario_at_random(seed, wanted) for seed in range(100))
    shapes: Shapes = next(some for one in found if (some := shapes_of(one)).times > 1 and some.layers > 1)
    schedule = Schedule(shapes, order)
    last = len(schedule) - 1
    layers = range(1, shapes.layers + 1)
    too_early = any(early(schedule, last, layer, group) for layer in layers for group in shapes.groups(layer))
    in_pieces = any(schedule.count(0, Sort("update", layer)) > 1 for layer in layers)
    assert hurries(order) == (too_early or in_pieces)


def test_a_list_is_looked_at_once() -> None:
    from engine.order.sound import _looked_at

    steps_of("deferred")
    before = _looked_at.cache_info()
    steps_of("deferred")
    assert _looked_at.cache_info().misses == before.misses
