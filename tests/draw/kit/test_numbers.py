"""Does a number fit its cells, with its sign and its size to be read?"""

from __future__ import annotations

import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from engine import numerals
from engine.numerals import DIGITS, MOST, apart, digits_to_add, numeral, shown
from tui.draw.kit.numbers import UNKNOWN, aligned, factor, held, in_column, power, sign_style, signed

numbers = st.floats(allow_nan=True, allow_infinity=True)
finite = st.floats(1e-300, 1e300) | st.floats(-1e300, -1e-300)
widths = st.integers(5, 24)


@given(numbers, widths, st.integers(1, 9))
def test_signed_is_exactly_as_wide_as_asked(value: float, width: int, digits: int) -> None:
    assert len(signed(value, width, digits)) == width


@given(numbers, st.integers(5, 24), st.integers(1, 9))
def test_a_numeral_is_never_wider_than_asked(value: float, width: int, digits: int) -> None:
    assert len(numeral(value, width, digits)) <= width


@given(numbers, widths)
def test_a_minus_stands_in_the_first_cell_which_others_leave_free(value: float, width: int) -> None:
    text = signed(value, width)
    assert text[0] == ("-" if value < 0 else " ")
    assert "+" not in text
    assert UNKNOWN not in text


def _half_a_digit(value: float, digits: int) -> float:
    """Return how far a number may be from what is written of it; 0 where it is exact."""
    text = numeral(value, digits=digits)
    mantissa, _, exponent = text.partition("e")
    whole, _, decimals = mantissa.partition(".")
    if not whole.strip("-").isdigit() or numerals._is_exact(value, text):
        return 0.0
    return 0.5 * 10.0 ** (int(exponent or 0) - len(decimals))


@given(finite, st.integers(1, MOST))
def test_as_many_digits_as_asked_are_right(value: float, digits: int) -> None:
    text = numeral(value, digits=digits)
    assert float(text) == pytest.approx(value, rel=0.5000001 * 10.0 ** (1 - digits), abs=0.0)
    assert abs(float(text) - value) <= _half_a_digit(value, digits) * 1.0000001 + 1e-11 * abs(value)


@given(finite, st.integers(6, 24), st.integers(1, 9))
def test_the_form_stays_where_the_digits_become_fewer(value: float, width: int, digits: int) -> None:
    """Fixed point from 0.0001 to 999,999, else a power of ten; unless not one digit would fit."""
    text = numeral(value, width, digits)
    if text.strip("-") in ("tiny", "huge"):
        return
    fixed = 1e-4 <= abs(float(text)) < 1e6
    assert ("e" not in text) == fixed or len(numeral(value, digits=1)) > width
    assert "e+" not in text
    assert "e-0" not in text


@given(st.floats(0.001, 9.99))
def test_the_points_of_numbers_below_ten_line_up(value: float) -> None:
    points = [text.find(".") for text in (signed(value, 9), signed(-value, 9))]
    assert points in ([2, 2], [-1, -1])


@given(st.lists(finite, min_size=1, max_size=6))
def test_the_points_of_a_column_line_up(values: list[float]) -> None:
    texts = aligned([numeral(value) for value in values])
    assert len({len(text) for text in texts}) == 1
    assert [float(text) for text in texts] == [shown(value) for value in values]
    points = [text.partition("e")[0].rstrip().partition(".") for text in texts]
    assert len({len(whole) for whole, _, _ in points}) == 1
    assert {len(text) for text in in_column(values, 24)} == {24}


