"""Is the sentence about two orders true?"""

from __future__ import annotations

import pytest

from engine import trace
from engine.facts.compare import compare
from engine.words.compared import sentence
from tests.golden.runs import layer, scenario
from tests.scenarios_at_random import Wanted, scenario_at_random


@pytest.mark.parametrize("seed", range(60))
def test_the_sentence_is_true(seed: int) -> None:
    found = compare(trace(scenario_at_random(seed, Wanted(iterations=1))), 0)
    text = sentence(found)
    same = found.loss_early == pytest.approx(found.loss_waited, rel=1e-10, abs=0.0)
    apart = found.overall.differ > 0 and not same
    assert ("lower" in text) == (apart and found.loss_early < found.loss_waited)
    assert ("higher" in text) == (apart and found.loss_early > found.loss_waited)
    assert ("the same to ten digits" in text) == (found.overall.differ > 0 and same)
    assert ("sign" in text) == (found.overall.flipped > 0)


def test_sentences_where_there_is_nothing_to_compare() -> None:
    one = scenario([layer("tanh", [[0.5]])], [[1.0]], [[0.0]])
    assert sentence(compare(trace(one), 0)) == "In this iteration both orders make the same change."
    at_rest = scenario([layer("identity", [[0.5]])], [[1.0]], [[0.5]])
    assert sentence(compare(trace(at_rest), 0)).startswith("Neither order changes anything")
