"""Is every number that a step makes explained, or counted where there is no room for all?"""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from engine import trace
from engine.facts.broken.breaking import break_rule
from engine.facts.explain import explain
from engine.facts.number import Number
from engine.looking.cursor import start
from engine.looking.selection import numbers_of_step
from engine.order.quantities import Reference
from tests.given.shipped import scenario_of, shipped_run
from tests.given.some_of import some_of
from tui.draw.kit.rows import plain
from tui.draw.reasons.equation import equation_panel

NAMES = ("mazur", "12-through-time", "elman", "deep", "premature")


@pytest.mark.parametrize("name", NAMES)
def test_what_does_not_fit_is_counted(name: str) -> None:
    whole = shipped_run(name)
    for step in some_of(range(whole.schedule.first_step(1)), 5):
        cursor = start(whole, step)
        symbols = [explain(whole, number).result.symbol for number in numbers_of_step(whole, cursor)]
        for height in range(2, 9):
            panel = equation_panel(whole, cursor, 100, height)
            rows = [plain(row) for row in panel.rows]
            text = "\n".join([*rows, panel.keys])
            shown = sum(
                any(bool(re.match(rf"..{re.escape(symbol)} +=", row)) for row in rows) for symbol in symbols
            )
            told = re.search(r" · tab: (\d+) more$", text)
            left_out = len(symbols) - shown
            if height > 2:  # the chosen equation alone may fill two rows
                assert left_out == (int(told[1]) if told else 0), text


def test_after_an_update_the_loss_says_what_it_was_before_where_there_is_room() -> None:
    run = trace(scenario_of("mazur"))
    run.advance(2)
    loss = run.schedule.first_step(1) + 2
    for height, told in ((8, True), (2, False)):
        text = " ".join(plain(row).strip() for row in equation_panel(run, start(run, loss), 100, height).rows)
        assert ("before the update: it has fallen by" in text) == told
    before = equation_panel(run, start(run, 2), 100, 8).rows
    assert "before the update" not in " ".join(map(plain, before))


def test_a_cleared_total_is_0_and_one_that_is_not_known_is_not() -> None:
    """Once an update has applied it, until the first gradient of the next iteration comes."""
    for name, step, shown in (
        ("mazur", 12, "0  cleared: nothing gathered yet"),
        ("mazur", 3, "·"),  # in the first iteration nothing has been cleared
        ("06-batch", 15, "0  cleared: nothing gathered yet"),
    ):
        run = shipped_run(name)
        first = run.schedule.first_step(1)
        weight = Number(Reference("weights", step // first, 1, version=0), (0, 0))
        cursor = replace(start(run, step), focus=weight)
        rows = [plain(row) for row in equation_panel(run, cursor, 100, 12).rows]
        assert f"  Σ∂C/∂W1[1,1] = {shown}" in rows
    scenario = scenario_of("mazur")
    kept = trace(replace(scenario, training=replace(scenario.training, mistake="gradient-kept")))
    cursor = replace(start(kept, 12), focus=Number(Reference("weights", 1, 1, version=0), (0, 0)))
    rows = [plain(row) for row in equation_panel(kept, cursor, 100, 12).rows]
    assert "  Σ∂C/∂W1[1,1] = ·" in rows


def test_a_bare_number_says_why_it_is_that_before_others_are_shown() -> None:
    """The update after one out of turn had ΔW2[1,1] = 0 and no word about it in four rows."""
    broken = break_rule(shipped_run("mazur"), 4, 2)
    told = "All that was gathered has been applied out of turn: nothing is left."
    for height in (4, 8):
        text = "\n".join(map(plain, equation_panel(broken, start(broken, 8), 80, height).rows))
        assert re.search(r"ΔW2\[1,1\] += 0", text)
        assert told in text
