"""Does the loss move as the gradient promises, and by what is left of the order of ε²?"""

from __future__ import annotations

import pytest

from engine import load, trace
from engine.catalog import find
from engine.facts.entry import Number
from engine.facts.slopes.nudge import nudged
from engine.looking.cursor import start
from engine.looking.finding import find as find_number
from engine.run.change import Change
from engine.run.straight import loss_of
from engine.words.runs.branched import nudge_lines
from tests.engine.branching.test_making import by_hand


@pytest.mark.parametrize(
    ("name", "symbol"),
    [
        ("mazur", "W1[1,2]"),
        ("mazur", "W2[2,1]"),
        ("batch", "b1[1]"),
        ("elman", "U1[1,2]"),
        ("iris", "W1[3,2]"),
    ],
)
def test_the_loss_moves_as_promised(name: str, symbol: str) -> None:
    run = trace(load(find(name)))
    number = find_number(run, start(run), symbol)
    assert isinstance(number, Number)
    one, half = (nudged(run, 0, number, by) for by in (1e-3, 5e-4))
    assert one.moved == pytest.approx(one.promised, rel=5e-2)
    # Half the nudge leaves a quarter.
    assert half.moved - half.promised == pytest.approx((one.moved - one.promised) / 4.0, rel=0.1, abs=1e-13)


def test_the_losses_are_those_of_the_scenario_with_that_weight() -> None:
    scenario = load(find("mazur"))
    run = trace(scenario)
    number = find_number(run, start(run), "W1[1,2]")
    assert isinstance(number, Number)
    found = nudged(run, 0, number, 0.1)
    poked = by_hand(scenario, Change("weights", 0.2 + 0.1, 1, (0, 1)))
    assert found.before == loss_of(scenario, run.shapes, run.parameters(0))
    assert found.after == loss_of(poked, run.shapes, trace(poked).parameters(0))
    assert nudge_lines(run, number, found)[0].startswith("W1[1,2] moved by 0.1: C 0.29837")
