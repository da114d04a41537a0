"""Does a number fit its cells, with its sign and its size to be read?"""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.draw.numbers import UNKNOWN, bare, sign_style, signed

numbers = st.floats(allow_nan=True, allow_infinity=True)
widths = st.integers(5, 24)


@given(numbers, widths)
def test_signed_is_exactly_as_wide_as_asked(value: float, width: int) -> None:
    assert len(signed(value, width)) == width


@given(numbers, st.integers(6, 24), st.integers(0, 8))
def test_bare_is_never_wider_than_asked(value: float, width: int, decimals: int) -> None:
    assert len(bare(value, width, decimals)) <= width


@given(numbers, widths)
def test_the_sign_is_always_there(value: float, width: int) -> None:
    text = signed(value, width).strip()
    if math.isnan(value):
        assert text == "nan"
    elif value == 0:
        assert text == "0"
    else:
        assert text[0] == ("+" if value > 0 else "-")
    assert UNKNOWN not in text


@given(st.floats(-1e15, 1e15), st.integers(8, 24))
def test_what_is_written_is_near_the_number(value: float, width: int) -> None:
    assert float(signed(value, width)) == pytest.approx(value, rel=0.06, abs=1e-99)


@given(numbers.filter(lambda value: value != 0 and not math.isnan(value)), st.integers(8, 24))
def test_only_zero_is_written_as_zero(value: float, width: int) -> None:
    assert any(digit in "123456789" for digit in signed(value, width)) or "inf" in signed(value, width)


@pytest.mark.parametrize(
    ("value", "width", "text"),
    [
        (0.15, 8, " +0.1500"),
        (-0.15, 8, " -0.1500"),
        (0.0, 8, "       0"),
        (-0.0, 8, "       0"),
        (math.nan, 8, "     nan"),
        (math.inf, 8, "    +inf"),
        (-math.inf, 5, " -inf"),
    ],
)
def test_some_numbers(value: float, width: int, text: str) -> None:
    assert signed(value, width) == text


def test_the_style_says_the_sign() -> None:
    styles = [sign_style(value) for value in (None, math.nan, 0.0, -0.0, 1e-300, -math.inf)]
    assert styles == ["unknown", "unknown", "zero", "zero", "positive", "negative"]
