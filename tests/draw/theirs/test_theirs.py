"""Do the user's own numbers stand beside ours wherever a number is drawn, and are they marked?"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from engine import diagnose, trace
from engine.diagnosis.beside import stood_beside
from engine.facts.beside.theirs import hold
from engine.looking.cursor import start
from engine.looking.ways.differences import at_first_difference
from engine.looking.weights import weight_looked_at
from engine.order.quantities import GROUP_OF
from tests.engine.diagnosis.planted import of_scenario
from tests.engine.diagnosis.test_diagnosing import MAZUR
from tests.given.shipped import scenario_of
from tui.draw.frame.looking import looking_row
from tui.draw.kit.rows import plain
from tui.draw.legend.signs import SIGNS
from tui.draw.reasons.equation import equation_rows
from tui.draw.time.story import Teller
from tui.draw.time.tables import gathered, size_numbers
from tui.views import PRESENTER, view_rows

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.arrays import Array
    from engine.run.tracing import Trace

WIDTH, HEIGHT = 80, 20


@pytest.fixture(scope="module")
def run() -> Trace:
    """Mazur's run, with the numbers of somebody who has forgotten a slope."""
    found = trace(MAZUR)
    hold(found, stood_beside(MAZUR, diagnose(MAZUR, of_scenario(MAZUR, "no-slope"))))
    return found


def text(view: str, run: Trace, step: int) -> str:
    cursor = replace(start(run, step), units=(0, 1, 0), part=1)
    return "\n".join(map(plain, view_rows(view, run, cursor, WIDTH, HEIGHT)))


def test_the_equation_has_both(run: Trace) -> None:
    cursor = at_first_difference(start(run), run)
    rows = "\n".join(map(plain, equation_rows(run, cursor, WIDTH, 9)))
    assert "= 0.2406 × 0.04137 = 0.009954  ≠ yours 0.04137" in rows
    assert rows.count("≠") == 1


def test_the_line_of_what_is_looked_at_has_both_until_they_differ(run: Trace) -> None:
    cursor = at_first_difference(start(run), run)
    row = plain(looking_row(run, cursor, WIDTH))
    assert row.startswith(" looking at δ1[2] = 0.009954 ≠ yours 0.04137 · difference 1 of 4")
    assert ", as yours · made here" in plain(looking_row(run, start(run, 3), 120))
    assert "yours" not in plain(looking_row(run, start(run, 9), 120))
    close = of_scenario(MAZUR)
    close["delta1"] = close["delta1"] * (1 - 5e-5)
    other = trace(MAZUR)
    hold(other, stood_beside(MAZUR, diagnose(MAZUR, close)))
    row = plain(looking_row(other, at_first_difference(start(other), other), WIDTH))
    assert " δ1[2] = 0.0099543 ≠ yours 0.0099538 " in row


def test_the_line_of_what_is_looked_at_says_of_another_shape() -> None:
    other = trace(MAZUR)
    right = of_scenario(MAZUR)
    hold(other, stood_beside(MAZUR, diagnose(MAZUR, {"gW1": right["gW1"][:, :1], "gb1": right["gb1"]})))
    row = plain(looking_row(other, at_first_difference(start(other), other), 100))
    assert " ≠ yours is 2 x 1, not 2 x 2 · difference 1 of 1" in row


@pytest.mark.parametrize(
    ("view", "step", "shown"),
    [
        ("network", 5, "δ ≠0.009954"),
        ("heat", 6, "≠ 4 here, 2 in δ1 not as yours"),
        ("gradient", 6, "≠  0.004137"),
        (PRESENTER, 5, "≠   yours is 0.0"),
        ("chain", 8, "0.0004977 ≠  0.002069"),
        ("time", 6, "≠0.008771   ≠0.009954"),
        ("time", 6, "‖δ‖       yours"),
        ("slope", 6, "= 0.009954 ≠ 0.04137"),
    ],
)
def test_views(run: Trace, view: str, step: int, shown: str) -> None:
    assert shown in text(view, run, step)
    hold(other := trace(MAZUR), None)
    assert "≠" not in text(view, other, step)


def held_against_elman(change: Callable[[Array], None]) -> Trace:
    """Elman's run with somebody's deltas, right ones [time, sample, unit] changed after their diagnosis.

    To look for the mistake that makes them takes long, and nothing of it is drawn.
    """
    elman = scenario_of("elman")
    run, found = trace(elman), diagnose(elman, {"delta1": of_scenario(elman)["delta1"]})
    (one,) = found.compared
    change(theirs := one.ours.copy())
    hold(
        run,
        stood_beside(
            elman, replace(found, compared=(one._replace(theirs=theirs, apart=theirs != one.ours),))
        ),
    )
    return run


@pytest.mark.parametrize(("page", "tables"), [(0, 2), (1, 1)])
def test_along_a_sequence(page: int, tables: int) -> None:
    def of_the_first_neuron(deltas: Array) -> None:
        deltas[:, -1, 0] += 1.0

    run = held_against_elman(of_the_first_neuron)
    step = run.schedule.first_step(1) - 1
    rows = "\n".join(map(plain, view_rows("time", run, replace(start(run, step), page=page), 120, 40)))
    assert rows.count("≠ yours") == tables


def test_what_is_worked_out_of_them() -> None:
    """The length of a delta and its shares of a gradient are what they come to with the user's delta."""

    def of_one_time(deltas: Array) -> None:
        deltas[2, -1] *= 2.0

    run = held_against_elman(of_one_time)
    step = run.schedule.first_step(1) - 1
    cursor = start(run, step)
    teller = Teller(run, cursor, 120)
    numbers = run.iteration(0)
    sample = run.shapes.batch(0).stop - 1
    size, *_ = map(plain, size_numbers(teller))
    assert size.count("≠") == 1
    assert f"≠ {np.linalg.norm(numbers.vector('delta', 1, sample, 2)):.4f}"[:6] in size
    rows = [*map(plain, gathered(teller))]
    weight = weight_looked_at(run, cursor)
    share = numbers.shares(weight.layer, GROUP_OF[weight.reference.quantity], weight.index, sample)[2]
    assert rows[1].count("≠") == 1
    (yours,) = rows[2].replace("≠ with yours", "").split()
    assert float(yours) == pytest.approx(2.0 * share, rel=1e-2)
    assert rows[3].count("≠") == 3  # the sum has it from there on


def test_the_legend_knows_the_word() -> None:
    (sign,) = [one for one in SIGNS if one.example == "≠ 0.0363"]
    assert "yours" in sign.meaning
