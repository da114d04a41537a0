"""Does a path through time show its factors, their true products, and what each step back leaves?"""

from __future__ import annotations

import math
import re
from itertools import product
from random import Random
from typing import TYPE_CHECKING

import numpy as np
import pytest

from engine import trace
from engine.arrays import frozen
from engine.equations.mistakes.mistakes import MISTAKES
from engine.looking.cursor import go_to, look_at, start
from engine.order.site import Site
from engine.read import ScenarioError
from engine.read.changed import with_mistake
from engine.run.steps import GradientStep
from engine.scenario import Data, Network, Scenario, Training
from tests.draw.fitting import check_rows
from tests.given.scenarios_at_random import ORDERS, Wanted, layer_at_random, scenario_at_random, uniform
from tests.given.shipped import scenario_of, shipped_run
from tests.given.some_of import each_of, some_of
from tests.work.work import lines_run
from tui.draw.chain.chain import chain_rows
from tui.draw.kit.rows import plain

if TYPE_CHECKING:
    from engine.looking.cursor import Cursor
    from engine.run.tracing import Trace
    from engine.scenario import Order

SIZES = [(width, height) for width in (60, 80, 120, 200) for height in (6, 9, 13, 17, 31, 46)]
HEIGHTS = (14, 17, 20, 40)
LESSONS = ("13-vanishing", "14-exploding", "counting", "elman")

COUNTING_AT_STEP_12 = """\
 ∂C/∂W1[1,1]@2 along: h1[1]@2 → h1[1]@3 → h1[1]@4 → C@4      sample 1 · time @2
 factor               value      what it is            × so far
   above1[1]@4       -0.9688     from above           -0.9688      ━━━━━━━━━━━━
 × f'(z1[1]@4)        1          slope, layer 1       -0.9688      ━━━━━━━━━━━━
 × U1[1,1]            0.5        weight, back to @3   -0.4844      ━━━━━━
 × f'(z1[1]@3)        1          slope, layer 1       -0.4844      ━━━━━━
 × U1[1,1]            0.5        weight, back to @2   -0.2422      ━━━
 × f'(z1[1]@2)        1          slope, layer 1       -0.2422      ━━━
 × x[1]@2             0          what came in          0
 No target at @2: the error comes from @4, back through U1.
── the sum over 1 path, through later times ────────────────────────────────────
▸  h1[1]@2 → h1[1]@3 → h1[1]@4 → C@4                   0
 = ∂C/∂W1[1,1]@2   recorded: 0                         0"""

VANISHING_AT_STEP_33 = """\
 ∂C/∂W1[1,1]@0 along: h1[1]@0 → h1[1]@1 → … → h1[1]@9 → h1[1]@10 → C@10
 factor               value      what it is            × so far
   above1[1]@10      -0.9990     from above           -0.9990      ━━━━━━━━━━━━
 × f'(z1[1]@10)       1          slope, layer 1       -0.9990      ━━━━━━━━━━━━
 × U1[1,1] × f'(z1[1]@9)   0.5 × 1                    -0.4995      ━━━━━━
 … 16 more, together × 0.003906: × 0.5 each time      -0.001951    ╴
 × U1[1,1] × f'(z1[1]@0)   0.5 × 1                    -0.0009756   ╴
 × x[1]@0             1          what came in         -0.0009756   ╴"""


def at(run: Trace, step: int, unit: int = 0) -> Cursor:
    """A cursor at a step, counted from 0, that looks at the same unit in each layer (the last at most)."""
    cursor = go_to(start(run), run, step)
    for layer in range(run.shapes.layers + 1):
        cursor = look_at(cursor, run, layer, unit)
    return cursor


def picture(run: Trace, cursor: Cursor, width: int, height: int) -> str:
    return "\n".join(plain(row).rstrip() for row in chain_rows(run, cursor, width, height))


def test_counting() -> None:
    run = shipped_run("counting")
    assert picture(run, at(run, 11), 80, 20).startswith(COUNTING_AT_STEP_12)


def test_vanishing() -> None:
    run = shipped_run("13-vanishing")
    assert picture(run, at(run, 32), 80, 16).startswith(VANISHING_AT_STEP_33)


