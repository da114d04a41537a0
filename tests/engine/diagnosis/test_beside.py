"""Do somebody's numbers stand in the place of the run's, and where they differ, in the order of the steps?"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from engine import diagnose, load, trace
from engine.catalog import find
from engine.diagnosis.beside import stood_beside
from engine.facts.beside.alongside import alongside
from engine.facts.beside.standing import apart_in
from engine.facts.beside.theirs import hold, shape_of_theirs, theirs_of
from engine.facts.entry import Number, array_of
from engine.facts.number import Traced
from engine.facts.through_time import quantity
from engine.looking.choosing import look_at_number
from engine.looking.cursor import start
from engine.looking.selection import explained
from engine.looking.ways.differences import at_first_difference, difference_at
from engine.looking.ways.moves import move
from engine.order.quantities import Reference
from engine.scenario import Training
from tests.engine.diagnosis.planted import of_scenario
from tests.engine.diagnosis.programs.test_one_time import scenario as sequences
from tests.engine.diagnosis.test_diagnosing import MAZUR, network

if TYPE_CHECKING:
    from engine.arrays import Array
    from engine.facts.beside.theirs import Theirs
    from engine.run.tracing import Trace
    from engine.scenario import Scenario


def held(scenario: Scenario, numbers: dict[str, Array], iteration: int = 0) -> tuple[Trace, Theirs]:
    """A run, and the numbers that are held against it."""
    run = trace(scenario)
    theirs = stood_beside(scenario, diagnose(scenario, numbers, iteration))
    hold(run, theirs)
    return run, theirs


def symbols(run: Trace, theirs: Theirs) -> list[str]:
    return [f"{Traced(run, stop.number).symbol} at {stop.step + 1}" for stop in theirs.stops]


def test_a_missing_slope_in_mazur() -> None:
    wrong = of_scenario(MAZUR, "no-slope")
    run, theirs = held(MAZUR, wrong)
    assert symbols(run, theirs) == ["δ1[2] at 6", "Σ∂C/∂W1[2,2] at 7", "Σ∂C/∂b1[2] at 7", "new W1[2,2] at 9"]
    assert theirs.verdict == "δ1 is the first that is wrong; no-slope in layer 1 makes exactly your numbers."
    delta = Reference("delta", 0, 1, 0, 0)
    assert Traced(run, Number(delta, (1,))).beside == wrong["delta1"][0, 1]
    above = Reference("delta", 0, 2, 0, 0)
    assert Traced(run, Number(above, (1,))).beside is None
    mine = theirs.at(above)
    assert mine is not None
    np.testing.assert_allclose(mine.array, array_of(run, above), rtol=1e-15)
    # Of one sample the total is its gradient, too.
    gradient = apart_in(run, Reference("weight_gradient", 0, 1, 0, 0))
    assert gradient is not None
    assert gradient.all()
    # Of another iteration he has said nothing, and a run with the mistake is held against what is right.
    assert theirs.at(delta._replace(iteration=1)) is None
    mistaken = trace(load(find("18-no-slope")))
    hold(mistaken, theirs)
    assert theirs_of(mistaken) is None
    hold(run, None)
    assert theirs_of(run) is None


def test_means_and_turned_arrays_stand_as_the_run_has_them() -> None:
    three = network(reduction="mean")
    wrong = of_scenario(three, "no-slope")
    given = {"dZ2": wrong["delta2"].T, "dW2": wrong["gW2"] / 4, "dW3": wrong["gW3"] / 4}
    _, theirs = held(three, given)
    reference = Reference("delta", 0, 2, 3, 0)
    mine = theirs.at(reference)
    assert mine is not None
    np.testing.assert_allclose(mine.array, wrong["delta2"][3])
    totals = {one.layer: one for one in theirs.matrices}
    np.testing.assert_allclose(theirs.matrices[totals[2]].array, wrong["gW2"])
    assert totals[2].sample == 3
    assert not theirs.matrices[totals[3]].apart.any()
    assert [stop.number.reference.quantity for stop in theirs.stops] == ["delta", "weight_total"]


def test_the_differences_are_walked_in_turn() -> None:
    run, theirs = held(MAZUR, of_scenario(MAZUR, "no-slope"))
    cursor = at_first_difference(start(run), run)
    assert (cursor.step, explained(run, cursor)) == theirs.stops[0]
    assert difference_at(cursor, run) == (1, 4)
    seen = [cursor]
    while (further := move(seen[-1], run, "next-difference")) != seen[-1]:
        seen.append(further)
    assert [(one.step, explained(run, one)) for one in seen] == [tuple(stop) for stop in theirs.stops]
    assert move(seen[2], run, "previous-difference").step == seen[1].step
    assert move(seen[0], run, "previous-difference") == seen[0]
    assert move(seen[1], run, "back").step == seen[0].step
    # From anywhere else: the next one, or the one before.
    assert move(start(run, 7), run, "next-difference").step == 8
    assert move(start(run, 7), run, "previous-difference").step == 6
    plain = trace(MAZUR)
    assert move(start(plain), plain, "next-difference") == start(plain)


def test_an_array_of_all_samples_is_one_difference_at_the_worst_of_them() -> None:
    three = network()
    right = of_scenario(three)
    given = {name: right[name].copy() for name in ("z2", "delta2")}
    for name, sample in (("z2", 3), ("delta2", 1)):  # the second depends on the first, but is made before it
        given[name][:, 0] += 0.1
        given[name][sample, 1] += 5.0
    run, theirs = held(three, given)
    assert [Traced(run, stop.number).symbol for stop in theirs.stops] == ["z2[2]", "δ2[2]"]
    assert [stop.number.reference.sample for stop in theirs.stops] == [3, 1]
    cursor = at_first_difference(start(run), run)
    # Whatever sample of it is looked at, it is the same array.
    other = look_at_number(cursor, run, Number(theirs.stops[0].number.reference._replace(sample=0), (0,)))
    assert difference_at(other, run) == (1, 2)
    for one in (cursor, other):
        there = move(one, run, "next-difference")
        assert (there.step, explained(run, there)) == theirs.stops[1]
        assert move(there, run, "next-difference") == there
        assert move(there, run, "previous-difference").step == cursor.step


@pytest.mark.usefixtures("no_two_are_tried")
def test_an_array_of_another_shape_is_a_difference_that_says_so() -> None:
    three = network()
    right = of_scenario(three)
    given = {
        "z1": right["z1"][:2],
        "gW2": right["gW2"][:, 1:],
        "gb2": right["delta2"],
        "gb3": right["gb3"] + 1.0,
    }
    run, theirs = held(three, given)
    quantities = ["pre_activation", "bias_total", "weight_total", "bias_total"]
    assert [stop.number.reference.quantity for stop in theirs.stops] == quantities
    assert theirs.verdict == (
        "z1 is the first that is wrong: it has the shape 2 x 3; expected 4 x 3, that is [sample, unit]."
    )
    said = [shape_of_theirs(run, stop.number.reference) for stop in theirs.stops]
    assert said == ["yours is 2 x 3, not 4 x 3", "", "yours is 3 x 2, not 3 x 3", "yours is 4 x 3, not 3"]
    assert shape_of_theirs(run, theirs.stops[0].number.reference._replace(sample=2)) == said[0]
    assert at_first_difference(start(run), run).step == theirs.stops[0].step


@pytest.mark.usefixtures("no_two_are_tried")
@pytest.mark.parametrize("iteration", [0, 1])
def test_along_a_sequence(iteration: int) -> None:
    scenario = replace(sequences(2, 2, (2,)), training=Training(0.1, 2, 2))
    run = trace(scenario)
    right = of_scenario(scenario, iteration=iteration)
    wrong = right["delta1"].copy()
    wrong[-1, 1, 1] += 1.0
    hold(run, stood_beside(scenario, diagnose(scenario, {"delta1": wrong}, iteration)))
    step = run.schedule.first_step(iteration + 1) - 1
    other = alongside(run, step)
    assert other is not None
    along = quantity(other.trace, other.step, "delta", 1, 1)
    np.testing.assert_allclose(along.values[1], wrong[-1, 1, 1])
    np.testing.assert_allclose(np.delete(along.values, 1), np.delete(right["delta1"][-1, :, 1], 1))
