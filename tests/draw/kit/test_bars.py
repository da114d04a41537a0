"""Is a bar as long as its share, and does none that is there look like none?"""

from __future__ import annotations

import math
from itertools import product
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.draw.kit.bars import bar, pair_of_bars, sided
from tui.draw.kit.rows import plain

if TYPE_CHECKING:
    from tui.draw.kit.rows import Row


@given(st.floats(0.0, 1.0), st.integers(0, 60))
def test_a_bar_is_as_long_as_its_share(share: float, cells: int) -> None:
    text = bar(share, cells)
    assert len(text) <= max(cells, 0)
    drawn = text.count("━") + 0.5 * text.count("╸")
    assert abs(drawn - share * cells) <= 0.25


@given(st.floats(1e-300, 1.0), st.integers(1, 60))
def test_a_share_above_0_is_not_drawn_like_0(share: float, cells: int) -> None:
    assert bar(share, cells)
    assert not bar(0.0, cells)


@pytest.mark.parametrize("share", [0.01, 0.3, 0.52, 1.0])
def test_bars_of_neighbouring_rows_have_air_between_them(share: float) -> None:
    """A block reaches the edge of its cell: rows of them are one slab, in which no bar can be followed."""
    rows: list[Row] = [((bar(share, 20), ""),), sided(share, 1.0, 20), sided(-share, 1.0, 20)]
    rows += [pair_of_bars(right, made, 12) for right, made in ((1.0, share), (share, 1.0), (-1.0, share))]
    blocks = {chr(code) for code in range(0x2580, 0x2596)}
    assert not any(blocks & set(plain(row)) for row in rows)


def test_of_a_pair_of_bars_both_ends_are_seen() -> None:
    for right, made in product((-1.0, -0.5, 0.25, 0.5, 1.0), repeat=2):
        text = plain(pair_of_bars(right, made, 20))
        zero, mark = text.index("│"), text.index("┃")
        assert mark - zero == round(20 * made / max(abs(right), abs(made)))
        ends = [place for place, sign in enumerate(text) if sign == "━"]
        if abs(right) > abs(made):
            assert (max if right > 0.0 else min)(ends) - zero == round(20 * right / abs(right))


def test_what_is_not_finite_is_no_small_bar() -> None:
    full = bar(1.0, 20)
    assert plain(sided(math.inf, math.inf, 20)).endswith("│" + full)
    assert plain(sided(-math.inf, math.inf, 20)).startswith(plain(sided(-1.0, 1.0, 20)))
    assert plain(sided(2.0, math.inf, 20)).endswith("│╴")
    assert len(bar(0.5, 20)) < len(full)
