"""Is it said by how much the loss has fallen, where it can be said, and do the digits come out?"""

from __future__ import annotations

import re
from dataclasses import replace

from engine import load, trace
from engine.catalog import find
from engine.words.runs.fallen import fallen, falls
from engine.words.runs.losses import what_is_drawn


def test_after_the_first_update() -> None:
    run = trace(load(find("mazur")))
    assert fallen(run, run.schedule.first_step(1) + 2) == []  # not computed yet
    run.advance(3)
    said, short = fallen(run, run.schedule.first_step(1) + 2)
    now, before, change = map(float, re.findall(r"\d\.\d+", said))
    values = run.losses.values()
    assert "fallen by" in said
    assert re.findall(r"\d\.\d+", short) == [f"{change:g}", f"{before:g}", f"{now:g}"]
    assert abs(now - values[1]) < 5e-5
    assert abs(before - values[0]) < 5e-5
    assert abs(change - (values[0] - values[1])) < 5e-7
    assert abs(before - now - change) < 5e-7


def test_at_the_last_update_it_is_said_in_the_same_words_unless_a_note_may_ask_for_it() -> None:
    for name in ("mazur", "xor", "elman", "iris", "07-update"):
        run = trace(load(find(name)))
        last = run.schedule.first_step(1) - 1
        assert falls(run, last) == []  # not computed yet
        run.advance(2)
        told = [falls(run, step) for step in range(run.schedule.first_step(2))]
        assert told[:last] == [[]] * last
        assert told[last] == (fallen(run, run.schedule.last_loss(1))[1:] if name != "07-update" else [])
        assert bool(told[last]) == (name in ("mazur", "xor", "elman"))  # iris has another batch next
        assert not any(told[last + 1 :])


def test_where_samples_met_other_weights_that_is_said() -> None:
    """Such a loss is of no network: held against that of another order it would mislead."""
    for name in ("batch", "counting"):
        for order in ("deferred", "premature"):
            run = trace(load(find(name)), order)
            run.advance(2)
            last = run.schedule.first_step(1) - 1
            met = "each by the weights that it met" in " ".join(falls(run, last))
            assert met == (
                "each sample met" in what_is_drawn(run, logarithmic=False, powers=False, itself=False)[0]
            )
            assert met == (order == "premature" and run.shapes.batch_size > 1)
    alone = trace(load(find("mazur")), "premature")  # the sample is through when the first weight changes
    alone.advance(2)
    assert "met" not in " ".join(falls(alone, alone.schedule.first_step(1) - 1))


def test_nothing_where_nothing_was_before_or_another_batch() -> None:
    run = trace(load(find("mazur")))
    run.advance(3)
    told = [fallen(run, step) for step in range(run.schedule.first_step(3))]
    assert [bool(one) for one in told] == [False] * 9 + [step == 2 for step in range(9)] * 2
    iris = trace(load(find("iris")))
    iris.advance(7)
    assert not any(fallen(iris, step) for step in range(iris.schedule.first_step(2)))


def test_of_a_batch_it_is_the_loss_of_all_and_a_rise_is_one() -> None:
    scenario = load(find("batch"))
    wild = replace(scenario, training=replace(scenario.training, learning_rate=500.0, iterations=3))
    for one, word in ((scenario, "fallen"), (wild, "risen")):
        run = trace(one)
        run.advance(run.iterations)
        told = [ways[0] for step in range(len(run)) if (ways := fallen(run, step))]
        assert len(told) == run.iterations - 1
        now, before, change = map(
            float, re.findall(r"(?<= )\d[\d.]*\d(?=[ .])", told[0].replace("3 samples", ""))
        )
        assert word in told[0]
        assert "all 3 samples, mean, is" in told[0]
        assert abs(abs(before - now) - change) < 1e-3 * change
        assert abs(before - float(run.losses.values()[0])) < 1e-3
