"""Are the numbers that a number comes from those of its expression, and in order of size in a long sum?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from engine import trace
from engine.facts.entry import Number, array_of
from engine.facts.explain import explain
from engine.facts.explain.expression import Sum, evaluate, leaves
from engine.facts.explain.origins import origins
from engine.facts.number import Traced
from tests.given.scenarios_at_random import Wanted, scenario_at_random
from tests.given.wide_layer import wide

if TYPE_CHECKING:
    from engine.run.tracing import Trace


def in_order(run: Trace, number: Number) -> list[Traced]:
    """The numbers in the expression of a number, the parts of a long sum sorted by their values."""
    expression = explain(run, number).expression
    parts = [expression]
    if isinstance(expression, Sum) and len(expression.parts) > 8:
        parts = sorted(expression.parts, key=lambda part: -abs(evaluate(part)))
    return [leaf for part in parts for leaf in leaves(part) if isinstance(leaf, Traced)]


def numbers_of(run: Trace) -> list[Number]:
    return [
        Number(reference, index)
        for step in range(len(run))
        for reference in run.flow.writes(step)
        if not (reference.quantity == "slope" and run.scenario.network.layers[-1].activation == "softmax")
        for index in list(np.ndindex(array_of(run, reference).shape))[:3]
    ]


@pytest.mark.parametrize("recurrent", [False, True])
def test_of_a_long_sum_against_sorting_all_terms(recurrent: bool) -> None:
    run = wide(40, recurrent=recurrent)
    for number in numbers_of(run):
        found = origins(run, number)
        assert list(found) == found[:] == in_order(run, number)
        assert len(found) == len(in_order(run, number))


@pytest.mark.parametrize("seed", range(6))
def test_the_place_of_each_number_is_its_first(seed: int) -> None:
    for run in (
        trace(scenario_at_random(seed, Wanted(samples=1, iterations=1, steps=40, parameters=30))),
        wide(12),
    ):
        for number in numbers_of(run)[:100]:
            found = origins(run, number)
            every = [leaf.number for leaf in found]
            for one in every:
                assert found.place_of(one) == every.index(one)
            assert found.place_of(Number(number.reference, (99,))) is None
