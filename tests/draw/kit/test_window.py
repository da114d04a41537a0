"""Is the chosen one always in the window?"""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tui.draw.kit.rows import around


@given(st.integers(1, 40), st.integers(1, 40), st.data())
def test_a_window_holds_the_chosen_one_and_is_full(count: int, room: int, data: st.DataObject) -> None:
    chosen = data.draw(st.integers(0, count - 1))
    shown = around(chosen, count, room)
    assert chosen in shown
    assert len(shown) == min(count, room)
    assert 0 <= shown.start <= shown.stop <= count
