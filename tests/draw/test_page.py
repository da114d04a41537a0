"""Does a page for a class show one number, large, within its place, and say only what is known?"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import trace
from engine.facts.explain import explain
from engine.facts.number import Traced
from engine.looking.choosing import look_at_number
from engine.looking.cursor import Cursor, go_to, look_at, start
from engine.looking.selection import explained, known
from engine.looking.ways.moves import move
from tests.draw.fitting import check_rows
from tests.draw.networks import wide
from tests.given.scenarios_at_random import Wanted, scenario_at_random
from tests.given.shipped import NAMES, shipped_run
from tests.golden.runs import layer, scenario
from tui.draw.kit.large_digits import HEIGHT, large
from tui.draw.kit.numbers import UNKNOWN, numeral, signed
from tui.draw.kit.rows import length, plain
from tui.draw.page import presenter_rows

if TYPE_CHECKING:
    from engine.run.tracing import Trace

DOT = "█"


def at(steps: Trace, step: int, part: int = 0) -> Cursor:
    return replace(go_to(start(steps), steps, step - 1), part=part)


def page(steps: Trace, cursor: Cursor, width: int = 80, height: int = 20) -> str:
    return "\n".join(plain(row).rstrip() for row in presenter_rows(steps, cursor, width, height))


def glyphs(lines: list[str]) -> list[tuple[str, ...]]:
    """Cut lines of dots, two cells each, into signs: the columns between blank ones."""
    width = max(map(len, lines)) + 2
    found: list[tuple[str, ...]] = []
    sign: list[str] = []
    for column in list(zip(*(line.ljust(width) for line in lines), strict=True))[::2]:
        if any(map(str.strip, column)):
            sign.append("".join(column))
        elif sign:
            found.append(tuple(sign))
            sign = []
    return found


def read(text: str) -> str:
    """Read the large digits of a page as one who knows how each sign looks."""
    known_as = {
        glyphs([plain(row) for row in large(sign, "", 8, HEIGHT)])[0]: sign for sign in "0123456789+-.e"
    }
    lines = text.split("\n")
    middle = next(place for place, line in enumerate(lines) if line.startswith("   =   "))
    drawn = [line[7:] for line in lines[middle - 2 : middle + 3]]
    return "".join(known_as[glyph] for glyph in glyphs(drawn))


@given(
    st.sampled_from(NAMES), st.integers(1, 400), st.integers(0, 9), st.integers(60, 220), st.integers(5, 60)
)
def test_a_page_keeps_within_its_place_and_shows_the_result(
    name: str, step: int, part: int, width: int, height: int
) -> None:
    steps = shipped_run(name)
    cursor = at(steps, min(step, len(steps)))
    for number in range(steps.shapes.layers + 1):
        cursor = look_at(cursor, steps, number, part)
    for _ in range(part):
        cursor = move(cursor, steps, "next-part")
    rows = presenter_rows(steps, cursor, width, height)
    check_rows(rows, width, height)
    shown = "\n".join(map(plain, rows))
    equation = explain(steps, explained(steps, cursor))
    assert equation.result.symbol in shown
    assert steps.schedule.site(cursor.step).phase.upper() in shown.replace(" ", "")
    assert DOT in shown or f"=   {numeral(equation.result.value)}" in shown


@pytest.mark.parametrize(("step", "part", "number"), [
    (1, 0, "0.3775"), (1, 1, "0.5933"), (4, 1, "0.1385"), (6, 1, "0.008771"), (8, 1, "0.3589"),
])  # fmt: skip
def test_the_result_can_be_read_from_the_back_row(step: int, part: int, number: str) -> None:
    """The figures are those of Mazur's article, rounded."""
    steps = shipped_run("mazur")
    text = read(page(steps, at(steps, step, part), height=14))  # digits of five rows
    assert float(text) == pytest.approx(float(number), rel=2e-2)
    assert text[0] == number[0]


def test_every_sign_of_a_number_differs_from_the_others() -> None:
    signs = "0123456789+-.einfa"
    drawn = {tuple(map(plain, large(sign, "", 8, HEIGHT))) for sign in signs}
    assert len(drawn) == len(signs)
    for value in (1.5e-12, -2.5e300, float("nan"), float("inf"), float("-inf"), 0.0, -12345.678):
        assert large(signed(value, 7).strip(), "", 200, HEIGHT)


@pytest.mark.parametrize(("width", "height", "rows", "cells"), [
    (80, 4, 0, 0), (3, 5, 5, 3), (2, 5, 0, 0), (6, 5, 5, 6), (80, 9, 5, 6), (80, 10, 10, 12),
    (80, 50, 50, 60),
])  # fmt: skip
def test_digits_are_as_large_as_there_is_room(width: int, height: int, rows: int, cells: int) -> None:
    drawn = large("8", "", width, height)
    assert len(drawn) == rows
    assert {length(row) for row in drawn} == ({cells} if rows else set())


@pytest.mark.parametrize(("width", "rows"), [(61, HEIGHT), (87, 2 * HEIGHT), (110, 2 * HEIGHT)])
def test_a_number_of_eight_signs_is_rather_narrow_than_half_as_high(width: int, rows: int) -> None:
    """0.002057 was as high at 120 columns as at 80, over twelve of 34 rows."""
    drawn = large("0.002057", "", width, 3 * HEIGHT)
    assert len(drawn) == rows
    assert max(len(plain(row)) for row in drawn) <= width


