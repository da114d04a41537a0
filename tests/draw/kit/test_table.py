"""Do the cells of a table stand below each other, and do the right columns go where not all fit?"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.draw.kit.rows import Row, length, plain
from tui.draw.kit.table import table


def cell(text: str) -> Row:
    return ((text, ""),) if text else ()


LINES = [
    [cell("a"), cell("bbb"), cell("c")],
    [cell("aa"), cell(""), cell("cc")],
    [cell("a"), cell("b"), cell("")],
]


def test_a_column_is_as_wide_as_its_widest_cell() -> None:
    assert [plain(row) for row in table(LINES, 80)] == ["a bbbc", "aa   cc", "a b"]


@pytest.mark.parametrize(("width", "first"), [(7, "a bbbc"), (6, "a c"), (3, "a ")])
def test_columns_go_in_their_order_where_there_is_no_room(width: int, first: str) -> None:
    assert plain(table(LINES, width, leave_out=(1, 2))[0]).rstrip() == first.rstrip()


@given(st.lists(st.lists(st.text("ab", max_size=4), min_size=3, max_size=3), min_size=1), st.integers(0, 12))
def test_a_cell_begins_where_that_above_does(texts: list[list[str]], width: int) -> None:
    rows = table([[cell(text) for text in line] for line in texts], width, leave_out=(2, 1))
    widths = [max(len(line[place]) for line in texts) for place in range(3)]
    kept = 3 if sum(widths) <= width else 2 if sum(widths[:2]) <= width else 1
    for line, row in zip(texts, rows, strict=True):
        padded = "".join(text.ljust(cells) for text, cells in zip(line[:kept], widths, strict=False))
        assert plain(row).rstrip() == padded.rstrip()
        assert length(row) <= sum(widths[:kept])
