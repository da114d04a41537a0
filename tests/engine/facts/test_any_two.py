"""Can any two orders be held against each other, and is what is said of them true of both runs?"""

from __future__ import annotations

import math
import re
from dataclasses import replace
from itertools import combinations
from random import Random
from typing import TYPE_CHECKING

import numpy as np
import pytest

from engine import load, trace
from engine.catalog import find
from engine.facts.entry import array_in
from engine.facts.two_orders.chosen import Two, choices, next_choice
from engine.facts.two_orders.compare import compare, final_losses
from engine.facts.two_orders.parting import parting
from engine.looking.cursor import start
from engine.numerals import apart, numeral
from engine.run.straight import loss_of
from engine.update_orders import ORDERS, WAITING, not_waiting
from engine.words.runs.compared import judged, sentence, why
from tests.given import further_orders
from tests.given.breaks_at_random import break_at_random
from tests.given.scenarios_at_random import Wanted, scenario_at_random
from tests.given.some_of import each_of, some_of
from tui.draw.compare.compare import compare_rows
from tui.draw.kit.rows import length, plain

if TYPE_CHECKING:
    from engine.facts.two_orders.compare import Comparison
    from engine.run.tracing import Trace

EARLY = Two("layerwise", "premature")


def of_order(order: str | None) -> str:
    return WAITING if order is None else order


