"""Does a number fit its cells, with its sign and its size to be read?"""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.draw.kit.numbers import UNKNOWN, bare, power, sign_style, signed

numbers = st.floats(allow_nan=True, allow_infinity=True)
finite = st.floats(1e-300, 1e300) | st.floats(-1e300, -1e-300)
widths = st.integers(5, 24)


@given(numbers, widths, st.integers(1, 9))
def test_signed_is_exactly_as_wide_as_asked(value: float, width: int, digits: int) -> None:
    assert len(signed(value, width, digits)) == width


@given(numbers, st.integers(5, 24), st.integers(1, 9))
def test_bare_is_never_wider_than_asked(value: float, width: int, digits: int) -> None:
    assert len(bare(value, width, digits)) <= width


@given(numbers, widths)
def test_the_sign_is_always_there_and_first(value: float, width: int) -> None:
    text = signed(value, width)
    if math.isnan(value):
        assert text.strip() == "nan"
    elif value == 0:
        assert text.strip() == "0"
    else:
        assert text[0] == ("+" if value > 0 else "-")
    assert UNKNOWN not in text


@given(finite, st.integers(9, 24), st.integers(1, 9))
def test_as_many_digits_as_asked_are_right_where_there_is_room(value: float, width: int, digits: int) -> None:
    # Of a sign, a point and e-308 seven cells are no digits.
    shown = max(1, min(digits, width - 7))
    for text in (signed(value, width, digits), bare(value, width, digits)):
        assert float(text) == pytest.approx(value, rel=0.5000001 * 10.0 ** (1 - shown), abs=0.0)


@given(st.floats(1e-4, 9.9e7) | st.floats(-9.9e7, -1e-4))
def test_in_eight_cells_there_are_at_least_two_digits(value: float) -> None:
    assert float(signed(value, 8)) == pytest.approx(value, rel=0.05)


@given(st.floats(0.001, 9.99))
def test_the_points_of_numbers_below_ten_line_up(value: float) -> None:
    assert [text[2] for text in (signed(value, 9), signed(-value, 9))] == [".", "."]


@given(numbers.filter(lambda value: value != 0 and not math.isnan(value)), widths)
def test_only_zero_is_written_as_zero(value: float, width: int) -> None:
    for text in (signed(value, width), bare(value, width)):
        assert any(digit in "123456789" for digit in text) or text.strip("+- ") in ("inf", "tiny", "huge")


@pytest.mark.parametrize(
    ("value", "width", "text"),
    [
        (0.15, 8, "+0.1500 "),
        (-0.15, 8, "-0.1500 "),
        (0.0363503, 8, "+0.03635"),
        (0.0087706, 8, "+0.00877"),
        (0.000438569, 8, "+4.39e-4"),
        (0.000438569, 9, "+4.386e-4"),
        (0.000438569, 7, "+4.4e-4"),
        (9.9996, 8, "+10.00  "),
        (123456.7, 8, "+123457 "),
        (1.5e9, 8, "+1.500e9"),
        (0.0, 8, " 0      "),
        (-0.0, 8, " 0      "),
        (math.nan, 8, " nan    "),
        (math.inf, 8, "+inf    "),
        (-math.inf, 5, "-inf "),
        (-3e-120, 6, "-tiny "),
        (3e120, 5, "+huge"),
    ],
)
def test_some_numbers(value: float, width: int, text: str) -> None:
    assert signed(value, width) == text


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (0.5932699921, 6, "0.59327"),
        (0.00877067, 6, "0.00877067"),
        (0.000438569, 6, "0.000438569"),
        (0.000000438569, 6, "4.38569e-7"),
        (0.5, 4, "0.5"),
        (100.0, 4, "100"),
        (0.0, 4, "0"),
    ],
)
def test_some_numbers_without_needless_zeros(value: float, digits: int, text: str) -> None:
    assert bare(value, 12, digits) == text


def test_the_style_says_the_sign() -> None:
    styles = [sign_style(value) for value in (None, math.nan, 0.0, -0.0, 1e-300, -math.inf)]
    assert styles == ["unknown", "unknown", "zero", "zero", "positive", "negative"]


@pytest.mark.parametrize(
    ("tens", "width", "text"),
    [
        (-400.0, 9, "1.00e-400"),
        (-400.0, 8, "1.0e-400"),
        (-400.0, 7, "1e-400"),
        (1234.5, 9, "3.16e1234"),
        (2.0, 8, "100"),
        (-math.inf, 8, "0"),
        (math.inf, 8, "inf"),
        (-319.9999999999, 9, "1.00e-320"),
    ],
)
def test_a_number_by_its_logarithm(tens: float, width: int, text: str) -> None:
    assert power(tens * math.log(10.0), width) == text
