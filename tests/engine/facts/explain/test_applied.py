"""Is what an update is said to apply what it applies, in every order, with every optimiser and mistake?

What each phrase claims is added up from the gradients of the steps, each as its step tells it, and held
against what the update's step tells that it applied.

Orders, mistakes and optimisers meet in runs of few steps. An order with a mistake is tried with some of the
optimisers, in turns: what is said depends on the optimiser in few places, and not on both at once.
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import count, cycle, islice, product
from random import Random
from typing import TYPE_CHECKING

import numpy as np
import pytest

from engine import trace
from engine.facts.entry import Number, array_of
from engine.facts.explain import explain
from engine.facts.explain.expression import leaves
from engine.facts.explain.latex import latex
from engine.facts.explain.symbols import latex_symbol
from engine.facts.number import Traced
from engine.order.quantities import Reference, group_of, part_of
from engine.run.steps import GradientStep, UpdateStep
from engine.update_orders import WAITING
from engine.words.gradients.derivatives import price_sentence
from tests.given.breaks_at_random import breaks_at_random
from tests.given.scenarios_at_random import (
    MISTAKES,
    OPTIMIZERS,
    ORDERS,
    REDUCTIONS,
    Wanted,
    scenario_at_random,
)
from tests.given.some_of import EVERY_CASE, each_of, in_turns
from tests.given.steps import steps_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from engine.arrays import Array
    from engine.run.tracing import Trace
    from engine.scenario import Order, Scenario

GRADIENTS = {
    "weights": "weight_gradient",
    "biases": "bias_gradient",
    "recurrent_weights": "recurrent_gradient",
}
KEPT = " and all before"
CLAIMS = (
    "the mean over the B samples",
    "its mean over the B samples",
    "the total of this iteration and all before",
    "the total of this iteration",
    "what is gathered by now in this iteration and all before",
    "what is gathered by now in this iteration",
    "the gradient of the last sample alone",
    "this one gradient",
    "what is left of the total without what was applied out of turn",
    "the total without what was applied out of turn",
)


Share = tuple[int, int, int, "Array", "Array"]
"""The step of a gradient, its iteration and sample, what it is, and the total that the step tells."""


class Gradients:
    """The gradients of a layer's parameters as the steps tell them."""

    def __init__(self, shares: list[Share]) -> None:
        self.shares = shares

    def sum(self, iteration: int, step: int, *, kept: bool = False) -> Array:
        """All of an iteration up to a step, and with `kept` all before."""
        mine = (share for at, of, _, share, _ in self.shares if at <= step and (of == iteration or kept))
        return added(mine)

    def one(self, step: int) -> Array:
        """The one that was formed last at a step."""
        return [share for at, _, _, share, _ in self.shares if at <= step][-1]

    def total(self, step: int) -> Array:
        """The total as a step tells it; with a mistake it may be another sum."""
        return [total for at, *_, total in self.shares if at <= step][-1]

    def of_last_sample(self, iteration: int) -> Array:
        """What the last sample of an iteration has given, all its times together."""
        last = max(sample for _, of, sample, *_ in self.shares if of == iteration)
        return added(share for _, of, sample, share, _ in self.shares if (of, sample) == (iteration, last))


def added(shares: Iterable[Array]) -> Array:
    found: Array = np.sum(np.stack(list(shares)), axis=0)
    return found


def gradients_of(run: Trace) -> dict[tuple[int, str], Gradients]:
    """All gradients of a run by layer and group of parameters."""
    found: dict[tuple[int, str], list[Share]] = {}
    for step in steps_of(run, GradientStep):
        for group, name in GRADIENTS.items():
            shares = found.setdefault((step.layer or 0, group), [])
            both = getattr(step, name), getattr(step, name.replace("gradient", "total"))
            shares.append((step.step, step.iteration, step.sample or 0, *both))
    return {key: Gradients(shares) for key, shares in found.items()}


