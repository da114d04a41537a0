"""Is what a view leaves out added up on its own, so that it has its digits beside what is large?"""

from __future__ import annotations

import math
import re
from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
import pytest

from engine import trace
from engine.arrays import frozen
from engine.facts.broken.breaking import break_rule
from engine.facts.chain.paths import Chain
from engine.facts.gradient import gradient_vector, largest, length_of_rest
from engine.looking.cursor import Cursor, start
from tests.cases import case
from tests.given.scenarios_at_random import Wanted, scenario_at_random
from tests.given.shipped import shipped_run
from tests.given.some_of import EVERY_CASE, some_of
from tests.given.wide_layer import wide
from tui.draw.chain.chain import chain_rows
from tui.draw.gradient import gradient_rows
from tui.draw.page import presenter_rows
from tui.draw.reasons.equation import equation_rows

if TYPE_CHECKING:
    from engine.run.tracing import Trace
    from tui.draw.kit.rows import Row


def text(rows: list[Row]) -> str:
    return "\n".join("".join(part for part, _ in row) for row in rows)


def after(run: Trace, kind: str) -> Cursor:
    return start(run, next(step.step for step in reversed(run) if step.kind == kind))


def test_view_8_has_the_length_of_the_rest() -> None:
    """Ten components of -1 and thirty of -1e-9; the view lists those that fit."""
    run = trace(case("gradvec-rest"))
    shown = text(gradient_rows(run, after(run, "gradient"), 80, 20))
    left = re.search(r"and (\d+) more, together a vector of length (\S+)", shown)
    assert left is not None
    assert float(left[2]) == pytest.approx(1e-9 * math.sqrt(int(left[1])), rel=1e-3)
    assert 20 < int(left[1]) <= 30


def test_the_length_of_a_tiny_gradient() -> None:
    run = trace(case("gradvec-tiny"))
    cursor = after(run, "gradient")
    assert gradient_vector(run, cursor.step).length == pytest.approx(math.sqrt(5.0) * 1e-170, rel=1e-14)
    assert "length 2.236e-170" in text(gradient_rows(run, cursor, 80, 20))


@pytest.mark.parametrize("seed", some_of(range(8), 5))
def test_listed_and_left_out_make_the_whole_length(seed: int) -> None:
    run = trace(scenario_at_random(seed, Wanted(iterations=1)))
    for step in range(0, len(run), 7):
        vector = gradient_vector(run, step)
        for count in (1, 3, vector.components):
            found = largest(vector, count) if vector.parts else []
            values = sorted(abs(v) for part in vector.parts for v in part.array.ravel().tolist())
            assert vector.length == pytest.approx(math.hypot(*values), rel=1e-14)
            rest = math.hypot(*values[: max(0, len(values) - count)])
            assert length_of_rest(vector, found) == pytest.approx(rest, rel=1e-14)


def test_view_6_has_the_paths_through_later_times() -> None:
    """They give 1e-17 of what the path within this time gives."""
    run = trace(case("chain-rest-1e-17"))
    gradients = [step.step for step in run if step.kind == "gradient" and step.time == 0]
    shown = text(chain_rows(run, start(run, gradients[-1]), 80, 20))
    (line,) = (line for line in shown.splitlines() if "through later times  " in line)
    assert "2.1e-18" in line


@pytest.mark.parametrize("seed", range(30 if EVERY_CASE else 7))
def test_the_parts_of_a_gradient_are_summed_on_their_own(seed: int) -> None:
    run = trace(scenario_at_random(seed, Wanted(iterations=1, samples=1)))
    shapes = run.shapes
    for layer, time in product(range(1, shapes.layers + 1), range(shapes.times)):
        chain = Chain(run, 0, 0, time, layer)
        size = run.scenario.network.sizes
        unit, source = size[layer] - 1, size[layer - 1] - 1
        whole = chain.gradient(unit, source).value
        now, later = chain.sum_now(unit, source), chain.sum_later(unit, source)
        assert now + later == pytest.approx(whole, rel=1e-9, abs=1e-13)
        paths = chain.each_path(unit, source)
        for units, _ in paths[:3]:
            rest = math.fsum(value for other, value in paths if other != units)
            assert chain.sum_of_others(units, source) == pytest.approx(rest, rel=1e-9, abs=1e-15)


@pytest.mark.parametrize("moved", [False, True])
def test_the_page_for_a_class_has_the_rest_of_a_sum(moved: bool) -> None:
    """Of +3e16, -3e16, 38 times +0.3 and a bias of 0; also where the sum meets the large ones far apart."""
    scenario = case("presenter-rest")
    (layer,) = scenario.network.layers
    if moved:
        weights = layer.weights.copy()
        weights[0, [1, -1]] = weights[0, [-1, 1]]
        layer = replace(layer, weights=frozen(weights))
    run = trace(replace(scenario, network=replace(scenario.network, layers=(layer,))))
    seen = 0
    for height in range(14, 60):
        shown = text(presenter_rows(run, start(run), 100, height))
        left = re.search(r"the other (\d+) .*= +(\S+)", shown)
        if left is not None:
            seen += 1
            small = len(re.findall(r"=  0\.3 × 1", shown))
            assert int(left[1]) == 41 - 2 - small
            assert float(left[2]) == pytest.approx(0.3 * (38 - small), rel=1e-3)
    assert seen > 5


@pytest.mark.parametrize("size", [0.0, 9.0])
def test_what_is_counted_with_a_bias_says_so(size: float) -> None:
    """A reader counts the weights that are not written: the bias is one more only where it is named."""
    scenario = wide(60).scenario
    (layer,) = scenario.network.layers
    layer = replace(layer, biases=frozen(np.full(layer.units, size)))
    run = trace(replace(scenario, network=replace(scenario.network, layers=(layer,))))
    for draw, width in product((equation_rows, presenter_rows), (60, 80, 120)):
        shown = text(draw(run, start(run), width, 12))
        (many, named) = re.findall(r"the other (\d+)( incl\. b)?", shown)[0]
        written = len(set(re.findall(r"W1\[\d+,\d+\]", shown)))
        assert int(many) == 60 - written + (not size)
        assert bool(named) == (not size)


def test_a_single_term_that_has_no_room_is_written_as_one_number() -> None:
    """`+ the other 1` reads as a term of 1."""
    run = break_rule(shipped_run("mazur"), 4, 2)
    shown = text(equation_rows(run, start(run, 6), 70, 3))
    assert "the other" not in shown
    assert re.search(
        r"early W2\[1,1\] × δ2\[1\] +\+ early W2\[2,1\] × δ2\[2\]\n.* - +0\.01948 = 0\.03023", shown
    )


def test_numbers_stand_closer_than_their_symbols_where_that_spares_a_term() -> None:
    """Of a weight that was early the number was missing, multiplied with the δ behind it."""
    run = break_rule(shipped_run("mazur"), 4, 2)
    shown = text(equation_rows(run, start(run, 6), 80, 3))
    assert "early W2[1,1] × δ2[1] + early W2[2,1] × δ2[2]\n" in shown
    assert "= 0.3589 × 0.1385 + 0.5113 × (-0.03810) = 0.03023  ≠ 0.03635" in shown
