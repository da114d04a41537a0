"""Is the harm that is stated the harm that was done, counted number by number?"""

from __future__ import annotations

from itertools import islice
from random import Random
from typing import TYPE_CHECKING

import numpy as np
import pytest

from engine import trace
from engine.arrays import frozen
from engine.equations.updates import is_descent
from engine.facts.beside.right import right_value
from engine.facts.broken.breaking import break_rule
from engine.facts.broken.harm import Count, _farthest, harm, wrong_by
from engine.facts.entry import Number, array_of
from engine.facts.number import Traced
from engine.order.quantities import PARAMETERS, Reference
from engine.run.straight import loss_of
from engine.scenario import Data, Layer, Network, Scenario, Training
from engine.words.waits.harm import words_of_harm
from tests.cases import case
from tests.given.breaks_at_random import break_at_random, breaks_at_random
from tests.given.scenarios_at_random import Wanted, scenario_at_random, with_training
from tests.given.some_of import EVERY_CASE, each_of, some_of
from tests.golden.examples import mazur

if TYPE_CHECKING:
    from engine.arrays import Array
    from engine.order.quantities import Parameter, Quantity
    from engine.run.tracing import Trace
    from tests.given.breaks_at_random import Case

TOTALS: tuple[Quantity, ...] = ("weight_total", "bias_total", "recurrent_total")


@pytest.mark.parametrize(("seed", "recurrent"), each_of(some_of(range(13), 6), [False, True]))
def test_the_counts_are_those_of_the_numbers_that_are_marked(seed: int, recurrent: bool) -> None:
    case = break_at_random(seed, Random(seed), Wanted(recurrent=recurrent, steps=80, parameters=30))
    found = harm(case.trace)
    assert found is not None
    assert found.iteration == case.iteration
    deltas, gradients = numbers_of(case, "delta"), [n for name in TOTALS for n in numbers_of(case, name)]
    assert found.deltas == counted(case, deltas)
    assert found.gradients == counted(case, gradients)
    assert found.pre_activations == counted(case, numbers_of(case, "pre_activation"))
    wrong = [n for n in deltas + gradients if right_value(case.trace, n) is not None]
    if found.worst is None:
        assert all(right_value(case.trace, number) == 0.0 for number in wrong)
    else:
        assert found.worst.number in wrong
        assert relative(case, found.worst.number) == pytest.approx(
            max(relative(case, number) for number in wrong), rel=1e-6
        )
    assert found.harmless == (not wrong and found.pre_activations.wrong == 0)


def numbers_of(case: Case, quantity: Quantity) -> list[Number]:
    """Every number of a quantity in the iteration; of totals the last ones, of what is trained."""
    whole, k = case.trace, case.iteration
    found = []
    samples, times = whole.shapes.batch(k), range(whole.shapes.times)
    for layer in range(1, whole.shapes.layers + 1):
        mine = case.scenario.network.layers[layer - 1]
        places = [(sample, time) for sample in samples for time in times]
        if quantity in TOTALS:
            places = [(samples[-1], 0)]
        if (quantity == "bias_total" and not mine.train_biases) or (
            quantity == "recurrent_total" and not mine.recurrent
        ):
            continue
        for sample, time in places:
            reference = Reference(quantity, k, layer, sample, time)
            found += [Number(reference, index) for index in np.ndindex(array_of(whole, reference).shape)]
    return found


def counted(case: Case, numbers: list[Number]) -> Count:
    pairs = [(Traced(case.trace, number).value, right_value(case.trace, number)) for number in numbers]
    wrong = [(value, right) for value, right in pairs if right is not None]
    return Count(len(wrong), sum(value * right < 0 for value, right in wrong), len(numbers))


def relative(case: Case, number: Number) -> float:
    right = right_value(case.trace, number)
    assert right is not None
    return abs(Traced(case.trace, number).value - right) / abs(right) if right else 0.0


@pytest.mark.parametrize("seed", some_of(range(15), 5))
def test_the_angle_is_that_between_the_whole_change_and_the_right_one(seed: int) -> None:
    """From the parameters before and after the iteration, with and without the break."""
    angle_is_that_of_the_changes(
        break_at_random(seed, Random(seed), Wanted(learning_rate=0.05, steps=80, parameters=30))
    )


def test_what_is_not_trained_has_no_part_in_the_angle() -> None:
    wanted = Wanted(learning_rate=0.05, optimizer="sgd", settings=True, steps=80, parameters=30)
    for found in islice(breaks_at_random(wanted, is_descent), 4):
        angle_is_that_of_the_changes(found)


