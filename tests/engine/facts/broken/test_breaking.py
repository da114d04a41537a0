"""Is a run in which the user breaks the rule computed right, and can it be taken back?

The judge is the scalar run of the oracle, with the updates put in between its steps.
"""

from __future__ import annotations

from itertools import islice
from random import Random
from typing import TYPE_CHECKING

import numpy as np
import pytest

from engine import apart, trace
from engine.facts.broken.breaking import break_rule, why_not, why_not_by_hand
from engine.facts.cost import Tally, cost
from engine.facts.entry import Number, array_of
from engine.facts.explain import explain
from engine.facts.explain.expression import evaluate, leaves
from engine.facts.two_orders.chosen import Two
from engine.facts.two_orders.compare import compare, final_losses
from engine.facts.waiting import waiting
from engine.order.quantities import Reference
from engine.order.schedule import Poke
from engine.order.shapes import shapes_of
from engine.order.site import Site
from engine.program.machine import straight
from engine.run.straight import loss_of
from engine.update_orders import WAITING
from tests.engine.facts.test_cost import counted
from tests.given.breaks_at_random import BrokenOracle, break_at_random, breaks_at_random, layer_of
from tests.given.recorded import as_record
from tests.given.scenarios_at_random import OPTIMIZERS, ORDERS, Wanted, scenario_at_random
from tests.given.some_of import EVERY_CASE, each_of, some_of
from tests.golden.examples import mazur
from tests.oracle.run import Oracle, printed
from tests.oracle.verdict import differences
from tests.work.work import lines_run

if TYPE_CHECKING:
    from engine.run.tracing import Trace


@pytest.mark.parametrize(("seed", "recurrent"), each_of(some_of(range(20), 8), [False, True]))
def test_every_record_is_that_of_the_oracle(seed: int, recurrent: bool) -> None:
    case = break_at_random(seed, Random(seed), Wanted(recurrent=recurrent, steps=100, parameters=30))
    steps = list(BrokenOracle(case.scenario, case.iteration, case.marks).steps())
    records = [as_record(step) for step in case.trace]
    assert len(records) == len(steps) == len(case.trace)
    assert [record["step"] for record in records] == list(range(len(records)))
    begin = case.trace.schedule.first_step(case.iteration)
    for place, mark in enumerate(case.marks):
        if mark is not None:
            record = records[begin + place]
            assert (record["kind"], record["layer"]) == ("update", layer_of(mark))
            assert record["sample"] is not None
    found = [line for record, step in zip(records, steps, strict=True) for line in differences(record, step)]
    assert found == []


@pytest.mark.parametrize("recurrent", [False, True])
def test_a_total_that_is_never_cleared_is_gathered_once_on_arrays_too(recurrent: bool) -> None:
    """Those of the weights were gathered again with those of the biases."""
    wanted = Wanted(mistake="gradient-kept", optimizer="sgd", recurrent=recurrent, samples=2, batch_size=2)
    case = next(breaks_at_random(wanted, lambda one: not straight(one, shapes_of(one))))
    steps = list(BrokenOracle(case.scenario, case.iteration, case.marks).steps())
    records = [as_record(step) for step in case.trace]
    assert [line for one, step in zip(records, steps, strict=True) for line in differences(one, step)] == []


@pytest.mark.parametrize(("optimizer", "recurrent"), each_of(OPTIMIZERS, [False, True]))
def test_every_record_is_that_of_the_oracle_whatever_the_optimizer(optimizer: str, recurrent: bool) -> None:
    """With decay, settings and what is trained as they come, but for clipping: then no update comes early."""
    wanted = Wanted(
        recurrent=recurrent, optimizer=optimizer, settings=True, samples=2, steps=100, parameters=30
    )
    for case in islice(breaks_at_random(wanted), 3 if EVERY_CASE else 1):
        steps = list(BrokenOracle(case.scenario, case.iteration, case.marks).steps())
        records = [as_record(step) for step in case.trace]
        pairs = zip(records, steps, strict=True)
        assert [line for record, step in pairs for line in differences(record, step)] == []


@pytest.mark.parametrize(("seed", "recurrent"), each_of(some_of(range(6), 3), [False, True]))
def test_every_number_is_what_its_explanation_says(seed: int, recurrent: bool) -> None:
    chance = Random(seed)
    case = break_at_random(seed, chance, Wanted(recurrent=recurrent, samples=2, batch_size=2, iterations=2))
    whole = case.trace
    first = whole.schedule.first_step(case.iteration)
    for step in range(first, whole.schedule.first_step(case.iteration + 1)):
        for reference in whole.flow.writes(step):
            array = array_of(whole, reference)
            index = tuple(chance.randrange(size) for size in array.shape)
            value = float(array[index])
            if reference.quantity == "slope" and np.isnan(value):
                continue
            equation = explain(whole, Number(reference, index))
            assert equation.result.value == value
            assert evaluate(equation.expression) == pytest.approx(value, rel=1e-9, abs=1e-14, nan_ok=True)


