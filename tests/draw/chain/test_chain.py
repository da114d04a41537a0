"""Does the chain view show true products and sums, only what is known, and in the room that it has?"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import dropwhile, pairwise
from random import Random
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import trace
from engine.arrays import frozen
from engine.facts.entry import Number
from engine.facts.number import Traced
from engine.looking.cursor import go_to, look_at, start
from engine.looking.known.asked import Asked
from engine.looking.selection import explained
from engine.looking.ways.moves import move
from engine.order.quantities import Reference
from engine.scenario import Data, Network, Scenario, Training
from tests.draw.fitting import check_rows
from tests.given.scenarios_at_random import ORDERS, Wanted, layer_at_random, scenario_at_random
from tests.given.shipped import NAMES, scenario_of, shipped_run
from tests.given.some_of import EVERY_CASE, each_of, some_of
from tui.draw.chain.boxes import path_rows
from tui.draw.chain.chain import chain_rows
from tui.draw.chain.sums import reuse_rows
from tui.draw.kit.numbers import numeral
from tui.draw.kit.rows import plain

if TYPE_CHECKING:
    from engine.looking.cursor import Cursor
    from engine.run.tracing import Trace

SIZES = [(80, 20), (120, 35), (200, 45)]

MAZUR_AT_STEP_7 = """\
 ∂C/∂W1[1,1] along one path: a1[1] → a2[1] → C                    sample 1 of 1
 factor               value      what it is            × so far
   ∂C/∂a2[1]          0.7414     error                 0.7414      ━━━━━━━━━━━━
 × f'(z2[1])          0.1868     slope, layer 2        0.1385      ━━
 × W2[1,1]            0.4        weight                0.05540     ━
 × f'(z1[1])          0.2413     slope, layer 1        0.01337     ╴
 × x[1]               0.05       what came in          0.0006684   ╴
── the sum over 2 paths ───────────────────────── bars on a scale of their own ─
▸  a1[1] → a2[1] → C                                   0.0006684   ━━━━━━━━━━━━
   a1[1] → a2[2] → C                                  -0.0002298   ━━━━
 = ∂C/∂W1[1,1]   recorded: 0.0004386                   0.0004386   ━━━━━━━━
── used again: δ2, formed once for layer 2 ────── bars on a scale of their own ─
▸  W2[1,1] × δ2[1]      0.4 × 0.1385                   0.05540     ━━━━━━━━━━━━
 + W2[2,1] × δ2[2]      0.5 × (-0.03810)              -0.01905     ━━━━
                                 = ∂C/∂a1[1]           0.03635     ━━━━━━━━
 × f'(z1[1])            0.2413   = δ1[1]               0.008771    ━━
 × x[1]                 0.05     = ∂C/∂W1[1,1]         0.0004386   ╴
 The 2 numbers δ2 serve both neurons of layer 1; δ1[1] serves both weights of
 this neuron. Path by path this one weight takes 4 multiplications; with reuse
 1, after 2 for δ1[1]. (Slopes not counted; view 3 counts all weights.)"""


def picture(run: Trace, cursor: Cursor, width: int, height: int) -> str:
    return "\n".join(plain(row).rstrip() for row in chain_rows(run, cursor, width, height))


def at(run: Trace, step: int, unit: int = 0) -> Cursor:
    """A cursor at a step, counted from 0, that looks at the same unit in each layer (the last at most)."""
    cursor = go_to(start(run), run, step)
    for layer in range(run.shapes.layers + 1):
        cursor = look_at(cursor, run, layer, unit)
    return cursor


def test_mazur() -> None:
    run = shipped_run("mazur")
    assert picture(run, at(run, 6), 80, 20) == MAZUR_AT_STEP_7


BOXES = """\
 ┌─────────┐     f'(z1[1]) × x[1]    ┌───────┐    f'(z2[1]) × W2[1,1]     ┌───────┐    ∂C/∂a2[1]     ┌───┐
 │ W1[1,1] │────────────────────────→│ a1[1] │───────────────────────────→│ a2[1] │─────────────────→│ C │
 └─────────┘      0.2413 × 0.05      └───────┘        0.1868 × 0.4        └───────┘      0.7414      └───┘
