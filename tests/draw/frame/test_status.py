"""Do the two lines at the top keep what is needed most where there is little room?"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from itertools import product
from typing import TYPE_CHECKING

import pytest

from engine import trace
from engine.equations.functions.losses import LOSSES
from engine.facts.broken.breaking import break_rule
from engine.looking.cursor import start
from engine.update_orders import WAITING
from tests.cases import case
from tests.given.shipped import NAMES, shipped_run
from tests.given.some_of import each_of
from tui.draw.frame.status import facts_row, status_row
from tui.draw.kit.rows import plain
from tui.draw.kit.wide import cells
from tui.draw.reasons.reasons import height_of_reasons

if TYPE_CHECKING:
    from engine.run.tracing import Trace


@cache
def broken(name: str) -> list[Trace]:
    """Return a run whose first gradient is applied at once; nothing where no rule can be broken."""
    steps = shipped_run(name)
    if steps.order != WAITING or steps.shapes.clips:
        return []
    step = next(step for step in range(len(steps)) if steps.schedule.site(step).kind == "gradient")
    return [break_rule(steps, step, steps.shapes.layers)]


@pytest.mark.parametrize("name", NAMES)
def test_the_facts_that_the_formulas_use_are_never_cut(name: str) -> None:
    training, network = shipped_run(name).scenario.training, shipped_run(name).scenario.network
    for steps, width in product((shipped_run(name), *broken(name)), (80, 120, 200)):
        for step in (0, len(steps) - 1, *steps.out_of_turn):
            row = plain(facts_row(steps, start(steps, step), width, "")).rstrip()
            assert "…" not in row
            assert f"η = {training.learning_rate:g}" in row
            assert "order" in row or "broken" in row
            if steps.breaks and width == 80:
                continue
            assert LOSSES[network.loss].formula_text in row
            if training.batch_size > 1:
                assert {f"{training.reduction} over the batch", f"batch {training.reduction}"} & {
                    *row.strip().split(" · ")
                }


@pytest.mark.parametrize("name", ["mazur", "elman", "06-batch"])
def test_the_iterations_after_a_break_begin_with_weights_of_no_unbroken_run(name: str) -> None:
    (steps,) = broken(name)
    texts = [
        plain(facts_row(steps, start(steps, steps.schedule.first_step(number)), 80, ""))
        for number in range(3)
    ]
    assert "weights from broken iteration 1" not in texts[0]
    assert all("weights from broken iteration 1" in text for text in texts[1:])
    assert all("deferred order" in text for text in texts[1:])
    assert "deferred order" not in texts[0]


def test_what_did_no_harm_leaves_nothing_behind() -> None:
    """A change when nothing reads the weight any more; the iterations after it are as ever."""
    whole = shipped_run("mazur")
    run = break_rule(whole, 6, 1)
    there, after = (plain(facts_row(run, start(run, step), 80, "")) for step in (8, 10))
    assert there.startswith(" changed order, no harm ")
    assert after == plain(facts_row(whole, start(whole, 9), 80, ""))
    early = break_rule(whole, 4, 2)
    assert "weights from broken iteration 1" in plain(facts_row(early, start(early, 10), 80, ""))
    rows = (height_of_reasons(run, step, 80, 24) for step in (8, 10))
    assert [*rows] == [12, height_of_reasons(whole, 9, 80, 24)] == [12, 10]


def test_a_far_iteration_is_written_as_all_large_numbers_are() -> None:
    steps = shipped_run("mazur")
    first = steps.schedule.first_step
    gradient = next(
        step for step in range(first(1233), len(steps)) if steps.schedule.site(step).kind == "gradient"
    )
    broken_there = break_rule(steps, gradient, 2)
    for iteration, said in ((0, "rule broken in"), (1300, "weights from broken")):
        row = plain(facts_row(broken_there, start(broken_there, first(iteration)), 120, ""))
        assert f"{said} iteration 1,234 " in row


@pytest.mark.parametrize("name", NAMES)
def test_the_title_is_always_there(name: str) -> None:
    steps = shipped_run(name)
    stop, head = steps.schedule.first_step(1), steps.scenario.title.partition(":")[0]
    for step in range(0, stop, 1 + stop // 50):
        assert plain(status_row(steps, start(steps, step), 80)).startswith(f" {head[:5]}")


def titles(steps: Trace, width: int, iteration: int) -> set[str]:
    """Return what stands for the title at steps of all kinds of an iteration."""
    begin, end = (steps.schedule.first_step(one) for one in (iteration, iteration + 1))
    some = {begin, begin + 1, begin + 2, (begin + end) // 2, end - 2, end - 1}
    rows = (plain(status_row(steps, start(steps, step), width)) for step in some)
    return {row.partition("iteration ")[0].strip() for row in rows}


@pytest.mark.parametrize("name", [name for name in NAMES if name[0].isdigit()])
def test_a_lesson_s_title_or_its_head_is_whole(name: str) -> None:
    """The rest of it would end in the midst of a sentence; the picker has the head, too."""
    steps = shipped_run(name)
    title = steps.scenario.title
    for iteration in (0, steps.iterations // 2, steps.iterations - 1):
        assert titles(steps, 80, iteration) <= {title, title.partition(":")[0]}


@pytest.mark.parametrize("name", NAMES)
def test_a_title_is_cut_only_where_the_room_is_needed(name: str) -> None:
    """Blanks were kept for the large numbers of the last iteration."""
    steps = shipped_run(name)
    assert "…" not in str(titles(steps, 80, 0))


@pytest.mark.parametrize(("name", "width"), each_of(NAMES, (60, 80, 100, 120, 200)))
def test_the_title_is_the_same_at_each_step_of_an_iteration(name: str, width: int) -> None:
    steps = shipped_run(name)
    for iteration in (0, steps.iterations // 2, steps.iterations - 1):
        (title,) = titles(steps, width, iteration)
        head, kept = steps.scenario.title.partition(":")[0], title.removesuffix("…")
        assert steps.scenario.title.startswith(kept)
        assert width == 60 or kept == title or (len(kept) < len(head) and head[len(kept)] == " ")


@pytest.mark.parametrize(("name", "width"), each_of(NAMES, (80, 120)))
def test_where_a_step_is_is_said_in_as_many_words_at_each_step(name: str, width: int) -> None:
    steps = shipped_run(name)
    some = [
        step for step in range(steps.schedule.first_step(1)) if steps.schedule.site(step).time is not None
    ]
    rows = [plain(status_row(steps, start(steps, step), width)) for step in some[:: 1 + len(some) // 50]]
    assert len({"(0 to " in row for row in rows}) <= 1
    assert len({"sample" in row for row in rows}) <= 1


@pytest.mark.parametrize(
    "title",
    [
        case("title-with-marks").title,
        "การแพร่ย้อนกลับ: ตัวอย่างแรก",
        "பின்பரப்பல்: முதல் எடுத்துக்காட்டு",
        "पश्चप्रसारण: पहला उदाहरण",
        "誤差逆伝播法の最初の例",
        "e\u0301\u0301\u0301" * 60,
    ],
)
@pytest.mark.parametrize("width", [60, 80, 120])
def test_marks_in_a_title_do_not_push_the_phase_away(title: str, width: int) -> None:
    steps = trace(replace(case("title-with-marks"), title=title))
    row = plain(status_row(steps, start(steps, 5), width))
    assert row.endswith("step 6 of 9  BACKWARD ")
    assert cells(row) == width


def test_a_view_without_a_border_is_named_before_the_facts_and_the_least_needed_of_them_make_room() -> None:
    run = shipped_run("mazur")
    for width in (40, 80, 120):
        row = plain(facts_row(run, start(run), width, "F: C rises", view="7 slope"))
        assert row.startswith(" 7 slope ")
        assert len(row) == width
    assert plain(facts_row(run, start(run), 80, "", rules=False, view="9 heat")).strip() == "9 heat"