def test_a_change_is_exactly_what_it_is_said_to_be() -> None:
    """The learning rate times what is gathered, without what has been applied: bit for bit."""
    for seed in some_of(range(10), 4):
        case = break_at_random(seed, Random(seed), Wanted(samples=3, batch_size=3, steps=100, parameters=30))
        whole = case.trace
        begin = whole.schedule.first_step(case.iteration)
        for step in range(begin, whole.schedule.first_step(case.iteration + 1)):
            for reference in whole.flow.writes(step):
                if reference.quantity.endswith("_change"):
                    array = array_of(whole, reference)
                    for index in np.ndindex(array.shape):
                        expression = explain(whole, Number(reference, index)).expression
                        assert evaluate(expression) == array[index]


@pytest.mark.parametrize("seed", some_of(range(10), 3))
def test_the_undisturbed_trace_stays_as_it_was(seed: int) -> None:
    case = break_at_random(seed, Random(seed), Wanted(steps=150, parameters=30))
    list(case.trace)
    fresh = trace(case.scenario)
    assert case.trace.undisturbed.breaks == ()
    assert [as_record(step) for step in case.trace.undisturbed] == [as_record(step) for step in fresh]


@pytest.mark.parametrize(("seed", "recurrent"), each_of(some_of(range(10), 4), [False, True]))
def test_an_update_out_of_turn_costs_no_multiply_adds(seed: int, recurrent: bool) -> None:
    case = break_at_random(seed, Random(seed), Wanted(recurrent=recurrent, steps=150, parameters=30))
    whole, so_far = case.trace, Tally()
    for step in range(len(whole)):
        if step == whole.schedule.first_step(whole.schedule.site(step).iteration):
            so_far = Tally()
        so_far += counted(whole, step)
        assert cost(case.scenario, whole.schedule, step).so_far == so_far


def test_both_orders_are_compared_from_the_parameters_with_which_the_iteration_begins() -> None:
    whole = trace(mazur("deferred", 3))
    broken = break_rule(whole, whole.schedule.first_step(1) + 4, 2)
    mine, both = compare(broken, 1), compare(whole, 1)
    assert (mine.two, both.two) == (Two(), Two("premature"))
    assert mine.loss_before == both.loss_before
    assert mine.loss_first == both.loss_first
    after = broken.parameters(2)
    assert mine.loss_second == loss_of(whole.scenario, whole.shapes, after)
    pair = mine.layers[0].pairs[0]
    np.testing.assert_allclose(after.weights[0] - broken.parameters(1).weights[0], pair.second_change)
    assert pair.differs.all()
    assert compare(broken, 2).loss_before == loss_of(whole.scenario, whole.shapes, broken.parameters(2))
    other = trace(mazur("deferred", 3), "premature")
    for one in (whole, broken, other):
        one.advance(3)
    assert final_losses(whole, compare(whole, 0, Two("premature")), (other,)) is not None
    assert final_losses(broken, compare(broken, 0, Two("premature")), (other,)) is None


@pytest.mark.parametrize("seed", some_of(range(10), 3))
def test_losses_parameters_and_seeks(seed: int) -> None:
    chance = Random(seed)
    # A rate at which no run makes much of a rounding in sixty iterations.
    case = break_at_random(seed, chance, Wanted(iterations=60, steps=2000, learning_rate=0.1))
    whole, scenario = case.trace, case.scenario
    oracle = BrokenOracle(scenario, case.iteration, case.marks)
    losses = []
    for iteration in range(whole.iterations):
        terms = [fields["loss"] for kind, *_, fields in oracle.iteration(iteration) if kind == "loss"]
        samples = len(whole.shapes.batch(iteration)) if scenario.training.reduction == "mean" else 1
        losses.append(sum(float(str(printed(loss))) for loss in terms) / samples)
    whole.advance(whole.iterations)
    assert whole.losses.iterations == whole.iterations
    np.testing.assert_allclose(whole.losses.values(), losses, rtol=1e-11, atol=1e-14)
    end = whole.parameters(whole.iterations)
    for layer in range(1, whole.shapes.layers + 1):
        expected = [[weight.value for weight in row] for row in oracle.weights[layer]]
        np.testing.assert_allclose(end.weights[layer - 1], expected, rtol=1e-11, atol=1e-14)
    for iteration in chance.sample(range(whole.iterations), 12):
        numbers = whole.iteration(iteration)
        after = whole.parameters(iteration + 1)
        np.testing.assert_array_equal(numbers.before.flat(), whole.parameters(iteration).flat())
        np.testing.assert_array_equal(numbers.after.flat(), after.flat())