def test_a_sum_stands_term_below_term() -> None:
    steps = shipped_run("mazur")
    lines = [line.split() for line in page(steps, at(steps, 1)).split("\n")]
    assert ["z1[1]", "=", "W1[1,1]", "×", "x[1]", "=", "0.15", "×", "0.05", "=", "0.0075"] in lines
    assert lines.index(["+", "W1[1,2]", "×", "x[2]", "=", "0.2", "×", "0.1", "=", "0.02"]) == 5
    assert ["+", "b1[1]", "=", "0.35"] in lines


@pytest.mark.parametrize("size", [(80, 20), (60, 14), (120, 36), (60, 7)])
def test_of_a_long_sum_the_largest_terms_stay_and_the_rest_is_counted(size: tuple[int, int]) -> None:
    steps = trace(wide(300))
    cursor = at(steps, 1)
    text = page(steps, cursor, *size)
    terms = [line for line in text.split("\n") if "W1[" in line]
    assert 2 <= len(terms) < size[1]
    assert f"the other {301 - len(terms)} " in text
    # The values of the terms that are shown and of the rest add up to the result.
    shown = [float(line.split()[-1]) for line in text.split("\n") if "W1[" in line or "the other" in line]
    assert sum(shown) == pytest.approx(Traced(steps, explained(steps, cursor)).value, abs=0.01)


@pytest.mark.parametrize(("width", "height", "tall"), [(80, 20, 5), (120, 36, 10), (200, 45, 15)])
def test_on_a_wide_screen_the_page_stands_in_the_middle_and_its_digits_are_larger(
    width: int, height: int, tall: int
) -> None:
    steps = shipped_run("mazur")
    for step in range(1, 10):
        rows = page(steps, at(steps, step), width, height).split("\n")[:-1]
        assert step > 1 or len([row for row in rows if DOT in row]) >= tall
        left = min(len(row) - len(row.lstrip()) for row in rows if row)
        right = width - max(map(len, rows))
        assert left == 3 if width == 80 else abs(left - right) <= 1


def test_a_number_of_a_later_step_is_a_dot() -> None:
    steps = shipped_run("mazur")
    later = explained(steps, at(steps, 6, 1))
    cursor = look_at_number(at(steps, 2), steps, later)
    assert not known(steps, cursor, later)
    text = page(steps, cursor)
    assert UNKNOWN in text
    assert "Not computed yet: step 6 makes it." in text
    assert DOT not in text
    assert "0.00" not in text


def test_the_place_among_the_step_s_numbers_is_told() -> None:
    steps = shipped_run("mazur")
    for part in range(3):
        assert f"number {part + 1} of 3 for this neuron" in page(steps, at(steps, 1, part))


@pytest.mark.parametrize(
    ("name", "step", "told"),
    [
        (
            "mazur",
            1,
            "number 1 of 3 for this neuron · this step makes 6 in all",
        ),  # z, a, f'(z) of two neurons
        ("mazur", 3, "number 1 of 2 for this neuron · this step makes 3 in all"),  # two terms and their sum
        ("mazur", 6, "number 1 of 2 for this neuron · this step makes 4 in all"),  # error and δ of two
        ("mazur", 8, "number 1 of 4 for this weight and bias · this step makes 12 in all"),  # ΔW, W, Δb, b
        ("13-vanishing", 35, "number 1 of 6 that this step makes"),  # one W, U and b, each with its change
        ("elman", 1, "number 1 of 3 for this neuron · this step makes 9 in all"),
        ("elman", 22, "number 1 of 6 for these weights and bias · this step makes 30 in all"),
    ],
)
def test_all_numbers_that_the_step_makes_are_counted(name: str, step: int, told: str) -> None:
    """Tab goes through those of one neuron: they are not all that the step makes."""
    steps = shipped_run(name)
    assert told in page(steps, at(steps, step), height=30)


@pytest.mark.parametrize("value", [1e-300, -1.234e-20, -1e300])
def test_a_number_for_which_a_word_stands_is_not_in_large_digits(value: float) -> None:
    net = [layer("identity", [[1.0]], train_biases=False)]
    run = trace(scenario(net, [[value]], [[0.0]], rate=0.0, iterations=1))
    for size in ((38, 6), (60, 8), (80, 12), (117, 33)):
        rows = presenter_rows(run, start(run, 0), *size)
        check_rows(rows, *size)
        assert numeral(value) in "\n".join(map(plain, rows)) or size[1] > 8


@pytest.mark.parametrize("seed", range(6))
def test_what_a_term_is_made_of_makes_it_as_it_is_written(seed: int) -> None:
    """Where terms cancel they have more digits, and what they are made of has, too."""
    run, terms = trace(scenario_at_random(seed, Wanted(samples=2))), 0
    for step in range(run.schedule.first_step(1)):
        for row in map(plain, presenter_rows(run, start(run, step), 120, 30)):
            found = re.search(r"= +\(?(-?[\d.]+)\)? × \(?(-?[\d.]+)\)? += +(-?[\d.]+)$", row.rstrip())
            if found is None:
                continue
            one, other, value = map(float, found.groups())
            units = [10.0 ** -len(text.partition(".")[2]) for text in found.groups()]
            off = abs(one) * units[1] + abs(other) * units[0] + units[2]
            assert abs(one * other - value) <= 0.5 * off + 1e-12, row
            # More than a unit only where the sum has as many digits as there are.
            assert abs(one * other - value) <= 10.0 * units[2] + 1e-12, row
            terms += 1
    assert terms
