"""Is every number that a step makes explained, or counted where there is no room for all?"""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from engine import trace
from engine.facts.broken.breaking import break_rule
from engine.facts.entry import Number
from engine.facts.explain import explain
from engine.looking.cursor import look_at, start
from engine.looking.selection import explained, numbers_of_step
from engine.looking.sorting import Sorting
from engine.looking.ways.moves import move
from engine.order.quantities import Reference
from tests.given.shipped import scenario_of, shipped_run
from tests.given.some_of import some_of
from tui.draw.kit.rows import plain
from tui.draw.page import presenter_rows
from tui.draw.reasons.equation import equation_panel
from tui.draw.samples.samples import samples_rows

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


def test_a_fixed_number_says_so_beside_what_changes() -> None:
    """0 stood there below "Against the gradient: -η times the total", which was not 0."""
    run = shipped_run("mazur")
    rows = [plain(row) for row in equation_panel(run, start(run, 7), 80, 8).rows]
    assert "  Δb2[1] = 0  fixed" in [re.sub(" +=", " =", row) for row in rows]


@pytest.mark.parametrize("width", [78, 80, 120])
def test_the_chosen_equation_is_whole_where_its_sentence_would_cut_it(width: int) -> None:
    run = shipped_run("16-adam")
    cursor = move(start(run, 8), run, "next-part")
    while explained(run, cursor).reference.quantity != "weights_change":
        cursor = move(cursor, run, "next-part")
    text = "\n".join(map(plain, equation_panel(run, cursor, width, 4).rows))
    assert text.startswith("▸ ΔW1[1,1] =")
    assert "…" not in text
    assert "+ 1e-8)) = 0.1000" in text


@pytest.mark.parametrize(
    ("name", "step"), [("10-mazur-article", 9), ("10-mazur-article", 90_001), ("mazur", 1)]
)
def test_an_activation_and_its_slope_have_one_operand(name: str, step: int) -> None:
    run = shipped_run(name)
    for unit in range(2):
        cursor = look_at(start(run, step), run, run.schedule.site(step).layer or 1, unit)
        text = "\n".join(map(plain, equation_panel(run, cursor, 100, 12).rows))
        operands = re.findall(r"= [^\W\d]+'?\((-?[\d.]+)\)", text)
        assert len(operands) == 2
        assert len({*operands}) == 1


def test_the_title_names_what_its_row_names() -> None:
    """Lesson 1 does not know z yet: its row is that of a, the title was that of z."""
    run = shipped_run("01-derivative")
    panel = equation_panel(run, move(start(run), run, "layer-up"), 80, 6)
    assert panel.title == "where a1[1] comes from · step 1"
    assert plain(panel.rows[0]).startswith("▸ a1[1] =")


def test_the_keys_are_no_article() -> None:
    for name, keys in (("mazur", "t term · a A layer"), ("01-derivative", "t term")):
        run = shipped_run(name)
        assert equation_panel(run, start(run), 80, 6).keys.partition(" · tab")[0] == keys


def test_the_loss_and_its_terms_have_its_colour_wherever_they_stand() -> None:
    run = shipped_run("mazur")
    cursor = start(run, 2)
    equations = equation_panel(run, cursor, 100, 8).rows
    table, page = samples_rows(run, cursor, 100, 20, Sorting()), presenter_rows(run, cursor, 120, 40)
    for rows, text in ((equations, "0.2984"), (table, "0.2984"), (page, "█")):
        assert {str(style) for row in rows for part, style in row if part.strip().startswith(text)} == {
            "loss"
        }


def test_what_the_loss_did_comes_before_what_it_is_and_is_short_where_rows_are_few() -> None:
    run = trace(scenario_of("xor"))
    run.advance(3)
    step = run.schedule.last_loss(1)
    short = "  C of all 4 samples, sum, has fallen by 0.1283, from 3.0122 to 2.8839."
    assert plain(equation_panel(run, start(run, step), 78, 4).rows[-1]) == short
    for part in (0, 1):
        rows = equation_panel(run, replace(start(run, step), part=part), 78, 4).rows
        assert "fallen by 0.1283" in " ".join(map(plain, rows))


@pytest.mark.parametrize(("name", "said"), [("xor", True), ("digits", True), ("mazur", False)])
def test_a_delta_that_is_no_product_says_so_beside_the_error(name: str, said: bool) -> None:
    run = shipped_run(name)
    step = next(step for step in range(len(run)) if run.schedule.site(step).kind == "delta")
    assert explained(run, start(run, step)).reference.quantity == "error"
    for height in (5, 6, 9):
        text = " ".join(" ".join(map(plain, equation_panel(run, start(run, step), 78, height).rows)).split())
        assert ("slope times error is prediction minus target." in text) == said


@pytest.mark.parametrize("name", [*NAMES, "16-adam"])
@pytest.mark.parametrize("width", [66, 100])
def test_no_rows_are_blank_below_equations_where_a_whole_one_more_has_room(name: str, width: int) -> None:
    """A sentence may take some of them, but has no more than two blank rows below it."""
    whole, tried = shipped_run(name), 0
    for step in some_of(range(whole.schedule.first_step(1)), 4):
        cursor = start(whole, step)
        every = len(numbers_of_step(whole, cursor))
        for height in range(5, 16):
            panel = equation_panel(whole, cursor, width, height)
            if (left_out := re.search(r"tab: (\d+) more", panel.keys)) is None:
                continue
            following = replace(cursor, part=every - int(left_out[1]))
            rows = [plain(row) for row in equation_panel(whole, following, width, 40).rows]
            begin = next(place for place, row in enumerate(rows) if row.startswith("▸"))
            ends = (place for place in range(begin + 1, len(rows)) if re.match(r"  \S", rows[place]))
            needed = next(ends, len(rows)) - begin
            said = any(style == "words" for row in panel.rows for _, style in row)
            assert height - len(panel.rows) < max(needed, 3 * said), (step, height, needed)
            tried += 1
    assert tried or name != "16-adam"