@pytest.mark.parametrize(("seed", "recurrent"), each_of(some_of(range(8), 4), [False, True]))
def test_no_harm_where_nothing_reads_the_layer_any_more_and_harm_one_reading_step_before(
    seed: int, recurrent: bool
) -> None:
    scenario = scenario_at_random(
        seed, Wanted(order="deferred", recurrent=recurrent, iterations=1, steps=100, parameters=30)
    )
    whole = trace(scenario)
    steps = [as_record(step) for step in whole]
    for layer in range(1, whole.shapes.layers + 1):
        groups = [waiting(whole.schedule, 0, layer, name) for name in whole.schedule.shapes.groups(layer)]
        safe = max(group.safe_from for group in groups)
        if why_not(whole, safe - 1, layer) is None:
            late = [as_record(step) for step in break_rule(whole, safe - 1, layer)]
            assert without_updates(late) == pytest.approx(without_updates(steps), rel=1e-12, abs=1e-15)
        if why_not(whole, safe - 2, layer) is None:
            early = break_rule(whole, safe - 2, layer)
            read = [name for name in whole.flow.reads(safe - 1) if name.layer == layer and name.version == 0]
            changed = any(
                np.any(array_of(early, reference._replace(version=1)) != array_of(whole, reference))
                for reference in read
            )
            other = [
                array_of(whole, name)
                for name in whole.flow.reads(safe - 1)
                if name.version is None and name.quantity in ("delta", "activation", "input")
            ]
            if changed and len(read) == 1 and np.abs(other[0]).max() > 1e-9:
                assert as_record(early[safe]) | {"step": 0} != as_record(whole[safe - 1]) | {"step": 0}


def without_updates(records: list[dict[str, object]]) -> list[object]:
    """Every number of the steps that are no updates, in order."""
    found: list[object] = []

    def add(value: object) -> None:
        if isinstance(value, list):
            for part in value:
                add(part)
        elif isinstance(value, float):
            found.append(value)

    for record in records:
        if record["kind"] != "update":
            for value in record.values():
                add(value)
    return found


def test_the_sentences_that_refuse() -> None:
    whole = trace(mazur("deferred", 3))
    assert why_not(whole, 3, 2) == "Nothing is gathered for layer 2 yet, so there is nothing to apply."
    assert why_not(whole, 4, 2) is None
    assert why_not(whole, 4, 1) == "Nothing is gathered for layer 1 yet, so there is nothing to apply."
    assert why_not(whole, 7, 2) == "The updates of this iteration have begun: there is no rule left to break."
    # Later and earlier in the same iteration the same gradients would be applied twice.
    broken = break_rule(whole, 5, 2)
    sentence = "All that is gathered for layer 2 here is applied at step 7 already."
    assert [why_not(broken, step, 2) for step in (4, 5, 6, 7)] == [sentence] * 4
    assert why_not(broken, 7, 1) is None
    assert why_not(broken, 14, 2) == "The rule is broken in iteration 1 already: take that back first."
    early = why_not(trace(mazur("premature", 3)), 4, 2)
    assert early == "In the premature order changes are too early anyway: no rule is left to break."
    with pytest.raises(ValueError, match="Nothing is gathered"):
        break_rule(whole, 3, 2)


def test_mazurs_network_with_the_second_layer_updated_first() -> None:
    """His article does just this: ∂E/∂w1 falls to 83.16 % where w5 is changed before it is read."""
    whole = trace(mazur("deferred", 1))
    broken = break_rule(whole, 4, 2)
    premature = list(Oracle(mazur("premature", 1)).steps())
    delta = next(step for step in premature if step["kind"] == "delta" and step["layer"] == 1)
    assert as_record(broken[6])["delta"] == pytest.approx(printed(delta["delta"]), rel=1e-14)
    ratio = as_record(broken[7])["weight_total"][0][0] / as_record(whole[6])["weight_total"][0][0]
    assert round(100 * ratio, 2) == 83.16
    assert loss_of(whole.scenario, whole.shapes, broken.parameters(1)) == pytest.approx(
        0.291027924, abs=5e-10
    )


