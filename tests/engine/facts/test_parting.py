"""Is the place where two orders part the first, and does its equation give both numbers?"""

from __future__ import annotations

import re
from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING

import numpy as np
import pytest

from engine import trace
from engine.equations.mistakes.mistakes import MISTAKES
from engine.facts.beside.right import ROUNDING
from engine.facts.entry import Number, array_of
from engine.facts.explain.expression import evaluate
from engine.facts.number import Traced
from engine.facts.two_orders.chosen import NOBODY_CHOSE, Two, choices
from engine.facts.two_orders.compare import compare
from engine.facts.two_orders.parting import both_equations, consequences, mistaken_equations, parting
from engine.looking.cursor import start
from engine.read.fitting import why_unfit
from engine.update_orders import ORDERS
from tests.given.breaks_at_random import break_at_random
from tests.given.scenarios_at_random import Wanted, scenario_at_random
from tests.given.shipped import scenario_of
from tests.given.some_of import each_of, some_of

if TYPE_CHECKING:
    from engine.run.tracing import Trace
    from engine.scenario import Order


def check(run: Trace, iteration: int, two: Two) -> None:
    found = compare(run, iteration, two)
    there = parting(run, found, start(run).units)
    assert (there is None) == (not found.overall.differ)
    if there is None:
        return
    assert abs(there.second - there.first) > ROUNDING * abs(there.first)
    both = both_equations(run, there)
    if both is not None:
        values = [evaluate(one) for one in both]
        assert values == pytest.approx([there.first, there.second], rel=1e-8, abs=1e-14)
        assert any(one.differs for one in there.operands)


@pytest.mark.parametrize(("seed", "order"), each_of(some_of(range(10), 6), ORDERS))
def test_the_equation_gives_the_number_of_either_order(seed: int, order: Order) -> None:
    run = trace(scenario_at_random(seed, Wanted(iterations=2, recurrent=bool(seed % 2))), order)
    for iteration in range(2):
        for two in choices(run, iteration):
            check(run, iteration, two)


@pytest.mark.parametrize("seed", some_of(range(10), 4))
def test_after_a_break_too(seed: int) -> None:
    case = break_at_random(seed, Random(seed), Wanted(steps=80, parameters=30))
    assert choices(case.trace, case.iteration)[0] == NOBODY_CHOSE
    for two in choices(case.trace, case.iteration):
        check(case.trace, case.iteration, two)


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_parts_where_its_equation_is_another(mistake: str) -> None:
    scenario = scenario_of("elman" if "time" in mistake or "recurrent" in mistake else "iris")
    if why_unfit(scenario, mistake):
        pytest.skip("it can't be made there")
    run = trace(replace(scenario, training=replace(scenario.training, mistake=mistake)))
    found = compare(run, 0)
    there = parting(run, found, start(run).units)
    if there is None:
        assert not found.overall.differ
        return
    assert there.operands == ()
    both = mistaken_equations(run, found, there)
    assert both is not None
    assert [one.result.value for one in both] == [there.first, there.second]


@pytest.mark.parametrize("order", ["premature", "layerwise"])
@pytest.mark.parametrize("seed", some_of(range(12), 5))
def test_no_number_before_it_is_wrong(seed: int, order: Order) -> None:
    """What should be is what each number says of itself (`Traced.right`)."""
    run = trace(scenario_at_random(seed, Wanted(iterations=1, steps=80, parameters=30)), order)
    there = parting(run, compare(run, 0), start(run).units)
    for step in range(len(run)):
        for reference in run.flow.writes(step):
            if reference.quantity not in ("pre_activation", "activation", "error", "delta"):
                continue
            places = np.ndindex(array_of(run, reference).shape)
            if any(Traced(run, Number(reference, index)).right is not None for index in places):
                assert there is not None
                assert there.step == step
                assert there.number.reference == reference or "from_" in there.number.reference.quantity
                return
    assert there is None


@pytest.mark.parametrize("seed", some_of(range(8), 5))
def test_what_follows_is_what_both_runs_make_of_it(seed: int) -> None:
    early = trace(scenario_at_random(seed, Wanted(iterations=1)), "layerwise")
    late = trace(early.scenario, "deferred")
    found, units = compare(early, 0), start(early).units
    there = parting(early, found, units)
    if there is None:
        return
    listed = consequences(early, found, there, units)
    for one in listed:
        if one.symbol.startswith("new "):
            layer, to, source = (int(place) for place in re.findall(r"\d+", one.symbol))
            both = (float(run.parameters(1).weights[layer - 1][to - 1, source - 1]) for run in (late, early))
        else:
            reference = there.number.reference._replace(
                quantity="delta" if one.symbol.startswith("δ") else "weight_gradient"
            )
            places = tuple(int(place) - 1 for place in re.findall(r"\d+", one.symbol.partition("[")[2]))
            index = places[: array_of(early, reference).ndim]
            both = (float(array_of(run, reference)[index]) for run in (late, early))
        assert (one.first, one.second) == pytest.approx(tuple(both), rel=1e-9, abs=1e-300)
    if there.number.reference.quantity == "error":
        assert len(listed) == 3
