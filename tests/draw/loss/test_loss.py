"""Is the loss curve where the losses are, with a mark where the cursor is?"""

from __future__ import annotations

import itertools
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from engine import trace
from engine.facts.losses import batch_means, batches_together, falls_far, far_apart
from engine.looking.along import Along, seen
from engine.looking.cursor import start
from tests.given.scenarios_at_random import Wanted, scenario_at_random
from tests.given.shipped import scenario_of
from tests.given.some_of import each_of
from tests.golden.runs import layer, scenario
from tui.draw.kit.numbers import numeral
from tui.draw.kit.plot import Axis, Scale, draw_axes, draw_ticks, scale_of
from tui.draw.kit.rows import Canvas, Row, length, plain
from tui.draw.loss.below import parts_rows
from tui.draw.loss.loss import curve_and_bounds
from tui.draw.loss.loss import loss_rows as whole_view
from tui.palette import LOOKS

if TYPE_CHECKING:
    from engine.looking.cursor import Cursor
    from engine.run.tracing import Trace
    from engine.scenario import Reduction

SCENARIOS = Path(__file__).parents[3] / "scenarios"
SIZES = [(80, 18), (120, 30), (200, 44)]


@cache
def mazur_to_its_end() -> Trace:
    run = trace(scenario_of("mazur"))
    run.advance(run.iterations)
    return run


def loss_rows(run: Trace, cursor: Cursor, width: int, height: int, logarithmic: bool) -> list[Row]:
    return curve_and_bounds(run, cursor, width, height, Along(logarithmic))


def heights(rows: list[Row], width: int, height: int) -> list[int | None]:
    """The line of the highest dot in each column of cells, or of the mark of where we are."""
    lines = [plain(row).ljust(width)[11 : width - 1] for row in rows[1 : height - 3]]
    return [
        next((y for y, line in enumerate(lines) if "\u2800" < line[x] <= "\u28ff" or line[x] == "●"), None)
        for x in range(width - 12)
    ]


@pytest.mark.parametrize("logarithmic", [False, True])
@pytest.mark.parametrize(("width", "height"), SIZES)
def test_a_falling_curve_falls(width: int, height: int, logarithmic: bool) -> None:
    run = mazur_to_its_end()
    step = run.schedule.first_step(5_000)
    rows = loss_rows(run, start(run, step), width, height, logarithmic)
    found = heights(rows, width, height)
    assert None not in found
    assert found == sorted(found, key=lambda y: y or 0)
    assert found[0] == 0
    assert found[-1] == height - 5
    mark = plain(rows[height - 3])
    assert mark.index("▲") == 11 + (2 * (width - 12) - 1) * 5_000 // 9_999 // 2
    numbers = plain(rows[height - 2])
    assert numbers.startswith("iteration  1  ")
    assert abs(numbers.index("5,001") + 2 - mark.index("▲")) <= 1
    assert plain(rows[height - 2]).rstrip().endswith("10,000")
    scale = "log scale" if logarithmic else "linear scale"
    assert scale in plain(rows[0])
    shown = float(plain(rows[0]).split()[1])
    assert shown == pytest.approx(float(run.losses.values()[5_000]), rel=5e-4)


def test_the_axis_is_labelled_with_losses() -> None:
    run = mazur_to_its_end()
    labels = [
        float(plain(row)[:10])
        for row in loss_rows(run, start(run), 80, 18, True)[1:15]
        if plain(row)[10] == "┤"
    ]
    assert labels == sorted(labels, reverse=True)
    values = run.losses.values()
    assert labels[-1] == pytest.approx(values.min(), rel=1e-3)
    assert labels[0] == pytest.approx(values.max(), rel=1e-3)


def test_where_we_are_is_one_point_at_its_loss() -> None:
    """A column of the curve in the accent's colour looked like what is done so far where it falls far."""
    run = mazur_to_its_end()
    for (width, height), iteration in each_of(SIZES, (0, 300, 9_999)):
        rows = loss_rows(run, start(run, run.schedule.first_step(iteration)), width, height, True)
        focus = [text.strip() for row in rows[1 : height - 3] for text, style in row if style == "focus"]
        assert focus == ["●"]
        (line,) = [place for place, row in enumerate(rows) if "●" in plain(row)]
        assert plain(rows[line]).index("●") == plain(rows[height - 3]).index("▲")
        labels = {place: float(plain(row)[:10]) for place, row in enumerate(rows) if plain(row)[10:11] == "┤"}
        loss = float(run.losses.values()[iteration])
        assert all((at <= line) == (value >= loss) for at, value in labels.items() if at != line)


