"""Is it true what is said of an error on its way back?"""

from __future__ import annotations

import math
import re
from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
import pytest

from engine import trace
from engine.arrays import sealed
from engine.facts.entry import Number
from engine.facts.number import Traced
from engine.facts.through_time import sample_of, shares, times_done
from engine.facts.unrolled.errors import layer_told, story, told
from engine.facts.unrolled.gain import through_layers, through_times
from engine.numerals import numeral
from engine.order.quantities import Reference
from engine.run.steps import DeltaStep, GradientStep, LossStep
from engine.update_orders import WAITING
from engine.words.numbers.unrolled import (
    before_any_story,
    how_gathered,
    steps_back,
    story_words,
    through_the_layers,
)
from tests.course.trained import changed
from tests.given.scenarios_at_random import MISTAKES, ORDERS, Wanted, scenario_at_random
from tests.given.some_of import in_turns, some_of
from tests.given.steps import steps_of

if TYPE_CHECKING:
    from engine.arrays import Array
    from engine.order.quantities import Parameter
    from engine.run.tracing import Trace
    from engine.scenario import Order, Scenario

NUMBER = r"(-?\d+(?:\.\d+)?(?:e-?\d+)?)"


@pytest.mark.parametrize("seed", some_of(range(16), 7))
def test_how_much_of_the_output_s_delta_reaches_a_layer(seed: int) -> None:
    """The percents are those of the lengths of the deltas; both factors make them; the bound holds."""
    run = trace(
        scenario_at_random(seed, Wanted(recurrent=False, iterations=1, steps=80, parameters=30)),
        ORDERS[seed % len(ORDERS)],
    )
    if run.shapes.sequences:
        return
    last, told = run.shapes.layers, 0
    tops: dict[int, float] = {}
    for step in run:
        text = through_the_layers(run, step.step)
        if step.kind in ("forward", "loss"):
            (made,) = re.findall(rf"δ{last} by step (\d+)", text)
            there = run[int(made) - 1]
            assert isinstance(there, DeltaStep)
            assert (there.layer, there.sample) == (last, step.sample)
        if not isinstance(step, DeltaStep):
            continue
        size = math.hypot(*step.delta.tolist())
        if step.layer == last:
            tops[step.sample or 0] = size
            if last > 1:
                next_one = run[int(re.findall(r"Step (\d+) tells", text)[0]) - 1]
                assert isinstance(next_one, DeltaStep)
                assert (next_one.layer, next_one.sample) == (last - 1, step.sample)
            else:
                assert "one layer only" in text
            continue
        top = tops[step.sample or 0]
        if not 0.0 < top < math.inf:
            assert "nothing can be left of it" in text
            continue
        told += 1
        assert f"δ{step.layer} is " in text
        percent = float(re.findall(rf"{NUMBER} % as long as", text)[0])
        each = re.findall(rf"× {NUMBER} per layer back", text)
        assert len(each) == (last - (step.layer or 0) > 1), "of one layer it is said already how long it is"
        mean = float(each[0]) if each else percent / 100.0
        weights, slopes = (float(one) for one in re.findall(rf" by {NUMBER}", text))
        assert percent == pytest.approx(100.0 * size / top, rel=1e-3)
        assert 100.0 * mean ** (last - (step.layer or 0)) == pytest.approx(percent, rel=1e-2)
        assert 100.0 * weights * slopes == pytest.approx(percent, rel=1e-2)
        most = re.findall(rf"Whatever the numbers of δ{last}, at most {NUMBER} %\.", text)
        assert most
        assert percent <= float(most[0]) * 1.001
        back = through_layers(run, step.step, 0)
        assert back.error is not None
        becomes = str(back.error.tendency)
        if becomes != "lasting" and abs(back.error.log) <= math.log(100.0):  # F calls it so beyond that alone
            becomes = "it shrinks" if back.error.log < 0.0 else "it grows"
        assert f"{' per layer back' if each else ''}: {becomes}." in text
    assert told or last == 1


def one_error_alone(found: Scenario, sample: int, time: int) -> Trace:
    """A run in which only this error is made."""
    there = np.zeros_like(found.data.has_target)
    there[sample, time] = True
    return trace(replace(found, data=replace(found.data, has_target=sealed(there))))


