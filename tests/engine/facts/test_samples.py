"""Does the table of samples say what the loss steps say, and what a class is taken for?"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from engine import load, trace
from engine.catalog import find
from engine.facts.samples import classes_of, loss_step, samples_at
from engine.run.steps import LossStep
from engine.scenario import Names, Scenario
from engine.words.runs.samples import mixed_up, score, share_of_loss
from tests.given.scenarios_at_random import ORDERS, Wanted, scenario_at_random
from tests.given.some_of import some_of


def with_batches(scenario: Scenario, size: int) -> Scenario:
    return replace(scenario, training=replace(scenario.training, batch_size=size))


@pytest.mark.parametrize("seed", some_of(range(12), 7))
def test_a_row_has_the_numbers_of_its_loss_step(seed: int) -> None:
    order = ORDERS[seed % len(ORDERS)]
    scenario = scenario_at_random(
        seed, Wanted(order=order, iterations=3, recurrent=seed % 2 == 0, steps=120, parameters=30)
    )
    run = trace(scenario)
    for iteration in range(3):
        rows = samples_at(run, iteration)
        assert len(rows) == int(scenario.data.has_target.sum())
        for row in range(len(rows)):
            step = run[loss_step(run, rows, row)]
            if not rows.in_batch[row]:
                continue
            assert isinstance(step, LossStep)
            assert (step.iteration, step.site.sample, step.site.time) == (
                iteration,
                rows.samples[row],
                rows.times[row],
            )
            np.testing.assert_array_equal(step.prediction, rows.predictions[row])
            np.testing.assert_array_equal(step.target, rows.targets[row])
            np.testing.assert_allclose(step.loss, rows.losses[row], rtol=1e-14)


@pytest.mark.parametrize("seed", range(6))
def test_a_sample_of_another_batch_is_as_if_it_were_of_this_one(seed: int) -> None:
    whole = scenario_at_random(
        seed, Wanted(samples=5, iterations=2, recurrent=seed % 2 == 0, steps=120, parameters=30)
    )
    together = samples_at(trace(with_batches(whole, 5), "deferred"), 0)
    apart = samples_at(trace(with_batches(whole, 2), "deferred"), 0)
    assert int(apart.in_batch.sum()) < len(apart)
    np.testing.assert_allclose(apart.predictions, together.predictions, rtol=1e-12)
    np.testing.assert_allclose(apart.losses, together.losses, rtol=1e-9)
    later = trace(with_batches(whole, 2), "deferred")
    for row, sample in enumerate(apart.samples):
        found = later.schedule.site(loss_step(later, apart, row))
        if sample < 4:  # two iterations have the samples of two batches
            assert (found.kind, found.sample) == ("loss", sample)
            assert found.iteration == sample // 2


def test_the_worst_iris_of_the_first_batch_and_what_it_is_taken_for() -> None:
    rows = samples_at(trace(load(find("iris"))), 0)
    mine = np.flatnonzero(rows.in_batch)
    worst = mine[np.argmax(rows.losses[mine])]
    assert len(mine) == 30
    assert (int(rows.samples[worst]), rows.classes[rows.meant[worst]], rows.classes[rows.said[worst]]) == (
        26,
        "virginica",
        "versicolor",
    )


def test_the_confusion_counts_each_sample_once() -> None:
    rows = samples_at(trace(load(find("iris"))), 0)
    every = np.arange(len(rows))
    counts = rows.confusion(every)
    by_hand = np.zeros((3, 3), dtype=int)
    for meant, said in zip(rows.targets.argmax(axis=1), rows.predictions.argmax(axis=1), strict=True):
        by_hand[meant, said] += 1
    assert counts.tolist() == by_hand.tolist()
    assert score(rows, every) == f"{int(by_hand.trace())} of 150 right, 57.3 %"
    assert mixed_up(rows, every) == "virginica is taken for versicolor, 31 times."
    assert share_of_loss(rows, every, 107) == "Sample 108 alone makes 1.4 % of all of C."


@pytest.mark.parametrize(
    ("name", "classes"),
    [("iris", ("setosa", "versicolor", "virginica")), ("xor", ("0", "1")), ("mazur", ()), ("elman", ())],
)
def test_only_targets_that_tell_apart_are_classes(name: str, classes: tuple[str, ...]) -> None:
    assert classes_of(load(find(name))) == classes


def test_classes_that_have_names_are_called_by_them() -> None:
    named = replace(load(find("xor")), names=Names(classes=("no", "yes")))
    assert classes_of(named) == ("no", "yes")
