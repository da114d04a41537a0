"""Is just that marked as no longer right which the break has changed?

Two judges: the scalar oracle with and without the updates put in, whose numbers carry how exact they can
be; and the reads and writes of the steps, by which only what lies downstream of a break can have changed.
"""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pytest

from engine import load, trace
from engine.catalog import find
from engine.facts.beside.right import right_value, wrong_entries, wrong_in
from engine.facts.broken.breaking import break_rule
from engine.facts.entry import Number, array_of
from engine.facts.number import Traced
from engine.order.quantities import TOTAL_OF, Reference
from engine.order.site import Site
from engine.scenario import without_mistake
from engine.update_orders import ORDERS as ORDERS_BY_NAME
from engine.update_orders import WAITING, UpdateOrder, back, each
from engine.words.waits.waiting import Layer
from tests.given.breaks_at_random import BrokenOracle, break_at_random, layer_of
from tests.given.further_orders import FURTHER, put
from tests.given.scenarios_at_random import (
    MISTAKES,
    OPTIMIZERS,
    ORDERS,
    THROUGH_TIME,
    Wanted,
    scenario_at_random,
)
from tests.given.some_of import EVERY_CASE, each_of, in_turns, some_of
from tests.golden.examples import mazur
from tests.golden.runs import layer, scenario
from tests.oracle.number import Number as Measured

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.order.quantities import Parameter, Quantity
    from tests.given.breaks_at_random import Case, Marks
    from tests.oracle.run import Step

FIELDS: tuple[Quantity, ...] = (
    "pre_activation",
    "activation",
    "slope",
    "terms",
    "from_above",
    "from_future",
    "error",
    "delta",
    "weight_gradient",
    "bias_gradient",
    "recurrent_gradient",
    "weight_total",
    "bias_total",
    "recurrent_total",
)
AFTER: tuple[tuple[Parameter, str], ...] = (
    ("weights", "weights_after"),
    ("biases", "biases_after"),
    ("recurrent_weights", "recurrent_after"),
)


class Place(NamedTuple):
    """Where a step of the oracle is."""

    kind: str
    sample: int | None
    time: int | None
    layer: int | None


@pytest.mark.parametrize(("seed", "recurrent"), each_of(some_of(range(13), 6), [False, True]))
def test_marked_is_what_differs_from_the_undisturbed_run(seed: int, recurrent: bool) -> None:
    case = break_at_random(seed, Random(seed), Wanted(recurrent=recurrent, steps=100, parameters=30))
    ordinary: Marks = [layer for layer in case.marks if layer is None]
    broken = [
        step for step, layer in zip(steps_of(case, case.marks), case.marks, strict=True) if layer is None
    ]
    for (place, found), (_, right) in zip(broken, steps_of(case, ordinary), strict=True):
        if place.kind == "update":
            version = [layer_of(mark) for mark in case.marks].count(place.layer) + 1
            for parameter, field in AFTER:
                if field in found:
                    reference = Reference(parameter, case.iteration, place.layer, version=version)
                    judge(case, reference, found[field], right[field])
        else:
            for name in FIELDS:
                if name in found:
                    reference = Reference(name, case.iteration, place.layer, place.sample, place.time)
                    judge(case, reference, found[name], right[name])


def steps_of(case: Case, marks: Marks) -> list[tuple[Place, Step]]:
    oracle = BrokenOracle(case.scenario, case.iteration, marks)
    for earlier in range(case.iteration):
        list(oracle.iteration(earlier))
    return [
        (Place(kind, sample, time, layer), fields)
        for kind, sample, time, layer, fields in oracle.iteration(case.iteration)
    ]


def judge(case: Case, reference: Reference, found: object, right: object) -> None:
    """What certainly differs is marked with the right value, what certainly doesn't is not."""
    for (index, one), (_, other) in zip(entries(found), entries(right), strict=True):
        marked = right_value(case.trace, Number(reference, index))
        distance, rounding = abs(one.value - other.value), 1e-13 * (one.size + other.size)
        if distance > 1e-8 * max(abs(one.value), abs(other.value)) + rounding:
            assert marked == pytest.approx(other.value, rel=1e-12, abs=rounding), (reference, index)
        elif distance < 1e-10 * abs(other.value):
            assert marked is None, (reference, index)


