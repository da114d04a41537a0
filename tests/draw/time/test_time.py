"""Does the view of time show what is known by now, in the room that it has, with the trace's numbers?"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise, product
from typing import TYPE_CHECKING

import numpy as np
import pytest

from engine import trace
from engine.facts.unrolled.layers import reached
from engine.looking.cursor import active_layer, go_to, look_at, start
from engine.run.steps import DeltaStep
from engine.words.numbers.unrolled import through_the_layers
from tests.cases import case
from tests.draw.fitting import check_rows
from tests.given.scenarios_at_random import Wanted, scenario_at_random
from tests.given.shipped import NAMES, scenario_of, shipped_run
from tests.given.some_of import EVERY_CASE, each_of, in_turns, some_of
from tests.golden.runs import layer, scenario
from tests.work.work import lines_run
from tui.draw.kit.numbers import numeral, signed
from tui.draw.kit.rows import length, plain
from tui.draw.time.bars import bars_of
from tui.draw.time.columns import TimeColumns
from tui.draw.time.time import time_rows
from tui.draw.time.unrolled import plan, plans

if TYPE_CHECKING:
    from engine.looking.cursor import Cursor
    from engine.run.tracing import Trace
    from engine.scenario import Scenario
    from tui.draw.kit.rows import Row

NONE = float("nan")
SIZES = [(60, 6), (60, 12), (80, 17), (80, 20), (120, 36), (200, 46)]


def numbers_page(run: Trace, cursor: Cursor, width: int, height: int) -> list[Row]:
    """The last page: the network unrolled, sources, shares, sizes. Without sequences there is one page."""
    return time_rows(run, replace(cursor, page=-1), width, height)


def lines(run: Trace, cursor: Cursor, width: int = 120, height: int = 36) -> list[str]:
    return [plain(row).rstrip() for row in numbers_page(run, cursor, width, height)]


def at(run: Trace, kind: str, number: int | None, time: int, sample: int = 0) -> Cursor:
    """The cursor at a step of the first iteration."""
    for step in range(len(run)):
        site = run.schedule.site(step)
        if (site.kind, site.layer, site.time, site.sample) == (kind, number, time, sample):
            return start(run, step)
    raise AssertionError


def sequence(times: int, units: int = 16, samples: int = 1) -> Scenario:
    """A recurrent layer below a dense one, with a target at the last time only."""
    chance = np.random.default_rng(1)
    hidden = layer(
        "tanh",
        chance.uniform(-0.4, 0.4, (units, 1)).tolist(),
        recurrent=chance.uniform(-0.3, 0.3, (units, units)).tolist(),
    )
    out = layer("identity", chance.uniform(-0.3, 0.3, (1, units)).tolist())
    return scenario([hidden, out], [[0.5]] * times, [[NONE]] * (times - 1) + [[1.0]])


BPTT_BACK_AT_TIME_0 = """\
 way back ← ↓        ▼@0          @1
   δ2[1]             -0.07577    -0.2428
 ▸ δ1[1]             -0.1888   ← -0.1107
── ∂C/∂h1[1]: what came from above, what from the future ───────────────────────
 ∂C/∂h1[1]@0 = from above -0.1515 + from the future -0.08857 = -0.2401
 from above          -0.1515     -0.4855
 + from the future   -0.08857     none
 = ∂C/∂h1[1]         -0.2401     -0.4855
 × slope f'(z)        0.7864      0.2280
 = δ1[1]             -0.1888     -0.1107
── ∂C/∂U1[1,1]: a share from each time ──────── summed from the last time back ─
 share                 ·         -0.05116
 ← sum so far          ·       ← -0.05116
