"""Does twice the work count twice, in Python and below it?"""

from __future__ import annotations

import pytest

from tests.work import lines_run, million_rounds


def rounds(count: int) -> int:
    total = 0
    for number in range(count):
        total += number
    return total


def test_lines_are_counted_by_the_rounds_of_a_loop_and_in_what_is_called() -> None:
    few, many = (lines_run(rounds, count) for count in (100, 1000))
    assert many - few == 2 * 900
    assert lines_run(lambda: [rounds(100) for _ in range(3)]) > 3 * 200


def test_what_takes_long_is_many_rounds() -> None:
    assert million_rounds(rounds, 3_000_000) > 2
    assert million_rounds(sorted, range(100_000)) < 2


def test_a_trace_of_before_goes_on() -> None:
    with pytest.raises(ZeroDivisionError):
        lines_run(lambda: 1 / 0)
    assert lines_run(lambda: None) == 1