@given(numbers.filter(lambda value: value != 0 and not math.isnan(value)), widths)
def test_only_zero_is_written_as_zero(value: float, width: int) -> None:
    for text in (signed(value, width), numeral(value, width)):
        assert any(digit in "123456789" for digit in text) or text.strip("- ") in ("inf", "tiny", "huge")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.15, "0.15"),
        (-0.0381, "-0.0381"),
        (-0.0380982365, "-0.03810"),
        (0.1 + 0.2, "0.3"),
        (0.0087713547, "0.008771"),
        (0.000438568, "0.0004386"),
        (0.0001, "0.0001"),
        (0.00009999999, "0.0001000"),
        (0.000043, "4.3e-5"),
        (5.87023e-8, "5.870e-8"),
        (9.9996, "10.00"),
        (123456.7, "123457"),
        (999499.4, "999499"),
        (999999.4, "1.000e6"),
        (1234567.8, "1.235e6"),
        (1.5e9, "1.5e9"),
        (734210.0, "734210"),
        (100.0, "100"),
        (0.0, "0"),
        (-0.0, "0"),
        (math.nan, "nan"),
        (math.inf, "inf"),
        (-math.inf, "-inf"),
    ],
)
def test_some_numbers(value: float, text: str) -> None:
    assert numeral(value) == text


@pytest.mark.parametrize(
    ("value", "room", "text"),
    [
        (-0.0380982365, 7, "-0.0381"),
        (0.000438568, 8, "0.000439"),
        (0.000438568, 5, "4e-4"),
        (123456.7, 5, "1e5"),
        (-3e-120, 6, "-tiny"),
        (3e120, 4, "huge"),
    ],
)
def test_some_numbers_in_little_room(value: float, room: int, text: str) -> None:
    assert numeral(value, room) == text


def test_numbers_that_are_compared_have_digits_until_they_differ() -> None:
    assert apart(0.11289, 0.11287) == 5
    assert apart(1.0, 2.0) == DIGITS
    assert apart(0.3, 0.3) == DIGITS
    assert apart(0.3, 0.1 + 0.2) == DIGITS


def test_a_sum_comes_out_of_its_column() -> None:
    values = (-0.2808539, 0.5, -0.2808539)
    digits = digits_to_add(values, sum(values))
    assert shown(sum(shown(value, digits) for value in values)) == shown(sum(values)) == -0.06171
    assert shown(sum(map(shown, values))) != -0.06171


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


def test_a_number_stands_before_what_it_is_held_against_with_digits_until_they_differ() -> None:
    assert held(0.25, None, "value") == (("0.25", "value"),)
    row = held(1.23456, 1.23457, "value", "yours", gap=2)
    assert row == (("1.23456", "value"), ("  ", ""), ("≠ yours 1.23457", "warning"))
    assert held(0.5, 0.25, "value")[-1] == ("≠ 0.25", "warning")


def test_a_factor_below_0_has_brackets() -> None:
    assert [factor(value) for value in (0.5, -0.5, None)] == ["0.5", "(-0.5)", "·"]


@given(st.floats(-1e12, 1e12), st.floats(1e-9, 2.0))
def test_numbers_that_are_compared_differ_by_what_they_are_apart(one: float, by: float) -> None:
    """0.4990163 and 0.4990162 were said to differ by 1e-8."""
    other = one * (1.0 + by)
    assume(abs(one - other) > 1e-13 * abs(one) > 0.0)
    digits = apart(one, other)
    left, right = shown(one, digits), shown(other, digits)
    assert left != right
    assert abs(abs(left - right) - abs(one - other)) <= 0.5 * abs(one - other) * (1.0 + 1e-6)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.15625, "0.1563"),
        (-0.15625, "-0.1563"),
        (2.28125, "2.281"),
        (3.9125, "3.913"),
        (1.3125, "1.313"),
        (0.00012345, "0.0001235"),
        (1.2345e-100, "1.235e-100"),
        (9.9995, "10.00"),
        (0.125, "0.125"),
        (0.1562499, "0.1562"),
    ],
)
def test_half_a_digit_is_rounded_up_as_by_hand(value: float, text: str) -> None:
    """Neither to an even one nor by what binary makes of it: 3.9125 is a little less there."""
    assert numeral(value, 10) == text
