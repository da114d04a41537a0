"""Do watched numbers fit beside the reasons and in their view, and do they say what is true?"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

import pytest

from engine import trace
from engine.conditions.meaning import number_meaning
from engine.looking.along import Along
from engine.looking.cursor import start
from engine.looking.selection import selected
from engine.watching.history import History, Watched, is_logarithmic
from engine.watching.watched_number import name_of, symbol_of
from tests.draw.fitting import check_rows
from tests.given.shipped import scenario_of
from tui.draw.kit.rows import plain
from tui.draw.watches import NARROW, watch_rows, watches_rows

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.run.tracing import Trace
    from tui.draw.kit.rows import Row

ROOMS = [(60, 12), (80, 19), (120, 33), (200, 42), (60, 3), (80, 1), (30, 5)]
_HEIGHTS = (3, 2, 1, 3, 2, 1, 0, 0)  # of the dots of a cell, by their bits

TEXTS = ("loss", "W1[1,2]", "delta[1][1]", "max(abs(gradient[1])) / norm(weight[1])")


@cache
def watching(name: str, computed: int) -> tuple[Trace, tuple[Watched, ...]]:
    run = trace(scenario_of(name))
    run.advance(computed)
    every = []
    for text in TEXTS:
        meaning = number_meaning(text, run.scenario)
        history = History(run, meaning)
        for _ in history.follow():
            pass
        every.append(Watched(text, meaning, history))
    return run, tuple(every)


@pytest.mark.parametrize("room", ROOMS)
@pytest.mark.parametrize(("name", "computed"), [("mazur", 10_000), ("mazur", 50), ("mazur", 0), ("batch", 2)])
def test_they_fit(name: str, computed: int, room: tuple[int, int]) -> None:
    run, every = watching(name, computed)
    for step in (0, 8):
        check_rows(watches_rows(run, start(run, step), every, *room), *room)
        check_rows(
            watch_rows(run, start(run, step), every, max(NARROW, room[0]), room[1]),
            max(NARROW, room[0]),
            room[1],
        )
    check_rows(watches_rows(run, start(run), (), *room), *room)


def test_beside_the_reasons_stand_the_value_now_and_how_it_went() -> None:
    run, every = watching("mazur", 10_000)
    lines = [plain(row).rstrip() for row in watch_rows(run, start(run, 1559), every, NARROW, 5)]
    assert lines[1].startswith(" loss             0.009968  ")
    assert lines[2].startswith(" W1[1,2]          0.3219    ")
    assert lines[3].startswith(" δ1[1]            ·         ")
    assert lines[4].startswith(" max(abs(gradien… ·")
    tops = [max(_HEIGHTS[bit] for bit in range(8) if ord(sign) >> bit & 1) for sign in lines[2] if sign > "⠀"]
    assert tops == sorted(tops)  # it grows
    assert len(set(tops)) > 1


def test_beside_the_reasons_a_curve_has_its_ends_and_no_value_is_lost_between_others() -> None:
    """It falls from its largest value far below 0 and comes back, all in what one cell stands for."""
    run = trace(scenario_of("mazur"))
    run.advance(run.iterations)
    meaning = number_meaning("error[1][1]", run.scenario)
    one = Watched("error[1][1]", meaning, History(run, meaning))
    for _ in one.history.follow():
        pass
    rows = [plain(row) for row in watch_rows(run, start(run, 5), [one], NARROW, 12)]
    assert rows[2].startswith("  0.03635 ┤●")
    assert re.match(r" -0\.09959 ┤[⠁-⣿] ", rows[6])
    assert re.search("[⠁-⣿]{20}", rows[3])
    along = Along(logarithmic=True)
    assert not is_logarithmic(one, along.logarithmic), "what is below 0 would be left out of it"
    view = "\n".join(plain(row) for row in watches_rows(run, start(run, 5), [one], 120, 33, along))
    assert "linear: not > 0" in view
    assert "-0.09959 ┤" in view


def test_a_number_that_is_looked_at_is_called_as_on_the_screen_too() -> None:
    run = trace(scenario_of("mazur"))
    cursor = start(run, 4)
    assert name_of(selected(run, cursor)) == "gradient_weight[2][1,1]"
    every = [
        Watched(text, meaning, History(run, meaning))
        for text in ("gradient_weight[2][1,1]", "loss")
        for meaning in (number_meaning(text, run.scenario),)
    ]
    narrow = "\n".join(map(plain, watch_rows(run, cursor, every, NARROW, 5)))
    assert " ∂C/∂W2[1,1]      0.08217" in narrow
    view = "\n".join(map(plain, watches_rows(run, cursor, every, 80, 19)))
    assert "1. ∂C/∂W2[1,1]" in view
    assert re.search("0.08217 +([^ a-z]|$)", view, re.MULTILINE), (
        "a long expression is not cut: the symbol has to do"
    )
    delta = number_meaning("delta[1][1]", run.scenario)
    short = Watched("delta[1][1]", delta, History(run, delta))
    seen = "\n".join(map(plain, watches_rows(run, start(run, 7), [short], 80, 19)))
    assert "1. δ1[1]" in seen
    assert "0.008771" in seen
    assert "delta[1][1]" not in seen, "one name is enough"
    for text, symbol in (
        ("total_bias[1][2]", "Σ∂C/∂b1[2]"),
        ("change_recurrent_weight[1][2,3]", "ΔU1[2,3]"),
        ("delta[2][1]", "δ2[1]"),
        ("terms[1]", "C[1]"),
        ("error[1][1]", "∂C/∂a1[1]"),
        ("activation[2][3]", "a2[3]"),
        ("slope[1][2]", "f'(z1[2])"),
        ("input[12]", "x[12]"),
        ("max(abs(gradient[2]))", ""),
        ("loss", ""),
    ):
        assert symbol_of(text) == symbol
    assert symbol_of("error[1][1]", (True, False)) == "∂C/∂h1[1]"
    assert symbol_of("activation[2][1]", (True, False)) == "a2[1]"


def test_the_view_says_when_it_was_least_and_most() -> None:
    run, every = watching("mazur", 10_000)
    text = "\n".join(plain(row).rstrip() for row in watches_rows(run, start(run, 1559), every, 120, 33))
    for words in ("1. loss", "0.009968", "least 3.511e-5 at 10,000", "most 0.2984 at 1"):
        assert words in text


def test_the_curves_have_axes_round_ticks_and_a_scale_of_their_own() -> None:
    """The loss falls ten thousandfold: linear it would be an L. W1[1,2] grows to twice what it is."""
    run, every = watching("mazur", 10_000)
    for width, height in ((80, 19), (120, 33), (200, 42)):
        rows = [plain(row) for row in watches_rows(run, start(run, 1559), every[:2], width, height)]
        axes = [place for place, row in enumerate(rows) if "└──" in row or "└▲" in row or "└┴" in row]
        assert len(axes) == 2
        first, second = "\n".join(rows[: axes[0]]), "\n".join(rows[axes[0] :])
        assert "log scale" in first
        assert "0.2984 ┤" in first
        assert "3.511e-5 ┤" in first
        assert "log scale" not in second
        assert re.search(r"iteration +174 .* 10,000", rows[axes[1] + 1])
        assert rows[axes[1]].count("▲") == 1
        for chosen in (True, False):
            along = Along(logarithmic=chosen)
            rows = [plain(row) for row in watches_rows(run, start(run), every[:2], width, height, along)]
            assert sum("log scale" in row for row in rows) == 2 * chosen


@pytest.mark.parametrize("room", ROOMS[:4])
def test_the_view_says_which_value_of_an_iteration_it_has(room: tuple[int, int]) -> None:
    for computed, told in ((10_000, "1 to 10,000"), (50, "1 to 50 of 10,000")):
        run, every = watching("mazur", computed)
        head = plain(watches_rows(run, start(run), every, *room)[0])
        assert f"last value in each iteration, {told}" in head
        assert ("V, :drop 1 takes one away" in head) == (room[0] >= 80)


def test_with_room_below_a_name_it_is_whole_and_small_numbers_are_told_apart() -> None:
    run, every = watching("mazur", 10_000)
    rows = [plain(row).rstrip() for row in watch_rows(run, start(run, 1559), every, NARROW, 12)]
    assert rows[1].startswith(" loss             0.009968")
    assert rows[2].endswith(" log scale")
    assert len(set(rows[2].removesuffix(" log scale").strip())) > 3
    assert rows[7].startswith(" max(abs(gradient[1])) / ")


@pytest.mark.parametrize("height", range(2, 12))
def test_numbers_without_room_are_counted(height: int) -> None:
    run, every = watching("mazur", 50)
    beside = [plain(row) for row in watch_rows(run, start(run), every, NARROW, height)]
    named = [row for row in beside[1:] if "more" not in row]
    more = len(every) - len(named)
    assert sum(f"… {more:,} more" in row for row in beside) == (more > 0)
    view = "\n".join(plain(row) for row in watches_rows(run, start(run), every, 80, height))
    more = len(every) - len(re.findall(r"^ \d\. ", view, re.MULTILINE))
    assert (f"… {more:,} more" in view) == (more > 0)


@pytest.mark.parametrize("rows", [watch_rows, watches_rows])
def test_what_is_to_come_is_pale_and_only_the_loss_has_its_colour(rows: Callable[..., list[Row]]) -> None:
    run, every = watching("mazur", 10_000)
    drawn = rows(run, start(run, 45_000), every[:2], 100, 24)
    signs = re.compile(r"^[⠁-⣿▁-█]+$")
    told = [[(text, style) for text, style in row if signs.match(text.strip())] for row in drawn]
    second = next(place for place, row in enumerate(drawn) if "W1[1,2]" in plain(row))
    for past, part in (("loss", told[:second]), ("strong", told[second:])):
        styles = [style for row in part for _, style in row]
        assert set(styles) == {past, "future"}
        for row in part:
            order = [("loss", "strong", "future").index(style) for _, style in row]
            assert order == sorted(order)