def claimed(text: str, gradients: Gradients, run: Trace, update: UpdateStep) -> Array | None:
    """What the words of an update say that it applies, before clipping and decay; None if nothing of that."""
    words = text[0].lower() + text[1:]
    claim = next((claim for claim in CLAIMS if claim in words), None)
    if claim is None:
        return None
    k, size = update.iteration, len(run.shapes.batch(update.iteration))
    end = run.schedule.first_step(k + 1) - 1
    if claim.endswith("mean over the B samples"):
        return gradients.sum(k, end) / size
    by_batch = any(one in words for one in ("divided by B", "-η/B"))
    divided = float(size ** (2 if "B²" in words else int(by_batch)))
    if "out of turn" in claim:
        earlier = [step for step in applied_by_hand_of(run, update.layer) if step < update.step]
        left: Array = (gradients.total(update.step) - gradients.total(earlier[-1])) / divided
        return left
    kept = claim.endswith(KEPT)
    if claim.startswith("the total"):
        found = gradients.sum(k, end, kept=kept)
    elif claim.startswith("what is gathered"):
        found = gradients.sum(k, update.step, kept=kept)
    else:
        found = gradients.of_last_sample(k) if "sample" in claim else gradients.one(update.step)
    g: Array = found / divided
    return g


def applied_by_hand_of(run: Trace, layer: int | None) -> list[int]:
    """The updates of a layer out of turn, but for numbers set by hand."""
    schedule = run.schedule
    out_of_turn = [step for step in run.out_of_turn if schedule.poke(step) is None]
    return [step for step in out_of_turn if schedule.site(step).layer == layer]


