"""Does the small curve of the loss say what the loss is, where we are, and what is not computed yet?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from unittest.mock import patch

import numpy as np

from engine import trace
from engine.looking.cursor import go_to, start
from engine.run.curve import Curve
from engine.run.tracing import Trace
from tests.given.shipped import scenario_of
from tui.draw.kit.dots import Dots
from tui.draw.kit.numbers import numeral
from tui.draw.kit.plot import dots_of
from tui.draw.kit.rows import Canvas, plain
from tui.draw.small_loss import small_loss

if TYPE_CHECKING:
    import pytest

WIDTH, HEIGHT = 44, 12


def test_nothing_is_drawn_before_anything_is_computed() -> None:
    run = trace(scenario_of("mazur"))
    rows = [plain(row).strip() for row in small_loss(run, start(run, 0), WIDTH, HEIGHT).rows]
    assert [row for row in rows if row] == ["no iteration is computed yet"]


def test_the_point_stands_at_its_loss_and_the_rest_is_pale() -> None:
    run = trace(scenario_of("mazur"))
    run.advance(run.iterations)
    values = run.losses.values()
    heights = []
    for iteration in (0, 300, 5_000, run.iterations - 1):
        cursor = go_to(start(run), run, run.schedule.first_step(iteration))
        panel = small_loss(run, cursor, WIDTH, HEIGHT)
        rows = [plain(row) for row in panel.rows]
        assert f"{numeral(float(values[iteration]))} at iteration {iteration + 1:,} of 10,000" in rows[-1]
        assert rows[0].split("┤")[0].strip() == numeral(float(values.max()))
        (line,) = [place for place, row in enumerate(rows) if "●" in row]
        heights.append(line)
        left = len(rows[line].partition("●")[0])
        for row in panel.rows[:-1]:
            at = 0
            for text, style in row:
                if style == "loss":
                    assert at + len(text) <= left
                if style == "future":
                    assert at >= left
                at += len(text)
        assert panel.scale == "log scale"
    assert heights == sorted(heights)
    assert heights[0] == 0
    assert heights[-1] == HEIGHT - 2


def test_a_curve_that_is_still_computed_does_not_look_finished() -> None:
    run = trace(scenario_of("mazur"))
    for computed, done in ((2_000, False), (8_000, True)):
        run.advance(computed)
        panel = small_loss(run, start(run), WIDTH, HEIGHT)
        assert ("computing" in panel.scale) == (not done)
        assert plain(panel.rows[HEIGHT - 2]).count("·") == (0 if done else 27)


def test_the_largest_and_the_smallest_loss_lie_on_the_line_that_the_point_stands_in_the_middle_of() -> None:
    """The curve went along the upper edge of its cells, and so seemed to rise from the point on."""
    run = trace(scenario_of("07-update"))
    run.advance(run.iterations)
    values = run.losses.values()
    rows = [plain(row)[9:] for row in small_loss(run, start(run), WIDTH, HEIGHT).rows]
    assert rows[0].startswith("●") == (values[0] == values.max())
    upper, lower = "".join(rows[:1]), "".join(rows[HEIGHT - 2 : HEIGHT - 1])
    dots = [
        {bit for sign in row if sign >= "\u2800" for bit in range(8) if ord(sign) >> bit & 1}
        for row in (upper, lower)
    ]
    assert not dots[0] & {0, 3}  # none along the upper edge
    assert not dots[1] & {6, 7}  # none along the lower one


def test_what_stands_below_is_never_cut_in_a_number() -> None:
    run = trace(scenario_of("mazur"))
    run.advance(200)
    for width in range(20, 60):
        for iteration in (0, 172, 173):
            panel = small_loss(run, start(run, run.schedule.first_step(iteration)), width, HEIGHT)
            numbers = re.findall(r"[\d.,]*\d", plain(panel.rows[-1]))
            assert f"{iteration + 1:,}" in numbers
            assert set(numbers[1:]) <= {f"{iteration + 1:,}", "10,000"}


def test_no_loss_is_told_as_that_of_another_iteration(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a long run the picture has every second loss, or fewer; then also what is kept of them."""
    whole = Curve.thinned
    monkeypatch.setattr(Curve, "thinned", lambda self: whole(self, 8))
    run = trace(scenario_of("mazur"))
    run.advance(20)
    assert run.losses.stride == 4
    for kept, told in ((True, 7), (False, 5)):
        if not kept:
            monkeypatch.setattr(Trace, "every_loss", lambda *_: None)
        panel = small_loss(run, start(run, run.schedule.first_step(6)), WIDTH, HEIGHT)
        loss = numeral(run.iteration(told - 1).reduced_loss())
        assert f" {loss} at iteration {told} of 10,000" in plain(panel.rows[-1])
        assert sum("●" in plain(row) for row in panel.rows) == 1


def test_no_spike_is_lost_however_narrow_it_is() -> None:
    heights = np.zeros(1000)
    heights[500] = 1.0
    dots, canvas = Dots(10, 4), Canvas(10, 4)
    dots.course(19 * np.arange(1000) // 999, heights)
    dots.draw(canvas, 0, 0, "loss")
    top = plain(canvas.rows()[0])
    assert top.strip("\u2800 ")
    assert len(top.rstrip()) == 5  # the spike is in the middle
    assert plain(canvas.rows()[-1]).strip() == plain(canvas.rows()[-1])  # the curve from end to end


def test_a_step_within_an_iteration_changes_nothing() -> None:
    run = trace(scenario_of("mazur"))
    run.advance(100)
    drawn = [small_loss(run, start(run, step), WIDTH, HEIGHT) for step in range(9)]
    assert all(one == drawn[0] for one in drawn)


def test_the_curve_is_drawn_once_for_as_many_losses_as_there_are() -> None:
    """It was kept under a curve that was made anew each time, and so worked out with every step."""
    run = trace(scenario_of("mazur"))
    run.advance(50)
    with patch("tui.draw.small_loss.dots_of", side_effect=dots_of) as drawn:
        for step in range(20):
            small_loss(run, start(run, step), WIDTH, HEIGHT)
        assert drawn.call_count == 1
        run.advance(1)
        small_loss(run, start(run), WIDTH, HEIGHT)
        assert drawn.call_count == 2
