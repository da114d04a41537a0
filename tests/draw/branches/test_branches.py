"""Does the view of runs fit, and does it say where two part and which is lower?"""

from __future__ import annotations

import re
from functools import cache

import pytest

from engine import trace
from engine.branching.making import branch
from engine.branching.tree import Entry, Runs
from engine.looking.cursor import start
from engine.run.change import Change
from engine.words.letters import LETTERS
from tests.draw.fitting import check_rows
from tests.draw.legend.test_legend import unexplained
from tests.given.shipped import scenario_of
from tui.draw.branches import branches_rows
from tui.draw.frame.status import facts_row
from tui.draw.kit.numbers import UNKNOWN, numeral
from tui.draw.kit.rows import plain
from tui.draw.legend.legend import legend, telling
from tui.draw.legend.signs import SIGNS

ROOMS = [(60, 12), (80, 19), (120, 33), (200, 42), (60, 3), (80, 1)]


@cache
def three() -> Runs:
    run = trace(scenario_of("mazur"))
    run.advance(2000)
    first = branch(run, 6, Change("weights", 0.3, 1, (0, 1)))
    first.advance(1000)
    second = branch(first, 50, Change("learning_rate", 2.0))
    return Runs((Entry(run), Entry(first, 0), Entry(second, 1)), 1)


def text(runs: Runs, iteration: int, width: int, height: int) -> str:
    cursor = start(runs.here, runs.here.schedule.first_step(iteration))
    rows = branches_rows(runs.here, cursor, width, height, runs)
    check_rows(rows, width, height)
    return "\n".join(plain(row).rstrip() for row in rows)


@pytest.mark.parametrize("room", ROOMS)
def test_it_fits(room: tuple[int, int]) -> None:
    runs = three()
    for at in range(3):
        for by in (-1, 1):
            text(runs.entered(at).moved(by), 60, *room)
    text(Runs(runs.entries[:1]), 0, *room)


def test_two_runs_side_by_side() -> None:
    shown = text(three(), 100, 120, 33)
    for words in (
        "▸  run 1  as it was opened",
        " ● └ run 2  W1[1,2] = 0.3 from iteration 7",
        "\n     └ run 3  learning_rate = 2 from iteration 51",
        "The first step that differs is step 55, a1 of iteration 7: its pre-activation.",
        "At iteration 101 C is 0.0",
        "iteration 101",
        "W1[1,2]",
        "of 12 parameters differ",
    ):
        assert words in shown
    alone = text(Runs(three().entries[:1]), 0, 80, 19)
    assert re.search(r"\n +e +changes .*\n +:set .*\n +:set learning_rate = 0.1 .*\n +:nudge ", alone)


def test_where_nothing_differs_yet_the_curves_have_the_rows_of_the_list() -> None:
    runs = three().entered(0)
    before, after = (text(runs, iteration, 80, 15).split("\n") for iteration in (0, 100))
    assert "└▲" in before[-3]
    assert before[-1] == " No parameter differs yet."
    assert "└▲" not in "".join(after)
    assert "parameters differ" in after[-1]


@pytest.mark.parametrize("width", [80, 120])
def test_losses_have_the_digits_that_tell_them_apart(width: int) -> None:
    run = trace(scenario_of("mazur"))
    run.advance(10)
    near = branch(
        run, 2, Change("weights", float(run.iteration(2).before.weights[0][0, 0]) + 1e-9, 1, (0, 0))
    )
    near.advance(run.computed - near.computed)
    rows = text(Runs((Entry(run), Entry(near, 0)), 1), 5, width, 19).split("\n")
    first, second = (re.findall(r"\d\.\d+$|\d\.\d+(?= )", row)[-2:] for row in rows[1:3])
    assert len(first) == len(second) == 2
    assert all(len(one) > len("0.1234") and one != other for one, other in zip(first, second, strict=True))
    same = text(Runs((Entry(run), Entry(run, 0)), 1), 5, width, 19).split("\n")
    assert all(re.search(r"  0\.2604 +0\.2288$", row) for row in same[1:3])


def test_no_loss_stands_for_that_of_another_iteration(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a long run only some losses are kept."""
    monkeypatch.setattr("engine.run.tracing.EVERY", 8)
    run = trace(scenario_of("mazur"))
    run.advance(20)
    assert run.losses.stride == 4
    near = branch(run, 2, Change("learning_rate", 2.0))
    for iteration, here in ((16, numeral(run.iteration(16).reduced_loss())), (18, UNKNOWN)):
        rows = text(Runs((Entry(run), Entry(near, 0))), iteration, 80, 19).split("\n")
        assert rows[0].split()[-3:] == ["C", "at", "1"]
        assert rows[1].split()[-2:] == [here, numeral(run.iteration(0).reduced_loss())]


def test_losses_below_each_other_are_of_one_iteration() -> None:
    """A run that has just branched off has fewer than the one that it left."""
    run = trace(scenario_of("mazur"))
    run.advance(2_000)
    near = branch(run, 2, Change("learning_rate", 2.0))
    near.advance(500 - near.computed)
    runs = Runs((Entry(run), Entry(near, 0)))
    for width, height in ((80, 19), (120, 33), (200, 42)):
        rows = [plain(row).rstrip(" ") for row in branches_rows(run, start(run), width, height, runs)]
        assert rows[0].endswith("  C at 500")
        for row, one in zip(rows[1:3], (run, near), strict=True):
            assert row.endswith(f" {numeral(one.iteration(499).reduced_loss())}")
        assert any(re.search(r"iteration +1 .* 10,000", row) for row in rows)


def test_what_has_not_been_run_is_not_told() -> None:
    late = text(three().entered(0), 1500, 80, 19)
    assert "Run 2 has not come to iteration 1,501 yet." in late


def test_every_sign_has_its_line() -> None:
    runs = three()
    rows = [*branches_rows(runs.here, start(runs.here, 900), 120, 33, runs)]
    rows.append(facts_row(runs.here, start(runs.here, 900), 120, ""))
    kinds = {entry.kind for entry in legend(rows)}
    signs = [sign for sign in (*LETTERS, *SIGNS) if sign.meaning in kinds]
    for row in map(telling, rows):
        assert not unexplained(row, signs)
