"""Are texts, cuts and rules drawn cell by cell as meant?"""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tui.draw.kit.rows import Canvas, Linked, Row, clip, flow, length, plain, rule, target_at
from tui.draw.kit.wide import cells

rows = st.lists(
    st.tuples(st.text("abc·δ 例\u0301", max_size=6), st.sampled_from(["", "dim", "strong"])), max_size=6
).map(tuple)


def drawn(canvas: Canvas) -> list[str]:
    return [plain(row) for row in canvas.rows()]


def test_writing_is_clipped_on_every_side() -> None:
    canvas = Canvas(4, 2)
    assert canvas.write(-2, 0, "abcdefgh") == 6
    canvas.write(0, -1, "no")
    canvas.write(0, 2, "no")
    canvas.write(9, 1, "no")
    assert drawn(canvas) == ["cdef", "    "]


def test_runs_keep_their_styles() -> None:
    canvas = Canvas(6, 1)
    assert canvas.runs(1, 0, (("ab", "dim"), ("c", "strong"))) == 4
    assert canvas.rows() == [((" ", ""), ("ab", "dim"), ("c", "strong"), ("  ", ""))]
    canvas.paint(-3, 0, 5, "focus")
    canvas.paint(0, 7, 5, "focus")
    assert canvas.rows()[0][0] == (" a", "focus")


@given(st.lists(st.tuples(st.integers(-6, 14), st.text("aδ例\u0301", max_size=9)), max_size=6))
def test_whatever_is_written_the_cells_stay_as_many(texts: list[tuple[int, str]]) -> None:
    """A wide character takes two, of which none is left alone by what is written over the other."""
    canvas = Canvas(12, 1)
    for x, text in texts:
        assert canvas.write(x, 0, text, "dim") == x + cells(text)
        row = canvas.rows()[0]
        assert length(row) == 12
        if x >= 0 and x + cells(text) <= 12:
            assert text.lstrip("\u0301") in plain(row)


def test_a_wide_character_cut_in_two_is_blank() -> None:
    canvas = Canvas(6, 1)
    canvas.write(-1, 0, "例例例例")
    assert drawn(canvas) == [" 例例 "]
    canvas.write(2, 0, "ab")
    assert drawn(canvas) == ["  ab  "]
    assert not canvas.is_free(1, 0, 2)
    canvas.write(2, 0, "例")
    assert canvas.is_free(0, 0, 2)
    assert not canvas.is_free(3, 0, 2)


def test_what_stands_behind_wide_characters_answers_to_a_click_there() -> None:
    row: Row = (("例例", Linked("dim", 1)), ("ab", Linked("dim", 2)))
    assert [target_at(row, x) for x in range(7)] == [1, 1, 1, 1, 2, 2, None]


def test_an_empty_canvas_has_no_cells() -> None:
    assert drawn(Canvas(-3, -1)) == []
    assert drawn(Canvas(0, 2)) == ["", ""]


@given(rows, st.integers(0, 40))
def test_clip_fits_and_says_when_something_is_missing(row: Row, width: int) -> None:
    cut = clip(row, width)
    assert length(cut) <= width
    if length(row) <= width:
        assert cut == row
    elif width:
        shown, end = plain(cut)[:-1], plain(cut)[-1]
        assert end == "…"
        assert plain(row).startswith(shown)
        # One cell is left over where a wide character would have needed two.
        assert length(cut) == width - (length(cut) < width and cells(plain(row)[len(shown)]) == 2)


@given(st.text("ab ", max_size=30), st.text("ab ", max_size=30), st.integers(0, 120))
def test_a_rule_fits(title: str, after: str, width: int) -> None:
    assert length(rule(title, width, after=after)) <= width


def test_a_rule_fills_the_width() -> None:
    assert plain(rule("numbers", 30, after="1/3")) == "── numbers ───────────── 1/3 ─"


@given(st.lists(st.integers(1, 12), max_size=9), st.integers(16, 60), st.integers(1, 3))
def test_things_one_after_the_other_stand_whole_or_are_told_to_be_more(
    longs: list[int], width: int, lines: int
) -> None:
    items: list[Row] = [((chr(ord("a") + place) * long, ""),) for place, long in enumerate(longs)]
    rows = flow(items, width, (("> ", ""),), lines=lines)
    assert len(rows) <= lines
    assert all(length(row) <= width for row in rows)
    words = " ".join(map(plain, rows)).split()
    shown = len(words) - 1 - (words[-1] == "…")
    assert words[: shown + 1] == [">", *map(plain, items[:shown])]
    assert (words[-1] == "…") == (shown < len(items))