def test_all_of_a_long_path_where_there_are_rows() -> None:
    run = shipped_run("14-exploding")
    text = picture(run, at(run, 32), 120, 40)
    for back in range(10):
        assert re.search(rf"U1\[1,1\] +2 .* back from @{back + 1} to @{back} ", text)
    assert "more factors" not in text
    assert "h1[1]@0 → h1[1]@1 → h1[1]@2 → … → h1[1]@9 → h1[1]@10 → C@10" in text


def shown_product(text: str) -> tuple[float, float]:
    """The product of the numbers in the rows of the factors, and the last product so far."""
    rows = text.split("× so far")[1].split("\n──")[0].splitlines()[1:]
    product, last = 1.0, math.nan
    number = r"-?\d[\d.,]*(?:e-?\d+)?"
    for row in rows:
        if folded := re.match(rf" … [\d,]+ more(?: factors)?, together × ({number})", row):
            values = [folded[1].rstrip(",")]
        elif step := re.match(rf" [×!] .*\] × .*\) +\(?({number})\)? × \(?({number})", row):
            values = [step[1], step[2]]
        elif single := re.match(rf" [×! ] (?:new |early )?\S+ +({number}) ", row):
            values = [single[1]]
        else:
            continue
        product *= math.prod(map(float, values))
        last = float(re.findall(rf"({number})(?:  +[━╸╴]*)?$", row)[-1])
    return product, last


@pytest.mark.parametrize("name", LESSONS)
def test_the_shown_factors_multiply_to_the_shown_product(name: str) -> None:
    run = shipped_run(name)
    ends = run.schedule.first_step(1)
    steps = [
        step
        for step in (*range(ends), *range(len(run) - ends, len(run), 3))
        if run.schedule.site(step).kind in ("gradient", "update")
    ]
    for step, height in each_of(some_of(steps, 16), HEIGHTS):
        product, last = shown_product(picture(run, at(run, step), 80, height))
        assert product == pytest.approx(last, rel=3e-3, abs=1e-300), (step, height)


@pytest.mark.parametrize("name", ["13-vanishing", "14-exploding", "counting"])
def test_the_sum_is_the_recorded_gradient(name: str) -> None:
    """With one neuron there is one path: its product is the gradient of the public records."""
    run = shipped_run(name)
    for step in range(run.schedule.first_step(1)):
        record = run[step]
        if not isinstance(record, GradientStep):
            continue
        text = picture(run, at(run, step), 80, 20)
        total = re.search(r"^ = ∂C/∂W1\S+   recorded: \S+ +(-?\d\S*)", text, re.MULTILINE)
        assert total is not None
        assert float(total[1]) == pytest.approx(float(record.weight_gradient[0, 0]), rel=1e-3)


def sequence(times: int, order: Order = "deferred", own: float = 0.5) -> Scenario:
    """Two layers of three neurons over a long sequence, with a target only at its end."""
    chance = Random(1)
    layers = tuple(
        layer_at_random(chance, "tanh", (units, 3), own, centre=0.0, recurrent=place == 0)
        for place, units in enumerate((3, 1))
    )
    has_target = np.zeros((1, times), dtype=np.bool_)
    has_target[0, -1] = True
    data = Data(uniform(chance, 1, times, 3, width=1.0), frozen(np.ones((1, times, 1))), has_target)
    return Scenario("long", Network(3, "half-squared-error", layers), data, Training(0.1, 1, 1, order=order))


@pytest.mark.parametrize(("order", "size"), each_of(ORDERS, [(80, 17), (200, 46)]))
def test_a_thousand_times_are_little_more_work_than_a_hundred(order: Order, size: tuple[int, int]) -> None:
    """What is done for each time is done once, and not for each row: within 10 ms on an idle machine."""
    work = []
    for times in (100, 1000):
        run = trace(sequence(times, order), order)
        cursor = at(run, run.schedule.step(Site("gradient", 0, 0, 0, 1)), 1)
        chain_rows(run, cursor, *size)
        work.append(lines_run(chain_rows, run, cursor, *size))
    assert work[1] < 3 * work[0]


def test_a_product_too_small_for_a_number_is_written_nonetheless() -> None:
    run = trace(sequence(1000, own=0.1))
    text = picture(run, at(run, run.schedule.step(Site("gradient", 0, 0, 0, 1)), 1), 80, 17)
    folded = re.search(r"… 1,9\d\d more(?: factors)?, together × \S+e-(\d+)", text)
    assert folded is not None
    assert int(folded[1]) > 308


