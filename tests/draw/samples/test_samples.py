"""Does the table of samples fit, is the worst first, and is a wrong one marked without colour?"""

from __future__ import annotations

import re
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
        "▸!       2      0      1  1    0       0.367  1.003   ━━━━━━━━━━━━━━━━━━━━━━━━━",
        " !       3      1      0  1    0       0.456  0.7861  ━━━━━━━━━━━━━━━━━━━╸",
        " !       1      0      0  0    1       0.500  0.6931  ━━━━━━━━━━━━━━━━━╸",
        "         4      1      1  0    0       0.411  0.5297  ━━━━━━━━━━━━━",
        " ↑ ↓ · enter its loss · s sort · S worst · f which",
        "",
        " is ↓ said →   0  1                     sample 2",
        " 0             1  1                     x[1] 0  x[2] 1",
        " 1             2  0                     is    1",
        " 1 of 4 right, 25 % · C 3.012 (sum)     said  0",
        " 1 is taken for 0, 2 times.             a2[1]  0.3667     y[1] 1",
        "                                        C  1.003",
        "                                        Sample 2 alone makes 33 % of all of C.",
    ]


@pytest.mark.parametrize(("width", "height"), [(80, 15), (80, 19), (98, 23), (116, 33), (196, 43)])
@pytest.mark.parametrize("name", ["iris", "digits"])
def test_every_size_has_bars_and_which_class_is_taken_for_which(name: str, width: int, height: int) -> None:
    """A larger screen shows no less than a smaller one: bars where there is room, the names in full."""
    found = lines(name, 40, Sorting(), width, height)
    (head,) = [line for line in found if "is ↓ said →" in line]
    classes = shipped_run(name).scenario.names.classes
    assert head[head.index("is ↓") :].split()[4 : 4 + len(classes)] == list(classes)
    table = [line for line in found if line[1:2] == "!"]
    assert len(table) >= min(3, height - 14)
    assert name == "digits" or width < 98 or all("━" in line for line in table[:3])
    assert (
        width < 98 or name == "digits" or any(" sample 1" in line or "petal_length" in line for line in found)
    )
    assert width < 116 or any(line.rstrip().endswith("% of all of C.") for line in found)
    assert not any("needs" in line for line in found)


@pytest.mark.parametrize("width", range(80, 230, 6))
def test_of_the_inputs_all_are_shown_or_none(width: int) -> None:
    """Of four inputs the first would not be the one that decides; the chosen sample has them all."""
    found = lines("iris", 40, Sorting(), width, 33)
    names = shipped_run("iris").scenario.names.inputs
    assert sum(name in found[1].split() for name in names) in (0, len(names))
    assert "…" not in found[1]
    assert width < 98 or all(any(name in line for line in found) for name in names)


@pytest.mark.parametrize("width", [78, 96, 116, 140, 196])
@pytest.mark.parametrize("height", range(6, 40, 3))
def test_what_is_said_of_the_chosen_one_is_not_cut(width: int, height: int) -> None:
    """The outputs of a sample end with its loss, or say that there are more; its pixels are no numbers."""
    found = lines("digits", 0, Sorting(), width, height)
    text = "\n".join(found)
    assert "x[" not in text
    if " sample 236" in text:
        (begin,) = [line.index(" sample 236") for line in found if " sample 236" in line]
        beside = [line[begin:] for line in found]
        below = beside[next(at for at, line in enumerate(beside) if line.startswith(" sample 236")) :]
        text = "\n".join(below)
        assert "C  3.677" in text
        listed = re.findall(r" (\d)  (0\.\d+)", text)
        (more,) = re.findall(r"… (\d) more output", text) or ["0"]
        assert not listed or len(listed) + int(more) == 10
        assert not listed or ("9", "0.2373") in listed


@pytest.mark.parametrize(("width", "height"), [(80, 19), (96, 20), (116, 29)])
def test_a_large_table_of_classes_leaves_room_for_samples(width: int, height: int) -> None:
    found = lines("digits", 0, Sorting(), width, height)
    assert sum("!" in line[:2] for line in found) > 9
    assert "35 of 320 right" in "\n".join(found)
    assert re.search("[█▓▒]{2}", "\n".join(found)), "the chosen picture"


def test_a_sample_says_where_it_is_in_its_batch() -> None:
    for size in ((80, 19), (98, 23), (116, 33), (196, 43)):
        (keys,) = [line for line in lines("iris", 211, Sorting(row=49), *size) if "enter" in line]
        assert "20 of 30 in batch 2" in keys
        assert "s sort · S worst · f which" in keys


@pytest.mark.parametrize("name", ["iris", "digits"])
def test_the_score_of_those_that_are_wrong_is_that_of_all(name: str) -> None:
    wrong, every = ("\n".join(lines(name, 40, Sorting(which=which), 116, 33)) for which in ("wrong", "all"))
    (score,) = re.findall(r"\d+ of \d+ right, \S+ % · C \S+", every)
    assert "taken for another class" in wrong
    assert score in wrong


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


@pytest.mark.parametrize("name", ["iris", "xor", "06-batch"])
def test_what_is_said_in_the_panel_of_a_sample_is_said_of_that_one(name: str) -> None:
    """The worst was named there, whichever was chosen, and of several equal ones the first."""
    for row in range(2):
        text = "\n".join(lines(name, 0, Sorting(row=row), 120, 33))
        assert f" sample {row + 1}\n" in re.sub(r" +\n", "\n", text)
        assert re.findall(r"Sample (\S+) alone makes", text) == [str(row + 1)]


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
        found = lines("digits", step, sorting, width, 33)
        if "is ↓" in found[1]:  # what is told stands beside the table
            found = [line[: found[1].index("is ↓")] for line in found]
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
    whole = lines("digits", 0, Sorting(row=row), 200, 42)
    found = [line[whole[1].index("is ↓") - 1 :].rstrip() for line in whole]
    top = found.index(f" sample {row + 1}") + 1
    drawn = [line.ljust(17)[1:17] for line in found[top : top + 8]]
    assert [[line[2 * x] != " " for x in range(8)] for line in drawn] == (pixels > 0.0).tolist()
    assert all(line[::2] == line[1::2] for line in drawn)
    assert found[top + 8].startswith(" is ")
    found = [line[whole[1].index("is ↓") - 1 :] for line in lines("digits", 0, Sorting(row=row), 200, 32)]
    top = found.index(f" sample {row + 1}")
    assert drawn == [line.ljust(17)[1:17] for line in found[top + 1 : top + 9]], "with less room beside it"