def entries(value: object, index: tuple[int, ...] = ()) -> Iterator[tuple[tuple[int, ...], Measured]]:
    if isinstance(value, Measured):
        yield index, value
    else:
        assert isinstance(value, list)
        for place, part in enumerate(value):
            yield from entries(part, (*index, place))


@pytest.mark.parametrize(("seed", "recurrent"), each_of(some_of(range(20), 8), [False, True]))
def test_whatever_is_marked_lies_downstream_of_a_break(seed: int, recurrent: bool) -> None:
    case = break_at_random(seed, Random(seed), Wanted(recurrent=recurrent, steps=100, parameters=30))
    whole = case.trace
    downstream: set[Reference] = set()
    for step in range(len(whole)):
        reads, writes = whole.flow.reads(step), whole.flow.writes(step)
        if step in whole.schedule.inserted or not downstream.isdisjoint(reads):
            downstream.update(writes)
        for reference in writes:
            wrong = wrong_in(whole, reference)
            if wrong is not None and wrong.any():
                assert reference in downstream
                assert reference.iteration == case.iteration


@pytest.mark.parametrize("seed", some_of(range(10), 4))
def test_rounding_is_never_taken_for_falsehood(seed: int) -> None:
    """Once everything is gathered and read, an update out of turn leaves every number right."""
    whole = trace(
        scenario_at_random(seed, Wanted(order="deferred", samples=5, batch_size=5, steps=120, parameters=30))
    )
    last = whole.schedule.first_step(1) - 1 - whole.shapes.layers
    for number in range(1, whole.shapes.layers + 1):
        broken = break_rule(whole, last, number)
        for step in range(len(broken)):
            for reference in broken.flow.writes(step):
                wrong = wrong_in(broken, reference)
                assert wrong is None or not wrong.any()


def test_a_sum_that_cancels_is_not_taken_for_wrong() -> None:
    """Its few digits depend on the order of the additions, and a broken iteration adds piece by piece."""
    rows = [[0.1 * place, 0.7 - 0.3 * place, 0.2] for place in range(7)]
    weights = [0.3, -0.2, 0.7]
    shares = [0.1, 0.3, -0.2, 0.7, -0.9, 0.3, -0.3]
    targets = [
        [sum(w * x for w, x in zip(weights, row, strict=True)) - share]
        for row, share in zip(rows, shares, strict=True)
    ]
    layers = [layer("identity", [weights]), layer("identity", [[1.0]])]
    whole = trace(scenario(layers, rows, targets, rate=0.1))
    # The last delta of layer 1 has read W2; only the last gradient of layer 1 is still to come.
    last = whole.schedule.step(Site("gradient", 0, 6, 0, 1))
    broken = break_rule(whole, last - 1, 2)
    total = Reference("bias_total", 0, 1, 6, 0)
    assert broken.flow.writer(total) == last + 1
    assert abs(array_of(whole, total)[0]) < 1e-15
    assert right_value(broken, Number(total, (0,))) is None


def test_a_change_that_completes_another_has_nothing_to_be_held_against() -> None:
    whole = trace(mazur("deferred", 1))
    broken = break_rule(whole, 4, 2)
    both = [wrong_in(broken, Reference("weights_change", 0, 2, version=version)) for version in (1, 2)]
    assert both == [None, None]
    first = wrong_in(broken, Reference("weights_change", 0, 1, version=1))
    assert first is not None
    assert first.all()