# In 4, 12 and 13 an error gives nothing.
@pytest.mark.parametrize("seed", sorted({*some_of(range(16), 5), 4, 12, 13}))
def test_the_story_of_an_error(seed: int) -> None:
    """What is left of an error is what a run has for deltas in which no other is made."""
    found = scenario_at_random(seed, Wanted(recurrent=True, iterations=1, order="deferred"))
    run = trace(found)
    if not run.shapes.sequences:
        return
    alone: dict[tuple[int, int], Trace] = {}
    losses = [*steps_of(run, LossStep)]
    for step in map(run.__getitem__, some_of(range(len(run)), 40)):
        made, sample = told(run, step.step, seed % run.shapes.times), sample_of(run, step.step)
        if made is None:
            text = before_any_story(run, step.step)
            first, time = (int(one) for one in re.findall(r"step (\d+) makes the first, at @(\d+)", text)[0])
            there = run[first - 1]
            assert (there.kind, there.sample, there.time) == ("loss", sample, time)
            assert first - 1 > step.step
            assert all(one.sample != sample for one in losses if one.step < first - 1)
            continue
        number = layer_told(run, run.shapes.layers)
        text = " ".join(story_words(run, step.step, story(run, step.step, made, number, 0), 0))
        at_made = next(one for one in losses if (one.sample, one.time) == (sample, made))
        said, should = (numeral(float(one[0])) for one in (at_made.prediction, at_made.target))
        assert f"said {said} and should have said {should}." in text
        reached = re.findall(r"reaches layer (\d+) by step (\d+)", text)
        done = times_done(run, step.step, "delta", number)
        assert bool(reached) == (made not in done)
        if reached:
            there = run[int(reached[0][1]) - 1]
            assert (there.kind, there.layer, there.sample, there.time) == ("delta", number, sample, made)
            continue
        if (sample, made) not in alone:
            alone[sample, made] = one_error_alone(found, sample, made)
        delta = alone[sample, made].iteration(0).sequence("delta", number, sample)
        here, first_done = (math.hypot(*delta[time].tolist()) for time in (made, done.start))
        assert ("gives nothing" in text) == (here == 0.0)
        assert ("there is no time before" in text) == (made == 0 and here != 0.0)
        back = re.findall(r"After (\d+) times? back", text)
        assert bool(back) == (done.start < made and here > 0.0 and run.shapes.recurrent[number - 1])
        if not back or not math.isfinite(first_done):
            continue
        assert int(back[0]) == made - done.start
        assert ("nothing of it is left" in text) == (first_done == 0.0)
        if first_done:
            ratio = first_done / here
            (each,) = re.findall(rf"× {NUMBER} for each time back", text)
            assert float(each) ** int(back[0]) == pytest.approx(ratio, rel=1e-3 * int(back[0]))
            weights, slopes = (
                re.findall(rf"({who}) × {NUMBER}", text) for who in (r"U\d+|weights", "slopes")
            )
            known = run.iteration(0).sequence("slope", number, sample)[done.start : made]
            has_slopes = found.training.mistake is None and bool(known.all())
            if has_slopes and sum(run.shapes.recurrent[number - 1 :]) == 1:
                there = np.linalg.norm(delta[done.start : made], axis=1)
                before = np.linalg.norm(delta[done.start : made] / known, axis=1)
                by_slopes = float(np.prod(there / before)) ** (1 / int(back[0]))
                assert float(slopes[0][1]) == pytest.approx(by_slopes, rel=1e-3)
                assert weights[0][0] == f"U{number}"
                assert float(weights[0][1]) * float(slopes[0][1]) == pytest.approx(float(each), rel=2e-3)
            percent = re.findall(rf"back {NUMBER} % of it is left", text)
            longer = re.findall(rf"it is {NUMBER} times as long", text)
            assert bool(longer) == (ratio > 1.0)
            assert float((longer or percent)[0]) == pytest.approx(ratio if longer else 100 * ratio, rel=1e-3)


def test_with_the_future_dropped_no_error_goes_back() -> None:
    run = trace(changed("elman", mistake="future-dropped", iterations=1))
    found = story(run, 41, 3, 1, 0)
    assert not np.any(found.part.values[:-1])
    text = " ".join(story_words(run, 41, found, 0))
    assert "reaches layer 1 at @3: with the mistake future-dropped nothing goes back through time." in text
    assert "times before" not in text


