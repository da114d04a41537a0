"""What does the main screen owe at each size, in every scenario at steps of each kind?

Its height and width to the cell; the step, the phase and the way to help; the number that is looked at with
its equation; nothing cut without a sign; no line empty while something of its part is left out. Without
colours and in ASCII it owes the same.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from engine.catalog import lesson_number
from engine.facts.explain import explain
from engine.facts.number import Traced
from engine.looking.cursor import active_layer, start
from engine.looking.lesson.notes import noted_steps
from engine.looking.lesson.shown import shown_at
from engine.looking.selection import explained, numbers_of_step
from engine.words.waits.must_wait import reasons
from engine.words.waits.waiting import Layer
from tests.draw.every_view.whole_screen import SIZES, height_of_lower, lower_rows, screen_rows
from tests.draw.fitting import check_without_colours
from tests.given.shipped import NAMES, begun_run, scenario_of
from tests.given.some_of import in_turns
from tui.draw.kit.panels import has_boxes
from tui.draw.kit.rows import Canvas, length, plain
from tui.draw.reasons.equation import explanation_rows

if TYPE_CHECKING:
    from engine.run.tracing import Trace
    from tui.draw.kit.rows import Row, Style

SOME = ("mazur", "elman", "iris", "deep", "premature", "01-derivative", "05-hidden-errors", "16-adam")


def steps_of(run: Trace) -> list[int]:
    """One step of each kind in each layer, and the last."""
    stop = min(run.schedule.first_step(1), 250)
    kinds = {run.schedule.site(step)[::4]: step for step in range(stop)}
    return sorted({*kinds.values(), stop - 1})


CASES = [(name, size) for name in NAMES for size in SIZES if name in SOME or size == (80, 24)]


@pytest.mark.parametrize(("name", "size"), CASES, ids=lambda one: str(one).replace(", ", "x").strip("()"))
def test_what_every_screen_owes(name: str, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    lost: list[str] = []
    write = Canvas.write

    def watched(canvas: Canvas, x: int, y: int, text: str, style: Style = "") -> int:
        outside = text[max(0, canvas.width - x) :] if 0 <= y < canvas.height else text
        lost.append(outside.strip())
        return write(canvas, x, y, text, style)

    monkeypatch.setattr(Canvas, "write", watched)
    run = begun_run(name)
    # Where there are several sizes they share the steps; elsewhere each scenario has a third of them.
    turn, shares = (SIZES.index(size), len(SIZES)) if name in SOME else (NAMES.index(name), 3)
    steps = in_turns(steps_of(run), turn, shares) or [0]
    for step in steps:
        rows = screen_rows(run, start(run, step), *size)
        assert [row for row in rows if length(row) > size[0]] == []
        assert len(rows) == size[1]
        if has_boxes(*size):  # from border to border
            assert {length(row) for row in rows[2:-3]} == {size[0]}
        assert f"step {step + 1:,} of {len(run):,}" in plain(rows[0])
        assert run.schedule.site(step).phase.upper() in plain(rows[0])
        assert "? help" in plain(rows[-1])
        # Above the timeline, what is looked at and the keys.
        check_reasons(run, step, size, rows[-3 - height_of_lower(run, step, *size) : -3])
        for row in rows:
            check_without_colours(row)
    assert not any(lost), {text for text in lost if text}


def check_reasons(run: Trace, step: int, size: tuple[int, int], rows: list[Row]) -> None:
    """The looked-at number with its result, whole; and no row empty that a hidden equation would fill."""
    cursor = start(run, step)
    text = "\n".join(map(plain, rows))
    number = explained(run, cursor)
    symbol = Traced(run, number).symbol
    if "pre_activation" not in shown_at(run, step):  # a of a neuron that leaves its sum as it is
        symbol = symbol.replace("z", "a")
    assert f"▸ {symbol}" in text
    assert re.search(r"▸[^▸]* = -?\d", text)
    assert "…" not in text.replace("next lesson", ""), text
    inside = parts_of(rows, size)["where"]
    hidden = re.search(r"tab: (\d+) more", text)
    if not hidden:
        return
    width = length(inside[0]) - has_boxes(*size)  # a box keeps a cell free at its right
    shown = sum(bool(re.match(r"[ ▸] (?:new |early )?\S+ +=", plain(row))) for row in inside)
    numbers = numbers_of_step(run, cursor)
    assert shown + int(hidden[1]) == len(numbers)
    blocks = [len(explanation_rows(run, one, width)) - 1 for one in numbers]
    blank = sum(not plain(row).strip() for row in inside)
    assert blank < blocks[shown], text  # the numbers are shown from the first on


def parts_of(rows: list[Row], size: tuple[int, int]) -> dict[str, list[Row]]:
    """The rows of each part of the reasons, by the first word of its title, without borders."""
    found: dict[str, list[Row]] = {}
    inside: list[Row] = []
    for row in rows:
        text = plain(row)
        if title := re.match(r"(?:──|┌─) (\w+)", text):
            inside = found.setdefault(title[1], [])
        elif not has_boxes(*size):
            inside.append(row)
        elif text.startswith("│"):
            inside.append(((text[1 : text.index("│", 1)], ""),))
    return found


def test_what_is_explained_has_its_sentence_where_a_row_is_free() -> None:
    for name in SOME:
        run = begun_run(name)
        for place, step in enumerate(steps_of(run)):
            cursor = start(run, step)
            words = explain(run, explained(run, cursor)).words
            if "pre_activation" not in shown_at(run, step):
                words = words.replace(", plus the bias.", ".")
            for size in in_turns(SIZES, place, len(SIZES)):
                inside = parts_of(lower_rows(run, cursor, *size), size)["where"]
                told = " ".join(" ".join(map(plain, inside)).split())
                blank = sum(not plain(row).strip() for row in inside)
                assert words in told or blank * (length(inside[0]) - 3) < len(words)


def test_a_lesson_shows_no_more_than_it_has_told_of() -> None:
    run = begun_run("01-derivative")
    for size in SIZES:
        text = "\n".join(map(plain, screen_rows(run, start(run, 0), *size)))
        assert "waiting" not in shown_at(run, 0)
        for word in ("waiting", "looking at", "─ 4 loss", "η"):
            assert word not in text


def test_no_curve_tells_the_loss_that_a_note_asks_for() -> None:
    """Lesson 14 asks what the loss is after the update; the next note says it."""
    run = begun_run("14-exploding")
    asking, telling = (
        next(note.step - 1 for note in run.scenario.notes if words in note.text)
        for words in ("What is it now?", "4,869,592")
    )
    for step in (0, asking, telling):
        text = "\n".join(map(plain, screen_rows(run, start(run, step), 120, 40)))
        assert ("4.870e6" in text) == ("─ 4 loss" in text) == (step == telling)


LESSONS = [name for name in NAMES if lesson_number(name)]


@pytest.mark.parametrize("size", SIZES[1:])
def test_the_note_of_a_lesson_has_one_place_and_the_only_bright_frame(size: tuple[int, int]) -> None:
    for name in LESSONS:
        run = begun_run(name)
        places: dict[bool, set[tuple[int, int]]] = {True: set(), False: set()}
        for step in noted_steps(run):
            rows = screen_rows(run, start(run, step), *size)
            title = f"┌─ lesson {lesson_number(name)} "
            (y,) = (place for place, row in enumerate(rows) if title in plain(row))
            assert ("┌─", "author") in rows[y]
            assert not any(("┌─", "author") in row for row in rows[:y] + rows[y + 1 :])
            places["waiting" in shown_at(run, step)].add((plain(rows[y]).index(title), y))
        assert all(len(one) <= 1 for one in places.values()), (name, places)
        assert all(x > size[0] // 2 for one in places.values() for x, _ in one), (name, places)


def test_a_network_of_two_neurons_a_layer_has_boxes_where_there_are_any() -> None:
    for name in ("mazur", "10-mazur-article"):
        run = begun_run(name)
        for step in range(run.schedule.first_step(1)):
            text = "\n".join(map(plain, screen_rows(run, start(run, step), 100, 30)))
            assert re.search(r"[┌┏][─━] a1\[2\]", text), (name, step)
            assert "waiting" in text


def test_from_160_cells_on_the_loss_stands_beside_the_network_and_what_is_below_in_the_same_column() -> None:
    run = begun_run("07-update")
    for width in (160, 200):
        for step in noted_steps(run)[:3]:
            lines = [plain(row) for row in screen_rows(run, start(run, step), width, 50)]
            network, below = (
                next(line for line in lines if word in line) for word in ("1 network", "─ lesson")
            )
            assert network.rindex("┌─ 4 loss") == below.rindex("┌─ lesson 7")
            assert network.index("┐") == below.rindex("┐", 0, width - 1)


def test_a_note_leaves_room_for_why_a_weight_must_wait_and_stands_below_it() -> None:
    """It may push out a sentence, or one of the equations; they are counted."""
    told = 0
    for name in ("mazur", "07-update", "08-too-early-sign", "09-too-early-loss", "10-mazur-article"):
        run = begun_run(name)
        for step in noted_steps(run):
            rows = screen_rows(run, start(run, step), 80, 24)
            text = "\n".join(map(plain, rows))
            assert text.index("── where") < text.index("── waiting") < text.index("note ")
            whole, *shorter = reasons(Layer(run, step, active_layer(run, step)))
            if " must wait: " in whole:
                told += 1
                words = " ".join(text.split())
                assert any(reason in words for reason in (whole, *shorter)), (name, step, text)
    assert told > 10


@pytest.mark.parametrize("name", [name for name in NAMES if scenario_of(name).notes])
def test_no_line_of_a_shipped_note_needs_a_larger_window(name: str) -> None:
    run = begun_run(name)
    for step in noted_steps(run):
        text = "\n".join(map(plain, screen_rows(run, start(run, step), 80, 24)))
        assert "note " in text
        assert "larger window" not in text, step