── size of δ, @0 to @1 ──────────────────────────────── a scale for each layer ─
 ‖δ2@0‖   0.07577    ▂▂▂▂▂▂▂▂▂   █████████  not recurrent: no step back
 ‖δ1@0‖    0.1888    █████████   ▅▅▅▅▅▅▅▅▅  each step back × 0.6292: vanishing
                         ▲@0            @1
 One update of U1 adds up 2 gradients, one for each time. Written out: 3 chains
 of up to 4 derivatives, 10 in all. Each worked out once, 7 are enough. Counted
 by whole layers; views 3 and 6 count multiplications."""


def test_two_times_of_one_neuron() -> None:
    """The numbers of a published example; 0.8 · (1 - 0.4621²) = 0.6292."""
    run = shipped_run("bptt")
    assert "\n".join(lines(run, at(run, "delta", 1, 0), 80, 20)) == BPTT_BACK_AT_TIME_0


@pytest.mark.parametrize("seed", range(12 if EVERY_CASE else 4))
def test_it_fits(seed: int) -> None:
    run = trace(scenario_at_random(seed, Wanted(recurrent=seed % 4 != 0)))
    for step, (width, height), page in each_of(some_of(range(len(run)), 8), SIZES, range(3)):
        cursor = replace(start(run, step), page=page)
        for number in range(run.shapes.layers + 1):
            cursor = look_at(cursor, run, number, step)
        rows = time_rows(run, cursor, width, height)
        check_rows(rows, width, height)
        if width >= 80:
            assert not [plain(row) for row in rows if "…" in plain(row)]


@pytest.mark.parametrize("width", range(1, 60, 9))
def test_it_never_falls_over_in_a_corner(width: int) -> None:
    places = each_of([*product(("elman", "deep"), (0, 2, 30))], range(3))
    for height in range(8):
        for (name, step), page in in_turns(places, width + height, 2):
            run = shipped_run(name)
            rows = time_rows(run, replace(start(run, step), page=page), width, height)
            assert len(rows) <= height, (name, step, page, height)
            assert all(length(row) <= width for row in rows), (name, step, page, height)


@pytest.mark.parametrize("name", NAMES)
def test_every_shipped_scenario(name: str) -> None:
    run = shipped_run(name)
    steps = (0, 7, 40, 200, len(run) // len(range(run.iterations)) - 1)
    # As many scenarios take turns.
    for step, page, (width, height) in in_turns(each_of(steps, range(3), SIZES), NAMES.index(name), 2):
        rows = time_rows(run, replace(go_to(start(run), run, step), page=page), width, height)
        assert len(rows) <= height
        assert all(length(row) <= width for row in rows)


def test_all_blocks_are_there_where_there_is_room() -> None:
    run = shipped_run("elman")
    cursor = at(run, "delta", 1, 2)
    for width, height in ((80, 20), (120, 36), (200, 46)):
        text = "\n".join(lines(run, cursor, width, height))
        for part in ("way back", "∂C/∂h1[1]@2 = from above", "+ from the future", "share", "sum so far"):
            assert part in text
        for part in (
            "size of δ",
            "a scale for each layer",
            ": lasting",
            "One update of U1 adds up 24 gradients",
        ):
            assert part in text
        assert "Counted by whole layers; views 3 and 6 count" in text.replace("\n", "")
        assert ("Derivatives: of C by the last" in text) == (height > 20)


@pytest.mark.parametrize("seed", range(8 if EVERY_CASE else 4))
def test_the_equation_has_the_numbers_of_the_step(seed: int) -> None:
    run = trace(scenario_at_random(seed, Wanted(recurrent=True)))
    steps = [step for step in run[: min(len(run), 100)] if isinstance(step, DeltaStep)]
    for step in some_of(steps, 12):
        if step.from_above is None or step.from_future is None:
            continue
        number = run.schedule.site(step.step).layer or 0
        cursor = look_at(start(run, step.step), run, number, 1)
        unit = cursor.units[number]
        line = next(line for line in lines(run, cursor) if line.startswith(f" ∂C/∂h{number}[{unit + 1}]@"))
        no_target = number == run.shapes.layers and not run.shapes.has_target[step.sample, step.time]
        above = "none" if no_target else signed(float(step.from_above[unit]), 10).strip()
        last = step.time == run.shapes.times - 1
        future = "none" if last else signed(float(step.from_future[unit]), 10).strip()
        error = signed(float(step.error[unit]), 10).strip()
        assert line.partition(" ≠")[0].endswith(f"= from above {above} + from the future {future} = {error}")


def test_not_yet_computed_is_a_dot() -> None:
    run = shipped_run("elman")
    cursor = at(run, "delta", 1, 3)
    found = {line.strip().split("  ")[0]: line for line in lines(run, cursor)}
    for label in ("▸ δ1[1]", "δ2[1]", "from above", "+ from the future", "= δ1[1]", "‖δ1‖"):
        assert found[label].count("·") == 3, label
    # The gradient of time 3 is the step after this one.
    assert found["share"].count("·") == found["← sum so far"].count("·") == 4
    for step in range(
        run.schedule.step(run.schedule.site(cursor.step)._replace(kind="delta", time=5, layer=2))
    ):
        shown = "\n".join(lines(run, start(run, step)))
        assert not re.search(r"δ\d\[\d\] .*\d\.\d", shown)
        assert "vanishing" not in shown
        assert "exploding" not in shown


@pytest.mark.parametrize("name", ["elman", "14-exploding"])
def test_on_the_way_forward_no_table_stands_empty(name: str) -> None:
    """Of errors nothing is known before the first: their tables had a · in every column."""
    run = shipped_run(name)
    for size in ((80, 19), (100, 26), (120, 35), (200, 45)):
        rows = [plain(row) for row in time_rows(run, start(run, 2), *size)]
        assert any(row.startswith(" way forward") for row in rows)
        assert not [row for row in rows if re.match(r" (share|from above|← sum|── size)", row)]


def test_forward_goes_up_and_on() -> None:
    run = shipped_run("elman")
    shown = lines(run, at(run, "forward", 1, 1), 80, 20)
    assert shown[0].startswith(" way forward → ↑")
    assert "▼@1" in shown[0]
    row = next(line for line in shown if line.startswith(" ▸ h1[1]"))
    assert row.count("·") == 4
    assert row.count("→") == 5
    assert "←" not in row


@pytest.mark.parametrize(
    ("kind", "number", "label", "arrow", "before", "after"),
    [
        ("delta", 1, " ▸ δ1[1]", "←", "-0.1206", "0.0992"),
        ("forward", 1, " ▸ h1[1]", "→", "0.4851", "-0.0707"),
    ],
)
def test_the_arrow_that_is_used_now_is_marked(
    kind: str, number: int, label: str, arrow: str, before: str, after: str
) -> None:
    run = shipped_run("elman")
    for row in numbers_page(run, at(run, kind, number, 2), 80, 20):
        if plain(row).startswith(label):
            place = next(place for place, run_ in enumerate(row) if run_ == (arrow, "wire-active"))
            assert "".join(text for text, _ in row[:place]).rstrip().endswith(before)
            assert "".join(text for text, _ in row[place + 1 :]).strip().startswith(after)


def test_the_present_site_and_what_it_reads_are_marked() -> None:
    run = shipped_run("elman")
    for row in numbers_page(run, at(run, "delta", 1, 2), 80, 20):
        if plain(row).startswith(" ▸ δ1[1]"):
            styles = [style for text, style in row if "." in text]
            assert styles == ["new-negative", "read-positive", "positive", "negative"]
        if plain(row).startswith("   δ2[1]"):
            styles = [style for text, style in row if "." in text]
            assert styles[0] == "read-positive"
    (losses,) = (
        row for row in numbers_page(run, at(run, "loss", None, 2), 80, 30) if plain(row).startswith(" ▸ C")
    )
    assert [style for text, style in losses if "." in text or "e-" in text] == ["loss", "loss", "new-loss"]


@pytest.mark.parametrize("times", [3, 7, 50, 1000])
def test_a_window_of_times(times: int) -> None:
    run = trace(sequence(times))
    for width, (present, kind) in product(
        (60, 80, 200), ((0, "forward"), (times // 2, "delta"), (times - 1, "delta"))
    ):
        shown = lines(run, at(run, kind, 1, present), width, 20)
        assert f"▼@{present}" in shown[0]
        columns = TimeColumns(times, present, width)
        assert present in columns.shown
        assert ("…" in shown[0]) == (len(columns.shown) < times)
        assert len(columns.shown) < 3 or {0, times - 1} <= set(columns.shown)
        bars = bars_of(columns)
        assert [time for bar in bars for time in bar.times] == list(range(times))
        assert all(a.x + a.cells <= b.x for a, b in pairwise(bars))
        assert bars[-1].x + bars[-1].cells <= width


@pytest.mark.parametrize(
    ("weight", "words"),
    [
        (0.5, "each step back × 0.5: vanishing"),
        (1.0, "each step back × 1: lasting"),
        (1.5, "each step back × 1.5: exploding"),
    ],
)
def test_what_a_step_back_leaves(weight: float, words: str) -> None:
    unit = layer("identity", [[1.0]], recurrent=[[weight]])
    run = trace(scenario([unit], [[1.0]] * 5, [[NONE]] * 4 + [[9.0]]))
    shown = lines(run, start(run, len(run) - 1))
    assert any(line.endswith(words) or words in line for line in shown)
    bars = next(line for line in shown if line.startswith(" ‖δ1@0‖"))
    heights = [bars.count(character) for character in "▁▂▃▄▅▆▇█"]
    assert sum(heights) == 50  # five bars of ten cells


@pytest.mark.parametrize("size", [(80, 25), (120, 33)])
def test_what_is_said_above_the_bars_of_a_layer_names_it(size: tuple[int, int]) -> None:
    run = shipped_run("elman")
    said = [
        line for line in lines(run, start(run, 24), *size) if re.search("no step back|step back × .*: ", line)
    ]
    assert [line.split("  ")[0] for line in said] == [" layer 2", " layer 1"]


def test_the_verdict_is_that_of_the_product() -> None:
    """The lengths shrink from time to time, and yet the error that begins at the end arrives as it was."""
    run = trace(case("verdict-vanishing"))
    for height, words in (
        (
            21,
            (
                "each step back × 1.002: lasting",
                "over 10 steps × 1.024",
                "any δ at most × 1024: exploding",
            ),
        ),
        (19, ("step back × 1.002: lasting", "10 steps × 1.024, any δ ≤ × 1024")),
    ):
        text = "\n".join(lines(run, start(run, len(run) - 2), 80, height))
        assert all(one in text for one in words)
        assert "vanishing" not in text


def test_a_gain_beyond_all_floats_is_written_as_a_power() -> None:
    for weight, power, inputs in ((0.1, "1.0e-319", 1.0), (10.0, "1.00e319", 1e-300)):
        unit = layer("identity", [[1.0]], recurrent=[[weight]])
        run = trace(scenario([unit], [[inputs]] * 320, [[NONE]] * 319 + [[9.0]]))
        shown = lines(run, start(run, len(run) - 2), 80, 22)
        assert any(f"over 319 steps × {power}" in line for line in shown)


def test_a_size_of_zero_or_beyond_all_floats_is_no_bar() -> None:
    zero = trace(scenario([layer("identity", [[0.0]], recurrent=[[0.0]])], [[1.0]] * 3, [[0.0]] * 3))
    shown = lines(zero, start(zero, len(zero) - 1))
    assert any("no size above 0 yet" in line for line in shown)
    assert any(line.startswith(" ‖δ1@0‖") and "0000000" in line for line in shown)
    huge = trace(scenario([layer("identity", [[1e200]], recurrent=[[1e200]])], [[1e200]] * 3, [[0.0]] * 3))
    assert lines(huge, start(huge, len(huge) - 1))


@pytest.mark.parametrize(
    ("times", "samples", "derivatives"),
    [(3, 1, "6"), (1000, 1, "2,000")],
)
def test_the_price_of_one_update(times: int, samples: int, derivatives: str) -> None:
    """With a target at the end: one by the loss, T - 1 steps back, T by the weights."""
    unit = layer("tanh", [[1.0]], recurrent=[[0.5]])
    run = trace(scenario([unit], [[1.0]] * times, [[NONE]] * (times - 1) + [[9.0]]))
    text = " ".join(line.strip() for line in lines(run, start(run), 80, 20))
    assert f"One update of U1 adds up {times:,} gradients, one for each time. Written out:" in text
    assert f" in all. Each worked out once, {derivatives} are enough." in text
    assert f"{times:,} chains of up to {times + 1:,} derivatives" in text


def test_the_premature_order_sums_nothing() -> None:
    run = trace(scenario_of("elman"), "premature")
    text = "\n".join(lines(run, at(run, "gradient", 1, 2)))
    assert "premature: each applied at once" in text
    assert "An iteration applies 24 gradients (4 samples × 6 times) to U1, each at once." in text


def test_without_sequences_the_error_shrinks_through_the_layers() -> None:
    run = shipped_run("deep")
    shown = lines(run, at(run, "delta", 1, 0), 80, 20)
    text = " ".join(line.strip() for line in shown)
    assert "per layer back: vanishing" in text
    assert re.search(r"how much.* reaches each ─+$", shown[0])
    assert "derivatives" not in text, "no two are the same: there is nothing to use again"
    wide = lines(run, at(run, "delta", 1, 0), 120, 35)
    bars = [len(re.findall("[━╸╴]", line)) for line in wide if re.match(r" . δ\d ", line)]
    sizes = [one.size or 0.0 for one in reached(run, at(run, "delta", 1, 0).step)]
    assert bars == [pytest.approx(max(1.0, bars[0] * size / sizes[0]), abs=1) for size in sizes]
    assert sizes[1] < 0.2 * sizes[0]
    assert bars[1] < 0.25 * bars[0], "on a logarithmic scale it was as long as three quarters"
    forward = "\n".join(lines(run, start(run), 80, 20))
    assert "━" not in forward
    assert "vanishing" not in forward


@pytest.mark.parametrize(
    ("name", "size"), [*product(("mazur", "deep", "iris"), [(80, 19), (100, 25), (120, 35), (200, 45)])]
)
def test_deltas_by_layers_owe_every_layer_and_what_it_means(name: str, size: tuple[int, int]) -> None:
    run = shipped_run(name)
    step = next(one.step for one in run if isinstance(one, DeltaStep) and one.layer == 1)
    shown = lines(run, start(run, step), *size)
    assert not any("…" in line for line in shown)
    for one in reached(run, step):
        row = next(line for line in shown if line[3:].startswith(f"δ{one.layer} "))
        assert one.size is not None
        assert one.left is not None
        numbers = [one.size, 100.0 * one.left]
        if one.gain is not None and one.weights is not None and one.slopes is not None:
            numbers += [one.gain, one.weights, one.slopes]
        assert re.findall(r"\d[\d.]*(?:e-?\d+)?", row[5:]) == list(map(numeral, numbers))
        assert re.search("[━╴╸]", row)
    text = " ".join(" ".join(shown).split())
    assert through_the_layers(run, step) in text
    assert "neuron by neuron" in text


def test_where_rows_are_free_every_neuron_has_its_delta() -> None:
    run = shipped_run("digits")
    step = next(one.step for one in run if isinstance(one, DeltaStep) and one.layer == 1)
    for size in ((80, 19), (80, 40), (120, 35)):
        shown = lines(run, start(run, step), *size)
        text = "\n".join(shown[shown.index(next(row for row in shown if "neuron by neuron" in row)) :])
        deltas = [run.iteration(0).vectors("delta", layer)[0, 0] for layer in (2, 1)]
        there = [numeral(float(one)) in text for each in deltas for one in each]
        assert all(there)
        assert "more" not in text


def test_no_blank_is_marked_as_read() -> None:
    run = shipped_run("elman")
    for step, number in product(range(0, 43, 3), range(3)):
        cursor = replace(start(run, step), page=number)
        for row in time_rows(run, cursor, 80, 19):
            assert all(text == text.strip() for text, style in row if style.startswith(("read-", "new-")))


def test_numbers_by_layers_are_shorter_where_they_would_touch() -> None:
    """Also beside a mark: each column begins with a blank, and none is cut."""
    small = [layer("identity", [[1.2345e-100]]), layer("identity", [[1.2345e-100]])]
    run = trace(scenario(small, [[1.0]], [[1.0]], order="premature"))
    row = next(line for line in lines(run, at(run, "delta", 1, 0), 80, 20) if line.startswith(" ▸ δ1"))
    assert {row[cell] for cell in range(6, 78, 12)} == {" "}
    numbers = ["1.85e-100", "1.235e-100", "1.9e-98", "2e-100", "1.85e-100"]
    assert re.findall(r"[\d.]+e-\d+", row) == numbers


def test_a_length_that_should_be_0_is_told() -> None:
    """The weight of the last layer is 0, and no longer so when its error comes back too late."""
    layers = [layer("identity", [[1.0]]), layer("identity", [[0.0]])]
    run = trace(scenario(layers, [[1.0]], [[1.0]], order="premature"))
    rows = numbers_page(run, at(run, "delta", 1, 0), 100, 20)
    assert "right value" in plain(rows[1])
    row = next(row for row in rows if plain(row).startswith(" ▸ δ1"))
    assert re.match(r" ▸ δ1 +≠ 0\.\d+ +0 +≠ ", plain(row))
    assert {style for text, style in row if "≠" in text} == {"warning"}


@pytest.mark.parametrize("width", [80, 116])
def test_a_mark_keeps_a_blank_to_the_number_before_it(width: int) -> None:
    """The lesson has eleven times, more than have wide columns, and updates that have not waited."""
    run = trace(scenario_of("13-vanishing"), "premature")
    seen = 0
    for step, page in product((12, 18, 42), range(3)):
        rows = [*map(plain, time_rows(run, replace(start(run, step), page=page), width, 36))]
        marked = [row.count("≠") for row in rows if re.match(r" [▸=] δ1\[1\]", row)]
        assert len({*marked}) < 2  # no arrow of the network unrolled stands in the place of one
        for text in rows:
            seen += text.count("≠")
            assert not re.search(r"[^ ←→]≠", text)
            assert not re.search(r"‖\S*@\d+(?!\d|‖)", text)
    assert seen > 50


def test_many_layers_keep_the_active_one() -> None:
    hidden = [layer("tanh", [[0.5]], recurrent=[[0.5]]) for _ in range(12)]
    run = trace(scenario(hidden, [[1.0]] * 4, [[0.5]] * 4))
    for number, height in each_of(range(1, 13), (6, 17, 20, 36)):
        cursor = at(run, "delta", number, 2)
        assert active_layer(run, cursor.step) == number
        shown = lines(run, cursor, 80, height)
        assert any(line.startswith(f" ▸ δ{number}[1]") for line in shown), height
        window = re.match(r" layers (\d+)-(\d+) ← ↓", shown[0])
        assert (window is not None) == (sum("▸" in line or "   δ" in line[:4] for line in shown) < 12)
        assert window is None or int(window[1]) <= number <= int(window[2])
        assert any(line.startswith(f" ‖δ{number}@2‖") for line in shown) or height < 10


def test_no_plan_of_the_network_is_higher_than_its_room() -> None:
    for layers in range(1, 9):
        heights = [one.height for one in plans(layers)]
        assert heights == sorted(heights)
        assert all(plan(layers, height).height <= height for height in range(2, 40))


def test_a_thousand_times_are_hardly_more_work_than_a_hundred() -> None:
    """Some 5 ms on a quiet machine; a loop over all times in Python would take ten times as long."""
    few, many = (trace(sequence(times, units=4)) for times in (100, 1000))
    for share in (0.1, 0.5, 0.9, 1.0):
        assert work(many, share) < 1.4 * work(few, share)


def work(run: Trace, share: float) -> int:
    """The lines that are run to draw the step after this share of the run, once it has been drawn."""
    cursor = start(run, int(share * (len(run) - 1)))
    pages = (cursor, replace(cursor, page=-1))
    for there in pages:
        time_rows(run, there, 200, 46)
    return sum(lines_run(time_rows, run, there, 200, 46) for there in pages)


def test_times_are_spread_over_the_width() -> None:
    """Six times reach the right end at 116 cells; of few that stand beside words these have their room."""
    for times, width, least in ((6, 116, 0.9), (6, 78, 0.9), (2, 78, 0.0), (4, 116, 0.5)):
        columns = TimeColumns(times, 0, width)
        end = columns.start(times - 1) + columns.number
        assert least * width <= end < width
        assert times == 6 or end + 35 < width


def test_the_time_that_is_marked_below_the_bars_is_whole() -> None:
    """975 of 1,000 was said to be 97."""
    run = trace(sequence(1000))
    for now, width in product((0, 9, 500, 960, 975, 990, 999), (80, 120, 200)):
        rows = time_rows(run, at(run, "delta", 1, now), width, 17)
        axis = next(text for row in rows if "@" in (text := plain(row)) and "▲" in text)
        assert re.search(rf"▲@{now}(?!\d)|@{now}▲", axis), axis