def test_mazurs_numbers_after_the_second_layer_was_updated_first() -> None:
    whole = trace(mazur("deferred", 2))
    broken = break_rule(whole, 4, 2)
    delta = Reference("delta", 0, 1, 0, 0)
    for unit in range(2):
        number = Number(delta, (unit,))
        assert right_value(broken, number) == Traced(whole, number).value != Traced(broken, number).value
        assert right_value(whole, number) is None
    # The first layer's new weights are wrong; the second layer's are not: it applied its whole gradient.
    first, early, second = (
        Number(Reference("weights", 0, layer, version=version), (0, 0))
        for layer, version in ((1, 1), (2, 1), (2, 2))
    )
    assert right_value(broken, first) == Traced(whole, first).value
    assert right_value(broken, early) is None
    assert right_value(broken, second) is None
    # What the next iteration computes is the gradient where it now is.
    assert wrong_in(broken, Reference("delta", 1, 1, 0, 0)) is None
    # Nothing before the break can be wrong.
    assert wrong_in(broken, Reference("delta", 0, 2, 0, 0)) is None


def test_the_marks_of_a_matrix_are_read_only() -> None:
    broken = break_rule(trace(mazur("deferred", 1)), 4, 2)
    wrong = wrong_in(broken, Reference("weight_total", 0, 1, 0, 0))
    assert wrong is not None
    assert wrong.all()
    assert not wrong.flags.writeable
    assert array_of(broken, Reference("weight_total", 0, 1, 0, 0)).shape == wrong.shape


@pytest.mark.parametrize("seed", some_of(range(12), 6))
def test_the_premature_order_is_held_against_the_deferred_one(seed: int) -> None:
    found = scenario_at_random(seed, Wanted(iterations=1, steps=70, parameters=30))
    steps, right = trace(found, "premature"), trace(found, "deferred")
    marked = 0
    for step in range(len(steps)):
        for reference in steps.flow.writes(step):
            wrong = wrong_in(steps, reference)
            if wrong is None:
                assert reference.version is not None
                continue
            last = steps.schedule.updates_before(len(steps) - 1, reference.layer or 1) + 1
            same = reference if reference.version is None else reference._replace(version=1)
            assert reference.version in (None, last, last - 1)
            expected, here = array_of(right, same), array_of(steps, reference)
            floor = 1e-12 * float(np.nanmax(abs(expected), initial=0.0))
            close = np.isclose(here, expected, rtol=1e-9, atol=floor, equal_nan=True)
            assert (wrong == ~close).all(), (step, reference)
            marked += int(wrong.sum())
            for index in np.argwhere(wrong).tolist():
                number = Number(reference, tuple(index))
                assert right_value(steps, number) == pytest.approx(
                    float(expected[tuple(index)]), rel=1e-9, abs=1e-12, nan_ok=True
                )
    alone = len(found.network.layers) == 1 and len(steps.shapes.batch(0)) == 1 and steps.shapes.times == 1
    assert marked == 0 or not alone