def angle_is_that_of_the_changes(case: Case) -> None:
    found = harm(case.trace)
    assert found is not None
    whole, k = case.trace, case.iteration
    begin = whole.parameters(k)
    changes = [
        np.concatenate(
            [
                (
                    getattr(one.parameters(k + 1).layer(layer), name)
                    - getattr(begin.layer(layer), name)
                    - set_by_hand_of(one, layer, name)
                ).ravel()
                for layer in range(1, whole.shapes.layers + 1)
                for name in PARAMETERS
                if getattr(begin.layer(layer), name) is not None
            ]
        )
        for one in (whole, whole.undisturbed)
    ]
    lengths = [float(np.linalg.norm(change)) for change in changes]
    if found.angle.degrees is None or min(lengths) < 1e-6:
        return
    cosine = float(changes[0] @ changes[1]) / (lengths[0] * lengths[1])
    assert found.angle.cosine == pytest.approx(cosine, abs=1e-9)
    for loss, one in ((found.loss_broken, whole), (found.loss_right, whole.undisturbed)):
        assert loss == loss_of(case.scenario, whole.shapes, one.parameters(k + 1))


def set_by_hand_of(run: Trace, layer: int, name: Parameter) -> Array:
    """What was added to parameters by hand: no gradient is in that."""
    field = f"{name.replace('_weights', '')}_change"
    found: Array = np.zeros(getattr(run.parameters(0).layer(layer), name).shape)
    for step, one in zip(run.out_of_turn, run.breaks, strict=True):
        if one.poke is not None and one.layer == layer:
            found += getattr(run[step], field)
    return found


def test_for_an_optimizer_it_is_said_of_what_is_gathered() -> None:
    """What Adam makes of the gradients lies elsewhere with no break either."""
    whole = trace(with_training(mazur("deferred", 1), optimizer="adam"))
    broken = break_rule(whole, 4, 2)
    found = harm(broken)
    assert found is not None
    said = words_of_harm(broken, found, len(broken) - 1)
    assert said[2].startswith("All that is gathered points ")
    assert said[2].endswith("° away from ∇C.")
    assert said[3].endswith("lower by 0.0019.")


def test_an_unbroken_trace_has_none() -> None:
    assert harm(trace(mazur("deferred", 1))) is None


def test_the_sentences_about_mazurs_network() -> None:
    whole = trace(mazur("deferred", 1))
    broken = break_rule(whole, 4, 2)
    found = harm(broken)
    assert found is not None
    assert words_of_harm(broken, found, len(broken) - 1) == (
        "2 of 4 deltas and 4 of 8 gradients are no longer right, none with the wrong sign.",
        "Farthest off: Σ∂C/∂W1[1,1] is 0.0003647 instead of 0.0004386, 83.16 % of it.",
        "The whole change points 0.11° away from -∇C.",
        "Loss over all data after it: 0.2910279, without the break 0.2910278: higher by 1.5e-7.",
    )
    late = break_rule(whole, 5, 2)
    harmless = harm(late)
    assert harmless is not None
    assert harmless.harmless
    assert words_of_harm(late, harmless, 6) == (
        "No harm: every delta and gradient of this iteration stays what it would have been.",
    )


def test_what_is_still_to_come_is_told_as_such() -> None:
    """Of Mazur's network: the break is step 6 on screen, δ1 comes with step 7 and its gradient with 8."""
    broken = break_rule(trace(mazur("deferred", 1)), 4, 2)
    found = harm(broken)
    assert found is not None
    words = {step + 1: words_of_harm(broken, found, step) for step in range(len(broken))}
    assert words[6][0] == "2 of 4 deltas and 4 of 8 gradients will not be right, none with the wrong sign."
    assert words[6][1].startswith("Farthest off: Σ∂C/∂W1[1,1] will be 0.0003647 instead of")
    assert words[7][0] == (
        "2 of 4 deltas are no longer right, and 4 of 8 gradients will not be, none with the wrong sign."
    )
    assert words[8][0] == "2 of 4 deltas and 4 of 8 gradients are no longer right, none with the wrong sign."
    assert words[8][1].startswith("Farthest off: Σ∂C/∂W1[1,1] is")
    assert words[9][2] == "The whole change will point 0.11° away from -∇C."
    assert words[10][2] == "The whole change points 0.11° away from -∇C."


@pytest.mark.parametrize("seed", some_of(range(10), 4))
def test_what_is_wrong_by_a_step_is_counted_number_by_number(seed: int) -> None:
    case = break_at_random(
        seed, Random(seed), Wanted(samples=3, batch_size=2, recurrent=seed % 2 == 0, steps=100, parameters=30)
    )
    whole, found = case.trace, harm(case.trace)
    assert found is not None
    first = whole.schedule.first_step(case.iteration)
    stop = min(len(whole), whole.schedule.first_step(case.iteration + 1) + 2)
    groups = (numbers_of(case, "delta"), [n for name in TOTALS for n in numbers_of(case, name)])
    wrong = [[n for n in group if right_value(whole, n) is not None] for group in groups]
    for step in range(max(0, first - 1), stop):
        expected = tuple(
            sum((whole.flow.writer(number.reference) or 0) <= step for number in group) for group in wrong
        )
        assert wrong_by(whole, found, step) == expected


