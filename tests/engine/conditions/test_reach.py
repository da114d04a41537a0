"""Does a condition lead to the step at which it begins to hold next, on the way there and back?"""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING, TypeVar

from hypothesis import example, given, settings
from hypothesis import strategies as st

from engine import load, trace
from engine.catalog import find
from engine.conditions.meaning import meaning_of
from engine.conditions.reach import Count, Reached, count, reach
from tests.engine.conditions.test_search import AT_RANDOM, AtRandom
from tests.given.scenarios_at_random import ORDERS, scenario_at_random
from tests.given.some_of import EVERY_CASE

if TYPE_CHECKING:
    from collections.abc import Generator

    from engine.run.tracing import Trace
    from tests.engine.conditions.by_hand import ByHand

Answer = TypeVar("Answer")


def answer(looking: Generator[float, None, Answer]) -> Answer:
    """What is found in the end; on the way how much is done never falls."""
    done = 0.0
    while True:
        try:
            now = next(looking)
        except StopIteration as end:
            found: Answer = end.value
            return found
        assert done <= now <= 1.0
        done = now


def begins(hand: ByHand, text: str) -> list[int]:
    """The steps at which a condition holds and did not at the step before in the iteration."""
    holds, iterations = hand.holding(text), [one["iteration"] for some in hand.records for one in some]
    return [
        step
        for step, now in enumerate(holds)
        if now and not (step and holds[step - 1] and iterations[step] == iterations[step - 1])
    ]


@given(seed=st.integers(0, 10_000))
@example(seed=29)  # both conditions begin to hold at the same step
@example(seed=7)  # one begins again in an iteration, and only beyond the other
@settings(max_examples=20 if EVERY_CASE else 2)
def test_the_next_step_there_and_back(seed: int) -> None:
    chance = Random(seed)
    scenario = scenario_at_random(seed, replace(AT_RANDOM, order=chance.choice(ORDERS)))
    conditions = AtRandom(scenario, chance)
    texts = [conditions.truth() for _ in range(2)]
    every = [begins(conditions.hand, text) for text in texts]
    run = trace(scenario)
    for _ in range(6):
        here, limit = chance.randrange(len(run)), chance.choice((0, len(run) - 1, chance.randrange(len(run))))
        if here == limit:
            continue
        on_the_way = range(here + 1, limit + 1) if limit > here else range(here - 1, limit - 1, -1)
        expected = next(
            (Reached(step, place) for step in on_the_way for place in (0, 1) if step in every[place]), None
        )
        meanings = [meaning_of(text, scenario) for text in texts]
        assert answer(reach(run, meanings, here, limit, 0.0)) == expected


def mazur() -> Trace:
    return trace(load(find("mazur")))


def test_the_way_runs_on_so_that_its_end_can_be_looked_at() -> None:
    run = mazur()
    meaning = meaning_of("loss < 0.01", run.scenario)
    reached = answer(reach(run, [meaning], 0, len(run) - 1, 0.0))
    assert reached == Reached(9 * 173 + 2, 0)
    assert 174 <= run.computed < run.iterations


def test_how_often_and_where() -> None:
    run = mazur()
    meaning = meaning_of("iteration > 17 and iteration < 20", run.scenario)
    assert answer(count(run, meaning, 0.01)) == Count(2, 9 * 17, 9 * 18)
    assert answer(count(run, meaning_of("loss > 1", run.scenario), 0.01)) == Count()