@pytest.mark.parametrize(
    ("mistake", "order"),
    [
        (mistake, order)
        for turn, mistake in enumerate((None, *MISTAKES))
        for order in (WAITING, *in_turns(ORDERS[1:], turn, 2))
    ],
)
def test_parameters_that_an_update_leaves_elsewhere_are_marked_even_if_the_gradient_is_right(
    mistake: str | None, order: str
) -> None:
    """It may apply it with another sign, twice, cut by the length of wrong ones, or after a wrong state.

    Which optimisers a mistake is made with in an order takes turns: one, and more until something has moved.
    Each order meets every optimiser. Before the second iteration there is nothing that could have been kept.
    """
    moved, turn = 0, (2 * [*ORDERS].index(order) + (None, *MISTAKES).index(mistake) // 2) % len(OPTIMIZERS)
    can_move = order != WAITING or mistake not in (None, "gradient-kept")
    rows = [*enumerate(OPTIMIZERS * 2)]
    for tried, (seed, optimizer) in enumerate((*rows[turn:], *rows[:turn])):
        if tried >= 1 and (moved or not can_move) and not EVERY_CASE:
            break
        wanted = Wanted(
            mistake=mistake,
            depth=2,
            recurrent=True if mistake in THROUGH_TIME else None,
            optimizer=optimizer,
            settings=True,
            iterations=1,
            steps=45,
            parameters=30,
        )
        found = scenario_at_random(seed, wanted)
        if order != "deferred" and found.training.clip_norm is not None:
            continue  # there is no such run
        here, right = trace(found, order), trace(without_mistake(found), "deferred")
        for number, one in enumerate(found.network.layers, start=1):
            for parameter, _ in AFTER[: 3 if one.recurrent_weights is not None else 2]:
                after = Reference(parameter, 0, number, version=here.flow.updates(0, number))
                expected = array_of(right, after._replace(version=1))
                distance = abs(array_of(here, after) - expected)
                size = max(abs(array_of(here, after._replace(version=0))).max(), abs(expected).max())
                wrong = wrong_in(here, after)
                if wrong is None:
                    wrong = np.zeros(expected.shape, dtype=np.bool_)
                assert wrong[distance > 1e-8 * abs(expected) + 1e-11 * size].all(), (optimizer, after)
                assert not wrong[distance < 1e-13 * size].any(), (optimizer, after)
                moved += int(wrong.sum())
    assert moved or not can_move


def test_a_delta_of_the_premature_order_that_should_have_another_sign() -> None:
    found = load(find("08-too-early-sign"))
    steps = trace(found, "premature")
    delta = Number(Reference("delta", 0, 1, 0, 0), (0,))
    assert Traced(steps, delta).value == pytest.approx(-0.0034034, abs=1e-7)
    assert right_value(steps, delta) == pytest.approx(0.0012509, abs=1e-7)


@pytest.mark.parametrize("recurrent", [False, True], ids=["dense", "recurrent"])
@pytest.mark.parametrize("order", [*ORDERS, *FURTHER, "gradients-forward"])
def test_a_run_is_disturbed_unless_it_is_that_of_the_order_that_waits(
    order: str, recurrent: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of one in which all updates wait nothing is wrong, whatever it is called: the others remember."""
    put(monkeypatch)
    forward = each("time", each("layer", "forward"), "loss")
    deltas, gradients = back("time", back("layer", "delta")), each("time", back("layer", "gradient"))
    items = (each("sample", forward, deltas, gradients, back("layer", "update")),)
    monkeypatch.setitem(
        ORDERS_BY_NAME, "gradients-forward", UpdateOrder(items, "the last is that of the last time")
    )
    wanted = Wanted(
        "tanh", "half-squared-error", recurrent=recurrent, depth=2, samples=3, batch_size=3, optimizer="adam"
    )
    seed = next(seed for seed in range(100) if scenario_at_random(seed, wanted).data.times > recurrent)
    run = trace(scenario_at_random(seed, wanted), order)
    found, waited = run.iteration(0), trace(run.scenario, WAITING).iteration(0)
    alike = not wrong_entries(found.after.flat(), waited.after.flat()).any()
    assert run.disturbed or alike
    assert run.disturbed == (not alike) or not recurrent  # of one time alone there are fewer readers
    last = run.schedule.first_step(1) - 1
    for number in (1, 2):
        both = [one.whole_totals(number) for one in (found, waited)]
        groups = [group for group in run.shapes.groups(number) if group != "biases"]
        wrong = any(wrong_entries(*(getattr(one, group) for one in both)).any() for group in groups)
        assert Layer(run, last, number).falsified == wrong


def test_a_sum_of_other_gradients_is_not_taken_for_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    """All deltas are right, and gathered in another turn than in the order that waits."""
    put(monkeypatch)
    run = trace(scenario_at_random(2, Wanted(recurrent=True, samples=3, batch_size=3)), "deltas-first")
    assert run.shapes.times > 1
    totals = 0
    for step in range(run.schedule.first_step(1)):
        for reference in run.flow.writes(step):
            if reference.quantity in TOTAL_OF.values():
                wrong = wrong_in(run, reference)
                assert wrong is None or not wrong.any()
                totals += wrong is not None
    assert totals  # those of all
