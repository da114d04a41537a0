"""Is a watched number what the steps say, now and at the end of each iteration?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from engine import load, trace
from engine.branching.making import branch
from engine.catalog import find
from engine.conditions.grammar import ConditionError
from engine.conditions.meaning import number_meaning
from engine.facts.number import Traced
from engine.looking.cursor import go_to, start
from engine.looking.selection import numbers_of_step
from engine.run.change import Change
from engine.watching.history import History, Watched, is_logarithmic, value_at
from engine.watching.watched_number import name_of

if TYPE_CHECKING:
    from engine.run.tracing import Trace


def history_of(run: Trace, text: str) -> History:
    found = History(run, number_meaning(text, run.scenario))
    for _ in found.follow():
        pass
    return found


@pytest.mark.parametrize("name", ["mazur", "batch", "elman", "iris"])
def test_the_number_that_a_step_makes_is_watched_by_its_name(name: str) -> None:
    run = trace(load(find(name)))
    for step in range(min(run.schedule.first_step(1), 60)):
        for number in numbers_of_step(run, go_to(start(run), run, step)):
            text = name_of(number)
            if text is not None:
                found = value_at(run, number_meaning(text, run.scenario), step)
                assert found == Traced(run, number).value, text


def test_what_is_not_known_yet_has_no_value() -> None:
    run = trace(load(find("mazur")))
    delta = number_meaning("d1[1]", run.scenario)
    assert value_at(run, delta, 4) is None
    assert value_at(run, delta, 5) == run[5].record()["delta"][0]  # type: ignore[index]
    # A weight is there before it is written anew.
    for text, weight in (("W1[1,2]", 0.2), ("max(weight[2]) + bias[2][1]", 0.55 + 0.6)):
        assert value_at(run, number_meaning(text, run.scenario), 3) == weight
    later = run.parameters(1).weights[0][0, 1]
    assert value_at(run, number_meaning("W1[1,2]", run.scenario), 8) == later
    assert value_at(run, number_meaning("W1[1,2]", run.scenario), 9) == later
    assert value_at(run, number_meaning("C", run.scenario), 8) == run.iteration(0).reduced_loss()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("mazur", "W1[1,2]"),
        ("mazur", "loss"),
        ("mazur", "max(abs(gradient[2]))"),
        ("batch", "delta[1][1] * 2"),
        ("xor", "sample_loss"),
        ("elman", "norm(weight[1])"),
        ("iris", "loss"),
    ],
)
def test_the_history_is_what_each_iteration_ends_with(name: str, text: str) -> None:
    run = trace(load(find(name)))
    run.advance(30)
    found = history_of(run, text)
    last = [run.schedule.first_step(k + 1) - 1 for k in range(run.computed)]
    expected = [value_at(run, number_meaning(text, run.scenario), step) for step in last]
    assert found.curve.values().tolist() == pytest.approx(expected, rel=1e-12)
    assert found.low is not None
    assert found.high is not None
    assert found.low.value == found.curve.values().min()
    assert found.high.iteration == int(found.curve.values().argmax())
    run.advance(5)
    assert not found.done or run.computed == run.iterations == 2
    for _ in found.follow():
        pass
    assert found.curve.iterations == run.computed


def test_a_long_history_keeps_its_extremes() -> None:
    run = trace(load(find("mazur")))
    run.advance(10_000)
    found = history_of(run, "loss")
    assert len(found.curve) <= 2048
    losses = run.losses.values()
    assert found.low is not None
    assert (found.low.value, found.low.iteration) == (losses.min(), int(losses.argmin()))


def test_a_branch_has_the_history_of_its_own_iterations() -> None:
    run = trace(load(find("mazur")))
    made = branch(run, 10, Change("weights", 2.0, 1, (0, 1)))
    made.advance(20)
    values = history_of(made, "W1[1,2]").curve.values()
    assert np.isnan(values[:10]).all()
    assert values[10] == made.parameters(11).weights[0][0, 1]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("loss < 1", "expected a number"),
        ("weight[1]", "expected one number"),
        ("W9[1,1]", "there is no layer 9"),
        ("", "expected"),
    ],
)
def test_what_is_no_number_is_refused(text: str, says: str) -> None:
    with pytest.raises(ConditionError, match=says):
        number_meaning(text, load(find("mazur")))


def test_a_scale_is_logarithmic_where_numbers_are_far_apart_or_it_is_chosen() -> None:
    run = trace(load(find("mazur")))
    run.advance(2_000)
    loss, weight = (
        Watched(text, number_meaning(text, run.scenario), history_of(run, text)) for text in ("C", "W1[1,1]")
    )
    assert is_logarithmic(loss, None)
    assert not is_logarithmic(weight, None)
    assert not is_logarithmic(loss, chosen=False)
    assert is_logarithmic(weight, chosen=True)