def test_lines_stand_at_powers_of_ten_and_bounds_are_told() -> None:
    """The figures are those of Mazur's run: 0.001 is a thousand iterations away, 0.0001 five thousand."""
    run = mazur_to_its_end()
    rows = [plain(row) for row in loss_rows(run, start(run), 80, 20, True)]
    lines = [row for row in rows if row.count("╌") > 40]
    assert [row.split()[0] for row in lines] == ["0.1", "0.01", "0.001", "0.0001"]
    assert (
        rows[-1].split("first below ")[1].rstrip()
        == "0.1 at 31, 0.01 at 174, 0.001 at 1,089, 0.0001 at 5,494"
    )
    values = run.losses.values()
    for bound, first in ((0.1, 31), (0.01, 174), (0.001, 1089), (0.0001, 5494)):
        assert values[first - 1] < bound <= values[first - 2]
    ticks = rows[-2].split()
    assert ticks[-1] == "10,000"
    assert "4,000" in ticks


def test_a_fall_that_would_be_an_l_is_shown_on_a_logarithmic_scale() -> None:
    run = trace(scenario_of("mazur"))
    assert not falls_far(run)
    run.advance(20)
    assert not falls_far(run)
    run.advance(5_000)
    assert falls_far(run)
    # Losses that are no number have no place on either scale.
    assert far_apart(np.array([1.0, 1e30, np.inf, np.nan]))
    assert not far_apart(np.array([1.0, 2.0, np.inf]))
    assert not far_apart(np.array([0.0, 1.0, 1e30]))
    assert not far_apart(np.array([np.nan]))
    zero = trace(scenario([layer("identity", [[0.5]])], [[1.0]], [[0.5]], iterations=5))
    zero.advance(5)
    assert not falls_far(zero)


def test_a_curve_that_is_not_finished_says_so() -> None:
    run = trace(scenario_of("mazur"))
    run.advance(5_000)
    text = "\n".join(plain(row) for row in loss_rows(run, start(run), 80, 18, True))
    assert "computed: 5,000 of 10,000" in text
    assert "·" * 30 in text
    run.advance(5_000)
    text = "\n".join(plain(row) for row in loss_rows(run, start(run), 80, 18, True))
    assert "computed:" not in text
    assert "··" not in text


def test_only_what_has_been_computed_is_drawn() -> None:
    run = trace(scenario_of("mazur"))
    rows = loss_rows(run, start(run), 80, 18, False)
    assert "No iteration has been computed yet." in plain(rows[2])
    assert run.computed == 0
    run.advance(5_000)
    found = heights(loss_rows(run, start(run), 80, 18, True), 80, 18)
    assert None not in found[:34]
    assert set(found[35:]) == {None}