def test_a_lower_loss_is_reported_as_it_is() -> None:
    """Among many breaks some end lower and some turn a sign; the sentences say so of just those."""
    seen: set[tuple[bool, bool]] = set()
    for seed in range(30):
        if seed >= 6 and len(seen) == 4 and not EVERY_CASE:
            break
        wanted = Wanted(order="deferred", samples=3, batch_size=3, depth=3, iterations=1, steps=60)
        scenario = scenario_at_random(seed, wanted)
        scenario = with_training(scenario, learning_rate=1.0)
        whole = trace(scenario)
        step = next(s for s in range(len(whole)) if whole.schedule.site(s).kind == "gradient")
        broken = break_rule(whole, step, 3)
        found = harm(broken)
        assert found is not None
        words = " ".join(words_of_harm(broken, found, step + 1))
        flipped = found.deltas.flipped + found.gradients.flipped
        lower = not found.harmless and found.loss_broken < found.loss_right
        assert ("though the change is not the negative gradient" in words) == lower
        assert (f", {flipped} with the wrong sign" in words) == (flipped > 0)
        seen.add((lower, flipped > 0))
    assert len(seen) == 4


def test_what_should_be_0_is_farthest_off() -> None:
    """-0.675 instead of 0 is no share of anything, and further off than any."""
    whole = trace(case("harm-farthest"))
    first = [step.step for step in whole if step.kind == "gradient" and step.sample == 0]
    broken = break_rule(whole, first[-1], 1)
    found = harm(broken)
    assert found is not None
    words = " ".join(words_of_harm(broken, found, len(broken) - 1))
    assert "Farthest off: δ1[1] of sample 2 is -0.675 instead of 0." in words


@pytest.mark.parametrize("rate", [1e-20, 1e-13, 1e-3])
def test_no_harm_is_said_of_none_only(rate: float) -> None:
    """However tiny the rate: what differs is not called the same."""
    for seed in some_of(range(20), 4):
        wanted = Wanted(
            order="deferred", samples=2, batch_size=2, depth=2, iterations=1, steps=40, parameters=30
        )
        scenario = scenario_at_random(seed, wanted)
        whole = trace(with_training(scenario, learning_rate=rate))
        step = next(s for s in range(len(whole)) if whole.schedule.site(s).kind == "gradient")
        broken = break_rule(whole, step, 2)
        found = harm(broken)
        assert found is not None
        pairs = [
            (one.vectors(name, layer), other.vectors(name, layer))
            for one, other in ((broken.iteration(0), whole.iteration(0)),)
            for layer in (1, 2)
            for name in ("pre_activation", "delta")
        ]
        same = all(np.array_equal(one, other, equal_nan=True) for one, other in pairs)
        words = " ".join(words_of_harm(broken, found, step + 1))
        assert ("No harm:" in words) == found.untouched
        assert same or not found.untouched


def test_an_angle_of_roundings_is_none() -> None:
    """One weight: the whole change has another length, and points where it should."""
    mine = Layer("identity", frozen([[0.5]]), frozen([0.0]), train_biases=False)
    there = np.ones((2, 1), dtype=np.bool_)
    data = Data(frozen([[[1.0]], [[2.0]]]), frozen([[[2.0]], [[3.0]]]), there)
    training = Training(0.1, 1, 2)
    whole = trace(Scenario("one", Network(1, "half-squared-error", (mine,)), data, training))
    step = next(s for s in range(len(whole)) if whole.schedule.site(s).kind == "gradient")
    broken = break_rule(whole, step, 1)
    found = harm(broken)
    assert found is not None
    words = " ".join(words_of_harm(broken, found, len(broken) - 1))
    assert " 0° away" not in words
    assert "points along -∇C" in words
    assert "not the negative gradient" not in words


def test_of_those_that_should_be_0_it_is_the_one_that_is_off_by_most() -> None:
    right = np.array([4.0, 0.0, 0.0, 1.0, 0.0])
    assert _farthest(np.array([9.0, 1.0, -3.0, 1.0, 2.0]), right) == ((2,), (np.inf, 3.0))
    assert _farthest(np.array([9.0, 0.0, 0.0, 3.0, 0.0]), right) == ((3,), (2.0, 0.0))
    assert _farthest(right, right) is None
