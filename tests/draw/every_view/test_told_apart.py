"""Does nothing on a screen say what it doesn't mean: a scale as a row, a sum of what has none, a cut word?"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

import pytest

from engine import trace
from engine.branching.tree import Entry, Runs
from engine.looking.cursor import start
from engine.looking.known.numbers import Known
from engine.looking.known.told import of_step
from engine.looking.lesson.shown import VIEWS
from engine.looking.ways.moves import move
from engine.numerals import no_number
from tests.draw.every_view.whole_screen import SIZES, screen_rows
from tests.given.shipped import scenario_of
from tests.given.some_of import some_of
from tui.draw.branches import branches_rows
from tui.draw.cost import cost_rows
from tui.draw.frame.status import facts_row
from tui.draw.kit.panels import has_boxes
from tui.draw.kit.rows import plain
from tui.draw.legend.legend import legend
from tui.draw.network.layout import lay_out
from tui.draw.network.network import network_rows

if TYPE_CHECKING:
    from engine.looking.cursor import Cursor
    from engine.run.tracing import Trace

SMALL, LARGE = (80, 24), (120, 40)


@cache
def run_of(name: str, iterations: int = 1) -> Trace:
    run = trace(scenario_of(name))
    run.advance(min(iterations, run.iterations))
    return run


def screen(name: str, step: int, view: str = "network", size: tuple[int, int] = SMALL) -> str:
    run = run_of(name)
    return "\n".join(plain(row).rstrip() for row in screen_rows(run, start(run, step - 1), *size, view))


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_a_loss_that_is_not_there_is_said_in_whole_words(size: tuple[int, int]) -> None:
    run = run_of("13-vanishing")
    for step in some_of(range(run.schedule.first_step(1)), 6):
        for row in screen_rows(run, start(run, step), *size, "time"):
            text = plain(row)
            assert text.count("no targe") == text.count("no target ")


@pytest.mark.parametrize("name", ["mazur", "iris", "digits"])
def test_the_scale_of_a_map_is_no_row_of_it(name: str) -> None:
    rows = screen(name, 6, "heat", LARGE).split("\n")
    assert not [row for row in rows if re.match(r"[ │]*█ -?\d", row)]
    assert any("scale 0." in row for row in rows)


@pytest.mark.parametrize("step", [1, 7])
def test_cells_that_stand_for_several_entries_say_so(step: int) -> None:
    for size in SIZES[:2]:
        text = screen("digits", step, "heat", size)
        found = re.search(r"· (?:a cell is )?(\d+×\d+)", text)
        assert found is not None
        assert f"a cell: the largest of {found[1]} at most" in text


@pytest.mark.parametrize("step", [5, 6, 7])
def test_gradients_of_other_weights_are_not_added_up(step: int) -> None:
    """Into a neuron come products, which are terms of one sum; its gradients are no terms of anything."""
    run = run_of("digits")
    rest = [row for row in screen("digits", step).split("\n") if re.search(r"and [\d,]+ more", row)]
    if run.schedule.site(step - 1).kind == "gradient":
        assert all(re.search(r"more [━─]+[┛┘]", row) for row in rest)
        assert rest or step != 5
    assert re.search(r"and 7 more ━+ -\d", screen("digits", 2))  # the terms of z


@pytest.mark.parametrize(
    ("name", "view"),
    [("deep", "time"), ("elman", "time"), ("digits", "time"), ("deep", "chain"), ("deep", "slope")],
)
def test_at_the_update_of_a_batch_what_is_one_sample_s_says_whose(name: str, view: str) -> None:
    run = run_of(name)
    step = next(s for s in range(run.schedule.first_step(1)) if run.schedule.site(s).kind == "update")
    last = len(run.shapes.batch(0))
    for size in SIZES:
        rows = [plain(row) for row in screen_rows(run, start(run, step), *size, view)]
        assert "all " in rows[0]
        assert any(f"sample {last}" in row for row in rows[2:5])


@pytest.mark.parametrize("name", ["11-reuse-and-cost", "mazur", "batch", "elman"])
def test_what_is_counted_comes_before_an_empty_line(name: str) -> None:
    run = run_of(name)
    whole = {plain(row) for row in cost_rows(run, start(run, 3), 80, 40)[:16] if row}
    for height in range(14, 20):
        rows = [plain(row) for row in cost_rows(run, start(run, 3), 80, height)]
        assert "" not in rows or whole <= set(rows)
        if height >= 15:
            assert any("held from the forward pass" in row for row in rows)


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_of_two_orders_each_layer_says_how_many_numbers_are_left_out(size: tuple[int, int]) -> None:
    """What is listed of a layer, and what is not, are all its numbers."""
    run = run_of("digits")
    whole = {1: 12 * 64 + 12, 2: 10 * 12 + 10}
    rows = [plain(row).strip("│ ") for row in screen_rows(run, start(run, 5), *size, "compare")]
    first = next(place for place, row in enumerate(rows) if row.startswith("change of"))
    assert "↓" not in rows[first]  # that key leads to no further line
    listed, said = {1: 0, 2: 0}, {}
    for row in rows[first + 1 :]:
        if found := re.match(r"▸?[Wb](\d)\[", row):
            listed[int(found[1])] += 1
        if found := re.match(r"and ([\d,]+) more.* layer (\d)", row):
            said[int(found[2])] = int(found[1].replace(",", ""))
    assert {layer: many + said[layer] for layer, many in listed.items()} == whole


def test_an_opposite_sign_does_not_touch_its_bar() -> None:
    for name, step in (("digits", 6), ("08-too-early-sign", 5)):
        for size in SIZES:
            assert not re.search(r"OPPOSITE[━┃│]", screen(name, step, "compare", size))


def test_rows_of_bars_that_have_scales_of_their_own_say_so() -> None:
    for size in SIZES:
        assert "a scale for each row" in screen("mazur", 6, "compare", size)
    entries = legend([(("━┃", "value"),)])
    assert any("its own scale" in entry.meaning for entry in entries)


def test_the_legend_explains_what_is_there() -> None:
    """Each entry of a sign that can be written is on the screen, as a word or a sign of its own."""
    for name, step, view in (("mazur", 1, "network"), ("digits", 5, "network"), ("mazur", 5, "gradient")):
        run = run_of(name)
        rows = screen_rows(run, start(run, step - 1), *SMALL, view)
        text = "\n".join(map(plain, rows))
        shown = {entry.shown for entry in legend(rows)}
        for sign in ("½", "Σ", "²", "√", "∇C", "-∇C", "FORWARD", "BACKWARD", "LOSS", "UPDATE"):
            before = r"(?<![-\w])" if sign == "∇C" else ""
            there = re.search(rf"{before}{re.escape(sign)}(?!∂)", text)
            assert (sign in shown) == bool(there), (name, sign)
        assert ("ln a" in shown) == ("ln" in text)


def test_a_sentence_of_the_help_names_no_bias_where_a_lesson_has_none_yet() -> None:
    run = run_of("01-derivative")
    assert of_step(run, start(run)).endswith("Each input times its weight, added up.")
    run = run_of("mazur")
    assert "plus the bias" in of_step(run, start(run))


def test_the_losses_of_runs_say_when_in_an_iteration_they_are() -> None:
    run = run_of("batch", 2)
    for width in (80, 120):
        head = plain(branches_rows(run, start(run), width, 20, Runs((Entry(run),)))[0])
        assert "C before each update" in head


@pytest.mark.parametrize(("name", "step"), [("deep", 1), ("elman", 1), ("elman", 33), ("iris", 1)])
def test_weights_of_one_neuron_alone_say_whose_they_are(name: str, step: int) -> None:
    """Of a layer whose weights are not all drawn the head names the neuron."""
    run = run_of(name)
    cursor = start(run, step - 1)
    for size in SIZES:
        room = framed_room(run, cursor, size)
        plan = lay_out(Known(run, cursor), *room)
        head = plain(network_rows(run, cursor, *room)[0])
        for gap, right in zip(plan.gaps, plan.columns[1:], strict=True):
            if not gap.whole and not gap.back and gap.picture is None and right.size > 1:
                assert re.search(rf"W{gap.layer}(?:, U{gap.layer})?(?:×\S+|→1)", head)
        assert not re.search(r" (?:into|from) \d", head)


def framed_room(run: Trace, cursor: Cursor, size: tuple[int, int]) -> tuple[int, int]:
    """The cells that the network has on a screen."""
    rows = screen_rows(run, cursor, *size)
    end = next(place for place, row in enumerate(rows[3:]) if plain(row)[:2] in ("──", "└─"))
    boxes = has_boxes(*size)
    return size[0] - 4 * boxes, end + (not boxes)


def test_what_is_heard_of_another_time_is_named_above_its_column() -> None:
    rows = screen("elman", 33).split("\n")
    head = rows[2]
    for name in ("h1[1]@1", "δ1[1]@3"):
        assert any(name in row for row in rows[3:10])
        assert name.replace("[1]", "") in head


def test_samples_at_several_times_are_counted_as_both() -> None:
    assert "24 = 4 samples × 6 times" in screen("elman", 1, "samples")
    assert "2 = 1 sample × 2 times" in screen("bptt", 1, "samples")
    assert " 5 samples, as" in screen("counting", 1, "samples")


@pytest.mark.parametrize(("name", "step"), [("elman", 169), ("digits", 225)])
def test_what_the_samples_say_together_keeps_its_conclusion(name: str, step: int) -> None:
    for size in SIZES:
        text = screen(name, step, size=size)
        table = " ".join(re.split(r"(?m)^(?:──|└─)", text)[0].replace("│", " ").split())
        if "∂C/∂W" in table:
            assert re.search(r"of their size is left in the sum\.|none pulls the other way\.", table)
            assert "…" not in table.split("∂C/∂W")[1]


def test_classes_that_are_called_by_numbers_stand_in_quotes() -> None:
    text = screen("digits", 5)
    assert 'target "0"' in text
    assert 'y 1 "0"' in text
    assert re.search(r'Σ∂C/∂b2\[1\] +"0" -0\.9533', screen("digits", 5, "gradient"))
    assert no_number("setosa") == "setosa"
    assert no_number("1e3") == '"1e3"'


@pytest.mark.parametrize("name", ["mazur", "digits", "batch", "elman"])
def test_the_keys_of_the_curve_are_named(name: str) -> None:
    for size in SIZES:
        head = next(row for row in screen(name, 1, "loss", size).split("\n") if re.match(r"[│ ]*loss ", row))
        assert not re.search(r"· l[ │]*$", head)


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_the_loss_of_all_outputs_stays_where_it_is(size: tuple[int, int]) -> None:
    """Also when the delta becomes known beside it."""
    for name in ("mazur", "deep", "iris"):
        run = run_of(name)
        steps = [s for s in range(9) if run.schedule.site(s).sample == 0 and run.schedule.site(s).layer != 1]
        found = set()
        for step in steps:
            if run.schedule.site(step).kind == "loss" or run.schedule.site(step).phase == "backward":
                rows = [plain(row) for row in screen_rows(run, start(run, step), *size)]
                found |= {(y, row.index("C of ")) for y, row in enumerate(rows) if "C of " in row}
        assert len(found) < 2


@pytest.mark.parametrize("name", ["iris", "digits", "elman"])
def test_the_facts_keep_their_words_whatever_stands_behind_them(name: str) -> None:
    run = run_of(name)
    for width in (80, 100, 120):
        rows = [plain(facts_row(run, start(run), width, behind)) for behind in ("", "F: C rises")]
        words = [{part.strip() for part in row.replace("F: C rises", "").split(" · ")} for row in rows]
        assert words[1] <= words[0]


def test_bars_of_sizes_stand_below_the_columns_of_their_times() -> None:
    """Where all times have one: else the bars have an axis of their own."""
    run = run_of("13-vanishing")
    cursor = move(start(run, 32), run, "turn-page")
    for size in SIZES[2:]:
        rows = [plain(row) for row in screen_rows(run, cursor, *size, "time")]
        head = next(row for row in rows if row.count("@") > 4 and "▼" in row)
        starts = {found.start() + 1 for found in re.finditer(r"[▼ ]@\d+", head)}
        bars = [row for row in rows if re.search(r"[█▇▆▅▄▃▂▁]{3}", row)]
        assert bars
        for row in bars:
            found = {hit.start() for hit in re.finditer(r"[█▇▆▅▄▃▂▁]+", row)}
            assert found <= {one - 1 for one in starts} | starts, row


def test_bars_stand_below_the_times_whose_numbers_they_are() -> None:
    """Each column of blocks of the story is below the head of its time."""
    rows = screen("13-vanishing", 33, "time").split("\n")
    head = next(row for row in rows if row.count("@") > 4 and "▼" in row)
    starts = [found.start() for found in re.finditer(r"[▼ ]@\d+", head)]
    bars = [row for row in rows if set(row) <= set("█▇▆▅▄▃▂▁· 0") and row.strip()]
    assert bars
    for row in bars:
        assert {found.start() for found in re.finditer(r"\S+", row)} <= set(starts)


@pytest.mark.parametrize("name", ["mazur", "deep", "elman", "iris", "18-no-slope"])
def test_the_ground_of_what_is_wrong_is_on_nothing_but_words_and_signs(name: str) -> None:
    """Blanks before a number are no part of its mark; in these runs but the last nothing is wrong."""
    run = run_of(name)
    for step in some_of(range(run.schedule.first_step(1)), 6):
        for view in VIEWS:
            for size in (SMALL, LARGE):
                runs = [one for row in screen_rows(run, start(run, step), *size, view) for one in row]
                wrong = {text for text, style in runs if style == "warning" and text}
                assert all(text.strip() and not text.startswith("  ") for text in wrong), (view, step)
                held = view in ("compare", "samples") or name == "18-no-slope"  # orders, classes
                assert held or not wrong, (view, step)
