"""Does the cost view show the counts, in the room that it has?"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from engine import trace
from engine.looking.cursor import start
from engine.numerals import times
from tests.draw.large_network import large
from tests.given.scenarios_at_random import scenario_at_random
from tests.given.shipped import shipped_run
from tests.golden.runs import layer, scenario
from tui.draw.cost import cost_rows
from tui.draw.kit.numbers import count
from tui.draw.kit.rows import length, plain
from tui.palette import LOOKS

SCENARIOS = Path(__file__).parents[2] / "scenarios"
SIZES = [(80, 18), (120, 30), (200, 44)]

MAZUR_AT_STEP_6 = """\
 multiply-adds                            so far  this iteration
   forward                                     8               8  ━━━━━━━━━━━━━
   deltas                                      4               4  ━━━━━━━━━━━━━
   gradients                                   4               8  ━━━━━━╸──────
   (deltas + gradients) / forward              1             1.5

 the same gradients              multiply-adds  + forward  × as many
   backpropagation, with reuse              12         20          1  ━╸
   each layer anew from the loss            12         20          1  ━╸
   each path on its own                     20         28        1.4  ━━
   each weight by a nudge                  128        128        6.4  ━━━━━━━━━
 × as many without the forward pass: 1, 1, 1.667, 10.67; a nudge is 2 passes

 held from the forward pass for the way back  8 numbers a sample
   4 activations, 4 slopes
 One multiply-add for each weight used once. Not counted: biases, activations,
 slopes, the loss, updates."""


def test_mazur() -> None:
    run = shipped_run("mazur")
    rows = cost_rows(run, start(run, 5), 80, 18)
    assert "\n".join(plain(row).rstrip() for row in rows) == MAZUR_AT_STEP_6


def test_what_a_way_takes_with_the_forward_pass_is_a_number() -> None:
    """Not only how many times as much: 12 + 8, and a nudge has its forward passes in it already."""
    run = shipped_run("mazur")
    for width in (80, 97, 100, 120, 200):
        text = "\n".join(plain(row) for row in cost_rows(run, start(run, 5), width, 30))
        for way, many in (("backpropagation, with reuse", 20), ("each path", 28), ("each weight", 128)):
            assert re.search(rf"{way}.* {many} +[\d.]+ +━", text), (width, way)


@pytest.mark.parametrize(("name", "by"), [("mazur", "6.4"), ("digits", "831.8"), ("elman", "11.11")])
def test_the_forward_pass_is_in_or_out_on_both_sides_of_a_ratio(name: str, by: str) -> None:
    """A nudge is made of forward passes: beside what has none it would look dearer than it is."""
    run = shipped_run(name)
    for width in (80, 120):
        text = " ".join("\n".join(plain(row) for row in cost_rows(run, start(run, 5), width, 30)).split())
        first = r"[\d,]+ [\d,.]+ " if width > 80 else r"[\d,]+ "
        whole, nudges = re.findall(rf"(?:nudge|reuse) {first}([\d,]+) ([\d.]+) ", text)
        ratio = int(nudges[0].replace(",", "")) / int(whole[0].replace(",", ""))
        assert float(by) == pytest.approx(ratio, rel=1e-3)
        assert (whole[1], nudges[1]) == ("1", by)
        assert "2 passes" in text or "2 forward passes" in text


def test_narrow_the_ratios_without_the_forward_pass_stand_below_in_the_order_of_the_rows() -> None:
    run = shipped_run("11-reuse-and-cost")
    wide, narrow = (
        "\n".join(plain(row) for row in cost_rows(run, start(run, 5), width, 30)) for width in (120, 80)
    )
    listed = [
        re.search(rf"{way}[a-z ]* [\d,]+ +([\d.]+) ", wide) for way in ("reuse", "anew", "path", "nudge")
    ]
    assert [one and one[1] for one in listed] == ["1", "1.133", "6", "43.2"]
    assert "without the forward pass: 1, 1.133, 6, 43.2; a nudge is 2 passes" in narrow


@pytest.mark.parametrize(("width", "height"), SIZES)
@pytest.mark.parametrize("seed", range(10))
def test_it_fits(seed: int, width: int, height: int) -> None:
    run = trace(scenario_at_random(seed))
    for step in range(0, len(run), 1 + len(run) // 7):
        rows = cost_rows(run, start(run, step), width, height)
        assert len(rows) <= height
        assert all(length(row) <= width for row in rows)
        assert all("…" not in plain(row) for row in rows)
        assert {style for row in rows for _, style in row} <= set(LOOKS)


@pytest.mark.parametrize("width", [80, 120, 200])
@pytest.mark.parametrize("name", ["mazur", "digits"])
def test_heads_of_columns_are_told_apart(name: str, width: int) -> None:
    """Two blanks at least are between them, and each ends above the ends of its numbers."""
    run = shipped_run(name)
    rows = [plain(row).rstrip() for row in cost_rows(run, start(run, 5), width, 35)]
    for title, heads in (
        ("multiply-adds", ["so far", "this iteration"]),
        ("the same gradients", ["multiply-adds", *["× as many"] * (width > 80), "+ forward", "× as many"]),
        ("this iteration, layer by layer", ["forward", "deltas", "gradients"]),
    ):
        place = next(place for place, row in enumerate(rows) if row.startswith(f" {title}"))
        found = [one for one in re.finditer(r"(?<=  )\S+(?: \S+)*", rows[place]) if one[0] in heads]
        assert [one[0] for one in found] == heads
        for row in rows[place + 1 : place + 3]:
            assert all(re.match(r"\d(?: |$)", row[one.end() - 1 :]) for one in found)


def test_nothing_forward_has_no_ratio_and_a_batch_is_told() -> None:
    found = scenario([layer("tanh", [[0.1]])], [[1.0], [2.0], [3.0]], [[0.5]] * 3)
    run = trace(found)
    text = "\n".join(plain(row) for row in cost_rows(run, start(run), 80, 18))
    assert "6 numbers when the samples of the batch go through together" in text


def test_how_many_times_as_much_has_the_commas_of_a_count() -> None:
    run = shipped_run("digits")
    for width, shown in ((80, " 1,565; "), (120, "50,466,816      1,565  50,466,816")):
        text = "\n".join(plain(row) for row in cost_rows(run, start(run, 5), width, 30))
        assert shown in text
    assert [times(value) for value in (1.5, 999.9, 1564.6, -87407.3, 123456.0, 2.5e7)] == [
        *("1.5", "999.9", "1,565", "-87,407", "123,456", "2.5e7")
    ]


def test_counts_of_any_size() -> None:
    assert count(0) == "0"
    assert count(1_234_567) == "1,234,567"
    assert count(10**10 - 1) == "9,999,999,999"
    assert count(10**10) == "1.00e10"
    assert count(9_999 * 10**9) == "1.00e13"
    assert count(3**9_999) == "5.44e4770"
    assert all(len(count(7**power)) <= 13 for power in range(0, 3000, 7))


def test_the_paths_of_a_long_sequence_are_shown() -> None:
    recurrent = layer("tanh", [[0.1]] * 3, recurrent=[[0.1] * 3] * 3)
    run = trace(scenario([recurrent], [[1.0]] * 1000, [[0.5] * 3] * 1000))
    rows = cost_rows(run, start(run, 1500), 80, 18)
    assert any("each path on its own" in plain(row) and "e48" in plain(row) for row in rows)


def test_a_count_twice_as_large_has_a_bar_twice_as_long_and_none_is_nothing() -> None:
    """What takes a thousand times as much looked but twice as long on a logarithmic scale."""
    for run in (shipped_run("11-reuse-and-cost"), shipped_run("digits"), large()):
        rows = [plain(row).rstrip() for row in cost_rows(run, start(run), 120, 35)]
        head = next(place for place, row in enumerate(rows) if "same gradients" in row)
        counts, bars = [], []
        for row in rows[head + 1 :][:4]:
            counts.append(float(row[57:68].replace(",", "")))
            bars.append(row[79:].count("━") + 0.5 * len(re.findall("[╸╴]", row[79:])))
        expected = [max(0.5, max(bars) * many / max(counts)) for many in counts]
        assert all(abs(one - other) <= 0.5 for one, other in zip(bars, expected, strict=True))
        assert "log scale" not in "\n".join(rows)
