"""Does the picture of a slope show the neuron that is looked at, in the room that it has?"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from engine import trace
from engine.facts.slopes.slope import Place, place_of
from engine.looking.cursor import go_to, look_at, start
from engine.looking.ways.moves import move
from engine.looking.weights import layer_looked_at
from engine.numerals import numeral
from tests.cases import case
from tests.given.shipped import scenario_of, shipped_run
from tests.golden.runs import layer, scenario
from tui.draw.kit.rows import length, plain
from tui.draw.slope import slope_rows

if TYPE_CHECKING:
    from engine.looking.cursor import Cursor
    from engine.run.tracing import Trace


def place_at(run: Trace, cursor: Cursor) -> Place:
    """Where the neuron that is looked at stands."""
    layer = layer_looked_at(run, cursor)
    return place_of(run, cursor.step, layer, cursor.units[layer])


def test_the_point_is_the_neuron_that_is_looked_at() -> None:
    steps = shipped_run("mazur")
    cursor = look_at(go_to(start(steps), steps, 5), steps, 1, 1)
    place = place_at(steps, cursor)
    assert (place.layer, place.unit) == (1, 1)
    assert place.z == pytest.approx(0.3925)
    text = "\n".join(plain(row) for row in slope_rows(steps, cursor, 80, 17))
    assert "layer 1, neuron 2: sigmoid" in text
    assert "●" in text
    assert "▲" in text
    assert "0.2406" in text


def test_the_mark_of_the_others_is_explained_where_one_is_seen() -> None:
    """In layer 1 the other neuron is in the cell of ▲, in layer 2 beside it."""
    steps = shipped_run("mazur")
    for step, seen in ((0, False), (3, True)):
        text = "\n".join(plain(row) for row in slope_rows(steps, go_to(start(steps), steps, step), 80, 17))
        axis = next(line for line in text.split("\n") if "└" in line)
        assert ("┴" in axis) == seen
        assert ("┴ on the axis: the other neuron of layer 2\n" in re.sub(" +\n", "\n", text)) == seen


@pytest.mark.parametrize("name", ["05-hidden-errors", "deep", "iris", "mazur", "digits"])
@pytest.mark.parametrize(("width", "height"), [(60, 14), (80, 17), (116, 33), (196, 43)])
def test_a_mark_of_another_neuron_stands_only_where_one_is(name: str, width: int, height: int) -> None:
    """What explains it stood among the labels of the axis, at a z where there is none, and named several."""
    run = shipped_run(name)
    for step in range(12):
        cursor = start(run, step)
        texts = [plain(row) for row in slope_rows(run, cursor, width, height)]
        axis = [at for at, text in enumerate(texts) if "└" in text]
        for at, text in enumerate(texts[axis[0] :] if axis else [], start=axis[0] if axis else 0):
            assert "┴" not in text or at in axis or text.startswith(" ┴ on the axis: ")
        others = place_at(run, cursor).others
        told = [text for text in texts if "on the axis" in text]
        assert len(told) <= 1
        if told and others is not None:
            assert ("other neurons" in told[0]) <= (len(others) > 2)
            assert ("the other neuron " in told[0]) == (len(others) == 2)


def test_ticks_are_round_and_a_limit_is_a_line() -> None:
    """A sigmoid goes to 0 and 1, also where z is far from both; tanh to -1 and 1, relu to 0 alone."""
    for name, step, ticks, lines in (
        ("mazur", 5, ["1", "0.5", "0"], 2),
        ("elman", 24, ["1", "0", "-1"], 2),
        ("iris", 6, ["4", "2", "0"], 1),
    ):
        run = shipped_run(name)
        for width, height in ((80, 17), (120, 33), (200, 42)):
            rows = slope_rows(run, start(run, step), width, height)
            texts = [plain(row) for row in rows]
            assert [text[:8].strip() for text in texts if "┤" in text[:10]] == ticks
            assert sum("╌╌" in text for text in texts) == lines
            looks = [style for row in rows[1:-3] for text, style in row if re.search("[⠁-⣿]", text)]
            assert {"value", "focus"} <= set(looks)


@pytest.mark.parametrize(("name", "step"), [("mazur", 5), ("elman", 24), ("elman", 41), ("iris", 40)])
def test_a_curve_comes_up_to_the_line_of_its_limit_and_never_beyond(name: str, step: int) -> None:
    """Lines stand in the middle of their cells; tanh ran above that of 1, and seemed to exceed it."""
    run = shipped_run(name)
    cursor = go_to(start(run), run, step)
    limits = {"mazur": (0, 1), "elman": (-1, 1), "iris": (0,)}[name]
    upper, lower = 0b00011011, 0b11100100  # bits of the upper and of the lower two rows of dots
    for size in ((80, 17), (80, 24), (98, 26), (99, 45)):  # without its slope beside it
        rows = slope_rows(run, cursor, *size)
        dots = [
            [ord(sign) for text, style in row if style == "value" for sign in text if "⠀" < sign <= "⣿"]
            for row in rows
        ]
        for limit in limits:
            (at,) = [place for place, row in enumerate(rows) if plain(row)[:9].split() == [f"{limit}", "┤"]]
            top = limit == max(limits) > 0
            assert not any(dots[1:at] if top else dots[at + 1 :])
            assert not [bits for bits in dots[at] if bits & (upper if top else lower)]
            assert dots[at] or name == "mazur"


def test_the_axis_of_z_says_where_0_and_the_neuron_are() -> None:
    run = shipped_run("elman")
    for step in (24, 41):
        cursor = go_to(start(run), run, step)
        place = place_at(run, cursor)
        assert place.z is not None
        for width, height in ((80, 17), (120, 33), (200, 42)):
            texts = [plain(row) for row in slope_rows(run, cursor, width, height)]
            axis = next(at for at, text in enumerate(texts) if "└" in text)
            below = texts[axis + 1]
            here = below.index(f" {numeral(place.z)} ")
            assert abs(here + 1 + len(numeral(place.z)) // 2 - texts[axis].index("▲")) <= 1
            assert below.startswith("       z -4 ")
            assert re.search(r" 0 ", below) or abs(place.z) < 1.0


def test_a_layer_away_from_the_step_can_be_looked_at() -> None:
    steps = shipped_run("mazur")
    cursor = move(go_to(start(steps), steps, 5), steps, "layer-up")
    assert place_at(steps, cursor).layer == 2


def test_what_is_not_known_yet_is_said() -> None:
    steps = shipped_run("mazur")
    cursor = move(start(steps), steps, "layer-up")
    text = " ".join(plain(row) for row in slope_rows(steps, cursor, 80, 17))
    assert "z2[1] is not known yet" in " ".join(text.split())
    assert "●" not in text


def test_a_saturated_output_whose_whole_error_passes() -> None:
    """The slope is 2e-9 and δ is -1: the logarithm of the loss makes up for the slope."""
    run = trace(case("slope-sigmoid-bce"))
    for step in run:
        cursor = start(run, step.step)
        text = " ".join(" ".join(plain(row) for row in slope_rows(run, cursor, 80, 20)).split())
        assert "hardly any" not in text
        assert "no error passes" not in text
        assert ("∂C/∂z: δ is -1." in text) == (step.kind in ("delta", "gradient", "update"))


@pytest.mark.parametrize("name", ["mazur", "iris", "elman", "deep", "saturated"])
@pytest.mark.parametrize(("width", "height"), [(60, 6), (80, 17), (120, 33), (200, 43)])
def test_it_fits(name: str, width: int, height: int) -> None:
    steps = shipped_run(name)
    for step in (0, 3, 7):
        rows = slope_rows(steps, go_to(start(steps), steps, step), width, height)
        assert len(rows) <= height
        assert all(length(row) <= width for row in rows)


def test_a_recurrent_neuron_passes_errors_down_and_back_in_time() -> None:
    steps = shipped_run("elman")
    cursor = go_to(start(steps), steps, 20)
    assert steps.schedule.site(20)[:1] == ("delta",)
    text = " ".join(" ".join(plain(row) for row in slope_rows(steps, cursor, 80, 17)).split())
    assert "layer 1, neuron 1 at @5: tanh" in text
    assert "h = f(z) = tanh z f'(z) = 1 - h²" in text
    assert "passes back through this neuron, down or to the time before, is multiplied by" in text
    first = " ".join(plain(row) for row in slope_rows(steps, start(steps), 80, 17))
    assert "time before" not in first
    dense = shipped_run("mazur")
    assert "time before" not in " ".join(plain(row) for row in slope_rows(dense, start(dense, 5), 80, 17))


@pytest.mark.parametrize(("width", "height"), [(80, 19), (100, 24), (120, 35), (200, 45)])
def test_a_softmax_shows_all_its_outputs_and_what_each_error_gives(width: int, height: int) -> None:
    run = shipped_run("iris")
    rows = slope_rows(run, start(run, 3), width, height)
    text = [plain(row) for row in rows]
    assert not any("…" in line for line in text)
    for name, numbers in (
        ("▸output 1", ["0.4161", "0.2430", "-2.403", "-0.5839"]),
        (" output 2", ["0.4155", "-0.1729", "0", "0"]),
        (" output 3", ["0.1684", "-0.07007", "0", "0"]),
        (" all", ["1", "0", "-0.5839"]),
    ):
        line = next(line for line in text if name in line)
        assert line.partition(name)[2].split() == numbers
    joined = " ".join(" ".join(text).split())
    assert "δ2[1] = a2[1] - y[1] = 0.4161 - 1 = -0.5839" in joined
    for curve_of in ("a2[1]", "a2[2]", "a2[3]"):
        assert any(curve_of in line[:20] for line in text)


def test_of_many_outputs_the_others_are_added_up() -> None:
    chance = np.random.default_rng(3)
    out = layer("softmax", chance.normal(size=(40, 2)).tolist())
    run = trace(scenario([out], [[1.0, -1.0]], [[1.0] + [0.0] * 39], loss="cross-entropy"))
    text = [plain(row) for row in slope_rows(run, start(run, 2), 120, 20)]
    counted = next(line for line in text if " others " in line)
    shown = sum("output " in line and "slope" not in line for line in text)
    assert f"{40 - shown} others" in counted
    assert any(" all " in line for line in text)
    assert "short form of the sum: δ is" in " ".join(" ".join(line.rstrip()[56:] for line in text).split())
    assert not any("a1[2]" in line[:20] for line in text)  # one curve, where 40 would be a tangle


@pytest.mark.parametrize(("width", "height"), [(116, 33), (196, 43), (116, 26), (98, 23)])
def test_beside_the_curve_its_slope_is_drawn_over_the_same_z(width: int, height: int) -> None:
    """The ● stands as high as the slope lies between 0 and the largest, 1/4 of a sigmoid."""
    steps = shipped_run("mazur")
    rows = [plain(row) for row in slope_rows(steps, go_to(start(steps), steps, 6), width, height)]
    heads = [row for row in rows if row.rstrip().endswith("f'(z)") and not row.strip().startswith("f'(z)")]
    assert bool(heads) == (width > 98)
    axes = [row.count("▲") for row in rows if "└" in row]
    assert axes == ([2] if heads else [1]), "both end in one line"
    if heads:
        points = [(y, row.rindex("●")) for y, row in enumerate(rows) if "●" in row[width - 34 :]]
        assert len(points) == 1
        (y, x), axis = points[0], next(row for row in rows if "└" in row)
        assert axis.rindex("▲") == x
        zero, steep = (
            next(place for place, row in enumerate(rows) if re.search(rf" {mark} ┤", row[width - 70 :]))
            for mark in ("0", r"0\.2")
        )
        assert y <= steep < zero


def test_the_slope_of_a_softmax_is_not_one_of_its_own_z() -> None:
    steps = shipped_run("iris")
    cursor = go_to(start(steps), steps, 3)
    assert sum(row.count("▲") for row in map(plain, slope_rows(steps, cursor, 116, 33)) if "└" in row) == 1


def test_of_a_softmax_of_which_nothing_is_known_there_is_no_curve_yet() -> None:
    run = shipped_run("iris")
    cursor = move(start(run, 0), run, "layer-up")
    for _ in range(3):
        cursor = move(cursor, run, "unit-down")
        assert "no curve yet" in "\n".join(map(plain, slope_rows(run, cursor, 117, 33)))


@pytest.mark.parametrize("name", ["neuron", "bptt"])
def test_a_place_that_is_nan_is_on_no_curve(name: str) -> None:
    known = scenario_of(name)
    run = trace(replace(known, training=replace(known.training, learning_rate=1e300)))
    run.advance(run.iterations)
    for step in range(max(0, len(run) - 20), len(run)):
        rows = slope_rows(run, start(run, step), 117, 33)
        assert all(length(row) <= 117 for row in rows)
    assert "z nan" in "\n".join(map(plain, rows))


@pytest.mark.parametrize("name", ["bptt", "elman", "13-vanishing"])
@pytest.mark.parametrize("size", [(100, 20), (120, 30), (160, 40)])
def test_the_equation_of_delta_is_whole_beside_the_curve(name: str, size: tuple[int, int]) -> None:
    run, told = shipped_run(name), 0
    for step in range(run.schedule.first_step(1)):
        if run.schedule.site(step).kind == "delta":
            rows = [plain(row) for row in slope_rows(run, go_to(start(run), run, step), *size)]
            assert not any("…" in row for row in rows), (step, rows)
            told += any("δ" in row and "f'(" in row for row in rows)
    assert told
