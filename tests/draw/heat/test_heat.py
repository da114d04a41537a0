"""Do the maps say sign and size without colour, and do they leave out nothing large?"""

from __future__ import annotations

import math
import re
from dataclasses import replace
from itertools import pairwise, product
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import trace
from engine.arrays import frozen
from engine.facts.entry import Number
from engine.facts.number import Traced
from engine.looking.cursor import look_at, start
from engine.looking.known.matrices import Matrix, in_matrix, matrix_of
from engine.looking.known.numbers import Known
from engine.looking.selection import explained
from engine.looking.ways.moves import move
from engine.order.quantities import Reference
from tests.app.driving import user_of
from tests.course.trained import changed
from tests.draw.fitting import check_rows
from tests.draw.large_network import SAMPLES, SIZES, cursors, large, linked_numbers, text_of
from tests.given.scenarios_at_random import scenario_at_random
from tests.given.shipped import NAMES, shipped_run
from tests.given.some_of import some_of
from tui.draw.heat.heat import heat_rows
from tui.draw.heat.heatmap import draw_map
from tui.draw.kit.numbers import UNKNOWN, numeral
from tui.draw.kit.rows import Canvas, plain
from tui.draw.kit.shades import NEGATIVE, POSITIVE, blocks_of, in_colours, levels_of
from tui.draw.kit.signs.ascii import in_ascii

if TYPE_CHECKING:
    from engine.looking.cursor import Cursor
    from engine.run.tracing import Trace
    from tui.draw.kit.rows import Row

ROOMS = [(80, 20), (120, 33), (200, 42), (60, 6)]


def step_of(steps: Trace, kind: str, layer: int, sample: int | None = 0) -> Cursor:
    """A cursor at the first step of a kind at a layer, for a sample of the first iteration."""
    for step in range(steps.schedule.first_step(1)):
        site = steps.schedule.site(step)
        if (site.kind, site.layer, site.sample) == (kind, layer, sample):
            return start(steps, step)
    raise AssertionError


def glyph(value: float, largest: float) -> str:
    """The glyph of a number by hand."""
    if value == 0.0:
        return " "
    quarter = 0
    while (quarter + 1) * largest / 4 < abs(value):
        quarter += 1
    return ("░▒▓█" if value > 0 else "◦◇○□")[quarter]