@pytest.mark.parametrize("seed", range(8))
def test_it_fits(seed: int) -> None:
    run = trace(scenario_at_random(seed, Wanted(iterations=1 + 40 * seed)))
    run.advance(run.iterations)
    places = each_of([*SIZES, (20, 5), (3, 1)], (0, len(run) // 2, len(run) - 1), (False, True))
    for (width, height), step, logarithmic in places:
        rows = loss_rows(run, start(run, step), width, height, logarithmic)
        assert len(rows) <= height
        assert all(length(row) <= width for row in rows)
        assert {style for row in rows for _, style in row} <= set(LOOKS)


def test_a_spike_of_one_iteration_is_not_lost() -> None:
    inputs, targets = [[1.0]] * 999, [[0.0]] * 998 + [[1e3]]
    found = scenario([layer("identity", [[0.1]])], inputs, targets, rate=1e-9)
    spiky = found.__class__(
        title="",
        network=found.network,
        data=found.data,
        training=found.training.__class__(1e-9, 999, 1),
    )
    run = trace(spiky)
    run.advance(998)
    run.advance(1)
    assert heights(loss_rows(run, start(run), 80, 18, False), 80, 18)[-1] == 0


def test_losses_that_are_zero_or_not_finite_are_left_out_and_counted() -> None:
    wild = scenario([layer("identity", [[3.0]])], [[3.0]], [[0.0]], rate=1e3, iterations=300)
    run = trace(wild)
    run.advance(300)
    rows = loss_rows(run, start(run), 80, 18, True)
    assert "left out:" in plain(rows[-1])
    assert "not finite" in plain(rows[-1])
    at_rest = trace(scenario([layer("identity", [[0.5]])], [[1.0]], [[0.5]], iterations=5))
    at_rest.advance(5)
    assert "No loss so far is above 0" in plain(loss_rows(at_rest, start(at_rest), 80, 18, True)[2])
    assert None not in heights(loss_rows(at_rest, start(at_rest), 80, 18, False), 80, 18)


@pytest.mark.parametrize(("width", "height"), [(80, 19), (100, 25), (120, 35), (200, 45)])
def test_what_is_pointed_at_is_told_beside_the_curve_and_never_over_it(width: int, height: int) -> None:
    run = mazur_to_its_end()
    without = whole_view(run, start(run), width, height, Along(True))
    for at in (0, 1_999, 9_999):
        rows = whole_view(run, start(run), width, height, Along(True, at))
        assert f"iteration {at + 1:,}   C {numeral(float(run.losses.values()[at]))}" in "\n".join(
            map(plain, rows)
        )
        assert {plain(row).index("┊") for row in rows if "┊" in plain(row)} == {
            11 + (2 * (width - 12) - 1) * at // 9_999 // 2
        }
        for before, after in zip(without[1:], rows[1:], strict=True):
            if "what C is made of" in plain(before):
                break
            dots = [(x, sign) for x, sign in enumerate(plain(before)) if "\u2800" < sign <= "\u28ff"]
            assert all(plain(after)[x] == sign for x, sign in dots)


@pytest.mark.parametrize("at", [399, 2_777, 0])
def test_a_loss_that_is_pointed_at_has_its_iteration(at: int) -> None:
    """Beside the loss in the heading, and below the axis: the iteration where one is has another loss."""
    run = mazur_to_its_end()
    rows = [plain(row) for row in whole_view(run, start(run), 80, 19, Along(None, at))]
    assert f"loss {numeral(float(run.losses.values()[at]))} at iteration {at + 1:,} " in rows[0]
    assert f"{at + 1:,}" in next(row for row in rows if row.startswith("iteration")).split()


def test_a_zoom_shows_its_iterations_and_marks_what_is_out_of_sight_nowhere() -> None:
    run = mazur_to_its_end()
    rows = [plain(row) for row in whole_view(run, start(run), 80, 19, Along(None, 5_000, 2))]
    assert not any("▲" in row for row in rows)
    ticks = [int(tick.replace(",", "")) for tick in rows[-2].removeprefix("iteration").split()]
    assert ticks == sorted(ticks)
    assert len(seen(Along(None, 5_000, 2), 0, 10_000)) - 1 == ticks[-1] - ticks[0]
    assert ticks[0] <= 5_001 <= ticks[-1]
    assert any(
        "▲" in plain(row) for row in whole_view(run, start(run, 45_000), 80, 19, Along(None, 5_000, 2))
    )


@pytest.mark.parametrize("iterations", [1, 2, 3, 5, 20, 200, 500, 1_000, 1_100, 10_000, 123_456])
@pytest.mark.parametrize("columns", [47, 67, 107])
def test_the_numbers_at_the_axis_stand_apart_and_none_is_left_out_that_has_room(
    iterations: int, columns: int
) -> None:
    axis = Axis(0, iterations - 1, columns)
    for here in {0, iterations // 3, iterations - 1}:
        canvas = Canvas(axis.left + columns + 1, 2)
        draw_ticks(canvas, axis, here, 0)
        marks, numbers = (plain(row) for row in canvas.rows())
        found = re.findall(r"\S+", numbers)
        assert numbers.startswith("iteration  1"), "its name stands before the axis"
        assert len(re.split(r"\s{2,}", numbers.strip())) == len(found), "two blanks or more between any two"
        assert f"{here + 1:,}" in found
        assert f"{iterations:,}" in found
        places = [place for place, sign in enumerate(marks) if sign in "┴▲"]
        alone = [place for place in places if place != axis.cell(here) or here in {0, iterations - 1}]
        steps = [after - before for before, after in itertools.pairwise(alone)][1:-1]
        assert not steps or max(steps) - min(steps) <= 1
        if here in {0, iterations - 1}:  # no number of it takes the room of another
            assert len(found) - 1 >= len(places) - 1, "but that next to the end"


def test_with_room_it_says_what_c_is_made_of_and_when_it_fell_below_bounds() -> None:
    run = mazur_to_its_end()
    text = "\n".join(plain(row) for row in whole_view(run, start(run), 120, 35, Along(None, 1_999)))
    assert "C[1] = ½ × (a2[1] - y[1])² = 0.5 × (0.031292 - 0.01)²  0.0002267" in text
    assert "what C is made of at iteration 2,000" in text
    for bound, first in (("0.1", "31"), ("0.01", "174"), ("0.001", "1,089"), ("0.0001", "5,494")):
        assert re.search(rf" {bound} +at {first}\b", text)
    assert re.search("1e-5 +never", text)
    (head,) = [line for line in text.split("\n") if "what C is made of" in line]
    assert re.fullmatch(r"── what C is made of at iteration 2,000 ─+ first iteration below ─+", head)


def test_the_axis_reaches_to_the_largest_number_of_all() -> None:
    top = float(np.finfo(float).max)
    scale = Scale(0.0, float(np.nextafter(np.log10(top), np.inf)), True)
    assert scale.value(1.0) == top
    assert scale.value(0.5) == pytest.approx(top**0.5, rel=1e-9)


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ([1.0, 1.0, 1.0], ""),
        ([2.0, 2.0, 0.5], ""),
        ([2.0, 1.9, 0.5], ""),
        ([2.0, 1.5, 0.5], "sample 1 has 62 % of it."),
    ],
)
@pytest.mark.parametrize("reduction", ["sum", "mean"])
def test_a_share_is_named_only_where_it_stands_out(
    values: list[float], told: str, reduction: Reduction
) -> None:
    """Of three times with 0.5 each it was said that the first has 33 % of it."""
    net = [layer("identity", [[1.0]])]
    inputs = [[value] for value in values]
    run = trace(scenario(net, inputs, [[0.0]] * len(values), reduction=reduction))
    run.advance(1)
    text = "\n".join(plain(row).rstrip() for row in parts_rows(run, 0, 80, 9))
    assert ("has" in text) == bool(told)
    assert told in text
    assert ("The mean over 3 samples" in text) == (reduction == "mean")


@pytest.mark.parametrize("count", [2, 3, 12])
def test_the_shares_of_a_mean_say_how_much_of_a_sample_s_loss_they_are(count: int) -> None:
    """Elsewhere on the screen a sample's loss is all of it."""
    net = [layer("identity", [[1.0]])]
    values = [[1.0 + place] for place in range(count)]
    run = trace(scenario(net, values, [[0.0]] * count, reduction="mean"))
    run.advance(1)
    rows = [plain(row) for row in parts_rows(run, 0, 80, 9)]
    terms = run.iteration(0).vectors("terms", None).sum(axis=(1, 2))
    said = [re.match(rf" \(1/{count}\) × (?:sample (\d+)|the other (\d+)) +(\S+)", row) for row in rows]
    samples = [found for found in said if found is not None and found[1]]
    assert len(samples) == (count if count < 7 else 5)
    for found in samples:
        assert float(found[3]) == pytest.approx(terms[int(found[1]) - 1] / count, rel=1e-3)
    assert any(found is not None and found[2] == "7" for found in said) == (count == 12)


@pytest.mark.parametrize("name", ["iris", "digits"])
def test_of_batches_the_line_is_their_mean_and_says_so(name: str) -> None:
    """Each batch stands pale behind it. In a zoom the means are those of the same iterations."""
    run = trace(scenario_of(name))
    run.advance(run.iterations)
    batches = len({run.shapes.batch(iteration) for iteration in range(run.iterations)})
    values = run.losses.values()
    for first, last in ((0, run.iterations - 1), (3, 97)):
        means = batch_means(run.losses, batches_together(run), first, last)
        assert means is not None
        assert means.many == means.stride == batches
        begin = means.first - (batches - 1) // 2
        assert begin % batches == 0
        assert begin >= first
        expected = [values[at : at + batches].mean() for at in range(begin, last + 2 - batches, batches)]
        assert means.values == pytest.approx(expected)
    for width, height in SIZES:
        rows = whole_view(run, start(run), width, height, Along())
        assert f"line: mean of {batches} batches" in plain(rows[0])
        styles = [style for row in rows[1 : height // 3] for text, style in row if re.search("[⠁-⣿]", text)]
        assert set(styles) == {"wire", "loss"}, "as grey as what is behind it, the line is not found"
    whole = mazur_to_its_end()
    assert batch_means(whole.losses, batches_together(whole), 0, 9_999) is None
    assert "mean of" not in plain(whole_view(whole, start(whole), 120, 30, Along())[0])


def test_a_scale_that_may_become_another_says_why_it_is_what_it_is() -> None:
    run = trace(scenario_of("mazur"))
    said = []
    for computed in (5, 1_000, run.iterations):
        run.advance(computed)
        said.append(plain(whole_view(run, start(run), 120, 30, Along())[0]))
    assert "linear scale while C has fallen less than 30-fold" in said[0]
    assert "log scale, as C falls 30-fold" in said[1]
    growing = trace(scenario([layer("identity", [[3.0]])], [[1.0]], [[1.0]], rate=2.5, iterations=5_000))
    growing.advance(40)
    assert "log scale, as C rises 30-fold" in plain(whole_view(growing, start(growing), 120, 30, Along())[0])
    assert "30-fold" not in said[2]
    chosen = plain(whole_view(run, start(run), 120, 30, Along(logarithmic=False))[0])
    assert "linear scale" in chosen
    assert "30-fold" not in chosen


@pytest.mark.parametrize("value", [0.0, -3.0, 1e-310, 5e-324])
def test_a_constant_stands_in_the_middle_of_a_scale_that_can_be_read(value: float) -> None:
    scale = scale_of(np.full(3, value), logarithmic=False)
    assert scale is not None
    assert scale.low < value < scale.high
    assert scale.line(value, 9) == 4
    assert value or (scale.low, scale.high) == (-0.5, 0.5)


@pytest.mark.parametrize(
    ("low", "high", "lines"), [(-4.87, 2.3, 10), (-4.87, 2.3, 24), (-20.0, 3.0, 9), (-1, 1, 9)]
)
def test_lines_of_a_logarithmic_scale_have_equal_distances(low: float, high: float, lines: int) -> None:
    """Those that were next to another had been left out: 1, 0.1 and 0.001 were as far apart."""
    values = Scale(low, high, logarithmic=True).round_values(lines)
    ratios = {round(np.log10(later / earlier)) for earlier, later in itertools.pairwise(values)}
    assert len(values) >= 2
    assert len(ratios) == 1
    places = [Scale(low, high, logarithmic=True).line(value, lines) for value in values]
    apart = [earlier - later for earlier, later in itertools.pairwise(places)]
    assert min(apart) >= 2
    assert max(apart) - min(apart) <= 1, "but for rounding"


@pytest.mark.parametrize(
    ("low", "high"), [(0.49897, 0.49903), (0.0123, 0.0124), (3.0, 4.0), (0.2, 0.9), (0.01, 5.0)]
)
@pytest.mark.parametrize("logarithmic", [False, True])
@pytest.mark.parametrize("lines", [4, 9, 20])
def test_lines_of_a_scale_have_labels_of_their_own(
    lines: int, logarithmic: bool, low: float, high: float
) -> None:
    """Less than two powers have lines at round values on a logarithmic scale, too, and none is said to."""
    scale, canvas = scale_of(np.array([low, high]), logarithmic=logarithmic), Canvas(60, lines + 2)
    assert scale is not None
    draw_axes(canvas, scale, Axis(0, 9, 40), lines)
    labels = [label for row in canvas.rows() if (label := plain(row)[:9].strip())]
    assert len(set(labels)) == len(labels) >= 2
    ends = [scale.value(share) for share in (0.0, 1.0)]
    assert all(ends[0] * 0.999 <= float(label) <= ends[1] * 1.001 for label in labels)
    powers = [one for one in (0.01, 0.1, 1.0) if low <= one <= high]
    assert scale.has_powers == (logarithmic and len(powers) > 1)
    assert len(labels) > 2 or lines == 4


def test_lines_are_said_to_stand_at_powers_only_where_they_do() -> None:
    run = mazur_to_its_end()
    for along, said in ((Along(), True), (Along(zoom=6, at=1800), False)):
        head = plain(whole_view(run, start(run), 120, 30, along)[0])
        assert "log scale" in head
        assert ("powers of ten" in head) == said
