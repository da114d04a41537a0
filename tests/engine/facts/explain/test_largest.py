"""Are the largest entries the largest, and is the rest exactly the rest?"""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.arrays import frozen
from engine.facts.explain.largest import largest
from tests.work.work import lines_run, million_rounds

# Few different sizes, so that many are equal.
arrays = st.lists(st.sampled_from([0.0, 1.0, -1.0, 2.5, -2.5, 0.1]) | st.floats(-9, 9), min_size=1)


@given(arrays, st.integers(1, 12))
def test_against_sorting_all(values: list[float], count: int) -> None:
    found = largest(frozen(values), count)
    order = sorted(range(len(values)), key=lambda place: (-abs(values[place]), place))
    assert list(found.places) == order[:count]
    rest = [values[place] for place in order[count:]]
    assert found.others == len(rest)
    assert found.others_sum == pytest.approx(math.fsum(rest), abs=1e-12)
    assert found.others_squares == pytest.approx(math.fsum(value * value for value in rest), abs=1e-12)


@given(arrays, st.integers(1, 12), st.data())
def test_what_must_be_shown_takes_the_place_of_the_last(
    values: list[float], count: int, data: st.DataObject
) -> None:
    keep = data.draw(st.integers(0, len(values) - 1))
    free, found = largest(frozen(values), count), largest(frozen(values), count, keep=keep)
    assert keep in found.places
    assert found.places == (free.places if keep in free.places else (*free.places[:-1], keep))
    rest = [value for place, value in enumerate(values) if place not in found.places]
    assert found.others_sum == pytest.approx(math.fsum(rest), abs=1e-12)


def test_of_a_matrix_the_places_are_those_of_its_rows_one_after_the_other() -> None:
    matrix = frozen([[1.0, -5.0, 2.0], [3.0, 0.0, -4.0]])
    assert largest(matrix, 3).places == (1, 5, 3)


def test_what_is_not_a_number_comes_first() -> None:
    found = largest(frozen([1.0, math.nan, -math.inf, 2.0]), 2)
    assert sorted(found.places) == [1, 2]
    assert found.others_sum == 3.0


def test_a_hundred_thousand_entries_are_no_more_lines_than_a_thousand_and_soon_done() -> None:
    few, many = (frozen(np.random.default_rng(1).normal(size=shape)) for shape in ((12, 84), (128, 784)))
    assert lines_run(largest, many, 10) == lines_run(largest, few, 10)
    assert million_rounds(largest, many, 10, most=4) < 4