def runs(order: Order, mistake: str | None) -> Iterator[Trace]:
    """Runs in an order, with a mistake and every optimiser: as sum and mean, with and without sequences.

    Which come first takes turns.
    """
    every = [*product(OPTIMIZERS, REDUCTIONS)]
    turn = (5 * ORDERS.index(order) + 7 * (None, *MISTAKES).index(mistake) // 2) % len(every)
    for optimizer, reduction in (*every[turn:], *every[:turn]):
        chance = Random(f"{order} {optimizer} {mistake} {reduction}")
        wanted = Wanted(
            order=order,
            optimizer=optimizer,
            mistake=mistake,
            reduction=reduction,
            iterations=2,
            settings=chance.random() < 0.6,
            steps=45,
            parameters=20,
        )
        yield trace(scenario_at_random(chance.randrange(10**6), wanted))


def same(found: float, expected: float, size: float) -> bool:
    if not np.isfinite(size):
        return True  # where all diverges it may be inf in one order of adding up and nan in another
    return bool(np.isclose(found, expected, rtol=1e-9, atol=1e-12 * size, equal_nan=True))


def faults_of(
    run: Trace, update: UpdateStep, every: dict[tuple[int, str], Gradients], seen: set[str]
) -> list[str]:
    """Where the words of an update say that it applies something else than it does."""
    found: list[str] = []
    training, layer = run.scenario.training, update.layer or 0
    scale = 1.0 if update.clip_scale is None else update.clip_scale
    for reference in run.flow.writes(update.step):
        group, part = group_of(reference.quantity), part_of(reference.quantity)
        if group is None or part not in ("applied", "change"):
            continue
        value = array_of(run, reference)
        words = explain(run, Number(reference, (0,) * value.ndim)).words
        g = claimed(words, every[layer, group], run, update)
        if g is None:
            continue
        seen.add(words)
        mine = run.scenario.network.layers[layer - 1]
        mask = mine.trained(group)
        if part == "applied":
            expected = g * scale
            assert ("clipping" in words) == (scale != 1.0), words
            if "its decay" in words:
                before = getattr(update, f"{group.removesuffix('_weights')}_before")
                expected = expected + training.weight_decay * before
            trained = mask if isinstance(mask, bool) else bool(mask.flat[0])
            given = training.optimizer if training.optimizer != "sgd" else ""
            assert ("what the update applies" in words) == (trained and not given), words
            assert (f"what {given} is given" in words) == (trained and bool(given)), words
        elif "g is what is left" in words:
            continue  # told of g as well
        elif "-η times" in words or "times -η" in words:
            expected = -training.learning_rate * g * mine.copies(group)
        else:
            continue
        if not same(value.flat[0], expected.flat[0], np.abs(expected).max()):
            found.append(f"step {update.step}: {value.flat[0]} is not {expected.flat[0]}: {words}")
    return found


def faults(run: Trace, seen: set[str]) -> list[str]:
    every = gradients_of(run)
    return [fault for update in steps_of(run, UpdateStep) for fault in faults_of(run, update, every, seen)]


EXPECTED = {
    ("deferred", None): ("the mean over the B samples", "the total of this iteration"),
    ("premature", None): ("this one gradient",),
    ("layerwise", None): ("the mean over the B samples", "the total of this iteration"),
    ("deferred", "gradient-kept"): ("this iteration and all before",),
    ("premature", "gradient-kept"): ("gathered by now in this iteration and all before",),
    ("deferred", "bias-of-last-sample"): ("the gradient of the last sample alone",),
    ("layerwise", "bias-of-last-sample"): ("the gradient of the last sample alone",),
    ("deferred", "mean-twice"): ("divided by b²",),
}


@pytest.mark.parametrize(
    ("order", "mistake"),
    [
        (order, mistake)
        for turn, mistake in enumerate((None, *MISTAKES))
        for order in ORDERS
        if order in (WAITING, *in_turns(ORDERS[1:], turn, 2)) or (order, mistake) in EXPECTED
    ],
)
def test_what_an_update_is_said_to_apply_it_applies(order: Order, mistake: str | None) -> None:
    """In a run, and in more until all that is expected has been said."""
    seen: set[str] = set()
    missing = {*EXPECTED.get((order, mistake), ())}
    for number, run in enumerate(runs(order, mistake)):
        if number >= 1 and not missing and not EVERY_CASE:
            break
        assert faults(run, seen)[:3] == []
        said = [one[0].lower() + one[1:] for one in seen]
        missing -= {claim for claim in missing for words in said if claim in words or claim in words.lower()}
    assert missing == set()


OF_TOTALS = (None, "gradient-kept", "bias-of-last-sample", "mean-twice")


# What is said of the plainest optimiser says most of what is gathered.
@pytest.mark.parametrize(
    ("optimizer", "mistake"),
    dict.fromkeys([*product(["sgd"], OF_TOTALS), *each_of(OPTIMIZERS, OF_TOTALS)]),
)
def test_so_it_does_out_of_turn(optimizer: str, mistake: str | None) -> None:
    seen: set[str] = set()
    wanted = Wanted(
        optimizer=optimizer,
        mistake=mistake,
        iterations=2,
        samples=2,
        batch_size=2,
        settings=mistake is None,
        steps=45,
        parameters=20,
    )
    for number, case in enumerate(islice(breaks_at_random(wanted), 8)):
        told = mistake == "mean-twice" or any("out of turn" in words for words in seen)
        if told and number >= 1 and not EVERY_CASE:
            break
        assert faults(case.trace, seen)[:3] == []
    assert mistake == "mean-twice" or any("out of turn" in words for words in seen)


OF_OTHER_TOTALS = ("gradient-kept", "bias-of-last-sample")
"""With these mistakes it is never said that every gradient of the batch is in a length."""


def with_trained(scenario: Scenario, trained: bool | None) -> Scenario:
    """The scenario with all of its parameters trained, or none; with None as it is."""
    if trained is None:
        return scenario
    layers = (
        replace(one, train_weights=trained, train_biases=trained, train_recurrent_weights=trained)
        for one in scenario.network.layers
    )
    return replace(scenario, network=replace(scenario.network, layers=tuple(layers)))


@pytest.mark.parametrize("mistake", [None, "gradient-kept", "bias-of-last-sample", "mean-twice", "no-slope"])
def test_what_is_said_to_be_in_the_length_of_all_gradients_is_in_it(mistake: str | None) -> None:
    """Where all is trained, what comes by chance, and nothing."""
    seen: set[str] = set()
    wanted = Wanted(order="deferred", mistake=mistake, iterations=2, settings=True, steps=45, parameters=20)
    scenarios = (scenario_at_random(seed, wanted) for seed in count())
    clipping = (one for one in scenarios if one.training.clip_norm is not None)
    kinds = cycle((None, True, False))
    expected = {"What is gathered for all that is trained", "Nothing is trained: no gradient"}
    for tried, (scenario, trained) in enumerate(zip(islice(clipping, 60), kinds, strict=False)):
        if tried >= 3 and expected <= seen and not EVERY_CASE:
            break
        run = trace(with_trained(scenario, trained))
        clip_norm = scenario.training.clip_norm
        assert clip_norm is not None
        every = gradients_of(run)
        first = next(steps_of(run, UpdateStep))
        told = {
            one.quantity: explain(run, Number(one, ()))
            for one in run.flow.writes(first.step)
            if one.quantity in ("norm", "clip_scale")
        }
        norm, words = told["norm"].result.value, told["norm"].words
        seen.add(words.partition(" is in it")[0])
        squares, trains = 0.0, False
        for number, layer in enumerate(run.scenario.network.layers, start=1):
            for group in run.shapes.groups(number):
                gradients = every[number, group]
                whole = words.startswith("Every gradient of the batch")
                found = gradients.sum(0, first.step) if whole else gradients.total(first.step)
                mask = True if whole else layer.trained(group)
                trains = trains or layer.trains(group)
                squares += layer.copies(group) * float(np.square(np.where(mask, found, 0.0)).sum())
        batch = len(run.shapes.batch(0)) if scenario.training.reduction == "mean" else 1
        divided = batch ** (2 if mistake == "mean-twice" else 1)
        assert norm == pytest.approx(np.sqrt(squares) / divided, rel=1e-9), words
        assert words.startswith("Nothing is trained") != trains
        longer = "are longer than c" in told["clip_scale"].words
        assert longer == (norm > clip_norm) == (told["clip_scale"].result.value < 1.0)
    assert expected <= seen
    assert ("Every gradient of the batch" in seen) == (mistake not in OF_OTHER_TOTALS)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_what_is_said_to_stay_and_not_to_be_applied_does_so(optimizer: str) -> None:
    said, most = 0, 25 if EVERY_CASE else 3
    for case in islice(
        breaks_at_random(Wanted(optimizer=optimizer, iterations=2, steps=45, parameters=20)), most
    ):
        run = case.trace
        for update in steps_of(run, UpdateStep):
            for reference in run.flow.writes(update.step):
                part, value = part_of(reference.quantity), array_of(run, reference)
                if part in ("", "change"):
                    continue
                words = explain(run, Number(reference, (0,) * value.ndim)).words
                version = reference.version or 0
                before = array_of(run, reference._replace(version=version - 1)) if part != "applied" else 0.0
                stays = bool(np.array_equal(value, np.broadcast_to(before, value.shape)))
                idle = "nothing is applied" in words or "stays" in words
                said += idle
                assert stays or not idle, words
    assert said or optimizer == "sgd"


@pytest.mark.parametrize("mistake", [None, "gradient-kept", "no-slope"])
@pytest.mark.parametrize("order", ORDERS)
def test_an_iteration_adds_up_and_applies_as_many_gradients_as_is_said(
    order: Order, mistake: str | None
) -> None:
    turn = ORDERS.index(order) + (None, *MISTAKES).index(mistake)
    for seed in in_turns(range(8), turn, 3):
        wanted = Wanted(
            order=order, mistake=mistake, recurrent=seed % 2 > 0, iterations=2, steps=80, parameters=20
        )
        run = trace(scenario_at_random(seed, wanted))
        every, eta = gradients_of(run), run.scenario.training.learning_rate
        for update in steps_of(run, UpdateStep):
            k, layer = update.iteration, update.layer or 0
            words = price_sentence(Traced(run, Number(Reference("weights", k, layer, version=0), (0, 0))))
            gradients = every[layer, "weights"]
            whole = gradients.sum(k, run.schedule.first_step(k + 1) - 1, kept="and all before" in words)
            if "each at once" in words:
                whole = gradients.one(update.step)
            elif "applies the sum at each" in words:
                whole = gradients.sum(k, update.step, kept="and all before" in words)
            elif "adds up" not in words and "gradient of" in words:
                whole = gradients.one(update.step)
            factor = eta / (len(run.shapes.batch(k)) if run.scenario.training.reduction == "mean" else 1)
            assert update.weights_change == pytest.approx(-factor * whole, rel=1e-9, abs=1e-15), words
            if found := re.search(r"(?:adds up|applies) ([\d,]+) gradients?", words):
                assert int(found[1].replace(",", "")) == sum(of == k for _, of, *_ in gradients.shares)


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_a_symbol_of_an_update_stands_for_one_number(optimizer: str, order: Order) -> None:
    """What was before an update and what it is after it have each their own, as text and in LaTeX."""
    turn = ORDERS.index(order) + OPTIMIZERS.index(optimizer)
    for seed in in_turns(range(3), turn, 3):
        wanted = Wanted(
            optimizer=optimizer, order=order, iterations=2, samples=3, settings=True, steps=45, parameters=20
        )
        run = trace(scenario_at_random(seed, wanted))
        for update in steps_of(run, UpdateStep):
            for reference in run.flow.writes(update.step):
                number = Number(reference, (0,) * array_of(run, reference).ndim)
                equation = explain(run, number)
                named = {equation.result.symbol: equation.result.number}
                for leaf in leaves(equation.expression):
                    if isinstance(leaf, Traced):
                        assert named.setdefault(leaf.symbol, leaf.number) == leaf.number, leaf.symbol
                if group_of(reference.quantity) is not None:
                    assert latex_symbol(equation.result.symbol) not in latex(equation).symbols
