"""Is the first step that differs the first, and are the numbers those of the two runs?"""

from __future__ import annotations

from itertools import zip_longest
from random import Random

import numpy as np

from engine import load, trace
from engine.branching.making import branch
from engine.catalog import find
from engine.facts.parted import first_difference, parted, parting
from engine.run.change import Change
from engine.words.runs.parted import where_they_part, which_is_lower
from tests.engine.branching.test_making import a_change, seeds
from tests.given.scenarios_at_random import Wanted, scenario_at_random

NAMES = ("run 1", "run 2")
PARTED = Wanted(iterations=4, steps=120, parameters=30)


def test_the_first_step_that_differs_is_found_as_by_going_through_all() -> None:
    for seed in seeds(20, PARTED):
        found_as_by_going_through_all(seed)


def found_as_by_going_through_all(seed: int) -> None:
    scenario = scenario_at_random(seed, PARTED)
    run = trace(scenario)
    made = branch(run, 2, a_change(Random(seed), scenario))
    pairs = zip_longest((step.record() for step in run), (step.record() for step in made))
    # What an optimizer remembers is told by the record too, and is no number of the network.
    first = next((place for place, (a, b) in enumerate(pairs) if a != b), None)
    found = first_difference(run, made)
    if run.order != made.order or run.scenario.training.optimizer != made.scenario.training.optimizer:
        assert found is None or found.one >= run.schedule.first_step(2)
        return
    assert (None if found is None else found.one) == first, seed


def test_the_largest_differences_and_the_losses() -> None:
    run = trace(load(find("mazur")))
    made = branch(run, 10, Change("weights", 0.5, 1, (0, 1)))
    at = parted(run, made, 10)
    assert [(one.symbol, one.other) for one in at.largest] == [("W1[1,2]", 0.5)]
    assert (at.numbers, at.differ, at.begins) == (12, 1, 10)
    run.advance(60)
    made.advance(60)
    late = parted(run, made, 50)
    mine, theirs = run.parameters(50).flat(), made.parameters(50).flat()
    assert late.differ == int((mine != theirs).sum())
    sizes = [abs(one.one - one.other) for one in late.largest]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[0] == np.abs(mine - theirs).max()
    assert late.losses == (run.losses.values()[50], made.losses.values()[50])
    assert where_they_part(run, late, NAMES) == (
        "The first step that differs is step 91, a1 of iteration 11: its pre-activation."
    )
    assert which_is_lower(late, NAMES) == (
        "At iteration 51 C is 0.05107 in run 1 and 0.05034 in run 2: it is lower in run 2."
    )


def test_where_branches_of_branches_part() -> None:
    run = trace(load(find("mazur")))
    first = branch(run, 20, Change("weights", 0.5, 1, (0, 1)))
    second = branch(first, 40, Change("learning_rate", 0.1))
    third = branch(run, 30, None)
    assert parting(run, first) == parting(first, run) == 20
    assert parting(first, second) == 40
    assert parting(run, second) == 20
    assert parting(second, third) == parting(first, third) == 20
    assert parting(run, run) == run.iterations
    assert parting(run, trace(load(find("mazur")))) == 0
    assert first_difference(run, third) is None


def test_a_learning_rate_parts_at_the_update() -> None:
    run = trace(load(find("mazur")))
    found = parted(run, branch(run, 3, Change("learning_rate", 0.1)), 4)
    assert found.first is not None
    assert (run.schedule.site(found.first.one).kind, found.first.field) == ("update", "weights_change")
