"""Is every drawing within its width, and silent about what has not been computed yet?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.facts.broken.breaking import break_rule
from engine.looking.cursor import go_to, look_at, start
from engine.looking.known.numbers import Known
from engine.looking.ways.moves import move
from tests.draw.fitting import check_rows
from tests.given.shipped import NAMES, shipped_run
from tests.given.some_of import each_of
from tui.draw.frame.footer import footer_row
from tui.draw.frame.status import status_row
from tui.draw.frame.timeline import timeline_row
from tui.draw.kit.numbers import UNKNOWN
from tui.draw.kit.rows import Linked, plain
from tui.draw.network.network import network_rows
from tui.draw.reasons.equation import equation_rows
from tui.keys import KEYS
from tui.views import VIEWS, framed_rows, key_of

if TYPE_CHECKING:
    from engine.looking.cursor import Cursor
    from engine.run.tracing import Trace
    from tui.draw.kit.rows import Row

REACH = 2000  # steps from the start that are tried; what comes later looks the same


def at(steps: Trace, step: int) -> Cursor:
    """A cursor at a step, counted from 1 as on screen."""
    return go_to(start(steps), steps, step - 1)


def picture(rows: list[Row]) -> str:
    return "\n".join(plain(row).rstrip() for row in rows)


@pytest.mark.parametrize("boxes", [False, True])
def test_no_key_is_told_twice(boxes: bool) -> None:
    run = shipped_run("iris")
    for view, keys in (("loss", ["l scale", "+ -"]), ("samples", ["s sort", "S worst", "f which"])):
        for width, height in ((120, 33), (200, 42)):
            text = picture(framed_rows(view, run, start(run), width, height, boxes=boxes))
            assert all(text.count(key) == 1 for key in keys)


@pytest.mark.parametrize("boxes", [False, True])
def test_no_view_offers_the_way_to_itself(boxes: bool) -> None:
    run = break_rule(shipped_run("mazur"), 5, 2)
    for view in ("compare", "cost"):
        text = picture(framed_rows(view, run, start(run, 6), 120, 33, boxes=boxes))
        assert "X takes it back" in text
        assert ("2 compares" in text) == (view != "compare")
        assert ("↓ j neuron · i input · a A layer" in text) == (
            boxes and view == "compare"
        )  # those that it follows


@given(
    st.sampled_from(NAMES),
    st.integers(0, REACH),
    st.integers(60, 250),
    st.integers(5, 80),
    st.integers(0, 9),
    st.integers(0, 9),
)
def test_nothing_is_wider_or_higher_than_its_place(
    name: str, step: int, width: int, height: int, unit: int, part: int
) -> None:
    steps = shipped_run(name)
    cursor = at(steps, step + 1)
    for layer in range(steps.shapes.layers + 1):
        cursor = look_at(cursor, steps, layer, unit)
    for _ in range(part):
        cursor = move(cursor, steps, "next-part")
    network = network_rows(steps, cursor, width, height)
    equation = equation_rows(steps, cursor, width, height)
    assert len(network) == height
    assert len(equation) <= height
    singles = [status_row(steps, cursor, width), timeline_row(steps, cursor, width)]
    for rows in (network, equation, singles, [footer_row(KEYS, set(), width)]):
        check_rows(rows, width, height)
    assert f"step {cursor.step + 1:,} of {len(steps):,}" in plain(singles[0])


@given(st.sampled_from(NAMES), st.integers(0, REACH))
def test_what_a_later_step_writes_is_unknown(name: str, step: int) -> None:
    steps = shipped_run(name)
    cursor = at(steps, step + 1)
    known = Known(steps, cursor)
    site = steps.schedule.site(cursor.step)
    first, stop = steps.schedule.first_step(site.iteration), steps.schedule.first_step(site.iteration + 1)
    for later in range(first, min(stop, first + 60)):
        for reference in steps.flow.writes(later):
            assert (known.at(reference) is None) == (later > cursor.step), reference


def test_not_yet_computed_is_a_dot_and_never_zero() -> None:
    steps = shipped_run("mazur")
    numbers = ("0.5933", "0.3775", "0.7514", "0.2748", "0.1385", "-0.0381")
    appears = (1, 1, 2, 3, 4, 4)
    dots = []
    for step in range(1, 10):
        text = picture(network_rows(steps, at(steps, step), 80, 14)[1:])
        for number, first in zip(numbers, appears, strict=True):
            assert (number in text) == (step >= first), (step, number)
        dots.append(text.count(UNKNOWN))
        assert " 0 " not in text
        assert "0.0000" not in text
    assert dots[0] == 11  # z, a and δ of two outputs, their C and its sum, and δ of two hidden neurons
    assert dots == sorted(dots, reverse=True)
    assert dots[-1] == 0


def test_a_true_zero_is_written_as_one() -> None:
    steps = shipped_run("elman")
    text = picture(network_rows(steps, at(steps, 3), 120, 14))
    assert "y 0" in text


@pytest.mark.parametrize(
    ("step", "lines"),
    [
        (
            1,
            (
                "z1[1] = W1[1,1] × x[1] + W1[1,2] × x[2] + b1[1]",
                "= 0.3775",
                "a1[1] = σ(z1[1]) = σ(0.3775) = 0.5933",
            ),
        ),
        (4, ("∂C/∂a2[1] = a2[1] - y[1] = 0.7514 - 0.01 = 0.7414", "= 0.1385")),
    ],
)
def test_equations_put_the_numbers_in(step: int, lines: tuple[str, ...]) -> None:
    steps = shipped_run("mazur")
    text = picture(equation_rows(steps, at(steps, step), 80, 8))
    for line in lines:
        assert line in text


def test_the_chosen_number_is_marked() -> None:
    steps = shipped_run("mazur")
    cursor = at(steps, 1)
    for place, symbol in enumerate(("z1[1]", "a1[1]", "f'(z1[1])")):
        marked = [row for row in equation_rows(steps, cursor, 80, 9) if plain(row).startswith("▸")]
        assert len(marked) == 1, place
        assert plain(marked[0]).startswith(f"▸ {symbol} = ")
        cursor = move(cursor, steps, "next-part")


def test_the_timeline_marks_where_we_are() -> None:
    steps = shipped_run("mazur")
    chips = ["a1", "a2", "C", "δ2", "∇2", "δ1", "∇1", "W2", "W1"]
    for step in range(1, 10):
        row = timeline_row(steps, at(steps, step), 80)
        said = "forward a1 a2   loss C   back δ2 ∇2 δ1 ∇1   update W2 W1"
        assert plain(row).strip() == said
        here = [text.strip() for text, style in row if style.startswith("phase-")]
        assert here == [chips[step - 1]]


@given(st.sampled_from(NAMES), st.integers(1, REACH), st.integers(20, 200))
def test_the_timeline_has_the_present_step_and_names_only_what_is_made(
    name: str, step: int, width: int
) -> None:
    steps = shipped_run(name)
    row = timeline_row(steps, at(steps, step), width)
    assert sum(style.startswith("phase-") for _, style in row) == 1
    # U1 is a recurrent weight of layer 1, never a step; and no letter stands for a phase.
    assert not re.search(r"[Ub]\d|\b[FLBU]\b", plain(row))
    for text, style in row:
        if isinstance(style, Linked) and re.match("W", text):
            assert steps.schedule.site(int(style.target)).kind == "update"  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "step", "said"),
    [
        ("06-batch", 1, "  1: a1 C δ1 ∇1   2: a1 C δ1 ∇1   3: a1 C δ1 ∇1   update W1"),
        ("elman", 42, "‹ sample 1, back, time 0: ∇1   sample 2, forward, time 0: h1 a2 C   time 1: h1 ›"),
        ("premature", 5, "  forward a1 a2   loss C   back δ2 ∇2   update W2   back δ1 ∇1   update W1"),
        (
            "17-layerwise",
            1,
            "  1: a1 a2 C   2: a1 a2 C   1: δ2 ∇2   2: δ2 ∇2   update W2   1: δ1 ∇1   2: δ1 ›",
        ),
    ],
)
def test_the_timeline_says_what_its_steps_have_in_common(name: str, step: int, said: str) -> None:
    steps = shipped_run(name)
    assert plain(timeline_row(steps, at(steps, step), 80)).rstrip() == said


def test_the_timeline_says_where_it_goes_on() -> None:
    steps = shipped_run("iris")
    middle, width = at(steps, 100), 80
    assert plain(timeline_row(steps, at(steps, 1), width)).rstrip().endswith("›")
    assert plain(timeline_row(steps, middle, width)).startswith("‹")
    assert "›" not in plain(timeline_row(steps, at(steps, 212), width))


@given(st.integers(0, 300))
def test_the_footer_names_whole_keys_and_always_help_and_quit(width: int) -> None:
    text = plain(footer_row(KEYS, set(), width))
    assert len(text) <= width
    if width >= 60:
        for word in ("n → next", "p ← back", "? help", "q quit"):
            assert word in text
    assert "…" not in text


def test_the_footer_greys_what_can_do_nothing() -> None:
    greyed = footer_row(KEYS, {"move('next')"}, 80)
    styles = {text.strip(): style for text, style in greyed}
    assert styles["n →"] == "key-off"
    assert styles["p ←"] == "key"


def test_the_status_says_where_in_the_run_we_are() -> None:
    steps = shipped_run("bptt")
    text = plain(status_row(steps, at(steps, 40), 120))
    for word in ("step 40 of 320", "iteration 3 of 20", "time "):
        assert word in text
    assert len(plain(status_row(steps, at(steps, 40), 60))) <= 60


@pytest.mark.parametrize(("name", "size"), each_of(NAMES, ((100, 24), (120, 30), (200, 50))))
def test_no_two_lines_of_a_frame_lie_on_top_of_each_other(name: str, size: tuple[int, int]) -> None:
    steps = shipped_run(name)
    for view in VIEWS:
        for step in (1, 4, 9):
            rows = framed_rows(view, steps, at(steps, step), *size, boxes=True)
            upper, first = (plain(row) for row in rows[:2])
            assert not first.startswith("├"), (view, step, upper)
            if view == "time":
                word = "time" if steps.shapes.sequences else "layers"
                assert re.match(rf"┌─(.*─)? 5 {word} · (the story of one error|all errors|δ)", upper)


@pytest.mark.parametrize(
    ("name", "view", "width", "border"),
    [
        ("mazur", "network", 100, "┌─ 1 network ─ 2 3 4 5 6 7 8 9 0 ──"),
        ("mazur", "heat", 100, "┌─ 1 2 3 4 5 6 7 8 ─ 9 heat ─ 0 ──"),
        ("mazur", "branches", 100, "┌─ 1 2 3 4 5 6 7 8 9 0 ─ E branches ──"),
        ("mazur", "time", 98, "┌─ 1 2 3 4 ─ 5 layers · δ by layers ─ 6 7 8 9 0 ──"),
        (
            "mazur",
            "cost",
            120,
            "┌─ 1 network  2 compare ─ 3 cost ─ 4 loss  5 layers  6 chain  7 slope  8 gradient",
        ),
        (
            "elman",
            "cost",
            200,
            "┌─ 1 network  2 compare ─ 3 cost ─ 4 loss  5 time  6 chain  7 slope  8 gradient",
        ),
        ("01-derivative", "network", 120, "┌─ 1 network ──"),  # it has not told of views
        ("mazur", "network", 30, "┌─ 1 network ──"),
    ],
)
def test_the_other_views_stand_in_the_border_of_one(name: str, view: str, width: int, border: str) -> None:
    run = shipped_run(name)
    (row, *_) = framed_rows(view, run, at(run, 1), width, 20, boxes=True)
    assert plain(row).startswith(border)
    links = {style.target: text for text, style in row if isinstance(style, Linked)}
    assert all(text.startswith(key_of(str(target))) for target, text in links.items())
    assert set(links) == ({*VIEWS} - {view} if " 2" in border else set())
