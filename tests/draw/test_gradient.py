"""Are the largest components listed first, with what is left out, and is only the true gradient called ∇C?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from engine import trace
from engine.equations.optimizers import OPTIMIZERS
from engine.facts.gradient import gradient_vector
from engine.looking.cursor import go_to, start
from engine.numerals import numeral
from engine.order.quantities import PARAMETER_LETTERS
from tests.course.trained import changed
from tests.given.scenarios_at_random import Wanted, scenario_at_random
from tests.given.shipped import scenario_of, shipped_run
from tui.draw.gradient import gradient_rows
from tui.draw.kit.rows import length, plain

if TYPE_CHECKING:
    from engine.run.tracing import Trace


def text_of(steps: Trace, step: int, width: int = 80, height: int = 17) -> list[str]:
    rows = gradient_rows(steps, go_to(start(steps), steps, step), width, height)
    assert len(rows) <= height
    assert all(length(row) <= width for row in rows)
    return [plain(row) for row in rows]


def test_mazur_s_gradient() -> None:
    lines = text_of(shipped_run("mazur"), 7)
    assert lines[0].split()[:4] == ["the", "whole", "gradient", "∇C"]
    first = next(line for line in lines if "W2[1,2]" in line)
    # 0.0826676 and 0.0821670 are printed by Mazur's article (to 9 digits: 0.082667628, 0.082167041).
    assert "0.08267" in first
    assert lines.index(first) == 1
    assert sum("Σ" in line for line in lines) == 8


def test_what_an_update_has_cleared_is_said_to_be_as_it_was() -> None:
    for step, said in ((6, ""), (7, ", since cleared: W2"), (8, ", since cleared")):
        assert (
            text_of(shipped_run("mazur"), step)[0]
            == f" the whole gradient ∇C  8 components, length 0.1209{said}"
        )


@pytest.mark.parametrize("width", [80, 120, 200])
def test_the_bars_use_the_whole_width(width: int) -> None:
    line = next(line for line in text_of(shipped_run("mazur"), 7, width) if "W2[1,2]" in line)
    assert width - 4 < len(line.rstrip()) <= width


def test_a_negative_component_points_to_the_left() -> None:
    lines = text_of(shipped_run("mazur"), 7)
    line = next(line for line in lines if "W2[2,2]" in line)
    assert line.rstrip().endswith("━│")


def test_what_is_missing_is_not_zero() -> None:
    lines = text_of(shipped_run("mazur"), 4)
    assert "W1 ·" in next(line for line in lines if "length by layer" in line)
    assert "as far as it is gathered" in lines[0]
    assert lines[-1].strip() == "What is missing (·) is formed by later steps."
    for samples, said in (("iris", True), ("mazur", False)):
        words = " ".join(text_of(shipped_run(samples), 4))
        assert ("each sample adds its share" in words) == said
        assert words.count("so far") + words.count("gathered") + words.count("not all") == 1
    nothing = text_of(shipped_run("mazur"), 0)
    assert "No gradient" in " ".join(nothing)
    assert "component" not in nothing[0]


def test_the_rest_of_a_long_list_is_counted() -> None:
    steps = shipped_run("iris")
    lines = text_of(steps, 211)
    (rest,) = [line for line in lines if line.startswith(" and ")]
    listed = sum("Σ" in line for line in lines)
    assert f"and {43 - listed} more" in rest


def test_the_premature_sum_is_not_called_the_gradient() -> None:
    steps = trace(scenario_of("mazur"), "premature")
    assert "which is not ∇C" in text_of(steps, steps.schedule.first_step(1) - 1)[0]


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_only_plain_gradient_descent_goes_straight_against_it(optimizer: str) -> None:
    steps = trace(changed("15-momentum", optimizer=optimizer))
    whole = text_of(steps, steps.schedule.first_step(1) - 1)
    assert whole[0].startswith(" the whole gradient ∇C")
    assert ("-η times" in " ".join(whole)) == (optimizer == "sgd")


def test_an_update_uphill_is_not_said_to_go_against_it() -> None:
    steps = trace(changed("mazur", mistake="sign", iterations=1))
    assert "-η times" not in " ".join(text_of(steps, 7))


@pytest.mark.parametrize("name", ["mazur", "iris", "elman", "deep"])
@pytest.mark.parametrize(("width", "height"), [(60, 6), (80, 17), (120, 33), (200, 43)])
def test_it_fits(name: str, width: int, height: int) -> None:
    steps = shipped_run(name)
    for step in (0, 5, 11):
        text_of(steps, step, width, height)


def test_its_head_has_a_second_row_where_one_is_too_short() -> None:
    run = shipped_run("08-too-early-sign")
    for width, rows in ((80, 2), (120, 1)):
        head = " ".join(" ".join(text_of(run, 8, width)[:rows]).split())
        assert head == ("what has been gathered, which is not ∇C 2 components, length 0.09308, since cleared")


def test_where_not_all_layers_have_room_the_longest_are_there_and_a_sign() -> None:
    """The last of twenty, with nearly all of the length, were gone without a word."""
    run = trace(scenario_at_random(1, Wanted(depth=12, samples=2)))
    step = run.schedule.first_step(1) - 1
    vector = gradient_vector(run, step)
    longest = max(vector.parts, key=lambda part: part.length)
    name = f"{PARAMETER_LETTERS[longest.parameter]}{longest.reference.layer} {numeral(longest.length)}"
    few, all_of_them = ("\n".join(text_of(run, step, 80, height)) for height in (10, 60))
    assert name in few
    assert few.count("…") == 1
    assert "…" not in all_of_them
    assert all(numeral(part.length) in all_of_them for part in vector.parts)