@given(
    st.integers(1, 9), st.integers(1, 9), st.integers(1, 9), st.integers(1, 9), st.integers(0, 9), st.data()
)
def test_each_cell_shows_the_largest_of_its_block(
    height: int, width: int, rows: int, columns: int, known: int, data: st.DataObject
) -> None:
    size = height * width
    entries = data.draw(st.lists(st.integers(-9, 9), min_size=size, max_size=size))
    values = frozen(np.array(entries, dtype=np.float64).reshape(height, width))
    known = min(known, width)
    blocks = blocks_of(values, known, rows, columns)
    down, across = blocks.rows.shape
    assert down <= rows
    assert across <= columns
    tops, lefts = [*blocks.tops.tolist(), height], [*blocks.lefts.tolist(), width]
    for stops, most in ((tops, rows), (lefts, columns)):
        *sizes, last = (stop - start for start, stop in pairwise(stops))
        least = -(-stops[-1] // most)
        assert {*sizes, least} == {least}, "blocks of one size, no larger than they have to be"
        assert 0 < last <= least
    seen = set()
    for i in range(down):
        for j in range(across):
            block = [
                (row, column)
                for row in range(tops[i], tops[i + 1])
                for column in range(lefts[j], lefts[j + 1])
            ]
            place = int(blocks.rows[i, j]), int(blocks.columns[i, j])
            assert place in block
            to_choose = [entry for entry in block if entry[1] < known] or block[:1]
            assert place[1] < known or to_choose == block[:1]
            if place[1] < known:
                assert abs(values[place]) == max(abs(values[entry]) for entry in to_choose)
            seen.update(block)
    assert len(seen) == size


def test_a_glyph_is_a_sign_and_a_quarter() -> None:
    values = [0.0, 1.0, -1.0, 0.25, 0.26, -0.5, -0.51, 0.75, 0.76, 1e-300, -1e-300]
    levels = levels_of(frozen(values), 1.0).tolist()
    assert levels == [0, 4, -4, 1, 2, -2, -3, 3, 4, 1, -1]
    assert levels_of(frozen([math.nan, math.inf, -math.inf]), 1.0).tolist()[1:] == [4, -4]
    assert levels_of(frozen([0.0]), 0.0).tolist() == [0]
    assert levels_of(frozen([0.0, math.inf, -math.inf]), 0.0).tolist() == [0, 4, -4]


@given(st.lists(st.sampled_from([0.0, -0.0, 2.0, math.nan, math.inf, -math.inf]), min_size=1), st.data())
def test_what_is_said_under_a_map_is_true_of_all_that_is_known(
    values: list[float], data: st.DataObject
) -> None:
    known = data.draw(st.integers(0, len(values)))
    row = frozen(np.array(values)[None])
    drawn = Matrix(
        "", row, 0, 0, known, lambda row, column: Number(Reference("weights", 0, 1), (row, column))
    )
    canvas = Canvas(13 * len(values) + 40, 4)
    last = draw_map(canvas, drawn, 0, canvas.width, 4)[0] - 1
    foot = plain(canvas.rows()[last])
    there = values[:known]
    assert ("all 0" in foot) == (known > 0 and all(value == 0.0 for value in there))
    assert ("none known yet" in foot) == (known == 0)
    assert ("none finite" in foot) == (known > 0 and not any(map(math.isfinite, there)))
    assert ("scale 2" in foot) == (2.0 in there)


def test_the_map_of_a_matrix_with_a_cell_for_each_entry() -> None:
    steps = large()
    cursor = step_of(steps, "forward", 2)
    weights = steps.iteration(0).before.weights[1]
    scale = float(np.abs(weights).max())
    rows = heat_rows(steps, cursor, 200, 50)
    assert plain(rows[0]).startswith(" W2  30×40")
    for unit in range(30):
        drawn = plain(rows[2 + unit])[5:]
        for source in range(40):
            expected = glyph(float(weights[unit, source]), scale) * 2
            assert drawn[2 * source : 2 * source + 2] == expected, (unit, source)
    assert plain(rows[32]).split("  ")[0].strip() == f"scale {numeral(scale)}"


def test_with_colours_what_is_below_zero_is_as_full_as_what_is_as_far_above() -> None:
    steps = large()
    rows = [in_colours(row) for row in heat_rows(steps, step_of(steps, "forward", 2), 200, 50)]
    assert not set(NEGATIVE) & set(text_of(rows))
    runs = [(text.strip(), style) for row in rows for text, style in row if style.startswith("heat-")]
    for sign, level in product(("positive", "negative"), range(1, 5)):
        texts = {text for text, style in runs if style == f"heat-{sign}-{level}"}
        assert {one for text in texts for one in text} == {POSITIVE[level - 1]}


@pytest.mark.parametrize(
    ("term", "no_colours", "hollow"),
    [("xterm-256color", "", False), ("xterm-256color", "1", True), ("linux", "", True)],
)
async def test_signs_are_told_apart_without_colours(
    term: str, no_colours: str, hollow: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", term)
    monkeypatch.delenv("COLORTERM", raising=False)
    monkeypatch.delenv("NO_COLOR", raising=False)
    if no_colours:
        monkeypatch.setenv("NO_COLOR", no_colours)
    async with user_of("iris") as user:
        await user.press("9")
        text = user.text()
    assert re.search("size  ░▒▓█ positive  (.*) negative", text)
    assert ("□" in text) == hollow
    assert ("░▒▓█ negative" in text) != hollow


@pytest.mark.parametrize("size", [(80, 18), (120, 24)])
def test_a_row_of_several_names_the_first_and_the_last(size: tuple[int, int]) -> None:
    """All rows but the last are of as many: a row of one among rows of two would be a stripe."""
    steps = large()
    rows = [plain(row) for row in heat_rows(steps, start(steps, 12), *size)]
    assert rows[0].startswith(" W3  25×30")
    found = [re.match(r" *(\d+(?:-\d+)?) +▸?[█▓▒░◦◇○□·]{3}", row) for row in rows[2:]]
    ends = [[int(end) for end in one[1].split("-")] for one in found if one is not None]
    assert [one[0] for one in ends] == [1, *(one[-1] + 1 for one in ends[:-1])]
    assert ends[-1][-1] == 25
    assert len({one[-1] - one[0] for one in ends[:-1]}) == 1
    assert len(ends) < 25


@pytest.mark.parametrize(("size", "whole"), [((116, 29), True), ((116, 28), False), ((200, 42), True)])
def test_a_matrix_that_has_room_has_a_cell_for_each_entry(size: tuple[int, int], whole: bool) -> None:
    """W1 of the digits: 12×64; what goes over the batch has a column for each sample."""
    steps = shipped_run("digits")
    rows = [plain(row) for row in heat_rows(steps, start(steps, 6), *size)]
    gradient = steps.iteration(0).vectors("delta", 1)[0, 0][:, None] * steps.iteration(0).vector(
        "activation", 0, 0, 0
    )
    each = 1 + (size[0] > 150)
    for unit in range(12):
        text = rows[2 + unit][5:]
        expected = [glyph(float(value), float(np.abs(gradient).max())) for value in gradient[unit]]
        assert text[: 64 * each : each] == "".join(expected)
    below = [row for row in rows if re.search(r"δ1  12×32 samples", row)]
    assert len(below) == 1
    assert (" 11-12" in "\n".join(rows)) != whole


def test_each_map_says_how_many_of_its_own_numbers_are_wrong() -> None:
    """Not beside a number of another matrix, which is right."""
    steps = trace(changed("mazur", mistake="no-slope"))
    text = text_of(heat_rows(steps, start(steps, 5), 116, 30))
    assert re.search(r"at ▸ ▾   W2\[1,1\] = 0\.4   ≠ 2 in δ1 ", text)


def test_signs_and_sizes_differ_in_ascii_too() -> None:
    signs = in_ascii(POSITIVE + NEGATIVE)
    assert len(set(signs)) == 8
    assert not set(signs) & set(in_ascii(UNKNOWN + " ?"))


def test_samples_to_come_are_unknown() -> None:
    steps = large()
    for sample in range(SAMPLES):
        rows = heat_rows(steps, step_of(steps, "delta", 3, sample), 200, 50)
        assert "δ3  25×5 samples" in plain(rows[0])
        left = plain(rows[0]).index("δ3") + 4  # each has a cell of a number
        for row in rows[2:27]:
            cells = [plain(row)[left + 13 * place : left + 13 * (place + 1)] for place in range(SAMPLES)]
            assert [cell.strip() == "·" for cell in cells] == [place > sample for place in range(SAMPLES)]


def test_the_row_of_a_neuron_and_the_input_as_pictures() -> None:
    steps = large()
    cursor = look_at(step_of(steps, "forward", 1), steps, 1, 4)
    rows = heat_rows(steps, cursor, 200, 50)
    weights = steps.iteration(0).before.weights[0][4]
    scale = float(np.abs(weights).max())
    begin = plain(rows[0]).index("W1[5] as 9×9")
    assert "x as 9×9" in plain(rows[0])
    cell = 13 if plain(rows[2])[begin + 3] != plain(rows[2])[begin + 2] else 2
    for row in range(9):
        for column in range(9):
            drawn = plain(rows[2 + row])[begin + 2 + cell * column]
            assert drawn == glyph(float(weights[9 * row + column]), scale)
    assert "as 9×9" not in text_of(heat_rows(steps, step_of(steps, "forward", 2), 200, 50))


@pytest.mark.parametrize(("shape", "cell"), [((16, 4), 13), ((4, 16), 2)])
def test_all_of_a_picture_is_known_whatever_its_shape(shape: tuple[int, int], cell: int) -> None:
    digits = shipped_run("digits").scenario
    steps = trace(replace(digits, data=replace(digits.data, shape=shape)))
    given = steps.iteration(0).vector("activation", 0, 0, 0).reshape(shape)
    lines = [plain(row) for row in heat_rows(steps, start(steps, 0), 200, 50)]
    title = f"x as {shape[0]}×{shape[1]}"
    top = next(y for y, line in enumerate(lines) if title in line)
    left = lines[top].index(title) + 2
    for row, column in np.ndindex(*shape):
        drawn = lines[top + 2 + row][left + cell * column]
        assert drawn == glyph(float(given[row, column]), float(given.max()))


@pytest.mark.parametrize(("width", "height"), ROOMS[:3])
def test_the_largest_entries_and_what_the_others_amount_to(width: int, height: int) -> None:
    steps = large()
    for cursor in some_of([*cursors(steps)], 12):
        known = Known(steps, cursor)
        reference, index = matrix_of(known)
        matrix = known.at(reference)
        assert matrix is not None
        text = text_of(heat_rows(steps, cursor, width, height))
        order = sorted(np.ndindex(*matrix.shape), key=lambda place: -abs(float(matrix[place])))
        listed = text.partition(" largest  ")[2]
        shown = re.findall(r"\[(\d+),(\d+)\] (-?[\d.e-]+)", listed)
        assert len(shown) >= 3
        for (to, source, number), place in zip(shown, order, strict=False):
            assert abs(matrix[int(to) - 1, int(source) - 1]) == abs(matrix[place])
            assert number == numeral(float(matrix[int(to) - 1, int(source) - 1]))
        rest = math.fsum(float(matrix[place]) ** 2 for place in order[len(shown) :])
        others = matrix.size - len(shown)
        found = re.search(r"and ([\d,]+) more, their squares sum to (\S+)", listed)
        assert found is not None
        assert found[1] == f"{others:,}"
        assert float(found[2]) == pytest.approx(rest, rel=2e-3, abs=1e-12)
        assert f"[{index[0] + 1},{index[1] + 1}] = {numeral(float(matrix[index]))}" in text


def test_the_largest_entry_is_named_also_where_there_is_one_line_for_all() -> None:
    run = shipped_run("digits")
    text = text_of(heat_rows(run, start(run, 6), 116, 29))
    assert re.search(
        r"^ +largest +(∂C/∂W1\[12,\d\d\] -0\.4350  ){2}and 766 more, their squares sum to \d+\.\d+ *$",
        text,
        re.MULTILINE,
    )


@pytest.mark.parametrize(("name", "step"), [("iris", 211), ("mazur", 5), ("digits", 30)])
def test_no_number_is_listed_that_stands_in_the_matrix(name: str, step: int) -> None:
    run = shipped_run(name)
    text = text_of(heat_rows(run, start(run, step), 196, 43))
    assert "largest  " not in text
    assert "more, their squares" not in text


def test_which_matrix_a_step_is_about() -> None:
    steps = large()
    for kind, layer, sample, title in (
        ("forward", 2, 0, "W2  30×40"),
        ("delta", 2, 0, "W3  25×30"),
        ("delta", 3, 0, "W3  25×30"),
        ("gradient", 1, 0, "∂C/∂W1  40×81"),
        ("update", 2, None, "ΔW2  30×40"),
    ):
        rows = heat_rows(steps, step_of(steps, kind, layer, sample), 120, 33)
        assert plain(rows[0]).strip().startswith(title)


def test_recurrent_weights_have_a_map_too() -> None:
    steps = shipped_run("elman")
    text = " ".join(text_of(heat_rows(steps, start(steps, 0), 120, 33)).split())
    assert re.search(r"W1 3×1 U1 3×3 .* h1@0 3×4 samples", text)


@pytest.mark.parametrize("name", NAMES)
def test_it_fits_and_links_what_it_says(name: str) -> None:
    steps = shipped_run(name)
    for step, room in some_of([*product(range(min(300, len(steps))), ROOMS)], 4):
        check(steps, start(steps, step), *room)


@pytest.mark.parametrize("seed", some_of(range(12), 6))
def test_at_random_too(seed: int) -> None:
    steps = trace(scenario_at_random(seed))
    for cursor in some_of([*cursors(steps, seed)], 5):
        check(steps, cursor, *ROOMS[seed % 4])


@pytest.mark.parametrize(("width", "height"), ROOMS)
def test_large_ones_too(width: int, height: int) -> None:
    for cursor in some_of([*cursors(large())], 8):
        check(large(), cursor, width, height)
    assert SIZES[0] == 81


def check(steps: Trace, cursor: Cursor, width: int, height: int) -> None:
    rows = heat_rows(steps, cursor, width, height)
    check_rows(rows, width, height)
    for text, number in linked_numbers(rows):
        assert text == numeral(Traced(steps, number).value), number


def marked(rows: list[Row]) -> list[str]:
    return [text.strip() for row in rows for text, style in row if style == "selected"]


def test_what_is_selected_is_marked_once_and_told_with_its_value() -> None:
    """A vector that was chosen is shown over the batch; an entry of a matrix in the matrix."""
    steps = shipped_run("mazur")
    cursor = start(steps, 5)
    assert marked(heat_rows(steps, cursor, 80, 19)) == []  # ∂C/∂a1[1], which no map shows
    delta = move(cursor, steps, "next-part")
    rows = heat_rows(steps, delta, 80, 19)
    assert "δ1  2×1 sample" in plain(rows[0])
    assert marked(rows) == ["0.008771"]
    error = replace(move(delta, steps, "previous-part"), focus=explained(steps, cursor))
    rows = heat_rows(steps, error, 80, 19)
    assert "∂C/∂a1  2×1 sample" in plain(rows[0])
    assert marked(rows) == ["0.03635"]
    entry = in_matrix(steps, delta, 1)
    rows = heat_rows(steps, entry, 80, 19)
    assert marked(rows) == ["0.45"]
    assert "W2[1,2] = 0.45" in text_of(rows)
    assert in_matrix(steps, entry, 1) == entry
    assert marked(heat_rows(steps, move(entry, steps, "unit-down"), 80, 19)) == ["0.55"]
    gradient = start(steps, 6)
    assert marked(heat_rows(steps, gradient, 80, 19)) == ["0.0004386"]


@pytest.mark.parametrize(("width", "height"), [(80, 19), (100, 25), (120, 35), (200, 45)])
def test_no_rows_are_merged_while_lines_are_empty(width: int, height: int) -> None:
    for steps, step in ((shipped_run("iris"), 5), (large(), 12), (large(), 3)):
        rows = heat_rows(steps, start(steps, step), width, height)
        if re.search(r"(?:·|is) \d+×\d", "\n".join(map(plain, rows))):
            assert len(rows) == height
            assert all(plain(row).strip() for row in rows)


@pytest.mark.parametrize(
    ("name", "room"), [("elman", (78, 20)), ("elman", (116, 33)), ("xor", (78, 20)), ("xor", (80, 19))]
)
def test_where_there_is_room_below_every_number_is_written(name: str, room: tuple[int, int]) -> None:
    run = shipped_run(name)
    for kind in ("forward", "gradient", "update"):
        cursor = step_of(run, kind, 1, None if kind == "update" else 0)
        text = text_of(heat_rows(run, cursor, *room))
        weights = Known(run, cursor).array("recurrent_weights" if name == "elman" else "weights", 1)
        if kind == "forward":
            assert weights is not None
            for value in weights.flat:
                assert re.search(rf"[░▒▓█◦◇○□] +{re.escape(numeral(float(value)))}(?!\d)", text)
        assert not re.search(r"[░▒▓█]{2}", text.split("size")[0])


@pytest.mark.parametrize(("name", "layers"), [("deep", 4), ("elman", 2), ("mazur", 2)])
def test_below_the_maps_of_the_step_are_the_weights_of_the_other_layers(name: str, layers: int) -> None:
    run = shipped_run(name)
    for step in range(run.schedule.first_step(1)):
        cursor = start(run, step)
        rows = text_of(heat_rows(run, cursor, 116, 33)).split("\n")
        titles = [
            " ".join(row.split()) for row in rows if "×" in row and not row.strip().startswith("largest")
        ]
        (shown, _), known = matrix_of(Known(run, cursor)), Known(run, cursor)
        others = [layer for layer in range(1, layers + 1) if layer != shown.layer]
        for layer in others:
            weights = known.array("weights", layer)
            assert weights is not None
            size = "×".join(map(str, weights.shape))
            assert any(f"W{layer} {size}" in title for title in titles[1:]), (step, titles)
            for value in weights.flat:
                assert any(numeral(float(value)) in row for row in rows)
        assert not any(f"W{layer} " in titles[0] for layer in others)
