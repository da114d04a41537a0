"""Does the table of samples fit, is the worst first, and is a wrong one marked without colour?"""

from __future__ import annotations

from itertools import product

import pytest

from engine.looking.cursor import start
from engine.looking.sorting import Sorting
from tests.draw.fitting import check_rows
from tests.given.shipped import NAMES, shipped_run
from tests.given.some_of import in_turns
from tui.draw.kit.rows import plain, target_at
from tui.draw.samples.samples import samples_rows

ROOMS = [(60, 12), (80, 19), (120, 33), (200, 42), (60, 3), (80, 1)]


@pytest.mark.parametrize("name", NAMES)
def test_it_fits(name: str) -> None:
    steps = shipped_run(name)
    sortings = (Sorting(), Sorting("said", which="batch", row=3), Sorting("99", which="wrong"))
    # Of as many scenarios each has a third of the combinations.
    for (width, height), sorting in in_turns([*product(ROOMS, sortings)], NAMES.index(name), 3):
        check_rows(samples_rows(steps, start(steps), width, height, sorting), width, height)


def lines(name: str, step: int, sorting: Sorting, width: int = 80, height: int = 19) -> list[str]:
    steps = shipped_run(name)
    rows = samples_rows(steps, start(steps, step), width, height, sorting)
    return [plain(row).rstrip() for row in rows]


def test_xor_as_it_stands() -> None:
    assert lines("xor", 0, Sorting()) == [
        " 4 samples, as the network stands before iteration 1",
        "    sample   x[1]   x[2]  is   said    a2[1]      C↓",
        "▸!       2      0      1  1    0       0.367  1.003   █████████████████████████",
        " !       3      1      0  1    0       0.456  0.7861  ███████████████████▌",
        " !       1      0      0  0    1       0.500  0.6931  █████████████████▌",
        "         4      1      1  0    0       0.411  0.5297  █████████████",
        " ↑ ↓ · enter its loss · s sort · S worst · f which",
        "",
        " is ↓ said →    0   1",
        " 0              1   1",
        " 1              2   0",
        " 1 of 4 right, 25 % · C 3.012 (sum)",
        " 1 is taken for 0, 2 times.",
    ]


def test_the_chosen_row_is_in_the_table_wherever_it_stands() -> None:
    for row in (0, 26, 149):
        found = lines("iris", 0, Sorting(row=row))
        marked = [line for line in found if line.startswith("▸")]
        assert len(marked) == 1
        assert str(row + 1) in marked[0].split()


def test_a_large_screen_has_the_chosen_sample_in_full() -> None:
    text = "\n".join(lines("iris", 0, Sorting(), 120, 33))
    for words in ("sample 108", "petal_length 6.1", "said  versicolor", "Sample 108 alone makes 1.4 %"):
        assert words in text


def test_a_click_on_a_sample_leads_to_its_loss() -> None:
    steps = shipped_run("xor")
    rows = samples_rows(steps, start(steps), 80, 19, Sorting())
    target = target_at(rows[2], plain(rows[2]).index("2"))
    assert isinstance(target, int)
    site = steps.schedule.site(target)
    assert (site.kind, site.sample, site.iteration) == ("loss", 1, 0)


@pytest.mark.parametrize("width", [60, 80, 120, 160])
@pytest.mark.parametrize("sorting", [Sorting(), Sorting("loss", falling=False), Sorting("sample", row=7)])
def test_the_class_that_is_said_is_among_those_that_are_shown(width: int, sorting: Sorting) -> None:
    """Of ten digits not all have room."""
    for step in (0, 40 * 226):
        found = [line[: width - 38 * (width >= 110)] for line in lines("digits", step, sorting, width, 33)]
        heads = found[1].split()
        (chosen,) = [line.split() for line in found if line.startswith("▸")]
        said = chosen[1 + heads.index("said")]
        shown = [head for head in heads if head.isdigit()]
        assert said in shown or not shown
        assert shown or width < 80
        assert shown == sorted(shown)
        assert ("…" in heads) == (len(shown) < 10)


@pytest.mark.parametrize("row", [0, 17, 319])
def test_a_chosen_picture_is_drawn_where_there_is_room_for_all_else(row: int) -> None:
    steps = shipped_run("digits")
    pixels = steps.scenario.data.inputs[row, 0].reshape(8, 8)
    found = [line[82:].rstrip() for line in lines("digits", 0, Sorting(row=row), 120, 33)]
    top = found.index(f" sample {row + 1}") + 1
    drawn = [line.ljust(17)[1:] for line in found[top : top + 8]]
    assert [[line[2 * x] != " " for x in range(8)] for line in drawn] == (pixels > 0.0).tolist()
    assert all(line[::2] == line[1::2] for line in drawn)
    assert found[top + 8].startswith(" is ")
    text = "\n".join(lines("digits", 0, Sorting(row=row), 120, 24))
    assert "x[1] 0  x[2]" in text, "with less room its numbers, as many as there is room for"
