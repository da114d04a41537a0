"""Does twice the work count twice, in Python and below it?"""

from __future__ import annotations

import gc

import pytest

from tests.work.work import lines_run, million_rounds


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


class Gone:
    """What runs lines when it is collected: it holds itself, so only the collector finds it."""

    def __init__(self) -> None:
        self.itself = self

    def __del__(self) -> None:
        rounds(100)


def collecting_often() -> list[list[int]]:
    gc.set_threshold(1)
    return [[] for _ in range(50)]


def test_what_goes_meanwhile_is_no_work_of_this() -> None:
    threshold = gc.get_threshold()
    gc.freeze()  # what thousands of tests hold need not be looked through
    try:
        gc.set_threshold(1_000_000)
        Gone()
        assert lines_run(collecting_often) < 100
    finally:
        gc.set_threshold(*threshold)
        gc.unfreeze()
    assert gc.isenabled()