def test_parameters_after_an_update_out_of_turn_have_a_name_of_their_own() -> None:
    scenario = scenario_at_random(
        2, Wanted(order="deferred", samples=3, batch_size=3, depth=2, iterations=1, recurrent=False)
    )
    whole = trace(scenario)
    gradients = [step for step in range(len(whole)) if whole.schedule.site(step)[0::4] == ("gradient", 2)]
    broken = break_rule(break_rule(whole, gradients[0], 2), gradients[1] + 1, 2)
    equations = [
        explain(broken, Number(Reference("weights", 0, 2, version=version), (0, 0))) for version in (1, 2, 3)
    ]
    symbols = [[leaf.symbol for leaf in (one.result, *leaves(one.expression))] for one in equations]
    assert symbols == [
        ["early W2[1,1]", "W2[1,1]", "ΔW2[1,1]"],
        ["early W2[1,1]", "W2[1,1] so far", "ΔW2[1,1]"],
        ["new W2[1,1]", "early W2[1,1]", "ΔW2[1,1]"],
    ]


def test_the_sentences_of_a_change_say_what_is_true() -> None:
    scenario = scenario_at_random(
        2, Wanted(order="deferred", samples=2, batch_size=2, depth=2, iterations=1, recurrent=False)
    )
    whole = trace(scenario)
    last = whole.schedule.first_step(1) - 3  # the last gradient, that of layer 1
    early, late = (
        break_rule(whole, whole.schedule.step(Site("gradient", 0, 0, 0, 2)), 2),
        break_rule(whole, last, 2),
    )
    partly = break_rule(whole, last - 1, 1)
    of = {
        (name, version): explain(
            one, Number(Reference("weights_change", 0, layer, version=version), (0, 0))
        ).words
        for name, one, layer in (("early", early, 2), ("late", late, 2), ("partly", partly, 1))
        for version in (1, 2)
    }
    assert of["early", 1] == "Too early: applied now, while later steps still read what it changes."
    assert of["early", 2].startswith("What is left: the total without")
    assert of["late", 1].endswith("nothing reads it any more: no harm.")
    assert of["late", 2].endswith("nothing is left.")
    assert of["partly", 1] == "Out of turn: applied now; nothing reads what it changes any more."


def test_a_break_far_into_a_long_run_is_opened_at_once() -> None:
    """What was computed before it is kept: far into a run it is no more work than near its beginning."""
    whole = trace(mazur("deferred", 100_000))
    whole.advance(6_000)

    def opened(iteration: int) -> Trace:
        step = whole.schedule.first_step(iteration) + 4
        broken = break_rule(whole, step, 2)
        assert as_record(broken[step + 1])["kind"] == "update"
        assert broken.computed == iteration + 1
        assert broken.losses.iterations == iteration + 1
        return broken

    assert lines_run(opened, 5_000) < 2 * lines_run(opened, 50)
    broken = opened(5_000)
    np.testing.assert_array_equal(broken.losses.values()[:5_000], whole.losses.values()[:5_000])
    later = broken.schedule.first_step(5_500) + 3
    assert as_record(broken[later])["step"] == later


@pytest.mark.parametrize("seed", some_of(range(20), 10))
def test_why_not_says_of_an_order_what_its_updates_are(seed: int) -> None:
    """Every change too early, some of them, or none: counted update by update."""
    for order in ORDERS:
        if order == WAITING:
            continue
        run = trace(scenario_at_random(seed, Wanted(order=order)))
        steps = range(run.schedule.first_step(1))
        updates = [step for step in steps if run.schedule.site(step).kind == "update"]
        early = 0
        for step in updates:
            layer = run.schedule.site(step).layer or 0
            groups = run.shapes.groups(layer)
            early += any(not waiting(run.schedule, step, layer, group).safe for group in groups)
        said = why_not(run, 0, 1)
        assert said is not None
        assert ("every change is too early" in said) == (early == len(updates))
        assert ("too early" in said) == (early > 0)


def test_whether_a_parameter_can_be_set_is_known_while_another_computes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(apart, "MOST_PARAMETERS", 0)
    run = trace(scenario_at_random(1, Wanted(order=WAITING, iterations=9)))
    run.iteration(8)
    run._parameters.clear()  # of a large run few are kept
    apart.leave_to(-1)
    try:
        assert why_not_by_hand(run, 0, 1, Poke("weights", (0, 0), 0.5)) is None
        assert why_not_by_hand(run, 0, 1, Poke("weights", (999, 0), 0.5)) == "There is no such parameter."
    finally:
        apart.leave_to(None)