@pytest.mark.parametrize("name", LESSONS)
def test_lessons_fit(name: str) -> None:
    run = shipped_run(name)
    for step, size in some_of([*product(range(run.schedule.first_step(1)), SIZES)], 16):
        check_fit(run, at(run, step, 1), size)


@pytest.mark.parametrize("seed", some_of(range(10), 4))
def test_any_sequence_fits(seed: int) -> None:
    run = trace(scenario_at_random(seed, Wanted(recurrent=True)))
    for step, size in some_of([*product(range(len(run)), SIZES)], 10):
        check_fit(run, at(run, step, seed % 3), size)


def check_fit(run: Trace, cursor: Cursor, size: tuple[int, int]) -> None:
    width, height = size
    rows = chain_rows(run, cursor, width, height)
    check_rows(rows, width, height)
    # Where there is a path, its end is always told.
    assert "C" in plain(rows[0])


def test_factors_of_later_times_are_not_known_on_the_way_forward() -> None:
    run = shipped_run("counting")
    text = picture(run, at(run, run.schedule.step(Site("forward", 0, 0, 1, 1))), 80, 20)
    for symbol in ("above1[1]@4", "f'(z1[1]@4)", "f'(z1[1]@2)"):
        row = next(line for line in text.splitlines() if f" {symbol} " in line)
        assert re.findall(r"·|-?\d\S*", row[18:32] + row[50:]) == ["·", "·"]
    assert re.search(r"f'\(z1\[1\]@1\) +1 ", text)
    short = picture(run, at(run, run.schedule.step(Site("forward", 0, 0, 1, 1))), 80, 13)
    assert "together ·" in short


def test_a_recurrent_weight_that_changed_too_early_is_marked() -> None:
    run = trace(scenario_of("counting"), "premature")
    cursor = at(run, run.schedule.step(Site("gradient", 0, 0, 1, 1)))
    assert "U1 changed already" in picture(run, cursor, 80, 20)
    assert " ! early U1[1,1]" in picture(run, cursor, 80, 20)
    assert " ! early U1[1,1] × f'(z1[1]@3)" in picture(run, cursor, 80, 17)


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_path_with_another_number_of_factors_than_the_right_one(mistake: str) -> None:
    """Loss and slope are one factor of the right path of xor, and two of one with `slope-of-activation`."""
    try:
        mistaken = trace(with_mistake(scenario_of("xor"), mistake))
    except ScenarioError:
        return
    steps = mistaken.schedule.first_step(1)
    drawn = {
        step: [plain(row) for row in chain_rows(mistaken, start(mistaken, step), 120, 20)]
        for step in {*some_of(range(steps), 6), steps - 3}
    }
    if mistake == "slope-of-activation":
        factors = drawn[steps - 3][2:7]
        assert [line.count("≠") for line in factors] == [0, 1, 1, 2, 1]
        assert "≠  0.4112 " in factors[1]  # what the right path has as one factor
        assert "0.5836     ≠ 0.4114, slope" in factors[3]


def test_a_factor_is_held_against_the_same_one_of_the_right_path() -> None:
    """Without one slope, and with another that is one with the error there: as many factors as are right."""
    run = shipped_run("18-no-slope")
    rows = [plain(row) for row in chain_rows(run, start(run, 5), 120, 20)]
    error, slope, weight, came = rows[2:6]
    assert "≠" not in error + slope
    assert weight.count("≠") == 1  # the product lacks the slope, the weight itself is right
    assert "weight, back from layer 2 to 1" in weight
    assert came.count("≠") == 1


def test_a_path_through_later_times_beside_a_right_one_that_has_none() -> None:
    """Loss and slope of a recurrent softmax are one factor, unless the slope is forgotten."""
    chance = Random(11)
    layers = tuple(
        layer_at_random(chance, activation, (2, 2), 1.0, centre=0.0, recurrent=activation == "softmax")
        for activation in ("elu", "softmax")
    )
    targets = frozen([[[0.0, 0.0], [0.0, 0.0], [1.0, 0.0]]])
    data = Data(uniform(chance, 1, 3, 2, width=1.0), targets, np.array([[False, False, True]]))
    training = Training(0.1, 1, 1, mistake="no-output-slope")
    run = trace(Scenario("later", Network(2, "cross-entropy", layers), data, training))
    for step in range(len(run)):
        check_rows(chain_rows(run, start(run, step), 120, 30), 120, 30)
