"""Are boxes closed, and do title, scale and keys go where there is no room, the least needed first?"""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tui.draw.kit.panels import Panel, boxed, ruled
from tui.draw.kit.rows import length, plain, side_by_side

WORDS = st.lists(st.sampled_from(("δ1[2]", "a layer", "t term", "enter", "日本")), max_size=6).map(" · ".join)


@given(
    WORDS,
    WORDS,
    WORDS,
    st.lists(st.text("ab ", max_size=60), max_size=9),
    st.integers(12, 80),
    st.integers(2, 9),
)
def test_a_box_is_closed(
    title: str, keys: str, scale: str, texts: list[str], width: int, height: int
) -> None:
    rows = boxed(Panel(title, [((text, ""),) for text in texts], keys, scale), width, height)
    assert len(rows) == height
    assert {length(row) for row in rows} == {width}
    assert (plain(rows[0])[0], plain(rows[0])[-1]) == ("┌", "┐")
    assert (plain(rows[-1])[0], plain(rows[-1])[-1]) == ("└", "┘")
    for row in ruled(Panel(title, [], keys, scale), width):
        assert length(row) <= width


def test_the_last_of_the_keys_stay_and_a_title_loses_what_stands_behind_its_colon() -> None:
    panel = Panel("you broke the rule: layer 2 at step 6", [], "t picks a term · tab: 2 more")
    assert plain(boxed(panel, 30, 2)[0]) == "┌─ you broke the rule ───────┐"
    assert plain(boxed(panel, 30, 2)[1]) == "└────────────── tab: 2 more ─┘"


def test_a_rule_within_a_box_joins_its_border() -> None:
    inner = ruled(Panel("sum", []), 17)
    assert [plain(row) for row in boxed(Panel("all", inner), 20, 3)] == [
        "┌─ all ────────────┐",
        "├── sum ───────────┤",
        "└──────────────────┘",
    ]


def test_panels_stand_beside_each_other_with_a_cell_between() -> None:
    left, right = boxed(Panel("a", []), 10, 2), boxed(Panel("b", []), 10, 3)
    assert [plain(row) for row in side_by_side(left, right, 11)] == [
        "┌─ a ────┐ ┌─ b ────┐",
        "└────────┘ │        │",
        "           └────────┘",
    ]
