"""Does the story of one error show what the run has, and do the columns of all errors add up?"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from itertools import product
from typing import TYPE_CHECKING

import pytest

from engine import trace
from engine.facts.through_time import quantity, sample_of, times_done
from engine.facts.unrolled.errors import made_by, parts_of
from engine.looking.cursor import start
from engine.looking.ways.moves import move
from tests.draw.fitting import check_rows
from tests.draw.time.test_time import sequence
from tests.given.scenarios_at_random import Wanted, scenario_at_random
from tests.given.shipped import scenario_of, shipped_run
from tests.given.some_of import in_turns, some_of
from tests.golden.runs import layer, scenario
from tui.draw.kit.rows import plain
from tui.draw.time.columns import LABEL, TimeColumns
from tui.draw.time.story import Teller, errors_rows
from tui.draw.time.time import time_rows

if TYPE_CHECKING:
    from engine.run.tracing import Trace
    from engine.scenario import Order

SIZES = [(80, 19), (100, 25), (120, 35), (200, 45)]

ELMAN_BACK_AT_TIME_0 = """\
── the story of one error: the one made at @5 ──────────────────── < > another ─
                     ▼@0        @1        @2        @3        @4        @5
 heard x[1]           1        -1         1         1        -1        -1
 should say y[1]      0         1        -1         1         1        -1
 said a2[1]           0.0003   -0.0453   -0.0113   -0.0115   -0.0723   -0.0381
 error ∂C/∂a2[1]                                                        0.9619
 part of δ1[1]       -0.0250 ← -0.0362 ← -0.0370 ← -0.0178 ← -0.0360 ← -0.0574
 length of all 3      0.1764    0.1814    0.1902    0.1965    0.2069    0.2246
 % of it left         78.55     80.77     84.67     87.46     92.12     100
                     ▃▃▃▃▃▃▃   ▃▃▃▃▃▃▃   ▄▄▄▄▄▄▄   ▅▅▅▅▅▅▅   ▆▆▆▆▆▆▆   ███████
                     ███████   ███████   ███████   ███████   ███████   ███████
                     ███████   ███████   ███████   ███████   ███████   ███████
 At @5 the network said -0.03808 and should have said -1. That error reaches
 layer 1 at @5, and through U1 the times before. After 5 times back 78.55 % of
 it is left, × 0.9528 for each time back (U1 × 1, slopes × 0.9528).