"""


def test_where_there_is_room_the_path_is_a_row_of_boxes() -> None:
    run = shipped_run("mazur")
    assert BOXES in picture(run, at(run, 6), 108, 33)
    assert "┌" not in picture(run, at(run, 6), 108, 22)
    assert "0.2413" not in picture(run, at(run, 2), 108, 33).split("factor")[0].split("\n")[-2]


def test_what_is_not_right_stands_at_the_wires_too_with_its_sign() -> None:
    """Just there one wants to see -0.1360 in the place of 0.05; in the colour of a warning only its sign."""
    run = shipped_run("premature")
    rows = chain_rows(run, at(run, 7), 116, 33)
    at_wires = next(row for row in rows if plain(row).startswith(" └"))
    assert "0.2499 × ≠ (-0.1360)" in plain(at_wires)
    assert [text for text, style in at_wires if style == "warning"] == ["≠"]


def test_no_mark_takes_the_place_of_a_plus() -> None:
    run = shipped_run("mazur")
    below = look_at(at(run, 6), run, 2, 1)
    text = picture(run, below, 80, 19)
    assert "\n   W2[1,1] × δ2[1] " in text
    assert "\n▸+ W2[2,1] × δ2[2] " in text


def test_a_parameter_has_no_time_and_a_number_alone_no_brackets() -> None:
    run = shipped_run("bptt")
    assert "│ W2[1,1] │─" in picture(run, at(run, 10), 116, 33)
    run = shipped_run("neuron")
    assert re.search(r"┘ +-4 +└", picture(run, at(run, 3), 116, 33))


@pytest.mark.parametrize("name", NAMES)
def test_the_boxes_have_each_factor_of_the_path_once(name: str) -> None:
    run = shipped_run(name)
    for step in some_of(range(run.schedule.first_step(1)), 5):
        asked = Asked(run, at(run, step))
        rows = path_rows(asked, 400)
        assert rows or len(asked.path) > 16
        if rows:
            factors = [asked.path.factor(place).symbol for place in range(len(asked.path))]
            assert sorted(re.findall(r"[^─×┌┐ ]+", plain(rows[0]))) == sorted(" ".join(factors).split())


@given(
    st.sampled_from(NAMES),
    st.integers(0, 500),
    st.integers(60, 220),
    st.integers(5, 60),
    st.integers(0, 9),
)
def test_it_fits(name: str, step: int, width: int, height: int, unit: int) -> None:
    run = shipped_run(name)
    check_rows(chain_rows(run, at(run, step, unit), width, height), width, height)


@pytest.mark.parametrize("seed", range(15 if EVERY_CASE else 6))
def test_any_network_fits(seed: int) -> None:
    run = trace(scenario_at_random(seed), ORDERS[seed % len(ORDERS)])
    for step, (width, height) in each_of(some_of(range(len(run)), 6), SIZES):
        rows = chain_rows(run, at(run, step, seed % 3), width, height)
        check_rows(rows, width, height)
        # Nothing that matters is cut at the sizes of a lesson.
        assert width != 120 or "…" not in "".join(map(plain, rows))


@pytest.mark.parametrize("seed", range(12 if EVERY_CASE else 4))
def test_going_forward_knows_nothing_of_the_target(seed: int) -> None:
    """With other targets the picture of a forward step is the same: what isn't known yet isn't shown."""
    one = scenario_at_random(seed, Wanted(samples=1, iterations=1, steps=60))
    other = replace(one, data=replace(one.data, targets=frozen(0.5 * one.data.targets + 0.25)))
    runs = trace(one), trace(other)
    differ = False
    for step in some_of(range(len(runs[0])), 7):
        first, second = (picture(run, at(run, step, 1), 100, 40) for run in runs)
        if runs[0].schedule.site(step).kind in ("forward", "loss"):
            assert first == second
        differ = differ or first != second
    # the slope of an absolute error is a sign, which other targets may leave as it is
    assert differ or one.network.loss == "absolute-error"


def numbers(text: str) -> dict[str, float]:
    """The number of each row of the sum, by what stands before it."""
    section = text.split("the sum over")[1].split("─\n")[1].split("\n──")[0]
    found = re.findall(r"^[ ▸] ?(.+?)   .*?(-?\d\S*)(?:  +[━╸╴]*)?$", section, re.MULTILINE)
    return {name: float(value) for name, value in found}


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("name", ["mazur", "deep", "bptt"])
def test_the_rows_of_the_sum_add_up(name: str, order: str) -> None:
    run = trace(scenario_of(name), order)
    tried = 0
    for step in range(run.schedule.first_step(1)):
        if run.schedule.site(step).kind != "gradient":
            continue
        found = numbers(picture(run, at(run, step, 1), 80, 20))
        total = found.pop(next(key for key in found if key.startswith("=")))
        assert sum(found.values()) == pytest.approx(
            total, abs=2e-3 * max(map(abs, found.values()), default=0)
        )
        tried += 1
    assert tried


def test_a_weight_that_changed_too_early_is_told_once_it_has() -> None:
    run = shipped_run("premature")
    layers = {run.schedule.site(step).kind: step for step in range(9) if run.schedule.site(step).layer == 1}
    assert "changed already" not in picture(run, at(run, layers["forward"]), 80, 20)
    text = picture(run, at(run, layers["delta"]), 80, 20)
    assert "W2 changed already: no longer the factor that the forward pass used." in text
    assert " ! early W2[1,1]" in text


@pytest.mark.parametrize("name", ["mazur", "deep"])
def test_a_slope_that_is_left_out_is_no_factor_of_what_is_used_again(name: str) -> None:
    """It had the weight in its place, whose product with the sum above it is not what stood there."""
    scenario = scenario_of(name)
    run = trace(replace(scenario, training=replace(scenario.training, mistake="no-slope")))
    step = next(s for s in range(99) if run.schedule.site(s)[::4] == ("delta", 1))
    for width, height in SIZES:
        text = picture(run, at(run, step), width, height).partition("used again")[2]
        (row,) = (line for line in text.splitlines() if "= δ1[1]" in line)
        assert row.startswith("   no slope  ")
        assert "×" not in row


def test_what_comes_back_is_added_up_before_the_slope_where_rows_are_free() -> None:
    """Also at 80x24: it is the number that the step is looked at for."""
    sizes = (120, 35), (80, 19)
    for name, step, error, size in (
        *(("mazur", 6, "∂C/∂a1[1]", size) for size in sizes),
        *(("elman", 41, "∂C/∂h1[1]@0", size) for size in sizes),
    ):
        run = shipped_run(name)
        rows = picture(run, at(run, step), *size).splitlines()
        (place,) = (number for number, row in enumerate(rows) if row.strip().startswith(f"= {error}"))
        assert rows[place + 1].startswith(" × f'(z1[1]")
        assert numeral(Asked(run, at(run, step)).error.value) in rows[place]


@pytest.mark.parametrize(("name", "step"), [("04-chain-rule", 9), ("mazur", 6), ("counting", 11)])
def test_a_path_has_one_name(name: str, step: int) -> None:
    run = shipped_run(name)
    text = picture(run, at(run, step), 200, 45)
    (path,) = re.findall(r"along one path: (.*?)  ", text)
    assert f"▸  {path} " in text


def test_heads_begin_where_their_numbers_do() -> None:
    scenario = scenario_of("mazur")
    for mistake in (None, "no-slope"):
        run = trace(replace(scenario, training=replace(scenario.training, mistake=mistake)))
        for width, height in SIZES:
            lines = picture(run, at(run, 6), width, height).splitlines()
            head, first, *rows = dropwhile(lambda line: "factor" not in line, lines)
            assert head.index("value") == first.index("0.7414")
            assert head.index("× so far") == first.rindex("0.7414")
            bars = first.find("━") if mistake is None else head.index("≠")
            assert head.index("× so far") + len("× so far") < bars  # over none of them
            wrong = next((row for row in rows if "≠" in row), head)
            assert head.find("≠") == wrong.find("≠")


def test_the_path_of_the_chosen_parameter() -> None:
    """Tab goes from W to b to U; the path and its sum are those of the one that is explained."""
    run = shipped_run("13-vanishing")
    step = next(s for s in range(len(run)) if run.schedule.site(s)[::3] == ("gradient", 7))
    assert run.schedule.site(step) == ("gradient", 0, 0, 7, 1)
    cursor, texts = go_to(start(run), run, step), {}
    for quantity in ("weight_gradient", "bias_gradient", "recurrent_gradient"):
        assert explained(run, cursor).reference.quantity == quantity
        texts[quantity] = picture(run, cursor, 120, 30)
        recorded = Traced(run, explained(run, cursor)).value
        assert f"recorded: {numeral(recorded)} " in texts[quantity]
        cursor = move(cursor, run, "next-part")
    assert texts["recurrent_gradient"].startswith(
        " ∂C/∂U1[1,1]@7 along one path: h1[1]@7 → h1[1]@8 → h1[1]@9 → h1[1]@10 → C@10"
    )
    assert "what neuron 1 was one time before, @6" in texts["recurrent_gradient"]
    assert texts["bias_gradient"].startswith(" ∂C/∂b1[1]@7 along one path: h1[1]@7 → ")
    assert texts["weight_gradient"].startswith(" ∂C/∂W1[1,1]@7 along one path: h1[1]@7 → ")
    assert "and δ1 of the time before, through U1." in texts["bias_gradient"]
    # At time 0 nothing was before: no delta goes further back, and U meets the initial state.
    first = next(s for s in range(len(run)) if run.schedule.site(s) == ("gradient", 0, 0, 0, 1))
    text = picture(run, replace(go_to(cursor, run, first), part=2), 120, 30)
    assert "h1[1]@-1" in text
    assert "of the time before" not in text


def large() -> Scenario:
    chance, sizes = Random(1), (784, 128, 64, 10)
    layers = tuple(
        layer_at_random(chance, "tanh", (above, below), 0.1, centre=0.0, recurrent=False)
        for below, above in pairwise(sizes)
    )
    data = Data(
        inputs=frozen(np.full((1, 1, 784), 0.5)),
        targets=frozen(np.full((1, 1, 10), 0.5)),
        has_target=np.ones((1, 1), dtype=np.bool_),
    )
    training = Training(learning_rate=0.1, iterations=1, batch_size=1, reduction="sum", order="deferred")
    return Scenario("large", Network(784, "half-squared-error", layers), data, training)


def test_the_paths_of_a_large_network_are_not_listed() -> None:
    run = trace(large())
    delta = next(step for step in range(len(run)) if run.schedule.site(step)[0::4] == ("delta", 1))
    text = picture(run, at(run, delta, 5), 80, 21)
    assert "the sum over 640 paths" in text
    assert "639 other paths" in text
    assert re.search(r"\+ \d\d more of layer 2", text)
    assert "1,920 multiplications; with reuse 1, after 64 for δ1[6]." in text.replace("\n", "")


@pytest.mark.parametrize("name", ["11-reuse-and-cost", "deep", "digits", "elman", "mazur"])
@pytest.mark.parametrize("height", [15, 16, 17, 18, 20, 24])
def test_before_the_slope_stands_what_it_is_multiplied_with(name: str, height: int) -> None:
    """The sum of what comes back, in a row of its own or as the only one: each row makes the next."""
    run = shipped_run(name)
    step = next(s for s in range(len(run)) if run.schedule.site(s)[0::4] == ("gradient", 1))
    rows = [plain(row) for row in chain_rows(run, start(run, step), 80, height)]
    begin = next((y for y, row in enumerate(rows) if row.startswith("── used again")), len(rows))
    for y, row in enumerate(rows):
        if y > begin and row.startswith(" × f'(z1"):
            before, value = float(rows[y - 1][54:66]), float(row[54:66])
            slope = float(re.findall(r"\d\S*", row.partition(")")[2])[0])
            assert value == pytest.approx(before * slope, rel=1e-3)


@pytest.mark.parametrize("room", range(1, 6))
def test_what_comes_back_is_always_the_whole_sum(room: int) -> None:
    """Each summand has a row or is in the row of the rest: the rows above the slope make its factor."""
    run = shipped_run("deep")
    step = next(s for s in range(len(run)) if run.schedule.site(s)[0::4] == ("gradient", 1))
    rows = [plain(row) for row in reuse_rows(Asked(run, start(run, step)), 80, room)]
    slope = next(y for y, row in enumerate(rows) if row.startswith(" × f'(z1"))
    assert slope == 1 + min(room, run.scenario.network.layers[1].units)
    arrived = sum(float(row[54:66]) for row in rows[1:slope])
    number = Number(Reference("error", 0, 1, 0, 0), (0,))
    assert arrived == pytest.approx(Traced(run, number).value, rel=1e-3)


def test_what_is_not_right_is_marked_in_the_colour_of_a_warning() -> None:
    """Orange is the colour of a minus: the legend has one for what is not as it should be."""
    run = trace(scenario_of("mazur"), "premature")
    step = next(s for s in range(len(run)) if run.schedule.site(s)[0::4] == ("gradient", 1))
    marks = [one for row in chain_rows(run, at(run, step), 120, 30) for one in row if "≠" in one[0]]
    assert len(marks) > 3
    assert {style for _, style in marks} == {"warning"}


def test_what_comes_through_later_times_is_known_with_what_it_is_made_of() -> None:
    """Once δ is made nothing of the sum is unknown, though the step that records the gradient is the next."""
    run = shipped_run("elman")
    text = picture(run, start(run, 40), 118, 34)
    assert re.search(r"363 paths through later times +0\.1116 ", text)
    assert re.search(r"= ∂C/∂W1\[1,1\]@0   multiplied out; step 42 records it +0\.1116 ", text)
    before = picture(run, start(run), 118, 34)
    assert re.search(r"paths through later times +·", before)


@pytest.mark.parametrize("name", ["04-chain-rule", "premature", "17-layerwise", "elman", "deep"])
@pytest.mark.parametrize("size", [(70, 20), (80, 17), (120, 30)])
def test_a_scale_of_their_own_is_told_of_bars_that_are_there(name: str, size: tuple[int, int]) -> None:
    run, told = shipped_run(name), 0
    for step in range(run.schedule.first_step(1)):
        text = picture(run, at(run, step), *size)
        _, *lists = re.split(r"\n(?=──)", text)
        for listed in lists:
            title, *lines = listed.split("\n")
            bars = any(re.search(r"\s[━╸╴]+$", line) for line in lines if not line.startswith(" factor"))
            if len(title.strip("─ ")) < size[0] - 30:
                assert ("own" in title) == bars, listed
            told += bars
    assert told or size[0] == 70


@pytest.mark.parametrize("name", ["05-hidden-errors", "12-through-time", "mazur", "elman", "counting"])
def test_the_gradient_is_one_number_in_the_sum_and_in_what_is_used_again(name: str) -> None:
    """Multiplied out above, it was not known yet below."""
    run = shipped_run(name)
    told = 0
    for step in range(run.schedule.first_step(1)):
        for height in (19, 33):
            rows = [plain(row).rstrip() for row in chain_rows(run, start(run, step), 78, height)]
            found = [re.search(r" = ∂C/∂[WUb].*?(\S+)[ ━╸╴]*$", row) for row in rows]
            values = [one[1] for one in found if one is not None]
            told += len(values) == 2
            assert len(set(values)) <= 1, rows
    assert told


@pytest.mark.parametrize("step", [10, 11])
def test_a_number_has_the_name_that_it_has_in_other_views(step: int) -> None:
    """What comes from above was called ∂C@2/∂h1[1]@2, one sign from the whole error ∂C/∂h1[1]@2."""
    run = shipped_run("12-through-time")
    text = "\n".join(plain(row) for row in chain_rows(run, start(run, step), 116, 33))
    assert re.search(r" above1\[1\]@2 +-1 +from above: how C@2 moves with it ", text)
    assert "/∂h1" not in text
    recorded = run[10].record()
    assert recorded["from_above"] == [-1.0]
    assert recorded["error"] == [-0.5]
