"""Is a bar as long as its share, and does none that is there look like none?"""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tui.draw.kit.bars import bar


@given(st.floats(0.0, 1.0), st.integers(0, 60))
def test_a_bar_is_as_long_as_its_share(share: float, cells: int) -> None:
    text = bar(share, cells)
    assert len(text) <= max(cells, 0)
    drawn = text.count("█") + 0.5 * text.count("▌")
    assert abs(drawn - share * cells) <= 0.25


@given(st.floats(1e-300, 1.0), st.integers(1, 60))
def test_a_share_above_0_is_not_drawn_like_0(share: float, cells: int) -> None:
    assert bar(share, cells)
    assert not bar(0.0, cells)
