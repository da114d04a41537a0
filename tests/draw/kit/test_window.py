"""Is the chosen one always in the window, and is every place in it or counted?"""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tui.draw.kit.window import around, counted_around


@given(st.integers(1, 40), st.integers(1, 40), st.data())
def test_a_window_holds_the_chosen_one_and_is_full(count: int, room: int, data: st.DataObject) -> None:
    chosen = data.draw(st.integers(0, count - 1))
    shown = around(chosen, count, room)
    assert chosen in shown
    assert len(shown) == min(count, room)
    assert 0 <= shown.start <= shown.stop <= count


@given(st.integers(1, 40), st.integers(3, 40), st.data())
def test_what_is_hidden_has_a_row_that_counts_it(count: int, room: int, data: st.DataObject) -> None:
    chosen = data.draw(st.integers(0, count - 1))
    shown = counted_around(chosen, count, room)
    assert chosen in shown
    assert len(shown) + (shown.start > 0) + (shown.stop < count) <= room
    assert shown.start != 1  # one that is hidden would have stood in the row that counts it
    assert count - shown.stop != 1
