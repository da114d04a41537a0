"""Is the sentence about two orders true?"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from engine import trace
from engine.facts.number import Traced
from engine.facts.two_orders.chosen import Two, choices
from engine.facts.two_orders.compare import FinalLosses, compare
from engine.facts.two_orders.parting import parting
from engine.numerals import apart, numeral
from engine.words.runs.compared import judged, origin, sentence, why
from tests.given.scenarios_at_random import OPTIMIZERS, Wanted, scenario_at_random
from tests.given.shipped import shipped_run
from tests.given.some_of import EVERY_CASE, in_turns, some_of
from tests.golden.runs import layer, scenario


# In 2 the loss is the same in both.
@pytest.mark.parametrize("seed", sorted({*some_of(range(60), 14), 2}))
def test_the_sentence_is_true(seed: int) -> None:
    found = compare(trace(scenario_at_random(seed, Wanted(iterations=1, steps=60, parameters=40))), 0)
    text = f"{sentence(found)} {judged(found)}"
    same = found.loss_second == pytest.approx(found.loss_first, rel=1e-10, abs=0.0)
    apart = found.overall.differ > 0 and not same
    assert ("lower" in text) == (apart and found.loss_second < found.loss_first)
    assert ("higher" in text) == (apart and found.loss_second > found.loss_first)
    assert ("the same to ten digits" in text) == (found.overall.differ > 0 and same)
    assert ("sign" in text) == (found.overall.flipped > 0)


@pytest.mark.parametrize("last", [(1.0, 2.0), (2.0, 1.0), (1.0, 1.0), (1.0, np.inf), (np.nan, 1.0), None])
@pytest.mark.parametrize("two", [Two(), Two("premature", "layerwise")])
def test_what_is_said_of_losses_is_true_of_whole_runs_too(last: tuple[float, float] | None, two: Two) -> None:
    run = trace(scenario_at_random(3, Wanted(iterations=1, steps=60, parameters=40)), "premature")
    found = replace(compare(run, 0, choices(run, 0)[0]), two=two, overall_to_right=None)
    for first, second in ((1.0, 2.0), (2.0, 1.0)):
        text = judged(
            replace(found, loss_first=first, loss_second=second), None if last is None else FinalLosses(*last)
        )
        ends = None if last is None or last[0] == last[1] else [last[0] == 1.0, last[1] == 1.0].index(True)
        here = int(second < first)
        assert ("after all" in text) == (ends is not None)
        if ends is not None:
            assert ("no judge" in text) or ends == here
            assert ("and after all" in text) == (ends == here)


RATES = (1e-4, 1e-8, 1e-10, 1e-12, 1e-18)


@pytest.mark.parametrize(
    ("optimizer", "rate"),
    [(one, rate) for turn, one in enumerate(OPTIMIZERS) for rate in in_turns(RATES, turn, 2)],
)
def test_the_same_is_said_of_nothing_that_differs(optimizer: str, rate: float) -> None:
    """However little the orders part, it is not called the same change; nor is more said than is so."""
    turn = OPTIMIZERS.index(optimizer) + RATES.index(rate)
    for seed in in_turns(range(6), turn, 6):
        wanted = Wanted(
            iterations=1,
            optimizer=optimizer,
            learning_rate=rate,
            steps=None if EVERY_CASE else 50,
            parameters=20,
        )
        run = trace(scenario_at_random(seed, wanted))
        for two in choices(run, 0):
            found = compare(run, 0, two)
            text = sentence(found)
            pairs = [pair for layer in found.layers for pair in layer.pairs]
            late, early = (
                np.concatenate([np.ravel(getattr(pair, one)) for pair in pairs])
                for one in ("first_change", "second_change")
            )
            if not late.any() and not early.any():
                assert text.startswith("Neither order changes anything")
                continue
            equal = late == early
            near = np.abs(late - early) <= 1e-9 * np.abs(late)
            same = "In this iteration both orders make the same change"
            assert text.startswith(same) == bool(near.all()), text
            nearly = text.startswith(f"{same}, but for at most 1e-9 of it")
            assert nearly == bool(near.all() and not equal.all()), text


def test_sentences_where_there_is_nothing_to_compare() -> None:
    one = scenario([layer("tanh", [[0.5]])], [[1.0]], [[0.0]])
    assert sentence(compare(trace(one), 0)) == "In this iteration both orders make the same change."
    at_rest = scenario([layer("identity", [[0.5]])], [[1.0]], [[0.5]])
    assert sentence(compare(trace(at_rest), 0)).startswith("Neither order changes anything")


@pytest.mark.parametrize("seed", some_of(range(25), 7))
def test_where_they_part_is_told_with_the_numbers_of_both(seed: int) -> None:
    run = trace(scenario_at_random(seed, Wanted(iterations=1)))
    found = compare(run, 0)
    there = parting(run, found, (0,) * (run.shapes.layers + 1))
    if there is None:
        return
    text = why(run, found, there)
    assert text.startswith(f"At step {there.step + 1:,} they part: {Traced(run, there.number).symbol} ")
    digits = apart(there.first, there.second)
    is_not = f"{numeral(there.second, digits=digits)} instead of {numeral(there.first, digits=digits)}."
    assert text.endswith(is_not)


def test_a_far_iteration_is_written_as_all_large_numbers_are() -> None:
    run = shipped_run("mazur")
    assert origin(run, compare(run, 1233)).endswith("before iteration 1,234.")