── ∂C/∂U1[1,1]: a share from each time ──────── summed from the last time back ─
 share                0        -0.0232   -0.0585   -0.0070   -0.0366   -0.0278
 ← sum so far        -0.1531 ← -0.1531 ← -0.1299 ← -0.0714 ← -0.0644 ← -0.0278
 5 again: all errors"""


@cache
def long_run(times: int) -> Trace:
    return trace(sequence(times, 3))


def page(
    run: Trace, step: int, size: tuple[int, int], number: int = 0, error: int | None = None
) -> list[str]:
    cursor = replace(start(run, step), page=number, error=error)
    return [plain(row).rstrip() for row in time_rows(run, cursor, *size)]


def test_elman_at_80x24() -> None:
    assert "\n".join(page(shipped_run("elman"), 41, (80, 19))) == ELMAN_BACK_AT_TIME_0


@pytest.mark.parametrize("size", SIZES)
def test_every_page_can_be_turned_to(size: tuple[int, int]) -> None:
    """What is not on one page is on another, and each says that there is one."""
    run = shipped_run("elman")
    pages = [page(run, 41, size, number) for number in range(3)]
    text = "\n".join(line for one in pages for line in one)
    for part in ("the story of one error", "adds up what every error", "way back", "size of δ", "share"):
        assert part in text
    assert "+ from the future" in text
    assert any(" 5 again: " in line for line in pages[0])
    assert not any("…" in line for one in pages for line in one)
    # At 80 columns all errors have a page of their own; where there is room they stand below the story.
    both = any("adds up what every error" in line for line in pages[0])
    assert both == (size[1] > 19)
    assert (pages[0] == pages[2]) == both


@pytest.mark.parametrize(
    ("name", "size"),
    [
        (name, size)
        for place, name in enumerate(("elman", "bptt", "counting", "12-through-time"))
        for size in in_turns(SIZES, place, 2)
    ],
)
def test_a_page_stays_where_it_was_turned_to(name: str, size: tuple[int, int]) -> None:
    """Stepping on turns no page: each number of turns leads to the same one at every step."""
    run = shipped_run(name)
    for number in range(3):
        kinds = set()
        for step in some_of(range(run.schedule.first_step(1)), 4):
            text = "\n".join(page(run, step, size, number))
            numbers = "size of δ" in text
            kinds.add(
                "story" if "the story of" in text.splitlines()[0] else "numbers" if numbers else "errors"
            )
        assert len(kinds) == 1, (number, kinds)


@pytest.mark.parametrize("seed", some_of(range(12), 8))
def test_the_columns_of_all_errors_add_up(seed: int) -> None:
    """As they are shown, to the digits that are: the rows of some errors, and of all others together."""
    run = trace(scenario_at_random(seed, Wanted(recurrent=True, iterations=1, tame=True)))
    if not run.shapes.sequences:
        return
    for step, height in some_of([*product(range(len(run)), (6, 20))], 10):
        teller = Teller(run, start(run, step), 220)
        done = times_done(run, step, "delta", teller.layer)
        if not made_by(run, step) or not done:
            continue
        rows = [plain(row) for row in errors_rows(teller, height)]
        total = next(place for place, row in enumerate(rows) if row.startswith(" = δ"))
        assert total <= height
        for time in teller.columns.shown:
            begin = teller.columns.start(time)
            texts = [row[begin : begin + teller.columns.number].strip() for row in rows[2 : total + 1]]
            for row, text in zip(rows[2:total], texts, strict=False):
                made = re.match(r" .@(\d+) ", row)  # no error goes forward in time
                assert made is None or (text == "") == (time > int(made[1]))
            if time not in done:
                assert texts[-1] == "·"
                continue
            numbers = [float(text) for text in texts if text]
            delta = quantity(run, step, "delta", teller.layer, teller.unit).at(time)
            assert delta is not None
            off = sum(10.0 ** -decimals(text) for text in texts if text)
            assert sum(numbers[:-1]) == pytest.approx(delta, abs=off)
            assert numbers[-1] == pytest.approx(delta, abs=10.0 ** -decimals(texts[-1]))


def decimals(text: str) -> int:
    mantissa, _, exponent = text.partition("e")
    return len(mantissa.partition(".")[2]) - int(exponent or 0)


def test_errors_without_a_row_are_added_up_on_their_own() -> None:
    """A large error and many tiny ones: a difference would have lost all digits of these."""
    unit = layer("identity", [[1.0]], recurrent=[[1.0]])
    times = 40
    targets = [[float(time + 1) - 1e-13] for time in range(times - 1)] + [[-1e3]]
    run = trace(scenario([unit], [[1.0]] * times, targets))
    last = len(run) - 2
    rows = [plain(row) for row in errors_rows(Teller(run, start(run, last), 80), 6)]
    others = next(row for row in rows if " other times" in row)
    count = int(others[: others.index(" other")].strip())
    found = float(others[LABEL:].split()[0])
    given = sum(1 for time in range(times) if run.shapes.has_target[0, time])
    assert count + sum(row[1:3] in (" @", "▸@") for row in rows[2:]) == given
    kept = [int(row[3:].split()[0]) for row in rows[2:-1] if row[1:3] in (" @", "▸@")]
    rest = [time for time in range(times) if time not in kept]
    expected = parts_of(run, last, 1, (tuple(rest),))[0, 0, 0]
    assert 0.0 < abs(expected) < 1e-10
    assert found == pytest.approx(expected, rel=0.05)


# Each number of times at one of the widths.
@pytest.mark.parametrize(
    ("times", "width"),
    [
        (times, width)
        for place, times in enumerate((3, 7, 8, 13, 20, 50, 1000))
        for width in in_turns((60, 80, 120, 200), place, 4)
    ],
)
def test_any_number_of_times(times: int, width: int) -> None:
    run = long_run(times)
    text: list[str] = []
    for step in (0, times + 1, len(run) - times, len(run) - 1):
        for number in range(2):
            cursor = replace(start(run, step), page=number)
            rows = time_rows(run, cursor, width, 19)
            check_rows(rows, width, 19)
            text = [plain(row) for row in rows] if number == 0 else text
        columns = TimeColumns(times, cursor_time(run, step), width, times - 1 if step > 3 * times else None)
        heading = text[1]
        assert f"@{times - 1}" in heading
        assert "@0" in heading
        assert ("…" in heading) == (len(columns.shown) < times)
        assert all(f"@{time}" in heading for time in columns.shown)


def cursor_time(run: Trace, step: int) -> int:
    return run.schedule.site(step).time or 0


def test_the_bars_are_of_all_times_and_linear() -> None:
    """Half of what is left is half of the bar: with eight lines of eight eighths, to one of them."""
    unit = layer("identity", [[1.0]], recurrent=[[0.5]])
    run = trace(scenario([unit], [[1.0]] * 4, [[float("nan")]] * 3 + [[9.0]]))
    rows = Teller(run, start(run, len(run) - 2), 120).bars(8)
    columns = TimeColumns(4, 0, 120)
    heights = [sum(" ▁▂▃▄▅▆▇█".index(plain(row)[columns.start(time)]) for row in rows) for time in range(4)]
    assert heights == [pytest.approx(64 * share, abs=1) for share in (0.125, 0.25, 0.5, 1.0)]


def test_another_error_is_told_of() -> None:
    run = shipped_run("elman")
    cursor = start(run, 41)
    for made in (4, 3, 2, 1, 0):
        cursor = move(cursor, run, "earlier-error")
        assert cursor.error == made
        text = "\n".join(page(run, 41, (80, 19), error=made))
        assert f"the one made at @{made}" in text
        assert f"At @{made} the network said" in text
    assert move(cursor, run, "earlier-error") == cursor
    assert move(cursor, run, "later-error").error == 1
    assert move(start(run, 41), run, "later-error") == start(run, 41)
    # It stays chosen while one steps on, as far as it is known there.
    assert "made at @4" in page(run, 20, (80, 19), error=4)[0]
    assert "made at @1" in page(run, 5, (80, 19), error=4)[0]
    assert "< > another" in page(run, 41, (80, 19))[0]
    assert "< > another" not in page(shipped_run("counting"), 10, (80, 19))[0]  # one target, one error
    dense = shipped_run("mazur")
    for command in ("earlier-error", "later-error", "turn-page"):
        assert move(start(dense, 5), dense, command) == start(dense, 5)


@pytest.mark.parametrize("seed", some_of(range(8), 5))
def test_the_numbers_of_the_story(seed: int) -> None:
    run = trace(scenario_at_random(seed, Wanted(recurrent=True, iterations=1, tame=True)))
    if not run.shapes.sequences:
        return
    for step in some_of(range(len(run)), 12):
        teller = Teller(run, start(run, step), 220)
        if teller.made is None:
            continue
        rows = {plain(row)[1:LABEL].strip(): plain(row) for row in teller.rows[2:]}
        (parts,) = parts_of(run, step, teller.layer, ((teller.made,),))
        name = f"part of δ{teller.layer}[{teller.unit + 1}]"
        done = times_done(run, step, "delta", teller.layer)
        for time in teller.columns.shown:
            begin = teller.columns.start(time)
            text = rows[name][begin : begin + teller.columns.number].strip()
            if time > teller.made:
                assert text == ""
            elif time not in done or teller.made not in done:
                assert text == "·"
            else:
                value = float(parts[time, teller.unit])
                assert float(text) == pytest.approx(value, abs=10.0 ** -decimals(text))
        sample = sample_of(run, step)
        for time in teller.columns.shown:
            begin = teller.columns.start(time)
            heard = rows["heard x[1]"][begin : begin + teller.columns.number].strip()
            value = float(run.scenario.data.inputs[sample, time, 0])
            assert float(heard) == pytest.approx(value, abs=10.0 ** -decimals(heard))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    ("name", "order", "steps"),
    [("13-vanishing", None, (32, 33)), ("14-exploding", None, (20,)), ("elman", "premature", (32,))],
)
def test_an_arrow_and_a_mark_touch_no_number(
    name: str, order: Order | None, steps: tuple[int, ...], size: tuple[int, int]
) -> None:
    """Where there is no room for the blanks there is no arrow; where times are left out there is room."""
    run = trace(scenario_of(name), order)
    for step, number in product(steps, range(2)):
        rows = page(run, step, size, number)
        assert not [row for row in rows if re.search(r"[←→]\S|\S[←→≠]", row)]
        heads = next(row for row in rows if row.count("@") > 2 and "─" not in row)
        assert "…" not in heads or any("← -" in row or "←  " in row for row in rows)


@pytest.mark.parametrize(("name", "step"), [("13-vanishing", 32), ("14-exploding", 33)])
def test_of_a_single_error_the_shares_come_first_and_its_delta_stands_once(name: str, step: int) -> None:
    run = shipped_run(name)
    for width, height in ((80, 15), (80, 16), (80, 20), (120, 30), (200, 42)):
        rows = page(run, step, (width, height))
        assert any(re.match(r" (share|∂C/∂U1\[1,1\]) ", row) for row in rows)
        assert any(row.startswith(" ← sum so far") for row in rows)
        assert not any(row.startswith(" ▸ δ1[1]") for row in rows)


@pytest.mark.parametrize("size", SIZES)
def test_digits_are_alike_within_a_row_and_half_an_error_has_half_a_bar(size: tuple[int, int]) -> None:
    """What is rounded up to 0.001 has the digits of its neighbour 0.0020; with room all have four."""
    run = shipped_run("13-vanishing")
    rows = page(run, 33, size)
    assert "log scale" not in "\n".join(rows)
    part = next(row for row in rows if row.startswith(" part of δ1[1]"))
    numbers = re.findall(r"-0\.(\d+)", part)
    if size[0] == 200:
        assert {len(number.lstrip("0")) for number in numbers} == {4}
    else:
        assert len({len(number) for number in numbers}) == 1
        if size[0] != 100:  # there all times fit with a digit less
            assert "-0.0010" in part
    bars = [plain(row) for row in Teller(run, start(run, 33), size[0]).bars(8)]
    levels = "▁▂▃▄▅▆▇█"
    columns = [[row[x] for row in bars] for x, sign in enumerate(bars[-1]) if sign in levels]
    eighths = [sum(1 + levels.index(sign) for sign in column if sign in levels) for column in columns]
    assert eighths == sorted(eighths)
    assert {1, 64} <= set(eighths) <= {1, 2, 4, 8, 16, 32, 64}, "half of the error has half a bar"
    assert min(eighths) == 1, "the least is told from nothing"