@pytest.mark.parametrize("order", ORDERS)
def test_every_two_can_be_chosen_those_against_the_one_that_waits_first(
    order: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    further_orders.put(monkeypatch)
    run = trace(scenario_at_random(0, Wanted(iterations=1, steps=70, parameters=30)), order)
    offered = choices(run, 0)
    assert offered[: len(ORDERS) - 1] == tuple(Two(one) for one in not_waiting(order))
    chosen = sorted(tuple(sorted((of_order(two.first), of_order(two.second)))) for two in offered)
    assert chosen == sorted(tuple(sorted(pair)) for pair in combinations(ORDERS, 2))
    two = offered[0]
    for after in (*offered[1:], offered[0]):
        two = next_choice(run, 0, two)
        assert two == after


def test_what_the_user_has_made_is_held_against_any_order() -> None:
    case = break_at_random(3, Random(3), Wanted(steps=150, parameters=30))
    offered = choices(case.trace, case.iteration)
    assert {two.first for two in offered if two.second is None} == {None, *not_waiting(WAITING)}
    assert offered[0] == Two()


def test_with_a_mistake_the_order_that_waits_is_not_right_either() -> None:
    scenario = load(find("mazur"))
    mistaken = replace(scenario, training=replace(scenario.training, mistake="sign"))
    for order in ORDERS:
        offered = choices(trace(mistaken, order), 0)
        of_each = [(two.first, two.second or order) for two in offered]
        assert len(set(of_each)) == len(of_each) == 6
        assert {second for first, second in of_each if first is None} == {*ORDERS}


def moved(found: Comparison, which: str) -> np.ndarray:
    return np.concatenate(
        [getattr(pair, f"{which}_change").ravel() for layer in found.layers for pair in layer.pairs]
    )


def really_moved(run: Trace, found: Comparison) -> np.ndarray:
    before, after = run.parameters(0), run.parameters(1)
    return np.concatenate(
        [
            (getattr(after, pair.parameter)[pair.layer - 1] - getattr(before, pair.parameter)[pair.layer - 1])
            for layer in found.layers
            for pair in layer.pairs
        ],
        axis=None,
    )


@pytest.mark.parametrize("mistake", [None, "sign"])
@pytest.mark.parametrize(("seed", "order"), each_of(some_of(range(8), 4), ORDERS))
def test_both_are_told_by_the_updates_of_their_own_runs(seed: int, order: str, mistake: str | None) -> None:
    """In whichever order the run is of which they are asked."""
    scenario = scenario_at_random(
        seed, Wanted(iterations=1, samples=2, recurrent=bool(seed % 2), steps=70, parameters=30)
    )
    scenario = replace(scenario, training=replace(scenario.training, mistake=mistake))
    # With a mistake a run of one of the two is the run itself.
    found = compare(trace(scenario, order if mistake is None else WAITING), 0, EARLY)
    assert found.two == EARLY
    assert found.names == ("premature", "layerwise")
    for which, name in zip(("first", "second"), found.names, strict=True):
        run = trace(scenario, name)
        assert moved(found, which) == pytest.approx(really_moved(run, found), rel=1e-9, abs=1e-14)
        end = loss_of(scenario, run.shapes, run.parameters(1))
        assert getattr(found, f"loss_{which}") == pytest.approx(end, rel=1e-9)


@pytest.mark.parametrize("seed", some_of(range(8), 4))
def test_each_has_the_angle_that_it_has_against_what_is_right(seed: int) -> None:
    run = trace(
        scenario_at_random(
            seed, Wanted(iterations=1, samples=2, recurrent=bool(seed % 2), steps=70, parameters=30)
        )
    )
    found = compare(run, 0, EARLY)
    each = [compare(run, 0, Two(order)) for order in found.names]
    assert found.overall_to_right == tuple(one.overall for one in each)
    for place, layer in enumerate(found.layers):
        assert layer.to_right == tuple(one.layers[place].angle for one in each)
    assert all(one.overall_to_right is None for one in each)


@pytest.mark.parametrize("seed", some_of(range(20), 7))
def test_the_sentences_are_true(seed: int) -> None:
    run = trace(
        scenario_at_random(seed, Wanted(iterations=1, recurrent=bool(seed % 2), steps=70, parameters=30))
    )
    found = compare(run, 0, EARLY)
    each = [compare(run, 0, Two(order)).overall for order in found.names]
    text = sentence(found)
    if found.overall.differ:
        assert ("of them in sign" in text or "in its sign" in text) == (found.overall.flipped > 0)
        assert f"{found.overall.differ:,} of {found.overall.numbers:,} number" in text
    else:
        assert "both orders make the same change" in text
    if near := re.search(r"the (\w+) order lies nearer to (.*): (\S+)° off, the other (\S+)°\.$", text):
        place = found.names.index(near[1])
        nearest, other = each[place].degrees, each[1 - place].degrees
        assert nearest is not None
        assert other is not None
        assert nearest < other
        assert (near[2] == "-∇C") == found.plain
        assert math.isclose(float(near[3]), nearest, rel_tol=1e-3)
    said = judged(found)
    if lower := re.search(r"is lower in the (\w+) order", said):
        losses = found.loss_first, found.loss_second
        assert losses[found.names.index(lower[1])] == min(losses)
        if near:
            assert ("no judge" in said) == (near[1] != lower[1])


def check_where_they_part(run: Trace, runs: dict[str, Trace], two: Two) -> None:
    found = compare(run, 0, two)
    there = parting(run, found, start(run).units)
    assert (there is None) == (not found.overall.differ)
    if there is None:
        return
    of_each = [runs[order].iteration(0) for order in (*found.names, WAITING)]
    first, second, right = (
        float(array_in(one, there.number.reference)[there.number.index]) for one in of_each
    )
    assert (there.first, there.second, there.right) == pytest.approx((first, second, right), rel=1e-9)
    text, digits = why(run, found, there), apart(there.first, there.second)
    for value in (there.first, there.second):
        assert numeral(value, digits=digits) in text
    wrong = [not math.isclose(one, right, rel_tol=1e-8) for one in (first, second)]
    assert list(there.wrong) == wrong
    for name, one in zip(found.called, wrong, strict=True):
        assert one or text.endswith(f"that of {name} is right.")
    assert ("right is " in text) == all(wrong)


@pytest.mark.parametrize("seed", some_of(range(8), 3))
def test_where_they_part_both_and_what_is_right_are_told(seed: int) -> None:
    scenario = scenario_at_random(
        seed, Wanted(iterations=1, samples=2, recurrent=bool(seed % 2), steps=70, parameters=30)
    )
    runs = {order: trace(scenario, order) for order in ORDERS}
    for run in runs.values():
        check_where_they_part(run, runs, EARLY)


def test_the_losses_after_all_iterations_are_those_of_both_runs() -> None:
    scenario = scenario_at_random(2, Wanted(iterations=3, samples=2, steps=110, parameters=30))
    late, *early = (trace(scenario, order) for order in (WAITING, "premature", "layerwise"))
    found = compare(late, 0, EARLY)
    for run in early:
        assert final_losses(late, found, early) is None
        run.advance(run.iterations)
    ends = [loss_of(scenario, run.shapes, run.parameters(run.iterations)) for run in early]
    assert final_losses(late, found, early) == tuple(ends)


@pytest.mark.parametrize(("seed", "size"), each_of(range(4), [(80, 18), (120, 30), (200, 44)]))
def test_the_view_names_both(seed: int, size: tuple[int, int]) -> None:
    run = trace(scenario_at_random(seed, Wanted(iterations=1, samples=2)))
    rows = compare_rows(run, (), start(run), *size, EARLY)
    assert len(rows) <= size[1]
    assert all(length(row) <= size[0] for row in rows)
    text = "\n".join(map(plain, rows))
    assert re.search(r"━ premature +┃ layerwise", text)
    assert re.search(r"measured \S+.* premature \S+  layerwise", text)
    assert re.search(r"premature (\S+)°? .*layerwise \S+°?  between", text)
    assert "deferred   " not in text