@pytest.mark.parametrize("seed", some_of(range(9), 6))
def test_how_the_shares_of_a_gradient_come_together(seed: int) -> None:
    """Applied at once where an update follows each gradient, else on top of what earlier samples gathered."""
    found = scenario_at_random(seed, Wanted(recurrent=True, iterations=1, steps=80, parameters=30))
    run = trace(found, ORDERS[seed % len(ORDERS)])
    gradients = [*steps_of(run, GradientStep)]
    for step in some_of(gradients, 20):
        assert step.layer is not None
        weight = Traced(run, Number(Reference("weights", 0, step.layer, version=0), (0, 0)))
        given = shares(run, step.step, step.layer, "weights", (0, 0))
        text = how_gathered(weight, given)
        at_once = run[step.step + 1].kind == "update" and run.order == "premature"
        assert ("applied at once" in text) == at_once
        assert ("earlier samples" in text) == (given.before != 0.0 and not at_once)
        if given.before:
            total = float(step.weight_total[0, 0])
            mine = sum(
                float(one.weight_gradient[0, 0])
                for one in gradients
                if one.step <= step.step and (one.layer, one.sample) == (step.layer, step.sample)
            )
            assert given.before == pytest.approx(total - mine, abs=1e-9 * (abs(total) + abs(mine)))
            assert at_once or f"on top of {numeral(given.before)} of" in text


@pytest.mark.parametrize(
    ("mistake", "order"),
    [
        (mistake, order)
        for turn, mistake in enumerate(MISTAKES)
        for order in (WAITING, *in_turns(ORDERS[1:], turn, 2))
    ],
)
def test_with_a_mistake_they_come_together_to_the_totals(mistake: str, order: Order) -> None:
    """The sum so far is the total of the step, whatever is kept or dropped, and it is told of what it is."""
    turn = MISTAKES.index(mistake) + ORDERS.index(order)
    for seed in in_turns(range(3), turn, 3):
        wanted = Wanted(recurrent=True, iterations=2, mistake=mistake, order=order, steps=60, parameters=20)
        run = trace(scenario_at_random(seed, wanted))
        for step in steps_of(run, GradientStep):
            if step.layer is None or step.time is None:
                continue
            totals: dict[Parameter, Array] = {"weights": step.weight_total, "biases": step.bias_total}
            for group, total in totals.items():
                index = (0,) * total.ndim
                given = shares(run, step.step, step.layer, group, index)
                size = 1e-12 + abs(given.before) + float(np.abs(given.share.values).sum())
                assert given.running.at(step.time) == pytest.approx(total[index], abs=1e-9 * size)
                parameter = Number(Reference(group, step.iteration, step.layer, version=0), index)
                text = how_gathered(Traced(run, parameter), given)
                if mistake == "gradient-kept" and step.iteration and given.before:
                    assert "of all before" in text or "the sum applied at once" in text
                else:
                    assert "all before" not in text


@pytest.mark.parametrize("seed", some_of(range(9), 6))
def test_what_steps_back_through_time_leave(seed: int) -> None:
    run = trace(scenario_at_random(seed, Wanted(recurrent=True, iterations=1, steps=80, parameters=30)))
    for step, layer in product(range(0, len(run), 3), range(1, run.shapes.layers + 1)):
        back = through_times(run, step, layer)
        present = run.schedule.site(step).time or 0
        words = steps_back(run, back, layer, present, 0)
        if not run.shapes.recurrent[layer - 1]:
            assert words == ["not recurrent: no step back"]
            continue
        if run.shapes.times == 1:
            assert words == ["one time: no step back"]
            continue
        if back.error is None or back.most is None:
            continue
        assert words[0].endswith(f": {back.error.tendency}")
        each = float(re.findall(rf"× {NUMBER}:", words[0])[0])
        over, gain = re.findall(rf"over (\d+) steps? × {NUMBER}", words[1])[0]
        assert int(over) == back.error.steps
        assert each == pytest.approx(back.error.mean, rel=1e-3)
        assert float(gain) == pytest.approx(back.error.overall, rel=5e-3)
        assert float(gain) <= back.most.overall * (1 + 5e-3)
        if (here := back.each.at(present)) is not None and math.isfinite(here):
            assert words[-1] == f"@{present + 1} → @{present}: × {numeral(here)}"
